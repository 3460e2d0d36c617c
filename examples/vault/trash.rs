//! The trash: into it, out of it, and out of it for good.

use std::io::Write;

use chrono::TimeDelta;
use diesel::prelude::*;
use soft_delete_runtime::Error;
use soft_delete_runtime::prelude::*;

use crate::command::{Answer, Result};
use crate::database::Conn;
use crate::schema::{attachments, folders, items, users};
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
        // nothing belongs to an attachment: its deletion is one statement of Diesel's
        (Thing::Attachment(attachment), preview) => {
            let count = match preview {
                false => attachment.soft_delete().execute(conn)?,
                true => usize::from(!attachment.is_deleted()),
            };
            return answer(out, deed, &thing.name(), [("attachments", count)]);
        }
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
        (Thing::Attachment(attachment), false) => attachment.restore().report(conn),
        (Thing::Attachment(attachment), true) => attachment.restore().with_ancestors().report(conn),
    };
    let report = report.map_err(refused)?;
    answer(out, &RESTORE, &thing.name(), report.tables())
}

pub(crate) fn purge(conn: &mut Conn, out: &mut impl Write, key: &str) -> Result<Answer> {
    let Some(thing) = Thing::find(conn, key)? else {
        return missing(out, key);
    };
    let report = match &thing {
        Thing::Folder(folder) => folder.purge().report(conn)?,
        Thing::Item(item) => item.purge().report(conn)?,
        Thing::Attachment(attachment) => {
            let count = attachment.purge().execute(conn)?;
            return answer(out, &PURGE, &thing.name(), [("attachments", count)]);
        }
    };
    answer(out, &PURGE, &thing.name(), report.tables())
}

/// Parents first: what goes with a user or a folder is not looked at again.
pub(crate) fn empty(conn: &mut Conn, out: &mut impl Write, days: u32) -> Result<Answer> {
    let age = TimeDelta::days(days.into());
    let done = [
        purge_expired(users::table).older_than(age).execute(conn)?,
        purge_expired(folders::table)
            .older_than(age)
            .execute(conn)?,
        purge_expired(items::table).older_than(age).execute(conn)?,
        purge_expired(attachments::table)
            .older_than(age)
            .execute(conn)?,
    ];
    let rows = ["users", "folders", "items", "attachments"]
        .map(|table| (table, done.iter().map(|done| done.rows_of(table)).sum()));
    match counts(rows) {
        rows if rows.is_empty() => writeln!(out, "nothing has been in the trash for that long")?,
        rows => writeln!(out, "removed for good: {rows}")?,
    }
    Ok(Answer::Ok)
}

/// What was done, and what to say where nothing was.
pub(crate) struct Deed {
    pub(crate) done: &'static str,
    pub(crate) nothing: &'static str,
}

const DELETE: Deed = Deed {
    done: "moved to the trash",
    nothing: "is in the trash already",
};
const WOULD_DELETE: Deed = Deed {
    done: "would be moved to the trash",
    nothing: "is in the trash already",
};
const RESTORE: Deed = Deed {
    done: "restored",
    nothing: "is not in the trash",
};
const PURGE: Deed = Deed {
    done: "removed for good",
    nothing: "is not in the trash",
};

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
                "folders" => "the folder that it is in",
                _ => "the item that it belongs to",
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
