use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}

soft_delete_table! { users(deleted_at) }

fn main() {
    let operation = soft_delete(users::table.find(1));
    let _ = operation.statements::<soft_delete_runtime::engine::Sqlite>();
}
