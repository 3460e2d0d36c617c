//! Users: deleted, they take all that is theirs along.

use std::io::Write;

use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

use crate::add::{new_key, taken};
use crate::command::{Answer, Result};
use crate::database::Conn;
use crate::model::User;
use crate::schema::users;
use crate::trash::{self, Deed};

const DELETE: Deed = Deed::new("deleted", "is no active user");
const RESTORE: Deed = Deed::new("restored", "is no deleted user");

pub(crate) fn find(conn: &mut Conn, email: &str) -> Result<User> {
    User::query()
        .filter(users::email.eq(email))
        .get_result(conn)
        .optional()?
        .ok_or_else(|| format!("there is no active user {email}").into())
}

/// The user of that address, or all of them.
pub(crate) fn chosen(conn: &mut Conn, email: Option<&str>) -> Result<Vec<User>> {
    Ok(match email {
        Some(email) => vec![find(conn, email)?],
        None => User::query().order(users::email).load(conn)?,
    })
}

pub(crate) fn list(conn: &mut Conn, out: &mut impl Write) -> Result<Answer> {
    for user in User::with_deleted().order(users::email).load(conn)? {
        let state = match user.deleted_at() {
            Some(moment) => moment.format("deleted %F %T").to_string(),
            None => "active".to_string(),
        };
        writeln!(out, "{:20} {state}", user.email)?;
    }
    Ok(Answer::Ok)
}

pub(crate) fn add(conn: &mut Conn, out: &mut impl Write, email: String) -> Result<Answer> {
    let user = User {
        uuid: new_key(),
        email,
        deleted_at: None,
    };
    diesel::insert_into(users::table)
        .values(&user)
        .execute(conn)
        .map_err(|error| taken(error, "a user with that address"))?;
    writeln!(out, "added {}", user.email)?;
    Ok(Answer::Ok)
}

pub(crate) fn delete(conn: &mut Conn, out: &mut impl Write, email: &str) -> Result<Answer> {
    let report =
        soft_delete(users::table.with_deleted().filter(users::email.eq(email))).report(conn)?;
    trash::answer(out, &DELETE, email, report.tables())
}

/// Addresses are unique among active users. Of several deleted ones that had it, the last deleted
/// comes back.
pub(crate) fn undelete(conn: &mut Conn, out: &mut impl Write, email: &str) -> Result<Answer> {
    let last = User::only_deleted()
        .filter(users::email.eq(email))
        .order(users::deleted_at.desc())
        .limit(1)
        .get_result::<User>(conn)
        .optional()?;
    let Some(user) = last else {
        return trash::answer(out, &RESTORE, email, []);
    };
    let report = user.restore().report(conn).map_err(trash::refused)?;
    trash::answer(out, &RESTORE, email, report.tables())
}
