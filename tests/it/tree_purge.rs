//! Rule 11: a purge goes leaves first, takes no active row along and counts per table.

use crate::prelude::*;
use soft_delete_runtime::prelude::*;

use crate::backend::execute_batch;
use crate::guarded::without_triggers;
use crate::recording::record;
use crate::tree_forum::*;

#[test]
fn a_purge_removes_what_is_below_and_counts_it() {
    let conn = &mut forum();
    soft_delete(users::table.find(1)).execute(conn).unwrap();
    let preview = purge(users::table.find(1)).preview(conn).unwrap();
    let report = purge(users::table.find(1)).report(conn).unwrap();
    assert_eq!(counts(&preview), counts(&report));
    let rows = TABLES.map(|table| report.rows_of(table));
    assert_eq!(rows, [1, 2, 6, 3, 2, 1, 0]);
    assert_eq!(
        untouched(conn),
        [
            "users (2, \"Tess\", None)",
            "users (3, \"Jim\", None)",
            "posts (3, 2, \"Three\", None, None, None)",
            "post_tags (3, 1, None)",
        ]
    );
}

#[test]
fn a_purge_takes_rows_of_any_deletion_along() {
    let conn = &mut forum();
    soft_delete(comments::table.find(2)).execute(conn).unwrap();
    soft_delete(users::table.find(1)).execute(conn).unwrap();
    assert_eq!(purge(users::table.find(1)).report(conn).unwrap().rows(), 15);
}

#[test]
fn a_purge_that_finds_no_row_ends_before_one_can_be_deleted_meanwhile() {
    let conn = &mut forum();
    let (rows, recording) = record(conn, |conn| purge(users::table.find(1)).execute(conn));
    assert_eq!(rows.unwrap(), 0);
    let statements = recording.statements;
    assert!(!statements.is_empty());
    assert!(
        statements.iter().all(|sql| !sql.starts_with("DELETE")),
        "{statements:#?}"
    );
}

#[test]
fn a_purge_leaves_an_active_target() {
    let conn = &mut forum();
    let before = everything(conn);
    assert_eq!(purge(users::table).execute(conn).unwrap(), 0);
    assert_eq!(purge(users::table.find(99)).execute(conn).unwrap(), 0);
    assert_eq!(everything(conn), before);
    soft_delete(comments::table.find(4)).execute(conn).unwrap();
    let report = purge(comments::table).report(conn).unwrap();
    assert_eq!(report.rows_of("comments"), 2);
}

#[test]
fn an_active_descendant_refuses_the_purge() {
    let conn = &mut forum();
    soft_delete(users::table.find(2)).execute(conn).unwrap();
    // by hand, or by a program that does not look
    let restore_two = "UPDATE comments SET deleted_at = NULL WHERE id IN (3, 5)";
    without_triggers(conn, |conn| execute_batch(conn, restore_two));
    let before = everything(conn);
    let error = purge(users::table.find(2)).execute(conn).unwrap_err();
    assert_eq!(restricted(error), ("comments".to_owned(), 2));
    let error = purge(users::table.find(2)).preview(conn).unwrap_err();
    assert_eq!(restricted(error), ("comments".to_owned(), 2));
    assert_eq!(everything(conn), before);
    let report = purge(users::table.find(2))
        .including_active()
        .report(conn)
        .unwrap();
    assert_eq!(report.rows_of("comments"), 4);
}

#[test]
fn any_row_of_a_restrict_table_refuses_the_purge() {
    let conn = &mut forum();
    execute_batch(
        conn,
        "INSERT INTO orders (id, user_id) VALUES (1, 1), (2, 1)",
    );
    soft_delete(orders::table).execute(conn).unwrap();
    soft_delete(users::table.find(1)).execute(conn).unwrap();
    let before = everything(conn);
    let error = purge(users::table.find(1)).execute(conn).unwrap_err();
    assert_eq!(restricted(error), ("orders".to_owned(), 2));
    let error = purge(users::table.find(1))
        .including_active()
        .execute(conn)
        .unwrap_err();
    assert_eq!(restricted(error), ("orders".to_owned(), 2));
    assert_eq!(everything(conn), before);
    assert_eq!(purge(orders::table).execute(conn), Ok(2));
    let report = purge(users::table.find(1)).report(conn).unwrap();
    assert_eq!(report.rows_of("users"), 1);
}

#[test]
fn a_restricting_row_that_goes_along_goes_before_what_it_refers_to() {
    let conn = &mut forum();
    soft_delete(users::table.find(1)).execute(conn).unwrap();
    let error = purge(posts::table.find(1)).execute(conn).unwrap_err();
    assert_eq!(restricted(error), ("pins".to_owned(), 1));
    let report = purge(users::table.find(1)).report(conn).unwrap();
    assert_eq!(report.rows_of("pins"), 1);
}

#[test]
fn a_purge_can_include_active_rows() {
    let conn = &mut forum();
    let preview = purge(users::table.find(1))
        .including_active()
        .preview(conn)
        .unwrap();
    let report = purge(users::table.find(1))
        .including_active()
        .report(conn)
        .unwrap();
    assert_eq!(counts(&preview), counts(&report));
    assert_eq!(report.rows(), 15);
    let rows = purge(users::table).including_active().execute(conn);
    assert_eq!(rows, Ok(4));
    assert_eq!(everything(conn), [""; 0]);
}

#[test]
fn a_thread_is_removed_under_a_foreign_key_whatever_its_order() {
    let conn = &mut forum();
    // replies with smaller and greater numbers than what they reply to
    execute_batch(
        conn,
        "INSERT INTO comments (id, post_id, parent_id) VALUES (50, 2, 6);
         INSERT INTO comments (id, post_id, parent_id) VALUES (40, 2, 50);
         INSERT INTO comments (id, post_id, parent_id) VALUES (45, 2, 40);
         INSERT INTO comments (id, post_id, parent_id) VALUES (7, 2, 45);
         INSERT INTO comments (id, post_id, parent_id) VALUES (60, 2, 45);",
    );
    soft_delete(posts::table.find(2)).execute(conn).unwrap();
    let some = comments::table.filter(comments::id.eq_any([45, 60]));
    let report = purge(some).report(conn).unwrap();
    assert_eq!(report.rows_of("comments"), 3);
    let report = purge(posts::table.find(2)).report(conn).unwrap();
    assert_eq!(report.rows_of("comments"), 3);
}
