//! `purge_expired` on one table: the cut-off, the batches, what it tells of itself.

use std::time::Duration;

use std::sync::mpsc::channel;

use crate::prelude::*;
use chrono::{NaiveDateTime, TimeDelta, Utc};
use diesel::dsl::exists;
use soft_delete_runtime::prelude::*;
use soft_delete_runtime::{Error, Progress};

use crate::backend::{Conn, execute_batch};
use crate::guarded::without_triggers;
use crate::recording::record;
use crate::retention_schema::*;
use crate::schema::{day, day_in_millis};

/// Where the statements of a retention begin: a `MultiConnection` is asked for its engine first.
const FIRST: usize = cfg!(backend = "multi") as usize;

fn micros(moment: NaiveDateTime) -> i64 {
    moment.and_utc().timestamp_micros()
}

fn insert_letter(conn: &mut Conn, id: i32, deleted_at: Option<NaiveDateTime>) {
    diesel::insert_into(letters::table)
        .values((
            letters::id.eq(id),
            letters::body.eq(""),
            letters::deleted_at.eq(deleted_at),
        ))
        .execute(conn)
        .unwrap();
}

/// Deleted rows too, in which a trigger may forbid it.
fn set_hold(conn: &mut Conn, ids: &[i32], hold: Option<bool>) {
    let named = letters::table
        .with_deleted()
        .filter(letters::id.eq_any(ids.to_vec()));
    let update = diesel::update(named).set(letters::hold.eq(hold));
    without_triggers(conn, |conn| update.execute(conn)).unwrap();
}

#[test]
fn rows_deleted_before_the_moment_go_and_one_of_that_moment_stays() {
    let conn = &mut tables();
    let cut = day(10);
    insert_letter(conn, 1, Some(cut - TimeDelta::microseconds(1)));
    insert_letter(conn, 2, Some(cut));
    insert_letter(conn, 3, Some(cut + TimeDelta::microseconds(1)));
    insert_letter(conn, 4, None);
    let done = purge_expired(letters::table).deleted_before(cut);
    let done = done.execute(conn).unwrap();
    assert_eq!((done.rows(), done.skipped()), (1, 0));
    assert_eq!(letters_left(conn), [2, 3, 4]);
}

#[test]
fn older_than_counts_from_now_in_each_kind_of_duration() {
    let conn = &mut tables();
    let now = Utc::now().naive_utc();
    insert_letter(conn, 1, Some(now - TimeDelta::hours(30)));
    insert_letter(conn, 2, Some(now - TimeDelta::hours(20)));
    insert_letter(conn, 3, Some(now - TimeDelta::hours(10)));
    insert_letter(conn, 4, Some(now + TimeDelta::hours(10)));
    let rows = |conn: &mut Conn, hours| {
        let retention = purge_expired(letters::table).older_than(TimeDelta::hours(hours));
        retention.execute(conn).unwrap().rows()
    };
    assert_eq!(rows(conn, 40), 0);
    assert_eq!(rows(conn, 25), 1);
    let seconds = Duration::from_secs(15 * 3600);
    let retention = purge_expired(letters::table).older_than(seconds);
    assert_eq!(retention.execute(conn).unwrap().rows(), 1);
    assert_eq!(rows(conn, 0), 1);
    assert_eq!(letters_left(conn), [4]);
}

/// A refusal of bad input: it says what is wrong with it, and nothing is removed.
fn refused(done: Result<Progress, Error>, why: &str) {
    match done {
        Err(Error::Database(diesel::result::Error::QueryBuilderError(error))) => {
            let error = error.to_string();
            assert!(error.contains(why), "{error}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_age_that_the_marker_cannot_hold_is_refused() {
    let conn = &mut tables();
    insert_letter(conn, 1, Some(day(1)));
    for age in [
        Duration::MAX,
        Duration::from_secs(60 * 60 * 24 * 365 * 3_000),
    ] {
        let done = purge_expired(letters::table).older_than(age).execute(conn);
        refused(done, "cannot store the moment");
    }
    assert_eq!(letters_left(conn), [1]);
}

#[test]
fn a_negative_age_is_refused() {
    let conn = &mut tables();
    insert_letter(conn, 1, Some(day(1)));
    for age in [
        TimeDelta::days(-30),
        TimeDelta::microseconds(-1),
        TimeDelta::nanoseconds(-1),
        TimeDelta::MIN,
    ] {
        let retention = || purge_expired(letters::table).older_than(age);
        refused(retention().execute(conn), "the age is negative");
        refused(retention().preview(conn), "the age is negative");
    }
    assert_eq!(letters_left(conn), [1]);
}

#[test]
fn a_cutoff_that_the_marker_cannot_store_is_refused() {
    let conn = &mut tables();
    insert_letter(conn, 1, Some(day(10)));
    for cutoff in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
        let retention = purge_expired(letters::table).deleted_before(cutoff);
        refused(retention.execute(conn), "cannot store the moment");
    }
    assert_eq!(letters_left(conn), [1]);
}

#[test]
fn the_start_of_1970_is_a_cutoff_where_null_means_active() {
    let conn = &mut tables();
    execute_batch(
        conn,
        "INSERT INTO files VALUES ('a', -1), ('b', 0), ('c', NULL)",
    );
    let start = chrono::DateTime::UNIX_EPOCH;
    let done = purge_expired(files::table).deleted_before(start);
    assert_eq!(done.execute(conn).unwrap().rows(), 1);
}

#[test]
fn epochs_are_cut_at_their_unit_and_an_active_zero_stays() {
    let conn = &mut tables();
    let at = day_in_millis(10);
    let visits = [0, 1, at - 1, at, at + 1].into_iter().enumerate();
    for (user_id, deleted_at) in visits {
        diesel::insert_into(visits::table)
            .values((
                visits::user_id.eq(i32::try_from(user_id).unwrap()),
                visits::place.eq("home"),
                visits::deleted_at.eq(deleted_at),
            ))
            .execute(conn)
            .unwrap();
    }
    let purge_before = |conn: &mut Conn, moment: NaiveDateTime| {
        let done = purge_expired(visits::table).deleted_before(moment);
        done.execute(conn).unwrap().rows()
    };
    // a part of a millisecond counts for nothing
    assert_eq!(
        purge_before(conn, day(10) + TimeDelta::microseconds(999)),
        2
    );
    assert_eq!(purge_before(conn, day(10) + TimeDelta::milliseconds(1)), 1);
    let left: Vec<i64> = visits::table
        .with_deleted()
        .select(visits::deleted_at)
        .order(visits::deleted_at)
        .load(conn)
        .unwrap();
    assert_eq!(left, [0, at + 1]);
}

#[test]
fn keys_of_two_columns_go_in_their_order() {
    let conn = &mut tables();
    for user_id in 1..=3 {
        for place in ["it's", "a", "Zoo", "b c"] {
            diesel::insert_into(visits::table)
                .values((
                    visits::user_id.eq(user_id),
                    visits::place.eq(place),
                    visits::deleted_at.eq(i64::from(user_id != 2 || place != "a")),
                ))
                .execute(conn)
                .unwrap();
        }
    }
    let (tell, told) = channel();
    let done = purge_expired(visits::table)
        .deleted_before(day(1))
        .batch_size(5)
        .after_batch(move |progress: &Progress, ()| tell.send(progress.looked_at()).unwrap())
        .execute(conn)
        .unwrap();
    assert_eq!((done.rows(), done.rows_of("visits")), (11, 11));
    assert_eq!(told.iter().collect::<Vec<_>>(), [5, 10, 11]);
    let left: Vec<(i32, String)> = visits::table
        .with_deleted()
        .select((visits::user_id, visits::place))
        .load(conn)
        .unwrap();
    assert_eq!(left, [(2, "a".to_string())]);
}

#[test]
fn text_keys_are_taken_in_the_order_of_the_database() {
    let conn = &mut tables();
    let paths = [
        "/b",
        "/A",
        "/a b",
        "/Äb",
        "/é",
        "/'",
        "/z",
        "/\u{1F5D1}",
        "",
    ];
    for path in paths {
        diesel::insert_into(files::table)
            .values((
                files::path.eq(path),
                files::deleted_at.eq(Some(micros(day(1)))),
            ))
            .execute(conn)
            .unwrap();
    }
    let done = purge_expired(files::table)
        .deleted_before(day(2))
        .batch_size(2)
        .execute(conn)
        .unwrap();
    assert_eq!((done.rows(), done.skipped()), (paths.len(), 0));
    assert!(done.is_finished());
}

#[test]
fn a_table_with_nothing_expired_takes_no_batch() {
    let conn = &mut tables();
    insert_letter(conn, 1, None);
    insert_letter(conn, 2, Some(day(9)));
    let (tell, told) = channel();
    let done = purge_expired(letters::table)
        .deleted_before(day(2))
        .with_total()
        .after_batch(move |_: &Progress, ()| tell.send(()).unwrap())
        .execute(conn)
        .unwrap();
    assert_eq!((done.rows(), done.batches(), done.total()), (0, 0, Some(0)));
    assert!(done.is_finished());
    assert_eq!(told.iter().count(), 0);
}

#[test]
fn each_batch_tells_how_far_it_has_come() {
    let conn = &mut tables();
    post_letters(conn, 10);
    set_hold(conn, &[2, 5], Some(true));
    let (tell, told) = channel();
    let done = purge_expired(letters::table)
        .deleted_before(day(2))
        .batch_size(4)
        .with_total()
        .keeping(letters::hold.eq(true))
        .after_batch(move |progress: &Progress, ()| {
            let so_far = (
                progress.batches(),
                progress.looked_at(),
                progress.rows(),
                progress.skipped(),
                progress.total(),
                progress.is_finished(),
            );
            tell.send(so_far).unwrap();
        })
        .execute(conn)
        .unwrap();
    assert_eq!(
        told.iter().collect::<Vec<_>>(),
        [
            (1, 4, 3, 1, Some(10), false),
            (2, 8, 6, 2, Some(10), false),
            (3, 10, 8, 2, Some(10), true),
        ]
    );
    assert_eq!(done.rows_of("letters"), 8);
    assert_eq!(done.rows_of("stamps"), 0);
    assert_eq!(letters_left(conn), [2, 5]);
}

#[test]
fn the_total_is_counted_where_it_is_asked_for_only() {
    let conn = &mut tables();
    post_letters(conn, 3);
    let retention = || purge_expired(letters::table).deleted_before(day(2));
    let (done, recording) = record(conn, |conn| retention().execute(conn).unwrap());
    assert_eq!(done.total(), None);
    let counts = |statements: &[String]| statements[FIRST].contains("COUNT");
    assert!(!counts(&recording.statements), "{recording:?}");
    post_letters(conn, 3);
    let (done, recording) = record(conn, |conn| retention().with_total().execute(conn).unwrap());
    assert_eq!(done.total(), Some(3));
    assert!(counts(&recording.statements), "{recording:?}");
}

#[test]
fn a_run_of_so_many_batches_ends_and_the_next_goes_on() {
    let conn = &mut tables();
    post_letters(conn, 10);
    let run = |conn: &mut Conn| {
        purge_expired(letters::table)
            .deleted_before(day(2))
            .batch_size(3)
            .max_batches(2)
            .execute(conn)
            .unwrap()
    };
    let first = run(conn);
    assert_eq!((first.rows(), first.batches()), (6, 2));
    assert!(!first.is_finished());
    assert_eq!(letters_left(conn), [7, 8, 9, 10]);
    let second = run(conn);
    assert_eq!((second.rows(), second.batches()), (4, 2));
    assert!(second.is_finished());
    let third = run(conn);
    assert_eq!((third.rows(), third.batches()), (0, 0));
    assert!(third.is_finished());
}

#[test]
fn batches_that_remove_nothing_do_not_use_up_max_batches() {
    let conn = &mut tables();
    post_letters(conn, 10);
    set_hold(conn, &[1, 2, 3, 4, 5, 6], Some(true));
    let run = |conn: &mut Conn| {
        purge_expired(letters::table)
            .deleted_before(day(2))
            .batch_size(2)
            .max_batches(1)
            .keeping(letters::hold.eq(true))
            .execute(conn)
            .unwrap()
    };
    // three batches are kept whole: a run that counted them would never come past them
    let first = run(conn);
    assert_eq!((first.rows(), first.skipped()), (2, 6));
    assert_eq!(letters_left(conn), [1, 2, 3, 4, 5, 6, 9, 10]);
    assert_eq!(run(conn).rows(), 2);
    let last = run(conn);
    assert_eq!((last.rows(), last.skipped()), (0, 6));
    assert!(last.is_finished());
}

#[test]
fn no_batch_at_all_is_a_run_too() {
    let conn = &mut tables();
    post_letters(conn, 2);
    let done = purge_expired(letters::table)
        .deleted_before(day(2))
        .max_batches(0)
        .with_total()
        .execute(conn)
        .unwrap();
    assert_eq!((done.rows(), done.batches(), done.total()), (0, 0, Some(2)));
    assert!(!done.is_finished());
    assert_eq!(letters_left(conn), [1, 2]);
}

#[test]
fn a_batch_of_no_rows_is_refused_and_one_of_all_rows_is_not() {
    let conn = &mut tables();
    post_letters(conn, 10_001);
    let retention = || purge_expired(letters::table).deleted_before(day(2));
    refused(
        retention().batch_size(0).execute(conn),
        "the batch size is 0",
    );
    let done = retention().batch_size(usize::MAX).execute(conn).unwrap();
    assert_eq!((done.rows(), done.batches()), (10_001, 1));
    assert!(done.is_finished());
}

#[test]
fn a_preview_tells_what_a_run_does_and_changes_nothing() {
    let conn = &mut tables();
    post_letters(conn, 7);
    insert_letter(conn, 8, Some(day(3)));
    set_hold(conn, &[2, 3, 8], Some(true));
    let retention = || {
        purge_expired(letters::table)
            .deleted_before(day(2))
            .batch_size(2)
            .with_total()
            .keeping(letters::hold.eq(true))
    };
    let preview = retention().preview(conn).unwrap();
    assert_eq!(letters_left(conn).len(), 8);
    let done = retention().execute(conn).unwrap();
    assert_eq!((preview.rows(), preview.skipped()), (5, 2));
    assert_eq!((done.rows(), done.skipped()), (5, 2));
    assert_eq!((preview.looked_at(), done.looked_at()), (7, 7));
    assert_eq!((preview.total(), done.total()), (Some(7), Some(7)));
    assert_eq!((preview.batches(), done.batches()), (4, 4));
    assert!(preview.is_finished() && done.is_finished());
}

#[test]
fn a_predicate_that_is_null_keeps_nothing() {
    let conn = &mut tables();
    post_letters(conn, 3);
    set_hold(conn, &[1], Some(true));
    set_hold(conn, &[2], Some(false));
    let done = purge_expired(letters::table)
        .deleted_before(day(2))
        .keeping(letters::hold)
        .execute(conn)
        .unwrap();
    assert_eq!((done.rows(), done.skipped()), (2, 1));
    assert_eq!(letters_left(conn), [1]);
}

#[test]
fn a_predicate_with_or_and_binds_is_one_condition() {
    let conn = &mut tables();
    post_letters(conn, 5);
    insert_letter(conn, 6, Some(day(9)));
    let done = purge_expired(letters::table)
        .deleted_before(day(2))
        .batch_size(2)
        .keeping(letters::id.eq(1).or(letters::body.eq("letter 4")))
        .execute(conn)
        .unwrap();
    assert_eq!((done.rows(), done.skipped()), (3, 2));
    assert_eq!(letters_left(conn), [1, 4, 6]);
}

#[test]
fn a_predicate_about_another_table_is_an_exists() {
    let conn = &mut tables();
    post_letters(conn, 4);
    execute_batch(
        conn,
        "INSERT INTO stamps (id, letter_id) VALUES (1, 2), (2, 4), (3, 4)",
    );
    let stamped = stamps::table.filter(stamps::letter_id.eq(letters::id));
    let done = purge_expired(letters::table)
        .deleted_before(day(2))
        .keeping(exists(stamped))
        .execute(conn)
        .unwrap();
    assert_eq!((done.rows(), done.skipped()), (2, 2));
    assert_eq!(letters_left(conn), [2, 4]);
}

#[test]
fn a_row_that_an_undeclared_foreign_key_refers_to_does_not_stop_the_others() {
    for size in [1, 2, 3, 1_000] {
        let conn = &mut tables();
        post_letters(conn, 9);
        execute_batch(
            conn,
            "INSERT INTO stamps (id, letter_id) VALUES (1, 5), (2, 5), (3, 9)",
        );
        let retention = || {
            let expired = purge_expired(letters::table).deleted_before(day(2));
            expired.batch_size(size)
        };
        let preview = retention().preview(conn).unwrap();
        let done = retention().execute(conn).unwrap();
        for progress in [&preview, &done] {
            assert_eq!(
                (progress.rows(), progress.skipped()),
                (7, 2),
                "{progress:?}"
            );
            assert_eq!(progress.looked_at(), 9);
            let referenced: usize = progress.referenced_by().map(|(_, rows)| rows).sum();
            assert_eq!(referenced, 2);
        }
        assert_eq!(letters_left(conn), [5, 9]);
        execute_batch(conn, "DELETE FROM stamps");
        assert_eq!(retention().execute(conn).unwrap().rows(), 2);
    }
}

#[test]
fn each_batch_is_a_transaction_of_its_own() {
    let conn = &mut tables();
    post_letters(conn, 5);
    let (_, recording) = record(conn, |conn| {
        let retention = purge_expired(letters::table).deleted_before(day(2));
        retention.batch_size(2).execute(conn).unwrap()
    });
    let transactions: Vec<&str> = recording
        .statements
        .iter()
        .filter_map(|sql| sql.split_whitespace().next())
        .filter(|word| is_about_a_transaction(word))
        .collect();
    assert_eq!(transactions, ["BEGIN", "COMMIT"].repeat(3));
    assert!(is_about_a_transaction(&recording.statements[FIRST]));
}

#[test]
fn inside_a_transaction_each_batch_is_a_savepoint_and_all_can_be_undone() {
    let conn = &mut tables();
    post_letters(conn, 5);
    let (result, recording) = record(conn, |conn| {
        conn.transaction(|conn| {
            let retention = purge_expired(letters::table).deleted_before(day(2));
            let done = retention.batch_size(2).execute(conn)?;
            assert_eq!((done.rows(), letters_left(conn).len()), (5, 0));
            Err::<(), _>(Error::Database(diesel::result::Error::RollbackTransaction))
        })
    });
    assert!(result.is_err());
    let savepoints = |word| {
        recording
            .statements
            .iter()
            .filter(|sql| sql.starts_with(word))
            .count()
    };
    assert_eq!((savepoints("SAVEPOINT"), savepoints("RELEASE")), (3, 3));
    assert_eq!((savepoints("BEGIN"), savepoints("ROLLBACK")), (1, 1));
    assert_eq!(letters_left(conn).len(), 5);
}

#[test]
fn a_batch_takes_as_many_statements_for_one_row_as_for_a_round_of_keys() {
    let conn = &mut tables();
    let statements = |conn: &mut Conn, rows| {
        post_letters(conn, rows);
        let (done, recording) = record(conn, |conn| {
            let retention = purge_expired(letters::table).deleted_before(day(2));
            retention.keeping(letters::hold).execute(conn).unwrap()
        });
        assert_eq!(done.rows(), usize::try_from(rows).unwrap());
        recording.statements.len()
    };
    assert_eq!(statements(conn, 1), statements(conn, 499));
}

#[test]
fn restored_rows_are_not_looked_at() {
    let conn = &mut tables();
    post_letters(conn, 4);
    assert_eq!(restore(letters::table.find(2)).execute(conn), Ok(1));
    let done = purge_expired(letters::table).deleted_before(day(2));
    let done = done.execute(conn).unwrap();
    assert_eq!((done.rows(), done.looked_at()), (3, 3));
    assert_eq!(letters_left(conn), [2]);
}

#[cfg(backend = "postgres")]
mod uuids {
    use super::*;
    use crate::guarded::guard;

    diesel::table! {
        tokens { id -> Uuid, deleted_at -> Nullable<Timestamptz> }
    }
    diesel::table! {
        uses (token_id, number) {
            token_id -> Uuid,
            number -> Integer,
            deleted_at -> Nullable<Timestamptz>,
        }
    }
    soft_delete_runtime::soft_delete_table! {
        tokens(deleted_at, cascade(uses::token_id))
        uses(deleted_at, parents(token_id))
    }

    #[test]
    fn uuid_keys_go_alone_and_in_a_tree() {
        let conn = &mut tables();
        execute_batch(
            conn,
            "CREATE TABLE tokens (id UUID PRIMARY KEY, deleted_at TIMESTAMPTZ);
             CREATE TABLE uses (
                 token_id UUID NOT NULL REFERENCES tokens (id), number INTEGER NOT NULL,
                 deleted_at TIMESTAMPTZ, PRIMARY KEY (token_id, number));
             INSERT INTO tokens (id, deleted_at)
                 SELECT md5(n::text)::uuid, CASE WHEN n <= 10 THEN '2026-01-01 00:00:00Z' END::timestamptz
                 FROM generate_series(1, 11) AS n;
             INSERT INTO uses (token_id, number, deleted_at)
                 SELECT id, n, CASE WHEN n <> 3 THEN deleted_at END
                 FROM tokens, generate_series(1, 2) AS n;
             INSERT INTO uses (token_id, number)
                 SELECT id, 3 FROM tokens WHERE id = md5('4')::uuid;",
        );
        guard(conn, (tokens::table, uses::table));
        let done = purge_expired(uses::table)
            .deleted_before(day(2))
            .batch_size(3)
            .max_batches(1)
            .execute(conn)
            .unwrap();
        assert_eq!(done.rows(), 3);
        let done = purge_expired(tokens::table)
            .deleted_before(day(2))
            .batch_size(3)
            .execute(conn)
            .unwrap();
        // one has an active use
        assert_eq!((done.rows_of("tokens"), done.skipped()), (9, 1));
        let left: (i64, i64) = (
            tokens::table
                .with_deleted()
                .count()
                .get_result(conn)
                .unwrap(),
            uses::table.with_deleted().count().get_result(conn).unwrap(),
        );
        assert_eq!((left.0, done.is_finished()), (2, true));
        assert_eq!(
            20 + 3 - 3 - i64::try_from(done.rows_of("uses")).unwrap(),
            left.1
        );
    }
}
