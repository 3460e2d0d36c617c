//! Keys at the ends of their types, moments at the ends of the calendar, clocks that jump, columns
//! that keep less than was written, and NULL where there should be none.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

use crate::backend::{self, Conn, Engine, engine, execute_batch};

// keys

macro_rules! keyed {
    ($module:ident, $sql_type:ty as $rust:ty, $column:expr, $keys:expr) => {
        mod $module {
            use super::*;

            diesel::table! {
                use diesel::sql_types::*;
                parents { id -> $sql_type, deleted_at -> Nullable<Timestamp> }
            }
            diesel::table! {
                use diesel::sql_types::*;
                children { id -> Integer, parent_id -> $sql_type, deleted_at -> Nullable<Timestamp> }
            }
            soft_delete_runtime::soft_delete_table! {
                parents(deleted_at, cascade(children::parent_id))
                children(deleted_at, parents(parent_id))
            }

            #[test]
            fn at_the_ends_of_the_type_are_found_and_passed_in_order() {
                let conn = &mut backend::connection();
                let column = $column;
                execute_batch(
                    conn,
                    &format!(
                        "CREATE TABLE parents (id {column} PRIMARY KEY, deleted_at MOMENT NULL);
                         CREATE TABLE children (
                             id INTEGER PRIMARY KEY, parent_id {column} NOT NULL,
                             deleted_at MOMENT NULL,
                             FOREIGN KEY (parent_id) REFERENCES parents (id))"
                    ),
                );
                let keys: Vec<$rust> = $keys;
                for (number, key) in (1..).zip(&keys) {
                    diesel::insert_into(parents::table)
                        .values(parents::id.eq(key))
                        .execute(conn)
                        .unwrap();
                    diesel::insert_into(children::table)
                        .values((children::id.eq(number), children::parent_id.eq(key)))
                        .execute(conn)
                        .unwrap();
                }
                for key in &keys {
                    assert_eq!(soft_delete(parents::table.find(key)).execute(conn).unwrap(), 2);
                    assert_eq!(restore(parents::table.find(key)).execute(conn).unwrap(), 2);
                }
                let old = Utc::now() - TimeDelta::days(2);
                soft_delete(parents::table).at(old).execute(conn).unwrap();
                let done = purge_expired(parents::table)
                    .older_than(TimeDelta::days(1))
                    .batch_size(1)
                    .execute(conn)
                    .unwrap();
                assert_eq!(done.rows(), keys.len() * 2);
                assert!(done.is_finished());
            }
        }
    };
}

keyed!(
    small_keys,
    SmallInt as i16,
    "SMALLINT",
    vec![i16::MIN, -1, 0, 1, i16::MAX]
);
keyed!(
    keys,
    Integer as i32,
    "INTEGER",
    vec![i32::MIN, -1, 0, 1, i32::MAX]
);
keyed!(
    big_keys,
    BigInt as i64,
    "BIGINT",
    vec![i64::MIN, -1, 0, 1, i64::MAX - 1, i64::MAX]
);
keyed!(texts, Text as String, "VARCHAR(190)", {
    let mut keys = [
        "", " x", "'; --", "\"", "`", "\\", "%", "_", "?", "$1", "été", "🗑",
    ]
    .map(String::from)
    .to_vec();
    keys.push("y".repeat(190));
    keys
});
keyed!(
    bytes,
    Binary as Vec<u8>,
    if engine() == Engine::Postgres {
        "BYTEA"
    } else {
        "VARBINARY(190)"
    },
    vec![vec![], vec![0], vec![0, 0], vec![0x27], vec![0xff; 190]]
);

// moments

fn moments() -> Vec<DateTime<Utc>> {
    let far = [
        "0001-01-01T00:00:00Z",
        "1000-01-01T00:00:00.000001Z",
        "1582-10-10T12:00:00Z", // a day that the calendar of the time left out
        "1883-11-18T12:03:58Z", // the day of two noons
        "1969-12-31T23:59:59.999999Z",
        "1970-01-01T00:00:01.000001Z",
        "1971-01-01T00:00:00Z",
        "2016-12-31T23:59:59.999999Z", // a leap second follows
        "2026-03-29T01:30:00Z",        // spring forward in Europe
        "2026-03-29T02:30:00Z",        // a time of day that is not there
        "2026-10-25T00:30:00Z",        // the hour that is there twice
        "2026-10-25T01:30:00Z",
        "2038-01-19T03:14:08.5Z",
        "2106-02-07T06:28:16Z",
        "2262-04-11T23:47:16.854775Z",
        "9999-12-31T23:59:59.999999Z",
    ];
    far.map(|moment| moment.parse().unwrap()).to_vec()
}

macro_rules! marked {
    ($module:ident, $marker:ty as $rust:ty, $column:expr, [$($key:tt)*], $range:expr, $read:expr) => {
        mod $module {
            use super::*;

            diesel::table! {
                use diesel::sql_types::*;
                parents { id -> Integer, gone -> $marker }
            }
            diesel::table! {
                use diesel::sql_types::*;
                children { id -> Integer, parent_id -> Integer, gone -> $marker }
            }
            soft_delete_runtime::soft_delete_table! {
                parents(gone, cascade(children::parent_id) $($key)*)
                children(gone, parents(parent_id) $($key)*)
            }

            fn create(conn: &mut Conn) {
                let column = $column;
                execute_batch(
                    conn,
                    &format!(
                        "CREATE TABLE parents (id INTEGER PRIMARY KEY, gone {column});
                         CREATE TABLE children (
                             id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL, gone {column},
                             FOREIGN KEY (parent_id) REFERENCES parents (id));
                         INSERT INTO parents (id) VALUES (1);
                         INSERT INTO children (id, parent_id) VALUES (1, 1), (2, 1);"
                    ),
                );
            }

            #[test]
            fn at_any_moment_of_the_calendar_go_and_come_back() {
                let conn = &mut backend::connection();
                create(conn);
                let read: fn($rust) -> Option<DateTime<Utc>> = $read;
                let range: (&str, &str) = $range;
                for zone in zones() {
                    execute_batch(conn, &zone);
                    for moment in moments() {
                        let text = moment.to_rfc3339();
                        if text.as_str() < range.0 || text.as_str() > range.1 {
                            continue;
                        }
                        let report = soft_delete(parents::table).at(moment).report(conn).unwrap();
                        assert_eq!(report.rows(), 3, "{zone} {text}");
                        let told: DateTime<Utc> = report.moment().into();
                        let kept = parents::table.select(parents::gone).get_result(conn).unwrap();
                        assert_eq!(read(kept), Some(told), "{zone} {text}");
                        assert!(moment - told < TimeDelta::seconds(1), "{zone} {text}");
                        // the moment itself is not before it
                        let before = children::table.deleted_before(told).count();
                        assert_eq!(before.get_result(conn), Ok(0_i64), "{zone} {text}");
                        let since = children::table.deleted_since(told).count();
                        assert_eq!(since.get_result(conn), Ok(2_i64), "{zone} {text}");
                        let not_yet = purge_expired(parents::table).deleted_before(told);
                        assert_eq!(not_yet.execute(conn).unwrap().rows(), 0, "{zone} {text}");
                        let back = restore(parents::table).execute(conn).unwrap();
                        assert_eq!(back, 3, "{zone} {text}");
                    }
                }
            }
        }
    };
}

/// Statements that set the time zone of the session.
fn zones() -> Vec<String> {
    match engine() {
        Engine::Postgres => [
            "UTC",
            "Europe/Berlin",
            "America/New_York",
            "Pacific/Kiritimati",
        ]
        .map(|zone| format!("SET TIME ZONE '{zone}'"))
        .to_vec(),
        Engine::Mysql => ["+00:00", "+13:00", "-11:00"]
            .map(|zone| format!("SET time_zone = '{zone}'"))
            .to_vec(),
        Engine::Sqlite => vec![String::new()],
    }
}

const ALWAYS: (&str, &str) = ("0001", "9999-12-31T24");

fn utc(at: Option<NaiveDateTime>) -> Option<DateTime<Utc>> {
    at.map(|at| at.and_utc())
}

marked!(timestamps, Nullable<Timestamp> as Option<NaiveDateTime>, "MOMENT NULL", [],
    if engine() == Engine::Mysql { ("1970-01-02", "2038-01-18") } else { ALWAYS }, utc);
marked!(seconds, Nullable<BigInt> as Option<i64>, "BIGINT", [], ALWAYS,
    |at| at.and_then(|at| DateTime::from_timestamp(at, 0)));
marked!(millis, BigInt as i64, "BIGINT NOT NULL DEFAULT 0", [, unit = millis], ALWAYS,
    |at| DateTime::from_timestamp_millis(at).filter(|_| at != 0));
marked!(micros, BigInt as i64, "BIGINT NOT NULL DEFAULT 0", [, unit = micros], ALWAYS,
    |at| DateTime::from_timestamp_micros(at).filter(|_| at != 0));
marked!(nanos, BigInt as i64, "BIGINT NOT NULL DEFAULT 0", [, unit = nanos], ("1883", "2262-04-11T24"),
    |at| Some(DateTime::from_timestamp_nanos(at)).filter(|_| at != 0));
#[cfg(backend = "postgres")]
marked!(with_zone, Nullable<Timestamptz> as Option<DateTime<Utc>>, "TIMESTAMPTZ", [], ALWAYS, |at| at);
#[cfg(backend = "sqlite")]
marked!(with_zone, Nullable<TimestamptzSqlite> as Option<DateTime<Utc>>, "TEXT", [], ALWAYS, |at| at);
#[cfg(backend = "mysql")]
marked!(datetimes, Nullable<Datetime> as Option<NaiveDateTime>, "DATETIME(6) NULL", [], ALWAYS, utc);

// columns that keep less than was written

#[cfg(backend = "mysql")]
mod whole_seconds {
    use super::*;

    macro_rules! whole {
        ($module:ident, $column:literal) => {
            mod $module {
                use super::*;

                diesel::table! {
                    use diesel::sql_types::*;
                    folders { id -> Integer, above_id -> Nullable<Integer>, gone -> Nullable<Datetime> }
                }
                soft_delete_runtime::soft_delete_table! {
                    folders(gone, cascade(folders::above_id), parents(above_id))
                }

                #[test]
                fn are_one_moment_for_all_rows_of_an_operation() {
                    let conn = &mut backend::connection();
                    execute_batch(
                        conn,
                        concat!(
                            "CREATE TABLE folders (id INTEGER PRIMARY KEY, above_id INTEGER, gone ", $column, " NULL);
                             INSERT INTO folders VALUES (1, NULL, NULL), (2, 1, NULL), (3, 2, NULL), (4, 2, NULL)"
                        ),
                    );
                    let at: DateTime<Utc> = "2026-05-01T12:00:00.999999Z".parse().unwrap();
                    soft_delete(folders::table.find(4)).at(at - TimeDelta::days(1)).execute(conn).unwrap();
                    assert_eq!(soft_delete(folders::table.find(1)).at(at).execute(conn).unwrap(), 3);
                    assert_eq!(restore(folders::table.find(1)).execute(conn).unwrap(), 3);
                    assert_eq!(soft_delete(folders::table.find(1)).at(at).execute(conn).unwrap(), 3);
                    let later = at + TimeDelta::seconds(2);
                    let done = purge_expired(folders::table).deleted_before(later).execute(conn);
                    assert_eq!(done.unwrap().rows(), 4);
                }
            }
        };
    }

    whole!(of_a_datetime, "DATETIME");
    whole!(of_a_timestamp, "TIMESTAMP");
}

// ages

#[test]
fn an_age_beyond_the_calendar_is_older_than_everything() {
    let conn = &mut backend::connection();
    keys_and_one_row(conn);
    for age in [TimeDelta::MAX, TimeDelta::days(365 * 2_000)] {
        let done = purge_expired(micros::parents::table)
            .older_than(age)
            .execute(conn);
        assert_eq!(done.unwrap().rows(), 0);
    }
    let done = purge_expired(micros::parents::table)
        .older_than(std::time::Duration::MAX)
        .execute(conn);
    assert_eq!(done.unwrap().rows(), 0);
}

fn keys_and_one_row(conn: &mut Conn) {
    execute_batch(
        conn,
        "CREATE TABLE parents (id INTEGER PRIMARY KEY, gone BIGINT DEFAULT 0);
         CREATE TABLE children (id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL, gone BIGINT DEFAULT 0,
             FOREIGN KEY (parent_id) REFERENCES parents (id));
         INSERT INTO parents (id, gone) VALUES (1, 1), (2, 0), (3, NULL);
         INSERT INTO children (id, parent_id, gone) VALUES (1, 2, NULL), (2, 2, 0), (3, 3, 0)",
    );
}

// NULL

#[test]
fn a_null_that_is_no_mark_is_neither_active_nor_deleted_and_nothing_touches_it() {
    use micros::{children, parents};
    let conn = &mut backend::connection();
    keys_and_one_row(conn);
    assert_eq!(parents::table.active().count().get_result(conn), Ok(1_i64));
    assert_eq!(
        parents::table.only_deleted().count().get_result(conn),
        Ok(1_i64)
    );
    // row 3 is not seen, child 1 stays as it is
    assert_eq!(soft_delete(parents::table).execute(conn).unwrap(), 2);
    assert_eq!(
        restore(parents::table.filter(parents::id.ge(2)))
            .execute(conn)
            .unwrap(),
        2
    );
    assert_eq!(
        soft_delete(parents::table.find(2)).execute(conn).unwrap(),
        2
    );
    // the foreign key of child 1 does not let its parent go
    let refused = purge(parents::table.find(2)).execute(conn);
    assert!(refused.is_err(), "{refused:?}");
    assert_eq!(purge(parents::table.find(3)).execute(conn).unwrap(), 0);
    let strange =
        children::table.filter(diesel::dsl::sql::<diesel::sql_types::Bool>("gone IS NULL"));
    assert_eq!(strange.count().get_result(conn), Ok(1_i64));
    assert_eq!(parents::table.count().get_result(conn), Ok(3_i64));
}

// rows in a circle

mod circles {
    use super::*;

    diesel::table! { folders { id -> Integer, above_id -> Nullable<Integer>, gone -> Nullable<Timestamp> } }
    soft_delete_runtime::soft_delete_table! {
        folders(gone, cascade(folders::above_id), parents(above_id))
    }

    #[test]
    fn rows_that_are_below_each_other_go_and_come_back_and_go_for_good() {
        let conn = &mut backend::connection();
        execute_batch(
            conn,
            "CREATE TABLE folders (id INTEGER PRIMARY KEY, above_id INTEGER, gone MOMENT NULL);
             INSERT INTO folders (id, above_id) VALUES (1, 3), (2, 1), (3, 2), (4, 4), (5, 3)",
        );
        for start in [1, 2, 3] {
            let row = || folders::table.find(start);
            assert_eq!(soft_delete(row()).preview(conn).unwrap().rows(), 4);
            assert_eq!(soft_delete(row()).execute(conn).unwrap(), 4);
            let all = || folders::table.filter(folders::id.ne(4));
            assert_eq!(restore(all()).execute(conn).unwrap(), 4);
        }
        assert_eq!(soft_delete(folders::table).execute(conn).unwrap(), 5);
        assert_eq!(purge(folders::table.find(4)).execute(conn).unwrap(), 1);
        assert_eq!(purge(folders::table.find(2)).execute(conn).unwrap(), 4);
    }
}
