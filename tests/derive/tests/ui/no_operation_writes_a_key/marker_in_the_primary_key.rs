use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users (id, deleted_at) {
        id -> Integer,
        deleted_at -> BigInt,
    }
}

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
#[diesel(primary_key(id, deleted_at))]
struct User {
    id: i32,
    deleted_at: i64,
}

fn main() {}
