//! On a [`diesel_async::AsyncConnection`].

use std::pin::Pin;

use diesel::deserialize::FromSqlRow;
use diesel::expression::QueryMetadata;
use diesel::query_builder::{Query, QueryFragment, QueryId};
use diesel::result::Error as DieselError;
use diesel::{Expression, QueryResult, Selectable};
use diesel_async::{AsyncConnection, TransactionManager};
use futures_util::{StreamExt, TryFutureExt, TryStreamExt};

use super::kind::{CountingBackend, Kind, Load};
use super::retention::{self, RunRetention, TableOn};
use super::tree;
use super::{LoadTree, RunTree};
use crate::error::Error;
use crate::key::KeyTypesOn;
use crate::retention::{KeyOf, Progress, PurgeExpired};
use crate::statement::Returning;
use crate::tree::{Report, TreeOperation};

/// The kind of connection that is waited for.
#[derive(Debug)]
pub enum Asynchronous {}

/// What `.execute(conn)` and its like return on an asynchronous connection: a future to `.await`,
/// which can move to another thread.
///
/// Nothing happens before it is polled. If it is dropped halfway, its transaction is still open on
/// the connection, and nothing of it is ever committed: drop the connection then. The pools of
/// diesel-async (bb8, deadpool, mobc) do so by themselves.
pub type BoxFuture<'conn, R> = Pin<Box<dyn Future<Output = R> + Send + 'conn>>;

type Manager<C> = <C as AsyncConnection>::TransactionManager;

impl<C> Kind<C> for Asynchronous
where
    C: AsyncConnection<Backend: CountingBackend>,
{
    type Backend = C::Backend;
    type Future<'a, R> = BoxFuture<'a, R>;

    fn begin(conn: &mut C) -> BoxFuture<'_, QueryResult<()>> {
        Box::pin(Manager::<C>::begin_transaction(conn))
    }

    fn commit(conn: &mut C) -> BoxFuture<'_, QueryResult<()>> {
        Box::pin(Manager::<C>::commit_transaction(conn))
    }

    fn roll_back(conn: &mut C) -> BoxFuture<'_, QueryResult<()>> {
        Box::pin(Manager::<C>::rollback_transaction(conn))
    }

    fn execute<'a, S>(conn: &'a mut C, statement: S) -> BoxFuture<'a, QueryResult<usize>>
    where
        S: QueryFragment<C::Backend> + QueryId + 'a,
    {
        Box::pin(conn.execute_returning_count(statement))
    }
}

impl<C, ST, U> Load<C, ST, U> for Asynchronous
where
    C: AsyncConnection<Backend: CountingBackend + QueryMetadata<ST>>,
    U: FromSqlRow<ST, C::Backend> + Send,
{
    fn load<'a, Q>(conn: &'a mut C, query: Q) -> BoxFuture<'a, QueryResult<Vec<U>>>
    where
        Q: Query<SqlType = ST> + QueryFragment<C::Backend> + QueryId + 'a,
        U: 'a,
    {
        let loading = conn.load(query);
        Box::pin(async move {
            let rows = loading
                .await?
                .map(|row| U::build_from_row(&row?).map_err(DieselError::DeserializationError));
            rows.try_collect().await
        })
    }
}

impl<O, C> RunTree<O, Asynchronous> for C
where
    C: AsyncConnection<Backend: CountingBackend>,
    O: TreeOperation<Where: QueryFragment<C::Backend>, Changes: QueryFragment<C::Backend>> + Send,
{
    type Execute<'conn>
        = BoxFuture<'conn, Result<usize, Error>>
    where
        C: 'conn,
        O: 'conn;
    type Report<'conn>
        = BoxFuture<'conn, Result<Report, Error>>
    where
        C: 'conn,
        O: 'conn;

    fn execute<'conn>(operation: O, conn: &'conn mut C) -> Self::Execute<'conn>
    where
        O: 'conn,
    {
        let report = tree::report::<Asynchronous, C, _>(operation, conn);
        Box::pin(report.map_ok(|report| report.rows()))
    }

    fn report<'conn>(operation: O, conn: &'conn mut C) -> Self::Report<'conn>
    where
        O: 'conn,
    {
        Box::pin(tree::report::<Asynchronous, C, _>(operation, conn))
    }

    fn preview<'conn>(operation: O, conn: &'conn mut C) -> Self::Report<'conn>
    where
        O: 'conn,
    {
        Box::pin(tree::preview::<Asynchronous, C, _>(operation, conn))
    }
}

impl<O, M, C, E, ST> LoadTree<O, M, Asynchronous> for C
where
    C: AsyncConnection<Backend: CountingBackend + QueryMetadata<ST>>,
    O: TreeOperation<Where: QueryFragment<C::Backend>, Changes: QueryFragment<C::Backend>> + Send,
    M: Selectable<C::Backend, SelectExpression = E> + FromSqlRow<ST, C::Backend> + Send,
    E: Expression<SqlType = ST> + QueryFragment<C::Backend> + 'static,
    ST: 'static,
    Returning<O::Table, E>: QueryFragment<C::Backend>,
{
    type Load<'conn>
        = BoxFuture<'conn, Result<Vec<M>, Error>>
    where
        C: 'conn,
        O: 'conn,
        M: 'conn;
    type LoadOne<'conn>
        = BoxFuture<'conn, Result<M, Error>>
    where
        C: 'conn,
        O: 'conn,
        M: 'conn;

    fn get_results<'conn>(operation: O, conn: &'conn mut C) -> Self::Load<'conn>
    where
        O: 'conn,
        M: 'conn,
    {
        Box::pin(tree::get_results::<Asynchronous, C, _, _, _, _>(
            operation, conn,
        ))
    }

    fn get_result<'conn>(operation: O, conn: &'conn mut C) -> Self::LoadOne<'conn>
    where
        O: 'conn,
        M: 'conn,
    {
        Box::pin(tree::get_result::<Asynchronous, C, _, _, _, _>(
            operation, conn,
        ))
    }
}

impl<T, P, F, C> RunRetention<PurgeExpired<T, P, F>, Asynchronous> for C
where
    C: AsyncConnection<Backend: CountingBackend + QueryMetadata<KeyOf<T>>>,
    T: TableOn<C::Backend, PrimaryKey: Send>,
    KeyOf<T>: KeyTypesOn<C::Backend>,
    P: QueryFragment<C::Backend> + Send,
    F: FnMut(&Progress) + Send,
{
    type Run<'conn>
        = BoxFuture<'conn, Result<Progress, Error>>
    where
        C: 'conn,
        PurgeExpired<T, P, F>: 'conn;

    fn execute<'conn>(retention: PurgeExpired<T, P, F>, conn: &'conn mut C) -> Self::Run<'conn>
    where
        PurgeExpired<T, P, F>: 'conn,
    {
        Box::pin(retention::purge::<Asynchronous, C, _, _, _>(
            retention, conn,
        ))
    }

    fn preview<'conn>(retention: PurgeExpired<T, P, F>, conn: &'conn mut C) -> Self::Run<'conn>
    where
        PurgeExpired<T, P, F>: 'conn,
    {
        Box::pin(retention::preview::<Asynchronous, C, _, _, _>(
            retention, conn,
        ))
    }
}
