//! Hooks of a retention: what is done in the transaction of a batch before its removal, and after
//! its commit.

use std::cell::RefCell;

use crate::prelude::*;
use diesel::result::Error as DieselError;
use soft_delete_runtime::prelude::*;
use soft_delete_runtime::{Error, Progress};

use crate::backend::{Conn, execute_batch};
use crate::retention_schema::*;
use crate::schema::day;

fn letters() -> Conn {
    letters_and_archive(7)
}

fn archived(conn: &mut Conn) -> Vec<i32> {
    let archived = archive::table.select(archive::id).order(archive::id);
    archived.load(conn).unwrap()
}

fn to_archive(conn: &mut Conn, keys: &[i32]) -> QueryResult<()> {
    for id in keys {
        let row = archive::id.eq(*id);
        diesel::insert_into(archive::table)
            .values(row)
            .execute(conn)?;
    }
    Ok(())
}

#[test]
fn before_a_removal_the_hook_sees_the_rows_by_key_and_as_a_filter() {
    let conn = &mut letters();
    let seen = RefCell::new(Vec::new());
    let done = purge_expired(letters::table)
        .deleted_before(day(2))
        .batch_size(4)
        .before_batch(|conn, rows| {
            let found: Vec<i32> = letters::table
                .with_deleted()
                .filter(rows.filter())
                .filter(letters::id.ge(0))
                .select(letters::id)
                .order(letters::id)
                .load(conn)?;
            assert_eq!(found, rows.keys());
            to_archive(conn, rows.keys())?;
            Ok::<_, DieselError>(found)
        })
        .after_batch(|progress: &Progress, keys| seen.borrow_mut().push((progress.rows(), keys)))
        .execute(conn)
        .unwrap();
    assert_eq!(done.rows(), 6);
    assert_eq!(*seen.borrow(), [(4, vec![1, 3, 4, 5]), (6, vec![6, 7])]);
    assert_eq!(archived(conn), [1, 3, 4, 5, 6, 7]);
    assert_eq!(letters_left(conn), [2]);
}

#[test]
fn an_error_of_the_hook_undoes_its_batch_and_ends_the_run() {
    let conn = &mut letters();
    let committed = RefCell::new(Vec::new());
    let error = purge_expired(letters::table)
        .deleted_before(day(2))
        .batch_size(2)
        .before_batch(|conn, rows| {
            to_archive(conn, rows.keys())?;
            match rows.keys().contains(&5) {
                true => Err(DieselError::NotFound),
                false => Ok(rows.keys().to_vec()),
            }
        })
        .after_batch(|_: &Progress, keys| committed.borrow_mut().extend(keys))
        .execute(conn)
        .unwrap_err();
    assert!(matches!(error, Error::Database(DieselError::NotFound)));
    assert_eq!(*committed.borrow(), [1, 3]);
    assert_eq!(archived(conn), [1, 3]);
    assert_eq!(letters_left(conn), [2, 4, 5, 6, 7]);
}

#[test]
fn a_batch_that_a_foreign_key_forbids_leaves_nothing_of_its_hook() {
    let conn = &mut letters();
    execute_batch(conn, "INSERT INTO stamps (id, letter_id) VALUES (1, 4)");
    let done = purge_expired(letters::table)
        .deleted_before(day(2))
        .before_batch(|conn, rows| to_archive(conn, rows.keys()))
        .execute(conn)
        .unwrap();
    assert_eq!((done.rows(), done.skipped()), (5, 1));
    assert_eq!(archived(conn), [1, 3, 5, 6, 7]);
    assert_eq!(letters_left(conn), [2, 4]);
}

#[test]
fn a_preview_calls_no_hook() {
    let conn = &mut letters();
    let preview = purge_expired(letters::table)
        .deleted_before(day(2))
        .before_batch(|_: &mut Conn, _| Err::<(), _>(DieselError::NotFound))
        .after_batch(|_: &Progress, ()| panic!("called"))
        .preview(conn)
        .unwrap();
    assert_eq!(preview.rows(), 6);
    assert_eq!(letters_left(conn).len(), 7);
}

#[test]
fn keys_of_several_columns_are_tuples() {
    let conn = &mut tables();
    execute_batch(
        conn,
        "INSERT INTO projects (org_id, code, deleted_at) VALUES
             (1, 'a', '2026-01-01 00:00:00'), (1, 'b', '2026-01-01 00:00:00'),
             (2, 'a', '2026-01-01 00:00:00'), (2, 'b', NULL)",
    );
    let seen = RefCell::new(Vec::new());
    purge_expired(projects::table)
        .deleted_before(day(2))
        .before_batch(|conn, rows| {
            let found: i64 = projects::table
                .with_deleted()
                .filter(rows.filter())
                .count()
                .get_result(conn)?;
            assert_eq!(found, 3);
            Ok::<_, DieselError>(rows.keys().to_vec())
        })
        .after_batch(|_: &Progress, keys| seen.borrow_mut().extend(keys))
        .execute(conn)
        .unwrap();
    let seen: Vec<(i32, &str)> = (*seen.borrow())
        .iter()
        .map(|(a, b): &(i32, String)| (*a, leak(b)))
        .collect();
    assert_eq!(seen, [(1, "a"), (1, "b"), (2, "a")]);
}

fn leak(text: &str) -> &'static str {
    if text == "a" { "a" } else { "b" }
}
