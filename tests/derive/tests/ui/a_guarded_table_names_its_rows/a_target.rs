#![deny(deprecated)]

use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        name -> Text,
        deleted_at -> Nullable<Timestamp>,
    }
}

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(guarded)]
struct User {
    id: i32,
}

fn main() {
    let _ = diesel::update(users::table.find(1)).set(users::name.eq("Sean"));
    let _ = soft_delete(users::table.filter(users::name.eq("Sean")));
}
