//! Kinds of connections, as an operation sees them.
//!
//! An operation is written once, as `async fn`s. On a blocking connection each future is ready at
//! once: nothing ever waits.

use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::deserialize::{self, FromSqlRow};
use diesel::expression::expression_types::Untyped;
use diesel::query_builder::{Query, QueryFragment, QueryId};
use diesel::result::Error as DieselError;
use diesel::row::{Field, Row};

use crate::column::ValueClass;
use crate::engine::{DetectEngine, Engine};
use crate::error::Error;
use crate::key::{Codec, Rows, Value};
use crate::sql::TreeBackend;

/// What an operation does on a connection `C` of this kind.
pub trait Kind<C> {
    /// The backend.
    type Backend: TreeBackend;

    /// What will be there when the database has answered.
    type Future<'a, R>: Future<Output = R>;

    #[doc(hidden)]
    fn begin(conn: &mut C) -> Self::Future<'_, QueryResult<()>>;
    #[doc(hidden)]
    fn commit(conn: &mut C) -> Self::Future<'_, QueryResult<()>>;
    #[doc(hidden)]
    fn roll_back(conn: &mut C) -> Self::Future<'_, QueryResult<()>>;

    /// Whether a transaction is open on the connection.
    #[doc(hidden)]
    fn in_transaction(conn: &mut C) -> bool;

    /// The number of rows that the statement changes.
    #[doc(hidden)]
    fn execute<'a, S>(conn: &'a mut C, statement: S) -> Self::Future<'a, QueryResult<usize>>
    where
        S: QueryFragment<Self::Backend> + QueryId + 'a;

    /// The values of the query's rows.
    #[doc(hidden)]
    #[allow(private_interfaces)]
    fn read<'a, S>(
        conn: &'a mut C,
        query: S,
        classes: Vec<ValueClass>,
    ) -> Self::Future<'a, QueryResult<Rows>>
    where
        S: Query<SqlType = Untyped> + QueryFragment<Self::Backend> + QueryId + 'a;

    /// What is there already.
    #[doc(hidden)]
    fn ready<'a, R: Send + 'a>(value: R) -> Self::Future<'a, R>;

    /// Without it `Future` would have to say `where C: 'a`, which a future that is `Send` cannot
    /// promise for each lifetime.
    #[doc(hidden)]
    fn with_any_lifetime<R>(_: Self::Future<'_, R>) {}
}

/// Rows of the SQL type `ST` as values of `U`.
pub trait Load<C, ST, U>: Kind<C> {
    #[doc(hidden)]
    fn load<'a, Q>(conn: &'a mut C, query: Q) -> Self::Future<'a, QueryResult<Vec<U>>>
    where
        Q: Query<SqlType = ST> + QueryFragment<Self::Backend> + QueryId + 'a,
        U: 'a;
}

/// The values of one row, read as the columns' classes say.
pub(crate) fn read_row<'a, DB: TreeBackend, R: Row<'a, DB>>(
    row: &R,
    classes: &[ValueClass],
    rows: &mut Rows,
) -> deserialize::Result<()> {
    let read = Codec::<DB>::of().read;
    for (index, class) in classes.iter().enumerate() {
        let field = row.get(index).ok_or("a column is missing")?;
        rows.push(match field.value() {
            Some(raw) => read(raw, *class)?,
            None => Value::Null,
        });
    }
    Ok(())
}

/// The key that a row begins with, in its Rust type, where the backend reads columns as they are.
pub(crate) fn read_typed_key<'a, DB, ST, U, R>(
    row: &R,
    keys: &mut Vec<U>,
) -> deserialize::Result<()>
where
    DB: TreeBackend,
    U: FromSqlRow<ST, DB>,
    R: Row<'a, DB>,
{
    if Codec::<DB>::of().engine.is_some() {
        keys.push(U::build_from_row(row)?);
    }
    Ok(())
}

/// A connection in use by an operation.
pub(crate) struct Session<'c, K, C> {
    conn: &'c mut C,
    pub(crate) engine: Engine,
    kind: PhantomData<fn() -> K>,
}

impl<'c, K: Kind<C>, C> Session<'c, K, C> {
    /// Asks which engine the connection is to, where the backend's type does not tell.
    pub(crate) async fn of(conn: &'c mut C) -> QueryResult<Self> {
        let engine = match Codec::<K::Backend>::of().engine {
            Some(engine) => engine,
            None => {
                let counting = K::read(conn, DetectEngine, vec![ValueClass::Count]);
                DetectEngine::answer(single_count(&counting.await?)?)?
            }
        };
        Ok(Self {
            conn,
            engine,
            kind: PhantomData,
        })
    }

    /// Whether many values can be bound as one.
    pub(crate) fn has_arrays(&self) -> bool {
        Codec::<K::Backend>::of().engine == Some(Engine::Postgres)
    }

    /// Whether a transaction is open.
    pub(crate) fn in_transaction(&mut self) -> bool {
        K::in_transaction(self.conn)
    }

    pub(crate) fn begin(&mut self) -> K::Future<'_, QueryResult<()>> {
        K::begin(self.conn)
    }

    pub(crate) fn execute<'a, S>(&'a mut self, statement: S) -> K::Future<'a, QueryResult<usize>>
    where
        S: QueryFragment<K::Backend> + QueryId + 'a,
    {
        K::execute(self.conn, statement)
    }

    pub(crate) fn read<'a, S>(
        &'a mut self,
        query: S,
        classes: Vec<ValueClass>,
    ) -> K::Future<'a, QueryResult<Rows>>
    where
        S: Query<SqlType = Untyped> + QueryFragment<K::Backend> + QueryId + 'a,
    {
        K::read(self.conn, query, classes)
    }

    pub(crate) fn load<'a, S, ST, U>(&'a mut self, query: S) -> K::Future<'a, QueryResult<Vec<U>>>
    where
        K: Load<C, ST, U>,
        S: Query<SqlType = ST> + QueryFragment<K::Backend> + QueryId + 'a,
        U: 'a,
    {
        <K as Load<C, ST, U>>::load(self.conn, query)
    }

    pub(crate) fn conn(&mut self) -> &mut C {
        self.conn
    }

    /// Ends a transaction: with a commit, or where the action failed with its error.
    pub(crate) async fn finish<R, E>(&mut self, result: Result<R, E>) -> Result<R, E>
    where
        E: From<DieselError>,
    {
        match result {
            Ok(value) => {
                K::commit(self.conn).await?;
                Ok(value)
            }
            Err(error) => {
                // where this fails, the database has rolled back already, and the first error says why
                let _ = K::roll_back(self.conn).await;
                Err(error)
            }
        }
    }

    /// Ends a transaction without its changes.
    pub(crate) async fn undo<R>(&mut self, result: Result<R, Error>) -> Result<R, Error> {
        match K::roll_back(self.conn).await {
            Ok(()) => result,
            Err(rollback_error) => result.and(Err(rollback_error.into())),
        }
    }
}

/// The one number of a query that counts.
pub(crate) fn single_count(rows: &Rows) -> QueryResult<i64> {
    let count = rows.iter().flatten().next().and_then(Value::as_int);
    count.ok_or(DieselError::NotFound)
}
