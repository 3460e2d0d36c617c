use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        deleted_at -> BigInt,
    }
}
diesel::table! {
    posts {
        id -> Integer,
        user_id -> Integer,
        deleted_at -> BigInt,
    }
}

soft_delete_table! {
    users(deleted_at, cascade(posts::user_id), unit = seconds)
    posts(deleted_at, parents(user_id), unit = millis)
}

fn main() {}
