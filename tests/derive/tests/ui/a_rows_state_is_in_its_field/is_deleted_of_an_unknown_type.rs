use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        deleted_at -> BigInt,
    }
}

#[derive(SoftDeletable)]
#[soft_delete(no_default_scope)]
struct User {
    id: i32,
    deleted_at: Stamp,
}

struct Stamp;

fn gone(user: &User) -> bool {
    user.is_deleted()
}

fn main() {}
