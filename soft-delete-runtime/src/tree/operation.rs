//! What the operations return for a table with relations: builders, which a connection carries out.

use std::marker::PhantomData;

use diesel::AsChangeset;

use super::carry_out::{Order, Verb};
use crate::closed::ClosedTarget;
use crate::moment::Moment;
use crate::relation::Node;
use crate::sql::ChangesOf;
use crate::statement::WithChanges;
use crate::table::SoftDeleteTable;

/// An operation on a tree.
///
/// It is implemented for what [`soft_delete`](crate::soft_delete), [`restore`](crate::restore) and
/// [`purge`](crate::purge) return, and cannot be implemented elsewhere.
pub trait TreeOperation {
    /// The table.
    type Table: SoftDeleteTable;
    /// The target's `WHERE`.
    type Where;
    /// The changesets.
    type Changes;

    #[doc(hidden)]
    #[allow(private_interfaces)]
    fn order(self) -> Order<Self::Where, Self::Changes>;
}

/// The soft delete of rows and of what goes along with them: what
/// [`soft_delete`](crate::soft_delete) returns for a table with `cascade` or `restrict`.
#[derive(Debug, Clone)]
#[must_use = "nothing happens before `execute`, `report` or `preview` is called"]
pub struct TreeSoftDelete<T, W, A = ()> {
    table: PhantomData<T>,
    target: W,
    changes: A,
    moment: Moment,
}

/// The restore of rows and of what went along with them: what [`restore`](crate::restore) returns
/// for a table with `cascade`, or that another table names in `cascade` or `restrict`.
#[derive(Debug, Clone)]
#[must_use = "nothing happens before `execute`, `report` or `preview` is called"]
pub struct TreeRestore<T, W, A = ()> {
    table: PhantomData<T>,
    target: W,
    changes: A,
    moment: Moment,
    with_ancestors: bool,
}

/// The removal of deleted rows and of what is below them: what [`purge`](crate::purge) returns for
/// a table with `cascade` or `restrict`.
#[derive(Debug, Clone)]
#[must_use = "nothing happens before `execute`, `report` or `preview` is called"]
pub struct TreePurge<T, W> {
    table: PhantomData<T>,
    target: W,
    including_active: bool,
    moment: Moment,
}

/// An operation on a tree that gives back rows: what `.returning(..)` returns.
#[derive(Debug, Clone)]
#[must_use = "nothing happens before `get_result` or `get_results` is called"]
pub struct TreeReturning<O, E> {
    pub(crate) operation: O,
    pub(crate) returning: E,
}

/// The active rows of a target, held until the transaction ends: what
/// [`hold_active`](crate::hold_active()) returns.
#[derive(Debug, Clone)]
#[must_use = "nothing happens before `execute` is called"]
pub struct HoldActive<T, W> {
    pub(crate) table: PhantomData<T>,
    pub(crate) target: W,
}

impl<T, W> HoldActive<T, W> {
    pub(crate) fn new<S>(target: S) -> Self
    where
        S: ClosedTarget<Table = T, Where = W>,
    {
        Self {
            table: PhantomData,
            target: target.into_where(),
        }
    }
}

impl<T, W> TreeSoftDelete<T, W> {
    pub(crate) fn new<S>(target: S) -> Self
    where
        S: ClosedTarget<Table = T, Where = W>,
    {
        Self {
            table: PhantomData,
            target: target.into_where(),
            changes: (),
            moment: Moment::now(),
        }
    }
}

impl<T, W> TreeRestore<T, W> {
    pub(crate) fn new<S>(target: S) -> Self
    where
        S: ClosedTarget<Table = T, Where = W>,
    {
        Self {
            table: PhantomData,
            target: target.into_where(),
            changes: (),
            moment: Moment::now(),
            with_ancestors: false,
        }
    }
}

impl<T, W> TreePurge<T, W> {
    pub(crate) fn new<S>(target: S) -> Self
    where
        S: ClosedTarget<Table = T, Where = W>,
    {
        Self::of(target.into_where())
    }

    pub(crate) fn of(target: W) -> Self {
        Self {
            table: PhantomData,
            target,
            including_active: false,
            moment: Moment::now(),
        }
    }

    /// Removes active rows too: those of the target, and those below them. They are marked as
    /// deleted first, so that a trigger that refuses to remove active rows lets them pass.
    ///
    /// Rows of tables named by `restrict` still refuse it.
    pub fn including_active(mut self) -> Self {
        self.including_active = true;
        self
    }
}

impl<T, W, A> TreeSoftDelete<T, W, A> {
    /// Takes that moment instead of now, cut to what the marker of every table stores.
    pub fn at(mut self, moment: impl Into<Moment>) -> Self {
        self.moment = moment.into();
        self
    }

    /// Writes a changeset to the rows of its table that the operation deletes, in the statement that
    /// marks them.
    ///
    /// It is written before the marker, which wins; PostgreSQL refuses a column that is written
    /// twice. A table that is not in the tree is an error when the operation runs.
    pub fn with<D>(self, changes: D) -> TreeSoftDelete<T, W, ChangesOf<D::Target, D::Changeset, A>>
    where
        D: AsChangeset<Target: SoftDeleteTable>,
    {
        TreeSoftDelete {
            table: PhantomData,
            target: self.target,
            changes: ChangesOf::new(changes.as_changeset(), self.changes),
            moment: self.moment,
        }
    }
}

impl<T, W, A> TreeRestore<T, W, A> {
    /// Takes that moment instead of now; a restore writes it to the columns named by `touch`.
    pub fn at(mut self, moment: impl Into<Moment>) -> Self {
        self.moment = moment.into();
        self
    }

    /// Writes a changeset to the rows of its table that come back, in the statement that restores
    /// them.
    ///
    /// A table that is not in the tree is an error when the operation runs.
    pub fn with<D>(self, changes: D) -> TreeRestore<T, W, ChangesOf<D::Target, D::Changeset, A>>
    where
        D: AsChangeset<Target: SoftDeleteTable>,
    {
        TreeRestore {
            table: PhantomData,
            target: self.target,
            changes: ChangesOf::new(changes.as_changeset(), self.changes),
            moment: self.moment,
            with_ancestors: self.with_ancestors,
        }
    }

    /// Restores the deleted parents of the rows too, and theirs, instead of refusing with
    /// [`ParentDeleted`](crate::Error::ParentDeleted).
    ///
    /// Only the ancestor's own row comes back: what else was deleted with it stays deleted. The
    /// ancestors are those that the rows have before [`with`](Self::with) changes them.
    pub fn with_ancestors(mut self) -> Self {
        self.with_ancestors = true;
        self
    }
}

impl<T: SoftDeleteTable, W, A> TreeOperation for TreeSoftDelete<T, W, A> {
    type Table = T;
    type Where = W;
    type Changes = A;

    #[allow(private_interfaces)]
    fn order(self) -> Order<W, A> {
        Order {
            verb: Verb::SoftDelete,
            root: Node::of::<T>(),
            target: self.target,
            changes: self.changes,
            moment: self.moment,
        }
    }
}

impl<T: SoftDeleteTable, W, A> TreeOperation for TreeRestore<T, W, A> {
    type Table = T;
    type Where = W;
    type Changes = A;

    #[allow(private_interfaces)]
    fn order(self) -> Order<W, A> {
        let with_ancestors = self.with_ancestors;
        Order {
            verb: Verb::Restore { with_ancestors },
            root: Node::of::<T>(),
            target: self.target,
            changes: self.changes,
            moment: self.moment,
        }
    }
}

impl<T: SoftDeleteTable, W> TreeOperation for TreePurge<T, W> {
    type Table = T;
    type Where = W;
    type Changes = ();

    #[allow(private_interfaces)]
    fn order(self) -> Order<W, ()> {
        let including_active = self.including_active;
        Order {
            verb: Verb::Purge { including_active },
            root: Node::of::<T>(),
            target: self.target,
            changes: (),
            moment: self.moment,
        }
    }
}

impl<T, W, A, D: AsChangeset> WithChanges<D> for TreeSoftDelete<T, W, A> {
    type Output = TreeSoftDelete<T, W, ChangesOf<D::Target, D::Changeset, A>>;
}

impl<T, W, A, D: AsChangeset> WithChanges<D> for TreeRestore<T, W, A> {
    type Output = TreeRestore<T, W, ChangesOf<D::Target, D::Changeset, A>>;
}
