//! The `WHERE` of a target, closed where an operation's own predicate could be read as a part of it.
//!
//! Diesel writes `WHERE a OR b` for raw SQL, so an `AND` behind it would belong to `b` alone. It
//! closes what a further `filter` is added to: `WHERE (a OR b AND TRUE)`.

use diesel::QueryResult;
use diesel::associations::HasTable;
use diesel::backend::Backend;
use diesel::dsl::Filter;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, IntoUpdateTarget, QueryFragment, QueryId};
use diesel::query_dsl::methods::FilterDsl;
use diesel::sql_types::Bool;

use crate::compat::SelectStatement;
use crate::table::{SoftDeleteTable, Stated};

/// Whether Diesel knows the SQL of an expression by its type: it closes what it writes itself. It
/// does not know raw SQL, nor what is behind a `dyn`.
pub(crate) const fn is_closed<E: QueryId>() -> bool {
    E::HAS_STATIC_QUERY_ID
}

/// How the `WHERE` of a target is closed. A table states it with its facts, for a blanket
/// implementation for tables would exclude that of references.
pub trait TargetForm<Stated>: IntoUpdateTarget + Sized {
    /// `Whole` or `Filtered`.
    type Form: CloseWhere<Self>;
}

/// A table, or a row that is found by its key.
#[derive(Debug)]
pub enum Whole {}

/// A filtered table.
#[derive(Debug)]
pub enum Filtered {}

impl<'a, M, X> TargetForm<X> for &'a M
where
    &'a M: IntoUpdateTarget<WhereClause: QueryId>,
{
    type Form = Whole;
}

impl<F, S, D, W, O, L, G, H, LC, X> TargetForm<X> for SelectStatement<F, S, D, W, O, L, G, H, LC>
where
    Self: IntoUpdateTarget<WhereClause: QueryId> + FilterDsl<Always, Output: IntoUpdateTarget>,
{
    type Form = Filtered;
}

/// A target that is taken apart: its table, and its `WHERE`, closed.
pub trait ClosedTarget: IntoUpdateTarget {
    /// The `WHERE`.
    type Where;

    /// Takes the `WHERE`.
    fn into_where(self) -> Self::Where;
}

#[diagnostic::do_not_recommend]
impl<S> ClosedTarget for S
where
    S: IntoUpdateTarget<Table: SoftDeleteTable> + TargetForm<Stated<<S as HasTable>::Table>>,
{
    type Where = <S::Form as CloseWhere<S>>::Where;

    fn into_where(self) -> Self::Where {
        S::Form::close(self)
    }
}

/// Takes the `WHERE` out of a target.
pub trait CloseWhere<S> {
    /// The `WHERE`.
    type Where;

    /// Takes it.
    fn close(target: S) -> Self::Where;
}

impl<S: IntoUpdateTarget<WhereClause: QueryId>> CloseWhere<S> for Whole {
    type Where = S::WhereClause;

    fn close(target: S) -> S::WhereClause {
        const {
            assert!(
                is_closed::<S::WhereClause>(),
                "a target of a type of your own has raw SQL in its `WHERE`, which nothing closes: pass the filtered table instead"
            );
        }
        target.into_update_target().where_clause
    }
}

impl<S> CloseWhere<S> for Filtered
where
    S: IntoUpdateTarget<WhereClause: QueryId> + FilterDsl<Always, Output: IntoUpdateTarget>,
{
    type Where = Closed<S::WhereClause, <Filter<S, Always> as IntoUpdateTarget>::WhereClause>;

    fn close(target: S) -> Self::Where {
        if is_closed::<S::WhereClause>() {
            Closed::AsWritten(target.into_update_target().where_clause)
        } else {
            let target = FilterDsl::filter(target, Always);
            Closed::WithAlways(target.into_update_target().where_clause)
        }
    }
}

/// A `WHERE` that can be followed by ` AND`.
#[derive(Debug, Clone, Copy)]
pub enum Closed<W, A> {
    /// That of the target.
    AsWritten(W),
    /// That of the target, and [`Always`].
    WithAlways(A),
}

// With an id the SQL is that of the target, so a row and its key share a prepared statement.
impl<W: QueryId, A> QueryId for Closed<W, A> {
    type QueryId = W::QueryId;

    const HAS_STATIC_QUERY_ID: bool = W::HAS_STATIC_QUERY_ID;
}

impl<W, A, DB> QueryFragment<DB> for Closed<W, A>
where
    DB: Backend,
    W: QueryFragment<DB>,
    A: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        match self {
            Self::AsWritten(target) => target.walk_ast(out),
            Self::WithAlways(target) => target.walk_ast(out),
        }
    }
}

/// `TRUE`
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Always;

impl Expression for Always {
    type SqlType = Bool;
}

impl<GB> ValidGrouping<GB> for Always {
    type IsAggregate = is_aggregate::Never;
}

impl<QS: ?Sized> AppearsOnTable<QS> for Always {}

impl<QS: ?Sized> SelectableExpression<QS> for Always {}

impl<DB: Backend> QueryFragment<DB> for Always {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("TRUE");
        Ok(())
    }
}
