use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}

soft_delete_table! { users(deleted_at) }

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(shared_table, guarded)]
struct User {
    id: i32,
}

fn main() {}
