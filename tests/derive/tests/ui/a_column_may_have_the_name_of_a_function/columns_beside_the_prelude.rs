use self::users::dsl::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        is_deleted -> Bool,
    }
}
soft_delete_table! { users(is_deleted) }

fn main() {
    let _ = is_deleted(users);
}
