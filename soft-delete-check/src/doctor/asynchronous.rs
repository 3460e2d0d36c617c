//! On connections of diesel-async.

use std::pin::Pin;

use diesel::QueryResult;
use diesel::deserialize::FromSqlRow;
use diesel::query_builder::{QueryFragment, SqlQuery};
use diesel::result::Error as DieselError;
use diesel::sql_query;
use diesel::sql_types::Untyped;
use diesel_async::{AsyncConnection, TransactionManager};
use futures_util::{StreamExt, TryStreamExt};

use super::connection::{Ask, Examine, TextBackend, TextRow};
use super::{Doctor, Findings, examine};

/// The kind of connection that is waited for.
#[derive(Debug)]
pub enum Asynchronous {}

type BoxFuture<'conn, R> = Pin<Box<dyn Future<Output = R> + Send + 'conn>>;
type Manager<C> = <C as AsyncConnection>::TransactionManager;

impl<C> Ask<C> for Asynchronous
where
    C: AsyncConnection<Backend: TextBackend>,
    SqlQuery: QueryFragment<C::Backend>,
{
    type Future<'a, R> = BoxFuture<'a, R>;

    fn rows<const N: usize>(
        conn: &mut C,
        sql: String,
    ) -> BoxFuture<'_, QueryResult<Vec<TextRow<N>>>> {
        let loading = conn.load(sql_query(sql));
        Box::pin(async move {
            let rows = loading.await?.map(|row| {
                <TextRow<N> as FromSqlRow<Untyped, C::Backend>>::build_from_row(&row?)
                    .map_err(DieselError::DeserializationError)
            });
            rows.try_collect().await
        })
    }

    fn begin(conn: &mut C) -> BoxFuture<'_, QueryResult<()>> {
        Box::pin(Manager::<C>::begin_transaction(conn))
    }

    fn roll_back(conn: &mut C) -> BoxFuture<'_, QueryResult<()>> {
        Box::pin(Manager::<C>::rollback_transaction(conn))
    }
}

impl<C> Examine<Asynchronous> for C
where
    C: AsyncConnection<Backend: TextBackend>,
    SqlQuery: QueryFragment<C::Backend>,
{
    type Output<'conn>
        = BoxFuture<'conn, QueryResult<Findings>>
    where
        C: 'conn;

    fn examine<'conn>(
        doctor: &Doctor,
        conn: &'conn mut C,
    ) -> BoxFuture<'conn, QueryResult<Findings>> {
        Box::pin(examine::<Asynchronous, C>(doctor.clone(), conn))
    }
}
