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
        reviewer_id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(cascade(posts::user_id), restrict(posts::reviewer_id, posts::user_id))]
struct User {
    id: i32,
}

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
struct Post {
    id: i32,
    user_id: i32,
    reviewer_id: i32,
}

fn main() {}
