//! The back end of a small password vault: what is deleted goes to the trash with all that belongs
//! to it, can be restored, and is removed for good when it has lain there for some days. It runs on
//! SQLite, PostgreSQL and MySQL, as the address says.
//!
//! `cargo run --example vault -- --help` says what it can do.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use soft_delete_examples::exit_code;

use crate::files::Files;

mod add;
mod command;
mod database;
mod files;
mod list;
mod model;
mod schema;
mod seed;
#[cfg(test)]
mod tests;
mod thing;
mod trash;
mod user;

const DATABASE: &str = "vault.sqlite";

/// A small password vault with a trash, on SQLite, PostgreSQL or MySQL
#[derive(Parser)]
#[command(after_help = "\
A first tour (cargo run --example vault -- COMMAND):
  seed                          two users and what they keep
  list                          what is active, as a tree; each line begins with a key
  delete f0 --preview           what would go with that folder
  delete f0                     move it to the trash, and all that is in it
  trash                         what is in the trash, and since when
  show c0                       410: it is in the trash
  restore c0                    refused: the folder that it is in is in the trash
  restore c0 --with-ancestors   its folders come back for it; what else was in them does not
  delete f0, restore f0         a folder that comes back has in it what went along with it
  empty-trash                   remove for good what has been there for 30 days, files as well

A KEY may be cut short, as long as one thing alone begins with it.

On a server (cargo run --example vault --features postgres,mysql -- ...):
  --database postgres://postgres@127.0.0.1/vault
  --database mysql://root@127.0.0.1/vault

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 gone (410: in the trash), 4 not found (404).")]
struct Cli {
    /// A file for SQLite, made at the first use, or the address of an empty database on a server
    #[arg(long, value_name = "ADDRESS", global = true)]
    #[arg(env = "VAULT_DATABASE", default_value = DATABASE)]
    database: String,

    /// The folder of the attached files, made at the first use
    #[arg(
        long,
        value_name = "FOLDER",
        env = "VAULT_FILES",
        default_value = "vault-files",
        global = true
    )]
    files: PathBuf,

    #[command(subcommand)]
    command: command::Command,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let files = Files(cli.files);
    let done = database::open(&cli.database)
        .and_then(|mut conn| cli.command.run(&mut conn, &files, &mut io::stdout().lock()));
    exit_code(done.map(|answer| ExitCode::from(answer.exit_code())))
}
