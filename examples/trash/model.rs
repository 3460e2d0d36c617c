//! The models: each has the derive, and that is all that soft deletes take.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

use crate::schema::{ciphers, folders, users};

#[derive(Debug, Queryable, Selectable, Insertable, Identifiable, SoftDeletable)]
#[diesel(table_name = users, primary_key(uuid))]
pub(crate) struct User {
    pub(crate) uuid: String,
    pub(crate) email: String,
    pub(crate) deleted_at: Option<NaiveDateTime>,
}

// A model need not have the marker's field.
#[derive(Debug, Queryable, Selectable, Insertable, Identifiable, Associations, SoftDeletable)]
#[diesel(table_name = folders, primary_key(uuid), belongs_to(User, foreign_key = user_uuid))]
pub(crate) struct Folder {
    pub(crate) uuid: String,
    pub(crate) user_uuid: String,
    pub(crate) name: String,
}

// `touch`: clients synchronise by `updated_at`, so a delete and a restore set it as well.
#[derive(Debug, Queryable, Selectable, Identifiable, Associations, SoftDeletable)]
#[diesel(table_name = ciphers, primary_key(uuid), belongs_to(User, foreign_key = user_uuid))]
#[soft_delete(touch = updated_at)]
pub(crate) struct Cipher {
    pub(crate) uuid: String,
    pub(crate) user_uuid: String,
    pub(crate) name: String,
    pub(crate) login: String,
    pub(crate) secret: String,
    pub(crate) updated_at: NaiveDateTime,
    pub(crate) deleted_at: Option<NaiveDateTime>,
}

// What is written is a struct of its own, without the marker: an `AsChangeset` or `Insertable`
// that carries `deleted_at` could bring a deleted row back by accident.
#[derive(Debug, Insertable)]
#[diesel(table_name = ciphers)]
pub(crate) struct NewCipher<'a> {
    pub(crate) uuid: &'a str,
    pub(crate) user_uuid: &'a str,
    pub(crate) folder_uuid: Option<&'a str>,
    pub(crate) name: &'a str,
    pub(crate) login: &'a str,
    pub(crate) secret: &'a str,
}
