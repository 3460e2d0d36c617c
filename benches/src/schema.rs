//! Users with posts with comments, all with foreign keys and their indexes.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

diesel::table! {
    users { id -> Integer, name -> Text, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    posts {
        id -> Integer,
        user_id -> Integer,
        title -> Text,
        deleted_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    comments { id -> Integer, post_id -> Integer, body -> Text, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    // on its own
    events { id -> Integer, body -> Text, deleted_at -> Nullable<Timestamp> }
}

soft_delete_runtime::soft_delete_table! {
    users(deleted_at, cascade(posts::user_id))
    posts(deleted_at, cascade(comments::post_id), parents(user_id))
    comments(deleted_at, parents(post_id))
    events(deleted_at)
}

const TABLES: &str = "
    CREATE TABLE users (
        id INTEGER PRIMARY KEY, name VARCHAR(100) NOT NULL, deleted_at TIMESTAMP);
    CREATE TABLE posts (
        id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id),
        title VARCHAR(100) NOT NULL, deleted_at TIMESTAMP);
    CREATE TABLE comments (
        id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL REFERENCES posts (id),
        body VARCHAR(100) NOT NULL, deleted_at TIMESTAMP);
    CREATE TABLE events (id INTEGER PRIMARY KEY, body VARCHAR(100) NOT NULL, deleted_at TIMESTAMP);
    CREATE INDEX posts_user_id ON posts (user_id);
    CREATE INDEX comments_post_id ON comments (post_id);";

/// What differs between the databases.
pub trait Database: Connection + SimpleConnection + 'static {
    /// Run first: an empty place of its own.
    const OPEN: &'static str;
    /// A query that `numbers (n)` from 1 to that many can be selected from.
    fn numbers(count: usize) -> String;
    /// Takes all rows out.
    const EMPTY: &'static str;
    /// Run when the rows are there, each on its own.
    const SETTLE: &'static [&'static str];
    /// The type to cast a moment to.
    const MOMENT: &'static str;
    /// Removes the next batch of expired events after a key and returns their keys, as one writes
    /// it by hand: of the forms that leave out what another has locked, the fastest.
    const REMOVE_BATCH: &'static str;
}

impl Database for SqliteConnection {
    const OPEN: &'static str = "
        PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
        DROP TABLE IF EXISTS comments; DROP TABLE IF EXISTS posts;
        DROP TABLE IF EXISTS users; DROP TABLE IF EXISTS events;
        PRAGMA foreign_keys = ON;";
    fn numbers(count: usize) -> String {
        format!(
            "WITH RECURSIVE numbers (n) AS \
             (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})"
        )
    }
    const EMPTY: &'static str =
        "DELETE FROM comments; DELETE FROM posts; DELETE FROM users; DELETE FROM events;";
    const SETTLE: &'static [&'static str] = &["ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"];
    // a cast to TIMESTAMP is one to a number here
    const MOMENT: &'static str = "TEXT";
    const REMOVE_BATCH: &'static str = "
        DELETE FROM events WHERE id IN
            (SELECT id FROM events WHERE deleted_at < '2026-02-01 00:00:00' AND id > $1
             ORDER BY id LIMIT 1000)
        RETURNING id";
}

#[cfg(feature = "postgres")]
impl Database for PgConnection {
    const OPEN: &'static str = "
        DROP SCHEMA IF EXISTS soft_delete_benches CASCADE;
        CREATE SCHEMA soft_delete_benches;
        SET search_path = soft_delete_benches;
        SET synchronous_commit = off;"; // what the disk takes is not the question
    fn numbers(count: usize) -> String {
        format!("WITH numbers (n) AS (SELECT generate_series(1, {count}))")
    }
    const EMPTY: &'static str = "TRUNCATE comments, posts, users, events;";
    const SETTLE: &'static [&'static str] = &["VACUUM ANALYZE", "CHECKPOINT"];
    const MOMENT: &'static str = "TIMESTAMP";
    const REMOVE_BATCH: &'static str = "
        DELETE FROM events WHERE id = ANY (ARRAY
            (SELECT id FROM events WHERE deleted_at < '2026-02-01 00:00:00' AND id > $1
             ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED))
        RETURNING id";
}

#[cfg(feature = "mysql")]
impl Database for MysqlConnection {
    const OPEN: &'static str = "
        DROP DATABASE IF EXISTS soft_delete_benches;
        CREATE DATABASE soft_delete_benches;
        USE soft_delete_benches;
        SET SESSION /*!80000 cte_max_recursion_depth */ /*M! max_recursive_iterations */
            = 4294967295;";
    fn numbers(count: usize) -> String {
        format!(
            "WITH RECURSIVE numbers (n) AS \
             (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})"
        )
    }
    const EMPTY: &'static str = "
        SET foreign_key_checks = 0;
        TRUNCATE comments; TRUNCATE posts; TRUNCATE users; TRUNCATE events;
        SET foreign_key_checks = 1;";
    const SETTLE: &'static [&'static str] = &["ANALYZE TABLE users, posts, comments, events"];
    const MOMENT: &'static str = "DATETIME";
    // not on MySQL, which returns nothing
    const REMOVE_BATCH: &'static str = "
        DELETE FROM events WHERE deleted_at < '2026-02-01 00:00:00' AND id > ?
        ORDER BY id LIMIT 1000 RETURNING id";
}

/// A connection to empty tables.
pub fn open<C: Database>(url: &str) -> ConnectionResult<C> {
    let mut conn = C::establish(url)?;
    batch(&mut conn, C::OPEN);
    batch(&mut conn, TABLES);
    Ok(conn)
}

/// Runs statements that cannot fail.
pub fn batch<C: SimpleConnection>(conn: &mut C, sql: &str) {
    if let Err(error) = conn.batch_execute(sql) {
        panic!("{error}: {sql}");
    }
}

/// Fills the tables anew: a user with so many posts of so many comments, and a hundred that have as
/// much between them. With two users alone, SQLite would find the posts of one without the index.
pub fn fill_tree<C: Database>(conn: &mut C, posts: usize, comments: usize) {
    batch(conn, C::EMPTY);
    let all_posts = 2 * posts;
    batch(
        conn,
        &format!(
            "INSERT INTO users (id, name) {} SELECT n, 'one of them' FROM numbers;
             INSERT INTO posts (id, user_id, title)
                 {} SELECT n, CASE WHEN n <= {posts} THEN 1 ELSE 2 + n % 100 END, 'a title'
                 FROM numbers;
             INSERT INTO comments (id, post_id, body)
                 {} SELECT n, 1 + (n - 1) / {comments}, 'what one says of it' FROM numbers;",
            C::numbers(101),
            C::numbers(all_posts),
            C::numbers(all_posts * comments),
        ),
    );
}

/// Fills the table of events anew: one in three has expired, one in three has been deleted since.
pub fn fill_events<C: Database>(conn: &mut C, rows: usize) {
    batch(conn, C::EMPTY);
    batch(
        conn,
        &format!(
            "INSERT INTO events (id, body, deleted_at)
                 {} SELECT n, 'what happened then', CASE n % 3
                     WHEN 0 THEN CAST('2026-01-01 00:00:00' AS {moment})
                     WHEN 1 THEN CAST('2026-03-01 00:00:00' AS {moment})
                 END FROM numbers;",
            C::numbers(rows),
            moment = C::MOMENT,
        ),
    );
}

/// After the rows have been filled in.
pub fn settle<C: Database>(conn: &mut C) {
    for statement in C::SETTLE {
        batch(conn, statement);
    }
}

/// A database file, removed in the end.
pub struct File(String);

impl File {
    /// One that nobody else uses.
    pub fn new(name: &str) -> Self {
        let name = format!("soft-delete-benches-{name}-{}.sqlite", std::process::id());
        Self(std::env::temp_dir().join(name).display().to_string())
    }

    /// Where it is.
    pub fn path(&self) -> &str {
        &self.0
    }
}

impl Drop for File {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", self.0));
        }
    }
}
