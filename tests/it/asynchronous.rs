//! What only an asynchronous connection can show: futures that move to another thread, or that are
//! dropped halfway, and pools.

use std::cell::Cell;
use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::Poll;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::expression::{AppearsOnTable, ValidGrouping};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::Bool;
use diesel_async::{AsyncConnection, RunQueryDsl};
use soft_delete_runtime::prelude::*;
use soft_delete_runtime::{Error, types::BoxFuture};

use crate::backend::{Conn, DB};
use crate::tree_forum::*;

/// The users, posts and comments that are left.
async fn active<C: AsyncConnection<Backend = DB>>(conn: &mut C) -> QueryResult<[i64; 3]> {
    Ok([
        users::table.active().count().get_result(conn).await?,
        posts::table.active().count().get_result(conn).await?,
        comments::table.active().count().get_result(conn).await?,
    ])
}

fn tomorrow() -> DateTime<Utc> {
    Utc::now() + TimeDelta::days(1)
}

/// On any connection to the backend.
async fn close_account<C>(conn: &mut C, user: i32) -> Result<usize, Error>
where
    C: AsyncConnection<Backend = DB>,
{
    let report = soft_delete(users::table.find(user)).report(conn).await?;
    Ok(report.rows())
}

#[test]
fn futures_move_to_another_thread() {
    let Conn { mut inner, runtime } = forum();
    let task = runtime.spawn(async move {
        let conn = &mut inner;
        let before = active(conn).await?;
        let preview = soft_delete(users::table.find(2)).preview(conn).await?;
        assert_eq!(active(conn).await?, before);
        assert_eq!(close_account(conn, 2).await?, preview.rows());
        assert_ne!(active(conn).await?, before);
        let refused = restore(posts::table.find(3)).execute(conn).await;
        assert!(matches!(refused, Err(Error::ParentDeleted { table }) if table == "users"));
        User::restore_by_id(2).execute(conn).await?;
        assert_eq!(active(conn).await?, before);
        hold_active(users::table.find(2)).execute(conn).await?;
        User::soft_delete_by_id(2).execute(conn).await?;
        let expired = || purge_expired(users::table).deleted_before(tomorrow());
        let preview = expired().preview(conn).await?;
        let done = expired().after_batch(|_, ()| ()).execute(conn).await?;
        assert_eq!(done.rows(), preview.rows());
        let gone = purge(users::table).execute(conn).await?;
        Ok::<_, Error>((done.rows_of("users"), gone))
    });
    let done = runtime.block_on(task).unwrap();
    assert_eq!(done.unwrap(), (1, 0));
}

#[test]
fn an_operation_can_borrow_its_target_and_what_it_tells() {
    let Conn { mut inner, runtime } = forum();
    runtime.block_on(async {
        let conn = &mut inner;
        let tess: User = users::table.find(2).get_result(conn).await.unwrap();
        tess.soft_delete().execute(conn).await.unwrap();
        let name = String::from("Tess");
        let by_name = users::table.filter(users::name.eq(&name));
        restore(by_name).execute(conn).await.unwrap();
        soft_delete(&tess).execute(conn).await.unwrap();
        let mut batches = 0;
        let expired = purge_expired(users::table).deleted_before(tomorrow());
        let counted = expired.after_batch(|_, ()| batches += 1).execute(conn);
        counted.await.unwrap();
        assert_eq!(batches, 1);
    });
}

/// A predicate that is `Send` and not `Sync`: `users.id = 2`.
#[derive(Debug, QueryId, ValidGrouping)]
struct IsSecond(Cell<i32>);

impl Expression for IsSecond {
    type SqlType = Bool;
}

impl AppearsOnTable<users::table> for IsSecond {}

impl QueryFragment<DB> for IsSecond {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(&format!("users.id = {}", self.0.get()));
        Ok(())
    }
}

#[test]
fn a_target_need_not_be_sync() {
    let Conn { mut inner, runtime } = forum();
    let task = runtime.spawn(async move {
        let conn = &mut inner;
        let second = || users::table.filter(IsSecond(Cell::new(2)));
        let gone = soft_delete(second()).execute(conn).await?;
        assert_eq!(restore(second()).report(conn).await?.rows(), gone);
        let keeping = || purge_expired(users::table).deleted_before(tomorrow());
        soft_delete(second()).execute(conn).await?;
        let kept = keeping().keeping(IsSecond(Cell::new(2))).execute(conn);
        assert_eq!(kept.await?.skipped(), 1);
        Ok::<_, Error>((gone, purge(second()).execute(conn).await?))
    });
    let (deleted, purged) = runtime.block_on(task).unwrap().unwrap();
    assert!(deleted > 1);
    assert!(purged >= deleted);
}

#[cfg(not(backend = "mysql"))]
#[test]
fn a_tree_returns_the_rows_that_its_target_names() {
    let Conn { mut inner, runtime } = forum();
    let task = runtime.spawn(async move {
        let gone: User = soft_delete(users::table.find(2))
            .get_result(&mut inner)
            .await?;
        let back: Vec<User> = restore(users::table).get_results(&mut inner).await?;
        Ok::<_, Error>((gone.id, back.len()))
    });
    assert_eq!(runtime.block_on(task).unwrap().unwrap(), (2, 1));
}

/// Polls the future that often; `None` if it has not come to its end.
async fn at_most<R>(mut future: BoxFuture<'_, R>, polls: usize) -> Option<R> {
    let polled = AtomicUsize::new(0);
    poll_fn(|context| {
        if polled.fetch_add(1, Relaxed) == polls {
            return Poll::Ready(None);
        }
        future.as_mut().poll(context).map(Some)
    })
    .await
}

#[test]
fn a_future_dropped_halfway_leaves_nothing_half_done() {
    let mut dropped = 0;
    for polls in 1.. {
        let (mut watcher, Conn { mut inner, runtime }) = two_at_the_forum();
        let mut look = || {
            let watched = active(&mut watcher.inner);
            watcher.runtime.block_on(watched).unwrap()
        };
        let before = look();
        let ended = runtime.block_on(async move {
            let deletion = soft_delete(users::table.find(2)).execute(&mut inner);
            let ended = at_most(deletion, polls).await;
            // what a pool sees, and why it closes the connection
            type Manager = <crate::waiting::Inner as AsyncConnection>::TransactionManager;
            let is_open =
                <Manager as diesel_async::TransactionManager<_>>::is_broken_transaction_manager(
                    &mut inner,
                );
            assert!(ended.is_none() || !is_open);
            ended
        });
        let after = look();
        match ended {
            None if after == before => dropped += 1,
            None => assert_ne!(after, before), // committed, and the answer not awaited
            Some(rows) => {
                assert!(rows.unwrap() > 0);
                assert_ne!(after, before);
                break;
            }
        }
    }
    assert!(dropped > 1, "{dropped}");
}

/// Diesel-async has queries on it, and no transactions: an operation is one of its queries where
/// nothing hangs on the table.
#[cfg(backend = "postgres")]
#[test]
fn operations_on_a_table_alone_are_queries_on_a_shared_connection() {
    let mut conn = crate::retention_schema::tables();
    crate::retention_schema::post_letters(&mut conn, 2);
    let Conn { inner, runtime } = conn;
    use crate::retention_schema::letters;
    let rows = runtime.block_on(async {
        let (first, second) = (letters::table.find(1), letters::table.find(2));
        let (mut one, mut other) = (&inner, &inner);
        let both = (
            restore(first).execute(&mut one),
            restore(second).execute(&mut other),
        );
        (both.0.await, both.1.await)
    });
    assert_eq!(rows, (Ok(1), Ok(1)));
}

#[cfg(any(backend = "postgres", backend = "mysql"))]
mod pools {
    use diesel_async::SimpleAsyncConnection;
    use diesel_async::pooled_connection::{AsyncDieselConnectionManager, bb8, deadpool};

    use super::*;
    use crate::backend::url;
    use crate::guarded::instrumentation;
    use crate::waiting::Inner;

    /// The statement that leads another connection to the place of this one.
    fn place(conn: &mut Conn) -> String {
        let (function, go_to) = if cfg!(backend = "postgres") {
            ("current_schema()::text", "SET search_path = ")
        } else {
            ("DATABASE()", "USE ")
        };
        let name = diesel::dsl::sql::<diesel::sql_types::Text>(function);
        let name: QueryResult<String> =
            crate::waiting::RunQueryDsl::get_result(diesel::select(name), conn);
        format!("{go_to}{}", name.unwrap())
    }

    fn manager() -> AsyncDieselConnectionManager<Inner> {
        AsyncDieselConnectionManager::new(url())
    }

    #[test]
    fn connections_of_bb8_run_trees_and_retention() {
        let mut conn = forum();
        let place = place(&mut conn);
        conn.runtime.block_on(async {
            let pool = bb8::Pool::builder()
                .max_size(1)
                .build(manager())
                .await
                .unwrap();
            let mut conn = pool.get().await.unwrap();
            conn.set_instrumentation(instrumentation());
            conn.batch_execute(&place).await.unwrap();
            assert!(close_account(&mut conn, 2).await.unwrap() > 1);
            let expired = purge_expired(users::table).deleted_before(tomorrow());
            assert_eq!(
                expired.execute(&mut conn).await.unwrap().rows_of("users"),
                1
            );
        });
    }

    #[test]
    fn a_pool_of_deadpool_closes_a_connection_whose_operation_was_dropped() {
        let mut conn = forum();
        let place = place(&mut conn);
        conn.runtime.block_on(async {
            let pool = deadpool::Pool::builder(manager())
                .max_size(1)
                .build()
                .unwrap();
            let before = {
                let mut conn = pool.get().await.unwrap();
                conn.set_instrumentation(instrumentation());
                conn.batch_execute(&place).await.unwrap();
                let before = active(&mut conn).await.unwrap();
                let deletion = soft_delete(users::table.find(2)).execute(&mut conn);
                assert!(at_most(deletion, 3).await.is_none());
                before
            };
            let mut conn = pool.get().await.unwrap();
            conn.set_instrumentation(instrumentation());
            conn.batch_execute(&place).await.unwrap();
            assert_eq!(active(&mut conn).await.unwrap(), before);
            assert!(close_account(&mut conn, 2).await.unwrap() > 1);
            let done = purge_expired(users::table)
                .deleted_before(tomorrow())
                .before_batch_async(async |conn: &mut deadpool::Object<Inner>, rows| {
                    let named = users::table.filter(rows.filter()).select(users::name);
                    named.load::<String>(conn).await
                })
                .after_batch(|_, names| assert_eq!(names, ["Tess"]))
                .execute(&mut conn);
            assert_eq!(done.await.unwrap().rows_of("users"), 1);
        });
    }
}
