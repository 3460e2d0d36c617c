#[allow(unused_imports)]
use diesel::prelude::*;
#[allow(unused_imports)]
use soft_delete_runtime::prelude::*;

diesel::table! {
    users { id -> Integer, name -> Text, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    posts { id -> Integer, user_id -> Integer, title -> Text, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    comments { id -> Integer, post_id -> Integer, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    orders { id -> Integer, user_id -> Integer, deleted_at -> Nullable<Timestamp> }
}

diesel::allow_tables_to_appear_in_same_query!(users, posts);

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(cascade(posts::user_id), restrict(orders::user_id), guarded)]
#[allow(dead_code)]
struct User {
    id: i32,
    name: String,
    deleted_at: Option<chrono::NaiveDateTime>,
}

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(cascade(comments::post_id), guarded)]
#[allow(dead_code)]
struct Post {
    id: i32,
    user_id: i32,
    title: String,
    deleted_at: Option<chrono::NaiveDateTime>,
}

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(guarded)]
#[allow(dead_code)]
struct Comment {
    id: i32,
    post_id: i32,
    deleted_at: Option<chrono::NaiveDateTime>,
}

soft_delete_table! { orders(deleted_at, parents(user_id), guarded) }

/// Sean with two posts of two comments each; Tess with an order.
#[allow(dead_code)]
fn connection() -> SqliteConnection {
    use diesel::connection::SimpleConnection;
    let mut conn = SqliteConnection::establish(":memory:").unwrap();
    conn.batch_execute(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, deleted_at TIMESTAMP);
         CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users,
             title TEXT NOT NULL, deleted_at TIMESTAMP);
         CREATE TABLE comments (id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL REFERENCES posts,
             deleted_at TIMESTAMP);
         CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users,
             deleted_at TIMESTAMP);
         INSERT INTO users (id, name) VALUES (1, 'Sean'), (2, 'Tess');
         INSERT INTO posts (id, user_id, title) VALUES (1, 1, 'One'), (2, 1, 'Two');
         INSERT INTO comments (id, post_id) VALUES (1, 1), (2, 1), (3, 2), (4, 2);
         INSERT INTO orders (id, user_id) VALUES (1, 2);",
    )
    .unwrap();
    conn
}
