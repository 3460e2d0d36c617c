//! On a [`diesel::Connection`].

use diesel::connection::{Connection, DefaultLoadingMode, LoadConnection};
use diesel::deserialize::FromSqlRow;
use diesel::expression::QueryMetadata;
use diesel::query_builder::{Query, QueryFragment};
use diesel::result::Error as DieselError;
use diesel::sql_types::BigInt;
use diesel::{Expression, QueryResult, Selectable};

use super::{LoadTree, RunTree, Tally, typed};
use crate::error::Error;
use crate::statement::{NoReturning, Returning};
use crate::tree::{
    Count, CountByTable, Dialect, Meaning, Preview, Report, Step, Steps, TreeBackend,
    TreeOperation, TreeStatement,
};

/// The kind of connection that blocks.
#[derive(Debug)]
pub enum Blocking {}

impl<O, C> RunTree<O, Blocking> for C
where
    C: Connection<Backend: CountingBackend> + LoadConnection<DefaultLoadingMode>,
    O: TreeOperation<Where: QueryFragment<C::Backend>, Changes: QueryFragment<C::Backend>>,
{
    type Execute<'conn>
        = Result<usize, Error>
    where
        C: 'conn;
    type Report<'conn>
        = Result<Report, Error>
    where
        C: 'conn;

    fn execute(operation: O, conn: &mut C) -> Result<usize, Error> {
        Self::report(operation, conn).map(|report| report.rows())
    }

    fn report(operation: O, conn: &mut C) -> Result<Report, Error> {
        let steps = operation.steps(Dialect::of::<C::Backend>(), false)?;
        conn.transaction(|conn| run(&operation, &steps, conn, change))
            .map_err(typed::<O>)
    }

    fn preview(operation: O, conn: &mut C) -> Result<Report, Error> {
        match operation.preview(Dialect::of::<C::Backend>())? {
            Preview::Counted(steps) => {
                conn.transaction(|conn| run(&operation, &steps, conn, change))
            }
            Preview::Undone(steps) => {
                undone(conn, |conn| run(&operation, &steps, conn, change)).map_err(typed::<O>)
            }
        }
    }
}

/// What the action returns; what it did is undone.
pub(super) fn undone<C: Connection, R>(
    conn: &mut C,
    action: impl FnOnce(&mut C) -> Result<R, Error>,
) -> Result<R, Error> {
    let mut result = None;
    let rolled_back = conn.transaction(|conn| {
        result = Some(action(conn)?);
        Err(DieselError::RollbackTransaction.into())
    });
    match (rolled_back, result) {
        (Err(Error::Database(DieselError::RollbackTransaction)), Some(result)) => Ok(result),
        (rolled_back, _) => rolled_back,
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
        C: 'conn;
    type LoadOne<'conn>
        = Result<M, Error>
    where
        C: 'conn;

    fn get_results(operation: O, conn: &mut C) -> Result<Vec<M>, Error> {
        let steps = operation.steps(Dialect::of::<C::Backend>(), true)?;
        conn.transaction(|conn| {
            let mut rows = Vec::new();
            run(&operation, &steps, conn, |statement, conn| {
                let returning = statement.with(Returning::new(M::construct_selection()));
                rows = load(returning, conn)?;
                Ok(rows.len())
            })?;
            Ok(rows)
        })
        .map_err(typed::<O>)
    }

    fn get_result(operation: O, conn: &mut C) -> Result<M, Error> {
        let rows: Vec<M> = Self::get_results(operation, conn)?;
        let first = rows.into_iter().next();
        first.ok_or(Error::Database(DieselError::NotFound))
    }
}

/// A backend that statements of a tree can be written for and count on.
pub trait CountingBackend:
    TreeBackend + QueryMetadata<BigInt> + QueryMetadata<(BigInt, BigInt)> + Sized + 'static
{
    #[doc(hidden)]
    fn count<'c, R: diesel::row::Row<'c, Self>>(row: &R) -> QueryResult<i64>;
    #[doc(hidden)]
    fn count_by_table<'c, R: diesel::row::Row<'c, Self>>(row: &R) -> QueryResult<(i64, i64)>;
}

impl<DB> CountingBackend for DB
where
    DB: TreeBackend + QueryMetadata<BigInt> + QueryMetadata<(BigInt, BigInt)> + 'static,
    i64: FromSqlRow<BigInt, DB>,
    (i64, i64): FromSqlRow<(BigInt, BigInt), DB>,
{
    fn count<'c, R: diesel::row::Row<'c, Self>>(row: &R) -> QueryResult<i64> {
        i64::build_from_row(row).map_err(DieselError::DeserializationError)
    }

    fn count_by_table<'c, R: diesel::row::Row<'c, Self>>(row: &R) -> QueryResult<(i64, i64)> {
        <(i64, i64)>::build_from_row(row).map_err(DieselError::DeserializationError)
    }
}

/// Carries the steps out; `target` is that of the rows that the target names.
fn run<O, C>(
    operation: &O,
    steps: &Steps,
    conn: &mut C,
    mut target: impl FnMut(
        TreeStatement<'_, O::Where, O::Changes, NoReturning>,
        &mut C,
    ) -> QueryResult<usize>,
) -> Result<Report, Error>
where
    C: Connection<Backend: CountingBackend> + LoadConnection<DefaultLoadingMode>,
    O: TreeOperation<Where: QueryFragment<C::Backend>, Changes: QueryFragment<C::Backend>>,
{
    let mut tally = Tally::new(Report::new(steps));
    for Step { sql, meaning } in &steps.steps {
        let (where_clause, changes) = operation.parts();
        let statement = || TreeStatement {
            sql,
            binds: &steps.binds,
            where_clause,
            changes,
            returning: NoReturning,
        };
        match meaning {
            Meaning::ChangedInTables => {
                for row in conn.load(statement().with(CountByTable))? {
                    let (table, rows) = C::Backend::count_by_table(&row?)?;
                    let table = usize::try_from(table).unwrap_or_default();
                    tally.take(&Meaning::Changed(table), rows)?;
                }
            }
            Meaning::ChangedTarget => {
                let rows = target(statement(), conn)?;
                tally.take(meaning, i64::try_from(rows).unwrap_or(i64::MAX))?;
            }
            Meaning::LockedAll => {
                let mut before = 0;
                loop {
                    let rows = count(statement(), conn)?;
                    if rows == before {
                        break;
                    }
                    before = rows;
                }
            }
            meaning if meaning.is_a_count() => tally.take(meaning, count(statement(), conn)?)?,
            meaning => {
                let rows = change(statement(), conn)?;
                tally.take(meaning, i64::try_from(rows).unwrap_or(i64::MAX))?;
            }
        }
    }
    Ok(tally.report)
}

fn count<C, W, A>(statement: TreeStatement<'_, W, A, NoReturning>, conn: &mut C) -> QueryResult<i64>
where
    C: Connection<Backend: CountingBackend> + LoadConnection<DefaultLoadingMode>,
    W: QueryFragment<C::Backend>,
    A: QueryFragment<C::Backend>,
{
    let mut rows = conn.load(statement.with(Count))?;
    let row = rows.next().ok_or(DieselError::NotFound)??;
    C::Backend::count(&row)
}

#[allow(clippy::needless_pass_by_value)] // a step on the target consumes it
fn change<C, W, A>(
    statement: TreeStatement<'_, W, A, NoReturning>,
    conn: &mut C,
) -> QueryResult<usize>
where
    C: Connection<Backend: TreeBackend>,
    W: QueryFragment<C::Backend>,
    A: QueryFragment<C::Backend>,
{
    conn.execute_returning_count(&statement)
}

fn load<'a, C, W, A, R, M, ST>(
    statement: TreeStatement<'a, W, A, R>,
    conn: &mut C,
) -> QueryResult<Vec<M>>
where
    C: Connection<Backend: TreeBackend + QueryMetadata<ST>> + LoadConnection<DefaultLoadingMode>,
    TreeStatement<'a, W, A, R>: Query<SqlType = ST> + QueryFragment<C::Backend>,
    M: FromSqlRow<ST, C::Backend>,
{
    let rows = conn.load(statement)?;
    rows.map(|row| M::build_from_row(&row?).map_err(DieselError::DeserializationError))
        .collect()
}
