use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}

#[derive(HasQuery, Identifiable, SoftDeletable)]
struct User {
    id: i32,
}

fn main() {}
