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

diesel::joinable!(posts -> users (user_id));
diesel::joinable!(comments -> posts (post_id));
diesel::allow_tables_to_appear_in_same_query!(users, posts, comments);

soft_delete_runtime::soft_delete_table! {
    users(deleted_at, cascade(posts::user_id))
    posts(deleted_at, cascade(comments::post_id), parents(user_id))
    comments(deleted_at, parents(post_id))
    events(deleted_at)
}

const TABLES: &str = "
    CREATE TABLE users (
        id INTEGER PRIMARY KEY, name VARCHAR(100) NOT NULL, deleted_at MOMENT NULL);
    CREATE TABLE posts (
        id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, title VARCHAR(100) NOT NULL,
        deleted_at MOMENT NULL, FOREIGN KEY (user_id) REFERENCES users (id));
    CREATE TABLE comments (
        id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL, body VARCHAR(100) NOT NULL,
        deleted_at MOMENT NULL, FOREIGN KEY (post_id) REFERENCES posts (id));
    CREATE TABLE events (id INTEGER PRIMARY KEY, body VARCHAR(100) NOT NULL, deleted_at MOMENT NULL);
    CREATE INDEX posts_title ON posts (title);
    CREATE INDEX posts_user_id ON posts (user_id);
    CREATE INDEX comments_post_id ON comments (post_id);";

/// What differs between the databases.
pub trait Database: Connection + SimpleConnection + 'static {
    /// Run first: an empty place of its own.
    const OPEN: &'static str;
    /// What goes before a query of `numbers (n)`, from 1 to that many.
    fn numbers(count: usize) -> String {
        format!(
            "WITH RECURSIVE numbers (n) AS \
             (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})"
        )
    }
    /// Takes all rows out, to be filled anew.
    const EMPTY: &'static str;
    /// Run when they are filled: foreign keys are checked again, if they were not meanwhile.
    const FILLED: &'static str = "";
    /// Run when the rows are there, each on its own.
    const SETTLE: &'static [&'static str];
    /// Run before each operation on them: what keeps SQLite's statements prepared, which `ANALYZE`
    /// does not.
    const TIDY: &'static [&'static str] = Self::SETTLE;
    /// The type of a moment in a table, and the one to cast a text to.
    const COLUMN: &'static str = "TIMESTAMP";
    const MOMENT: &'static str = "TIMESTAMP";
    /// Whether binds are numbered, `$1`, or each is a `?`.
    const NUMBERED: bool = false;
    /// Whether a row is changed by what another table has through a join, not a sub-select:
    /// MariaDB reads the whole table for a sub-select.
    const JOINS: bool = false;
}

impl Database for SqliteConnection {
    const OPEN: &'static str = "
        PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
        DROP TABLE IF EXISTS comments; DROP TABLE IF EXISTS posts;
        DROP TABLE IF EXISTS users; DROP TABLE IF EXISTS events;
        PRAGMA foreign_keys = ON;";
    const EMPTY: &'static str =
        "DELETE FROM comments; DELETE FROM posts; DELETE FROM users; DELETE FROM events;";
    const SETTLE: &'static [&'static str] = &["ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"];
    const TIDY: &'static [&'static str] = &["PRAGMA wal_checkpoint(TRUNCATE)"];
    // a cast to TIMESTAMP is one to a number here
    const MOMENT: &'static str = "TEXT";
}

#[cfg(feature = "postgres")]
impl Database for PgConnection {
    const OPEN: &'static str = "
        DROP SCHEMA IF EXISTS soft_delete_benches CASCADE;
        CREATE SCHEMA soft_delete_benches;
        SET search_path = soft_delete_benches;
        SET synchronous_commit = off;"; // what the disk takes is not the question
    const NUMBERED: bool = true;
    fn numbers(count: usize) -> String {
        format!("WITH numbers (n) AS (SELECT generate_series(1, {count}))")
    }
    const EMPTY: &'static str = "
        SET session_replication_role = replica; TRUNCATE comments, posts, users, events;";
    const FILLED: &'static str = "RESET session_replication_role;";
    const SETTLE: &'static [&'static str] = &["VACUUM ANALYZE", "CHECKPOINT"];
}

/// MariaDB and MySQL.
#[cfg(feature = "mysql")]
impl Database for MysqlConnection {
    const OPEN: &'static str = "
        DROP DATABASE IF EXISTS soft_delete_benches;
        CREATE DATABASE soft_delete_benches;
        USE soft_delete_benches;
        SET SESSION /*!80000 cte_max_recursion_depth */ /*M! max_recursive_iterations */
            = 4294967295;";
    const EMPTY: &'static str = "
        SET foreign_key_checks = 0;
        TRUNCATE comments; TRUNCATE posts; TRUNCATE users; TRUNCATE events;";
    const FILLED: &'static str = "SET foreign_key_checks = 1;";
    const SETTLE: &'static [&'static str] = &["ANALYZE TABLE users, posts, comments, events"];
    const COLUMN: &'static str = "DATETIME(6)";
    const MOMENT: &'static str = "DATETIME(6)";
    const JOINS: bool = true;
}

/// A connection to empty tables.
pub fn open<C: Database>(url: &str) -> ConnectionResult<C> {
    let mut conn = C::establish(url)?;
    batch(&mut conn, C::OPEN);
    batch(&mut conn, &TABLES.replace("MOMENT", C::COLUMN));
    Ok(conn)
}

/// Runs statements that cannot fail.
pub fn batch<C: SimpleConnection>(conn: &mut C, sql: &str) {
    if sql.is_empty() {
        return; // MySQL takes that for an error
    }
    if let Err(error) = conn.batch_execute(sql) {
        panic!("{error}: {sql}");
    }
}

/// Fills the tables anew: so many users with so many posts, which are called `chosen`, of so many
/// comments each; and a hundred users that have as much between them. With a few alone, SQLite would
/// find the posts of one without the index.
pub fn fill_tree<C: Database>(conn: &mut C, users: usize, posts: usize, comments: usize) {
    batch(conn, C::EMPTY);
    let chosen = users * posts;
    batch(
        conn,
        &format!(
            "INSERT INTO users (id, name) {} SELECT n, 'one of them' FROM numbers;
             INSERT INTO posts (id, user_id, title)
                 {} SELECT n, CASE WHEN n <= {chosen} THEN 1 + (n - 1 - (n - 1) % {posts}) / {posts}
                                   ELSE {users} + 1 + n % 100 END,
                           CASE WHEN n <= {chosen} THEN 'chosen' ELSE 'another' END FROM numbers;
             INSERT INTO comments (id, post_id, body)
                 {} SELECT n, 1 + (n - 1 - (n - 1) % {comments}) / {comments}, 'what one says of it'
                 FROM numbers;",
            C::numbers(users + 100),
            C::numbers(2 * chosen),
            C::numbers(2 * chosen * comments),
        ),
    );
    batch(conn, C::FILLED);
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
    batch(conn, C::FILLED);
}

/// After the rows have been filled in.
pub fn settle<C: Database>(conn: &mut C) {
    for statement in C::SETTLE {
        batch(conn, statement);
    }
}

/// Before an operation on them.
pub fn tidy<C: Database>(conn: &mut C) {
    for statement in C::TIDY {
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
