use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> BigInt,
        deleted_at -> Nullable<Timestamp>,
    }
}

soft_delete_table! { users(deleted_at, touch = id) }

fn main() {}
