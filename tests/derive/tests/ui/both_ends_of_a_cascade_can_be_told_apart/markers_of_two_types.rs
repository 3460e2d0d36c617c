use diesel::prelude::*;
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
        deleted_at -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(users, posts);

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
struct Post {
    id: i32,
    user_id: i32,
}

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(cascade(posts::user_id))]
struct User {
    id: i32,
}

fn main() {}
