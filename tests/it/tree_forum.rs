//! A forum whose tables cascade: the tree that most `tree_*` modules use, and what is in it.
//!
//! `users` takes `posts`, `comments` (by author) and `pins` along; `posts` takes `comments` and
//! `post_tags`; `comments` takes its replies and `attachments`. An order forbids the deletion of
//! its user, a pin that of its post. All foreign keys are constraints too.

use crate::prelude::*;
use chrono::NaiveDateTime;
use soft_delete_runtime::prelude::*;
use soft_delete_runtime::{Error, Report};

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
        updated_at -> Nullable<Timestamp>,
        deleted_at -> Nullable<Timestamp>,
        deleted_by -> Nullable<Integer>,
    }
}
diesel::table! {
    comments {
        id -> Integer,
        post_id -> Integer,
        author_id -> Nullable<Integer>,
        parent_id -> Nullable<Integer>,
        edited_at -> Nullable<Timestamp>,
        deleted_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    attachments { id -> Integer, comment_id -> Integer, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    // without a model
    post_tags (post_id, tag) { post_id -> Integer, tag -> Integer, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    pins {
        id -> Integer,
        post_id -> Integer,
        user_id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    orders { id -> Integer, user_id -> Integer, deleted_at -> Nullable<Timestamp> }
}
diesel::allow_tables_to_appear_in_same_query!(
    users,
    posts,
    comments,
    attachments,
    post_tags,
    pins,
    orders
);

pub const TABLES: [&str; 7] = [
    "users",
    "posts",
    "comments",
    "attachments",
    "post_tags",
    "pins",
    "orders",
];

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(
    cascade(posts::user_id, comments::author_id, pins::user_id),
    restrict(orders::user_id)
)]
pub struct User {
    pub id: i32,
    pub name: String,
    pub deleted_at: Option<NaiveDateTime>,
}

#[derive(
    Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Associations, SoftDeletable,
)]
#[diesel(belongs_to(User))]
#[soft_delete(
    cascade(comments::post_id, post_tags::post_id),
    restrict(pins::post_id),
    touch = updated_at,
    clear(deleted_by)
)]
pub struct Post {
    pub id: i32,
    pub user_id: i32,
    pub title: String,
    pub updated_at: Option<NaiveDateTime>,
    pub deleted_at: Option<NaiveDateTime>,
    pub deleted_by: Option<i32>,
}

#[derive(
    Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Associations, SoftDeletable,
)]
#[diesel(belongs_to(Post))]
#[soft_delete(
    cascade(comments::parent_id, attachments::comment_id),
    touch = edited_at
)]
pub struct Comment {
    pub id: i32,
    pub post_id: i32,
    pub author_id: Option<i32>,
    pub parent_id: Option<i32>,
    pub edited_at: Option<NaiveDateTime>,
    pub deleted_at: Option<NaiveDateTime>,
}

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
#[expect(dead_code)]
struct Attachment {
    id: i32,
    comment_id: i32,
    deleted_at: Option<NaiveDateTime>,
}

soft_delete_runtime::soft_delete_table! {
    post_tags(deleted_at, parents(post_id))
    pins(deleted_at, parents(user_id, post_id))
    orders(deleted_at, parents(user_id))
}

/// A connection to these tables:
///
/// | user | posts | wrote comments |
/// | --- | --- | --- |
/// | 1 | 1 (tags 1, 2; pinned by 1: pin 1), 2 | 1, 4 |
/// | 2 | 3 (tag 1) | 2, 5 |
/// | 3 | none | 3 |
///
/// | post | comments, replies in brackets | attachments of comments |
/// | --- | --- | --- |
/// | 1 | 1 (2 (3)) | 1 of 2, 2 of 3 |
/// | 2 | 6, of nobody | none |
/// | 3 | 4 (5) | 3 of 5 |
pub fn forum() -> Conn {
    let mut conn = backend::connection();
    create_tables(&mut conn);
    fill_tables(&mut conn);
    conn
}

/// Two connections to one.
pub fn two_at_the_forum() -> (Conn, Conn) {
    let (mut first, second) = backend::two();
    create_tables(&mut first);
    fill_tables(&mut first);
    (first, second)
}

pub fn fill_tables(conn: &mut Conn) {
    execute_batch(
        conn,
        "INSERT INTO users (id, name) VALUES (1, 'Sean'), (2, 'Tess'), (3, 'Jim');
         INSERT INTO posts (id, user_id, title) VALUES (1, 1, 'One'), (2, 1, 'Two'), (3, 2, 'Three');
         INSERT INTO comments (id, post_id, author_id, parent_id) VALUES
             (1, 1, 1, NULL), (2, 1, 2, 1), (3, 1, 3, 2), (4, 3, 1, NULL), (5, 3, 2, 4),
             (6, 2, NULL, NULL);
         INSERT INTO attachments (id, comment_id) VALUES (1, 2), (2, 3), (3, 5);
         INSERT INTO post_tags (post_id, tag) VALUES (1, 1), (1, 2), (3, 1);
         INSERT INTO pins (id, post_id, user_id) VALUES (1, 1, 1);",
    );
}

pub fn create_tables(conn: &mut Conn) {
    execute_batch(
        conn,
        "CREATE TABLE users (
             id INTEGER PRIMARY KEY, name VARCHAR(100) NOT NULL, deleted_at MOMENT NULL);
         CREATE TABLE posts (
             id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, title VARCHAR(100) NOT NULL,
             updated_at MOMENT NULL, deleted_at MOMENT NULL, deleted_by INTEGER,
             FOREIGN KEY (user_id) REFERENCES users (id));
         CREATE TABLE comments (
             id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL, author_id INTEGER,
             parent_id INTEGER, edited_at MOMENT NULL, deleted_at MOMENT NULL,
             FOREIGN KEY (post_id) REFERENCES posts (id),
             FOREIGN KEY (author_id) REFERENCES users (id),
             CONSTRAINT parent FOREIGN KEY (parent_id) REFERENCES comments (id));
         CREATE TABLE attachments (
             id INTEGER PRIMARY KEY, comment_id INTEGER NOT NULL, deleted_at MOMENT NULL,
             FOREIGN KEY (comment_id) REFERENCES comments (id));
         CREATE TABLE post_tags (
             post_id INTEGER NOT NULL, tag INTEGER NOT NULL, deleted_at MOMENT NULL,
             PRIMARY KEY (post_id, tag), FOREIGN KEY (post_id) REFERENCES posts (id));
         CREATE TABLE pins (
             id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL, user_id INTEGER NOT NULL,
             deleted_at MOMENT NULL,
             FOREIGN KEY (post_id) REFERENCES posts (id),
             FOREIGN KEY (user_id) REFERENCES users (id));
         CREATE TABLE orders (
             id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, deleted_at MOMENT NULL,
             FOREIGN KEY (user_id) REFERENCES users (id));
         CREATE INDEX posts_user ON posts (user_id);
         CREATE INDEX comments_post ON comments (post_id);
         CREATE INDEX comments_author ON comments (author_id);
         CREATE INDEX comments_parent ON comments (parent_id);
         CREATE INDEX attachments_comment ON attachments (comment_id);
         CREATE INDEX pins_post ON pins (post_id);
         CREATE INDEX pins_user ON pins (user_id);
         CREATE INDEX orders_user ON orders (user_id);",
    );
    let forum = (
        users::table,
        posts::table,
        comments::table,
        attachments::table,
        post_tags::table,
        pins::table,
        orders::table,
    );
    guard(conn, forum);
}

/// All rows of all tables, each as a line.
pub fn everything(conn: &mut Conn) -> Vec<String> {
    lines(conn, |moment| moment)
}

/// The same without the columns that `touch` names.
pub fn untouched(conn: &mut Conn) -> Vec<String> {
    lines(conn, |_| None)
}

type Moment = Option<NaiveDateTime>;

fn lines(conn: &mut Conn, touched: fn(Moment) -> Moment) -> Vec<String> {
    let mut lines = Vec::new();
    macro_rules! table {
        ($table:ident, $row:ty $(, $column:tt)?) => {
            let rows: Vec<$row> = $table::table.with_deleted().order($table::all_columns).load(conn).unwrap();
            #[allow(unused_mut)]
            for mut row in rows {
                $(row.$column = touched(row.$column);)?
                lines.push(format!("{} {row:?}", stringify!($table)));
            }
        };
    }
    table!(users, (i32, String, Moment));
    table!(posts, (i32, i32, String, Moment, Moment, Option<i32>), 3);
    table!(
        comments,
        (i32, i32, Option<i32>, Option<i32>, Moment, Moment),
        4
    );
    table!(attachments, (i32, i32, Moment));
    table!(post_tags, (i32, i32, Moment));
    table!(pins, (i32, i32, i32, Moment));
    table!(orders, (i32, i32, Moment));
    lines
}

/// The deleted rows, as `posts 1 2, comments 4`; a tag as `12` is tag 2 of post 1.
pub fn deleted(conn: &mut Conn) -> String {
    let mut tables = Vec::new();
    macro_rules! table {
        ($table:ident, $key:expr) => {
            let keys: Vec<i32> = $table::table
                .only_deleted()
                .select($key)
                .order($key)
                .load(conn)
                .unwrap();
            if !keys.is_empty() {
                let keys: Vec<_> = keys.iter().map(i32::to_string).collect();
                tables.push(format!("{} {}", stringify!($table), keys.join(" ")));
            }
        };
    }
    table!(users, users::id);
    table!(posts, posts::id);
    table!(comments, comments::id);
    table!(attachments, attachments::id);
    table!(post_tags, post_tags::post_id * 10 + post_tags::tag);
    table!(pins, pins::id);
    table!(orders, orders::id);
    tables.join(", ")
}

/// The table and the number of its rows that refuse an operation.
pub fn restricted(error: Error) -> (String, i64) {
    match error {
        Error::Restricted { table, count } => (table, count),
        error => panic!("{error:?}"),
    }
}

/// What a report says of each table.
pub fn counts(report: &Report) -> Vec<(&str, usize)> {
    report.tables().collect()
}
