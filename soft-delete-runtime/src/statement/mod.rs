//! One table, one query: `soft_delete`, `restore` and `purge`.

mod assign;

use diesel::dsl;
use diesel::expression::{MixedAggregates, ValidGrouping, is_aggregate};
use diesel::query_builder::{
    AsQuery, AstPass, DeleteStatement, IntoUpdateTarget, Query, QueryFragment, QueryId,
    UpdateTarget,
};
use diesel::query_dsl::RunQueryDsl;
use diesel::query_dsl::methods::FilterDsl;
use diesel::query_source::QuerySource;
use diesel::{QueryResult, SelectableExpression, Table};

pub use self::assign::{
    Assign, ClearColumns, MarkActive, MarkDeleted, NullableType, OperationColumn, TouchColumns,
};
pub(crate) use self::assign::{mark_active, mark_deleted};
use crate::moment::Moment;
use crate::scope::{IsActive, IsDeleted};
use crate::table::{Marker, SoftDeleteTable};

/// An `UPDATE` that marks rows: what [`soft_delete`](crate::soft_delete) and
/// [`restore`](crate::restore) return for a table without relations.
///
/// It is a Diesel query. Its SQL follows from its type, so Diesel keeps it as a prepared
/// statement, which it does not do with an [`UpdateStatement`](diesel::query_builder::UpdateStatement).
#[derive(Debug, Clone, Copy)]
#[must_use = "Queries are only executed when calling `execute`, `get_result` or similar."]
pub struct MarkStatement<T: QuerySource, W, A, P, Ret = NoReturning> {
    from_clause: T::FromClause,
    assignments: A,
    where_clause: W,
    predicate: P,
    returning: Ret,
}

/// The soft delete of the rows of `T` that match `W`.
pub type MarkRowsDeleted<T, W> = MarkStatement<T, W, MarkDeleted<T>, IsActive<Marker<T>>>;
/// The same, with the changeset `A` as well.
pub type MarkRowsDeletedWith<T, W, A> =
    MarkStatement<T, W, With<MarkDeleted<T>, A>, IsActive<Marker<T>>>;
/// The restore of the rows of `T` that match `W`.
pub type MarkRowsActive<T, W> = MarkStatement<T, W, MarkActive<T>, IsDeleted<Marker<T>>>;
/// The removal of the deleted rows of `T` that match `W`: Diesel's own `DELETE`.
pub type PurgeRows<T, W> = dsl::Filter<DeleteStatement<T, W>, IsDeleted<Marker<T>>>;

pub(crate) fn mark_rows_deleted<S, T>(target: S, at: Moment) -> MarkRowsDeleted<T, S::WhereClause>
where
    S: IntoUpdateTarget<Table = T>,
    T: SoftDeleteTable,
{
    MarkStatement::new(
        target,
        mark_deleted::<T>(at),
        IsActive(Marker::<T>::default()),
    )
}

pub(crate) fn mark_rows_deleted_with<S, T, A>(
    target: S,
    at: Moment,
    changes: A,
) -> MarkRowsDeletedWith<T, S::WhereClause, A>
where
    S: IntoUpdateTarget<Table = T>,
    T: SoftDeleteTable,
{
    MarkStatement::new(
        target,
        With(mark_deleted::<T>(at), changes),
        IsActive(Marker::<T>::default()),
    )
}

pub(crate) fn mark_rows_active<S, T>(target: S, at: Moment) -> MarkRowsActive<T, S::WhereClause>
where
    S: IntoUpdateTarget<Table = T>,
    T: SoftDeleteTable,
{
    MarkStatement::new(
        target,
        mark_active::<T>(at),
        IsDeleted(Marker::<T>::default()),
    )
}

pub(crate) fn purge_rows<S, T>(target: S) -> PurgeRows<T, S::WhereClause>
where
    S: IntoUpdateTarget<Table = T>,
    T: SoftDeleteTable,
    DeleteStatement<T, S::WhereClause>: FilterDsl<IsDeleted<Marker<T>>>,
{
    FilterDsl::filter(diesel::delete(target), IsDeleted(Marker::<T>::default()))
}

impl<T: Table, W, A, P> MarkStatement<T, W, A, P> {
    fn new<S>(target: S, assignments: A, predicate: P) -> Self
    where
        S: IntoUpdateTarget<Table = T, WhereClause = W>,
    {
        let UpdateTarget {
            table,
            where_clause,
        } = target.into_update_target();
        Self {
            from_clause: table.from_clause(),
            assignments,
            where_clause,
            predicate,
            returning: NoReturning,
        }
    }

    /// Returns an expression of each row that is changed, as
    /// [`UpdateStatement::returning`](diesel::query_builder::UpdateStatement::returning) does.
    ///
    /// PostgreSQL and SQLite have it.
    pub fn returning<E>(self, returns: E) -> MarkStatement<T, W, A, P, Returning<T, E>>
    where
        E: SelectableExpression<T>,
        MarkStatement<T, W, A, P, Returning<T, E>>: Query,
    {
        MarkStatement {
            from_clause: self.from_clause,
            assignments: self.assignments,
            where_clause: self.where_clause,
            predicate: self.predicate,
            returning: Returning::new(returns),
        }
    }
}

impl<T, W, A, P, Ret, DB> QueryFragment<DB> for MarkStatement<T, W, A, P, Ret>
where
    DB: diesel::backend::Backend,
    T: Table,
    T::FromClause: QueryFragment<DB>,
    W: QueryFragment<DB>,
    A: QueryFragment<DB>,
    P: QueryFragment<DB>,
    Ret: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE ");
        self.from_clause.walk_ast(out.reborrow())?;
        out.push_sql(" SET ");
        self.assignments.walk_ast(out.reborrow())?;
        if self.where_clause.is_noop(out.backend())? {
            out.push_sql(" WHERE ");
        } else {
            self.where_clause.walk_ast(out.reborrow())?;
            out.push_sql(" AND ");
        }
        self.predicate.walk_ast(out.reborrow())?;
        self.returning.walk_ast(out)
    }
}

impl<T, W, A, P, Ret> QueryId for MarkStatement<T, W, A, P, Ret>
where
    T: QuerySource + 'static,
    W: QueryId,
    A: QueryId,
    P: QueryId,
    Ret: QueryId,
{
    type QueryId = MarkStatement<T, W::QueryId, A::QueryId, P::QueryId, Ret::QueryId>;

    const HAS_STATIC_QUERY_ID: bool = W::HAS_STATIC_QUERY_ID
        && A::HAS_STATIC_QUERY_ID
        && P::HAS_STATIC_QUERY_ID
        && Ret::HAS_STATIC_QUERY_ID;
}

impl<T, W, A, P, E> Query for MarkStatement<T, W, A, P, Returning<T, E>>
where
    T: Table,
    E: SelectableExpression<T> + ValidGrouping<()>,
    E::IsAggregate: MixedAggregates<is_aggregate::No, Output = is_aggregate::No>,
{
    type SqlType = E::SqlType;
}

impl<T, W, A, P> AsQuery for MarkStatement<T, W, A, P>
where
    T: Table,
    MarkStatement<T, W, A, P, Returning<T, T::AllColumns>>: Query,
{
    type SqlType = <Self::Query as Query>::SqlType;
    type Query = MarkStatement<T, W, A, P, Returning<T, T::AllColumns>>;

    fn as_query(self) -> Self::Query {
        self.returning(T::all_columns())
    }
}

impl<T: QuerySource, W, A, P, Ret, Conn> RunQueryDsl<Conn> for MarkStatement<T, W, A, P, Ret> {}

/// No `RETURNING`.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct NoReturning;

impl<DB: diesel::backend::Backend> QueryFragment<DB> for NoReturning {
    fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

/// `RETURNING`, on the backends on which a Diesel `DELETE` has it.
#[derive(Debug, Clone, Copy)]
pub struct Returning<T, E> {
    table: std::marker::PhantomData<T>,
    returns: E,
}

impl<T, E> Returning<T, E> {
    pub(crate) fn new(returns: E) -> Self {
        Self {
            table: std::marker::PhantomData,
            returns,
        }
    }
}

impl<T: 'static, E: QueryId> QueryId for Returning<T, E> {
    type QueryId = Returning<T, E::QueryId>;

    const HAS_STATIC_QUERY_ID: bool = E::HAS_STATIC_QUERY_ID;
}

impl<T, E, DB> QueryFragment<DB> for Returning<T, E>
where
    DB: diesel::backend::Backend,
    T: IntoUpdateTarget<Table = T> + Table,
    E: QueryFragment<DB>,
    dsl::Returning<dsl::delete<T>, E>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(" RETURNING ");
        self.returns.walk_ast(out)
    }
}

/// The assignments of an operation and a changeset of the user's.
#[derive(Debug, Clone, Copy)]
pub struct With<A, B>(A, B);

// The SQL of a changeset varies with its values (`None` is left out), so it is what the
// prepared statement is kept by.
impl<A, B> QueryId for With<A, B> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<A, B, DB> QueryFragment<DB> for With<A, B>
where
    DB: diesel::backend::Backend,
    A: QueryFragment<DB>,
    B: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        if !self.1.is_noop(out.backend())? {
            out.push_sql(", ");
            self.1.walk_ast(out)?;
        }
        Ok(())
    }
}
