//! What makes something new, in a place that is active.

use std::io::Write;
use std::path::Path;

use chrono::Utc;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use soft_delete_runtime::Error;
use soft_delete_runtime::prelude::*;
use uuid::Uuid;

use crate::command::{Answer, Result};
use crate::database::Conn;
use crate::files::{self, Files};
use crate::model::{Attachment, Folder, Item, User};
use crate::schema::{folders, items};
use crate::thing::{Thing, missing};
use crate::user;

/// Where something goes to.
pub(crate) struct Place {
    user: User,
    folder: Option<Folder>,
}

impl Place {
    pub(crate) fn of(conn: &mut Conn, email: &str, folder: Option<&str>) -> Result<Self> {
        let user = user::find(conn, email)?;
        let folder = match folder {
            Some(name) => Some(
                Folder::belonging_to(&user)
                    .active()
                    .filter(folders::name.eq(name))
                    .get_result(conn)
                    .optional()?
                    .ok_or_else(|| format!("{email} has no active folder {name}"))?,
            ),
            None => None,
        };
        Ok(Self { user, folder })
    }

    fn folder_uuid(&self) -> Option<String> {
        self.folder.as_ref().map(|folder| folder.uuid.clone())
    }

    /// Refused where the place has been deleted meanwhile.
    fn insert(
        &self,
        conn: &mut Conn,
        insert: impl FnOnce(&mut Conn) -> QueryResult<usize>,
        what: &str,
    ) -> Result<()> {
        conn.transaction(|conn| {
            hold_active(&self.user).execute(conn)?;
            if let Some(folder) = &self.folder {
                hold_active(folder).execute(conn)?;
            }
            insert(conn)?;
            Ok(())
        })
        .map_err(|error: Error| taken(error.into(), what))
    }
}

pub(crate) fn item(
    conn: &mut Conn,
    out: &mut impl Write,
    place: &Place,
    name: String,
    login: String,
    secret: String,
) -> Result<Answer> {
    let item = Item {
        uuid: new_key(),
        user_uuid: place.user.uuid.clone(),
        folder_uuid: place.folder_uuid(),
        name,
        login,
        secret,
        updated_at: Utc::now().naive_utc(),
        deleted_at: None,
    };
    let insert = diesel::insert_into(items::table).values(&item);
    place.insert(conn, |conn| insert.execute(conn), "an item of that name")?;
    writeln!(out, "added {} {}", item.uuid, item.name)?;
    Ok(Answer::Ok)
}

pub(crate) fn folder(
    conn: &mut Conn,
    out: &mut impl Write,
    place: &Place,
    name: String,
) -> Result<Answer> {
    let folder = Folder {
        uuid: new_key(),
        user_uuid: place.user.uuid.clone(),
        parent_uuid: place.folder_uuid(),
        name,
        deleted_at: None,
    };
    let insert = diesel::insert_into(folders::table).values(&folder);
    place.insert(conn, |conn| insert.execute(conn), "a folder of that name")?;
    writeln!(out, "added {} {}/", folder.uuid, folder.name)?;
    Ok(Answer::Ok)
}

pub(crate) fn attachment(
    conn: &mut Conn,
    files: &Files,
    out: &mut impl Write,
    key: &str,
    file: &Path,
) -> Result<Answer> {
    let content = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let item = match Thing::find(conn, key)? {
        Some(Thing::Item(item)) => item,
        Some(thing) => return Err(format!("{} is no item", thing.name()).into()),
        None => return missing(out, key),
    };
    let attachment = Attachment {
        uuid: new_key(),
        item_uuid: item.uuid.clone(),
        name: name.into_owned(),
    };
    files.write(conn, &attachment.uuid, &content)?;
    let attached = conn.transaction(|conn| {
        hold_active(&item).execute(conn)?;
        Ok(files::attach(conn, &attachment)?)
    });
    let Attachment { uuid, name, .. } = attachment;
    match attached {
        Ok(()) => {
            writeln!(out, "attached {uuid} {name} ({} bytes)", content.len())?;
            Ok(Answer::Ok)
        }
        Err(Error::NotActive { .. }) => {
            files.remove_left(conn)?;
            writeln!(out, "410 the item {} is in the trash", item.name)?;
            Ok(Answer::Gone)
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) fn new_key() -> String {
    Uuid::new_v4().to_string()
}

/// A name that is unique among active rows.
pub(crate) fn taken(error: DieselError, what: &str) -> Box<dyn std::error::Error> {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
            format!("there is already {what}").into()
        }
        other => other.into(),
    }
}
