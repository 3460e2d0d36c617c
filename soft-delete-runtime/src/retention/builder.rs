//! What a retention is to remove, and how.

use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::expression::AppearsOnTable;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::sql_types::BoolOrNullableBool;

use super::after::NoAfter;
use super::batch::{Batch, KeyedTable};
#[cfg(feature = "async")]
use super::hook::AsyncHooks;
use super::hook::{Hooks, NoHook, Returns};
use super::progress::Progress;
use crate::column::SqlTypeOf;
use crate::marker::{MarkerType, MomentMarker};
use crate::moment::{Age, Moment};
use crate::relation::Node;
use crate::table::{Marker, SoftDeleteTable};

/// Removes the rows that have been deleted for long enough, and what is below them, in batches.
///
/// Each batch is a short transaction of its own: it looks for the next rows by their key, locks
/// them, leaves out those that cannot go, and removes the others, children first. Whatever stops it
/// between two batches loses nothing, and a second run goes on. Two workers at once share the work
/// on PostgreSQL and MySQL (from MySQL 8.0, MariaDB 10.6), which have `SKIP LOCKED`.
///
/// ```sql
/// SELECT "users"."id" FROM "users"
///   WHERE "users"."id" > $1 AND ("users"."deleted_at" IS NOT NULL) AND "users"."deleted_at" < $2
///   ORDER BY "users"."id" LIMIT 1000 FOR UPDATE SKIP LOCKED;
/// DELETE FROM "users" WHERE ("users"."deleted_at" IS NOT NULL) AND "users"."id" = ANY($1);
/// ```
///
/// A row cannot go while an active row is below it, a row of a table named by `restrict` refers to
/// it or to one below it, a foreign key that no relation states refers to it, a trigger refuses it, or
/// [`keeping`](PurgeExpired::keeping) holds for it. It is skipped and counted, and does not stop
/// the others.
///
/// ```
/// # include!("../doctest_setup.rs");
/// use chrono::TimeDelta;
/// use soft_delete_runtime::purge_expired;
///
/// # fn main() -> Result<(), soft_delete_runtime::Error> {
/// # let conn = &mut connection();
/// let purged = purge_expired(posts::table)
///     .older_than(TimeDelta::days(1))
///     .batch_size(500)
///     .after_batch(|progress, ()| println!("{} rows so far", progress.rows()))
///     .execute(conn)?;
/// assert_eq!((purged.rows(), purged.skipped()), (1, 0)); // Sean's draft, deleted two days ago
/// # Ok(())
/// # }
/// ```
#[doc(alias = "trash")]
pub fn purge_expired<T>(_: T) -> Retention<T>
where
    T: WholeTable<Marker: MomentMarker>,
{
    Retention(PhantomData)
}

/// Blanket-implemented alias for a [`SoftDeleteTable`], with the SQL type of its marker.
#[diagnostic::on_unimplemented(
    message = "`purge_expired` takes a soft-delete table, and the whole of it",
    label = "not a table that has `#[derive(SoftDeletable)]` or `soft_delete_table!`",
    note = "rows that are to stay are named by a predicate: `purge_expired(users::table).older_than(..).keeping(users::hold.eq(true))`"
)]
pub trait WholeTable {
    /// The SQL type of the marker.
    type Marker;
}

#[diagnostic::do_not_recommend]
impl<T> WholeTable for T
where
    T: SoftDeleteTable,
    SqlTypeOf<Marker<T>>: MarkerType,
{
    type Marker = SqlTypeOf<Marker<T>>;
}

/// A retention that still lacks its age: what [`purge_expired`] returns.
#[derive(Debug, Clone, Copy)]
#[must_use = "nothing happens before `older_than` and `execute` are called"]
pub struct Retention<T>(PhantomData<T>);

/// Nothing implements it: what is called too early says so.
#[diagnostic::on_unimplemented(
    message = "a retention takes an age before it runs",
    label = "say `.older_than(age)` or `.deleted_before(moment)` first"
)]
pub trait HasAge {}

impl<T: SoftDeleteTable> Retention<T> {
    #[doc(hidden)] // what is called too early gets a message of its own
    pub fn execute(self, _: &mut impl Sized)
    where
        Self: HasAge,
    {
    }

    #[doc(hidden)]
    pub fn preview(self, _: &mut impl Sized)
    where
        Self: HasAge,
    {
    }

    /// Rows deleted more than that time ago.
    ///
    /// It takes [`std::time::Duration`], `chrono::TimeDelta` and `time::Duration`, counted back from
    /// this call. An age that is negative, or that goes back further than the marker can store, is an
    /// error when it runs.
    pub fn older_than(self, age: impl Into<Age>) -> PurgeExpired<T> {
        let age = age.into();
        let mut retention = self.deleted_before(age.before(Moment::now()));
        retention.plan.negative_age = age.is_negative();
        retention
    }

    /// Rows deleted before that moment. One that the marker cannot store is an error when it runs.
    pub fn deleted_before(self, moment: impl Into<Moment>) -> PurgeExpired<T> {
        PurgeExpired {
            table: PhantomData,
            plan: Plan {
                root: Node::of::<T>(),
                cutoff: moment.into(),
                negative_age: false,
                batch_size: 1_000,
                max_batches: None,
                with_total: false,
                keeps: false,
            },
            keeping: NoKeep,
            before: NoHook,
            after: NoAfter,
        }
    }
}

/// What is to be removed, and how.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) root: &'static Node,
    pub(crate) cutoff: Moment,
    pub(crate) negative_age: bool,
    pub(crate) batch_size: usize,
    pub(crate) max_batches: Option<usize>,
    pub(crate) with_total: bool,
    /// Whether there is a predicate of `keeping`.
    pub(crate) keeps: bool,
}

/// The removal of expired rows in batches.
#[derive(Debug, Clone)]
#[must_use = "nothing happens before `execute` or `preview` is called"]
pub struct PurgeExpired<T, P = NoKeep, B = NoHook, F = NoAfter> {
    pub(crate) table: PhantomData<T>,
    pub(crate) plan: Plan,
    pub(crate) keeping: P,
    pub(crate) before: B,
    pub(crate) after: F,
}

/// A retention without a hook and a function of [`after_batch`](PurgeExpired::after_batch), which takes
/// what the hook returns.
///
/// ```compile_fail,E0277
/// # include!("../doctest_setup.rs");
/// # fn run(conn: &mut diesel::SqliteConnection) -> Result<(), soft_delete_runtime::Error> {
/// soft_delete_runtime::purge_expired(posts::table)
///     .deleted_before(chrono::Utc::now())
///     .after_batch(|_, ()| println!("this function would be dropped"))
///     .before_batch(|_: &mut diesel::SqliteConnection, _| diesel::QueryResult::Ok(()))
///     .execute(conn)?;
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "a retention takes one hook, set before `after_batch`",
    label = "say `.before_batch(..)` or `.before_batch_async(..)` once, and `.after_batch(..)` after it",
    note = "`after_batch` is handed what the hook returns"
)]
pub trait TakesHook {}

impl<T, P> TakesHook for PurgeExpired<T, P> {}

/// No predicate of [`keeping`](PurgeExpired::keeping).
#[derive(Debug, Clone, Copy, diesel::query_builder::QueryId)]
pub struct NoKeep;

impl<DB: Backend> QueryFragment<DB> for NoKeep {
    fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

impl<T, P, B, F> PurgeExpired<T, P, B, F> {
    /// How many rows of the table a batch looks at; 1000 unless told. 0 is an error when it runs.
    ///
    /// A larger batch is faster, for it has fewer commits, and holds its locks for longer.
    pub fn batch_size(mut self, rows: usize) -> Self {
        // more than any engine has
        self.plan.batch_size = rows.min(u32::MAX as usize);
        self
    }

    /// Stops after that many batches; the next run goes on.
    ///
    /// A batch of which no row can go does not count: a run gets past the rows that are kept.
    pub fn max_batches(mut self, batches: usize) -> Self {
        self.plan.max_batches = Some(batches);
        self
    }

    /// Counts the expired rows first, for [`Progress::total`].
    pub fn with_total(mut self) -> Self {
        self.plan.with_total = true;
        self
    }

    /// Rows of the table for which the predicate holds are not removed, nor are the rows above them in
    /// the same table; they are counted as [`skipped`](Progress::skipped).
    ///
    /// For a predicate on other tables use `exists(..)`. A second call replaces the first.
    pub fn keeping<K>(mut self, predicate: K) -> PurgeExpired<T, K, B, F>
    where
        K: AppearsOnTable<T>,
        K::SqlType: BoolOrNullableBool,
    {
        self.plan.keeps = true;
        PurgeExpired {
            table: PhantomData,
            plan: self.plan,
            keeping: predicate,
            before: self.before,
            after: self.after,
        }
    }

    /// Called before each removal, in the batch's transaction, with the rows that are about to go:
    /// they are locked. It is the place to copy them to an archive, to remove what refers to them in
    /// tables without a marker, and to collect the names of files to remove.
    ///
    /// Its error undoes the batch and ends the run. It may be called again, for a smaller batch if the
    /// database refuses the removal, or for the same one after a deadlock, so make changes only through
    /// `conn`, and none to the rows of the batch. What it returns is passed to
    /// [`after_batch`](Self::after_batch) after the commit; call that method after this one.
    ///
    /// ```
    /// # include!("../doctest_setup.rs");
    /// use chrono::TimeDelta;
    /// use soft_delete_runtime::purge_expired;
    ///
    /// # fn main() -> Result<(), soft_delete_runtime::Error> {
    /// # let conn = &mut connection();
    /// purge_expired(posts::table)
    ///     .older_than(TimeDelta::days(1))
    ///     .before_batch(|conn, rows| {
    ///         let going = posts::table.only_deleted().filter(rows.filter());
    ///         going.select(posts::title).load::<String>(conn)
    ///     })
    ///     .after_batch(|_, titles| assert_eq!(titles, ["Draft"]))
    ///     .execute(conn)?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "archive")]
    pub fn before_batch<C, V, E, H>(self, hook: H) -> PurgeExpired<T, P, Hooks<H, C, V, E>>
    where
        Self: TakesHook,
        T: KeyedTable,
        H: FnMut(&mut C, &Batch<T>) -> Result<V, E>,
    {
        PurgeExpired {
            table: PhantomData,
            plan: self.plan,
            keeping: self.keeping,
            before: Hooks::new(hook),
            after: NoAfter,
        }
    }

    /// [`before_batch`](Self::before_batch) on an asynchronous connection, with an async closure:
    /// `.before_batch_async(async |conn, rows| ..)`.
    ///
    /// The closure may capture shared references only, because its future, which may move to another
    /// thread, cannot borrow from the closure. So it cannot change a captured variable: return the
    /// value, and let [`after_batch`](Self::after_batch) store it. Nor can it own one: no `async move`
    /// with a `String`, capture a `&str` instead.
    ///
    /// ```
    /// # #[cfg(feature = "async")] mod example {
    /// # use diesel::{prelude::{ExpressionMethods as _, QueryDsl as _}, sqlite::Sqlite};
    /// # use soft_delete_runtime::soft_delete_table;
    /// use chrono::TimeDelta;
    /// use diesel_async::{AsyncConnection, RunQueryDsl};
    /// use soft_delete_runtime::{Error, purge_expired};
    ///
    /// # diesel::table! { files (id) { id -> Integer, post_id -> Integer, path -> Text } }
    /// # diesel::table! { posts (id) { id -> Integer, deleted_at -> Nullable<Timestamp> } }
    /// # soft_delete_table! { posts(deleted_at) }
    /// async fn empty_trash<C>(conn: &mut C, folder: &str) -> Result<Vec<String>, Error>
    /// where
    ///     C: AsyncConnection<Backend = Sqlite>,
    /// {
    ///     let mut paths = Vec::new();
    ///     purge_expired(posts::table)
    ///         .older_than(TimeDelta::days(30))
    ///         .before_batch_async(async |conn, rows| {
    ///             let of_posts = || files::table.filter(files::post_id.eq_any(rows.keys()));
    ///             let names: Vec<String> = of_posts().select(files::path).load(conn).await?;
    ///             diesel::delete(of_posts()).execute(conn).await?;
    ///             let paths = names.iter().map(|name| format!("{folder}/{name}"));
    ///             Ok::<Vec<String>, diesel::result::Error>(paths.collect())
    ///         })
    ///         .after_batch(|_, removed| paths.extend(removed))
    ///         .execute(conn)
    ///         .await?;
    ///     Ok(paths)
    /// }
    /// # }
    /// # fn main() {}
    /// ```
    #[cfg(feature = "async")]
    pub fn before_batch_async<C, V, E, H>(
        self,
        hook: H,
    ) -> PurgeExpired<T, P, AsyncHooks<H, C, V, E>>
    where
        Self: TakesHook,
        T: KeyedTable,
        H: for<'a, 'b> AsyncFnMut(&'a mut C, &'b Batch<T>) -> Result<V, E>,
    {
        PurgeExpired {
            table: PhantomData,
            plan: self.plan,
            keeping: self.keeping,
            before: AsyncHooks::new(hook),
            after: NoAfter,
        }
    }

    /// Called after the commit of each batch, with what the hook before it returned, or `()`. It is the
    /// place to remove files. If there is a hook, a batch of which no row can go calls neither.
    ///
    /// In a transaction of yours a batch is a savepoint: its rows are back if you roll back.
    pub fn after_batch<V, G>(self, after: G) -> PurgeExpired<T, P, B, G>
    where
        B: Returns<V>,
        G: FnMut(&Progress, V),
    {
        PurgeExpired {
            table: PhantomData,
            plan: self.plan,
            keeping: self.keeping,
            before: self.before,
            after,
        }
    }
}
