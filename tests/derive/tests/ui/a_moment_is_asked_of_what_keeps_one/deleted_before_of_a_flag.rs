use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        deleted -> Bool,
    }
}

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(column = deleted)]
struct User {
    id: i32,
}

fn main() {
    let _ = users::table.deleted_before(chrono::Utc::now());
}
