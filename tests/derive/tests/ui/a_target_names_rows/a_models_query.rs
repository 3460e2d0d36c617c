use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
struct User {
    id: i32,
}

fn gone(conn: &mut SqliteConnection) {
    let _ = soft_delete(User::query().filter(users::id.eq(1))).execute(conn);
}

fn main() {}
