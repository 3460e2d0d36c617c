//! Kinds of connections, as the runners see them.
//!
//! A runner is written once, as an `async fn`. On a blocking connection each future is ready at
//! once: nothing ever waits.

use diesel::QueryResult;
use diesel::deserialize::FromSqlRow;
use diesel::expression::QueryMetadata;
use diesel::query_builder::{Query, QueryFragment, QueryId};
use diesel::result::Error as DieselError;
use diesel::sql_types::BigInt;

use crate::error::Error;
use crate::tree::TreeBackend;

/// What a runner does on a connection `C` of this kind.
pub trait Kind<C> {
    type Backend: CountingBackend;

    /// What will be there when the database has answered.
    type Future<'a, R>: Future<Output = R>;

    fn begin(conn: &mut C) -> Self::Future<'_, QueryResult<()>>;
    fn commit(conn: &mut C) -> Self::Future<'_, QueryResult<()>>;
    fn roll_back(conn: &mut C) -> Self::Future<'_, QueryResult<()>>;

    /// The number of rows that the statement changes.
    fn execute<'a, S>(conn: &'a mut C, statement: S) -> Self::Future<'a, QueryResult<usize>>
    where
        S: QueryFragment<Self::Backend> + QueryId + 'a;

    /// Without it `Future` would have to say `where C: 'a`, which a future that is `Send` cannot
    /// promise for each lifetime.
    #[expect(dead_code)]
    fn with_any_lifetime<R>(_: Self::Future<'_, R>) {}
}

/// Rows of the SQL type `ST` as values of `U`.
pub trait Load<C, ST, U>: Kind<C> {
    fn load<'a, Q>(conn: &'a mut C, query: Q) -> Self::Future<'a, QueryResult<Vec<U>>>
    where
        Q: Query<SqlType = ST> + QueryFragment<Self::Backend> + QueryId + 'a,
        U: 'a;
}

/// A backend that statements of a tree can be written for and count on.
pub trait CountingBackend:
    TreeBackend + QueryMetadata<BigInt> + QueryMetadata<(BigInt, BigInt)> + 'static
{
    /// An `i64`, which this backend is known to read.
    #[doc(hidden)]
    type Count: FromSqlRow<BigInt, Self> + Into<i64> + Send + 'static;
    /// Two of them.
    #[doc(hidden)]
    type Counts: FromSqlRow<(BigInt, BigInt), Self> + Into<(i64, i64)> + Send + 'static;
}

impl<DB> CountingBackend for DB
where
    DB: TreeBackend + QueryMetadata<BigInt> + QueryMetadata<(BigInt, BigInt)> + 'static,
    i64: FromSqlRow<BigInt, DB>,
    (i64, i64): FromSqlRow<(BigInt, BigInt), DB>,
{
    type Count = i64;
    type Counts = (i64, i64);
}

pub(super) type CountOf<K, C> = <<K as Kind<C>>::Backend as CountingBackend>::Count;
pub(super) type CountsOf<K, C> = <<K as Kind<C>>::Backend as CountingBackend>::Counts;

/// A [`Kind`] that reads counts: each does.
pub trait Counting<C>:
    Kind<C> + Load<C, BigInt, CountOf<Self, C>> + Load<C, (BigInt, BigInt), CountsOf<Self, C>>
{
}

impl<K, C> Counting<C> for K where
    K: Kind<C> + Load<C, BigInt, CountOf<K, C>> + Load<C, (BigInt, BigInt), CountsOf<K, C>>
{
}

/// The one number of a query that counts.
pub(super) fn one<C: Into<i64>>(counts: Vec<C>) -> QueryResult<i64> {
    let count = counts.into_iter().next().ok_or(DieselError::NotFound)?;
    Ok(count.into())
}

/// Ends a transaction: with a commit, or where the action failed with its error.
pub(super) async fn finish<K: Kind<C>, C, R>(
    conn: &mut C,
    result: Result<R, Error>,
) -> Result<R, Error> {
    match result {
        Ok(value) => {
            K::commit(conn).await?;
            Ok(value)
        }
        Err(error) => match K::roll_back(conn).await {
            // the first error is what broke it
            Ok(()) | Err(DieselError::BrokenTransactionManager) => Err(error),
            Err(rollback_error) => Err(rollback_error.into()),
        },
    }
}

/// Ends a transaction without its changes.
pub(super) async fn undo<K: Kind<C>, C, R>(
    conn: &mut C,
    result: Result<R, Error>,
) -> Result<R, Error> {
    match K::roll_back(conn).await {
        Ok(()) => result,
        Err(rollback_error) => result.and(Err(rollback_error.into())),
    }
}
