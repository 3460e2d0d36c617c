use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        removed -> Bool,
        deleted -> Bool,
    }
}
soft_delete_table! { users(deleted) }

#[derive(Queryable, Selectable, SoftDeletable)]
#[soft_delete(shared_table)]
struct User {
    id: i32,
    removed: bool,
}

fn main() {
    let user = User { id: 1, removed: true };
    let _ = user.is_deleted();
}
