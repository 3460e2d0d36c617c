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
