//! On a [`diesel::Connection`].

use std::future::{Ready, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use diesel::QueryResult;
use diesel::connection::{Connection, DefaultLoadingMode, LoadConnection, TransactionManager};
use diesel::expression::expression_types::Untyped;
use diesel::query_builder::Query;
use diesel::result::Error as DieselError;

use super::on::run_on;
use crate::column::ValueClass;
use crate::connection::{Kind, Load, read_row, read_typed_key};
use crate::key;
use crate::moment::Moment;
use crate::retention::{Batch, CallHook, Hooks, KeyOf, KeyedTable, Rows, keys_of_round};
use crate::sql::Marks;

/// Blanket-implemented alias for what an operation takes of a [`Connection`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a connection that an operation runs on",
    label = "not a connection that loads rows from SQLite, PostgreSQL or MySQL, nor a `MultiConnection` over them",
    note = "pass a guard or a `&mut` as `&mut *guard`; a shared reference does not work, because a transaction needs a `&mut`",
    note = "in generic code the bound is `diesel::connection::LoadConnection<Backend = Sqlite>`: a `Connection` alone loads no rows",
    note = "the connections of diesel-async take the feature `async` of soft-delete-runtime"
)]
pub trait BlockingConnection:
    Connection<Backend: TreeBackend> + LoadConnection<DefaultLoadingMode>
{
}

#[diagnostic::do_not_recommend]
impl<C> BlockingConnection for C where
    C: Connection<Backend: TreeBackend> + LoadConnection<DefaultLoadingMode>
{
}

/// The kind of connection that blocks.
#[derive(Debug)]
pub enum Blocking {}

type Manager<C> = <C as Connection>::TransactionManager;
/// What an operation gives back.
type Done<'conn, R> = R;

impl<C: BlockingConnection> Kind<C> for Blocking {
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

    fn in_transaction(conn: &mut C) -> bool {
        let status = Manager::<C>::transaction_manager_status_mut(conn);
        status
            .transaction_depth()
            .is_ok_and(|depth| depth.is_some())
    }

    fn execute<'a, S>(conn: &'a mut C, statement: S) -> Ready<QueryResult<usize>>
    where
        S: QueryFragment<C::Backend> + QueryId + 'a,
    {
        ready(conn.execute_returning_count(&statement))
    }

    fn ready<'a, R: Send + 'a>(value: R) -> Ready<R> {
        ready(value)
    }

    #[allow(private_interfaces)]
    fn read<'a, S>(
        conn: &'a mut C,
        query: S,
        classes: Vec<ValueClass>,
    ) -> Ready<QueryResult<key::Rows>>
    where
        S: Query<SqlType = Untyped> + QueryFragment<C::Backend> + QueryId + 'a,
    {
        ready(conn.load::<S>(query).and_then(|cursor| {
            let mut rows = key::Rows::new(classes.len());
            for row in cursor {
                read_row::<C::Backend, _>(&row?, &classes, &mut rows)
                    .map_err(DieselError::DeserializationError)?;
            }
            Ok(rows)
        }))
    }
}

impl<C, ST, U> Load<C, ST, U> for Blocking
where
    C: Connection<Backend: TreeBackend + QueryMetadata<ST>> + LoadConnection<DefaultLoadingMode>,
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
pub(super) fn poll_ready<R>(future: impl Future<Output = Result<R, Error>>) -> Result<R, Error> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        // not reached: what this kind returns is always ready
        Poll::Pending => Err(DieselError::RollbackTransaction.into()),
    }
}

run_on!(
    Blocking,
    C: [BlockingConnection],
    O: [],
    Done,
    poll_ready
);

impl<C, T, H, V, E> CallHook<Blocking, C, T> for Hooks<H, C, V, E>
where
    C: Connection<Backend: TreeBackend + QueryMetadata<KeyOf<T>>>
        + LoadConnection<DefaultLoadingMode>,
    T: KeyedTable<PrimaryKey: QueryFragment<C::Backend>>,
    T::Key: FromSqlRow<KeyOf<T>, C::Backend>,
    H: FnMut(&mut C, &Batch<T>) -> Result<V, E>,
    Error: From<E>,
{
    type Value = V;
    type Key = T::Key;

    #[allow(private_interfaces)]
    fn read_batch<'a, S>(
        conn: &'a mut C,
        query: S,
        classes: Vec<ValueClass>,
        keys: &'a mut Vec<T::Key>,
    ) -> Ready<QueryResult<key::Rows>>
    where
        S: Query<SqlType = Untyped> + QueryFragment<C::Backend> + QueryId + 'a,
    {
        ready(conn.load::<S>(query).and_then(|cursor| {
            let mut rows = key::Rows::new(classes.len());
            for row in cursor {
                let row = row?;
                read_row::<C::Backend, _>(&row, &classes, &mut rows)
                    .and_then(|()| read_typed_key::<C::Backend, KeyOf<T>, _, _>(&row, keys))
                    .map_err(DieselError::DeserializationError)?;
            }
            Ok(rows)
        }))
    }

    fn call<'a>(
        &'a mut self,
        conn: &'a mut C,
        rows: Rows,
        mut keys: Vec<T::Key>,
    ) -> Ready<Result<V, Error>> {
        let marks = Marks::new(Moment::now(), None);
        for round in rows.missing::<C::Backend, _>(&keys) {
            let query = keys_of_round::<T>(round, rows.engine(), &marks);
            let loading = <Blocking as Load<C, KeyOf<T>, T::Key>>::load(conn, query);
            match loading.into_inner() {
                Ok(more) => keys.extend(more),
                Err(error) => return ready(Err(error.into())),
            }
        }
        let batch = Batch::new(keys, &rows);
        ready((self.hook)(conn, &batch).map_err(Error::from))
    }
}
