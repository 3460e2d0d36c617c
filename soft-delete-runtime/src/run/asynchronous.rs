//! On a [`diesel_async::AsyncConnection`].

use std::pin::{Pin, pin};

use diesel::QueryResult;
use diesel::expression::expression_types::Untyped;
use diesel::query_builder::Query;
use diesel::result::Error as DieselError;
use diesel_async::{AsyncConnection, TransactionManager};
use futures_util::{StreamExt, TryStreamExt};

use super::on::run_on;
use crate::column::ValueClass;
use crate::connection::{Kind, Load, read_row, read_typed_key};
use crate::key;
use crate::moment::Moment;
use crate::retention::{
    AsyncHook, AsyncHooks, Batch, CallHook, KeyOf, KeyedTable, Rows, keys_of_round,
};
use crate::sql::Marks;

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
    C: AsyncConnection<Backend: TreeBackend>,
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

    fn in_transaction(conn: &mut C) -> bool {
        let status = Manager::<C>::transaction_manager_status_mut(conn);
        status
            .transaction_depth()
            .is_ok_and(|depth| depth.is_some())
    }

    fn execute<'a, S>(conn: &'a mut C, statement: S) -> BoxFuture<'a, QueryResult<usize>>
    where
        S: QueryFragment<C::Backend> + QueryId + 'a,
    {
        Box::pin(conn.execute_returning_count(statement))
    }

    fn ready<'a, R: Send + 'a>(value: R) -> BoxFuture<'a, R> {
        Box::pin(std::future::ready(value))
    }

    #[allow(private_interfaces)]
    fn read<'a, S>(
        conn: &'a mut C,
        query: S,
        classes: Vec<ValueClass>,
    ) -> BoxFuture<'a, QueryResult<key::Rows>>
    where
        S: Query<SqlType = Untyped> + QueryFragment<C::Backend> + QueryId + 'a,
    {
        let loading = conn.load(query);
        Box::pin(async move {
            let mut stream = pin!(loading.await?);
            let mut rows = key::Rows::new(classes.len());
            while let Some(row) = stream.next().await {
                read_row::<C::Backend, _>(&row?, &classes, &mut rows)
                    .map_err(DieselError::DeserializationError)?;
            }
            Ok(rows)
        })
    }
}

impl<C, ST, U> Load<C, ST, U> for Asynchronous
where
    C: AsyncConnection<Backend: TreeBackend + QueryMetadata<ST>>,
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

run_on!(
    Asynchronous,
    C: [AsyncConnection<Backend: TreeBackend>],
    O: [+ Send],
    BoxFuture,
    Box::pin
);

impl<C, T, H, V, E> CallHook<Asynchronous, C, T> for AsyncHooks<H, C, V, E>
where
    C: AsyncConnection<Backend: TreeBackend + QueryMetadata<KeyOf<T>>>,
    T: KeyedTable<PrimaryKey: QueryFragment<C::Backend>>,
    T::Key: FromSqlRow<KeyOf<T>, C::Backend>,
    for<'a, 'b> H: AsyncHook<&'a mut C, &'b Batch<T>, Result<V, E>, Future: Send> + Send,
    V: Send,
    E: Send,
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
    ) -> BoxFuture<'a, QueryResult<key::Rows>>
    where
        S: Query<SqlType = Untyped> + QueryFragment<C::Backend> + QueryId + 'a,
    {
        let loading = conn.load(query);
        Box::pin(async move {
            let mut stream = pin!(loading.await?);
            let mut rows = key::Rows::new(classes.len());
            while let Some(row) = stream.next().await {
                let row = row?;
                read_row::<C::Backend, _>(&row, &classes, &mut rows)
                    .and_then(|()| read_typed_key::<C::Backend, KeyOf<T>, _, _>(&row, keys))
                    .map_err(DieselError::DeserializationError)?;
            }
            Ok(rows)
        })
    }

    fn call<'a>(
        &'a mut self,
        conn: &'a mut C,
        rows: Rows,
        mut keys: Vec<T::Key>,
    ) -> BoxFuture<'a, Result<V, Error>> {
        Box::pin(async move {
            let marks = Marks::new(Moment::now(), None);
            for round in rows.missing::<C::Backend, _>(&keys) {
                let query = keys_of_round::<T>(round, rows.engine(), &marks);
                let loading = <Asynchronous as Load<C, KeyOf<T>, T::Key>>::load(conn, query);
                keys.extend(loading.await?);
            }
            let batch = Batch::new(keys, &rows);
            let value = (self.hook)(conn, &batch).await?;
            Ok(value)
        })
    }
}
