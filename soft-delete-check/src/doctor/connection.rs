//! How the catalogue is read: SQL in, rows of text out, on every kind of connection.

use std::future::{Ready, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use diesel::backend::Backend;
use diesel::connection::{Connection, DefaultLoadingMode, LoadConnection, TransactionManager};
use diesel::deserialize::{self, FromSql, FromSqlRow, QueryableByName};
use diesel::query_builder::{QueryFragment, SqlQuery};
use diesel::result::Error as DieselError;
use diesel::row::NamedRow;
use diesel::sql_types::{HasSqlType, Nullable, Text, Untyped};
use diesel::{QueryResult, sql_query};

use super::{Doctor, Findings, examine};

/// A connection that [`Doctor::examine`] takes.
///
/// `Kind` tells blocking from asynchronous connections and is always inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a connection that `examine` can read the catalogue of",
    note = "it takes a `diesel::Connection` to SQLite, PostgreSQL or MySQL (or a `MultiConnection` over them), or with the feature `async` a `diesel_async::AsyncConnection`",
    note = "a pooled connection is passed as `&mut *pooled` where it is not one itself"
)]
pub trait Examine<Kind> {
    /// The findings, or a future of them.
    type Output<'conn>
    where
        Self: 'conn;

    #[doc(hidden)]
    fn examine<'conn>(doctor: &Doctor, conn: &'conn mut Self) -> Self::Output<'conn>;
}

/// The kind of connection that blocks.
#[derive(Debug)]
pub enum Blocking {}

/// A backend that rows of text can be read from.
pub trait TextBackend: Backend + HasSqlType<Text> + 'static {
    #[doc(hidden)]
    type Value: FromSql<Text, Self> + Into<String>;
}

impl<DB> TextBackend for DB
where
    DB: Backend + HasSqlType<Text> + 'static,
    String: FromSql<Text, DB>,
{
    type Value = String;
}

/// What is needed of a connection `C` of this kind.
pub(super) trait Ask<C> {
    /// What will be there when the database has answered.
    type Future<'a, R>: Future<Output = R>;

    /// The columns `c0`, `c1`, ... of each row.
    fn rows<const N: usize>(
        conn: &mut C,
        sql: String,
    ) -> Self::Future<'_, QueryResult<Vec<TextRow<N>>>>;

    /// Begins a transaction, or a savepoint within the caller's.
    fn begin(conn: &mut C) -> Self::Future<'_, QueryResult<()>>;
    /// Ends it.
    fn roll_back(conn: &mut C) -> Self::Future<'_, QueryResult<()>>;

    /// Without it `Future` would have to say `where C: 'a`, which a future that is `Send` cannot
    /// promise for each lifetime.
    #[expect(dead_code)]
    fn with_any_lifetime<R>(_: Self::Future<'_, R>) {}
}

/// The columns `c0`, `c1`, ... of a row.
#[derive(Debug)]
pub struct TextRow<const N: usize>(pub(super) [Option<String>; N]);

pub(super) const COLUMNS: [&str; 13] = [
    "c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "c10", "c11", "c12",
];

/// What `EXPLAIN` calls the column of its lines: PostgreSQL, SQLite.
const PLAN: [&str; 2] = ["QUERY PLAN", "detail"];

impl<DB, const N: usize> QueryableByName<DB> for TextRow<N>
where
    DB: TextBackend,
{
    fn build<'a>(row: &impl NamedRow<'a, DB>) -> deserialize::Result<Self> {
        let mut values = [const { None }; N];
        for (value, name) in values.iter_mut().zip(COLUMNS) {
            let read: Option<DB::Value> = NamedRow::get::<Nullable<Text>, _>(row, name)
                .or_else(|_| NamedRow::get::<Nullable<Text>, _>(row, PLAN[0]))
                .or_else(|_| NamedRow::get::<Nullable<Text>, _>(row, PLAN[1]))?;
            *value = read.map(Into::into);
        }
        Ok(Self(values))
    }
}

type Manager<C> = <C as Connection>::TransactionManager;

impl<C> Ask<C> for Blocking
where
    C: Connection<Backend: TextBackend> + LoadConnection<DefaultLoadingMode>,
    SqlQuery: QueryFragment<C::Backend>,
{
    type Future<'a, R> = Ready<R>;

    fn rows<const N: usize>(conn: &mut C, sql: String) -> Ready<QueryResult<Vec<TextRow<N>>>> {
        ready(conn.load(sql_query(sql)).and_then(|rows| {
            rows.map(|row| {
                <TextRow<N> as FromSqlRow<Untyped, C::Backend>>::build_from_row(&row?)
                    .map_err(DieselError::DeserializationError)
            })
            .collect()
        }))
    }

    fn begin(conn: &mut C) -> Ready<QueryResult<()>> {
        ready(Manager::<C>::begin_transaction(conn))
    }

    fn roll_back(conn: &mut C) -> Ready<QueryResult<()>> {
        ready(Manager::<C>::rollback_transaction(conn))
    }
}

impl<C> Examine<Blocking> for C
where
    C: Connection<Backend: TextBackend> + LoadConnection<DefaultLoadingMode>,
    SqlQuery: QueryFragment<C::Backend>,
{
    type Output<'conn>
        = QueryResult<Findings>
    where
        C: 'conn;

    fn examine(doctor: &Doctor, conn: &mut C) -> QueryResult<Findings> {
        let examined = examine::<Blocking, C>(doctor.clone(), conn);
        match pin!(examined).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(findings) => findings,
            // not reached: what this kind returns is always ready
            Poll::Pending => Err(DieselError::RollbackTransaction),
        }
    }
}
