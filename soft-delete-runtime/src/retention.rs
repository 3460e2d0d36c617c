//! Retention: what has been deleted for long enough goes for good, in batches.

use std::collections::HashSet;
use std::hash::Hash;
use std::time::{Duration, Instant};

use diesel::backend::Backend;
use diesel::expression::AppearsOnTable;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::BoolOrNullableBool;
use diesel::{Expression, QueryResult, Table};

use crate::key::{KeyColumns, KeyTypes, KeyTypesOn};
use crate::marker::MomentMarker;
use crate::moment::Moment;
use crate::scope::IsDeleted;
use crate::table::{Marker, SoftDeleteTable};
use crate::tree::{Binds, Dialect, Sql, TreeBackend};

/// Removes the rows that have been deleted for long enough, and what is below them, in batches.
///
/// Each batch is a short transaction of its own: it looks for the next rows by their key, leaves
/// out those that cannot go, and removes the others, children first. Whatever stops it between two
/// batches loses nothing, and a second run goes on. Two workers at once do not wait for each other
/// on PostgreSQL and MySQL (from MySQL 8.0, MariaDB 10.6), which have `SKIP LOCKED`.
///
/// ```sql
/// SELECT "users"."id" FROM "users"
///   WHERE ("users"."deleted_at" IS NOT NULL) AND ("users"."deleted_at" < $1)
///   ORDER BY "users"."id" LIMIT 1000 FOR UPDATE SKIP LOCKED;
/// DELETE FROM "users" WHERE "users"."id" IN ($1, $2, ..) AND ("users"."deleted_at" < $3) ..;
/// ```
///
/// A row cannot go while an active row is below it, a row of a table named by `restrict` refers to
/// it or to one below it, or [`keeping`](PurgeExpired::keeping) holds for it. It is skipped and
/// counted, and does not stop the others.
///
/// ```
/// # include!("doctest_setup.rs");
/// use chrono::TimeDelta;
/// use soft_delete_runtime::purge_expired;
///
/// # fn main() -> Result<(), soft_delete_runtime::Error> {
/// # let conn = &mut connection();
/// let purged = purge_expired(posts::table)
///     .older_than(TimeDelta::days(1))
///     .batch_size(500)
///     .on_batch(|progress| println!("{} rows so far", progress.rows()))
///     .execute(conn)?;
/// assert_eq!((purged.rows(), purged.skipped()), (1, 0)); // Sean's draft, deleted two days ago
/// # Ok(())
/// # }
/// ```
pub fn purge_expired<T>(_: T) -> Retention<T>
where
    T: SoftDeleteTable<Marker: Expression<SqlType: MomentMarker>>,
{
    Retention(std::marker::PhantomData)
}

/// A retention that still lacks its age: what [`purge_expired`] returns.
#[derive(Debug, Clone, Copy)]
#[must_use = "nothing happens before `older_than` and `execute` are called"]
pub struct Retention<T>(std::marker::PhantomData<T>);

impl<T: SoftDeleteTable> Retention<T> {
    /// Rows deleted more than that time ago.
    ///
    /// It takes [`std::time::Duration`], `chrono::TimeDelta` and `time::Duration`.
    pub fn older_than(self, age: impl Into<Age>) -> PurgeExpired<T> {
        self.deleted_before(Moment::now().minus(age.into()))
    }

    /// Rows deleted before that moment; a moment outside the years 1 to 9999 counts as the nearest
    /// one within, for not every backend has others.
    pub fn deleted_before(self, moment: impl Into<Moment>) -> PurgeExpired<T> {
        PurgeExpired {
            table: std::marker::PhantomData,
            cutoff: moment.into().in_every_calendar(),
            batch_size: 1_000,
            max_batches: None,
            with_total: false,
            keeping: None,
            on_batch: ignore,
        }
    }
}

fn ignore(_: &Progress) {}

/// For how long rows have been deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Age {
    pub(crate) micros: i64,
}

impl From<Duration> for Age {
    fn from(age: Duration) -> Self {
        Self {
            micros: i64::try_from(age.as_micros()).unwrap_or(i64::MAX),
        }
    }
}

#[cfg(feature = "chrono")]
impl From<chrono::TimeDelta> for Age {
    fn from(age: chrono::TimeDelta) -> Self {
        Self {
            micros: age.num_microseconds().unwrap_or(i64::MAX),
        }
    }
}

#[cfg(feature = "time")]
impl From<time::Duration> for Age {
    fn from(age: time::Duration) -> Self {
        Self {
            micros: i64::try_from(age.whole_microseconds()).unwrap_or(i64::MAX),
        }
    }
}

/// The removal of expired rows in batches.
#[derive(Debug, Clone)]
#[must_use = "nothing happens before `execute` or `preview` is called"]
pub struct PurgeExpired<T, P = NoKeep, F = fn(&Progress)> {
    table: std::marker::PhantomData<T>,
    pub(crate) cutoff: Moment,
    pub(crate) batch_size: usize,
    pub(crate) max_batches: Option<usize>,
    pub(crate) with_total: bool,
    pub(crate) keeping: Option<P>,
    pub(crate) on_batch: F,
}

/// No predicate of [`keeping`](PurgeExpired::keeping).
#[derive(Debug, Clone, Copy, diesel::query_builder::QueryId)]
pub struct NoKeep;

impl<DB: Backend> QueryFragment<DB> for NoKeep {
    fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

impl<T, P, F> PurgeExpired<T, P, F> {
    /// How many rows of the table a batch looks at; 1000 unless told, and from 1 to 10,000.
    ///
    /// A larger batch is faster, for it has fewer commits, and holds its locks for longer.
    pub fn batch_size(mut self, rows: usize) -> Self {
        self.batch_size = rows.clamp(1, 10_000);
        self
    }

    /// Stops after that many batches; the next run goes on.
    ///
    /// A batch of which no row can go does not count: a run gets past the rows that are kept.
    pub fn max_batches(mut self, batches: usize) -> Self {
        self.max_batches = Some(batches);
        self
    }

    /// Counts the expired rows first, for [`Progress::total`].
    pub fn with_total(mut self) -> Self {
        self.with_total = true;
        self
    }

    /// Rows of the table for which the predicate holds never go, nor does what is above them in
    /// the same table.
    ///
    /// A predicate about other tables is an `exists(..)`.
    pub fn keeping<K>(self, predicate: K) -> PurgeExpired<T, K, F>
    where
        K: AppearsOnTable<T>,
        K::SqlType: BoolOrNullableBool,
    {
        PurgeExpired {
            table: self.table,
            cutoff: self.cutoff,
            batch_size: self.batch_size,
            max_batches: self.max_batches,
            with_total: self.with_total,
            keeping: Some(predicate),
            on_batch: self.on_batch,
        }
    }

    /// Called after each batch, when its transaction has been committed.
    pub fn on_batch<G: FnMut(&Progress)>(self, on_batch: G) -> PurgeExpired<T, P, G> {
        PurgeExpired {
            table: self.table,
            cutoff: self.cutoff,
            batch_size: self.batch_size,
            max_batches: self.max_batches,
            with_total: self.with_total,
            keeping: self.keeping,
            on_batch,
        }
    }
}

/// How far a retention has come.
#[derive(Debug, Clone)]
pub struct Progress {
    pub(crate) tables: Vec<(String, usize)>,
    pub(crate) total: Option<usize>,
    pub(crate) looked_at: usize,
    pub(crate) skipped: usize,
    pub(crate) batches: usize,
    pub(crate) started: Instant,
    pub(crate) finished: bool,
}

impl Progress {
    pub(crate) fn new(tables: Vec<String>) -> Self {
        Self {
            tables: tables.into_iter().map(|table| (table, 0)).collect(),
            total: None,
            looked_at: 0,
            skipped: 0,
            batches: 0,
            started: Instant::now(),
            finished: false,
        }
    }

    /// The rows removed so far, of all tables.
    pub fn rows(&self) -> usize {
        self.tables.iter().map(|(_, rows)| rows).sum()
    }

    /// The rows removed so far of one table, by its SQL name.
    pub fn rows_of(&self, table: &str) -> usize {
        let found = self.tables.iter().find(|(name, _)| name == table);
        found.map_or(0, |(_, rows)| *rows)
    }

    /// The expired rows of the table looked at so far, of [`total`](Self::total).
    pub fn looked_at(&self) -> usize {
        self.looked_at
    }

    /// The expired rows of the table that there were at the start, if
    /// [`with_total`](PurgeExpired::with_total) asked for it.
    pub fn total(&self) -> Option<usize> {
        self.total
    }

    /// The expired rows of the table that could not go.
    pub fn skipped(&self) -> usize {
        self.skipped
    }

    /// The batches so far.
    pub fn batches(&self) -> usize {
        self.batches
    }

    /// The time since the start.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Whether nothing is left to look at; not, where `max_batches` ended it.
    pub fn is_finished(&self) -> bool {
        self.finished
    }
}

pub(crate) type KeyOf<T> = <<T as Table>::PrimaryKey as Expression>::SqlType;
pub(crate) type KeyValue<T> = <KeyOf<T> as KeyTypes>::Value;

/// Which of the expired rows after the last batch are asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Pick {
    /// So many, each locked as it says.
    First(usize, &'static str),
    /// The one that ends a batch of that size.
    Nth(usize),
}

/// `SELECT key FROM t WHERE expired AND key > last ORDER BY key LIMIT n`
pub(crate) struct NextBatch<'a, T: SoftDeleteTable, V> {
    pub(crate) key: KeyColumns<T::PrimaryKey, KeyOf<T>>,
    pub(crate) from: T::FromClause,
    pub(crate) deleted: IsDeleted<Marker<T>>,
    pub(crate) expired: &'a Sql,
    pub(crate) binds: &'a Binds,
    pub(crate) after: Option<&'a V>,
    pub(crate) pick: Pick,
}

impl<T, DB> QueryFragment<DB> for NextBatch<'_, T, KeyValue<T>>
where
    DB: TreeBackend,
    T: SoftDeleteTable,
    Marker<T>: QueryFragment<DB>,
    KeyOf<T>: KeyTypesOn<DB>,
    T::PrimaryKey: QueryFragment<DB>,
    T::FromClause: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Dialect::keep_no_query(out.reborrow());
        out.push_sql("SELECT ");
        self.key.columns().walk_ast(out.reborrow())?;
        out.push_sql(" FROM ");
        self.from.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.walk_after(out.reborrow())?;
        self.deleted.walk_ast(out.reborrow())?;
        out.push_sql(" AND ");
        self.expired.walk(self.binds, out.reborrow())?;
        out.push_sql(" ORDER BY ");
        self.key.columns().walk_ast(out.reborrow())?;
        out.push_sql(&match self.pick {
            Pick::First(size, lock) => format!(" LIMIT {size}{lock}"),
            Pick::Nth(size) => format!(" LIMIT 1 OFFSET {}", size - 1),
        });
        Ok(())
    }
}

impl<T: SoftDeleteTable> NextBatch<'_, T, KeyValue<T>>
where
    KeyOf<T>: KeyTypes,
{
    /// `key > last AND `
    fn walk_after<'b, DB>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend,
        KeyOf<T>: KeyTypesOn<DB>,
        T::PrimaryKey: QueryFragment<DB>,
    {
        if let Some(last) = self.after {
            self.key.walk_ast(out.reborrow())?;
            out.push_sql(" > ");
            KeyOf::<T>::push(last, out.reborrow())?;
            out.push_sql(" AND ");
        }
        Ok(())
    }
}

impl<T: SoftDeleteTable, V> Query for NextBatch<'_, T, V> {
    type SqlType = KeyOf<T>;
}

impl<T: SoftDeleteTable, V> QueryId for NextBatch<'_, T, V> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

/// A batch of a table that stands alone, looked for, locked and removed by one statement of
/// PostgreSQL; its result is the keys.
pub(crate) struct RemoveNext<'a, T: SoftDeleteTable, V>(pub(crate) NextBatch<'a, T, V>);

impl<T, DB> QueryFragment<DB> for RemoveNext<'_, T, KeyValue<T>>
where
    DB: TreeBackend,
    T: SoftDeleteTable,
    KeyOf<T>: KeyTypesOn<DB>,
    T::PrimaryKey: QueryFragment<DB>,
    T::FromClause: QueryFragment<DB>,
    for<'a> NextBatch<'a, T, KeyValue<T>>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let names = |end: &str| {
            let names = (0..KeyOf::<T>::COLUMNS).map(|number| format!("k{number}{end}"));
            names.collect::<Vec<_>>().join(", ")
        };
        let (batch, backwards) = (names(""), names(" DESC"));
        out.push_sql(&format!("WITH batch ({batch}) AS ("));
        self.0.walk_ast(out.reborrow())?;
        out.push_sql("), gone AS (DELETE FROM ");
        self.0.from.walk_ast(out.reborrow())?;
        out.push_sql(" USING batch WHERE ");
        self.0.key.walk_ast(out.reborrow())?;
        out.push_sql(&format!(" = ({batch}) AND "));
        // between its ends, or the whole index could be read beside each batch
        self.0.walk_after(out.reborrow())?;
        self.0.key.walk_ast(out.reborrow())?;
        out.push_sql(&format!(
            " <= (SELECT {batch} FROM batch ORDER BY {backwards} LIMIT 1)) \
             SELECT {batch} FROM batch ORDER BY {batch}"
        ));
        Ok(())
    }
}

impl<T: SoftDeleteTable, V> Query for RemoveNext<'_, T, V> {
    type SqlType = KeyOf<T>;
}

impl<T: SoftDeleteTable, V> QueryId for RemoveNext<'_, T, V> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

/// Which of the expired rows are in a batch.
#[derive(Debug)]
pub(crate) enum Rows<V> {
    /// Those with these keys.
    Keys(Vec<V>),
    /// Those with a key after the first and up to the second, but these.
    Range {
        after: Option<V>,
        upto: Option<V>,
        except: Vec<V>,
    },
}

impl<V: Eq + Hash> Rows<V> {
    /// All that have expired.
    pub(crate) fn all() -> Self {
        Self::after(None)
    }

    /// All with a key after that.
    pub(crate) fn after(after: Option<V>) -> Self {
        Self::Range {
            after,
            upto: None,
            except: Vec::new(),
        }
    }

    /// Takes keys out.
    pub(crate) fn leave_out(&mut self, left: HashSet<V>) {
        match self {
            Self::Keys(keys) => keys.retain(|key| !left.contains(key)),
            Self::Range { except, .. } => except.extend(left),
        }
    }
}

/// ` WHERE <in the batch> AND expired`: the target of a batch.
pub(crate) struct InBatch<'a, T: Table, V> {
    pub(crate) key: KeyColumns<T::PrimaryKey, KeyOf<T>>,
    pub(crate) rows: Rows<V>,
    pub(crate) expired: &'a Sql,
    pub(crate) binds: &'a Binds,
}

impl<T, DB> QueryFragment<DB> for InBatch<'_, T, KeyValue<T>>
where
    DB: TreeBackend,
    T: Table,
    KeyOf<T>: KeyTypesOn<DB>,
    T::PrimaryKey: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(" WHERE ");
        match &self.rows {
            Rows::Keys(keys) => self.key.walk_one_of(" IN (", keys, out.reborrow())?,
            Rows::Range {
                after,
                upto,
                except,
            } => {
                for (compared, bound) in [(" > ", after), (" <= ", upto)] {
                    if let Some(bound) = bound {
                        self.key.walk_ast(out.reborrow())?;
                        out.push_sql(compared);
                        KeyOf::<T>::push(bound, out.reborrow())?;
                        out.push_sql(" AND ");
                    }
                }
                if !except.is_empty() {
                    self.key.walk_one_of(" NOT IN (", except, out.reborrow())?;
                }
            }
        }
        self.expired.walk(self.binds, out)
    }
}

/// `SELECT key FROM t <batch> AND (predicate)`: what a single table keeps.
pub(crate) struct KeptOfTable<'a, T: Table, W, P> {
    pub(crate) key: KeyColumns<T::PrimaryKey, KeyOf<T>>,
    pub(crate) from: T::FromClause,
    pub(crate) batch: &'a W,
    pub(crate) keeping: &'a P,
}

impl<T, W, P, DB> QueryFragment<DB> for KeptOfTable<'_, T, W, P>
where
    DB: TreeBackend,
    T: Table,
    T::PrimaryKey: QueryFragment<DB>,
    T::FromClause: QueryFragment<DB>,
    W: QueryFragment<DB>,
    P: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Dialect::keep_no_query(out.reborrow());
        out.push_sql("SELECT ");
        self.key.columns().walk_ast(out.reborrow())?;
        out.push_sql(" FROM ");
        self.from.walk_ast(out.reborrow())?;
        self.batch.walk_ast(out.reborrow())?;
        out.push_sql(" AND (");
        self.keeping.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl<T: Table, W, P> Query for KeptOfTable<'_, T, W, P> {
    type SqlType = KeyOf<T>;
}

impl<T: Table, W, P> QueryId for KeptOfTable<'_, T, W, P> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}
