//! On a [`diesel::Connection`].

use diesel::connection::{Connection, DefaultLoadingMode, LoadConnection};
use diesel::deserialize::FromSqlRow;
use diesel::expression::QueryMetadata;
use diesel::query_builder::QueryFragment;
use diesel::sql_types::BigInt;

use super::{RunTree, take, typed};
use crate::error::Error;
use crate::statement::NoReturning;
use crate::tree::{Dialect, Report, Steps, TreeBackend, TreeOperation, TreeStatement};

/// The kind of connection that blocks.
#[derive(Debug)]
pub enum Blocking {}

impl<O, C> RunTree<O, Blocking> for C
where
    C: Connection<Backend: TreeBackend + QueryMetadata<BigInt> + 'static>
        + LoadConnection<DefaultLoadingMode>,
    O: TreeOperation<Where: QueryFragment<C::Backend>, Changes: QueryFragment<C::Backend>>,
    i64: FromSqlRow<BigInt, C::Backend>,
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
        let steps = operation.steps(Dialect::of::<C::Backend>())?;
        conn.transaction(|conn| run(&operation, &steps, conn))
            .map_err(typed::<O>)
    }

    fn preview(operation: O, conn: &mut C) -> Result<Report, Error> {
        let steps = operation.counts()?;
        conn.transaction(|conn| run(&operation, &steps, conn))
    }
}

fn run<O, C>(operation: &O, steps: &Steps, conn: &mut C) -> Result<Report, Error>
where
    C: Connection<Backend: TreeBackend + QueryMetadata<BigInt> + 'static>
        + LoadConnection<DefaultLoadingMode>,
    O: TreeOperation<Where: QueryFragment<C::Backend>, Changes: QueryFragment<C::Backend>>,
    i64: FromSqlRow<BigInt, C::Backend>,
{
    let mut report = Report::new(steps);
    for step in &steps.steps {
        let (where_clause, changes) = operation.parts();
        let statement = TreeStatement {
            sql: &step.sql,
            binds: &steps.binds,
            where_clause,
            changes,
            returning: NoReturning,
        };
        let count = if step.meaning.is_a_count() {
            count(statement, conn)?
        } else {
            let rows = conn.execute_returning_count(&statement)?;
            i64::try_from(rows).unwrap_or(i64::MAX)
        };
        take(&mut report, &step.meaning, count)?;
    }
    Ok(report)
}

fn count<'a, C, W, A>(
    statement: TreeStatement<'a, W, A, NoReturning>,
    conn: &mut C,
) -> Result<i64, Error>
where
    C: Connection<Backend: TreeBackend + QueryMetadata<BigInt>>
        + LoadConnection<DefaultLoadingMode>,
    TreeStatement<'a, W, A, NoReturning>: QueryFragment<C::Backend>,
    i64: FromSqlRow<BigInt, C::Backend>,
{
    let mut rows = conn.load(statement)?;
    match rows.next() {
        Some(row) => i64::build_from_row(&row?)
            .map_err(|error| diesel::result::Error::DeserializationError(error).into()),
        None => Err(diesel::result::Error::NotFound.into()),
    }
}
