//! What is active, and what is in the trash.

use std::collections::HashMap;
use std::io::Write;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use soft_delete_runtime::prelude::*;
use soft_delete_runtime::{RowState, types::MarkerField};

use crate::command::{Answer, Result};
use crate::database::Conn;
use crate::files::Files;
use crate::model::{Attachment, Folder, Item};
use crate::schema::{attachments, folders, items};
use crate::thing::{Thing, missing, short};
use crate::user;

pub(crate) fn active(conn: &mut Conn, out: &mut impl Write, email: Option<&str>) -> Result<Answer> {
    for user in user::chosen(conn, email)? {
        writeln!(out, "{}", user.email)?;
        // No active row stands under a deleted one, so that each table has to be asked for its own
        // active rows, and for nothing else.
        let folders = Folder::belonging_to(&user).active().order(folders::name);
        let items = Item::belonging_to(&user).active().order(items::name);
        let items = items.load::<Item>(conn)?;
        let attachments = Attachment::belonging_to(&items)
            .order(attachments::name)
            .select(Attachment::as_select())
            .load(conn)?;
        let tree = Tree {
            folders: folders.load(conn)?,
            attachments: attachments.grouped_by(&items),
            items,
        };
        tree.show(out, None, 1)?;
    }
    Ok(Answer::Ok)
}

struct Tree {
    folders: Vec<Folder>,
    items: Vec<Item>,
    attachments: Vec<Vec<Attachment>>,
}

impl Tree {
    fn show(&self, out: &mut impl Write, parent: Option<&str>, depth: usize) -> Result<()> {
        let in_parent = |folder: &&Folder| folder.parent_uuid.as_deref() == parent;
        for folder in self.folders.iter().filter(in_parent) {
            line(out, &folder.uuid, depth, &format!("{}/", folder.name))?;
            self.show(out, Some(&folder.uuid), depth + 1)?;
        }
        for (item, attachments) in self.items.iter().zip(&self.attachments) {
            if item.folder_uuid.as_deref() == parent {
                line(out, &item.uuid, depth, &item.name)?;
                for attachment in attachments {
                    line(out, &attachment.uuid, depth + 1, &attachment.name)?;
                }
            }
        }
        Ok(())
    }
}

fn line(out: &mut impl Write, key: &str, depth: usize, name: &str) -> std::io::Result<()> {
    let indent = 2 * depth;
    writeln!(out, "{} {:indent$}{name}", short(key), "")
}

/// A deleted row, and the key of what it belongs to.
struct Line {
    key: String,
    name: String,
    parent: Option<String>,
    deleted_at: Option<NaiveDateTime>,
}

pub(crate) fn deleted(
    conn: &mut Conn,
    out: &mut impl Write,
    email: Option<&str>,
) -> Result<Answer> {
    for user in user::chosen(conn, email)? {
        let folders = Folder::belonging_to(&user)
            .only_deleted()
            .order(folders::name)
            .load::<Folder>(conn)?;
        let items = Item::belonging_to(&user)
            .only_deleted()
            .order(items::name)
            .load::<Item>(conn)?;
        let folders = folders.into_iter().map(|folder| Line {
            key: folder.uuid,
            name: format!("{}/", folder.name),
            parent: folder.parent_uuid,
            deleted_at: folder.deleted_at,
        });
        let items = items.into_iter().map(|item| Line {
            key: item.uuid,
            name: item.name,
            parent: item.folder_uuid,
            deleted_at: item.deleted_at,
        });
        let mut lines: Vec<Line> = folders.chain(items).collect();
        lines.sort_by_key(|line| std::cmp::Reverse(line.deleted_at)); // stable: parents first
        self::lines(out, &user.email, &lines)?;
    }
    Ok(Answer::Ok)
}

fn lines(out: &mut impl Write, email: &str, lines: &[Line]) -> Result<()> {
    let names = lines
        .iter()
        .map(|line| (line.key.as_str(), line.name.as_str()));
    let names: HashMap<&str, &str> = names.collect();
    for line in lines {
        let (key, since) = (short(&line.key), since(line.deleted_at));
        write!(out, "{key} {email:18} {since}  {}", line.name)?;
        match line.parent.as_deref().and_then(|parent| names.get(parent)) {
            Some(parent) => writeln!(out, " (in {parent})")?,
            None => writeln!(out)?,
        }
    }
    Ok(())
}

fn since(moment: Option<NaiveDateTime>) -> String {
    moment
        .map(|moment| moment.format("%F %T").to_string())
        .unwrap_or_default()
}

pub(crate) fn show(
    conn: &mut Conn,
    files: &Files,
    out: &mut impl Write,
    key: &str,
) -> Result<Answer> {
    match RowState::from(Thing::find(conn, key)?) {
        RowState::Active(thing) => {
            writeln!(out, "200 {}", thing.name())?;
            details(conn, files, out, &thing)?;
            Ok(Answer::Ok)
        }
        RowState::Deleted(thing) => {
            let since = since(*thing.marker_field());
            writeln!(out, "410 {} is in the trash since {since}", thing.name())?;
            Ok(Answer::Gone)
        }
        RowState::Missing => missing(out, key),
    }
}

fn details(conn: &mut Conn, files: &Files, out: &mut impl Write, thing: &Thing) -> Result<()> {
    match thing {
        Thing::Folder(folder) => {
            let folders = folders::table
                .active()
                .filter(folders::parent_uuid.eq(&folder.uuid));
            let items = items::table
                .active()
                .filter(items::folder_uuid.eq(&folder.uuid));
            let folders: i64 = folders.count().get_result(conn)?;
            let items: i64 = items.count().get_result(conn)?;
            writeln!(out, "folders: {folders}\nitems:   {items}")?;
        }
        Thing::Item(item) => {
            writeln!(out, "login:   {}", item.login)?;
            writeln!(out, "secret:  {}", item.secret)?;
            writeln!(out, "updated: {}", item.updated_at.format("%F %T"))?;
        }
        Thing::Attachment(attachment, _) => out.write_all(&files.read(&attachment.uuid)?)?,
    }
    Ok(())
}
