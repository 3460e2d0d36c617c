use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        deleted_at -> Unsigned<BigInt>,
    }
}

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
struct User {
    id: i32,
}

fn main() {
    let _ = users::table.active().count();
    let _ = soft_delete(users::table.find(1));
    let _ = User::only_deleted::<diesel::sqlite::Sqlite>();
}
