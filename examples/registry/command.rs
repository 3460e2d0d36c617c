//! The commands, and where each is carried out.

use std::error::Error;

use clap::{Args, Subcommand};
pub(crate) use diesel_async::AsyncPgConnection as Conn;

use crate::{invitation, list, owner, seed};

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Put users, a team and two crates into an empty database
    Seed,
    /// Add a user
    AddUser { login: String },
    /// Publish a new crate and own it
    Publish {
        name: String,
        #[command(flatten)]
        actor: Actor,
    },
    /// List the crates with the number of their owners, or those of one owner
    Crates {
        /// A user or a team
        #[arg(long, value_name = "NAME")]
        owner: Option<String>,
    },
    /// List the owners of a crate
    Owners {
        name: String,
        /// Those that have been removed, too
        #[arg(long)]
        all: bool,
    },
    /// Invite a user to own a crate, or add a team
    Invite {
        name: String,
        /// A user or a team
        owner: String,
        #[command(flatten)]
        actor: Actor,
    },
    /// List the invitations that wait for an answer
    Invitations {
        #[command(flatten)]
        actor: Actor,
    },
    /// Accept an invitation
    Accept {
        name: String,
        #[command(flatten)]
        actor: Actor,
    },
    /// Decline an invitation
    Decline {
        name: String,
        #[command(flatten)]
        actor: Actor,
    },
    /// Remove an owner of a crate
    Remove {
        name: String,
        /// A user or a team
        owner: String,
        #[command(flatten)]
        actor: Actor,
    },
    /// List who invited, added and removed whom, the latest last
    Audit { name: String },
}

#[derive(Args)]
pub(crate) struct Actor {
    /// The user who does it
    #[arg(long = "as", value_name = "USER")]
    login: String,
}

impl Command {
    /// What the command answers.
    pub(crate) async fn run(self, conn: &mut Conn) -> Result<String> {
        match self {
            Command::Seed => seed::fill(conn).await,
            Command::AddUser { login } => owner::add_user(conn, &login).await,
            Command::Publish { name, actor } => owner::publish(conn, &name, &actor.login).await,
            Command::Crates { owner: None } => list::crates(conn).await,
            Command::Crates { owner: Some(owner) } => list::crates_of(conn, &owner).await,
            Command::Owners { name, all: false } => list::owners(conn, &name).await,
            Command::Owners { name, all: true } => list::all_owners(conn, &name).await,
            Command::Invite { name, owner, actor } => {
                invitation::invite(conn, &name, &owner, &actor.login).await
            }
            Command::Invitations { actor } => invitation::list(conn, &actor.login).await,
            Command::Accept { name, actor } => invitation::accept(conn, &name, &actor.login).await,
            Command::Decline { name, actor } => {
                invitation::decline(conn, &name, &actor.login).await
            }
            Command::Remove { name, owner, actor } => {
                owner::remove(conn, &name, &owner, &actor.login).await
            }
            Command::Audit { name } => list::audit(conn, &name).await,
        }
    }
}
