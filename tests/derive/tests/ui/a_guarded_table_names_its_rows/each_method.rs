#![deny(deprecated)]

use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    posts {
        id -> Integer,
        user_id -> Integer,
    }
}
diesel::joinable!(posts -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(users, posts);

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(guarded)]
struct User {
    id: i32,
}

fn main() {
    let _ = users::table.filter(users::id.eq(1));
    let _ = users::table.find(1);
    let _ = users::table.select(users::id);
    let _ = users::table.count();
    let _ = users::table.order(users::id);
    let _ = users::table.order_by(users::id.desc());
    let _ = users::table.limit(1);
    let _ = users::table.inner_join(posts::table);
    let _ = users::table.left_join(posts::table);
    let _ = users::table.into_boxed::<Sqlite>();
    let _ = users::table.for_update();
}
