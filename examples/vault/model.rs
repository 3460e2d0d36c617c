//! The models: each has the derive, and that is all that soft deletes take.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

use crate::schema::{attachments, folders, items, users};

// What belongs to a row goes with it, and comes back with it. An item belongs to its user and to
// its folder: it is back when both are.
#[derive(Debug, Queryable, Selectable, Insertable, Identifiable, SoftDeletable)]
#[diesel(table_name = users, primary_key(uuid))]
#[soft_delete(cascade(folders::user_uuid, items::user_uuid), guarded)]
pub(crate) struct User {
    pub(crate) uuid: String,
    pub(crate) email: String,
    pub(crate) deleted_at: Option<NaiveDateTime>,
}

// Folders nest: the table cascades to itself.
#[derive(Debug, Queryable, Selectable, Insertable, Identifiable, Associations, SoftDeletable)]
#[diesel(table_name = folders, primary_key(uuid), belongs_to(User, foreign_key = user_uuid))]
#[soft_delete(cascade(folders::parent_uuid, items::folder_uuid), guarded)]
pub(crate) struct Folder {
    pub(crate) uuid: String,
    pub(crate) user_uuid: String,
    pub(crate) parent_uuid: Option<String>,
    pub(crate) name: String,
    pub(crate) deleted_at: Option<NaiveDateTime>,
}

// `touch`: clients synchronise by `updated_at`, so a delete and a restore set it as well.
#[derive(Debug, Queryable, Selectable, Insertable, Identifiable, Associations, SoftDeletable)]
#[diesel(table_name = items, primary_key(uuid), belongs_to(User, foreign_key = user_uuid))]
#[soft_delete(touch = updated_at, guarded)]
pub(crate) struct Item {
    pub(crate) uuid: String,
    pub(crate) user_uuid: String,
    pub(crate) folder_uuid: Option<String>,
    pub(crate) name: String,
    pub(crate) login: String,
    pub(crate) secret: String,
    pub(crate) updated_at: NaiveDateTime,
    pub(crate) deleted_at: Option<NaiveDateTime>,
}

// An attachment has no marker: it is there as long as its item, and its content is a file.
#[derive(Debug, Queryable, Selectable, Insertable, Identifiable, Associations)]
#[diesel(table_name = attachments, primary_key(uuid), belongs_to(Item, foreign_key = item_uuid))]
pub(crate) struct Attachment {
    pub(crate) uuid: String,
    pub(crate) item_uuid: String,
    pub(crate) name: String,
}
