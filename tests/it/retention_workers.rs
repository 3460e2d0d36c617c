//! Two connections at once: with `SKIP LOCKED` none waits for the other.
//!
//! No test sleeps: the one connection holds its locks in an open transaction, and the other gives
//! up at once where it would have to wait.

use crate::prelude::*;
use soft_delete_runtime::{Error, ScopeDsl, purge_expired};

use crate::backend::{self, Conn, execute_batch};
use crate::retention_schema::*;
use crate::schema::day;

fn two() -> (Conn, Conn) {
    let (mut first, second) = backend::two();
    create_tables(&mut first);
    (first, second)
}

fn purge_letters(conn: &mut Conn, batch_size: usize, max_batches: usize) -> Result<usize, Error> {
    let retention = purge_expired(letters::table)
        .deleted_before(day(2))
        .batch_size(batch_size)
        .max_batches(max_batches);
    retention.execute(conn).map(|done| done.rows())
}

#[test]
fn two_workers_share_a_table_and_none_waits() {
    let (mut first, mut second) = two();
    post_letters(&mut first, 1_000); // few enough, and MariaDB would read and lock them all
    let rows = first
        .transaction(|first| {
            // its batch stays locked until the end of this transaction
            let rows = purge_letters(first, 40, 1)?;
            let others = purge_letters(&mut second, 300, 9)?;
            Ok::<_, Error>((rows, others))
        })
        .unwrap();
    assert_eq!(rows, (40, 960));
    assert_eq!(letters_left(&mut second), [0; 0]);
}

#[test]
fn a_row_locked_by_someone_else_is_left_for_the_next_run() {
    let (mut first, mut second) = two();
    post_letters(&mut first, 5);
    first
        .transaction(|first| {
            let third = letters::table.only_deleted().find(3).for_update();
            third.select(letters::id).execute(first)?;
            assert_eq!(purge_letters(&mut second, 2, 9)?, 4);
            Ok::<_, Error>(())
        })
        .unwrap();
    assert_eq!(letters_left(&mut second), [3]);
    assert_eq!(purge_letters(&mut second, 2, 9).unwrap(), 1);
}

#[test]
fn two_workers_share_trees_and_none_waits() {
    let (mut first, mut second) = two();
    const DELETED: &str = "'2026-01-01 00:00:00'";
    insert(&mut first, "users (id, deleted_at)", 1_000, |user| {
        format!("{user}, {DELETED}")
    });
    insert(
        &mut first,
        "posts (id, user_id, deleted_at)",
        1_000,
        |post| format!("{post}, {post}, {DELETED}"),
    );
    insert(
        &mut first,
        "comments (id, post_id, author_id, deleted_at)",
        1_000,
        |comment| format!("{comment}, {comment}, {comment}, {DELETED}"),
    );
    let purge = |conn: &mut Conn, max_batches| {
        let retention = purge_expired(users::table)
            .deleted_before(day(2))
            .batch_size(40)
            .max_batches(max_batches);
        retention.execute(conn).map(|done| done.rows())
    };
    let rows = first
        .transaction(|first| Ok::<_, Error>((purge(first, 1)?, purge(&mut second, 99)?)))
        .unwrap();
    assert_eq!(rows, (120, 2_880));
    assert_eq!(left(&mut second), "");
}

#[test]
fn a_restore_under_way_keeps_its_row_and_holds_nobody_up() {
    let (mut first, mut second) = two();
    post_letters(&mut first, 3);
    first
        .transaction(|first| {
            soft_delete_runtime::restore(letters::table.find(2)).execute(first)?;
            assert_eq!(purge_letters(&mut second, 5, 9)?, 2);
            Ok::<_, Error>(())
        })
        .unwrap();
    assert_eq!(purge_letters(&mut second, 5, 9).unwrap(), 0);
    assert_eq!(letters_left(&mut second), [2]);
}

fn leaves_a_folder_whose_subfolder_another_has(batch_size: usize) {
    let (mut first, mut second) = two();
    // the one worker's batch: 1 and 2; 3 and 4 below them are in the other's
    execute_batch(
        &mut first,
        "INSERT INTO folders (id, parent_id, deleted_at) VALUES
             (1, NULL, '2026-01-01 00:00:00'), (2, NULL, '2026-01-01 00:00:00'),
             (3, 1, '2026-01-01 00:00:00'), (4, 2, '2026-01-01 00:00:00'),
             (5, NULL, '2026-01-01 00:00:00')",
    );
    let purge = |conn: &mut Conn| {
        let retention = purge_expired(folders::table).deleted_before(day(2));
        retention
            .batch_size(batch_size)
            .execute(conn)
            .map(|done| done.rows())
    };
    first
        .transaction(|first| {
            diesel::delete(folders::table.only_deleted().find(4)).execute(first)?;
            assert_eq!(purge(&mut second)?, 3);
            Ok::<_, Error>(())
        })
        .unwrap();
    assert_eq!(left(&mut second), "folders 2");
    assert_eq!(purge(&mut second).unwrap(), 1);
}

#[test]
fn a_folder_whose_subfolder_another_worker_has_is_left_to_a_later_run() {
    leaves_a_folder_whose_subfolder_another_has(2);
}

#[test]
fn a_batch_of_which_another_worker_has_everything_is_passed_over() {
    leaves_a_folder_whose_subfolder_another_has(1);
}
