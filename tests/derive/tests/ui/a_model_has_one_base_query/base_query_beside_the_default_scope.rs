use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
#[diesel(base_query = users::table.filter(users::id.gt(1)))]
struct User {
    id: i32,
}

fn main() {}
