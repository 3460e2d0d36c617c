//! A retention beside another connection that holds locks, and a preview that one ends.

use crate::prelude::*;
use soft_delete_runtime::prelude::*;

#[cfg(any(backend = "sqlite", backend = "mysql"))]
use crate::backend::execute_batch;
use crate::backend::{self, Conn};
use crate::retention_schema::*;
use crate::schema::day;

fn two() -> (Conn, Conn) {
    let (mut first, second) = backend::two();
    create_tables(&mut first);
    (first, second)
}

#[cfg(any(backend = "postgres", backend = "mysql"))] // SQLite has one writer
#[test]
fn a_total_waits_for_no_row_that_is_locked_elsewhere() {
    use soft_delete_runtime::Error;

    let (mut first, mut second) = two();
    post_letters(&mut first, 1_000); // few enough, and MariaDB would read and lock them all
    first
        .transaction(|first| {
            let last = letters::table.only_deleted().find(1_000).for_update();
            last.select(letters::id).execute(first)?;
            let expired = purge_expired(letters::table).deleted_before(day(2));
            let expired = expired.with_total().batch_size(40).max_batches(1);
            let done = expired.execute(&mut second)?;
            assert_eq!((done.total(), done.rows()), (Some(1_000), 40));
            Ok::<_, Error>(())
        })
        .unwrap();
}

#[cfg(backend = "sqlite")]
#[test]
fn a_preview_waits_for_the_writer() {
    use std::sync::mpsc::channel;

    let (mut first, mut second) = two();
    post_letters(&mut first, 5);
    execute_batch(&mut second, "PRAGMA busy_timeout = 60000");
    let expired = || purge_expired(letters::table).deleted_before(day(2));
    let (say, hear) = channel();
    let previews = std::thread::spawn(move || {
        hear.recv().unwrap();
        let alone = expired().preview(&mut second);
        let within = second.transaction(|second| expired().execute(second));
        (alone.unwrap().rows(), within.unwrap().rows())
    });
    first
        .immediate_transaction(|first| {
            soft_delete(letters::table).execute(first)?;
            say.send(()).unwrap();
            // long enough for the other to meet the lock; a shorter time proves less
            std::thread::sleep(std::time::Duration::from_millis(200));
            QueryResult::Ok(())
        })
        .unwrap();
    assert_eq!(previews.join().unwrap(), (5, 5));
}

/// InnoDB undoes the whole transaction of a deadlock's victim, savepoints too.
#[cfg(backend = "mysql")]
#[test]
fn a_preview_that_a_deadlock_ends_removes_nothing() {
    let (mut first, mut second) = two();
    execute_batch(
        &mut first,
        "CREATE TABLE links (
             id INTEGER PRIMARY KEY, user_id INTEGER, FOREIGN KEY (user_id) REFERENCES users (id));
         INSERT INTO users (id, deleted_at) VALUES (1, '2026-01-01'), (2, '2026-01-01'), (3, '2026-01-01');
         INSERT INTO posts (id, user_id, deleted_at) VALUES (2, 2, '2026-01-01');
         INSERT INTO links VALUES (1, 1)",
    );
    execute_batch(
        &mut first,
        "CREATE TABLE counts (id INTEGER PRIMARY KEY, n INTEGER)",
    );
    backend::insert_rows(&mut first, "counts", 0..500, |id| format!("({id}, 1)"));
    // so many that those of another user are found by the index
    let into = "posts (id, user_id, deleted_at)";
    backend::insert_rows(&mut first, into, 1_000..2_000, |id| {
        format!("({id}, 3, '2026-01-01')")
    });
    let names = |conn: &mut Conn, query: &str| {
        crate::guarded::by_hand(conn, |conn| backend::names(conn, query))
    };
    let thread = names(&mut second, "SELECT CAST(CONNECTION_ID() AS CHAR) AS name").remove(0);
    execute_batch(&mut second, "SET innodb_lock_wait_timeout = 60");
    let waits = format!(
        "SELECT trx_state AS name FROM information_schema.innodb_trx
         WHERE trx_mysql_thread_id = {thread} AND trx_state = 'LOCK WAIT'"
    );
    execute_batch(
        &mut first,
        "BEGIN;
         -- the one with fewer changes is undone
         UPDATE counts SET n = 2;
         SELECT id FROM posts WHERE id = 2 FOR UPDATE",
    );
    let preview = std::thread::spawn(move || {
        // the first batch has the other ones looked at before they are removed
        let expired = purge_expired(users::table).deleted_before(day(10));
        expired.batch_size(1).preview(&mut second)
    });
    while names(&mut first, &waits).is_empty() && !preview.is_finished() {
        // MariaDB tells no news to one who asks more often than ten times a second
        std::thread::sleep(std::time::Duration::from_millis(250));
    }
    execute_batch(
        &mut first,
        "SELECT id FROM users WHERE id = 2 FOR UPDATE; ROLLBACK",
    );
    let error = preview.join().unwrap().unwrap_err().to_string();
    assert!(
        error.contains("Deadlock") || error.contains("deadlock"),
        "{error}"
    );
    assert_eq!(users_left(&mut first), [1, 2, 3]);
}

#[cfg(backend = "mysql")]
fn users_left(conn: &mut Conn) -> Vec<i32> {
    ids!(conn, users.with_deleted())
}
