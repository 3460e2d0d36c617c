//! Rules 5 and 8 with each type of marker, and each type of column for the operation's id.

use crate::prelude::*;
use soft_delete_runtime::prelude::*;

use crate::backend::{self, Conn, Engine, engine, execute_batch};
use crate::guarded::guard;
use crate::schema::day;

/// A folder with files, of which file 3 went before the folder did: the restore of the folder leaves
/// that. `$key` is what the macro takes beside `cascade`, `$columns` what it is in SQL.
macro_rules! folders {
    ($name:ident, $sql_type:ty, $engines:expr, $column:expr, [$($key:tt)*], $operation:ty, $columns:expr) => {
        mod $name {
            use super::*;

            diesel::table! {
                use diesel::sql_types::*;
                folders { id -> Integer, deleted -> $sql_type, deletion_id -> Nullable<$operation> }
            }
            diesel::table! {
                use diesel::sql_types::*;
                files {
                    id -> Integer,
                    folder_id -> Integer,
                    deleted -> $sql_type,
                    deletion_id -> Nullable<$operation>,
                }
            }
            soft_delete_runtime::soft_delete_table! {
                folders(deleted, cascade(files::folder_id) $($key)*)
                files(deleted, parents(folder_id) $($key)*)
            }

            #[test]
            fn a_restore_leaves_what_went_before() {
                let engines: &[Engine] = &$engines;
                if !engines.contains(&engine()) {
                    return;
                }
                let conn = &mut backend::connection();
                if engine() == Engine::Postgres {
                    execute_batch(conn, "SET TIME ZONE 'Asia/Kolkata'");
                }
                if engine() == Engine::Mysql {
                    execute_batch(conn, "SET time_zone = '+05:30'");
                }
                let columns = format!("deleted {}, deletion_id {}", $column, $columns);
                execute_batch(
                    conn,
                    &format!(
                        "CREATE TABLE folders (id INTEGER PRIMARY KEY, {columns});
                         CREATE TABLE files (
                             id INTEGER PRIMARY KEY, folder_id INTEGER NOT NULL, {columns},
                             FOREIGN KEY (folder_id) REFERENCES folders (id));
                         INSERT INTO folders (id) VALUES (1), (2);
                         INSERT INTO files (id, folder_id) VALUES (1, 1), (2, 1), (3, 1), (4, 2);"
                    ),
                );
                guard(conn, (folders::table, files::table));
                // the same second, with what the column keeps beyond
                let moment = day(3) + chrono::TimeDelta::microseconds(999_999);
                soft_delete(files::table.find(3)).at(day(1)).execute(conn).unwrap();
                let report = soft_delete(folders::table.find(1)).at(moment).report(conn).unwrap();
                assert_eq!(report.rows_of("files"), 2);
                // all rows of the operation have one moment and one id
                let alike = "SELECT COUNT(*) AS rows_alike FROM files \
                     INNER JOIN folders ON folders.id = files.folder_id \
                     AND folders.deleted = files.deleted \
                     AND (folders.deletion_id = files.deletion_id OR \
                         (folders.deletion_id IS NULL AND files.deletion_id IS NULL)) \
                     WHERE folders.id = 1";
                #[derive(QueryableByName)]
                struct Count {
                    #[diesel(sql_type = diesel::sql_types::BigInt)]
                    rows_alike: i64,
                }
                let alike: Count = diesel::sql_query(alike).get_result(conn).unwrap();
                assert_eq!(alike.rows_alike, 2);
                assert_eq!(active(conn), [4]);

                let preview = restore(folders::table.find(1)).preview(conn).unwrap();
                let report = restore(folders::table.find(1)).report(conn).unwrap();
                assert_eq!((preview.rows(), report.rows()), (3, 3));
                assert_eq!(active(conn), [1, 2, 4]);
                let by_operation = stringify!($($key)*).contains("operation");
                let ids = files::table.with_deleted().filter(files::deletion_id.is_not_null()).count();
                assert_eq!(ids.get_result(conn), Ok(i64::from(by_operation)));

                let three = restore(files::table.find(3));
                assert_eq!(three.execute(conn).unwrap(), 1);
                assert_eq!(active(conn), [1, 2, 3, 4]);

                soft_delete(folders::table.find(1)).execute(conn).unwrap();
                let back = restore(files::table.find(2)).with_ancestors().report(conn).unwrap();
                assert_eq!((back.rows_of("folders"), back.rows_of("files")), (1, 1));
                assert_eq!(active(conn), [2, 4]);
                soft_delete(folders::table).execute(conn).unwrap();
                assert_eq!(purge(folders::table).execute(conn).unwrap(), 6);
            }

            fn active(conn: &mut Conn) -> Vec<i32> {
                let active = files::table.active().select(files::id).order(files::id);
                active.load(conn).unwrap()
            }
        }
    };
}

const ALL: [Engine; 3] = [Engine::Sqlite, Engine::Postgres, Engine::Mysql];

folders!(
    timestamps,
    Nullable<Timestamp>,
    ALL,
    "MOMENT NULL",
    [],
    Text,
    "VARCHAR(36)"
);
folders!(
    seconds,
    BigInt,
    ALL,
    "BIGINT NOT NULL DEFAULT 0",
    [],
    Text,
    "VARCHAR(36)"
);
folders!(millis, BigInt, ALL, "BIGINT NOT NULL DEFAULT 0", [, unit = millis], Text, "VARCHAR(36)");
folders!(micros, Nullable<BigInt>, ALL, "BIGINT", [, unit = micros], Text, "VARCHAR(36)");
folders!(nanos, BigInt, ALL, "BIGINT NOT NULL DEFAULT 0", [, unit = nanos], Text, "VARCHAR(36)");
folders!(
    bools_by_text, Bool, ALL, "BOOLEAN NOT NULL DEFAULT false",
    [, operation = deletion_id], Text, "VARCHAR(36)"
);
folders!(
    bools_by_number, Bool, ALL, "BOOLEAN NOT NULL DEFAULT false",
    [, operation = deletion_id], BigInt, "BIGINT"
);
folders!(
    bools_by_bytes, Bool, ALL, "BOOLEAN NOT NULL DEFAULT false",
    [, operation = deletion_id], Binary,
    if engine() == Engine::Postgres { "BYTEA" } else { "VARBINARY(16)" }
);
folders!(
    timestamps_by_text, Nullable<Timestamp>, ALL, "MOMENT NULL",
    [, operation = deletion_id], Text, "VARCHAR(36)"
);
#[cfg(backend = "postgres")]
folders!(
    timestamps_with_zone,
    Nullable<Timestamptz>,
    ALL,
    "TIMESTAMPTZ",
    [],
    Text,
    "VARCHAR(36)"
);
#[cfg(backend = "postgres")]
folders!(
    bools_by_uuid, Bool, ALL, "BOOLEAN NOT NULL DEFAULT false",
    [, operation = deletion_id], Uuid, "UUID"
);
#[cfg(backend = "mysql")]
folders!(
    datetimes,
    Nullable<Datetime>,
    ALL,
    "DATETIME(6) NULL",
    [],
    Text,
    "VARCHAR(36)"
);
#[cfg(backend = "sqlite")]
folders!(
    texts_with_zone,
    Nullable<TimestamptzSqlite>,
    ALL,
    "TEXT",
    [],
    Text,
    "VARCHAR(36)"
);
