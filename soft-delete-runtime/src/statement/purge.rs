//! `DELETE`: a purge; and the count of what a statement would change.

use diesel::expression::expression_types::Untyped;
use diesel::expression::{MixedAggregates, ValidGrouping, is_aggregate};
use diesel::query_builder::{AsQuery, AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::RunQueryDsl;
use diesel::query_source::QuerySource;
use diesel::{QueryResult, SelectableExpression, Table};

use super::mark::{AtMoment, MarkStatement};
use super::{NoReturning, Returning};
use crate::closed::ClosedTarget;
use crate::compat::is_no_where;
use crate::moment::Moment;
use crate::operation_id::OperationId;
use crate::table::SoftDeleteTable;
use crate::tree::TreePurge;

/// A `DELETE` of deleted rows: what [`purge`](crate::purge()) returns for a table without relations.
///
/// It is a Diesel query, kept as a prepared statement.
#[derive(Debug, Clone, Copy)]
#[must_use = "Queries are only executed when calling `execute`, `get_result` or similar."]
pub struct PurgeStatement<T: QuerySource, W, P, Ret = NoReturning> {
    from_clause: T::FromClause,
    where_clause: W,
    predicate: P,
    returning: Ret,
}

impl<T: SoftDeleteTable, W, P: AtMoment<T>> PurgeStatement<T, W, P> {
    pub(crate) fn new<S>(target: S) -> Self
    where
        S: ClosedTarget<Table = T, Where = W>,
    {
        Self {
            from_clause: T::default().from_clause(),
            where_clause: target.into_where(),
            predicate: P::predicate(),
            returning: NoReturning,
        }
    }

    /// Removes active rows too. They are marked as deleted first, so that a trigger that refuses to
    /// remove active rows lets them pass.
    pub fn including_active(self) -> TreePurge<T, W> {
        TreePurge::of(self.where_clause).including_active()
    }

    /// Returns an expression of each row that is removed, as
    /// [`DeleteStatement::returning`](diesel::query_builder::DeleteStatement::returning) does.
    ///
    /// PostgreSQL and SQLite have it.
    pub fn returning<E>(self, returns: E) -> PurgeStatement<T, W, P, Returning<T, E>>
    where
        E: SelectableExpression<T>,
        PurgeStatement<T, W, P, Returning<T, E>>: Query,
    {
        PurgeStatement {
            from_clause: self.from_clause,
            where_clause: self.where_clause,
            predicate: self.predicate,
            returning: Returning::new(returns),
        }
    }
}

/// ` FROM table WHERE target AND predicate`
fn walk_rows<'b, DB, F, W, P>(
    (from_clause, where_clause, predicate): (&'b F, &'b W, &'b P),
    mut out: AstPass<'_, 'b, DB>,
) -> QueryResult<()>
where
    DB: diesel::backend::Backend,
    F: QueryFragment<DB>,
    W: QueryFragment<DB> + QueryId,
    P: QueryFragment<DB>,
{
    out.push_sql(" FROM ");
    from_clause.walk_ast(out.reborrow())?;
    if is_no_where(where_clause, out.backend())? {
        out.push_sql(" WHERE ");
    } else {
        where_clause.walk_ast(out.reborrow())?;
        out.push_sql(" AND ");
    }
    predicate.walk_ast(out)
}

impl<T, W, P, Ret, DB> QueryFragment<DB> for PurgeStatement<T, W, P, Ret>
where
    DB: diesel::backend::Backend,
    T: Table,
    T::FromClause: QueryFragment<DB>,
    W: QueryFragment<DB> + QueryId,
    P: QueryFragment<DB>,
    Ret: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("DELETE");
        let rows = (&self.from_clause, &self.where_clause, &self.predicate);
        walk_rows(rows, out.reborrow())?;
        self.returning.walk_ast(out)
    }
}

impl<T, W, P, Ret> QueryId for PurgeStatement<T, W, P, Ret>
where
    T: QuerySource + 'static,
    W: QueryId,
    P: QueryId,
    Ret: QueryId,
{
    type QueryId = PurgeStatement<T, W::QueryId, P::QueryId, Ret::QueryId>;

    const HAS_STATIC_QUERY_ID: bool =
        W::HAS_STATIC_QUERY_ID && P::HAS_STATIC_QUERY_ID && Ret::HAS_STATIC_QUERY_ID;
}

impl<T, W, P, E> Query for PurgeStatement<T, W, P, Returning<T, E>>
where
    T: Table,
    E: SelectableExpression<T> + ValidGrouping<()>,
    E::IsAggregate: MixedAggregates<is_aggregate::No, Output = is_aggregate::No>,
{
    type SqlType = E::SqlType;
}

impl<T, W, P> AsQuery for PurgeStatement<T, W, P>
where
    T: SoftDeleteTable,
    P: AtMoment<T>,
    PurgeStatement<T, W, P, Returning<T, T::AllColumns>>: Query,
{
    type SqlType = <Self::Query as Query>::SqlType;
    type Query = PurgeStatement<T, W, P, Returning<T, T::AllColumns>>;

    fn as_query(self) -> Self::Query {
        self.returning(T::all_columns())
    }
}

impl<T: QuerySource, W, P, Ret, Conn> RunQueryDsl<Conn> for PurgeStatement<T, W, P, Ret> {}

/// `SELECT COUNT(*)` of the rows that a statement would change.
#[derive(Debug, Clone, Copy)]
pub struct CountRows<T: QuerySource, W, P> {
    from_clause: T::FromClause,
    where_clause: W,
    predicate: P,
}

impl<T, W, P> QueryId for CountRows<T, W, P>
where
    T: QuerySource + 'static,
    W: QueryId,
    P: QueryId,
{
    type QueryId = CountRows<T, W::QueryId, P::QueryId>;

    const HAS_STATIC_QUERY_ID: bool = W::HAS_STATIC_QUERY_ID && P::HAS_STATIC_QUERY_ID;
}

impl<T: QuerySource, W, P> Query for CountRows<T, W, P> {
    type SqlType = Untyped;
}

impl<T, W, P, DB> QueryFragment<DB> for CountRows<T, W, P>
where
    DB: diesel::backend::Backend,
    T: Table,
    T::FromClause: QueryFragment<DB>,
    W: QueryFragment<DB> + QueryId,
    P: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT COUNT(*)");
        let rows = (&self.from_clause, &self.where_clause, &self.predicate);
        walk_rows(rows, out)
    }
}

/// A statement that is a whole operation, and can be counted instead.
pub trait SingleStatement {
    /// The table.
    type Table: SoftDeleteTable;
    /// The count.
    type Count;

    #[doc(hidden)]
    fn mark(&self) -> (Moment, Option<OperationId>);
    #[doc(hidden)]
    fn count(self) -> Self::Count;
}

impl<T: SoftDeleteTable, W, A, P, C> SingleStatement for MarkStatement<T, W, A, P, C> {
    type Table = T;
    type Count = CountRows<T, W, P>;

    fn mark(&self) -> (Moment, Option<OperationId>) {
        (T::marker_moment(self.moment), self.operation.clone())
    }

    fn count(self) -> Self::Count {
        CountRows {
            from_clause: self.from_clause,
            where_clause: self.where_clause,
            predicate: self.predicate,
        }
    }
}

impl<T: SoftDeleteTable, W, P> SingleStatement for PurgeStatement<T, W, P> {
    type Table = T;
    type Count = CountRows<T, W, P>;

    fn mark(&self) -> (Moment, Option<OperationId>) {
        (T::marker_moment(Moment::now()), None)
    }

    fn count(self) -> Self::Count {
        CountRows {
            from_clause: self.from_clause,
            where_clause: self.where_clause,
            predicate: self.predicate,
        }
    }
}
