use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}

soft_delete_table! { users(deleted_at) }
soft_delete_table! { users(deleted_at) }

fn main() {
    let _ = users::table.active();
}
