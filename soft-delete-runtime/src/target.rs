//! Targets: what an operation is about, and what kind of operation that makes it.

use diesel::query_builder::{DeleteStatement, IntoUpdateTarget};
use diesel::query_dsl::methods::FilterDsl;

use crate::moment::Moment;
use crate::relation::{Alone, InTree, Shape};
use crate::scope::IsDeleted;
use crate::statement::{
    MarkRowsActive, MarkRowsDeleted, MarkRowsDeletedWith, PurgeRows, mark_rows_active,
    mark_rows_deleted, mark_rows_deleted_with, purge_rows,
};
use crate::table::{Marker, Relations, SoftDeleteTable};
use crate::tree::{TreePurge, TreeRestore, TreeSoftDelete};

/// What can be deleted, restored and purged: what [`diesel::update`] takes, of a soft-delete table.
///
/// That is `&user` (of a model that is [`Identifiable`](diesel::Identifiable)), `users::table`,
/// `users::table.with_deleted().find(1)` or with any other filter, `Post::belonging_to(&user)`.
///
/// Raw SQL in a filter needs its own parentheses around an `OR`, as in any Diesel query.
pub trait Target: NamesRows {}

#[diagnostic::do_not_recommend]
impl<S: NamesRows> Target for S {}

/// What a [`Target`] is, and what follows from it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a target: it names no rows of a soft-delete table",
    label = "not a table, a filtered table, or a reference to an `Identifiable` model",
    note = "for `&user`, the model needs `#[derive(Identifiable)]`",
    note = "a table needs `#[derive(SoftDeletable)]` on a model of it, or `soft_delete_table!`; a query must have no clause but `filter`"
)]
pub trait NamesRows: IntoUpdateTarget<Table = Self::Of> + Sized {
    /// The table.
    type Of: SoftDeleteTable;

    /// Whether a soft delete or a purge of it concerns other tables.
    type Down: PlanDown<Self>;

    /// Whether a restore of it concerns other tables.
    type Up: PlanUp<Self>;
}

#[diagnostic::do_not_recommend]
impl<S> NamesRows for S
where
    S: IntoUpdateTarget<Table: SoftDeleteTable>,
    Relations<S::Table>: Shape<Down: PlanDown<S>, Up: PlanUp<S>>,
{
    type Of = S::Table;
    type Down = <Relations<S::Table> as Shape>::Down;
    type Up = <Relations<S::Table> as Shape>::Up;
}

/// What a soft delete and a purge of a target are.
#[diagnostic::on_unimplemented(
    message = "`{S}` is not a target: it is no table, no filtered table and no reference to a model",
    label = "a query must have no clause but `filter`, and a model is passed as `&user`"
)]
pub trait PlanDown<S> {
    /// What [`soft_delete`](crate::soft_delete) returns.
    type SoftDelete;
    /// What [`soft_delete_with`](crate::soft_delete_with) returns.
    type SoftDeleteWith<A>;
    /// What [`purge`](crate::purge) returns.
    type Purge;

    /// Marks as deleted.
    fn soft_delete(target: S, at: Moment) -> Self::SoftDelete;
    /// Marks as deleted and writes a changeset.
    fn soft_delete_with<A>(target: S, at: Moment, changes: A) -> Self::SoftDeleteWith<A>;
    /// Removes deleted rows.
    fn purge(target: S) -> Self::Purge;
}

/// What a restore of a target is.
#[diagnostic::on_unimplemented(
    message = "`{S}` is not a target: it is no table, no filtered table and no reference to a model",
    label = "a query must have no clause but `filter`, and a model is passed as `&user`"
)]
pub trait PlanUp<S> {
    /// What [`restore`](crate::restore) returns.
    type Restore;

    /// Marks as active.
    fn restore(target: S, at: Moment) -> Self::Restore;
}

#[diagnostic::do_not_recommend]
impl<S, T> PlanDown<S> for Alone
where
    S: IntoUpdateTarget<Table = T>,
    T: SoftDeleteTable,
    DeleteStatement<T, S::WhereClause>: FilterDsl<IsDeleted<Marker<T>>>,
{
    type SoftDelete = MarkRowsDeleted<T, S::WhereClause>;
    type SoftDeleteWith<A> = MarkRowsDeletedWith<T, S::WhereClause, A>;
    type Purge = PurgeRows<T, S::WhereClause>;

    fn soft_delete(target: S, at: Moment) -> Self::SoftDelete {
        mark_rows_deleted(target, at)
    }

    fn soft_delete_with<A>(target: S, at: Moment, changes: A) -> Self::SoftDeleteWith<A> {
        mark_rows_deleted_with(target, at, changes)
    }

    fn purge(target: S) -> Self::Purge {
        purge_rows(target)
    }
}

#[diagnostic::do_not_recommend]
impl<S, T> PlanUp<S> for Alone
where
    S: IntoUpdateTarget<Table = T>,
    T: SoftDeleteTable,
{
    type Restore = MarkRowsActive<T, S::WhereClause>;

    fn restore(target: S, at: Moment) -> Self::Restore {
        mark_rows_active(target, at)
    }
}

#[diagnostic::do_not_recommend]
impl<S, T> PlanDown<S> for InTree
where
    S: IntoUpdateTarget<Table = T>,
    T: SoftDeleteTable,
{
    type SoftDelete = TreeSoftDelete<T, S::WhereClause>;
    type SoftDeleteWith<A> = TreeSoftDelete<T, S::WhereClause, A>;
    type Purge = TreePurge<T, S::WhereClause>;

    fn soft_delete(target: S, at: Moment) -> Self::SoftDelete {
        TreeSoftDelete::new(target, at, ())
    }

    fn soft_delete_with<A>(target: S, at: Moment, changes: A) -> Self::SoftDeleteWith<A> {
        TreeSoftDelete::new(target, at, changes)
    }

    fn purge(target: S) -> Self::Purge {
        TreePurge::new(target)
    }
}

#[diagnostic::do_not_recommend]
impl<S, T> PlanUp<S> for InTree
where
    S: IntoUpdateTarget<Table = T>,
    T: SoftDeleteTable,
{
    type Restore = TreeRestore<T, S::WhereClause>;

    fn restore(target: S, at: Moment) -> Self::Restore {
        TreeRestore::new(target, at)
    }
}
