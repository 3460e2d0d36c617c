use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> BigInt,
        deleted_at -> Nullable<BigInt>,
    }
}
diesel::table! {
    posts {
        id -> BigInt,
        user_id -> Nullable<BigInt>,
    }
}

soft_delete_table! {
    users(deleted_at, cascade(posts::user_id))
    posts(user_id, parents(user_id))
}

fn main() {}
