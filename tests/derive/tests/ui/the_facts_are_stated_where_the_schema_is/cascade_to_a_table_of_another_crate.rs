use soft_delete_runtime::prelude::*;
use soft_delete_two_crates_schema::posts;

diesel::table! {
    users {
        id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}

soft_delete_table! { users(deleted_at, cascade(posts::id)) }

fn main() {}
