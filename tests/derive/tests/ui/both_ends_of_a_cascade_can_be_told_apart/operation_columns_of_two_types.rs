use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        deleted -> Bool,
        deletion_id -> Nullable<Text>,
    }
}

diesel::table! {
    posts {
        id -> Integer,
        user_id -> Integer,
        deleted -> Bool,
        deletion_id -> Nullable<BigInt>,
    }
}

soft_delete_table! {
    users(deleted, operation = deletion_id, cascade(posts::user_id))
    posts(deleted, operation = deletion_id, parents(user_id))
}

fn main() {}
