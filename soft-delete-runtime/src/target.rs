//! Targets: what an operation is about, and what kind of operation that makes it.

use crate::closed::ClosedTarget;
use crate::relation::{Shape, SingleTable, Tree};
use crate::statement::{MarkRowsActive, MarkRowsDeleted, MarkStatement, PurgeRows, PurgeStatement};
use crate::table::{Relations, SoftDeleteTable};
use crate::tree::{TreePurge, TreeRestore, TreeSoftDelete};

/// What can be deleted, restored and purged: what [`diesel::update`] takes, of a soft-delete table.
///
/// That is `&user` (of a model that is [`Identifiable`](diesel::Identifiable)), `users::table`,
/// `users::table.with_deleted().find(1)` or with any other filter, `Post::belonging_to(&user)`.
///
/// Raw SQL in a filter is closed in parentheses, so an `OR` in it reaches no row that the operation is
/// not about. An operator of your own, of [`infix_operator!`](diesel::infix_operator), has to close an
/// `OR` itself.
pub trait Target: NamesRows {}

#[diagnostic::do_not_recommend]
impl<S: NamesRows> Target for S {}

/// What a [`Target`] is, and what follows from it.
#[diagnostic::on_unimplemented(
    message = "that is not a target: it names no rows of a soft-delete table",
    label = "not a table, a filtered table, or a reference to an `Identifiable` model",
    note = "for `&user`, the model needs `#[derive(Identifiable)]`",
    note = "a table needs `#[derive(SoftDeletable)]` on a model of it, or `soft_delete_table!`",
    note = "the rows of any other query, or of a `Vec`, are named by their keys: `users::table.filter(users::id.eq_any(query.select(users::id)))`"
)]
pub trait NamesRows: ClosedTarget<Table = Self::Of> + Sized {
    /// The table.
    type Of: SoftDeleteTable;

    /// Whether a soft delete or a purge of it concerns other tables.
    type Down: BuildDelete<Self>;

    /// Whether a restore of it concerns other tables.
    type Up: BuildRestore<Self>;
}

/// Any `WHERE`. A bound on that of a target lets the compiler say what a target is where there is none,
/// instead of what Diesel's implementations need.
pub trait AnyWhere {}

impl<W> AnyWhere for W {}

#[diagnostic::do_not_recommend]
impl<S> NamesRows for S
where
    S: ClosedTarget<Table: SoftDeleteTable, Where: AnyWhere>,
    Relations<S::Table>: Shape<Down: BuildDelete<S>, Up: BuildRestore<S>>,
{
    type Of = S::Table;
    type Down = <Relations<S::Table> as Shape>::Down;
    type Up = <Relations<S::Table> as Shape>::Up;
}

/// What a soft delete and a purge of a target are.
#[diagnostic::on_unimplemented(
    message = "that is not a target: it is no table, no filtered table and no reference to a model",
    label = "a query must have no clause but `filter`, and a model is passed as `&user`",
    note = "the rows of any other query, or of a `Vec`, are named by their keys: `users::table.filter(users::id.eq_any(query.select(users::id)))`"
)]
pub trait BuildDelete<S> {
    /// What [`soft_delete`](crate::soft_delete) returns.
    type SoftDelete;
    /// What [`purge`](crate::purge) returns.
    type Purge;

    /// Marks as deleted.
    fn soft_delete(target: S) -> Self::SoftDelete;
    /// Removes deleted rows.
    fn purge(target: S) -> Self::Purge;
}

/// What a restore of a target is.
#[diagnostic::on_unimplemented(
    message = "that is not a target: it is no table, no filtered table and no reference to a model",
    label = "a query must have no clause but `filter`, and a model is passed as `&user`",
    note = "the rows of any other query, or of a `Vec`, are named by their keys: `users::table.filter(users::id.eq_any(query.select(users::id)))`"
)]
pub trait BuildRestore<S> {
    /// What [`restore`](crate::restore) returns.
    type Restore;

    /// Marks as active.
    fn restore(target: S) -> Self::Restore;
}

#[diagnostic::do_not_recommend]
impl<S, T> BuildDelete<S> for SingleTable
where
    S: ClosedTarget<Table = T>,
    T: SoftDeleteTable,
    S::Where: AnyWhere,
{
    type SoftDelete = MarkRowsDeleted<T, S::Where>;
    type Purge = PurgeRows<T, S::Where>;

    fn soft_delete(target: S) -> Self::SoftDelete {
        MarkStatement::new(target)
    }

    fn purge(target: S) -> Self::Purge {
        PurgeStatement::new(target)
    }
}

#[diagnostic::do_not_recommend]
impl<S, T> BuildRestore<S> for SingleTable
where
    S: ClosedTarget<Table = T>,
    T: SoftDeleteTable,
    S::Where: AnyWhere,
{
    type Restore = MarkRowsActive<T, S::Where>;

    fn restore(target: S) -> Self::Restore {
        MarkStatement::new(target)
    }
}

#[diagnostic::do_not_recommend]
impl<S, T> BuildDelete<S> for Tree
where
    S: ClosedTarget<Table = T>,
    T: SoftDeleteTable,
    S::Where: AnyWhere,
{
    type SoftDelete = TreeSoftDelete<T, S::Where>;
    type Purge = TreePurge<T, S::Where>;

    fn soft_delete(target: S) -> Self::SoftDelete {
        TreeSoftDelete::new(target)
    }

    fn purge(target: S) -> Self::Purge {
        TreePurge::new(target)
    }
}

#[diagnostic::do_not_recommend]
impl<S, T> BuildRestore<S> for Tree
where
    S: ClosedTarget<Table = T>,
    T: SoftDeleteTable,
    S::Where: AnyWhere,
{
    type Restore = TreeRestore<T, S::Where>;

    fn restore(target: S) -> Self::Restore {
        TreeRestore::new(target)
    }
}
