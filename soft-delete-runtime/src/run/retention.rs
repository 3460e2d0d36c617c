//! The batches of a retention.

use std::collections::HashSet;

use diesel::connection::{Connection, DefaultLoadingMode, LoadConnection};
use diesel::expression::QueryMetadata;
use diesel::query_builder::{Query, QueryFragment, QueryId};
use diesel::result::Error as DieselError;
use diesel::{QueryResult, deserialize::FromSqlRow};

use super::Tally;
use super::blocking::{Blocking, CountingBackend};
use crate::error::Error;
use crate::key::{KeyColumns, KeyTypesOn};
use crate::operation_id::OperationId;
use crate::relation::Node;
use crate::retention::{
    InBatch, KeptOfTable, KeyOf, KeyValue, NextBatch, NoKeep, Progress, PurgeExpired, without,
};
use crate::scope::IsDeleted;
use crate::statement::NoReturning;
use crate::table::{Marker, SoftDeleteTable};
use crate::tree::{
    Batches, Binds, Count, Dialect, Keys, Report, Sql, Step, TreeStatement, expired,
};

/// A connection that can carry out a retention.
///
/// `Kind` tells the kinds of connection apart and is always inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a connection that `purge_expired` can run on",
    note = "it takes a `diesel::Connection` to SQLite, PostgreSQL or MySQL (or a `MultiConnection` over them), or with the feature `async` a `diesel_async::AsyncConnection`"
)]
pub trait RunRetention<O, Kind> {
    /// How far it came, or a future of it.
    type Run<'conn>
    where
        Self: 'conn;

    #[doc(hidden)]
    fn execute(retention: O, conn: &mut Self) -> Self::Run<'_>;
    #[doc(hidden)]
    fn preview(retention: O, conn: &mut Self) -> Self::Run<'_>;
}

impl<T, P, F> PurgeExpired<T, P, F> {
    /// Runs the batches.
    ///
    /// # Errors
    ///
    /// What the database reports. The batches before it stay done, its own is undone.
    pub fn execute<C, Kind>(self, conn: &mut C) -> C::Run<'_>
    where
        C: RunRetention<Self, Kind>,
    {
        C::execute(self, conn)
    }

    /// What would go now, all batches together, and how many rows would be skipped. Nothing is
    /// changed.
    ///
    /// # Errors
    ///
    /// What the database reports.
    pub fn preview<C, Kind>(self, conn: &mut C) -> C::Run<'_>
    where
        C: RunRetention<Self, Kind>,
    {
        C::preview(self, conn)
    }
}

/// What does not change from batch to batch.
struct Job {
    batches: Batches,
    expired: Sql,
    binds: Binds,
    /// Queries for the keys of rows that cannot go; `None` for a single table.
    blocked: Option<Vec<Sql>>,
    begin: Option<Step>,
    removal: Vec<Step>,
    dialect: Dialect,
}

impl Job {
    fn new<T, P, F>(retention: &PurgeExpired<T, P, F>, dialect: Dialect) -> Result<Self, Error>
    where
        T: SoftDeleteTable,
    {
        let batches = Batches::of(Node::of::<T>())?;
        Ok(Self {
            expired: expired(batches.root()),
            binds: Binds::new(retention.cutoff, OperationId::new()),
            blocked: batches.blocked(retention.keeping.is_some()),
            begin: batches.begin(dialect),
            removal: batches.removal(dialect),
            batches,
            dialect,
        })
    }

    fn batch<'a, T: SoftDeleteTable>(
        &'a self,
        keys: Option<&'a [KeyValue<T>]>,
    ) -> InBatch<'a, T, KeyValue<T>>
    where
        KeyOf<T>: crate::key::KeyTypes,
    {
        InBatch {
            key: KeyColumns::new(T::default().primary_key()),
            keys,
            expired: &self.expired,
            binds: &self.binds,
        }
    }

    fn statement<'a, W, A>(
        &'a self,
        sql: &'a Sql,
        where_clause: &'a W,
        changes: &'a A,
    ) -> TreeStatement<'a, W, A, NoReturning> {
        TreeStatement {
            sql,
            binds: &self.binds,
            where_clause,
            changes,
            returning: NoReturning,
        }
    }
}

impl<T, P, F, C> RunRetention<PurgeExpired<T, P, F>, Blocking> for C
where
    C: Connection<Backend: CountingBackend + QueryMetadata<KeyOf<T>>>
        + LoadConnection<DefaultLoadingMode>,
    T: SoftDeleteTable<
            PrimaryKey: QueryFragment<C::Backend>,
            FromClause: QueryFragment<C::Backend>,
            Marker: QueryFragment<C::Backend>,
        >,
    KeyOf<T>: KeyTypesOn<C::Backend>,
    P: QueryFragment<C::Backend>,
    F: FnMut(&Progress),
{
    type Run<'conn>
        = Result<Progress, Error>
    where
        C: 'conn;

    fn execute(mut retention: PurgeExpired<T, P, F>, conn: &mut C) -> Result<Progress, Error> {
        let job = Job::new(&retention, Dialect::of::<C::Backend>())?;
        let mut progress = Progress::new(job.batches.tables());
        if retention.with_total {
            progress.total = Some(total::<T, C>(&job, conn)?);
        }
        let mut last = None;
        while retention
            .max_batches
            .is_none_or(|most| progress.batches < most)
        {
            let batch = conn.transaction(|conn| {
                if let Some(step) = &job.begin {
                    let all = job.batch::<T>(None);
                    conn.execute_returning_count(&job.statement(&step.sql, &all, &NoKeep))?;
                }
                let keys = next::<T, C>(&job, last.as_ref(), retention.batch_size, conn)?;
                carry_out::<T, P, C>(&job, &job.removal, keys, retention.keeping.as_ref(), conn)
            })?;
            let Some(batch) = batch else {
                progress.finished = true;
                break;
            };
            progress.add(&batch);
            progress.finished = batch.looked_at < retention.batch_size;
            last = Some(batch.last);
            (retention.on_batch)(&progress);
            if progress.finished {
                break;
            }
        }
        Ok(progress)
    }

    fn preview(retention: PurgeExpired<T, P, F>, conn: &mut C) -> Result<Progress, Error> {
        let job = Job::new(&retention, Dialect::Portable)?;
        let mut progress = Progress::new(job.batches.tables());
        progress.total = Some(total::<T, C>(&job, conn)?);
        let counts = job.batches.counts();
        let mut last = None;
        loop {
            // in batches too: the keys of all would not fit into memory
            let keys = next::<T, C>(&job, last.as_ref(), retention.batch_size, conn)?;
            let batch =
                carry_out::<T, P, C>(&job, &counts, keys, retention.keeping.as_ref(), conn)?;
            let Some(batch) = batch else { break };
            progress.add(&batch);
            if batch.looked_at < retention.batch_size {
                break;
            }
            last = Some(batch.last);
        }
        Ok(progress)
    }
}

/// What became of one batch.
struct Batch<V> {
    last: V,
    looked_at: usize,
    skipped: usize,
    report: Report,
}

impl Progress {
    fn add<V>(&mut self, batch: &Batch<V>) {
        self.batches += 1;
        self.looked_at += batch.looked_at;
        self.skipped += batch.skipped;
        for (sum, (_, rows)) in self.tables.iter_mut().zip(&batch.report.tables) {
            sum.1 += rows;
        }
    }
}

fn total<T, C>(job: &Job, conn: &mut C) -> QueryResult<usize>
where
    C: Connection<Backend: CountingBackend> + LoadConnection<DefaultLoadingMode>,
    T: SoftDeleteTable<PrimaryKey: QueryFragment<C::Backend>>,
    KeyOf<T>: KeyTypesOn<C::Backend>,
{
    let sql = job.batches.count_target();
    let all = job.batch::<T>(None);
    let mut rows = conn.load(job.statement(&sql, &all, &NoKeep).with(Count))?;
    let row = rows.next().ok_or(DieselError::NotFound)??;
    Ok(usize::try_from(C::Backend::count(&row)?).unwrap_or_default())
}

/// The keys of the next batch.
fn next<T, C>(
    job: &Job,
    after: Option<&KeyValue<T>>,
    size: usize,
    conn: &mut C,
) -> QueryResult<Vec<KeyValue<T>>>
where
    C: Connection<Backend: CountingBackend + QueryMetadata<KeyOf<T>>>
        + LoadConnection<DefaultLoadingMode>,
    T: SoftDeleteTable<
            PrimaryKey: QueryFragment<C::Backend>,
            FromClause: QueryFragment<C::Backend>,
            Marker: QueryFragment<C::Backend>,
        >,
    KeyOf<T>: KeyTypesOn<C::Backend>,
{
    let next = NextBatch::<T, KeyValue<T>> {
        key: KeyColumns::new(T::default().primary_key()),
        from: T::default().from_clause(),
        deleted: IsDeleted(Marker::<T>::default()),
        expired: &job.expired,
        binds: &job.binds,
        after,
        size,
        lock: job.dialect.lock_batch(),
    };
    load(next, conn)
}

/// Carries the steps out on what can go of the batch; `None` if there is nothing to look at.
fn carry_out<T, P, C>(
    job: &Job,
    steps: &[Step],
    keys: Vec<KeyValue<T>>,
    keeping: Option<&P>,
    conn: &mut C,
) -> Result<Option<Batch<KeyValue<T>>>, Error>
where
    C: Connection<Backend: CountingBackend + QueryMetadata<KeyOf<T>>>
        + LoadConnection<DefaultLoadingMode>,
    T: SoftDeleteTable<
            PrimaryKey: QueryFragment<C::Backend>,
            FromClause: QueryFragment<C::Backend>,
            Marker: QueryFragment<C::Backend>,
        >,
    KeyOf<T>: KeyTypesOn<C::Backend>,
    P: QueryFragment<C::Backend>,
{
    let Some(last) = keys.last().cloned() else {
        return Ok(None);
    };
    let looked_at = keys.len();
    let blocked = blocked::<T, P, C>(job, &keys, keeping, conn)?;
    let (keys, skipped) = without(keys, &blocked);
    let mut tally = Tally::new(Report::of_tables(job.batches.tables(), &job.binds));
    if !keys.is_empty() {
        let batch = job.batch::<T>(Some(&keys));
        for Step { sql, meaning } in steps {
            let statement = job.statement(sql, &batch, &NoKeep);
            let rows = if meaning.is_a_count() {
                let mut rows = conn.load(statement.with(Count))?;
                C::Backend::count(&rows.next().ok_or(DieselError::NotFound)??)?
            } else {
                let rows = conn.execute_returning_count(&statement)?;
                i64::try_from(rows).unwrap_or(i64::MAX)
            };
            tally.take(meaning, rows)?;
        }
    }
    Ok(Some(Batch {
        last,
        looked_at,
        skipped,
        report: tally.report,
    }))
}

/// The keys of the batch's rows that cannot go.
fn blocked<T, P, C>(
    job: &Job,
    keys: &[KeyValue<T>],
    keeping: Option<&P>,
    conn: &mut C,
) -> QueryResult<HashSet<KeyValue<T>>>
where
    C: Connection<Backend: CountingBackend + QueryMetadata<KeyOf<T>>>
        + LoadConnection<DefaultLoadingMode>,
    T: SoftDeleteTable<
            PrimaryKey: QueryFragment<C::Backend>,
            FromClause: QueryFragment<C::Backend>,
            Marker: QueryFragment<C::Backend>,
        >,
    KeyOf<T>: KeyTypesOn<C::Backend>,
    P: QueryFragment<C::Backend>,
{
    let batch = job.batch::<T>(Some(keys));
    let mut blocked = HashSet::new();
    let Some(queries) = &job.blocked else {
        if let Some(keeping) = keeping {
            let kept = KeptOfTable::<T, _, _> {
                key: KeyColumns::new(T::default().primary_key()),
                from: T::default().from_clause(),
                batch: &batch,
                keeping,
            };
            blocked.extend(load::<_, KeyOf<T>, _, _>(kept, conn)?);
        }
        return Ok(blocked);
    };
    for sql in queries {
        let rows: Vec<KeyValue<T>> = match keeping {
            Some(keeping) => load(job.statement(sql, &batch, keeping).with(Keys::new()), conn)?,
            None => load(job.statement(sql, &batch, &NoKeep).with(Keys::new()), conn)?,
        };
        blocked.extend(rows);
    }
    Ok(blocked)
}

fn load<'q, Q, ST, V, C>(query: Q, conn: &mut C) -> QueryResult<Vec<V>>
where
    C: Connection<Backend: CountingBackend + QueryMetadata<ST>>
        + LoadConnection<DefaultLoadingMode>,
    Q: Query<SqlType = ST> + QueryFragment<C::Backend> + QueryId + 'q,
    V: FromSqlRow<ST, C::Backend>,
{
    let rows = conn.load(query)?;
    rows.map(|row| V::build_from_row(&row?).map_err(DieselError::DeserializationError))
        .collect()
}
