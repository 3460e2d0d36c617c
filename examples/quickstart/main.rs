//! What soft deletes look like, step by step: each call, its SQL, and what becomes of the rows.
//!
//! `cargo run --example quickstart` runs it on an SQLite in memory.

use std::error::Error;
use std::io::{self, Write};

use chrono::{NaiveDateTime, TimeDelta, Utc};
use diesel::connection::SimpleConnection;
use diesel::debug_query;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use soft_delete_runtime::RowState;
use soft_delete_runtime::prelude::*;

#[macro_use]
mod show;
#[cfg(test)]
mod tests;

diesel::table! {
    users {
        id -> Integer,
        name -> Text,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    posts {
        id -> Integer,
        user_id -> Integer,
        title -> Text,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::joinable!(posts -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(users, posts);

// A Diesel model with one derive more. The marker column is `deleted_at` unless
// `#[soft_delete(column = ...)]` names another.
#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
struct User {
    id: i32,
    name: String,
    deleted_at: Option<NaiveDateTime>,
}

// A table without a model, or whose models are elsewhere: the same in one line.
soft_delete_table! { posts(deleted_at) }

const SCHEMA: &str = "
    PRAGMA foreign_keys = ON;
    CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, deleted_at TIMESTAMP);
    CREATE TABLE posts (
        id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id),
        title TEXT NOT NULL, deleted_at TIMESTAMP);
    INSERT INTO users (id, name) VALUES (1, 'Ada'), (2, 'Ben'), (3, 'Cleo');
    INSERT INTO posts (id, user_id, title) VALUES (1, 1, 'Hello'), (2, 1, 'Draft'), (3, 3, 'News');
";

fn main() -> Result<(), Box<dyn Error>> {
    run(&mut io::stdout().lock())
}

fn run(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let conn = &mut SqliteConnection::establish(":memory:")?;
    conn.batch_execute(SCHEMA)?;

    say!(out, "READING");
    read!(out, conn, "A model's query leaves deleted rows out. Nobody is deleted yet.",
        User: User::query().order(users::id));

    say!(out, "DELETING");
    change!(
        out,
        conn,
        "A soft delete sets the marker of active rows. The row stays.",
        User::soft_delete_by_id(2)
    );
    change!(
        out,
        conn,
        "Deleting it again changes nothing: the first moment stays.",
        User::soft_delete_by_id(2)
    );
    change!(
        out,
        conn,
        "It takes what `diesel::update` takes, for instance a filter.",
        soft_delete(users::table.filter(users::name.like("C%")))
    );

    say!(out, "READING WITH DELETED ROWS ABOUT");
    read!(out, conn, "The same query as before now finds Ada alone.",
        User: User::query().order(users::id));
    read!(out, conn, "All rows.",
        User: User::with_deleted().order(users::id));
    read!(out, conn, "The trash, the newest first.",
        User: User::only_deleted().order(users::deleted_at.desc()));
    read!(out, conn, "Scopes are methods of tables and of queries on one table.",
        i64: users::table.active().count());

    say!(out, "LOOKING UP ONE ROW");
    writeln!(out, "\n# Active, deleted or missing: 200, 410 or 404.\n")?;
    for id in [1, 2, 9] {
        let found = User::with_deleted().find(id).get_result(conn).optional()?;
        let answer = match RowState::from(found) {
            RowState::Active(user) => format!("200 {}", user.name),
            RowState::Deleted(user) => format!("410 {} is in the trash", user.name),
            RowState::Missing => "404 there is no such user".to_string(),
        };
        writeln!(out, "  user {id}: {answer}")?;
    }

    say!(out, "RESTORING");
    let cleo = User::with_deleted().find(3).get_result::<User>(conn)?;
    change!(
        out,
        conn,
        "A loaded model has the operations too.",
        cleo.restore()
    );

    say!(out, "JOINING");
    change!(
        out,
        conn,
        "One of Ada's posts goes.",
        soft_delete(posts::table.find(2))
    );
    read!(out, conn, "A left join with the predicate in ON keeps users who have no active post.",
        (String, Option<String>): users::table
            .left_join_active(posts::table)
            .order((users::id, posts::id))
            .select((users::name, posts::title.nullable())));
    read!(out, conn, "In a join, say for each table what is meant.",
        (String, String): users::table
            .inner_join_active(posts::table)
            .filter(is_active(users::table))
            .order(posts::id)
            .select((users::name, posts::title)));

    say!(out, "EMPTYING THE TRASH");
    let now = Utc::now();
    change!(
        out,
        conn,
        "Cleo was deleted 40 days ago, as it were: the moment can be given.",
        soft_delete(users::table.find(3)).at(now - TimeDelta::days(40))
    );
    change!(
        out,
        conn,
        "Foreign keys still count when a row goes for good, so her post goes first.",
        diesel::delete(posts::table.filter(posts::user_id.eq(3)))
    );
    change!(
        out,
        conn,
        "A purge removes deleted rows: here those older than 30 days.",
        purge(users::table.deleted_before(now - TimeDelta::days(30)))
    );
    change!(
        out,
        conn,
        "It never takes an active row, whatever the target says.",
        purge(users::table.find(1))
    );
    change!(
        out,
        conn,
        "Without a filter it empties the trash.",
        purge(users::table)
    );

    writeln!(out, "\nThe program: examples/quickstart/main.rs")?;
    Ok(())
}
