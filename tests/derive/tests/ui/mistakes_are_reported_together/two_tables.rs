use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    posts {
        id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}

soft_delete_table! {
    users(deleted_at, touch = deleted_at)
    posts(deleted_at, colour = red)
}

fn main() {}
