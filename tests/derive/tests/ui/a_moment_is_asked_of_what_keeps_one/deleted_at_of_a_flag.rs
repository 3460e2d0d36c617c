use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        deleted -> Bool,
    }
}

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(column = deleted)]
struct User {
    id: i32,
    deleted: bool,
}

fn when(user: &User) {
    let _ = user.deleted_at();
}

fn main() {}
