//! Two models of one table: one states the facts, the other shares them.

use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        name -> Text,
        removed_at -> Nullable<Timestamp>,
    }
}

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(column = removed_at)]
struct User {
    id: i32,
    name: String,
    removed_at: Option<chrono::NaiveDateTime>,
}

#[derive(Debug, Queryable, Selectable, SoftDeletable)]
#[diesel(table_name = users)]
#[soft_delete(shared_table)]
struct UserName {
    name: String,
}

/// The facts tell which field is the marker's.
#[derive(Debug, Queryable, Selectable, SoftDeletable)]
#[diesel(table_name = users)]
#[soft_delete(shared_table)]
struct UserState {
    #[diesel(column_name = removed_at)]
    since: Option<chrono::NaiveDateTime>,
    id: i32,
}

/// The field may be named as well.
#[derive(Debug, Queryable, Selectable, SoftDeletable)]
#[diesel(table_name = users)]
#[soft_delete(shared_table, column = removed_at, no_default_scope)]
struct UserRemoval {
    removed_at: Option<chrono::NaiveDateTime>,
}

/// So they do where not all fields are columns, whatever these are called.
#[derive(Debug, SoftDeletable)]
#[diesel(table_name = users)]
#[soft_delete(shared_table, no_default_scope)]
struct UserWithBadges {
    removed_at: Option<chrono::NaiveDateTime>,
    badges: Vec<badges::Badge>,
    columns: Option<String>,
}

mod badges {
    #[derive(Debug)]
    pub struct Badge;
}

#[test]
fn a_field_that_is_no_column_is_beside_that_of_the_marker() {
    let mut user = UserWithBadges {
        removed_at: None,
        badges: vec![badges::Badge],
        columns: None,
    };
    assert!(!user.is_deleted() && user.columns.is_none());
    user.removed_at = Some(chrono::NaiveDateTime::default());
    assert!(user.is_deleted() && user.badges.len() == 1);
}

#[test]
fn a_model_of_a_shared_table_finds_the_field_of_its_marker() {
    let conn = &mut crate::database(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, removed_at TIMESTAMP);
         INSERT INTO users VALUES (1, 'Sean', NULL), (2, 'Tess', '2026-01-05 00:00:00')",
    );
    let states = UserState::with_deleted()
        .order(users::id)
        .load(conn)
        .expect("all users");
    let deleted: Vec<_> = states
        .iter()
        .map(|user| (user.id, user.is_deleted()))
        .collect();
    assert_eq!(deleted, [(1, false), (2, true)]);
    assert_eq!(states[1].deleted_at(), states[1].since);
    let removals = UserRemoval::only_deleted().load(conn).expect("the deleted");
    assert!(removals[0].is_deleted());
    assert_eq!(removals[0].deleted_at(), removals[0].removed_at);
}

#[test]
fn two_models_share_the_facts_of_a_table() {
    let conn = &mut crate::database(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, removed_at TIMESTAMP);
         INSERT INTO users VALUES (1, 'Sean', NULL), (2, 'Tess', datetime('now'))",
    );
    let user = User::query().get_result(conn).expect("an active user");
    let names = UserName::query().load(conn).expect("active users");
    assert_eq!((names.len(), &names[0].name), (1, &user.name));
    assert_eq!(user.removed_at, user.deleted_at());
    let names = UserName::with_deleted().load(conn).expect("all users");
    assert_eq!((names.len(), user.id), (2, 1));
}
