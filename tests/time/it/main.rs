//! Moments of the `time` crate.

// `table!` at the root of a crate makes public items
#![allow(clippy::unwrap_used, missing_docs)]

#[allow(dead_code)]
#[path = "../../it/backend.rs"]
mod backend;
#[allow(dead_code)]
#[path = "../../it/guarded.rs"]
mod guarded;
#[allow(dead_code)]
#[path = "../../it/prelude.rs"]
mod prelude;

use backend::{Conn, Engine, connection, engine, execute_batch};
use diesel::prelude::*;
use soft_delete_runtime::prelude::*;
use time::macros::datetime;
use time::{OffsetDateTime, PrimitiveDateTime};

diesel::table! {
    things { id -> Integer, changed -> Nullable<Timestamp>, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    epochs { id -> Integer, deleted_at -> BigInt }
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(touch = changed)]
struct Thing {
    id: i32,
    changed: Option<PrimitiveDateTime>,
    deleted_at: Option<PrimitiveDateTime>,
}

soft_delete_table! { epochs(deleted_at, unit = millis) }

const MOMENTS: [OffsetDateTime; 6] = [
    datetime!(2026-01-31 12:00:00 UTC),
    datetime!(2026-01-31 12:00:00.123456789 UTC),
    datetime!(1970-01-01 00:00:01.000001 UTC),
    datetime!(1969-12-31 23:59:59.999999999 UTC),
    datetime!(1901-02-03 04:05:06.000001999 UTC),
    datetime!(9999-12-31 23:59:59.999999999 UTC),
];

/// On MySQL a `Timestamp` has the years 1970 to 2038.
fn moments_of_timestamps() -> &'static [OffsetDateTime] {
    match engine() {
        Engine::Mysql => &MOMENTS[..3],
        Engine::Postgres | Engine::Sqlite => &MOMENTS,
    }
}

fn micros(moment: OffsetDateTime) -> OffsetDateTime {
    let micros = moment.microsecond();
    moment.replace_microsecond(micros).unwrap()
}

fn naive(moment: OffsetDateTime) -> PrimitiveDateTime {
    PrimitiveDateTime::new(moment.date(), moment.time())
}

fn one_of_each() -> Conn {
    let mut conn = connection();
    execute_batch(
        &mut conn,
        "CREATE TABLE things (id INTEGER PRIMARY KEY, changed MOMENT NULL, deleted_at MOMENT NULL);
         CREATE TABLE epochs (id INTEGER PRIMARY KEY, deleted_at BIGINT NOT NULL DEFAULT 0);
         INSERT INTO things (id) VALUES (1);
         INSERT INTO epochs (id) VALUES (1);",
    );
    conn
}

fn thing(conn: &mut Conn) -> Thing {
    Thing::with_deleted().get_result(conn).unwrap()
}

#[test]
fn a_moment_is_cut_to_microseconds() {
    let conn = &mut one_of_each();
    for &moment in moments_of_timestamps() {
        assert_eq!(
            soft_delete(things::table).at(moment).execute(conn),
            Ok(1),
            "{moment}"
        );
        let expected = Some(naive(micros(moment)));
        assert_eq!(
            thing(conn),
            Thing {
                id: 1,
                changed: expected,
                deleted_at: expected
            }
        );
        assert_eq!(thing(conn).deleted_at(), expected);
        assert_eq!(restore(things::table).execute(conn), Ok(1));
        assert!(!thing(conn).is_deleted());
    }
}

#[test]
fn a_moment_is_counted_in_the_unit_of_an_epoch() {
    let conn = &mut one_of_each();
    for moment in MOMENTS {
        assert_eq!(
            soft_delete(epochs::table).at(moment).execute(conn),
            Ok(1),
            "{moment}"
        );
        let millis: i64 = epochs::table
            .select(epochs::deleted_at)
            .get_result(conn)
            .unwrap();
        assert_eq!(
            i128::from(millis),
            moment.unix_timestamp_nanos().div_euclid(1_000_000)
        );
        restore(epochs::table).execute(conn).unwrap();
    }
}

#[test]
fn a_moment_has_an_offset_or_is_in_utc() {
    let conn = &mut one_of_each();
    soft_delete(things::table)
        .at(datetime!(2026-01-31 23:30:00 -5))
        .execute(conn)
        .unwrap();
    assert_eq!(thing(conn).deleted_at, Some(datetime!(2026-02-01 04:30:00)));
    restore(things::table).execute(conn).unwrap();
    soft_delete(things::table)
        .at(datetime!(2026-01-31 23:30:00))
        .execute(conn)
        .unwrap();
    assert_eq!(thing(conn).deleted_at, Some(datetime!(2026-01-31 23:30:00)));
}

#[test]
fn now_is_the_clock_in_utc() {
    let conn = &mut one_of_each();
    let earliest = naive(micros(OffsetDateTime::now_utc()));
    soft_delete(things::table).execute(conn).unwrap();
    let latest = naive(micros(OffsetDateTime::now_utc()));
    let written = thing(conn).deleted_at.unwrap();
    assert!(
        (earliest..=latest).contains(&written),
        "{earliest} {written} {latest}"
    );
}

#[test]
fn scopes_compare_with_moments() {
    let conn = &mut one_of_each();
    let moment = datetime!(2026-01-31 12:00:00.5 UTC);
    soft_delete(things::table).at(moment).execute(conn).unwrap();
    soft_delete(epochs::table).at(moment).execute(conn).unwrap();
    let later = moment + time::Duration::milliseconds(1);
    for (t, before, since) in [(moment, 0, 1), (later, 1, 0)] {
        assert_eq!(
            things::table.deleted_before(t).count().get_result(conn),
            Ok(before)
        );
        assert_eq!(
            things::table.deleted_since(t).count().get_result(conn),
            Ok(since)
        );
        assert_eq!(
            things::table
                .deleted_since(naive(t))
                .count()
                .get_result(conn),
            Ok(since)
        );
        assert_eq!(
            epochs::table.deleted_before(t).count().get_result(conn),
            Ok(before)
        );
        assert_eq!(
            epochs::table.deleted_since(t).count().get_result(conn),
            Ok(since)
        );
    }
}

#[cfg(any(backend = "postgres", backend = "sqlite"))]
mod with_offset {
    use super::*;

    #[cfg(backend = "postgres")]
    diesel::table! {
        events { id -> Integer, deleted_at -> Nullable<Timestamptz> }
    }
    #[cfg(backend = "sqlite")]
    diesel::table! {
        events { id -> Integer, deleted_at -> Nullable<TimestamptzSqlite> }
    }

    #[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
    struct Event {
        id: i32,
        deleted_at: Option<OffsetDateTime>,
    }

    #[test]
    fn a_column_with_an_offset_holds_the_moment_in_utc() {
        let conn = &mut connection();
        let column = if engine() == Engine::Postgres {
            "TIMESTAMPTZ"
        } else {
            "TEXT"
        };
        execute_batch(
            conn,
            &format!(
                "CREATE TABLE events (id INTEGER PRIMARY KEY, deleted_at {column});
                 INSERT INTO events (id) VALUES (1);"
            ),
        );
        for moment in MOMENTS {
            assert_eq!(Event::soft_delete_by_id(1).execute(conn), Ok(1));
            assert_eq!(restore(events::table).execute(conn), Ok(1));
            assert_eq!(soft_delete(events::table).at(moment).execute(conn), Ok(1));
            let event = Event::only_deleted().get_result(conn).unwrap();
            assert_eq!(event.deleted_at(), Some(micros(moment)));
            assert_eq!(
                events::table
                    .deleted_before(moment)
                    .count()
                    .get_result(conn),
                Ok(0_i64)
            );
            assert_eq!(event.restore().execute(conn), Ok(1));
        }
    }
}

#[cfg(backend = "mysql")]
mod datetime_of_mysql {
    use super::*;

    diesel::table! {
        events { id -> Integer, deleted_at -> Nullable<Datetime> }
    }

    #[derive(Queryable, Selectable, SoftDeletable)]
    struct Event {
        deleted_at: Option<PrimitiveDateTime>,
    }

    #[test]
    fn a_datetime_holds_the_moment_in_utc() {
        let conn = &mut connection();
        execute_batch(
            conn,
            "CREATE TABLE events (id INTEGER PRIMARY KEY, deleted_at DATETIME(6));
             INSERT INTO events (id) VALUES (1);",
        );
        for moment in MOMENTS {
            assert_eq!(soft_delete(events::table).at(moment).execute(conn), Ok(1));
            let event = Event::only_deleted().get_result(conn).unwrap();
            assert_eq!(event.deleted_at(), Some(naive(micros(moment))));
            assert_eq!(restore(events::table).execute(conn), Ok(1));
        }
    }
}

#[cfg(feature = "chrono")]
mod beside_chrono {
    use super::*;
    use chrono::{DateTime, NaiveDateTime};

    #[derive(Queryable, Selectable, SoftDeletable)]
    #[diesel(table_name = things)]
    #[soft_delete(shared_table)]
    struct ThingOfChrono {
        deleted_at: Option<NaiveDateTime>,
    }

    #[test]
    fn an_operation_takes_the_moments_of_both_and_models_have_fields_of_either() {
        let conn = &mut one_of_each();
        let in_time = datetime!(2026-01-31 12:00:00.123456 UTC);
        let micros = i64::try_from(in_time.unix_timestamp_nanos() / 1000).unwrap();
        let in_chrono = DateTime::from_timestamp_micros(micros).unwrap();
        for by_chrono in [false, true] {
            let deleted = if by_chrono {
                soft_delete(things::table).at(in_chrono).execute(conn)
            } else {
                soft_delete(things::table).at(in_time).execute(conn)
            };
            assert_eq!(deleted, Ok(1));
            assert_eq!(thing(conn).deleted_at(), Some(naive(in_time)));
            let read_by_chrono = ThingOfChrono::only_deleted().get_result(conn).unwrap();
            assert_eq!(read_by_chrono.deleted_at(), Some(in_chrono.naive_utc()));
            let since = things::table
                .deleted_since(in_time)
                .count()
                .get_result(conn);
            assert_eq!(
                since,
                things::table
                    .deleted_since(in_chrono)
                    .count()
                    .get_result::<i64>(conn)
            );
            restore(things::table).execute(conn).unwrap();
        }
    }
}
