use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        deleted_at -> Nullable<Timestamp>,
        updated_at -> Timestamp,
        deleted_by -> Nullable<Integer>,
    }
}

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(shared_table = true, no_default_scope(yes), guarded = true)]
struct User {
    id: i32,
}

fn main() {}
