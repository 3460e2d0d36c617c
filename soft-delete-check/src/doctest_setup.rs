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
diesel::joinable!(posts -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(users, posts);

soft_delete_table! { users(deleted_at) }
soft_delete_table! { posts(deleted_at) }

/// Sean, with an active post and a deleted one; Tess, deleted, with a post.
#[allow(dead_code)]
fn connection() -> SqliteConnection {
    use diesel::connection::SimpleConnection;
    let mut conn = SqliteConnection::establish(":memory:").unwrap();
    conn.batch_execute(
        "CREATE TABLE users (
             id INTEGER PRIMARY KEY, name TEXT NOT NULL, deleted_at TIMESTAMP);
         CREATE TABLE posts (
             id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, title TEXT NOT NULL,
             deleted_at TIMESTAMP);
         INSERT INTO users (id, name, deleted_at) VALUES
             (1, 'Sean', NULL), (2, 'Tess', datetime('now', '-1 day'));
         INSERT INTO posts (id, user_id, title, deleted_at) VALUES
             (1, 1, 'Hello', NULL), (2, 1, 'Draft', datetime('now', '-2 days')),
             (3, 2, 'Farewell', NULL);",
    )
    .unwrap();
    conn
}
