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

fn main() {
    let _ = User::soft_delete_by_id(vec![1, 2]);
}
