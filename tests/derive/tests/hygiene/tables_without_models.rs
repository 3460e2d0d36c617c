//! `soft_delete_table!` with all its keys, for several tables.

use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    posts {
        id -> Integer,
        deleted_at -> Nullable<BigInt>,
        updated_at -> Timestamp,
        deleted_by -> Nullable<Integer>,
        reason -> Nullable<Text>,
    }
}
diesel::table! {
    tags {
        id -> Integer,
        deleted -> Bool,
    }
}

soft_delete_table! {
    posts(deleted_at, touch = updated_at, clear(deleted_by, reason), unit = seconds, crate = ::soft_delete_runtime)
    tags(deleted,)
}
soft_delete_table! {}

#[test]
fn tables_without_models_have_the_scopes_and_the_operations() {
    let conn = &mut crate::database(
        "CREATE TABLE posts (id INTEGER PRIMARY KEY, deleted_at BIGINT, updated_at TIMESTAMP, deleted_by INTEGER, reason TEXT);
         INSERT INTO posts VALUES (1, NULL, datetime('now'), NULL, NULL);
         CREATE TABLE tags (id INTEGER PRIMARY KEY, deleted BOOL NOT NULL);
         INSERT INTO tags VALUES (1, 0)",
    );
    assert_eq!(soft_delete(posts::table.find(1)).execute(conn), Ok(1));
    assert_eq!(restore(posts::table).execute(conn), Ok(1));
    assert_eq!(soft_delete(tags::table).execute(conn), Ok(1));
    assert_eq!(tags::table.active().count().get_result(conn), Ok(0_i64));
}
