//! What a key stands for.

use std::io::Write;

use chrono::NaiveDateTime;
use diesel::prelude::*;
use soft_delete_runtime::prelude::*;
use soft_delete_runtime::types::MarkerField;

use crate::command::{Answer, Result};
use crate::database::Conn;
use crate::model::{Attachment, Folder, Item};
use crate::schema::{attachments, folders, items};

pub(crate) enum Thing {
    Folder(Folder),
    Item(Item),
    /// It is in the trash where its item is.
    Attachment(Attachment, Item),
}

impl Thing {
    /// The one thing whose key begins so, active or deleted.
    pub(crate) fn find(conn: &mut Conn, key: &str) -> Result<Option<Self>> {
        let pattern = format!("{key}%");
        let folders = Folder::with_deleted().filter(folders::uuid.like(&pattern));
        let items = Item::with_deleted().filter(items::uuid.like(&pattern));
        let attachments = attachments::table
            .inner_join(items::table)
            .filter(attachments::uuid.like(&pattern))
            .select((Attachment::as_select(), Item::as_select()));
        let folders = folders.limit(2).load(conn)?.into_iter().map(Self::Folder);
        let items = items.limit(2).load(conn)?.into_iter().map(Self::Item);
        let attachments = attachments.limit(2).load(conn)?.into_iter();
        let attachments = attachments.map(|(attachment, item)| Self::Attachment(attachment, item));

        let mut found = folders.chain(items).chain(attachments);
        match (found.next(), found.next()) {
            (_, Some(_)) => Err(format!("more than one key begins with {key}").into()),
            (one, None) => Ok(one),
        }
    }

    pub(crate) fn name(&self) -> String {
        match self {
            Self::Folder(folder) => format!("the folder {}", folder.name),
            Self::Item(item) => format!("the item {}", item.name),
            Self::Attachment(attachment, _) => format!("the attachment {}", attachment.name),
        }
    }
}

/// A thing is as deleted as the row that it is: `RowState` takes it as it takes a model.
impl MarkerField for Thing {
    type Field = Option<NaiveDateTime>;

    fn marker_field(&self) -> &Self::Field {
        match self {
            Self::Folder(folder) => &folder.deleted_at,
            Self::Item(item) => &item.deleted_at,
            Self::Attachment(_, item) => &item.deleted_at,
        }
    }
}

/// As much of a key as is shown in a list; it is enough to name the thing.
pub(crate) fn short(key: &str) -> &str {
    key.get(..8).unwrap_or(key)
}

pub(crate) fn missing(out: &mut impl Write, key: &str) -> Result<Answer> {
    writeln!(out, "404 nothing has the key {key}")?;
    Ok(Answer::NotFound)
}
