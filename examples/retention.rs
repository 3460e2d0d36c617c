//! Empties the trash of a blog: users deleted for long enough go for good, with their posts and
//! the comments under those, in batches, while a progress bar tells how far it has come.
//!
//! `cargo run --release --example retention -- --help` says what it can do.

use std::error::Error;
use std::io::{IsTerminal, Write};

use chrono::{TimeDelta, Utc};
use clap::Parser;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use indicatif::{ProgressBar, ProgressStyle};
use soft_delete_runtime::Progress;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users { id -> Integer, name -> Text, legal_hold -> Bool, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    posts { id -> Integer, user_id -> Integer, title -> Text, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    comments { id -> Integer, post_id -> Integer, body -> Text, deleted_at -> Nullable<Timestamp> }
}

soft_delete_table! {
    users(deleted_at, cascade(posts::user_id), guarded)
    posts(deleted_at, cascade(comments::post_id), parents(user_id), guarded)
    comments(deleted_at, parents(post_id), guarded)
}

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS users (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL, legal_hold BOOLEAN NOT NULL DEFAULT false,
        deleted_at TIMESTAMP);
    CREATE TABLE IF NOT EXISTS posts (
        id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id),
        title TEXT NOT NULL, deleted_at TIMESTAMP);
    CREATE TABLE IF NOT EXISTS comments (
        id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL REFERENCES posts (id),
        body TEXT NOT NULL, deleted_at TIMESTAMP);
    CREATE INDEX IF NOT EXISTS posts_user_id ON posts (user_id);
    CREATE INDEX IF NOT EXISTS comments_post_id ON comments (post_id);";

/// Removes users that have been deleted for long enough, with all that is below them
#[derive(Parser)]
#[command(after_help = "\
The first run makes a database: users with 4 posts of 4 comments each. One half of the users was
deleted 60 days ago, a quarter 10 days ago; every 50th is under a legal hold and never goes.

Stop it whenever you like, by Ctrl-C or `kill -9`: each batch is a transaction of its own, so that
what has been removed stays removed, what was under way is undone, and the next run goes on.

Try (cargo run --release --example retention -- OPTIONS):
  --preview                     what would go; nothing is changed
  --max-batches 2               a little of it, for a job that has so much time and no more
                                (no options) the rest
  --keep 7 --keep 8             keep the users 7 and 8 too, whatever their age
  --older-than-days 5           also those deleted 10 days ago")]
struct Cli {
    /// The database file, made at the first use
    #[arg(long, value_name = "FILE", default_value = "retention.sqlite")]
    database: String,

    /// How many rows to make at the first use, of all three tables together
    #[arg(long, value_name = "N", default_value_t = 200_000, value_parser = clap::value_parser!(u32).range(21..=100_000_000))]
    rows: u32,

    /// Keep what was deleted in the last N days
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(..=36500))]
    older_than_days: u32,

    /// How many users a batch looks at
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=5000))]
    batch_size: u16,

    /// Stop after N batches
    #[arg(long, value_name = "N")]
    max_batches: Option<usize>,

    /// Keep the user with that number; can be said more than once
    #[arg(long, value_name = "ID")]
    keep: Vec<i32>,

    /// Say what would go, and change nothing
    #[arg(long)]
    preview: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let cli = Cli::parse();
    let conn = &mut SqliteConnection::establish(&cli.database)?;
    conn.batch_execute(
        "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON",
    )?;
    conn.batch_execute(TABLES)?;
    seed(conn, cli.rows)?;

    let retention = purge_expired(users::table)
        .older_than(TimeDelta::days(cli.older_than_days.into()))
        .batch_size(cli.batch_size.into())
        .keeping(users::legal_hold.or(users::id.eq_any(cli.keep)))
        .with_total();
    if cli.preview {
        say("would go", &retention.preview(conn)?)?;
        return Ok(());
    }

    let bar = bar()?;
    let retention = retention.after_batch(|progress, ()| show(&bar, progress));
    let done = match cli.max_batches {
        Some(batches) => retention.max_batches(batches).execute(conn)?,
        None => retention.execute(conn)?,
    };
    bar.abandon();
    say("gone", &done)?;
    if !done.is_finished() {
        println!("there is more: run it again");
    }
    Ok(())
}

/// Fills an empty database, in one transaction: killed before its end, it leaves it empty.
fn seed(conn: &mut SqliteConnection, rows: u32) -> Result<(), Box<dyn Error>> {
    if users::table
        .with_deleted()
        .count()
        .get_result::<i64>(conn)?
        > 0
    {
        return Ok(());
    }
    let users = i32::try_from(rows / 21)?;
    println!("filling the database: {users} users with 4 posts of 4 comments each");
    let days_ago = |days| Utc::now().naive_utc() - TimeDelta::days(days);
    conn.transaction(|conn| {
        conn.batch_execute(&format!(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {users})
                 INSERT INTO users (id, name, legal_hold) SELECT n, 'user ' || n, n % 50 = 0 FROM numbers;
             WITH four (n) AS (VALUES (1), (2), (3), (4))
                 INSERT INTO posts (user_id, title) SELECT id, 'post ' || n FROM users, four;
             WITH four (n) AS (VALUES (1), (2), (3), (4))
                 INSERT INTO comments (post_id, body) SELECT id, 'comment ' || n FROM posts, four;"
        ))?;
        let lately = users::id.between(users / 2 + 1, users / 4 * 3);
        soft_delete(users::table.with_deleted().filter(users::id.le(users / 2))).at(days_ago(60)).execute(conn)?;
        soft_delete(users::table.with_deleted().filter(lately)).at(days_ago(10)).execute(conn)?;
        Ok(())
    })
}

/// A bar on a terminal; elsewhere it is hidden.
fn bar() -> Result<ProgressBar, Box<dyn Error>> {
    let style = "{elapsed_precise} [{bar:40}] {pos}/{len} users, {msg}, {eta} to go";
    Ok(ProgressBar::new(0).with_style(ProgressStyle::with_template(style)?))
}

fn show(bar: &ProgressBar, progress: &Progress) {
    let message = format!("{} rows removed", progress.rows());
    if std::io::stderr().is_terminal() {
        bar.set_length(progress.total().unwrap_or_default() as u64);
        bar.set_position(progress.looked_at() as u64);
        bar.set_message(message);
    } else {
        println!("batch {}: {message}", progress.batches());
        let _ = std::io::stdout().flush();
    }
}

fn say(what: &str, progress: &Progress) -> std::io::Result<()> {
    writeln!(
        std::io::stdout(),
        "{what}: {} users, {} posts, {} comments; kept: {} users; {:.1?}",
        progress.rows_of("users"),
        progress.rows_of("posts"),
        progress.rows_of("comments"),
        progress.skipped(),
        progress.elapsed(),
    )
}
