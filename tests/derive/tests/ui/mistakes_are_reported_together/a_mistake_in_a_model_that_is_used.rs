use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        removed_at -> Nullable<Timestamp>,
    }
}

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(column = "removed_at")]
struct User {
    id: i32,
    removed_at: Option<chrono::NaiveDateTime>,
}

fn gone(user: &User) -> bool {
    let _ = users::table.active();
    let _ = user.soft_delete();
    user.is_deleted()
}

fn main() {}
