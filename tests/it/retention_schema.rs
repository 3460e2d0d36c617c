//! The tables that the `retention` modules use. All foreign keys are constraints too.

use crate::prelude::*;
use soft_delete_runtime::ScopeDsl;

use crate::backend::{self, Conn, execute_batch, insert_rows};
use crate::guarded::guard;

tables_by_id! {
    letters { body -> Text, hold -> Nullable<Bool>, deleted_at -> Nullable<Timestamp> }
    stamps { letter_id -> Integer }
    users { hold -> Nullable<Bool>, deleted_at -> Nullable<Timestamp> }
    posts { user_id -> Integer, deleted_at -> Nullable<Timestamp> }
    comments {
        post_id -> Integer, author_id -> Nullable<Integer>, deleted_at -> Nullable<Timestamp>
    }
    orders { user_id -> Integer, deleted_at -> Nullable<Timestamp> }
    badges { user_id -> Integer, post_id -> Integer, deleted_at -> Nullable<Timestamp> }
    folders {
        parent_id -> Nullable<Integer>, hold -> Nullable<Bool>, deleted_at -> Nullable<Timestamp>
    }
    pages {
        folder_id -> Integer, parent_id -> Nullable<Integer>, deleted_at -> Nullable<Timestamp>
    }
}
diesel::table! {
    visits (user_id, place) { user_id -> Integer, place -> Text, deleted_at -> BigInt }
}
diesel::table! {
    files (path) { path -> Text, deleted_at -> Nullable<BigInt> }
}
diesel::table! {
    projects (org_id, code) { org_id -> Integer, code -> Text, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    tasks (org_id, code, number) {
        org_id -> Integer,
        code -> Text,
        number -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}
diesel::allow_tables_to_appear_in_same_query!(letters, stamps);
diesel::allow_tables_to_appear_in_same_query!(users, posts, comments, orders, badges);

soft_delete_runtime::soft_delete_table! {
    letters(deleted_at)
    visits(deleted_at, unit = millis)
    files(deleted_at, unit = micros)
    users(
        deleted_at,
        cascade(posts::user_id, comments::author_id),
        restrict(orders::user_id, badges::user_id)
    )
    posts(deleted_at, cascade(comments::post_id, badges::post_id), parents(user_id))
    comments(deleted_at, parents(post_id, author_id))
    orders(deleted_at, parents(user_id))
    badges(deleted_at, parents(post_id, user_id))
    folders(deleted_at, cascade(folders::parent_id, pages::folder_id), parents(parent_id))
    pages(deleted_at, cascade(pages::parent_id), parents(folder_id, parent_id))
    projects(deleted_at, cascade((tasks::org_id, tasks::code)))
    tasks(deleted_at, parents(org_id, code))
}

/// A connection to these tables, with nothing in them.
pub fn tables() -> Conn {
    let mut conn = backend::connection();
    create_tables(&mut conn);
    conn
}

pub fn create_tables(conn: &mut Conn) {
    execute_batch(
        conn,
        "CREATE TABLE letters (
             id INTEGER PRIMARY KEY, body VARCHAR(100) NOT NULL DEFAULT '', hold BOOLEAN,
             deleted_at MOMENT NULL);
         CREATE TABLE stamps (
             id INTEGER PRIMARY KEY, letter_id INTEGER NOT NULL,
             FOREIGN KEY (letter_id) REFERENCES letters (id));
         CREATE TABLE visits (
             user_id INTEGER NOT NULL, place VARCHAR(100) NOT NULL, deleted_at BIGINT NOT NULL,
             PRIMARY KEY (user_id, place));
         CREATE TABLE files (path VARCHAR(100) PRIMARY KEY, deleted_at BIGINT);
         CREATE TABLE users (id INTEGER PRIMARY KEY, hold BOOLEAN, deleted_at MOMENT NULL);
         CREATE TABLE posts (
             id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, deleted_at MOMENT NULL,
             FOREIGN KEY (user_id) REFERENCES users (id));
         CREATE TABLE comments (
             id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL, author_id INTEGER,
             deleted_at MOMENT NULL,
             FOREIGN KEY (post_id) REFERENCES posts (id),
             FOREIGN KEY (author_id) REFERENCES users (id));
         CREATE TABLE orders (
             id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, deleted_at MOMENT NULL,
             FOREIGN KEY (user_id) REFERENCES users (id));
         CREATE TABLE badges (
             id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, post_id INTEGER NOT NULL,
             deleted_at MOMENT NULL,
             FOREIGN KEY (user_id) REFERENCES users (id),
             FOREIGN KEY (post_id) REFERENCES posts (id));
         CREATE TABLE folders (
             id INTEGER PRIMARY KEY, parent_id INTEGER, hold BOOLEAN, deleted_at MOMENT NULL,
             FOREIGN KEY (parent_id) REFERENCES folders (id));
         CREATE TABLE pages (
             id INTEGER PRIMARY KEY, folder_id INTEGER NOT NULL, parent_id INTEGER,
             deleted_at MOMENT NULL,
             FOREIGN KEY (folder_id) REFERENCES folders (id),
             FOREIGN KEY (parent_id) REFERENCES pages (id));
         CREATE TABLE projects (
             org_id INTEGER NOT NULL, code VARCHAR(20) NOT NULL, deleted_at MOMENT NULL,
             PRIMARY KEY (org_id, code));
         CREATE TABLE tasks (
             org_id INTEGER NOT NULL, code VARCHAR(20) NOT NULL, number INTEGER NOT NULL,
             deleted_at MOMENT NULL, PRIMARY KEY (org_id, code, number),
             FOREIGN KEY (org_id, code) REFERENCES projects (org_id, code));",
    );
    guard(
        conn,
        (
            letters::table,
            visits::table,
            files::table,
            users::table,
            posts::table,
            comments::table,
            orders::table,
            badges::table,
            folders::table,
            pages::table,
            projects::table,
            tasks::table,
        ),
    );
}

/// Puts letters in, deleted on the first: those with the numbers from 1 on.
pub fn post_letters(conn: &mut Conn, count: i32) {
    insert(conn, "letters (id, body, deleted_at)", count, |id| {
        format!("{id}, 'letter {id}', '2026-01-01 00:00:00'")
    });
}

diesel::table! {
    archive (id) { id -> Integer }
}

/// Letters from 1 on, all expired; 2 is active again, and an archive for their numbers.
pub fn letters_and_archive(count: i32) -> Conn {
    let mut conn = tables();
    post_letters(&mut conn, count);
    execute_batch(
        &mut conn,
        "UPDATE letters SET deleted_at = NULL WHERE id = 2;
         CREATE TABLE archive (id INTEGER NOT NULL)",
    );
    conn
}

/// Inserts the rows from 1 on.
pub fn insert(conn: &mut Conn, into: &str, count: i32, row: impl Fn(i32) -> String) {
    insert_rows(conn, into, 1..count + 1, |number| {
        format!("({})", row(number))
    });
}

/// The numbers of the letters that are there.
pub fn letters_left(conn: &mut Conn) -> Vec<i32> {
    ids!(conn, letters.with_deleted())
}

/// The rows that are there, as `users 1 2, posts 4`.
pub fn left(conn: &mut Conn) -> String {
    let mut tables = Vec::new();
    macro_rules! table {
        ($($table:ident $key:ident),+) => {$(
            let keys: Vec<i32> = $table::table
                .with_deleted()
                .select($table::$key)
                .order($table::$key)
                .load(conn)
                .unwrap();
            if !keys.is_empty() {
                let keys: Vec<String> = keys.iter().map(i32::to_string).collect();
                tables.push(format!("{} {}", stringify!($table), keys.join(" ")));
            }
        )+};
    }
    table!(users id, posts id, comments id, orders id, badges id, folders id, pages id);
    table!(projects org_id, tasks number);
    tables.join(", ")
}

/// How many statements of a batch are no rows' look-ups, but the begin and end of a transaction.
pub fn is_about_a_transaction(statement: &str) -> bool {
    ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"]
        .iter()
        .any(|word| statement.starts_with(word))
}

/// Has a trigger silently keep a row of a table. MySQL has none that does.
pub fn keep_row(conn: &mut Conn, table: &str, id: i32) -> bool {
    let trigger = match backend::engine() {
        backend::Engine::Sqlite => format!(
            "CREATE TRIGGER holds BEFORE DELETE ON {table} WHEN OLD.id = {id}
             BEGIN SELECT RAISE(IGNORE); END"
        ),
        backend::Engine::Postgres => format!(
            "CREATE FUNCTION holds() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 IF OLD.id = {id} THEN RETURN NULL; END IF;
                 RETURN OLD;
             END $$;
             CREATE TRIGGER holds BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION holds()"
        ),
        backend::Engine::Mysql => return false,
    };
    execute_batch(conn, &trigger);
    true
}

/// Goes on as a new role that may use these tables and no others; its name.
#[cfg(backend = "postgres")]
pub fn as_a_role(conn: &mut Conn, name: &str, tables: &str) -> String {
    let role = format!("soft_delete_test_{name}_{}", std::process::id());
    let schema = backend::names(conn, "SELECT current_schema()::text AS name").remove(0);
    execute_batch(
        conn,
        &format!(
            "CREATE ROLE {role};
             GRANT USAGE ON SCHEMA {schema} TO {role};
             GRANT SELECT, UPDATE, DELETE ON {tables} TO {role};
             SET ROLE {role}"
        ),
    );
    role
}

/// Is the role of before again, and removes that one.
#[cfg(backend = "postgres")]
pub fn drop_role(conn: &mut Conn, role: &str) {
    let drop = format!("RESET ROLE; DROP OWNED BY {role}; DROP ROLE {role}");
    execute_batch(conn, &drop);
}
