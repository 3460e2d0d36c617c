//! Models with `#[diesel(embed)]`: the marker stands beside the embedded fields.

use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        first -> Text,
        last -> Text,
        deleted_at -> Nullable<Timestamp>,
    }
}

#[derive(Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = users)]
struct Name {
    first: String,
    last: String,
}

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
struct User {
    id: i32,
    #[diesel(embed)]
    name: Name,
    deleted_at: Option<chrono::NaiveDateTime>,
}

#[test]
fn a_model_with_an_embedded_field_is_loaded_by_its_scopes() {
    let conn = &mut crate::database(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, first TEXT NOT NULL, last TEXT NOT NULL, deleted_at TIMESTAMP);
         INSERT INTO users VALUES (1, 'Sean', 'Griffin', NULL)",
    );
    let user = User::query().get_result(conn).expect("an active user");
    assert_eq!(user.name.last, "Griffin");
    assert_eq!((user.is_deleted(), user.deleted_at()), (false, None));
    assert_eq!(user.soft_delete().execute(conn), Ok(1));
    assert_eq!(User::query().load(conn).expect("none").len(), 0);
}
