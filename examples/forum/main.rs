//! A forum: communities, their posts, and comments that reply to each other. With axum, and a bb8
//! pool of diesel-async's connections to PostgreSQL.
//!
//! `cargo run --features forum --example forum -- --help` says what it can do.

use std::error::Error;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use soft_delete_examples::{exit_code, open};
use tokio::net::TcpListener;

use crate::trash::EmptyOptions;

mod comments;
mod communities;
mod error;
mod model;
mod posts;
mod schema;
mod seed;
mod server;
#[cfg(test)]
mod tests;
mod thread;
mod trash;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("forum/migrations");
const DATABASE: &str = "postgres://postgres@127.0.0.1/forum";

/// A forum on axum, with a pool of connections to PostgreSQL
#[derive(Parser)]
#[command(after_help = "\
A first tour (cargo run --features forum --example forum -- COMMAND):
  seed     two communities, posts, comments, and replies to them
  serve    first it removes for good a post that the seed deleted 40 days ago; then, elsewhere:

A=http://127.0.0.1:3000
curl $A/communities                             all that are active
curl $A/communities/1                           with its posts
curl $A/posts/1                                 with its comments, replies below what they reply to
curl -X DELETE \"$A/comments/1?preview=true\"     how many replies would go along
curl -X DELETE $A/comments/1                    they go along
curl -i $A/comments/2                           410 Gone: in the trash
curl -i $A/comments/99                          404 Not Found: there never was one
curl -X DELETE $A/posts/1                       with all comments that are left
curl -i -X POST $A/comments/1/restore           409 Conflict: its post is in the trash
curl -X POST $A/posts/1/restore                 comes back with what went along with it, no more
curl -X POST $A/comments/1/restore              and its replies

curl -X DELETE $A/posts/1
curl -X POST \"$A/comments/2/restore?with_ancestors=true\"
                                                a reply, what it replies to, and its post

J='content-type: application/json'
curl $A/communities -H \"$J\" -d '{\"name\":\"chess\"}'
curl $A/communities/1/posts -H \"$J\" -d '{\"author\":\"ada\",\"title\":\"Tea\",\"body\":\"Green or black?\"}'
curl $A/posts/1/comments -H \"$J\" -d '{\"author\":\"ben\",\"body\":\"Well\",\"parent_id\":2}'
curl -X PUT $A/posts/1/removed -H \"$J\" -d true    a moderator hides a post; false shows it again
curl -X POST \"$A/trash/empty?days=0\"            remove for good what is in the trash

It asks nobody who they are: it is for playing.")]
struct Cli {
    /// The address of an empty database
    #[arg(long, value_name = "ADDRESS", global = true)]
    #[arg(env = "FORUM_DATABASE", default_value = DATABASE)]
    database: String,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Put communities, posts and comments into an empty database
    Seed,
    /// Answer requests, and empty the trash now and then
    Serve {
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:3000")]
        listen: SocketAddr,
        /// How many days deleted things are kept
        #[arg(long, default_value_t = 30)]
        keep: u32,
        /// How many minutes pass until what is older is looked for again
        #[arg(long, value_name = "MINUTES", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
        every: u32,
    },
}

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main]
async fn main() -> ExitCode {
    let done = run(Cli::parse()).await;
    exit_code(done.map(|()| ExitCode::SUCCESS))
}

async fn run(cli: Cli) -> Result<()> {
    let mut conn = open(&cli.database, MIGRATIONS).await?;
    match cli.command {
        Command::Seed => {
            seed::fill(&mut conn).await?;
            println!("2 communities, 3 posts (1 of them in the trash) and 6 comments");
        }
        Command::Serve {
            listen,
            keep,
            every,
        } => {
            drop(conn);
            let pool = server::pool(&cli.database).await?;
            let options = EmptyOptions {
                days: keep,
                ..EmptyOptions::default()
            };
            let every = Duration::from_secs(60 * u64::from(every));
            tokio::spawn(server::keep_trash_empty(pool.clone(), every, options));
            let listener = TcpListener::bind(listen).await?;
            println!("http://{}", listener.local_addr()?);
            axum::serve(listener, server::router(pool)).await?;
        }
    }
    Ok(())
}
