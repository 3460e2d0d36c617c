//! Hooks of a retention on an asynchronous connection.

use std::path::{Path, PathBuf};

use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel_async::{AsyncConnection, RunQueryDsl};
use soft_delete_runtime::prelude::*;
use soft_delete_runtime::{Batch, Error, Progress};
use tokio::runtime::Runtime;

use crate::backend::execute_batch;
use crate::retention_schema::*;
use crate::schema::day;
use crate::waiting::{Conn, Inner};

fn letters() -> Conn {
    letters_and_archive(5)
}

async fn to_archive(conn: &mut Inner, keys: &[i32]) -> QueryResult<usize> {
    let mut rows = 0;
    // one by one: SQLite has no batch inserts on asynchronous connections
    for id in keys {
        let insert = diesel::insert_into(archive::table).values(archive::id.eq(*id));
        rows += insert.execute(conn).await?;
    }
    Ok(rows)
}

/// What is archived, and what letters are left.
fn outcome(mut inner: Inner, runtime: &Runtime) -> (Vec<i32>, Vec<i32>) {
    let conn = &mut inner;
    runtime.block_on(async {
        let archived = archive::table.select(archive::id).order(archive::id);
        let left = letters::table.with_deleted().select(letters::id);
        (
            archived.load(conn).await.unwrap(),
            left.order(letters::id).load(conn).await.unwrap(),
        )
    })
}

#[test]
fn a_hook_infers_and_its_future_moves_to_another_thread() {
    let Conn { mut inner, runtime } = letters();
    let task = runtime.spawn(async move {
        let mut seen = Vec::new();
        let done = purge_expired(letters::table)
            .deleted_before(day(2))
            .batch_size(3)
            .before_batch_async(async |conn, rows| {
                to_archive(conn, rows.keys()).await?;
                letters::table
                    .with_deleted()
                    .filter(rows.filter())
                    .select(letters::body)
                    .order(letters::id)
                    .load::<String>(conn)
                    .await
            })
            .after_batch(|progress: &Progress, bodies| seen.push((progress.rows(), bodies)))
            .execute(&mut inner)
            .await?;
        Ok::<_, Error>((inner, done, seen))
    });
    let (inner, done, seen) = runtime.block_on(task).unwrap().unwrap();
    assert_eq!(done.rows(), 4);
    let bodies = [1, 3, 4, 5].map(|number| format!("letter {number}"));
    assert_eq!(seen, [(3, bodies[..3].to_vec()), (4, bodies[3..].to_vec())]);
    assert_eq!(outcome(inner, &runtime), (vec![1, 3, 4, 5], vec![2]));
}

#[test]
fn a_hook_borrows_what_it_captures() {
    let Conn { mut inner, runtime } = letters();
    let task = runtime.spawn(async move {
        let folder = PathBuf::from("letters");
        let folder: &Path = &folder;
        let mut paths = Vec::new();
        purge_expired(letters::table)
            .deleted_before(day(2))
            .before_batch_async(async |_: &mut Inner, rows| {
                let files = rows.keys().iter().map(|id| folder.join(id.to_string()));
                Ok::<Vec<PathBuf>, DieselError>(files.collect())
            })
            .after_batch(|_: &Progress, files| paths.extend(files))
            .execute(&mut inner)
            .await?;
        Ok::<_, Error>(paths)
    });
    let paths = runtime.block_on(task).unwrap().unwrap();
    assert_eq!(paths[0], Path::new("letters/1"));
    assert_eq!(paths.len(), 4);
}

#[test]
fn a_hook_opens_a_transaction_within_its_batch() {
    let Conn { mut inner, runtime } = letters();
    let done = runtime.block_on(
        purge_expired(letters::table)
            .deleted_before(day(2))
            .before_batch_async(async |conn: &mut Inner, rows| {
                let undone = conn.transaction(async |conn| {
                    to_archive(conn, rows.keys()).await?;
                    Err::<(), _>(DieselError::RollbackTransaction)
                });
                assert_eq!(undone.await, Err(DieselError::RollbackTransaction));
                to_archive(conn, &rows.keys()[..1]).await
            })
            .execute(&mut inner),
    );
    assert_eq!(done.unwrap().rows(), 4);
    assert_eq!(outcome(inner, &runtime), (vec![1], vec![2]));
}

#[test]
fn an_error_of_a_hook_undoes_its_batch_and_ends_the_run() {
    let Conn { mut inner, runtime } = letters();
    let mut committed = Vec::new();
    let run = purge_expired(letters::table)
        .deleted_before(day(2))
        .batch_size(2)
        .before_batch_async(async |conn, rows| {
            to_archive(conn, rows.keys()).await?;
            match rows.keys().contains(&5) {
                true => Err(DieselError::NotFound),
                false => Ok(rows.keys().to_vec()),
            }
        })
        .after_batch(|_: &Progress, keys| committed.extend(keys))
        .execute(&mut inner);
    let error = runtime.block_on(run).unwrap_err();
    assert!(matches!(error, Error::Database(DieselError::NotFound)));
    assert_eq!(committed, [1, 3]);
    assert_eq!(outcome(inner, &runtime), (vec![1, 3], vec![2, 4, 5]));
}

#[test]
fn a_foreign_key_that_a_hook_violates_ends_the_run() {
    let Conn { mut inner, runtime } = letters();
    let mut calls = 0;
    let run = purge_expired(letters::table)
        .deleted_before(day(2))
        .before_batch_async(async |conn: &mut Inner, _| {
            let insert = diesel::sql_query("INSERT INTO stamps (id, letter_id) VALUES (1, 99)");
            insert.execute(conn).await
        })
        .after_batch(|_: &Progress, _| calls += 1)
        .execute(&mut inner);
    let error = runtime.block_on(run).unwrap_err();
    let kind = diesel::result::DatabaseErrorKind::ForeignKeyViolation;
    assert!(
        matches!(&error, Error::Database(DieselError::DatabaseError(found, _)) if *found == kind),
        "{error:?}"
    );
    assert_eq!(calls, 0);
    assert_eq!(outcome(inner, &runtime), (vec![], vec![1, 2, 3, 4, 5]));
}

#[test]
fn a_batch_that_a_foreign_key_forbids_leaves_nothing_of_its_hook() {
    let mut conn = letters();
    execute_batch(
        &mut conn,
        "INSERT INTO stamps (id, letter_id) VALUES (1, 4)",
    );
    let Conn { mut inner, runtime } = conn;
    let run = purge_expired(letters::table)
        .deleted_before(day(2))
        .before_batch_async(async |conn, rows| to_archive(conn, rows.keys()).await)
        .execute(&mut inner);
    let done = runtime.block_on(run).unwrap();
    assert_eq!((done.rows(), done.skipped()), (3, 1));
    assert_eq!(outcome(inner, &runtime), (vec![1, 3, 5], vec![2, 4]));
}

/// A hook that is a function.
async fn archive_all(conn: &mut Inner, rows: &Batch<letters::table>) -> QueryResult<usize> {
    to_archive(conn, rows.keys()).await
}

#[test]
fn a_hook_may_be_a_function() {
    let Conn { mut inner, runtime } = letters();
    let task = runtime.spawn(async move {
        let done = purge_expired(letters::table)
            .deleted_before(day(2))
            .before_batch_async(archive_all)
            .execute(&mut inner)
            .await?;
        Ok::<_, Error>((inner, done.rows()))
    });
    let (inner, rows) = runtime.block_on(task).unwrap().unwrap();
    assert_eq!(rows, 4);
    assert_eq!(outcome(inner, &runtime), (vec![1, 3, 4, 5], vec![2]));
}

#[test]
fn a_preview_calls_no_hook() {
    let Conn { mut inner, runtime } = letters();
    let run = purge_expired(letters::table)
        .deleted_before(day(2))
        .before_batch_async(async |_: &mut Inner, _| Err::<(), _>(DieselError::NotFound))
        .after_batch(|_: &Progress, ()| panic!("called"))
        .preview(&mut inner);
    assert_eq!(runtime.block_on(run).unwrap().rows(), 4);
    assert_eq!(outcome(inner, &runtime), (vec![], vec![1, 2, 3, 4, 5]));
}
