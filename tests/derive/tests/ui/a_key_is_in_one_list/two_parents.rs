use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    groups {
        id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    posts {
        id -> Integer,
        owner_id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}

soft_delete_table! {
    users(deleted_at, cascade(posts::owner_id))
    groups(deleted_at, restrict(posts::owner_id))
    posts(deleted_at, parents(owner_id))
}

fn main() {}
