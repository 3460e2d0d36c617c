//! The owners of a package registry: they are invited, removed and added again, and it is kept who
//! did that. On PostgreSQL, with diesel-async.
//!
//! `cargo run --features registry --example registry -- --help` says what it can do.

use std::io;
use std::process::ExitCode;

use clap::Parser;
use diesel_async::{AsyncConnection, AsyncMigrationHarness, AsyncPgConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

mod command;
mod invitation;
mod list;
mod model;
mod owner;
mod schema;
mod seed;
#[cfg(test)]
mod tests;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("registry/migrations");

/// The owners of a package registry, on PostgreSQL with diesel-async
#[derive(Parser)]
#[command(after_help = "\
A first tour (cargo run --features registry --example registry -- COMMAND):
  seed                          users, a team, and two crates
  crates                        all crates, and how many own each
  owners parser                 who owns it
  remove parser ben --as ada    Ben owns it no more
  crates --owner ben            and it is not among his crates
  owners parser --all           the row is still there
  invite parser ben --as ada    ask him to come back
  invitations --as ben
  accept parser --as ben        one statement: it inserts an owner, or revives a removed one
  audit parser                  who did what

An owner whose name has colons is a team; it is added without being asked.")]
struct Cli {
    /// The address of an empty database
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "REGISTRY_DATABASE",
        default_value = "postgres://postgres@127.0.0.1/registry",
        global = true
    )]
    database: String,

    #[command(subcommand)]
    command: command::Command,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> command::Result<()> {
    let mut conn = open(&cli.database).await?;
    cli.command.run(&mut conn, &mut io::stdout()).await
}

/// Connects, and brings the tables up to date.
async fn open(database: &str) -> command::Result<AsyncPgConnection> {
    let conn = AsyncPgConnection::establish(database).await?;
    let mut harness = AsyncMigrationHarness::new(conn);
    harness.run_pending_migrations(MIGRATIONS)?;
    Ok(harness.into_inner())
}
