//! A retention under way: what it is about, and how far it is.

use diesel::query_builder::QueryFragment;
use diesel::result::Error as DieselError;

use super::builder::Plan;
use crate::connection::{Kind, Session};
use crate::error::Error;
use crate::key::Value;
use crate::relation::Node;
use crate::sql::{Marks, UndeclaredKey};
use crate::tree::{Graph, Run};

/// The foreign keys into each table of the tree that no relation states.
pub(crate) type References = Vec<Vec<UndeclaredKey>>;

/// A retention under way.
pub(super) struct Job<'c, K, C, P> {
    pub(super) run: Run<'c, K, C, ()>,
    pub(super) plan: Plan,
    pub(super) keeping: P,
    /// The last key of the batches so far.
    pub(super) after: Option<Vec<Value>>,
    /// How many rows the next batch looks at.
    pub(super) size: usize,
    /// Whether rows that cannot go are looked for before the removal. They are, once one has been
    /// met.
    pub(super) looks_ahead: bool,
    /// The foreign keys that no relation states, once one has forbidden a removal.
    pub(super) references: Option<References>,
    /// Whether there are foreign keys that the removal does not look at, so the look has to.
    pub(super) has_deferred: bool,
    /// Whether PostgreSQL looks at deferred foreign keys before a removal, and at each of it: one that a
    /// hook violates is told from those that refuse the removal.
    pub(super) immediate: bool,
    /// How many rows the last try has read, and the last key of them.
    pub(super) read: usize,
    pub(super) last: Option<Vec<Value>>,
}

/// What became of one batch.
pub(super) struct BatchOutcome<V> {
    pub(super) looked_at: usize,
    pub(super) skipped: usize,
    pub(super) counts: Vec<usize>,
    pub(super) referenced: Vec<(String, usize)>,
    pub(super) is_last: bool,
    /// What the hook returned, where it was called.
    pub(super) value: Option<V>,
}

impl<'c, K, C, P> Job<'c, K, C, P>
where
    K: Kind<C>,
    P: QueryFragment<K::Backend>,
{
    pub(super) fn new(session: Session<'c, K, C>, plan: Plan, keeping: P) -> Result<Self, Error> {
        plan.check()?;
        let graph = Graph::below(plan.root)?;
        let marks = Marks::new(plan.cutoff, None);
        Ok(Self {
            run: Run::new(session, graph, marks, ()),
            size: plan.batch_size,
            plan,
            keeping,
            after: None,
            looks_ahead: false,
            references: None,
            has_deferred: false,
            immediate: false,
            read: 0,
            last: None,
        })
    }
}

impl Plan {
    /// Refuses what cannot be meant.
    fn check(&self) -> Result<(), Error> {
        let refuse = |why| Err(refused(self.root, why));
        if self.negative_age {
            return refuse("the age is negative");
        }
        if self.batch_size == 0 {
            return refuse("the batch size is 0");
        }
        Ok(self.root.refuse_moment(self.cutoff)?)
    }
}

/// An error of a run.
pub(super) fn refused(root: &Node, why: &str) -> Error {
    let why = format!("`purge_expired` of `{}`: {why}", root.text());
    Error::Database(DieselError::QueryBuilderError(why.into()))
}
