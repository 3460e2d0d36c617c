//! What an operation leaves in a row, read again: its moment and its id.

use crate::prelude::*;
use soft_delete_runtime::prelude::*;

use crate::backend::{Engine, connection, engine, execute_batch};
use crate::guarded::guard;
use crate::schema::day;

/// A folder with two files, and a column of each type for the operation's id.
macro_rules! operation_column {
    ($name:ident, $operation:ty, $column:expr) => {
        mod $name {
            use super::*;

            diesel::table! {
                use diesel::sql_types::*;
                folders { id -> Integer, deleted_at -> Nullable<Timestamp>, deletion_id -> Nullable<$operation> }
            }
            diesel::table! {
                use diesel::sql_types::*;
                files {
                    id -> Integer,
                    folder_id -> Integer,
                    deleted_at -> Nullable<Timestamp>,
                    deletion_id -> Nullable<$operation>,
                }
            }
            soft_delete_table! {
                folders(deleted_at, cascade(files::folder_id), operation = deletion_id)
                files(deleted_at, parents(folder_id), operation = deletion_id)
            }

            #[test]
            fn rows_are_found_by_the_id_of_their_operation() {
                let conn = &mut connection();
                let columns = format!("deleted_at MOMENT, deletion_id {}", $column);
                execute_batch(
                    conn,
                    &format!(
                        "CREATE TABLE folders (id INTEGER PRIMARY KEY, {columns});
                         CREATE TABLE files (id INTEGER PRIMARY KEY, folder_id INTEGER NOT NULL, {columns});
                         INSERT INTO folders (id) VALUES (1), (2);
                         INSERT INTO files (id, folder_id) VALUES (1, 1), (2, 1), (3, 2);"
                    ),
                );
                guard(conn, (folders::table, files::table));
                soft_delete(folders::table.find(2)).execute(conn).unwrap();
                let report = soft_delete(folders::table.find(1)).report(conn).unwrap();
                let of = files::table.with_deleted().filter(files::deletion_id.eq(report.operation()));
                assert_eq!(of.count().get_result(conn), Ok(2_i64));
                let id = report.operation().unwrap().clone();
                let of = files::table.with_deleted().filter(files::deletion_id.eq(id.clone())).select(files::id);
                assert_eq!(of.order(files::id).load(conn), Ok(vec![1, 2]));
                let of = files::table.with_deleted().filter(files::deletion_id.eq(Some(id.clone())));
                assert_eq!(of.count().get_result(conn), Ok(2_i64));
                let other = files::table.with_deleted().filter(files::deletion_id.ne(id)).select(files::id);
                assert_eq!(other.load(conn), Ok(vec![3]));
            }
        }
    };
}

operation_column!(text, Text, "VARCHAR(36)");
operation_column!(bigint, BigInt, "BIGINT");
operation_column!(
    binary,
    Binary,
    match engine() {
        Engine::Postgres => "BYTEA",
        Engine::Mysql => "VARBINARY(16)",
        Engine::Sqlite => "BLOB",
    }
);
#[cfg(backend = "postgres")]
operation_column!(uuid, Uuid, "UUID");

#[test]
fn a_moment_is_shown_as_rfc_3339() {
    use soft_delete_runtime::Moment;

    let shown = |text: &str| {
        let moment: chrono::DateTime<chrono::Utc> = text.parse().unwrap();
        Moment::from(moment).to_string()
    };
    assert_eq!(Moment::from(day(31)).to_string(), "2026-01-31T00:00:00Z");
    for text in [
        "1970-01-01T00:00:00Z",
        "1969-12-31T23:59:59.999999Z",
        "2000-02-29T12:34:56.000001Z",
        "1900-03-01T00:00:00Z",
        "2100-02-28T23:59:59Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999Z",
        "2024-12-31T00:00:00.500000Z",
    ] {
        assert_eq!(shown(text), text);
    }
    assert_eq!(
        shown("2026-01-31T12:00:00.123456789Z"),
        "2026-01-31T12:00:00.123456Z"
    );
}
