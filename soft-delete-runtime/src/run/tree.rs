//! The steps of a tree operation, in one transaction.

use std::ops::Range;

use diesel::expression::QueryMetadata;
use diesel::query_builder::QueryFragment;
use diesel::result::Error as DieselError;
use diesel::{Expression, QueryResult, Selectable};

use super::kind::{CountOf, Counting, CountsOf, Load, finish, one, undo};
use crate::error::Error;
use crate::moment::Moment;
use crate::operation_id::OperationId;
use crate::statement::{NoReturning, Returning};
use crate::tree::{
    Binds, Count, CountByTable, Dialect, Meaning, Preview, Report, Steps, TreeOperation,
    TreeStatement,
};

/// [`RunTree::report`](super::RunTree::report).
pub(super) async fn report<K, C, O>(operation: O, conn: &mut C) -> Result<Report, Error>
where
    K: Counting<C>,
    O: TreeOperation<Where: QueryFragment<K::Backend>, Changes: QueryFragment<K::Backend>>,
{
    let mut dialect = Dialect::of::<K::Backend>();
    if dialect.may_hide_mysql() && operation.minds_order() {
        dialect = ask::<K, C>(conn).await?;
    }
    let steps = operation.steps(dialect, false)?;
    K::begin(conn).await?;
    let result = Run::new(operation, steps).whole::<K, C>(conn).await;
    finish::<K, C, _>(conn, result).await.map_err(typed::<O>)
}

/// [`RunTree::preview`](super::RunTree::preview).
pub(super) async fn preview<K, C, O>(operation: O, conn: &mut C) -> Result<Report, Error>
where
    K: Counting<C>,
    O: TreeOperation<Where: QueryFragment<K::Backend>, Changes: QueryFragment<K::Backend>>,
{
    let (Preview::Counted(steps) | Preview::Undone(steps)) =
        operation.preview(Dialect::of::<K::Backend>())?;
    K::begin(conn).await?;
    let result = Run::new(operation, steps).whole::<K, C>(conn).await;
    undo::<K, C, _>(conn, result).await.map_err(typed::<O>)
}

/// [`LoadTree::get_results`](super::LoadTree::get_results).
pub(super) async fn get_results<K, C, O, M, X, ST>(
    operation: O,
    conn: &mut C,
) -> Result<Vec<M>, Error>
where
    K: Counting<C> + Load<C, ST, M>,
    K::Backend: QueryMetadata<ST>,
    O: TreeOperation<Where: QueryFragment<K::Backend>, Changes: QueryFragment<K::Backend>>,
    M: Selectable<K::Backend, SelectExpression = X>,
    X: Expression<SqlType = ST>,
    Returning<O::Table, X>: QueryFragment<K::Backend>,
{
    let steps = operation.steps(Dialect::of::<K::Backend>(), true)?;
    K::begin(conn).await?;
    let result = Run::new(operation, steps)
        .returning::<K, C, _, _, _>(conn)
        .await;
    finish::<K, C, _>(conn, result).await.map_err(typed::<O>)
}

/// [`LoadTree::get_result`](super::LoadTree::get_result).
pub(super) async fn get_result<K, C, O, M, X, ST>(operation: O, conn: &mut C) -> Result<M, Error>
where
    K: Counting<C> + Load<C, ST, M>,
    K::Backend: QueryMetadata<ST>,
    O: TreeOperation<Where: QueryFragment<K::Backend>, Changes: QueryFragment<K::Backend>>,
    M: Selectable<K::Backend, SelectExpression = X>,
    X: Expression<SqlType = ST>,
    Returning<O::Table, X>: QueryFragment<K::Backend>,
{
    let rows: Vec<M> = get_results::<K, C, _, _, _, _>(operation, conn).await?;
    let first = rows.into_iter().next();
    first.ok_or(Error::Database(DieselError::NotFound))
}

/// Which engine a backend of several stands for, of which MySQL may be one.
pub(super) async fn ask<K: Counting<C>, C>(conn: &mut C) -> QueryResult<Dialect> {
    let query = Dialect::ask();
    let binds = Binds::new(Moment::now(), OperationId::new());
    let statement = TreeStatement {
        sql: &query,
        binds: &binds,
        where_clause: &(),
        changes: &(),
        returning: Count,
    };
    let counts = <K as Load<C, _, CountOf<K, C>>>::load(conn, statement).await?;
    Ok(Dialect::answer(one(counts)?))
}

/// An operation under way.
struct Run<O> {
    operation: O,
    steps: Steps,
    tally: Tally,
}

impl<O: TreeOperation> Run<O> {
    fn new(operation: O, steps: Steps) -> Self {
        let tally = Tally::new(Report::new(&steps));
        Self {
            operation,
            steps,
            tally,
        }
    }

    fn statement(&self, step: usize) -> TreeStatement<'_, O::Where, O::Changes, NoReturning> {
        let (where_clause, changes) = self.operation.parts();
        TreeStatement {
            sql: &self.steps.steps[step].sql,
            binds: &self.steps.binds,
            where_clause,
            changes,
            returning: NoReturning,
        }
    }

    /// All steps.
    async fn whole<K, C>(mut self, conn: &mut C) -> Result<Report, Error>
    where
        K: Counting<C>,
        O: TreeOperation<Where: QueryFragment<K::Backend>, Changes: QueryFragment<K::Backend>>,
    {
        let all = 0..self.steps.steps.len();
        self.carry_out::<K, C>(all, conn).await?;
        Ok(self.tally.report)
    }

    /// All steps; the rows that the target names are the result.
    async fn returning<K, C, M, X, ST>(mut self, conn: &mut C) -> Result<Vec<M>, Error>
    where
        K: Counting<C> + Load<C, ST, M>,
        O: TreeOperation<Where: QueryFragment<K::Backend>, Changes: QueryFragment<K::Backend>>,
        M: Selectable<K::Backend, SelectExpression = X>,
        X: Expression<SqlType = ST>,
        Returning<O::Table, X>: QueryFragment<K::Backend>,
    {
        let mut steps = self.steps.steps.iter();
        let Some(target) = steps.position(|step| step.meaning == Meaning::ChangedTarget) else {
            return Ok(Vec::new());
        };
        self.carry_out::<K, C>(0..target, conn).await?;
        if self.tally.nothing_to_do() {
            return Ok(Vec::new());
        }
        let returning = Returning::new(M::construct_selection());
        let loading = <K as Load<C, ST, M>>::load(conn, self.statement(target).with(returning));
        let rows = loading.await?;
        self.tally
            .take(&Meaning::ChangedTarget, signed(rows.len()))?;
        let rest = target + 1..self.steps.steps.len();
        self.carry_out::<K, C>(rest, conn).await?;
        Ok(rows)
    }

    async fn carry_out<K, C>(&mut self, steps: Range<usize>, conn: &mut C) -> Result<(), Error>
    where
        K: Counting<C>,
        O: TreeOperation<Where: QueryFragment<K::Backend>, Changes: QueryFragment<K::Backend>>,
    {
        // what waits holds no reference to the operation: it need not be `Sync`
        for step in steps {
            if self.tally.nothing_to_do() {
                break;
            }
            let statement = self.statement(step);
            let number = match self.steps.steps[step].meaning {
                Meaning::ChangedInTables => {
                    let loading =
                        <K as Load<C, _, CountsOf<K, C>>>::load(conn, statement.with(CountByTable));
                    for counts in loading.await? {
                        let (table, rows) = counts.into();
                        let table = usize::try_from(table).unwrap_or_default();
                        self.tally.take(&Meaning::Changed(table), rows)?;
                    }
                    continue;
                }
                Meaning::LockedAll => {
                    self.lock_all::<K, C>(step, conn).await?;
                    continue;
                }
                _ if self.steps.steps[step].is_a_count() => {
                    let loading =
                        <K as Load<C, _, CountOf<K, C>>>::load(conn, statement.with(Count));
                    one(loading.await?)?
                }
                _ => signed(K::execute(conn, statement).await?),
            };
            self.tally.take(&self.steps.steps[step].meaning, number)?;
        }
        Ok(())
    }

    /// Again until no further row is found.
    async fn lock_all<K, C>(&mut self, step: usize, conn: &mut C) -> QueryResult<()>
    where
        K: Counting<C>,
        O: TreeOperation<Where: QueryFragment<K::Backend>, Changes: QueryFragment<K::Backend>>,
    {
        let mut before = 0;
        loop {
            let statement = self.statement(step);
            let rows = if self.steps.steps[step].is_a_count() {
                let loading = <K as Load<C, _, CountOf<K, C>>>::load(conn, statement.with(Count));
                one(loading.await?)?
            } else {
                signed(K::execute(conn, statement).await?)
            };
            if rows == before {
                return Ok(());
            }
            before = rows;
        }
    }
}

pub(super) fn signed(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// The results of the steps so far.
pub(super) struct Tally {
    pub(super) report: Report,
    expected: Option<i64>,
}

impl Tally {
    pub(super) fn new(report: Report) -> Self {
        Self {
            report,
            expected: None,
        }
    }

    /// Whether the target had no row: one that comes to be in it meanwhile is not the operation's.
    fn nothing_to_do(&self) -> bool {
        self.expected == Some(0)
    }

    /// Adds the result of a step, or ends with what it forbids.
    pub(super) fn take(&mut self, meaning: &Meaning, count: i64) -> Result<(), Error> {
        let tables = &mut self.report.tables;
        let rows = usize::try_from(count).unwrap_or_default();
        match meaning {
            Meaning::Expected => self.expected = Some(count),
            Meaning::Changed(table) | Meaning::Counted(table) => tables[*table].1 += rows,
            Meaning::ChangedTarget if self.expected.is_some_and(|expected| expected != count) => {
                return Err(Error::TargetChanged {
                    table: tables[0].0.clone(),
                });
            }
            Meaning::ChangedTarget => tables[0].1 += rows,
            Meaning::TakenBack(table) => {
                tables[*table].1 = tables[*table].1.saturating_sub(rows);
            }
            Meaning::Held(table) if count == 0 => {
                return Err(Error::ParentDeleted {
                    table: table.clone(),
                });
            }
            Meaning::Held(_) => tables[0].1 += rows,
            Meaning::Restricted(table) if count > 0 => {
                return Err(Error::Restricted {
                    table: table.clone(),
                    count,
                });
            }
            Meaning::ParentDeleted(table) if count > 0 => {
                return Err(Error::ParentDeleted {
                    table: table.clone(),
                });
            }
            _ => {}
        }
        Ok(())
    }
}

/// What every operation's error passes through on its way out of the transaction.
fn typed<O: TreeOperation>(error: Error) -> Error {
    match error {
        Error::Database(error) => O::error(error),
        error => error,
    }
}
