//! The trash: into it, out of it, and out of it for good.

use std::io::Write;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use soft_delete_runtime::prelude::*;
use soft_delete_runtime::{Error, Progress};

use crate::command::{Answer, Result};
use crate::database::Conn;
use crate::files::{self, Files};
use crate::model::Folder;
use crate::schema::{folders, items, users};
use crate::thing::{Thing, missing};

pub(crate) fn delete(
    conn: &mut Conn,
    out: &mut impl Write,
    key: &str,
    preview: bool,
) -> Result<Answer> {
    let Some(thing) = Thing::find(conn, key)? else {
        return missing(out, key);
    };
    let deed = if preview { &WOULD_DELETE } else { &DELETE };
    let report = match (&thing, preview) {
        (Thing::Folder(folder), false) => folder.soft_delete().report(conn)?,
        (Thing::Folder(folder), true) => folder.soft_delete().preview(conn)?,
        (Thing::Item(item), false) => item.soft_delete().report(conn)?,
        (Thing::Item(item), true) => item.soft_delete().preview(conn)?,
        (Thing::Attachment(..), _) => return Err(goes_with_its_item(&thing)),
    };
    answer(out, deed, &thing.name(), report.tables())
}

pub(crate) fn restore(
    conn: &mut Conn,
    out: &mut impl Write,
    key: &str,
    with_ancestors: bool,
) -> Result<Answer> {
    let Some(thing) = Thing::find(conn, key)? else {
        return missing(out, key);
    };
    let report = match (&thing, with_ancestors) {
        (Thing::Folder(folder), false) => folder.restore().report(conn),
        (Thing::Folder(folder), true) => folder.restore().with_ancestors().report(conn),
        (Thing::Item(item), false) => item.restore().report(conn),
        (Thing::Item(item), true) => item.restore().with_ancestors().report(conn),
        (Thing::Attachment(..), _) => return Err(goes_with_its_item(&thing)),
    };
    let report = report.map_err(refused)?;
    answer(out, &RESTORE, &thing.name(), report.tables())
}

fn goes_with_its_item(thing: &Thing) -> Box<dyn std::error::Error> {
    format!(
        "{} goes with its item, and comes back with it",
        thing.name()
    )
    .into()
}

pub(crate) fn purge(
    conn: &mut Conn,
    files: &Files,
    out: &mut impl Write,
    key: &str,
) -> Result<Answer> {
    let Some(thing) = Thing::find(conn, key)? else {
        return missing(out, key);
    };
    let purged = conn.transaction(|conn| {
        let items = match &thing {
            Thing::Folder(folder) => items_in(conn, folder)?,
            Thing::Item(item) => vec![item.uuid.clone()],
            Thing::Attachment(..) => Vec::new(),
        };
        let attachments = files::detach(conn, &items)?.len();
        let report = match &thing {
            Thing::Folder(folder) => folder.purge().report(conn)?,
            Thing::Item(item) => item.purge().report(conn)?,
            Thing::Attachment(..) => return Err(goes_with_its_item(&thing)),
        };
        if report.rows() == 0 {
            return Err(DieselError::NotFound.into()); // it is not in the trash: nothing goes
        }
        Ok((report, attachments))
    });
    match purged {
        Ok((report, attachments)) => {
            files.remove_left(conn)?;
            let rows = report.tables().chain([("attachments", attachments)]);
            answer(out, &PURGE, &thing.name(), rows)
        }
        Err(error) if error.downcast_ref() == Some(&DieselError::NotFound) => {
            answer(out, &PURGE, &thing.name(), [])
        }
        Err(error) => Err(error),
    }
}

/// The deleted items in a folder, at any depth.
fn items_in(conn: &mut Conn, folder: &Folder) -> QueryResult<Vec<String>> {
    let mut folders = vec![folder.uuid.clone()];
    let mut level = folders.clone();
    while !level.is_empty() {
        level = folders::table
            .only_deleted()
            .filter(folders::parent_uuid.eq_any(&level))
            .select(folders::uuid)
            .load(conn)?;
        folders.extend_from_slice(&level);
    }
    items::table
        .only_deleted()
        .filter(items::folder_uuid.eq_any(&folders))
        .select(items::uuid)
        .load(conn)
}

pub(crate) fn empty(
    conn: &mut Conn,
    files: &Files,
    out: &mut impl Write,
    days: u32,
) -> Result<Answer> {
    let before = Utc::now() - TimeDelta::days(days.into());
    let mut attachments = 0;
    let done = remove_expired(conn, before, |keys| {
        attachments += keys.len();
        files.try_remove(keys);
    })?;
    files.remove_left(conn)?;
    let rows = ["users", "folders", "items"]
        .map(|table| (table, done.iter().map(|done| done.rows_of(table)).sum()));
    match counts(rows.into_iter().chain([("attachments", attachments)])) {
        rows if rows.is_empty() => writeln!(out, "nothing has been in the trash for that long")?,
        rows => writeln!(out, "removed for good: {rows}")?,
    }
    Ok(Answer::Ok)
}

/// Items first, for files hang on them. A folder or a user was deleted with its items or after
/// them, so that by then nothing with a file is left in it.
pub(crate) fn remove_expired(
    conn: &mut Conn,
    before: DateTime<Utc>,
    mut remove_files: impl FnMut(&[String]),
) -> std::result::Result<[Progress; 3], Error> {
    let expired_items = purge_expired(items::table)
        .deleted_before(before)
        .before_batch(|conn, rows| files::detach(conn, rows.keys()))
        .after_batch(|_, keys| remove_files(&keys));
    let expired_folders = purge_expired(folders::table).deleted_before(before);
    let expired_users = purge_expired(users::table).deleted_before(before);
    Ok([
        expired_items.execute(conn)?,
        expired_folders.execute(conn)?,
        expired_users.execute(conn)?,
    ])
}

/// What was done, and what to say where nothing was.
pub(crate) struct Deed {
    done: &'static str,
    nothing: &'static str,
}

impl Deed {
    pub(crate) const fn new(done: &'static str, nothing: &'static str) -> Self {
        Self { done, nothing }
    }
}

const DELETE: Deed = Deed::new("moved to the trash", "is in the trash already");
const WOULD_DELETE: Deed = Deed::new("would be moved to the trash", "is in the trash already");
const RESTORE: Deed = Deed::new("restored", "is not in the trash");
const PURGE: Deed = Deed::new("removed for good", "is not in the trash");

/// The rows tell whether there was something to change.
pub(crate) fn answer<'a>(
    out: &mut impl Write,
    deed: &Deed,
    what: &str,
    rows: impl IntoIterator<Item = (&'a str, usize)>,
) -> Result<Answer> {
    let rows = counts(rows);
    if rows.is_empty() {
        writeln!(out, "404 {what} {}", deed.nothing)?;
        return Ok(Answer::NotFound);
    }
    writeln!(out, "{}: {what} ({rows})", deed.done)?;
    Ok(Answer::Ok)
}

fn counts<'a>(rows: impl IntoIterator<Item = (&'a str, usize)>) -> String {
    let rows = rows.into_iter().filter(|(_, count)| *count > 0);
    let rows = rows.map(|(table, count)| match count {
        1 => format!("1 {}", table.trim_end_matches('s')),
        _ => format!("{count} {table}"),
    });
    rows.collect::<Vec<_>>().join(", ")
}

/// Why something does not come back, in the words of this program.
pub(crate) fn refused(error: Error) -> Box<dyn std::error::Error> {
    match error {
        Error::ParentDeleted { table } => {
            let parent = match table.as_str() {
                "users" => "the user whose it is",
                _ => "the folder that it is in",
            };
            format!("{parent} is deleted too: restore that first, or say --with-ancestors").into()
        }
        // SQLite names the columns, the others the index: all begin with the table
        Error::RestoreConflict { constraint, .. } => {
            let taken = match constraint.split(['.', '_']).next() {
                Some("users") => "a user with that address",
                Some("folders") => "a folder of that name",
                _ => "an item of that name",
            };
            format!("there is already {taken}").into()
        }
        error => error.into(),
    }
}
