//! The owners of a package registry: they are invited, removed and added again, and it is kept who
//! did that. On PostgreSQL, with diesel-async.
//!
//! `cargo run --features registry --example registry -- --help` says what it can do.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use soft_delete_examples::{exit_code, open};

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
const DATABASE: &str = "postgres://postgres@127.0.0.1/registry";

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
    #[arg(long, value_name = "ADDRESS", global = true)]
    #[arg(env = "REGISTRY_DATABASE", default_value = DATABASE)]
    database: String,

    #[command(subcommand)]
    command: command::Command,
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = run(Cli::parse()).await;
    exit_code(done.map(|()| ExitCode::SUCCESS))
}

async fn run(cli: Cli) -> command::Result<()> {
    let mut conn = open(&cli.database, MIGRATIONS).await?;
    let answer = cli.command.run(&mut conn).await?;
    Ok(io::stdout().write_all(answer.as_bytes())?)
}
