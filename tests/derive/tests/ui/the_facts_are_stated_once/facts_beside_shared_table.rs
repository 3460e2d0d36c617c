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
struct User {
    id: i32,
}

#[derive(Queryable, Selectable, SoftDeletable)]
#[diesel(table_name = users)]
#[soft_delete(shared_table, touch = updated_at, clear(deleted_by), unit = millis)]
struct UserName {
    id: i32,
}

fn main() {}
