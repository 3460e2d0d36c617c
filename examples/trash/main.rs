//! The back end of a small password vault: what is deleted goes to the trash, can be restored,
//! and is removed for good when it has lain there for some days.
//!
//! `cargo run --example trash -- --help` says what it can do.

use std::error::Error;
use std::io;
use std::process::ExitCode;

use clap::Parser;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

mod command;
mod model;
mod schema;
mod seed;
#[cfg(test)]
mod tests;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("trash/migrations");

/// A small password vault with a trash, on SQLite
#[derive(Parser)]
#[command(after_help = "\
A first tour (cargo run --example trash -- COMMAND):
  seed                          two users and what they keep
  list                          what is active; each line ends with its key
  delete KEY                    move an item or a folder to the trash
  show KEY                      410: it is in the trash
  trash                         what is in the trash, and since when
  restore KEY                   take it out again
  empty-trash --older-than-days 30

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 gone (410: in the trash), 4 not found (404).")]
struct Cli {
    /// The database file, made at the first use
    #[arg(
        long,
        value_name = "FILE",
        default_value = "trash.sqlite",
        global = true
    )]
    database: String,

    #[command(subcommand)]
    command: command::Command,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = open(&cli.database)
        .and_then(|mut conn| cli.command.run(&mut conn, &mut io::stdout().lock()));
    match done {
        Ok(answer) => ExitCode::from(answer.exit_code()),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn open(database: &str) -> Result<SqliteConnection, Box<dyn Error>> {
    let mut conn = SqliteConnection::establish(database)?;
    conn.batch_execute("PRAGMA foreign_keys = ON")?;
    conn.run_pending_migrations(MIGRATIONS)
        .map_err(|error| -> Box<dyn Error> { error })?;
    Ok(conn)
}
