//! Users with posts; owners with a `Bool` marker.

use chrono::NaiveDateTime;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use soft_delete_check::{LeakGuard, Watching};
use soft_delete_runtime::prelude::*;

diesel::table! {
    users { id -> Integer, name -> Text, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    posts { id -> Integer, user_id -> Integer, title -> Text, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    owners (crate_id, owner_id) {
        crate_id -> Integer,
        owner_id -> Integer,
        deleted -> Bool,
    }
}
diesel::joinable!(posts -> users (user_id));
diesel::joinable!(owners -> users (owner_id));
diesel::allow_tables_to_appear_in_same_query!(users, posts, owners);

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
pub struct User {
    pub id: i32,
    pub name: String,
    pub deleted_at: Option<NaiveDateTime>,
}

#[derive(Debug, Queryable, Selectable, Identifiable, Associations, SoftDeletable)]
#[diesel(belongs_to(User))]
pub struct Post {
    pub id: i32,
    pub user_id: i32,
    pub title: String,
    pub deleted_at: Option<NaiveDateTime>,
}

soft_delete_table! { owners(deleted) }

const SCHEMA: &str = "
    CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, deleted_at TIMESTAMP);
    CREATE TABLE posts (
        id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id),
        title TEXT NOT NULL, deleted_at TIMESTAMP);
    CREATE TABLE owners (
        crate_id INTEGER NOT NULL, owner_id INTEGER NOT NULL, deleted BOOLEAN NOT NULL DEFAULT FALSE,
        PRIMARY KEY (crate_id, owner_id));
    INSERT INTO users (id, name) VALUES (1, 'Ada'), (2, 'Ben');
    INSERT INTO posts (id, user_id, title) VALUES (1, 1, 'Hello'), (2, 1, 'Draft');
    INSERT INTO owners (crate_id, owner_id) VALUES (1, 1), (1, 2);
";

pub fn connection() -> SqliteConnection {
    let mut conn = SqliteConnection::establish(":memory:").expect("SQLite opens in memory");
    conn.batch_execute(SCHEMA).expect("the schema is right");
    conn
}

pub fn watching() -> Watching {
    LeakGuard::watching((users::table, posts::table, owners::table))
}

/// A connection under a guard that collects.
pub fn guarded() -> (SqliteConnection, LeakGuard) {
    let mut conn = connection();
    let guard = watching().collects();
    conn.set_instrumentation(guard.clone());
    (conn, guard)
}
