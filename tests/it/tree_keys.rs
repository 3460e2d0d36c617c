//! Keys of every type: what an operation reads of a row names the same row again.
//!
//! In each schema `tops` cascade to `middles` and those to `leaves`, and both have keys of the type.

use crate::prelude::*;
use chrono::{TimeDelta, Utc};
use diesel::dsl::sql;
use diesel::sql_types::Bool;
use soft_delete_runtime::prelude::*;
use soft_delete_runtime::purge_expired;

use crate::backend::{self, Conn, Engine, engine, execute_batch, insert_rows};
use crate::guarded::{guard, with_tables};

/// Tests with keys of a type: the engines that have it, the column, and three values as SQL has them.
macro_rules! keys {
    ($($name:ident: $sql_type:ty, { $($($engine:ident)+: $column:literal [$($value:literal),+];)+ })+) => {$(
        mod $name {
            use super::*;

            diesel::table! {
                use diesel::sql_types::*;
                tops { id -> $sql_type, deleted_at -> Nullable<Timestamp> }
            }
            diesel::table! {
                use diesel::sql_types::*;
                middles {
                    id -> $sql_type,
                    top_id -> Nullable<$sql_type>,
                    deleted_at -> Nullable<Timestamp>,
                }
            }
            diesel::table! {
                use diesel::sql_types::*;
                leaves { id -> Integer, middle_id -> $sql_type, deleted_at -> Nullable<Timestamp> }
            }
            soft_delete_runtime::soft_delete_table! {
                tops(deleted_at, cascade(middles::top_id))
                middles(deleted_at, cascade(leaves::middle_id), parents(top_id))
                leaves(deleted_at, parents(middle_id))
            }

            #[test]
            fn name_their_rows_again() {
                let forms: &[(&[Engine], &str, &[&str])] =
                    &[$((&[$(Engine::$engine),+], $column, &[$($value),+])),+];
                for (_, column, values) in forms.iter().filter(|form| form.0.contains(&engine())) {
                    let conn = &mut three_of_each(column, values);
                    guard(conn, (tops::table, middles::table, leaves::table));
                    let first = || tops::table.filter(sql::<Bool>(&format!("id = {}", values[0])));
                    let deleted = soft_delete(first()).report(conn).unwrap();
                    assert_eq!(deleted.rows(), 3, "{deleted:?}");
                    assert_eq!(restore(first()).execute(conn), Ok(3));
                    let all = 3 * values.len();
                    assert_eq!(soft_delete(tops::table).execute(conn), Ok(all));
                    let leaf = restore(leaves::table.find(1));
                    assert_eq!(leaf.with_ancestors().execute(conn), Ok(3));
                    assert_eq!(soft_delete(first()).execute(conn), Ok(3));
                    // of two operations
                    assert_eq!(restore(tops::table).execute(conn), Ok(all));
                    assert_eq!(soft_delete(tops::table).execute(conn), Ok(all));
                    assert_eq!(purge(first()).execute(conn), Ok(3));
                    let done = purge_expired(tops::table)
                        .deleted_before(Utc::now() + TimeDelta::days(1))
                        .batch_size(1)
                        .execute(conn)
                        .unwrap();
                    assert_eq!((done.rows(), done.skipped()), (all - 3, 0));
                }
            }
        }
    )+};
}

/// A row for each value in each table: the rows of a number refer to each other.
fn three_of_each(column: &str, values: &[&str]) -> Conn {
    let mut conn = backend::connection();
    if engine() == Engine::Postgres {
        execute_batch(&mut conn, "CREATE TYPE size AS ENUM ('small', 'large')");
    }
    execute_batch(
        &mut conn,
        &format!(
            "CREATE TABLE tops (id {column} NOT NULL PRIMARY KEY, deleted_at MOMENT NULL);
             CREATE TABLE middles (
                 id {column} NOT NULL PRIMARY KEY, top_id {column} NULL, deleted_at MOMENT NULL,
                 FOREIGN KEY (top_id) REFERENCES tops (id));
             CREATE TABLE leaves (
                 id INTEGER PRIMARY KEY, middle_id {column} NOT NULL, deleted_at MOMENT NULL,
                 FOREIGN KEY (middle_id) REFERENCES middles (id))"
        ),
    );
    for (number, value) in (1..).zip(values) {
        execute_batch(
            &mut conn,
            &format!(
                "INSERT INTO tops (id) VALUES ({value});
                 INSERT INTO middles (id, top_id) VALUES ({value}, {value});
                 INSERT INTO leaves (id, middle_id) VALUES ({number}, {value})"
            ),
        );
    }
    conn
}

keys! {
    small_numbers: SmallInt, { Sqlite Postgres Mysql: "SMALLINT" ["-32768", "0", "7"]; }
    large_numbers: BigInt, { Sqlite Postgres Mysql: "BIGINT" ["9223372036854775807", "-9223372036854775808", "0"]; }
    texts: Text, {
        Sqlite Postgres: "VARCHAR(40)" ["'it''s %_ \"x\" \\'", "''", "' ä€😀'"];
        Mysql: "VARCHAR(40) CHARACTER SET utf8mb4" ["'it''s %_ \"x\" \\\\'", "''", "' ä€😀'"];
    }
    padded_texts: Text, {
        Sqlite: "CHAR(8)" ["'A1'", "'B2 '", "' C'"];
        Postgres Mysql: "CHAR(8)" ["'A1'", "'B2'", "' C'"];
    }
    bytes: Binary, {
        Sqlite: "BLOB" ["x'00ff27'", "x''", "x'6162'"];
        Postgres: "BYTEA" ["'\\x00ff27'", "'\\x'", "'\\x6162'"];
        Mysql: "VARBINARY(8)" ["x'00ff27'", "x''", "x'6162'"];
    }
    padded_bytes: Binary, { Mysql: "BINARY(4)" ["x'00ff2700'", "x'ffffffff'", "x'6162'"]; }
    flags: Bool, {
        Sqlite: "BOOLEAN" ["TRUE", "FALSE", "2"];
        Postgres: "BOOLEAN" ["TRUE", "FALSE"];
        Mysql: "BOOLEAN" ["TRUE", "FALSE", "2"];
    }
    dates: Date, {
        Sqlite Postgres: "DATE" ["'2026-01-31'", "'1969-12-31'", "'0001-01-01'"];
        Mysql: "DATE" ["'2026-01-31'", "'1969-12-31'", "'1000-01-01'"];
    }
    times: Time, {
        Sqlite Postgres: "TIME" ["'12:00:00.123456'", "'00:00:00'", "'23:59:59'"];
        Mysql: "TIME(6)" ["'12:00:00.123456'", "'00:00:00'", "'23:59:59'"];
    }
    moments: Timestamp, {
        Sqlite: "TIMESTAMP" ["'2026-01-31 12:00:00.123456'", "'1969-12-31T23:59'", "'2040-01-01 00:00:00'"];
        Postgres: "TIMESTAMP" ["'2026-01-31 12:00:00.123456'", "'1969-12-31 23:59:59'", "'2040-01-01'"];
        Mysql: "DATETIME(6)" ["'2026-01-31 12:00:00.123456'", "'1969-12-31 23:59:59'", "'2040-01-01'"];
    }
    decimals: Numeric, {
        Sqlite: "NUMERIC(20, 4)" ["0.1", "12345678901.2345", "7"];
        Postgres: "NUMERIC(40, 4)" ["0.1", "123456789012345678901234567890.1234", "-7"];
        Mysql: "DECIMAL(40, 4)" ["0.1", "123456789012345678901234567890.1234", "-7"];
    }
    floating_points: Double, {
        Sqlite: "DOUBLE" ["0.1 + 0.2", "1e300", "-0.5"];
        Postgres: "DOUBLE PRECISION" ["0.1::float8 + 0.2", "1e300", "-0.5"];
        Mysql: "DOUBLE" ["0.1e0 + 0.2e0", "1e300", "-0.5"];
    }
    names_of_a_list: Text, { Mysql: "ENUM('small', 'it''s', 'large')" ["'small'", "'it''s'", "'large'"]; }
}

#[cfg(any(backend = "postgres", backend = "multi"))]
keys! {
    uuids: Uuid, {
        Postgres: "UUID" [
            "'00000000-0000-0000-0000-000000000000'",
            "'67e55044-10b1-426f-9247-bb680e5fe0c8'",
            "'ffffffff-ffff-ffff-ffff-ffffffffffff'"
        ];
    }
    moments_of_a_zone: Timestamptz, { Postgres: "TIMESTAMPTZ" ["'2026-01-31 12:00:00.123456+02'", "'1969-12-31 23:59:59Z'", "'2040-01-01Z'"]; }
}

#[cfg(any(backend = "mysql", backend = "multi"))]
keys! {
    tiny_numbers: TinyInt, { Mysql: "TINYINT" ["-128", "0", "127"]; }
    unsigned_numbers: Unsigned<Integer>, { Mysql: "INTEGER UNSIGNED" ["4294967295", "0", "7"]; }
    large_unsigned_numbers: Unsigned<BigInt>, { Mysql: "BIGINT UNSIGNED" ["18446744073709551615", "0", "7"]; }
    moments_of_mysql: Datetime, { Mysql: "DATETIME(6)" ["'2026-01-31 12:00:00.123456'", "'1969-12-31 23:59:59'", "'2040-01-01'"]; }
}

/// A type that the library has not heard of.
#[cfg(backend = "postgres")]
#[derive(Debug, Clone, Copy, diesel::sql_types::SqlType, diesel::query_builder::QueryId)]
#[diesel(postgres_type(name = "size"))]
pub struct Size;

#[cfg(backend = "postgres")]
keys! {
    own_types: crate::tree_keys::Size, { Postgres: "size" ["'small'", "'large'"]; }
}

mod without_case {
    diesel::table! {
        words (word) { word -> Text, deleted_at -> Nullable<Timestamp> }
    }
    diesel::table! {
        letters { id -> Integer, word -> Text, deleted_at -> Nullable<Timestamp> }
    }
    diesel::table! {
        uses { id -> Integer, word -> Text, deleted_at -> Nullable<Timestamp> }
    }
    soft_delete_runtime::soft_delete_table! {
        words(deleted_at, cascade(letters::word), restrict(uses::word))
        letters(deleted_at, parents(word))
        uses(deleted_at, parents(word))
    }
}

#[test]
fn a_foreign_key_is_compared_as_the_key_that_it_refers_to() {
    use without_case::{letters, uses, words};
    // PostgreSQL takes nothing for equal that has other letters
    let (of_key, word) = match engine() {
        Engine::Sqlite => ("VARCHAR(9) COLLATE NOCASE", "A"),
        Engine::Postgres => ("VARCHAR(9)", "a"),
        Engine::Mysql => ("VARCHAR(9)", "A"),
    };
    let conn = &mut with_tables(
        (words::table, letters::table, uses::table),
        &format!(
            "CREATE TABLE words (word {of_key} PRIMARY KEY, deleted_at MOMENT NULL);
             CREATE TABLE letters (
                 id INTEGER PRIMARY KEY, word VARCHAR(9) NOT NULL, deleted_at MOMENT NULL,
                 FOREIGN KEY (word) REFERENCES words (word));
             CREATE TABLE uses (
                 id INTEGER PRIMARY KEY, word VARCHAR(9) NOT NULL, deleted_at MOMENT NULL,
                 FOREIGN KEY (word) REFERENCES words (word));
             INSERT INTO words (word) VALUES ('a'), ('b');
             INSERT INTO letters (id, word) VALUES (1, '{word}'), (2, 'b')"
        ),
    );
    let a = || words::table.filter(words::word.eq("a"));
    assert_eq!(soft_delete(a()).execute(conn), Ok(2));
    assert!(restore(letters::table.find(1)).execute(conn).is_err());
    assert_eq!(restore(a()).execute(conn), Ok(2));
    execute_batch(
        conn,
        &format!("INSERT INTO uses (id, word) VALUES (1, '{word}')"),
    );
    assert!(soft_delete(a()).execute(conn).is_err());
    soft_delete(uses::table).execute(conn).unwrap();
    assert_eq!(soft_delete(a()).execute(conn), Ok(2));
    assert!(restore(uses::table.find(1)).execute(conn).is_err());
    assert!(purge(a()).execute(conn).is_err());
    let expired = || purge_expired(words::table).deleted_before(Utc::now() + TimeDelta::days(1));
    assert_eq!(expired().execute(conn).unwrap().skipped(), 1);
    execute_batch(conn, "DELETE FROM uses");
    assert_eq!(expired().execute(conn).unwrap().rows(), 2);
}

mod places {
    diesel::table! {
        rooms (tenant, house, id) {
            tenant -> Integer,
            house -> Text,
            id -> Integer,
            deleted_at -> Nullable<Timestamp>,
        }
    }
    diesel::table! {
        desks {
            id -> Integer,
            tenant -> Nullable<Integer>,
            house -> Nullable<Text>,
            room_id -> Nullable<Integer>,
            deleted_at -> Nullable<Timestamp>,
        }
    }
    soft_delete_runtime::soft_delete_table! {
        rooms(deleted_at, cascade((desks::tenant, desks::house, desks::room_id)))
        desks(deleted_at, parents(tenant, house, room_id))
    }
}

#[test]
fn many_keys_of_several_columns_of_which_no_two_begin_alike() {
    use places::{desks, rooms};
    let conn = &mut with_tables(
        (rooms::table, desks::table),
        "CREATE TABLE rooms (
             tenant INTEGER NOT NULL, house VARCHAR(20) NOT NULL, id INTEGER NOT NULL,
             deleted_at MOMENT NULL, PRIMARY KEY (tenant, house, id));
         CREATE TABLE desks (
             id INTEGER PRIMARY KEY, tenant INTEGER, house VARCHAR(20), room_id INTEGER,
             deleted_at MOMENT NULL,
             FOREIGN KEY (tenant, house, room_id) REFERENCES rooms (tenant, house, id));
         CREATE INDEX desks_room ON desks (tenant, house, room_id)",
    );
    insert_rows(conn, "rooms (tenant, house, id)", 0..1_500, |n| {
        format!("({n}, 'house {n}', {})", n % 7)
    });
    insert_rows(conn, "desks (id, tenant, house, room_id)", 0..1_500, |n| {
        format!("({n}, {n}, 'house {n}', {})", n % 7)
    });
    execute_batch(conn, "INSERT INTO desks (id, tenant) VALUES (1500, 1)");
    assert_eq!(soft_delete(rooms::table).execute(conn), Ok(3_000));
    assert_eq!(restore(rooms::table).execute(conn), Ok(3_000));
    assert_eq!(soft_delete(rooms::table).execute(conn), Ok(3_000));
    assert_eq!(
        purge(rooms::table.filter(rooms::tenant.lt(1_400))).execute(conn),
        Ok(2_800)
    );
    let done = purge_expired(rooms::table).deleted_before(Utc::now() + TimeDelta::days(1));
    assert_eq!(done.execute(conn).unwrap().rows(), 200);
    assert_eq!(desks::table.active().count().get_result(conn), Ok(1_i64));
}

mod numbers {
    diesel::table! {
        shelves { id -> Integer, deleted_at -> Nullable<Timestamp> }
    }
    diesel::table! {
        boxes { id -> Integer, shelf_id -> Integer, deleted_at -> Nullable<Timestamp> }
    }
    diesel::table! {
        things { id -> Integer, box_id -> Integer, deleted_at -> Nullable<Timestamp> }
    }
    soft_delete_runtime::soft_delete_table! {
        shelves(deleted_at, cascade(boxes::shelf_id))
        boxes(deleted_at, cascade(things::box_id), parents(shelf_id))
        things(deleted_at, parents(box_id))
    }
}

#[test]
fn ten_thousand_keys_go_and_come_back() {
    use numbers::{shelves, things};
    let conn = &mut with_tables((shelves::table, numbers::boxes::table, things::table), "CREATE TABLE shelves (id INTEGER PRIMARY KEY, deleted_at MOMENT NULL);
         CREATE TABLE boxes (id INTEGER PRIMARY KEY, shelf_id INTEGER NOT NULL, deleted_at MOMENT NULL);
         CREATE TABLE things (id INTEGER PRIMARY KEY, box_id INTEGER NOT NULL, deleted_at MOMENT NULL);
         CREATE INDEX boxes_shelf ON boxes (shelf_id);
         CREATE INDEX things_box ON things (box_id)");
    insert_rows(conn, "shelves (id)", 0..10_000, |id| format!("({id})"));
    for below in ["boxes (id, shelf_id)", "things (id, box_id)"] {
        insert_rows(conn, below, 0..10_000, |id| {
            format!("({id}, {})", 9_999 - id)
        });
    }
    let deleted = soft_delete(shelves::table.filter(shelves::id.ne(3)))
        .report(conn)
        .unwrap();
    assert!(
        deleted.tables().all(|(_, rows)| rows == 9_999),
        "{deleted:?}"
    );
    assert_eq!(restore(shelves::table).execute(conn), Ok(29_997));
    assert_eq!(soft_delete(shelves::table).execute(conn), Ok(30_000));
    assert_eq!(
        purge(shelves::table.filter(shelves::id.ne(3))).execute(conn),
        Ok(29_997)
    );
    assert_eq!(
        things::table.with_deleted().select(things::id).load(conn),
        Ok(vec![3])
    );
}

/// As a user declares a type that Diesel does not have.
#[cfg(backend = "mysql")]
#[derive(diesel::sql_types::SqlType, diesel::query_builder::QueryId)]
#[diesel(mysql_type(name = "String"))]
pub struct Own;

#[cfg(backend = "mysql")]
keys! {
    own_texts: crate::tree_keys::Own, { Mysql: "VARCHAR(40)" ["'a'", "'b'", "' c'"]; }
    own_bytes: crate::tree_keys::Own, { Mysql: "BINARY(4)" ["x'61000000'", "x'ff000000'", "x'c3a40000'"]; }
}

#[cfg(backend = "mysql")]
#[test]
fn keys_of_types_that_only_mariadb_has() {
    use crate::guarded::by_hand;

    let mut conn = backend::connection();
    let version = by_hand(&mut conn, |conn| {
        backend::names(conn, "SELECT VERSION() AS name")
    });
    if !version[0].contains("MariaDB") {
        return;
    }
    macro_rules! go_and_come_back {
        ($($name:ident $column:literal [$($value:literal),+];)+) => {$({
            let conn = &mut three_of_each($column, &[$($value),+]);
            guard(conn, ($name::tops::table, $name::middles::table, $name::leaves::table));
            let tops = $name::tops::table;
            assert_eq!(soft_delete(tops).execute(conn), Ok(9), $column);
            assert_eq!(restore(tops).execute(conn), Ok(9), $column);
            assert_eq!(soft_delete(tops).execute(conn), Ok(9), $column);
            assert_eq!(purge(tops).execute(conn), Ok(9), $column);
        })+};
    }
    go_and_come_back! {
        texts "UUID" ["'123e4567-e89b-12d3-a456-426655440000'", "'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"];
        texts "INET6" ["'::1'", "'::ffff:10.0.0.1'", "'fe80::1'"];
        own_texts "UUID" ["'123e4567-e89b-12d3-a456-426655440000'", "'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"];
        own_texts "INET6" ["'::1'", "'::ffff:10.0.0.1'", "'fe80::1'"];
    }
}
