//! On a [`diesel::Connection`].

use std::future::{Ready, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use diesel::connection::{Connection, DefaultLoadingMode, LoadConnection, TransactionManager};
use diesel::deserialize::FromSqlRow;
use diesel::expression::QueryMetadata;
use diesel::query_builder::{Query, QueryFragment, QueryId};
use diesel::result::Error as DieselError;
use diesel::{Expression, QueryResult, Selectable};

use super::kind::{CountingBackend, Kind, Load};
use super::retention::{self, RunRetention, TableOn};
use super::tree;
use super::{LoadTree, RunTree};
use crate::error::Error;
use crate::key::KeyTypesOn;
use crate::retention::{KeyOf, Progress, PurgeExpired};
use crate::statement::Returning;
use crate::tree::{Report, TreeOperation};

/// The kind of connection that blocks.
#[derive(Debug)]
pub enum Blocking {}

type Manager<C> = <C as Connection>::TransactionManager;

impl<C> Kind<C> for Blocking
where
    C: Connection<Backend: CountingBackend>,
{
    type Backend = C::Backend;
    type Future<'a, R> = Ready<R>;

    fn begin(conn: &mut C) -> Ready<QueryResult<()>> {
        ready(Manager::<C>::begin_transaction(conn))
    }

    fn commit(conn: &mut C) -> Ready<QueryResult<()>> {
        ready(Manager::<C>::commit_transaction(conn))
    }

    fn roll_back(conn: &mut C) -> Ready<QueryResult<()>> {
        ready(Manager::<C>::rollback_transaction(conn))
    }

    fn execute<'a, S>(conn: &'a mut C, statement: S) -> Ready<QueryResult<usize>>
    where
        S: QueryFragment<C::Backend> + QueryId + 'a,
    {
        ready(conn.execute_returning_count(&statement))
    }
}

impl<C, ST, U> Load<C, ST, U> for Blocking
where
    C: Connection<Backend: CountingBackend + QueryMetadata<ST>>
        + LoadConnection<DefaultLoadingMode>,
    U: FromSqlRow<ST, C::Backend>,
{
    fn load<'a, Q>(conn: &'a mut C, query: Q) -> Ready<QueryResult<Vec<U>>>
    where
        Q: Query<SqlType = ST> + QueryFragment<C::Backend> + QueryId + 'a,
        U: 'a,
    {
        ready(conn.load(query).and_then(|rows| {
            rows.map(|row| U::build_from_row(&row?).map_err(DieselError::DeserializationError))
                .collect()
        }))
    }
}

/// The result of a future that never waits.
fn now<R>(future: impl Future<Output = Result<R, Error>>) -> Result<R, Error> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        // not reached: what this kind returns is always ready
        Poll::Pending => Err(DieselError::RollbackTransaction.into()),
    }
}

impl<O, C> RunTree<O, Blocking> for C
where
    C: Connection<Backend: CountingBackend> + LoadConnection<DefaultLoadingMode>,
    O: TreeOperation<Where: QueryFragment<C::Backend>, Changes: QueryFragment<C::Backend>>,
{
    type Execute<'conn>
        = Result<usize, Error>
    where
        C: 'conn,
        O: 'conn;
    type Report<'conn>
        = Result<Report, Error>
    where
        C: 'conn,
        O: 'conn;

    fn execute<'conn>(operation: O, conn: &'conn mut C) -> Self::Execute<'conn>
    where
        O: 'conn,
    {
        Self::report(operation, conn).map(|report| report.rows())
    }

    fn report<'conn>(operation: O, conn: &'conn mut C) -> Self::Report<'conn>
    where
        O: 'conn,
    {
        now(tree::report::<Blocking, C, _>(operation, conn))
    }

    fn preview<'conn>(operation: O, conn: &'conn mut C) -> Self::Report<'conn>
    where
        O: 'conn,
    {
        now(tree::preview::<Blocking, C, _>(operation, conn))
    }
}

impl<O, M, C, E, ST> LoadTree<O, M, Blocking> for C
where
    C: Connection<Backend: CountingBackend + QueryMetadata<ST>>
        + LoadConnection<DefaultLoadingMode>,
    O: TreeOperation<Where: QueryFragment<C::Backend>, Changes: QueryFragment<C::Backend>>,
    M: Selectable<C::Backend, SelectExpression = E> + FromSqlRow<ST, C::Backend>,
    E: Expression<SqlType = ST> + QueryFragment<C::Backend>,
    Returning<O::Table, E>: QueryFragment<C::Backend>,
{
    type Load<'conn>
        = Result<Vec<M>, Error>
    where
        C: 'conn,
        O: 'conn,
        M: 'conn;
    type LoadOne<'conn>
        = Result<M, Error>
    where
        C: 'conn,
        O: 'conn,
        M: 'conn;

    fn get_results<'conn>(operation: O, conn: &'conn mut C) -> Self::Load<'conn>
    where
        O: 'conn,
        M: 'conn,
    {
        now(tree::get_results::<Blocking, C, _, _, _, _>(
            operation, conn,
        ))
    }

    fn get_result<'conn>(operation: O, conn: &'conn mut C) -> Self::LoadOne<'conn>
    where
        O: 'conn,
        M: 'conn,
    {
        now(tree::get_result::<Blocking, C, _, _, _, _>(operation, conn))
    }
}

impl<T, P, F, C> RunRetention<PurgeExpired<T, P, F>, Blocking> for C
where
    C: Connection<Backend: CountingBackend + QueryMetadata<KeyOf<T>>>
        + LoadConnection<DefaultLoadingMode>,
    T: TableOn<C::Backend>,
    KeyOf<T>: KeyTypesOn<C::Backend>,
    P: QueryFragment<C::Backend>,
    F: FnMut(&Progress),
{
    type Run<'conn>
        = Result<Progress, Error>
    where
        C: 'conn,
        PurgeExpired<T, P, F>: 'conn;

    fn execute<'conn>(retention: PurgeExpired<T, P, F>, conn: &'conn mut C) -> Self::Run<'conn>
    where
        PurgeExpired<T, P, F>: 'conn,
    {
        now(retention::purge::<Blocking, C, _, _, _>(retention, conn))
    }

    fn preview<'conn>(retention: PurgeExpired<T, P, F>, conn: &'conn mut C) -> Self::Run<'conn>
    where
        PurgeExpired<T, P, F>: 'conn,
    {
        now(retention::preview::<Blocking, C, _, _, _>(retention, conn))
    }
}
