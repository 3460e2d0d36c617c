//! The commands: one function each, of a few lines of Diesel.

use std::error::Error;
use std::io::Write;

use chrono::{TimeDelta, Utc};
use clap::Subcommand;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use soft_delete_runtime::RowState;
use soft_delete_runtime::prelude::*;
use uuid::Uuid;

use crate::model::{Cipher, Folder, NewCipher, User};
use crate::schema::{ciphers, folders, users};
use crate::seed::seed;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Put two users and what they keep into an empty database
    Seed,
    /// List the users
    Users,
    /// Add a user
    AddUser { email: String },
    /// Delete a user, or restore one with --undo
    DeleteUser {
        email: String,
        #[arg(long)]
        undo: bool,
    },
    /// List the active items of the active users, with their folders
    List {
        /// Of this user alone
        #[arg(long, value_name = "EMAIL")]
        user: Option<String>,
    },
    /// Show one item: 200, 410 (in the trash) or 404
    Show { key: String },
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
        /// The folder's name; it is made if the user has none of that name
        #[arg(long)]
        folder: Option<String>,
    },
    /// Move an item or a folder to the trash
    Delete { key: String },
    /// List what is in the trash
    Trash {
        /// Of this user alone
        #[arg(long, value_name = "EMAIL")]
        user: Option<String>,
    },
    /// Take an item or a folder out of the trash
    Restore { key: String },
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
    pub(crate) fn run(self, conn: &mut SqliteConnection, out: &mut impl Write) -> Result<Answer> {
        match self {
            Command::Seed => fill(conn, out),
            Command::Users => list_users(conn, out),
            Command::AddUser { email } => add_user(conn, out, email),
            Command::DeleteUser { email, undo } => delete_user(conn, out, &email, undo),
            Command::List { user } => list(conn, out, user.as_deref()),
            Command::Show { key } => show(conn, out, &key),
            Command::Add {
                user,
                name,
                login,
                secret,
                folder,
            } => {
                let user = find_user(conn, &user)?;
                let folder = match folder {
                    Some(name) => Some(folder_named(conn, &user, name)?),
                    None => None,
                };
                let cipher = NewCipher {
                    uuid: &Uuid::new_v4().to_string(),
                    user_uuid: &user.uuid,
                    folder_uuid: folder.as_ref().map(|folder| folder.uuid.as_str()),
                    name: &name,
                    login: &login,
                    secret: &secret,
                };
                add(conn, out, &cipher)
            }
            Command::Delete { key } => delete(conn, out, &key),
            Command::Trash { user } => trash(conn, out, user.as_deref()),
            Command::Restore { key } => take_out(conn, out, &key),
            Command::EmptyTrash { older_than_days } => empty_trash(conn, out, older_than_days),
        }
    }
}

fn fill(conn: &mut SqliteConnection, out: &mut impl Write) -> Result<Answer> {
    if users::table.count().get_result::<i64>(conn)? > 0 {
        return Err("the database has users already: remove the file to start again".into());
    }
    seed(conn)?;
    writeln!(
        out,
        "two users, a folder and four items, two of them in the trash"
    )?;
    Ok(Answer::Ok)
}

fn list_users(conn: &mut SqliteConnection, out: &mut impl Write) -> Result<Answer> {
    for user in User::with_deleted().order(users::email).load(conn)? {
        let state = if user.is_deleted() {
            "deleted"
        } else {
            "active"
        };
        writeln!(out, "{:20} {state:8} {}", user.email, user.uuid)?;
    }
    Ok(Answer::Ok)
}

fn add_user(conn: &mut SqliteConnection, out: &mut impl Write, email: String) -> Result<Answer> {
    let user = User {
        uuid: Uuid::new_v4().to_string(),
        email,
        deleted_at: None,
    };
    diesel::insert_into(users::table)
        .values(&user)
        .execute(conn)
        .map_err(|error| taken(error, "a user with that address"))?;
    writeln!(out, "added {} {}", user.email, user.uuid)?;
    Ok(Answer::Ok)
}

/// Addresses are unique among active users; several deleted ones may have had the same.
fn delete_user(
    conn: &mut SqliteConnection,
    out: &mut impl Write,
    email: &str,
    undo: bool,
) -> Result<Answer> {
    let target = users::table.filter(users::email.eq(email));
    let (done, count) = if undo {
        let count = restore(target)
            .execute(conn)
            .map_err(|error| taken(error, "a user with that address"))?;
        ("restored", count)
    } else {
        ("deleted", soft_delete(target).execute(conn)?)
    };
    answer(out, count, done, email)
}

fn list(conn: &mut SqliteConnection, out: &mut impl Write, email: Option<&str>) -> Result<Answer> {
    // An item whose folder is in the trash is listed without one: that is the left join.
    // The user has to be active, too: that is the inner join.
    let mut items = ciphers::table
        .inner_join_active(users::table)
        .left_join_active(folders::table)
        .filter(is_active(ciphers::table))
        .order((users::email, folders::name, ciphers::name))
        .select((users::email, folders::name.nullable(), Cipher::as_select()))
        .into_boxed();
    if let Some(email) = email {
        items = items.filter(users::email.eq(email));
    }
    for (email, folder, item) in items.load::<(String, Option<String>, Cipher)>(conn)? {
        let folder = folder.unwrap_or_default();
        writeln!(out, "{email:20} {folder:10} {:16} {}", item.name, item.uuid)?;
    }
    let mut own_folders = folders::table
        .inner_join_active(users::table)
        .filter(is_active(folders::table))
        .order((users::email, folders::name))
        .select((users::email, Folder::as_select()))
        .into_boxed();
    if let Some(email) = email {
        own_folders = own_folders.filter(users::email.eq(email));
    }
    for (email, folder) in own_folders.load::<(String, Folder)>(conn)? {
        writeln!(
            out,
            "{email:20} {:10} {:16} {}",
            folder.name, "(folder)", folder.uuid
        )?;
    }
    Ok(Answer::Ok)
}

fn show(conn: &mut SqliteConnection, out: &mut impl Write, key: &str) -> Result<Answer> {
    let found = Cipher::with_deleted()
        .find(key)
        .get_result(conn)
        .optional()?;
    match RowState::from(found) {
        RowState::Active(item) => {
            writeln!(out, "200 {}", item.name)?;
            writeln!(out, "login:   {}", item.login)?;
            writeln!(out, "secret:  {}", item.secret)?;
            writeln!(out, "updated: {}", item.updated_at.format("%F %T"))?;
            Ok(Answer::Ok)
        }
        RowState::Deleted(item) => {
            writeln!(out, "410 {} is in the trash{}", item.name, since(&item))?;
            Ok(Answer::Gone)
        }
        RowState::Missing => {
            writeln!(out, "404 there is no item {key}")?;
            Ok(Answer::NotFound)
        }
    }
}

fn add(
    conn: &mut SqliteConnection,
    out: &mut impl Write,
    cipher: &NewCipher<'_>,
) -> Result<Answer> {
    diesel::insert_into(ciphers::table)
        .values(cipher)
        .execute(conn)
        .map_err(|error| taken(error, "an item of that name"))?;
    writeln!(out, "added {} {}", cipher.name, cipher.uuid)?;
    Ok(Answer::Ok)
}

fn delete(conn: &mut SqliteConnection, out: &mut impl Write, key: &str) -> Result<Answer> {
    let items = Cipher::soft_delete_by_id(key).execute(conn)?;
    let folders = Folder::soft_delete_by_id(key).execute(conn)?;
    answer(out, items + folders, "moved to the trash", key)
}

fn trash(conn: &mut SqliteConnection, out: &mut impl Write, email: Option<&str>) -> Result<Answer> {
    let users = match email {
        Some(email) => vec![find_user(conn, email)?],
        None => User::query().order(users::email).load(conn)?,
    };
    for user in &users {
        let items = Cipher::belonging_to(user)
            .only_deleted()
            .order(ciphers::deleted_at.desc())
            .select(Cipher::as_select())
            .load(conn)?;
        for item in items {
            let since = since(&item);
            writeln!(
                out,
                "{:20} {:16} {}{since}",
                user.email, item.name, item.uuid
            )?;
        }
        let folders = Folder::belonging_to(user)
            .only_deleted()
            .select(Folder::as_select())
            .load(conn)?;
        for folder in folders {
            writeln!(
                out,
                "{:20} {:16} {} (folder)",
                user.email, folder.name, folder.uuid
            )?;
        }
    }
    Ok(Answer::Ok)
}

fn take_out(conn: &mut SqliteConnection, out: &mut impl Write, key: &str) -> Result<Answer> {
    let items = Cipher::restore_by_id(key)
        .execute(conn)
        .map_err(|error| taken(error, "an item of that name"))?;
    let folders = Folder::restore_by_id(key)
        .execute(conn)
        .map_err(|error| taken(error, "a folder of that name"))?;
    answer(out, items + folders, "restored", key)
}

fn empty_trash(conn: &mut SqliteConnection, out: &mut impl Write, days: u32) -> Result<Answer> {
    let cutoff = Utc::now() - TimeDelta::days(days.into());
    let items = purge(ciphers::table.deleted_before(cutoff)).execute(conn)?;
    let folders = purge(folders::table.deleted_before(cutoff)).execute(conn)?;
    writeln!(out, "removed for good: {items} items, {folders} folders")?;
    Ok(Answer::Ok)
}

/// The count tells whether there was a row to change; the operation itself is one statement.
fn answer(out: &mut impl Write, count: usize, done: &str, key: &str) -> Result<Answer> {
    if count == 0 {
        writeln!(out, "404 nothing to be {done}: {key}")?;
        return Ok(Answer::NotFound);
    }
    writeln!(out, "{done}: {key}")?;
    Ok(Answer::Ok)
}

fn find_user(conn: &mut SqliteConnection, email: &str) -> Result<User> {
    User::query()
        .filter(users::email.eq(email))
        .get_result(conn)
        .optional()?
        .ok_or_else(|| format!("there is no active user {email}").into())
}

fn folder_named(conn: &mut SqliteConnection, user: &User, name: String) -> QueryResult<Folder> {
    let found = Folder::belonging_to(user)
        .active()
        .filter(folders::name.eq(&name))
        .select(Folder::as_select())
        .get_result(conn)
        .optional()?;
    if let Some(folder) = found {
        return Ok(folder);
    }
    let folder = Folder {
        uuid: Uuid::new_v4().to_string(),
        user_uuid: user.uuid.clone(),
        name,
    };
    diesel::insert_into(folders::table)
        .values(&folder)
        .execute(conn)?;
    Ok(folder)
}

fn since(item: &Cipher) -> String {
    item.deleted_at()
        .map(|moment| moment.format(" since %F %T").to_string())
        .unwrap_or_default()
}

/// A key that is unique among active rows may have been taken while a row lay in the trash.
fn taken(error: DieselError, what: &str) -> Box<dyn Error> {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
            format!("there is already {what}").into()
        }
        other => other.into(),
    }
}
