use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        deleted -> Text,
    }
}

soft_delete_table! { users(deleted) }

fn main() {}
