//! The batches of a retention.

use std::collections::HashSet;
use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::QueryFragment;

use super::kind::{CountOf, Counting, Load, finish, one, undo};
use super::tree::{Tally, ask, signed};
use crate::error::Error;
use crate::key::{KeyColumns, KeyTypes, KeyTypesOn};
use crate::operation_id::OperationId;
use crate::relation::Node;
use crate::retention::{
    InBatch, KeptOfTable, KeyOf, KeyValue, NextBatch, NoKeep, Pick, Progress, PurgeExpired,
    RemoveNext, Rows,
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
        Self: 'conn,
        O: 'conn;

    #[doc(hidden)]
    fn execute<'conn>(retention: O, conn: &'conn mut Self) -> Self::Run<'conn>
    where
        O: 'conn;
    #[doc(hidden)]
    fn preview<'conn>(retention: O, conn: &'conn mut Self) -> Self::Run<'conn>
    where
        O: 'conn;
}

impl<T, P, F> PurgeExpired<T, P, F> {
    /// Runs the batches.
    ///
    /// # Errors
    ///
    /// What the database reports. The batches before it stay done, its own is undone.
    pub fn execute<'conn, C, Kind>(self, conn: &'conn mut C) -> C::Run<'conn>
    where
        C: RunRetention<Self, Kind>,
        Self: 'conn,
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
    pub fn preview<'conn, C, Kind>(self, conn: &'conn mut C) -> C::Run<'conn>
    where
        C: RunRetention<Self, Kind>,
        Self: 'conn,
    {
        C::preview(self, conn)
    }
}

/// A table on a backend: each is one.
pub trait TableOn<DB: Backend>:
    SoftDeleteTable<
        PrimaryKey: QueryFragment<DB>,
        FromClause: QueryFragment<DB>,
        Marker: QueryFragment<DB>,
    >
{
}

#[diagnostic::do_not_recommend]
impl<T, DB: Backend> TableOn<DB> for T where
    T: SoftDeleteTable<
            PrimaryKey: QueryFragment<DB>,
            FromClause: QueryFragment<DB>,
            Marker: QueryFragment<DB>,
        >
{
}

/// A [`Kind`](super::kind::Kind) that reads the keys of the table: each does.
pub(super) trait Purging<C, T: SoftDeleteTable>:
    Counting<C> + Load<C, KeyOf<T>, KeyValue<T>>
where
    KeyOf<T>: KeyTypes,
{
}

impl<K, C, T> Purging<C, T> for K
where
    T: SoftDeleteTable,
    KeyOf<T>: KeyTypes,
    K: Counting<C> + Load<C, KeyOf<T>, KeyValue<T>>,
{
}

/// [`RunRetention::execute`].
pub(super) async fn purge<K, C, T, P, F>(
    mut retention: PurgeExpired<T, P, F>,
    conn: &mut C,
) -> Result<Progress, Error>
where
    K: Purging<C, T>,
    T: TableOn<K::Backend>,
    KeyOf<T>: KeyTypesOn<K::Backend>,
    P: QueryFragment<K::Backend>,
    F: FnMut(&Progress),
{
    let batches = Batches::of(Node::of::<T>())?;
    let mut dialect = Dialect::of::<K::Backend>();
    if dialect.may_hide_mysql() && batches.mind_order() {
        dialect = ask::<K, C>(conn).await?;
    }
    let removal = batches.removal(dialect);
    let mut runner = Runner::<K, C, T, P>::new(&mut retention, batches, removal, dialect, conn);
    let mut progress = Progress::new(runner.job.batches.tables());
    if retention.with_total {
        progress.total = Some(runner.count(Rows::all()).await?);
    }
    let mut removing = 0;
    while !progress.finished && retention.max_batches.is_none_or(|most| removing < most) {
        let Some(batch) = runner.remove_next().await? else {
            progress.finished = true;
            break;
        };
        if batch.removes() {
            removing += 1;
        }
        progress.add(&batch);
        (retention.on_batch)(&progress);
    }
    Ok(progress)
}

/// [`RunRetention::preview`].
pub(super) async fn preview<K, C, T, P, F>(
    mut retention: PurgeExpired<T, P, F>,
    conn: &mut C,
) -> Result<Progress, Error>
where
    K: Purging<C, T>,
    T: TableOn<K::Backend>,
    KeyOf<T>: KeyTypesOn<K::Backend>,
    P: QueryFragment<K::Backend>,
{
    let batches = Batches::of(Node::of::<T>())?;
    if batches.overlap() {
        let mut all = retention.on_batch(|_: &Progress| {}).with_total();
        all.max_batches = None;
        K::begin(conn).await?;
        let result = purge::<K, C, _, _, _>(all, conn).await;
        return undo::<K, C, _>(conn, result).await;
    }
    let counts = batches.counts();
    let dialect = Dialect::of::<K::Backend>().without_locks();
    let mut runner = Runner::<K, C, T, P>::new(&mut retention, batches, counts, dialect, conn);
    let mut progress = Progress::new(runner.job.batches.tables());
    progress.total = Some(runner.count(Rows::all()).await?);
    // in batches too: the keys of all would not fit into memory
    while !progress.finished {
        match runner.batch().await? {
            Some(batch) => progress.add(&batch),
            None => progress.finished = true,
        }
    }
    Ok(progress)
}

/// What became of one batch.
struct Done {
    /// Without those that another transaction has a row below of.
    looked_at: usize,
    skipped: usize,
    tables: Vec<usize>,
    is_last: bool,
}

impl Done {
    fn removes(&self) -> bool {
        self.tables.iter().any(|rows| *rows > 0)
    }
}

impl Progress {
    fn add(&mut self, batch: &Done) {
        self.batches += 1;
        self.looked_at += batch.looked_at;
        self.skipped += batch.skipped;
        for (sum, rows) in self.tables.iter_mut().zip(&batch.tables) {
            sum.1 += rows;
        }
        self.finished = batch.is_last;
    }
}

/// What does not change from batch to batch.
struct Job {
    batches: Batches,
    dialect: Dialect,
    size: usize,
    expired: Sql,
    binds: Binds,
    /// Queries for the keys of rows that cannot go; `None` for a single table.
    blocked: Option<Vec<Sql>>,
    /// Queries for the keys of rows that another transaction has a row below of.
    held: Vec<Sql>,
    steps: Vec<Step>,
}

impl Job {
    fn batch<T: SoftDeleteTable>(&self, rows: Rows<KeyValue<T>>) -> InBatch<'_, T, KeyValue<T>>
    where
        KeyOf<T>: KeyTypes,
    {
        InBatch {
            key: KeyColumns::new(T::default().primary_key()),
            rows,
            expired: &self.expired,
            binds: &self.binds,
        }
    }

    fn next<'a, T: SoftDeleteTable>(
        &'a self,
        after: Option<&'a KeyValue<T>>,
        pick: Pick,
    ) -> NextBatch<'a, T, KeyValue<T>>
    where
        KeyOf<T>: KeyTypes,
    {
        NextBatch {
            key: KeyColumns::new(T::default().primary_key()),
            from: T::default().from_clause(),
            deleted: IsDeleted(Marker::<T>::default()),
            expired: &self.expired,
            binds: &self.binds,
            after,
            pick,
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

/// A job under way.
struct Runner<'c, K, C, T: SoftDeleteTable, P>
where
    KeyOf<T>: KeyTypes,
{
    conn: &'c mut C,
    job: Job,
    keeping: Option<P>,
    /// The last key of the batches so far.
    after: Option<KeyValue<T>>,
    kind: PhantomData<fn() -> (K, T)>,
}

impl<'c, K, C, T, P> Runner<'c, K, C, T, P>
where
    K: Purging<C, T>,
    T: TableOn<K::Backend>,
    KeyOf<T>: KeyTypesOn<K::Backend>,
    P: QueryFragment<K::Backend>,
{
    fn new<F>(
        retention: &mut PurgeExpired<T, P, F>,
        batches: Batches,
        steps: Vec<Step>,
        dialect: Dialect,
        conn: &'c mut C,
    ) -> Self {
        let keeping = retention.keeping.take();
        let job = Job {
            dialect,
            size: retention.batch_size,
            expired: expired(batches.root(), dialect),
            binds: Binds::new(retention.cutoff, OperationId::new()),
            blocked: batches.blocked(keeping.is_some()),
            held: batches.held(dialect),
            steps,
            batches,
        };
        Self {
            conn,
            job,
            keeping,
            after: None,
            kind: PhantomData,
        }
    }

    /// Removes the next batch; `None` if there is nothing left to look at.
    async fn remove_next(&mut self) -> Result<Option<Done>, Error> {
        K::begin(self.conn).await?;
        let alone = self.job.blocked.is_none() && self.keeping.is_none();
        let result = if alone && self.job.dialect == Dialect::Postgres {
            self.remove_at_once().await
        } else {
            self.be_the_writer_and_remove().await
        };
        finish::<K, C, _>(self.conn, result).await
    }

    /// In one statement.
    async fn remove_at_once(&mut self) -> Result<Option<Done>, Error> {
        let pick = Pick::First(self.job.size, self.job.dialect.lock_batch());
        let next = RemoveNext(self.job.next::<T>(self.after.as_ref(), pick));
        let loading = <K as Load<C, KeyOf<T>, KeyValue<T>>>::load(self.conn, next);
        let keys = loading.await?;
        let rows = keys.len();
        self.after = keys.into_iter().last();
        Ok(self.after.is_some().then(|| Done {
            looked_at: rows,
            skipped: 0,
            tables: vec![rows],
            is_last: rows < self.job.size,
        }))
    }

    /// Where rows are not locked one by one, the batch is the only writer.
    async fn be_the_writer_and_remove(&mut self) -> Result<Option<Done>, Error> {
        if let Some(step) = self.job.batches.begin(self.job.dialect) {
            let all = self.job.batch::<T>(Rows::all());
            let statement = self.job.statement(&step.sql, &all, &NoKeep);
            K::execute(self.conn, statement).await?;
        }
        self.batch().await
    }

    /// How many rows there are.
    async fn count(&mut self, rows: Rows<KeyValue<T>>) -> QueryResult<usize> {
        let sql = self.job.batches.count_target();
        let batch = self.job.batch::<T>(rows);
        let statement = self.job.statement(&sql, &batch, &NoKeep);
        let loading = <K as Load<C, _, CountOf<K, C>>>::load(self.conn, statement.with(Count));
        let count = one(loading.await?)?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// The next batch, and how many rows it has.
    async fn look(&mut self) -> QueryResult<Option<(Rows<KeyValue<T>>, usize)>> {
        let size = self.job.size;
        if !self.job.dialect.has_one_writer() {
            let lock = self.job.dialect.lock_batch();
            let keys = self.keys(Pick::First(size, lock)).await?;
            self.after = keys.last().cloned();
            let rows = keys.len();
            return Ok((rows > 0).then(|| (Rows::Keys(keys), rows)));
        }
        // nobody can change a row of it meanwhile, so where it ends says enough
        let after = self.after.take();
        self.after = after.clone();
        if let Some(upto) = self.keys(Pick::Nth(size)).await?.pop() {
            self.after = Some(upto.clone());
            let except = Vec::new();
            let upto = Some(upto);
            let rows = Rows::Range {
                after,
                upto,
                except,
            };
            return Ok(Some((rows, size)));
        }
        let rows = self.count(Rows::after(after.clone())).await?;
        Ok((rows > 0).then(|| (Rows::after(after), rows)))
    }

    async fn keys(&mut self, pick: Pick) -> QueryResult<Vec<KeyValue<T>>> {
        let next = self.job.next::<T>(self.after.as_ref(), pick);
        <K as Load<C, KeyOf<T>, KeyValue<T>>>::load(self.conn, next).await
    }

    /// Carries the steps out on what can go of the next batch.
    async fn batch(&mut self) -> Result<Option<Done>, Error> {
        let Some((rows, taken)) = self.look().await? else {
            return Ok(None);
        };
        let Self {
            conn, job, keeping, ..
        } = self;
        let mut batch = job.batch::<T>(rows);
        let mut held = HashSet::new();
        for sql in &job.held {
            let statement = job.statement(sql, &batch, &NoKeep).with(Keys::new());
            held.extend(<K as Load<C, KeyOf<T>, KeyValue<T>>>::load(conn, statement).await?);
        }
        let tables = job.batches.tables();
        let mut done = Done {
            looked_at: taken - held.len(),
            skipped: 0,
            tables: vec![0; tables.len()],
            is_last: taken < job.size,
        };
        if done.looked_at == 0 {
            return Ok(Some(done)); // there is no list of no keys
        }
        batch.rows.leave_out(held);
        let mut blocked = HashSet::new();
        for sql in job.blocked.iter().flatten() {
            let loading = match keeping {
                Some(keeping) => {
                    let statement = job.statement(sql, &batch, keeping);
                    <K as Load<C, KeyOf<T>, KeyValue<T>>>::load(conn, statement.with(Keys::new()))
                }
                None => {
                    let statement = job.statement(sql, &batch, &NoKeep);
                    <K as Load<C, KeyOf<T>, KeyValue<T>>>::load(conn, statement.with(Keys::new()))
                }
            };
            blocked.extend(loading.await?);
        }
        if let (None, Some(keeping)) = (&job.blocked, &*keeping) {
            let kept = KeptOfTable::<T, _, _> {
                key: KeyColumns::new(T::default().primary_key()),
                from: T::default().from_clause(),
                batch: &batch,
                keeping,
            };
            blocked.extend(<K as Load<C, KeyOf<T>, KeyValue<T>>>::load(conn, kept).await?);
        }
        done.skipped = blocked.len();
        batch.rows.leave_out(blocked);
        if done.looked_at > done.skipped {
            let mut tally = Tally::new(Report::of_tables(tables, &job.binds));
            for step in &job.steps {
                let statement = job.statement(&step.sql, &batch, &NoKeep);
                let rows = if step.is_a_count() {
                    let loading =
                        <K as Load<C, _, CountOf<K, C>>>::load(conn, statement.with(Count));
                    one(loading.await?)?
                } else {
                    signed(K::execute(conn, statement).await?)
                };
                tally.take(&step.meaning, rows)?;
            }
            let tables = tally.report.tables.into_iter();
            done.tables = tables.map(|(_, rows)| rows).collect();
        }
        Ok(Some(done))
    }
}
