//! The tables that most modules use, and what is in them.

use crate::prelude::*;
use chrono::{NaiveDate, NaiveDateTime};
use soft_delete_runtime::prelude::*;

use crate::backend::{self, Conn, execute_batch};
use crate::guarded::guard;

diesel::table! {
    users { id -> Integer, name -> Text, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    posts {
        id -> Integer,
        user_id -> Integer,
        title -> Text,
        updated_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
        deleted_by -> Nullable<Integer>,
        delete_reason -> Nullable<Text>,
    }
}
diesel::table! {
    comments { id -> Integer, post_id -> Integer, body -> Text, deleted -> Bool }
}
diesel::table! {
    // not soft-delete
    teams { id -> Integer, name -> Text }
}
diesel::table! {
    memberships (user_id, team_id) {
        user_id -> Integer,
        team_id -> Integer,
        role -> Text,
        deleted_at -> BigInt,
    }
}
diesel::joinable!(posts -> users (user_id));
diesel::joinable!(comments -> posts (post_id));
diesel::joinable!(memberships -> users (user_id));
diesel::joinable!(memberships -> teams (team_id));
diesel::allow_tables_to_appear_in_same_query!(users, posts, comments, teams, memberships);

#[derive(
    Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Insertable, SoftDeletable,
)]
pub struct User {
    pub id: i32,
    pub name: String,
    pub deleted_at: Option<NaiveDateTime>,
}

#[derive(
    Debug,
    Clone,
    PartialEq,
    Queryable,
    Selectable,
    Identifiable,
    Associations,
    Insertable,
    SoftDeletable,
)]
#[diesel(belongs_to(User))]
#[soft_delete(touch = updated_at, clear(deleted_by, delete_reason))]
pub struct Post {
    pub id: i32,
    pub user_id: i32,
    pub title: String,
    pub updated_at: NaiveDateTime,
    pub deleted_at: Option<NaiveDateTime>,
    pub deleted_by: Option<i32>,
    pub delete_reason: Option<String>,
}

#[derive(
    Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Associations, SoftDeletable,
)]
#[diesel(belongs_to(Post))]
#[soft_delete(column = deleted)]
pub struct Comment {
    pub id: i32,
    pub post_id: i32,
    pub body: String,
    #[diesel(column_name = deleted)]
    pub gone: bool,
}

#[derive(
    Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Associations, SoftDeletable,
)]
#[diesel(primary_key(user_id, team_id), belongs_to(User))]
#[soft_delete(unit = millis)]
pub struct Membership {
    pub user_id: i32,
    pub team_id: i32,
    pub role: String,
    pub deleted_at: i64,
}

/// The day of that number in January 2026, at midnight.
pub fn day(day: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 1, day)
        .and_then(|date| date.and_hms_opt(0, 0, 0))
        .unwrap()
}

/// The same, as the marker of a membership has it.
pub fn day_in_millis(number: u32) -> i64 {
    day(number).and_utc().timestamp_millis()
}

/// A connection to these tables:
///
/// | user | posts | memberships |
/// | --- | --- | --- |
/// | 1 Sean | 1 Hello (comments 1, and 2 deleted), 2 Draft (deleted on the 2nd; comment 3) | in team 1, was in 2 until the 2nd |
/// | 2 Tess, deleted on the 5th | 3 Farewell, 4 Rant (deleted on the 3rd) | in team 1 |
/// | 3 Jim | none | was in 1 until the 4th |
pub fn blog() -> Conn {
    let mut conn = backend::connection();
    create_tables(&mut conn);
    execute_batch(
        &mut conn,
        "INSERT INTO users (id, name, deleted_at) VALUES
             (1, 'Sean', NULL), (2, 'Tess', '2026-01-05 00:00:00'), (3, 'Jim', NULL);
         INSERT INTO posts (id, user_id, title, updated_at, deleted_at, deleted_by, delete_reason)
         VALUES
             (1, 1, 'Hello', '2026-01-01 00:00:00', NULL, NULL, NULL),
             (2, 1, 'Draft', '2026-01-02 00:00:00', '2026-01-02 00:00:00', 1, 'unfinished'),
             (3, 2, 'Farewell', '2026-01-01 00:00:00', NULL, NULL, NULL),
             (4, 2, 'Rant', '2026-01-03 00:00:00', '2026-01-03 00:00:00', 3, NULL);
         INSERT INTO comments (id, post_id, body, deleted) VALUES
             (1, 1, 'Welcome', false), (2, 1, 'Spam', true), (3, 2, 'Lost', false);
         INSERT INTO teams (id, name) VALUES (1, 'Core'), (2, 'Docs');
         INSERT INTO memberships (user_id, team_id, role, deleted_at) VALUES
             (1, 1, 'lead', 0), (1, 2, 'writer', 1767312000000), (2, 1, 'member', 0),
             (3, 1, 'member', 1767484800000);",
    );
    conn
}

pub fn create_tables(conn: &mut Conn) {
    execute_batch(
        conn,
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(100) NOT NULL, deleted_at MOMENT);
         CREATE TABLE posts (
             id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, title VARCHAR(100) NOT NULL,
             updated_at MOMENT NOT NULL, deleted_at MOMENT,
             deleted_by INTEGER, delete_reason VARCHAR(100));
         CREATE TABLE comments (
             id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL, body VARCHAR(100) NOT NULL,
             deleted BOOLEAN NOT NULL DEFAULT false);
         CREATE TABLE teams (id INTEGER PRIMARY KEY, name VARCHAR(100) NOT NULL);
         CREATE TABLE memberships (
             user_id INTEGER NOT NULL, team_id INTEGER NOT NULL, role VARCHAR(100) NOT NULL,
             deleted_at BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (user_id, team_id));",
    );
    let blog = (
        users::table,
        posts::table,
        comments::table,
        memberships::table,
    );
    guard(conn, blog);
}
