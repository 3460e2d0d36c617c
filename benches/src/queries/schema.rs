//! Accounts in groups of a hundred, each with a note. No table cascades.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

use super::Query;
use crate::schema::Database;

diesel::table! {
    accounts {
        id -> Integer,
        group_id -> Integer,
        name -> Text,
        deleted_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    notes { id -> Integer, account_id -> Integer, body -> Text, deleted_at -> Nullable<Timestamp> }
}
diesel::joinable!(notes -> accounts (account_id));
diesel::allow_tables_to_appear_in_same_query!(accounts, notes);

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
pub struct Account {
    pub id: i32,
    pub group_id: i32,
    pub name: String,
    pub deleted_at: Option<NaiveDateTime>,
}

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
pub struct Note {
    pub id: i32,
    pub account_id: i32,
    pub body: String,
}

/// How many accounts a group has.
pub const GROUP: usize = 100;
/// How many accounts there are.
pub const ACCOUNTS: usize = 1_000;

const TABLES: &str = "
    CREATE TABLE accounts (
        id INTEGER PRIMARY KEY, group_id INTEGER NOT NULL,
        name VARCHAR(100) NOT NULL, deleted_at TIMESTAMP);
    CREATE TABLE notes (
        id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL,
        body VARCHAR(100) NOT NULL, deleted_at TIMESTAMP);
    CREATE INDEX accounts_group_id ON accounts (group_id) WHERE deleted_at IS NULL;
    CREATE INDEX notes_account_id ON notes (account_id) WHERE deleted_at IS NULL;";

/// The statements that make the tables with what a query needs: all rows active, or all deleted.
pub fn tables<C: Database>(query: Query) -> String {
    let rows = rows::<C>(query);
    format!("DROP TABLE IF EXISTS notes; DROP TABLE IF EXISTS accounts; {TABLES} {rows}")
}

/// Those that put the rows back as they were.
pub fn rows<C: Database>(query: Query) -> String {
    let deleted_at = match query {
        Query::Restore | Query::Purge => "'2026-01-01 00:00:00'",
        _ => "NULL",
    };
    let numbers = C::numbers(ACCOUNTS);
    format!(
        "DELETE FROM notes; DELETE FROM accounts;
         INSERT INTO accounts (id, group_id, name, deleted_at)
             {numbers} SELECT n, (n - 1) / {GROUP}, 'a name', CAST({deleted_at} AS {moment})
             FROM numbers;
         INSERT INTO notes (id, account_id, body)
             {numbers} SELECT n, n, 'what there is to say' FROM numbers;",
        moment = C::MOMENT,
    )
}
