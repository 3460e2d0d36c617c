//! The batches of a retention.

use std::collections::HashSet;
use std::marker::PhantomData;

use diesel::connection::{Connection, DefaultLoadingMode, LoadConnection};
use diesel::expression::QueryMetadata;
use diesel::query_builder::{Query, QueryFragment, QueryId};
use diesel::result::Error as DieselError;
use diesel::{QueryResult, deserialize::FromSqlRow};

use super::Tally;
use super::blocking::{Blocking, CountingBackend, undone};
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
    /// Where two rows of the table can have the same row below them (a table that cascades to
    /// itself, a diamond), the batches are carried out in one transaction and undone, for a row
    /// goes once: it waits for locks as a purge does, and holds them until the end.
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
    /// Queries for the keys of rows that another transaction has a row below of.
    held: Vec<Sql>,
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
            held: batches.held(dialect),
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
            progress.total = Some(Runner::<T, C>::new(&job, conn).total()?);
        }
        let mut last = None;
        let mut removing = 0;
        while retention.max_batches.is_none_or(|most| removing < most) {
            let batch = conn.transaction(|conn| {
                let mut runner = Runner::<T, C>::new(&job, conn);
                runner.begin()?;
                let keys = runner.next(last.as_ref(), retention.batch_size)?;
                runner.carry_out(&job.removal, keys, retention.keeping.as_ref())
            })?;
            let Some(batch) = batch else {
                progress.finished = true;
                break;
            };
            progress.add(&batch);
            if batch.report.rows() > 0 {
                removing += 1;
            }
            progress.finished = batch.taken < retention.batch_size;
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
        if job.batches.overlap() {
            let mut all = retention.on_batch(|_: &Progress| {}).with_total();
            all.max_batches = None;
            return undone(conn, |conn| all.execute(conn));
        }
        let counts = job.batches.counts();
        let mut runner = Runner::<T, C>::new(&job, conn);
        let mut progress = Progress::new(job.batches.tables());
        progress.total = Some(runner.total()?);
        progress.finished = true;
        let mut last = None;
        loop {
            // in batches too: the keys of all would not fit into memory
            let keys = runner.next(last.as_ref(), retention.batch_size)?;
            let Some(batch) = runner.carry_out(&counts, keys, retention.keeping.as_ref())? else {
                break;
            };
            progress.add(&batch);
            if batch.taken < retention.batch_size {
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
    /// With those that another transaction has a row below of.
    taken: usize,
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

/// The statements of a job on a connection.
struct Runner<'a, T, C> {
    job: &'a Job,
    conn: &'a mut C,
    table: PhantomData<T>,
}

impl<'a, T, C> Runner<'a, T, C>
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
    fn new(job: &'a Job, conn: &'a mut C) -> Self {
        Self {
            job,
            conn,
            table: PhantomData,
        }
    }

    /// Where rows are not locked one by one, the batch is the only writer.
    fn begin(&mut self) -> QueryResult<()> {
        if let Some(step) = &self.job.begin {
            let all = self.job.batch::<T>(None);
            let statement = self.job.statement(&step.sql, &all, &NoKeep);
            self.conn.execute_returning_count(&statement)?;
        }
        Ok(())
    }

    /// How many rows have expired.
    fn total(&mut self) -> QueryResult<usize> {
        let sql = self.job.batches.count_target();
        let all = self.job.batch::<T>(None);
        let total = self.count(self.job.statement(&sql, &all, &NoKeep))?;
        Ok(usize::try_from(total).unwrap_or_default())
    }

    /// The keys of the next batch.
    fn next(&mut self, after: Option<&KeyValue<T>>, size: usize) -> QueryResult<Vec<KeyValue<T>>> {
        let next = NextBatch::<T, KeyValue<T>> {
            key: KeyColumns::new(T::default().primary_key()),
            from: T::default().from_clause(),
            deleted: IsDeleted(Marker::<T>::default()),
            expired: &self.job.expired,
            binds: &self.job.binds,
            after,
            size,
            lock: self.job.dialect.lock_batch(),
        };
        self.load(next)
    }

    /// Carries the steps out on what can go of the batch; `None` if there is nothing to look at.
    fn carry_out<P: QueryFragment<C::Backend>>(
        &mut self,
        steps: &[Step],
        keys: Vec<KeyValue<T>>,
        keeping: Option<&P>,
    ) -> Result<Option<Batch<KeyValue<T>>>, Error> {
        let Some(last) = keys.last().cloned() else {
            return Ok(None);
        };
        let full = keys.len();
        let held = self.held(&keys)?;
        let (keys, held) = without(keys, &held);
        let blocked = self.blocked(&keys, keeping)?;
        let (keys, skipped) = without(keys, &blocked);
        let mut tally = Tally::new(Report::of_tables(
            self.job.batches.tables(),
            &self.job.binds,
        ));
        if !keys.is_empty() {
            let batch = self.job.batch::<T>(Some(&keys));
            for Step { sql, meaning } in steps {
                let statement = self.job.statement(sql, &batch, &NoKeep);
                let rows = if meaning.is_a_count() {
                    self.count(statement)?
                } else {
                    let rows = self.conn.execute_returning_count(&statement)?;
                    i64::try_from(rows).unwrap_or(i64::MAX)
                };
                tally.take(meaning, rows)?;
            }
        }
        Ok(Some(Batch {
            last,
            taken: full,
            looked_at: full - held,
            skipped,
            report: tally.report,
        }))
    }

    /// The keys of the batch's rows that are left to another transaction.
    fn held(&mut self, keys: &[KeyValue<T>]) -> QueryResult<HashSet<KeyValue<T>>> {
        let batch = self.job.batch::<T>(Some(keys));
        let mut held = HashSet::new();
        for sql in &self.job.held {
            held.extend(self.keys(self.job.statement(sql, &batch, &NoKeep))?);
        }
        Ok(held)
    }

    /// The keys of the batch's rows that cannot go.
    fn blocked<P: QueryFragment<C::Backend>>(
        &mut self,
        keys: &[KeyValue<T>],
        keeping: Option<&P>,
    ) -> QueryResult<HashSet<KeyValue<T>>> {
        let batch = self.job.batch::<T>(Some(keys));
        let mut blocked = HashSet::new();
        if keys.is_empty() {
            return Ok(blocked);
        }
        match (&self.job.blocked, keeping) {
            (Some(queries), keeping) => {
                for sql in queries {
                    blocked.extend(match keeping {
                        Some(keeping) => self.keys(self.job.statement(sql, &batch, keeping))?,
                        None => self.keys(self.job.statement(sql, &batch, &NoKeep))?,
                    });
                }
            }
            (None, Some(keeping)) => {
                let kept = KeptOfTable::<T, _, _> {
                    key: KeyColumns::new(T::default().primary_key()),
                    from: T::default().from_clause(),
                    batch: &batch,
                    keeping,
                };
                blocked.extend(self.load(kept)?);
            }
            (None, None) => {}
        }
        Ok(blocked)
    }

    fn keys<W, A>(
        &mut self,
        statement: TreeStatement<'_, W, A, NoReturning>,
    ) -> QueryResult<Vec<KeyValue<T>>>
    where
        W: QueryFragment<C::Backend>,
        A: QueryFragment<C::Backend>,
    {
        self.load(statement.with(Keys::<KeyOf<T>>::new()))
    }

    fn count<W, A>(&mut self, statement: TreeStatement<'_, W, A, NoReturning>) -> QueryResult<i64>
    where
        W: QueryFragment<C::Backend>,
        A: QueryFragment<C::Backend>,
    {
        let mut rows = self.conn.load(statement.with(Count))?;
        C::Backend::count(&rows.next().ok_or(DieselError::NotFound)??)
    }

    fn load<Q>(&mut self, query: Q) -> QueryResult<Vec<KeyValue<T>>>
    where
        Q: Query<SqlType = KeyOf<T>> + QueryFragment<C::Backend> + QueryId,
    {
        let rows = self.conn.load(query)?;
        rows.map(|row| {
            KeyValue::<T>::build_from_row(&row?).map_err(DieselError::DeserializationError)
        })
        .collect()
    }
}
