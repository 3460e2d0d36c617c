//! A batch, as a hook sees it.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::Bool;
use diesel::{QueryResult, Table};

use super::hook::Rows;
use crate::engine::Engine;
use crate::key::{Codec, KeyTypes, Keys};
use crate::relation::Node;
use crate::sql::TreeBackend;
use crate::table::SoftDeleteTable;

/// The SQL type of the key of a table.
pub type KeyOf<T> = <<T as Table>::PrimaryKey as Expression>::SqlType;

/// Blanket-implemented alias for a table whose key has a Rust type.
pub trait KeyedTable: SoftDeleteTable {
    /// The Rust type of the key.
    type Key: Send + Sync + 'static;
}

#[diagnostic::do_not_recommend]
impl<T> KeyedTable for T
where
    T: SoftDeleteTable,
    KeyOf<T>: KeyTypes,
{
    type Key = <KeyOf<T> as KeyTypes>::Value;
}

/// The rows of a batch that are about to go. They are locked.
pub struct Batch<T: KeyedTable> {
    keys: Vec<T::Key>,
    filter: BatchFilter<T>,
}

impl<T: KeyedTable> Batch<T> {
    pub(crate) fn new(keys: Vec<T::Key>, rows: &Rows) -> Self {
        let filter = BatchFilter::new(Arc::clone(&rows.keys), rows.engine);
        Self { keys, filter }
    }

    /// The keys of the rows of the table; a tuple, where a key has several columns.
    pub fn keys(&self) -> &[T::Key] {
        &self.keys
    }

    /// The rows as a predicate on the table, for a filter of any query on it. What is below them is
    /// reached by a sub-select: `posts::user_id.eq_any(users::table.filter(rows.filter()).select(users::id))`.
    pub fn filter(&self) -> BatchFilter<T> {
        self.filter.clone()
    }
}

impl<T: KeyedTable<Key: fmt::Debug>> fmt::Debug for Batch<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").field("keys", &self.keys).finish()
    }
}

/// `key IN (..)`: the rows of a batch.
#[derive(Debug)]
pub struct BatchFilter<T> {
    table: PhantomData<fn() -> T>,
    keys: Arc<Keys>,
    engine: Engine,
}

impl<T> BatchFilter<T> {
    fn new(keys: Arc<Keys>, engine: Engine) -> Self {
        Self {
            table: PhantomData,
            keys,
            engine,
        }
    }
}

impl<T> Clone for BatchFilter<T> {
    fn clone(&self) -> Self {
        Self {
            table: PhantomData,
            keys: Arc::clone(&self.keys),
            engine: self.engine,
        }
    }
}

impl<T> Expression for BatchFilter<T> {
    type SqlType = Bool;
}

impl<T, GB> ValidGrouping<GB> for BatchFilter<T> {
    type IsAggregate = diesel::expression::is_aggregate::No;
}

impl<T, QS: ?Sized> AppearsOnTable<QS> for BatchFilter<T>
where
    T: Table,
    T::PrimaryKey: AppearsOnTable<QS>,
{
}

impl<T, QS: ?Sized> SelectableExpression<QS> for BatchFilter<T>
where
    T: Table,
    T::PrimaryKey: SelectableExpression<QS>,
{
}

// The number of keys varies.
impl<T> QueryId for BatchFilter<T> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T, DB> QueryFragment<DB> for BatchFilter<T>
where
    T: SoftDeleteTable,
    DB: Backend + TreeBackend,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let node = Node::of::<T>();
        let arrays = Codec::<DB>::of().engine == Some(Engine::Postgres);
        out.push_sql("(");
        let rounds = self.keys.rounds(self.engine, arrays);
        for (number, round) in rounds.into_iter().enumerate() {
            if number > 0 {
                out.push_sql(" OR ");
            }
            crate::sql::walk_in(node, &round, self.engine, out.reborrow())?;
        }
        out.push_sql(")");
        Ok(())
    }
}
