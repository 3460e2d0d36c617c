use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    tags {
        id -> Integer,
    }
}
diesel::allow_tables_to_appear_in_same_query!(users, tags);
soft_delete_table! { users(deleted_at) }

fn main() {
    let _ = users::table.inner_join_active(tags::table.on(tags::id.eq(users::id)));
}
