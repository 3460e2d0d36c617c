//! What a scope is called on: a table, an alias, or a query on one of them.

use diesel::expression::{AsExpression, Expression};
use diesel::query_source::{Alias, AliasSource, QuerySource};

use super::predicate::HasMarker;
use crate::column::SqlTypeOf;
use crate::compat::{BoxedSelectStatement, FromClause, SelectStatement};
use crate::marker::{MomentMarker, MomentType};
use crate::moment::Moment;
use crate::table::{Marker, SoftDeleteTable};

/// The moment as it is compared with a marker.
type MomentOf<C> = <<SqlTypeOf<C> as MomentType>::Moment as AsExpression<SqlTypeOf<C>>>::Expression;
/// The moment as it is compared with the marker of what a query is on.
pub type BoundOf<Q> = <<Q as OneTable>::Table as MomentTable>::Bound;

/// A table whose marker keeps the moment of the deletion.
#[diagnostic::on_unimplemented(
    message = "the marker of `{Self}` does not keep the moment of the deletion",
    label = "no moment to compare with",
    note = "a date and time marker or an epoch in a `BigInt` does"
)]
pub trait MomentTable: SoftDeleteTable {
    /// The moment as it is bound.
    type Bound;

    /// Binds it.
    fn bound(moment: Moment) -> Self::Bound;
}

#[diagnostic::do_not_recommend]
impl<T> MomentTable for T
where
    T: SoftDeleteTable<Marker: Expression<SqlType: MomentMarker>>,
{
    type Bound = MomentOf<Marker<T>>;

    fn bound(moment: Moment) -> Self::Bound {
        SqlTypeOf::<Marker<T>>::moment(moment, T::UNIT).as_expression()
    }
}

/// A table, an alias, or a query on one of them: what a scope can be called on.
#[diagnostic::on_unimplemented(
    message = "a scope is called on a soft-delete table, an alias of one, or a query on one",
    label = "not a soft-delete table",
    note = "if it is a table or an alias, add `#[derive(SoftDeletable)]` to a model of the table, or `soft_delete_table! {{ posts(deleted_at) }}` where it has none",
    note = "if it is a join, state the predicate of each table: `.filter(is_active(posts::table))`, `.inner_join_active(posts::table)`"
)]
pub trait OneTable {
    /// The table.
    type Table: SoftDeleteTable;

    /// The table, or the alias of it that the query is on.
    type Source: HasMarker + Default;
}

/// The marker of what a query is on, qualified by the table or the alias.
pub type MarkerOf<Q> = <<Q as OneTable>::Source as HasMarker>::Marker;

pub(super) fn marker_of<Q: OneTable>() -> MarkerOf<Q> {
    Q::Source::default().marker()
}

#[diagnostic::do_not_recommend]
impl<T: SoftDeleteTable> OneTable for T {
    type Table = T;
    type Source = T;
}

#[diagnostic::do_not_recommend]
impl<A> OneTable for Alias<A>
where
    A: AliasSource<Target: SoftDeleteTable> + Default,
{
    type Table = A::Target;
    type Source = Self;
}

#[diagnostic::do_not_recommend]
impl<T, S, D, W, O, LOf, G, H, LC> OneTable
    for SelectStatement<FromClause<T>, S, D, W, O, LOf, G, H, LC>
where
    T: SoftDeleteTable,
{
    type Table = T;
    type Source = T;
}

#[diagnostic::do_not_recommend]
impl<T, ST, DB, GB> OneTable for BoxedSelectStatement<'_, ST, FromClause<T>, DB, GB>
where
    T: SoftDeleteTable,
{
    type Table = T;
    type Source = T;
}

#[diagnostic::do_not_recommend]
impl<A, S, D, W, O, LOf, G, H, LC> OneTable
    for SelectStatement<FromClause<Alias<A>>, S, D, W, O, LOf, G, H, LC>
where
    A: AliasSource<Target: SoftDeleteTable> + Default,
    Alias<A>: QuerySource,
{
    type Table = A::Target;
    type Source = Alias<A>;
}

#[diagnostic::do_not_recommend]
impl<A, ST, DB, GB> OneTable for BoxedSelectStatement<'_, ST, FromClause<Alias<A>>, DB, GB>
where
    A: AliasSource<Target: SoftDeleteTable> + Default,
    Alias<A>: QuerySource,
{
    type Table = A::Target;
    type Source = Alias<A>;
}
