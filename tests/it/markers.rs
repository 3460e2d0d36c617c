//! Section 3: what a marker's SQL type means, and the moments it stores.

use crate::prelude::*;
use chrono::{DateTime, Utc};
use soft_delete_runtime::prelude::*;
use soft_delete_runtime::{marked_active, marked_deleted};

use crate::backend::{Conn, Engine, connection, engine, execute_batch};
use crate::guarded::guard;

fn at(moment: &str) -> DateTime<Utc> {
    moment.parse().unwrap()
}

/// Moments from before 1970 to the last year that every engine's date and time types have.
const MOMENTS: [&str; 6] = [
    "2026-01-31T12:00:00Z",
    "2026-01-31T12:00:00.123456789Z",
    "1970-01-01T00:00:01.000001Z",
    "1969-12-31T23:59:59.999999999Z",
    "1901-02-03T04:05:06.000001999Z",
    "9999-12-31T23:59:59.999999999Z",
];

/// Those that a `Timestamp` of Diesel's stores: on MySQL it is bound as the server's own type of that
/// name, which has the years 1970 to 2038, whatever the column is.
fn moments_of_timestamps() -> &'static [&'static str] {
    match engine() {
        Engine::Mysql => &MOMENTS[..3],
        Engine::Postgres | Engine::Sqlite => &MOMENTS,
    }
}

fn all_at(moments: &[&str]) -> Vec<DateTime<Utc>> {
    moments.iter().map(|moment| at(moment)).collect()
}

#[test]
fn a_moment_is_shown_as_chrono_shows_it_in_every_year_and_width() {
    let years = [
        "-0001-01-01T00:00:00Z",
        "0000-12-31T23:59:59.000001Z",
        "+10000-01-01T00:00:00Z",
        "-12345-06-07T08:09:10.111213Z",
    ];
    for text in years.iter().chain(&MOMENTS) {
        let moment = micros(at(text));
        let shown = soft_delete_runtime::Moment::from(moment).to_string();
        assert_eq!(shown, format!("{moment:?}"));
    }
    let moment = soft_delete_runtime::Moment::from(at(MOMENTS[0]));
    assert_eq!(
        format!("{moment:>22}|{moment:<22}|"),
        "  2026-01-31T12:00:00Z|2026-01-31T12:00:00Z  |"
    );
}

fn micros(moment: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(moment.timestamp_micros()).unwrap()
}

/// A table with one kind of marker: its SQL type, its column, the value of an active row, the
/// model's field, keys of `soft_delete`, and what is stored of a moment.
macro_rules! marker {
    (
        $kind:ident: [$($sql_type:tt)*], $column:literal, active $active:literal,
        field $field:ty, keys ($($key:tt)*), moments $moments:expr, stored $stored:expr
    ) => {
        mod $kind {
            use super::*;

            diesel::table! {
                use diesel::sql_types::*;
                things { id -> Integer, note -> Text, marker -> $($sql_type)* }
            }

            #[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, SoftDeletable)]
            #[soft_delete(column = marker $($key)*)]
            pub struct Thing {
                pub id: i32,
                pub note: String,
                pub marker: $field,
            }

            /// Two active rows.
            pub fn two_things() -> Conn {
                let mut conn = connection();
                execute_batch(
                    &mut conn,
                    &format!(
                        "CREATE TABLE things (id INTEGER PRIMARY KEY, note VARCHAR(9) NOT NULL, marker {});
                         INSERT INTO things (id, note, marker) VALUES (1, 'a', {}), (2, 'b', {});",
                        $column, $active, $active
                    ),
                );
                guard(&mut conn, things::table);
                conn
            }

            pub fn all(conn: &mut Conn) -> Vec<Thing> {
                Thing::with_deleted().order(things::id).load(conn).unwrap()
            }

            #[test]
            fn a_row_is_deleted_and_restored_and_removed() {
                let conn = &mut two_things();
                let before = all(conn);
                assert!(before.iter().all(|row| !row.is_deleted()));
                assert_eq!(Thing::query().order(things::id).load(conn), Ok(before.clone()));
                assert_eq!(Thing::only_deleted().load(conn), Ok(vec![]));

                assert_eq!(Thing::soft_delete_by_id(1).execute(conn), Ok(1));
                assert_eq!(Thing::soft_delete_by_id(1).execute(conn), Ok(0));
                assert_eq!(Thing::query().load(conn), Ok(vec![before[1].clone()]));
                let deleted = Thing::only_deleted().load(conn).unwrap();
                assert_eq!((deleted.len(), deleted[0].id), (1, 1));
                assert!(deleted[0].is_deleted());

                assert_eq!(restore(things::table).execute(conn), Ok(1));
                assert_eq!(all(conn), before);

                let update = diesel::update(things::table.with_deleted().find(2)).set(marked_deleted(things::table));
                assert_eq!(update.execute(conn), Ok(1));
                assert!(all(conn)[1].is_deleted());
                let update = diesel::update(things::table.with_deleted().find(2)).set(marked_active(things::table));
                assert_eq!(update.execute(conn), Ok(1));
                assert_eq!(all(conn), before);

                assert_eq!(soft_delete(&before[1]).execute(conn), Ok(1));
                assert_eq!(purge(things::table).execute(conn), Ok(1));
                assert_eq!(all(conn), before[..1]);
            }

            #[test]
            fn a_moment_is_cut_to_what_the_marker_stores() {
                let conn = &mut two_things();
                let stored: fn(DateTime<Utc>) -> $field = $stored;
                for moment in all_at($moments) {
                    let delete = soft_delete(things::table.find(1)).at(moment);
                    assert_eq!(delete.execute(conn), Ok(1), "{moment}");
                    assert_eq!(all(conn)[0].marker, stored(moment), "{moment}");
                    assert!(all(conn)[0].is_deleted());
                    assert_eq!(restore(things::table.find(1)).execute(conn), Ok(1), "{moment}");
                }
            }
        }
    };
}

/// A marker that keeps the moment.
macro_rules! moment_marker {
    (
        $kind:ident ($moments_of_kind:ident): [$($sql_type:tt)*], $column:literal, active $active:literal,
        field $field:ty, keys ($($key:tt)*), moments $moments:expr, stored $stored:expr
    ) => {
        marker! {
            $kind: [$($sql_type)*], $column, active $active,
            field $field, keys ($($key)*), moments $moments, stored $stored
        }

        mod $moments_of_kind {
            use super::$kind::*;
            use super::*;

            #[test]
            fn deleted_at_is_the_moment_stored() {
                let conn = &mut two_things();
                let moment = at("2026-01-31T12:00:00Z");
                assert_eq!(all(conn)[0].deleted_at(), None);
                soft_delete(things::table.find(1)).at(moment).execute(conn).unwrap();
                let thing = &all(conn)[0];
                assert!(thing.deleted_at().is_some());
                let stored: fn(DateTime<Utc>) -> $field = $stored;
                let same = Thing { marker: stored(moment), ..thing.clone() };
                assert_eq!(thing.deleted_at(), same.deleted_at());
            }

            #[test]
            fn moments_compare_as_they_are_stored() {
                let conn = &mut two_things();
                let mut count = |moment: DateTime<Utc>, t: DateTime<Utc>| {
                    soft_delete(things::table.find(1)).at(moment).execute(conn).unwrap();
                    let before = things::table.deleted_before(t).count().get_result::<i64>(conn);
                    let since = things::table.deleted_since(t).count().get_result::<i64>(conn);
                    restore(things::table.find(1)).execute(conn).unwrap();
                    (before.unwrap(), since.unwrap())
                };
                let moments = all_at($moments);
                for &moment in &moments {
                    let second = chrono::TimeDelta::seconds(1);
                    assert_eq!(count(moment, moment), (0, 1), "{moment}");
                    assert_eq!(count(moment, moment - second), (0, 1), "{moment}");
                    if moment < at("9999-12-31T23:59:59Z") {
                        assert_eq!(count(moment, moment + second), (1, 0), "{moment}");
                    }
                    for &other in &moments {
                        let (earlier, later) = (moment.timestamp() < other.timestamp(), moment.timestamp() > other.timestamp());
                        if earlier || later {
                            assert_eq!(count(moment, other), (i64::from(earlier), i64::from(later)), "{moment} {other}");
                        }
                    }
                }
            }

            #[test]
            fn active_rows_are_deleted_at_no_moment() {
                let conn = &mut two_things();
                for t in all_at($moments) {
                    let before = things::table.deleted_before(t).count().get_result(conn);
                    let since = things::table.deleted_since(t).count().get_result(conn);
                    assert_eq!((before, since), (Ok(0_i64), Ok(0_i64)), "{t}");
                }
            }
        }
    };
}

/// Without the last, whose nanoseconds do not fit into a `BigInt`.
const MOMENTS_OF_NANOS: &[&str] = MOMENTS.split_at(5).0;

marker! {
    boolean: [Bool], "BOOLEAN NOT NULL", active "false",
    field bool, keys (), moments &MOMENTS, stored |_| true
}
moment_marker! {
    timestamp (timestamp_moments): [Nullable<Timestamp>], "MOMENT NULL", active "NULL",
    field Option<chrono::NaiveDateTime>, keys (),
    moments moments_of_timestamps(), stored |moment| Some(micros(moment).naive_utc())
}
moment_marker! {
    seconds (seconds_moments): [BigInt], "BIGINT NOT NULL", active "0",
    field i64, keys (), moments &MOMENTS, stored |moment| moment.timestamp()
}
moment_marker! {
    seconds_named (seconds_named_moments): [BigInt], "BIGINT NOT NULL", active "0",
    field i64, keys (, unit = seconds), moments &MOMENTS, stored |moment| moment.timestamp()
}
moment_marker! {
    millis (millis_moments): [BigInt], "BIGINT NOT NULL", active "0",
    field i64, keys (, unit = millis), moments &MOMENTS, stored |moment| moment.timestamp_millis()
}
moment_marker! {
    microseconds (micros_moments): [BigInt], "BIGINT NOT NULL", active "0",
    field i64, keys (, unit = micros), moments &MOMENTS, stored |moment| moment.timestamp_micros()
}
moment_marker! {
    nanos (nanos_moments): [BigInt], "BIGINT NOT NULL", active "0",
    field i64, keys (, unit = nanos),
    moments MOMENTS_OF_NANOS, stored |moment| moment.timestamp_micros() * 1000
}
moment_marker! {
    nullable_seconds (nullable_seconds_moments): [Nullable<BigInt>], "BIGINT", active "NULL",
    field Option<i64>, keys (), moments &MOMENTS, stored |moment| Some(moment.timestamp())
}
moment_marker! {
    nullable_millis (nullable_millis_moments): [Nullable<BigInt>], "BIGINT", active "NULL",
    field Option<i64>, keys (, unit = millis),
    moments &MOMENTS, stored |moment| Some(moment.timestamp_millis())
}
moment_marker! {
    nullable_micros (nullable_micros_moments): [Nullable<BigInt>], "BIGINT", active "NULL",
    field Option<i64>, keys (, unit = micros),
    moments &MOMENTS, stored |moment| Some(moment.timestamp_micros())
}
moment_marker! {
    nullable_nanos (nullable_nanos_moments): [Nullable<BigInt>], "BIGINT", active "NULL",
    field Option<i64>, keys (, unit = nanos),
    moments MOMENTS_OF_NANOS, stored |moment| Some(moment.timestamp_micros() * 1000)
}
#[cfg(backend = "postgres")]
moment_marker! {
    timestamptz (timestamptz_moments): [Nullable<Timestamptz>], "TIMESTAMPTZ", active "NULL",
    field Option<DateTime<Utc>>, keys (), moments &MOMENTS, stored |moment| Some(micros(moment))
}
#[cfg(backend = "sqlite")]
moment_marker! {
    timestamptz (timestamptz_moments): [Nullable<TimestamptzSqlite>], "TEXT", active "NULL",
    field Option<DateTime<Utc>>, keys (), moments &MOMENTS, stored |moment| Some(micros(moment))
}
#[cfg(backend = "mysql")]
moment_marker! {
    datetime (datetime_moments): [Nullable<Datetime>], "DATETIME(6)", active "NULL",
    field Option<chrono::NaiveDateTime>, keys (),
    moments &MOMENTS, stored |moment| Some(micros(moment).naive_utc())
}
#[cfg(backend = "mysql")]
moment_marker! {
    own_timestamp (own_timestamp_moments): [Nullable<Timestamp>], "TIMESTAMP(6) NULL", active "NULL",
    field Option<chrono::NaiveDateTime>, keys (),
    moments moments_of_timestamps(), stored |moment| Some(micros(moment).naive_utc())
}

// moments that a marker cannot store

macro_rules! refuses {
    ($($kind:ident)+, $moment:expr, $why:literal) => {$({
        use $kind::*;
        let conn = &mut two_things();
        let before = all(conn);
        for id in [1, 2] {
            let refused = soft_delete(things::table.find(id))
                .at(at($moment))
                .execute(conn);
            let message = refused.map_err(|error| error.to_string()).unwrap_err();
            assert!(message.contains($why), "{message}");
        }
        assert_eq!(all(conn), before);
        // the connection is as usable as before
        assert_eq!(soft_delete(things::table.find(1)).execute(conn), Ok(1));
    })+};
}

#[test]
fn a_moment_that_is_written_as_0_is_refused_where_0_means_active() {
    refuses!(seconds millis microseconds nanos, "1970-01-01T00:00:00Z", "means \"active\"");
    // and what is cut to it
    refuses!(seconds, "1970-01-01T00:00:00.999Z", "means \"active\"");
    refuses!(millis, "1970-01-01T00:00:00.000999Z", "means \"active\"");
    refuses!(nanos, "1970-01-01T00:00:00.000000999Z", "means \"active\"");
}

#[test]
fn the_start_of_1970_is_a_moment_where_null_means_active() {
    macro_rules! accepts {
        ($kind:ident, $stored:expr) => {{
            use $kind::*;
            let conn = &mut two_things();
            let epoch = at("1970-01-01T00:00:00Z");
            assert_eq!(
                soft_delete(things::table.find(1)).at(epoch).execute(conn),
                Ok(1)
            );
            assert_eq!(all(conn)[0].marker, $stored);
            assert_eq!(
                Thing::only_deleted().load(conn).map(|rows| rows.len()),
                Ok(1)
            );
        }};
    }
    accepts!(nullable_seconds, Some(0));
    accepts!(nullable_millis, Some(0));
    accepts!(nullable_nanos, Some(0));
    accepts!(timestamp, Some(at("1970-01-01T00:00:00Z").naive_utc()));
}

#[test]
fn a_moment_whose_nanoseconds_do_not_fit_is_refused() {
    refuses!(nanos, "9999-12-31T23:59:59Z", "1677 to 2262");
    refuses!(nanos, "1600-01-01T00:00:00Z", "1677 to 2262");
    refuses!(nullable_nanos, "2262-04-12T00:00:00Z", "1677 to 2262");
    refuses!(nullable_nanos, "1677-09-21T00:00:00Z", "1677 to 2262");
}

#[test]
fn a_comparison_with_a_moment_that_does_not_fit_is_refused() {
    use nanos::*;
    let conn = &mut two_things();
    let query = things::table.deleted_before(at("9999-12-31T23:59:59Z"));
    let refused = query.count().get_result::<i64>(conn);
    assert!(refused.unwrap_err().to_string().contains("1677 to 2262"));
}

// values of other types

#[test]
fn a_moment_with_an_offset_is_stored_in_utc() {
    use timestamp::*;
    let conn = &mut two_things();
    let moment = DateTime::parse_from_rfc3339("2026-01-31T23:30:00-05:00").unwrap();
    assert_eq!(
        soft_delete(things::table.find(1)).at(moment).execute(conn),
        Ok(1)
    );
    assert_eq!(
        all(conn)[0].marker,
        Some(at("2026-02-01T04:30:00Z").naive_utc())
    );
    let naive = at("2026-01-31T12:00:00Z").naive_utc();
    assert_eq!(
        soft_delete(things::table.find(2)).at(naive).execute(conn),
        Ok(1)
    );
    assert_eq!(all(conn)[1].marker, Some(naive));
}

#[cfg(backend = "postgres")]
#[test]
fn the_time_zone_of_a_session_changes_no_moment() {
    use diesel::dsl::sql;
    use diesel::sql_types::{Bool, Text};

    let moment = at("2026-01-31T12:00:00.5Z");
    macro_rules! in_zone {
        ($zone:literal, $kind:ident, $stored:expr, $text:literal, $age:literal) => {{
            use $kind::*;
            let conn = &mut two_things();
            execute_batch(conn, concat!("SET TIME ZONE '", $zone, "'"));
            let deleted = soft_delete(things::table.find(1)).at(moment).execute(conn);
            assert_eq!(deleted, Ok(1));
            assert_eq!(soft_delete(things::table.find(2)).execute(conn), Ok(1));
            assert_eq!(all(conn)[0].marker, Some($stored));
            let thing = |id: i32| things::table.with_deleted().find(id);
            let text = thing(1)
                .select(sql::<Text>($text))
                .get_result::<String>(conn);
            assert_eq!(text.unwrap(), "2026-01-31 12:00:00.5");
            let is_now = concat!("abs(extract(epoch FROM ", $age, ")) < 3600");
            let is_now = thing(2).select(sql::<Bool>(is_now)).get_result(conn);
            assert_eq!(is_now, Ok(true));
            let before = things::table.deleted_before(moment).count();
            assert_eq!(before.get_result(conn), Ok(0_i64));
        }};
    }
    in_zone!(
        "America/New_York",
        timestamptz,
        moment,
        "(marker AT TIME ZONE 'UTC')::text",
        "clock_timestamp() - marker"
    );
    in_zone!(
        "Asia/Tokyo",
        timestamp,
        moment.naive_utc(),
        "marker::text",
        "(clock_timestamp() AT TIME ZONE 'UTC') - marker"
    );
}

// marker and `touch` together

mod touched {
    use super::*;

    macro_rules! touched {
        (
            $kind:ident: [$($marker:tt)*] $marker_column:literal $active:literal $marker_field:ty,
            [$($touch:tt)*] $touch_column:literal $touch_field:ty, ($($key:tt)*), $stored:expr
        ) => {
            mod $kind {
                use super::*;

                diesel::table! {
                    things { id -> Integer, changed -> $($touch)*, marker -> $($marker)* }
                }

                #[derive(Debug, Clone, PartialEq, Queryable, Selectable, SoftDeletable)]
                #[soft_delete(column = marker, touch = changed $($key)*)]
                struct Thing {
                    id: i32,
                    changed: $touch_field,
                    marker: $marker_field,
                }

                #[test]
                fn rule_5_one_moment_at_the_precision_of_both() {
                    let conn = &mut connection();
                    execute_batch(
                        conn,
                        &format!(
                            "CREATE TABLE things (id INTEGER PRIMARY KEY, changed {}, marker {});
                             INSERT INTO things (id, marker) VALUES (1, {})",
                            $touch_column, $marker_column, $active
                        ),
                    );
                    guard(conn, things::table);
                    let stored: fn(DateTime<Utc>) -> ($touch_field, $marker_field) = $stored;
                    let nanos = MOMENTS_OF_NANOS.len();
                    let moments = moments_of_timestamps();
                    for moment in all_at(&moments[..nanos.min(moments.len())]) {
                        assert_eq!(soft_delete(things::table).at(moment).execute(conn), Ok(1));
                        let thing = Thing::with_deleted().get_result(conn).unwrap();
                        assert_eq!((thing.changed, thing.marker), stored(moment), "{moment}");
                        assert_eq!(restore(things::table).execute(conn), Ok(1));
                        let restored = Thing::query().get_result(conn).unwrap();
                        assert_ne!(restored.changed, thing.changed);
                    }
                }
            }
        };
    }

    fn millis(moment: DateTime<Utc>) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(moment.timestamp_millis()).unwrap()
    }

    touched! {
        timestamp_and_seconds: [Nullable<Timestamp>] "MOMENT NULL" "NULL" Option<chrono::NaiveDateTime>,
        [Nullable<BigInt>] "BIGINT" Option<i64>, (),
        |m| (Some(m.timestamp()), Some(micros(m).naive_utc()))
    }
    touched! {
        millis_and_timestamp: [BigInt] "BIGINT NOT NULL" "0" i64,
        [Nullable<Timestamp>] "MOMENT NULL" Option<chrono::NaiveDateTime>, (, unit = millis),
        |m| (Some(millis(m).naive_utc()), m.timestamp_millis())
    }
    touched! {
        nanos_and_timestamp: [Nullable<BigInt>] "BIGINT" "NULL" Option<i64>,
        [Nullable<Timestamp>] "MOMENT NULL" Option<chrono::NaiveDateTime>, (, unit = nanos),
        |m| (Some(micros(m).naive_utc()), Some(m.timestamp_micros() * 1000))
    }
    touched! {
        boolean_and_timestamp: [Bool] "BOOLEAN NOT NULL" "false" bool,
        [Nullable<Timestamp>] "MOMENT NULL" Option<chrono::NaiveDateTime>, (),
        |m| (Some(micros(m).naive_utc()), true)
    }
    touched! {
        two_of_seconds: [BigInt] "BIGINT NOT NULL" "0" i64,
        [BigInt] "BIGINT NOT NULL DEFAULT 0" i64, (),
        |m| (m.timestamp(), m.timestamp())
    }
}

// a type of the user's own

#[cfg(not(backend = "multi"))]
pub(crate) mod status {
    use super::*;
    use crate::backend::DB;
    use diesel::backend::Backend;
    use diesel::deserialize::{self, FromSql, FromSqlRow};
    use diesel::expression::AsExpression;
    use diesel::serialize::{self, IsNull, Output, ToSql};
    use soft_delete_runtime::{
        MarkerType, Moment, Unit,
        types::{MarkerValue, Predicate},
    };

    #[derive(diesel::sql_types::SqlType, diesel::query_builder::QueryId)]
    #[cfg_attr(backend = "postgres", diesel(postgres_type(name = "status")))]
    #[cfg_attr(backend = "mysql", diesel(mysql_type(name = "Enum")))]
    #[cfg_attr(backend = "sqlite", diesel(sqlite_type(name = "Text")))]
    pub struct StatusType;

    #[derive(Debug, Clone, Copy, PartialEq, AsExpression, FromSqlRow)]
    #[diesel(sql_type = StatusType)]
    pub enum Status {
        Draft,
        Published,
        Deleted,
    }

    impl Status {
        fn name(self) -> &'static str {
            match self {
                Status::Draft => "draft",
                Status::Published => "published",
                Status::Deleted => "deleted",
            }
        }
    }

    impl MarkerType for StatusType {
        const ACTIVE: Predicate = Predicate::new("(", " <> 'deleted')");
        const DELETED: Predicate = Predicate::new("(", " = 'deleted')");
        type Value = Status;

        fn value(deleted: Option<Moment>, _: Unit) -> Status {
            if deleted.is_some() {
                Status::Deleted
            } else {
                Status::Draft
            }
        }
    }

    impl MarkerValue for Status {
        fn is_deleted(&self) -> bool {
            *self == Status::Deleted
        }
    }

    impl ToSql<StatusType, DB> for Status {
        #[cfg(backend = "sqlite")]
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
            out.set_value(self.name());
            Ok(IsNull::No)
        }

        #[cfg(not(backend = "sqlite"))]
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
            std::io::Write::write_all(out, self.name().as_bytes())?;
            Ok(IsNull::No)
        }
    }

    impl FromSql<StatusType, DB> for Status {
        fn from_sql(bytes: <DB as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
            let name = <String as FromSql<diesel::sql_types::Text, DB>>::from_sql(bytes)?;
            [Status::Draft, Status::Published, Status::Deleted]
                .into_iter()
                .find(|status| status.name() == name)
                .ok_or_else(|| format!("no status: {name}").into())
        }
    }

    diesel::table! {
        use diesel::sql_types::*;
        use super::StatusType;
        articles { id -> Integer, status -> StatusType }
    }

    #[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, SoftDeletable)]
    #[soft_delete(column = status)]
    struct Article {
        id: i32,
        status: Status,
    }

    fn articles() -> Conn {
        let mut conn = connection();
        let column = match engine() {
            Engine::Postgres => {
                execute_batch(
                    &mut conn,
                    "CREATE TYPE status AS ENUM ('draft', 'published', 'deleted')",
                );
                "status"
            }
            Engine::Mysql => "ENUM ('draft', 'published', 'deleted')",
            Engine::Sqlite => "TEXT",
        };
        execute_batch(
            &mut conn,
            &format!(
                "CREATE TABLE articles (id INTEGER PRIMARY KEY, status {column} NOT NULL);
                 INSERT INTO articles VALUES (1, 'draft'), (2, 'published'), (3, 'deleted');"
            ),
        );
        guard(&mut conn, articles::table);
        conn
    }

    fn all(conn: &mut Conn) -> Vec<Status> {
        articles::table
            .with_deleted()
            .order(articles::id)
            .select(articles::status)
            .load(conn)
            .unwrap()
    }

    #[test]
    fn a_status_marks_the_deleted_rows() {
        use Status::{Deleted, Draft, Published};
        let conn = &mut articles();
        assert_eq!(ids!(conn, articles.active()), [1, 2]);
        assert_eq!(
            Article::only_deleted().load(conn),
            Ok(vec![Article {
                id: 3,
                status: Deleted
            }])
        );

        assert_eq!(Article::soft_delete_by_id(2).execute(conn), Ok(1));
        assert_eq!(Article::soft_delete_by_id(2).execute(conn), Ok(0));
        assert_eq!(all(conn), [Draft, Deleted, Deleted]);
        let article = Article::with_deleted().find(2).get_result(conn).unwrap();
        assert!(article.is_deleted());
        assert_eq!(article.restore().execute(conn), Ok(1));
        assert_eq!(all(conn), [Draft, Draft, Deleted]);
        let update =
            diesel::update(articles::table.active().find(1)).set(articles::status.eq(Published));
        assert_eq!(update.execute(conn), Ok(1));
        assert_eq!(restore(articles::table.find(1)).execute(conn), Ok(0));
        assert_eq!(purge(articles::table).execute(conn), Ok(1));
        assert_eq!(all(conn), [Published, Draft]);
    }

    #[test]
    fn an_operation_on_a_status_is_kept_as_a_prepared_statement() {
        let conn = &mut articles();
        let mut cached = |id: i32| {
            let (result, recording) =
                crate::recording::record(conn, |conn| Article::soft_delete_by_id(id).execute(conn));
            assert_eq!(result, Ok(1));
            recording.cached.len()
        };
        // 2 where Diesel looks the type up first
        assert!((1..=2).contains(&cached(1)));
        assert_eq!(cached(2), 0);
    }
}
