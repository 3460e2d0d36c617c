use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(cascade(users::id))]
struct User {
    id: i32,
}

fn main() {}
