//! The commands, and where each is carried out.

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;

use clap::Subcommand;

use crate::database::Conn;
use crate::files::Files;
use crate::{add, list, seed, trash, user};

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Put two users and what they keep into an empty database
    Seed,
    /// List the users
    Users,
    /// Add a user
    AddUser { email: String },
    /// Delete a user and all that is theirs, or restore both with --undo
    DeleteUser {
        email: String,
        #[arg(long)]
        undo: bool,
    },
    /// List the active folders, items and attachments of the active users
    List {
        /// Of this user alone
        #[arg(long, value_name = "EMAIL")]
        user: Option<String>,
    },
    /// Show one thing: 200, 410 (in the trash) or 404
    Show {
        #[arg(value_parser = key)]
        key: String,
    },
    /// Add an item
    Add {
        #[arg(long, value_name = "EMAIL")]
        user: String,
        #[arg(long)]
        name: String,
        #[arg(long, default_value = "")]
        login: String,
        #[arg(long, default_value = "")]
        secret: String,
        /// The name of the folder that it goes to
        #[arg(long)]
        folder: Option<String>,
    },
    /// Add a folder
    AddFolder {
        #[arg(long, value_name = "EMAIL")]
        user: String,
        #[arg(long)]
        name: String,
        /// The name of the folder that it goes to
        #[arg(long)]
        folder: Option<String>,
    },
    /// Attach a file to an item
    Attach {
        #[arg(value_parser = key)]
        key: String,
        file: PathBuf,
    },
    /// Move a folder or an item to the trash, and what belongs to it
    Delete {
        #[arg(value_parser = key)]
        key: String,
        /// Say what would go, and change nothing
        #[arg(long)]
        preview: bool,
    },
    /// List what is in the trash
    Trash {
        /// Of this user alone
        #[arg(long, value_name = "EMAIL")]
        user: Option<String>,
    },
    /// Take something out of the trash, with what went there along with it
    Restore {
        #[arg(value_parser = key)]
        key: String,
        /// Restore what it belongs to as well, where that is in the trash too
        #[arg(long)]
        with_ancestors: bool,
    },
    /// Remove something that is in the trash for good, and what belongs to it
    Purge {
        #[arg(value_parser = key)]
        key: String,
    },
    /// Remove what has been in the trash for long
    EmptyTrash {
        /// Keep what was deleted in the last N days; 0 removes everything in the trash
        #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(..=36500))]
        older_than_days: u32,
    },
}

/// What a server would answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Ok,
    Gone,
    NotFound,
}

impl Answer {
    pub(crate) fn exit_code(self) -> u8 {
        match self {
            Answer::Ok => 0,
            Answer::Gone => 3,
            Answer::NotFound => 4,
        }
    }
}

impl Command {
    pub(crate) fn run(
        self,
        conn: &mut Conn,
        files: &Files,
        out: &mut impl Write,
    ) -> Result<Answer> {
        match self {
            Command::Seed => seed::fill(conn, files, out),
            Command::Users => user::list(conn, out),
            Command::AddUser { email } => user::add(conn, out, email),
            Command::DeleteUser { email, undo: false } => user::delete(conn, out, &email),
            Command::DeleteUser { email, undo: true } => user::undelete(conn, out, &email),
            Command::List { user } => list::active(conn, out, user.as_deref()),
            Command::Show { key } => list::show(conn, files, out, &key),
            Command::Add {
                user,
                name,
                login,
                secret,
                folder,
            } => {
                let place = add::Place::of(conn, &user, folder.as_deref())?;
                add::item(conn, out, &place, name, login, secret)
            }
            Command::AddFolder { user, name, folder } => {
                let place = add::Place::of(conn, &user, folder.as_deref())?;
                add::folder(conn, out, &place, name)
            }
            Command::Attach { key, file } => add::attachment(conn, files, out, &key, &file),
            Command::Delete { key, preview } => trash::delete(conn, out, &key, preview),
            Command::Trash { user } => list::deleted(conn, out, user.as_deref()),
            Command::Restore {
                key,
                with_ancestors,
            } => trash::restore(conn, out, &key, with_ancestors),
            Command::Purge { key } => trash::purge(conn, files, out, &key),
            Command::EmptyTrash { older_than_days } => {
                trash::empty(conn, files, out, older_than_days)
            }
        }
    }
}

/// A key, whole or its beginning; never one of the signs that `LIKE` reads.
fn key(text: &str) -> std::result::Result<String, &'static str> {
    let is_of_a_key = |sign: char| sign.is_ascii_alphanumeric() || sign == '-';
    if text.is_empty() || !text.chars().all(is_of_a_key) {
        return Err("a key has letters, digits and `-`");
    }
    Ok(text.to_ascii_lowercase())
}
