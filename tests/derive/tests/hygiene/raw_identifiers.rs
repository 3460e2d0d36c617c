//! Keywords as the names of a table, a model, its fields and its columns.

use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    r#struct {
        id -> Integer,
        r#type -> Bool,
        r#move -> Nullable<Timestamp>,
        r#in -> Nullable<Integer>,
    }
}

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
#[diesel(table_name = r#struct)]
#[soft_delete(column = r#type, touch = r#move, clear(r#in), guarded)]
struct Row {
    id: i32,
    r#type: bool,
    r#in: Option<i32>,
}

diesel::table! {
    r#as {
        id -> Integer,
        r#ref -> BigInt,
    }
}

soft_delete_table! { r#as(r#ref, guarded) }

// Diesel's own derives take no model with such a name
diesel::table! {
    types {
        id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}

#[derive(Debug, SoftDeletable)]
#[soft_delete(no_default_scope)]
#[allow(non_camel_case_types)]
struct r#type {
    deleted_at: Option<chrono::NaiveDateTime>,
}

#[test]
fn keywords_can_be_names() {
    let conn = &mut crate::database(
        r#"CREATE TABLE "struct" (id INTEGER PRIMARY KEY, "type" BOOL NOT NULL, "move" TIMESTAMP, "in" INTEGER);
           INSERT INTO "struct" VALUES (1, 0, NULL, 1);
           CREATE TABLE "as" (id INTEGER PRIMARY KEY, "ref" BIGINT NOT NULL);
           INSERT INTO "as" VALUES (1, 0);
           CREATE TABLE types (id INTEGER PRIMARY KEY, deleted_at TIMESTAMP);
           INSERT INTO types VALUES (1, NULL)"#,
    );
    let row = Row::query().get_result(conn).expect("an active row");
    assert_eq!(
        (row.id, row.r#type, row.r#in, row.is_deleted()),
        (1, false, Some(1), false)
    );
    assert_eq!(row.soft_delete().execute(conn), Ok(1));
    assert_eq!(soft_delete(r#as::table).execute(conn), Ok(1));
    assert_eq!(r#type::soft_delete_by_id(1).execute(conn), Ok(1));
    assert!(!r#type { deleted_at: None }.is_deleted());
}
