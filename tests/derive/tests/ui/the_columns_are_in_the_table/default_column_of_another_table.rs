use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        removed -> Bool,
    }
}
diesel::table! {
    posts {
        id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
struct User {
    id: i32,
    removed: bool,
}

fn main() {}
