//! Joins without the deleted rows of the joined table.

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, ValidGrouping};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::QuerySource;
use diesel::{JoinTo, QueryDsl, QueryResult};

use crate::closed::is_closed;
use crate::compat::{FromClause, Inner, InternalJoinDsl, Join, JoinOn, LeftOuter, SelectStatement};
use crate::marker::MarkerType;
use crate::scope::{HasMarker, IsActive};
use crate::table::{Marker, SoftDeleteTable};

/// Joins without the deleted rows of the joined table. They take what Diesel's joins take: a table
/// declared with [`joinable!`](diesel::joinable), or one with an `ON`, `posts::table.on(..)`.
///
/// The predicate is in `ON`, where a left join needs it: in `WHERE` it would exclude the rows that
/// have nothing to join.
///
/// Of a join on the right side, as in
/// `users::table.inner_join_active(posts::table.inner_join(comments::table))`, the first table is scoped
/// alone: say `inner_join_active` there too.
pub trait JoinActiveDsl: QueryDsl + Sized {
    /// `INNER JOIN "posts" ON (("posts"."user_id" = "users"."id") AND ("posts"."deleted_at" IS NULL))`
    ///
    /// ```
    /// # include!("doctest_setup.rs");
    /// # fn main() -> QueryResult<()> {
    /// # let conn = &mut connection();
    /// let written = users::table
    ///     .inner_join_active(posts::table)
    ///     .filter(is_active(users::table))
    ///     .select((users::name, posts::title))
    ///     .load::<(String, String)>(conn)?;
    /// # Ok(())
    /// # }
    /// ```
    fn inner_join_active<Rhs>(self, rhs: Rhs) -> InnerJoinActive<Self, Rhs>
    where
        Self: JoinActive<Rhs, Inner>,
    {
        self.join_active(rhs, Inner)
    }

    /// `LEFT OUTER JOIN "posts" ON (("posts"."user_id" = "users"."id") AND ("posts"."deleted_at" IS NULL))`
    fn left_join_active<Rhs>(self, rhs: Rhs) -> LeftJoinActive<Self, Rhs>
    where
        Self: JoinActive<Rhs, LeftOuter>,
    {
        self.join_active(rhs, LeftOuter)
    }
}

impl<Q: QueryDsl> JoinActiveDsl for Q {}

/// The return type of [`query.inner_join_active(rhs)`](crate::JoinActiveDsl::inner_join_active).
pub type InnerJoinActive<Q, Rhs> = <Q as JoinActive<Rhs, Inner>>::Output;
/// The return type of [`query.left_join_active(rhs)`](crate::JoinActiveDsl::left_join_active).
pub type LeftJoinActive<Q, Rhs> = <Q as JoinActive<Rhs, LeftOuter>>::Output;

/// A query that can be joined to the active rows of `Rhs`.
#[diagnostic::on_unimplemented(
    message = "cannot join to the active rows of this",
    note = "it takes a `diesel::joinable!` between the two, or an `ON`: `posts::table.on(posts::user_id.eq(users::id))`",
    note = "what is joined has to be a soft-delete table, an alias of one, or a join that begins with one"
)]
pub trait JoinActive<Rhs, Kind> {
    /// The query that results.
    type Output;

    /// Joins.
    fn join_active(self, rhs: Rhs, kind: Kind) -> Self::Output;
}

type OnActiveOf<Lhs, Rhs> = OnActive<
    <Lhs as JoinTo<Rhs>>::OnClause,
    <<Lhs as JoinTo<Rhs>>::FromClause as JoinedTable>::Marker,
>;

impl<Lhs, Rhs, Kind> JoinActive<Rhs, Kind> for Lhs
where
    Lhs: JoinTo<Rhs, FromClause: JoinedTable>
        + InternalJoinDsl<<Lhs as JoinTo<Rhs>>::FromClause, Kind, OnActiveOf<Lhs, Rhs>>,
{
    type Output = <Lhs as InternalJoinDsl<
        <Lhs as JoinTo<Rhs>>::FromClause,
        Kind,
        OnActiveOf<Lhs, Rhs>,
    >>::Output;

    fn join_active(self, rhs: Rhs, kind: Kind) -> Self::Output {
        let (source, on) = <Lhs as JoinTo<Rhs>>::join_target(rhs);
        let active = IsActive(source.leading_marker());
        self.join(source, kind, OnActive { on, active })
    }
}

/// `(on AND ("posts"."deleted_at" IS NULL))`
#[derive(Debug, Clone, Copy, QueryId, ValidGrouping)]
pub struct OnActive<On, C> {
    on: On,
    active: IsActive<C>,
}

impl<On, C> Expression for OnActive<On, C>
where
    On: Expression,
    IsActive<C>: Expression,
{
    type SqlType = On::SqlType;
}

impl<On, C, QS: ?Sized> AppearsOnTable<QS> for OnActive<On, C>
where
    On: AppearsOnTable<QS>,
    IsActive<C>: AppearsOnTable<QS>,
{
}

impl<On, C, DB> QueryFragment<DB> for OnActive<On, C>
where
    DB: Backend,
    On: QueryFragment<DB> + QueryId,
    IsActive<C>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        // raw SQL is closed: an `OR` in it would take the predicate to its last part
        let (open, close) = if is_closed::<On>() {
            ("(", " AND ")
        } else {
            ("((", ") AND ")
        };
        out.push_sql(open);
        self.on.walk_ast(out.reborrow())?;
        out.push_sql(close);
        self.active.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

/// The right side of a join: a table, an alias, or a join, of which the first table is meant.
#[diagnostic::on_unimplemented(
    message = "the right side of the join is not a soft-delete table, an alias of one, or a join that begins with one",
    label = "it has no marker column, or it is a query",
    note = "a scope or a filter of the joined table goes after the join: `users::table.inner_join_active(posts::table).filter(posts::id.gt(7))`",
    note = "add `#[derive(SoftDeletable)]` to a model of the table, or `soft_delete_table! {{ posts(deleted_at) }}` where it has none; a plain table is joined by Diesel's `inner_join` and `left_join`"
)]
pub trait JoinedTable {
    /// The marker of the (first) table.
    type Marker: Expression<SqlType: MarkerType>;

    /// The marker.
    fn leading_marker(&self) -> Self::Marker;
}

#[diagnostic::do_not_recommend]
impl<S> JoinedTable for S
where
    S: HasMarker<Marker: Expression<SqlType: MarkerType + 'static>>,
{
    type Marker = S::Marker;

    fn leading_marker(&self) -> S::Marker {
        self.marker()
    }
}

// Written for a query with any clauses, though Diesel joins to one without: for the query with a filter
// there are then two implementations that do not hold, and the compiler prints the trait's message.
#[diagnostic::do_not_recommend]
impl<F, S, D, W, O, LOf, G, H, LC> JoinedTable
    for SelectStatement<FromClause<F>, S, D, W, O, LOf, G, H, LC>
where
    F: QuerySource + FirstTable,
    Self: QuerySource,
{
    type Marker = Marker<F::Table>;

    fn leading_marker(&self) -> Self::Marker {
        Self::Marker::default()
    }
}

/// The first table of a `FROM`.
pub trait FirstTable {
    /// The table.
    type Table: SoftDeleteTable;
}

impl<T: SoftDeleteTable> FirstTable for T {
    type Table = T;
}

impl<Left, Right, Kind, On> FirstTable for JoinOn<Join<Left, Right, Kind>, On>
where
    Left: QuerySource + FirstTable,
    Right: QuerySource,
{
    type Table = Left::Table;
}
