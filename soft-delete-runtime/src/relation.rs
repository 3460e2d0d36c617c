//! Relations: what goes along with a row.

use diesel::query_builder::{DeleteStatement, IntoUpdateTarget};
use diesel::query_dsl::methods::FilterDsl;

use crate::moment::Moment;
use crate::scope::IsDeleted;
use crate::statement::{
    MarkRowsActive, MarkRowsDeleted, MarkRowsDeletedWith, PurgeRows, mark_rows_active,
    mark_rows_deleted, mark_rows_deleted_with, purge_rows,
};
use crate::table::{Marker, Relations, SoftDeleteTable};

/// What can be deleted, restored and purged: what [`diesel::update`] takes, of a soft-delete table.
///
/// That is `&user` (of a model that is [`Identifiable`](diesel::Identifiable)), `users::table`,
/// `users::table.find(1)`, `users::table.filter(..)`, `Post::belonging_to(&user)`.
///
/// Raw SQL in a filter needs its own parentheses around an `OR`, as in any Diesel query.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a target: it names no rows of a soft-delete table",
    label = "not a table, a filtered table, or a reference to an `Identifiable` model",
    note = "for `&user`, the model needs `#[derive(Identifiable)]`",
    note = "a table needs `#[derive(SoftDeletable)]` on a model of it, or `soft_delete_table!`; a query must have no clause but `filter`"
)]
pub trait Target: IntoUpdateTarget<Table = Self::Of> + Sized {
    /// The table.
    type Of: SoftDeleteTable;

    /// The table's relations, which decide what an operation on the target is.
    type Relations: Plan<Self>;
}

#[diagnostic::do_not_recommend]
impl<S> Target for S
where
    S: IntoUpdateTarget<Table: SoftDeleteTable<Relations: Plan<S>>>,
{
    type Of = S::Table;
    type Relations = Relations<S::Table>;
}

/// How a table's relations turn a target into an operation.
pub trait Plan<S> {
    /// What [`soft_delete`](crate::soft_delete) returns.
    type SoftDelete;
    /// What [`soft_delete_with`](crate::soft_delete_with) returns.
    type SoftDeleteWith<A>;
    /// What [`restore`](crate::restore) returns.
    type Restore;
    /// What [`purge`](crate::purge) returns.
    type Purge;

    /// Marks as deleted.
    fn soft_delete(target: S, at: Moment) -> Self::SoftDelete;
    /// Marks as deleted and writes a changeset.
    fn soft_delete_with<A>(target: S, at: Moment, changes: A) -> Self::SoftDeleteWith<A>;
    /// Marks as active.
    fn restore(target: S, at: Moment) -> Self::Restore;
    /// Removes deleted rows.
    fn purge(target: S) -> Self::Purge;
}

/// The relations of a table that has none: an operation on it is one statement.
#[derive(Debug, Clone, Copy)]
pub struct Leaf;

impl<S, T> Plan<S> for Leaf
where
    S: IntoUpdateTarget<Table = T>,
    T: SoftDeleteTable,
    DeleteStatement<T, S::WhereClause>: FilterDsl<IsDeleted<Marker<T>>>,
{
    type SoftDelete = MarkRowsDeleted<T, S::WhereClause>;
    type SoftDeleteWith<A> = MarkRowsDeletedWith<T, S::WhereClause, A>;
    type Restore = MarkRowsActive<T, S::WhereClause>;
    type Purge = PurgeRows<T, S::WhereClause>;

    fn soft_delete(target: S, at: Moment) -> Self::SoftDelete {
        mark_rows_deleted(target, at)
    }

    fn soft_delete_with<A>(target: S, at: Moment, changes: A) -> Self::SoftDeleteWith<A> {
        mark_rows_deleted_with(target, at, changes)
    }

    fn restore(target: S, at: Moment) -> Self::Restore {
        mark_rows_active(target, at)
    }

    fn purge(target: S) -> Self::Purge {
        purge_rows(target)
    }
}
