//! Raw SQL has no parentheses of its own: an `OR` in it stays within the target, the `ON` and the
//! predicate that it is.
//!
//! A note stands alone, and a shelf takes its books along.

use crate::prelude::*;
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::sql_types::Bool;
use soft_delete_runtime::Error;
use soft_delete_runtime::prelude::*;

use crate::backend::{self, Conn, execute_batch};
use crate::guarded::guard;
use crate::recording::record;
use crate::schema::day;

diesel::table! {
    notes { id -> Integer, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    shelves { id -> Integer, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    books { id -> Integer, shelf_id -> Integer, deleted_at -> Nullable<Timestamp> }
}
diesel::joinable!(books -> shelves (shelf_id));
diesel::allow_tables_to_appear_in_same_query!(shelves, books);
soft_delete_table! {
    notes(deleted_at)
    shelves(deleted_at, cascade(books::shelf_id))
    books(deleted_at, parents(shelf_id))
}

/// Of each table: 1 is active, 2 was deleted on the 2nd, 3 is active.
fn tables() -> Conn {
    let mut conn = backend::connection();
    execute_batch(
        &mut conn,
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, deleted_at MOMENT NULL);
         CREATE TABLE shelves (id INTEGER PRIMARY KEY, deleted_at MOMENT NULL);
         CREATE TABLE books (
             id INTEGER PRIMARY KEY, shelf_id INTEGER NOT NULL REFERENCES shelves (id),
             deleted_at MOMENT NULL);
         INSERT INTO notes (id, deleted_at) VALUES
             (1, NULL), (2, '2026-01-02 00:00:00'), (3, NULL);
         INSERT INTO shelves (id, deleted_at) VALUES
             (1, NULL), (2, '2026-01-02 00:00:00'), (3, NULL);
         INSERT INTO books (id, shelf_id, deleted_at) VALUES
             (1, 1, NULL), (2, 2, '2026-01-02 00:00:00'), (3, 3, NULL)",
    );
    guard(&mut conn, (notes::table, shelves::table, books::table));
    conn
}

fn either(first: &str, second: &str) -> SqlLiteral<Bool> {
    sql(&format!("{first} OR {second}"))
}

/// The rows, and which of them are deleted.
macro_rules! rows {
    ($table:ident, $conn:expr) => {{
        let all = $table::table
            .with_deleted()
            .select($table::id)
            .order($table::id);
        let deleted = $table::table.only_deleted().select($table::id);
        let all: Vec<i32> = all.load($conn).unwrap();
        let deleted: Vec<i32> = deleted.order($table::id).load($conn).unwrap();
        (all, deleted)
    }};
}

#[test]
fn a_purge_of_either_row_removes_no_active_one() {
    let conn = &mut tables();
    assert_eq!(
        purge(notes::table.filter(either("id = 1", "id = 3"))).execute(conn),
        Ok(0)
    );
    assert_eq!(
        purge(shelves::table.filter(either("id = 1", "id = 3"))).execute(conn),
        Ok(0)
    );
    assert_eq!(rows!(notes, conn), (vec![1, 2, 3], vec![2]));
    assert_eq!(rows!(shelves, conn), (vec![1, 2, 3], vec![2]));

    assert_eq!(
        purge(notes::table.filter(either("id = 1", "id = 2"))).execute(conn),
        Ok(1)
    );
    assert_eq!(
        purge(shelves::table.filter(either("id = 1", "id = 2"))).execute(conn),
        Ok(2)
    );
    assert_eq!(rows!(notes, conn), (vec![1, 3], vec![]));
    assert_eq!(rows!(books, conn), (vec![1, 3], vec![]));
}

#[test]
fn a_soft_delete_of_either_row_leaves_the_first_moment() {
    let conn = &mut tables();
    for _ in 0..2 {
        let _ = soft_delete(notes::table.filter(either("id = 2", "id = 3"))).execute(conn);
        let _ = soft_delete(shelves::table.filter(either("id = 2", "id = 3"))).execute(conn);
    }
    let first = Ok(Some(day(2)));
    let note = notes::table
        .with_deleted()
        .find(2)
        .select(notes::deleted_at);
    assert_eq!(note.get_result(conn), first);
    let shelf = shelves::table
        .with_deleted()
        .find(2)
        .select(shelves::deleted_at);
    assert_eq!(shelf.get_result(conn), first);
    assert_eq!(rows!(notes, conn).1, [2, 3]);
    assert_eq!(rows!(books, conn).1, [2, 3]);
    let note = soft_delete(notes::table.filter(either("id = 1", "id = 2")));
    assert_eq!(note.clone().preview(conn).unwrap().rows(), 1);
    assert_eq!(note.execute(conn), Ok(1));
}

#[test]
fn a_restore_of_either_row_touches_no_active_one() {
    let conn = &mut tables();
    assert_eq!(
        restore(notes::table.filter(either("id = 1", "id = 3"))).execute(conn),
        Ok(0)
    );
    assert_eq!(
        restore(shelves::table.filter(either("id = 1", "id = 3"))).execute(conn),
        Ok(0)
    );
    assert_eq!(
        restore(shelves::table.filter(either("id = 1", "id = 2"))).execute(conn),
        Ok(2)
    );
    assert_eq!(rows!(books, conn), (vec![1, 2, 3], vec![]));
}

#[test]
fn either_row_is_held_if_it_is_active() {
    let conn = &mut tables();
    let held = |first, second| hold_active(shelves::table.filter(either(first, second)));
    let held = conn.transaction(|conn| {
        let deleted = held("id = 2", "id = 9").execute(conn);
        assert!(
            matches!(deleted, Err(Error::NotActive { .. })),
            "{deleted:?}"
        );
        held("id = 1", "id = 2").execute(conn)
    });
    assert_eq!(held, Ok(1));
}

#[test]
fn a_filter_beside_raw_sql_and_a_boxed_predicate_are_closed_too() {
    let conn = &mut tables();
    let filtered = notes::table
        .filter(either("id = 1", "id = 3"))
        .filter(notes::id.gt(0));
    assert_eq!(purge(filtered).execute(conn), Ok(0));
    type Predicate = Box<dyn BoxableExpression<notes::table, backend::DB, SqlType = Bool>>;
    let boxed: Predicate = Box::new(either("id = 1", "id = 3"));
    #[cfg(not(asynchronous))]
    assert_eq!(purge(notes::table.filter(boxed)).execute(conn), Ok(0));
    #[cfg(asynchronous)]
    drop(boxed);
    assert_eq!(rows!(notes, conn).0, [1, 2, 3]);
}

#[test]
fn what_diesel_closes_itself_is_written_as_it_is() {
    let conn = &mut tables();
    let (purged, statements) = record(conn, |conn| purge(notes::table.find(2)).execute(conn));
    assert_eq!(purged, Ok(1));
    let text = statements.statements.concat();
    assert!(!text.contains("TRUE"), "{text}");
}

#[test]
fn a_join_on_raw_sql_leaves_deleted_rows_out() {
    let conn = &mut tables();
    let on = || either("shelves.id = books.shelf_id", "books.id = 2");
    let joined: Vec<(i32, i32)> = shelves::table
        .inner_join_active(books::table.on(on()))
        .select((shelves::id, books::id))
        .order((shelves::id, books::id))
        .load(conn)
        .unwrap();
    assert_eq!(joined, [(1, 1), (3, 3)]);
    let joined: Vec<(i32, Option<i32>)> = shelves::table
        .left_join_active(books::table.on(on()))
        .select((shelves::id, books::id.nullable()))
        .order((shelves::id, books::id))
        .load(conn)
        .unwrap();
    assert_eq!(joined, [(1, Some(1)), (2, None), (3, Some(3))]);
}

#[test]
fn a_retention_that_keeps_either_row_removes_the_others() {
    let conn = &mut tables();
    let purged = purge_expired(notes::table)
        .deleted_before(day(3))
        .keeping(either("id = 7", "id = 2"))
        .execute(conn)
        .unwrap();
    assert_eq!((purged.rows(), purged.skipped()), (0, 1));
    let purged = purge_expired(notes::table)
        .deleted_before(day(3))
        .keeping(either("id = 7", "id = 8"))
        .execute(conn)
        .unwrap();
    assert_eq!((purged.rows(), purged.skipped()), (1, 0));
}
