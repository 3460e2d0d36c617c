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
        user_id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}

soft_delete_table! {
    users(deleted_at, cascade(posts::user_id, posts::user_id))
    posts(deleted_at, parents(user_id))
}

fn main() {}
