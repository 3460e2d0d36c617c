//! `UPDATE`: a soft delete and a restore.

use diesel::expression::{MixedAggregates, ValidGrouping, is_aggregate};
use diesel::query_builder::{AsQuery, AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::RunQueryDsl;
use diesel::query_source::QuerySource;
use diesel::{AsChangeset, QueryResult, SelectableExpression, Table};

use super::{MarkActive, MarkDeleted, NoReturning, Returning, mark_active, mark_deleted};
use crate::closed::ClosedTarget;
use crate::compat::{is_empty, is_no_where};
use crate::moment::Moment;
use crate::operation_id::OperationId;
use crate::relation::Node;
use crate::scope::{IsActive, IsDeleted};
use crate::table::{Marker, SoftDeleteTable};

/// An `UPDATE` that marks rows: what [`soft_delete`](crate::soft_delete()) and
/// [`restore`](crate::restore()) return for a table without relations.
///
/// It is a Diesel query. Its SQL follows from its type, so Diesel keeps it as a prepared
/// statement, which it does not do with an [`UpdateStatement`](diesel::query_builder::UpdateStatement).
#[derive(Debug, Clone)]
#[must_use = "Queries are only executed when calling `execute`, `get_result` or similar."]
pub struct MarkStatement<T: QuerySource, W, A, P, C = NoChanges, Ret = NoReturning> {
    pub(super) from_clause: T::FromClause,
    changes: C,
    assignments: A,
    pub(super) where_clause: W,
    pub(super) predicate: P,
    returning: Ret,
    pub(super) moment: Moment,
    pub(super) operation: Option<OperationId>,
}

/// The assignments that a moment makes, by the predicate of the rows that they are for.
pub trait AtMoment<T> {
    /// The assignments.
    type Assignments;

    #[doc(hidden)]
    fn assignments(moment: Moment, id: &mut Option<OperationId>) -> Self::Assignments;
    #[doc(hidden)]
    fn predicate() -> Self;
}

impl<T: SoftDeleteTable> AtMoment<T> for IsActive<Marker<T>> {
    type Assignments = MarkDeleted<T>;

    fn assignments(moment: Moment, id: &mut Option<OperationId>) -> MarkDeleted<T> {
        mark_deleted::<T>(moment, id)
    }

    fn predicate() -> Self {
        IsActive(Marker::<T>::default())
    }
}

impl<T: SoftDeleteTable> AtMoment<T> for IsDeleted<Marker<T>> {
    type Assignments = MarkActive<T>;

    fn assignments(moment: Moment, _: &mut Option<OperationId>) -> MarkActive<T> {
        mark_active::<T>(moment)
    }

    fn predicate() -> Self {
        IsDeleted(Marker::<T>::default())
    }
}

impl<T, W, P> MarkStatement<T, W, P::Assignments, P>
where
    T: SoftDeleteTable,
    P: AtMoment<T>,
{
    pub(crate) fn new<S>(target: S) -> Self
    where
        S: ClosedTarget<Table = T, Where = W>,
    {
        let moment = Moment::now();
        let mut operation = None;
        Self {
            from_clause: T::default().from_clause(),
            changes: NoChanges,
            assignments: P::assignments(moment, &mut operation),
            where_clause: target.into_where(),
            predicate: P::predicate(),
            returning: NoReturning,
            moment,
            operation,
        }
    }
}

impl<T: Table, W, A, P, C> MarkStatement<T, W, A, P, C> {
    /// Takes that moment instead of now, cut to what the marker stores.
    ///
    /// ```
    /// # include!("../doctest_setup.rs");
    /// use chrono::NaiveDate;
    /// use soft_delete_runtime::soft_delete;
    ///
    /// # fn main() -> QueryResult<()> {
    /// # let conn = &mut connection();
    /// let new_year = NaiveDate::from_ymd_opt(2026, 1, 1).and_then(|d| d.and_hms_opt(0, 0, 0)).unwrap();
    /// User::soft_delete_by_id(1).at(new_year).execute(conn)?;
    ///
    /// let user = User::with_deleted().find(1).get_result(conn)?;
    /// assert_eq!(user.deleted_at(), Some(new_year));
    /// # Ok(())
    /// # }
    /// ```
    pub fn at(mut self, moment: impl Into<Moment>) -> Self
    where
        P: AtMoment<T, Assignments = A>,
    {
        self.moment = moment.into();
        self.assignments = P::assignments(self.moment, &mut self.operation);
        self
    }

    /// Writes a changeset in the same statement: who did it, and why.
    ///
    /// ```sql
    /// UPDATE "posts" SET "deleted_by" = $1, "deleted_at" = $2 WHERE ("posts"."id" = $3) AND ("posts"."deleted_at" IS NULL)
    /// ```
    ///
    /// The changeset is written before the marker, which wins; PostgreSQL refuses a column that is
    /// written twice. A restore sets the columns that the model names in
    /// `#[soft_delete(clear(deleted_by))]` back to NULL.
    ///
    /// ```
    /// # include!("../doctest_setup.rs");
    /// # fn main() -> QueryResult<()> {
    /// # let conn = &mut connection();
    /// Post::soft_delete_by_id(1).with(posts::deleted_by.eq(7)).execute(conn)?;
    ///
    /// let by = posts::table.with_deleted().find(1).select(posts::deleted_by).get_result::<Option<i32>>(conn)?;
    /// assert_eq!(by, Some(7));
    /// # Ok(())
    /// # }
    /// ```
    pub fn with<D>(self, changes: D) -> MarkStatement<T, W, A, P, Changes<C, D::Changeset>>
    where
        D: AsChangeset<Target = T>,
    {
        MarkStatement {
            from_clause: self.from_clause,
            changes: Changes(self.changes, changes.as_changeset()),
            assignments: self.assignments,
            where_clause: self.where_clause,
            predicate: self.predicate,
            returning: NoReturning,
            moment: self.moment,
            operation: self.operation,
        }
    }

    /// Does nothing: rows of a table without relations have no ancestors. It is here for generic code,
    /// which calls it on tables with relations too.
    pub fn with_ancestors(self) -> Self
    where
        T: SoftDeleteTable,
        P: AtMoment<T, Assignments = MarkActive<T>>,
    {
        self
    }

    /// Returns an expression of each row that is changed, as
    /// [`UpdateStatement::returning`](diesel::query_builder::UpdateStatement::returning) does.
    ///
    /// PostgreSQL and SQLite have it.
    pub fn returning<E>(self, returns: E) -> MarkStatement<T, W, A, P, C, Returning<T, E>>
    where
        E: SelectableExpression<T>,
        MarkStatement<T, W, A, P, C, Returning<T, E>>: Query,
    {
        MarkStatement {
            from_clause: self.from_clause,
            changes: self.changes,
            assignments: self.assignments,
            where_clause: self.where_clause,
            predicate: self.predicate,
            returning: Returning::new(returns),
            moment: self.moment,
            operation: self.operation,
        }
    }
}

/// What `.with(changes)` makes of an operation, for [`dsl::With`](crate::dsl::With).
pub trait WithChanges<D> {
    /// It.
    type Output;
}

impl<T, W, A, P, C, D> WithChanges<D> for MarkStatement<T, W, A, P, C>
where
    T: QuerySource,
    D: AsChangeset,
{
    type Output = MarkStatement<T, W, A, P, Changes<C, D::Changeset>>;
}

impl<T, W, A, P, C, Ret, DB> QueryFragment<DB> for MarkStatement<T, W, A, P, C, Ret>
where
    DB: diesel::backend::Backend,
    T: SoftDeleteTable,
    T::FromClause: QueryFragment<DB>,
    W: QueryFragment<DB> + QueryId,
    A: QueryFragment<DB>,
    P: QueryFragment<DB>,
    C: QueryFragment<DB>,
    Ret: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Node::of::<T>().refuse_moment(self.moment)?;
        out.push_sql("UPDATE ");
        self.from_clause.walk_ast(out.reborrow())?;
        out.push_sql(" SET ");
        if !is_empty(&self.changes, out.backend())? {
            self.changes.walk_ast(out.reborrow())?;
            out.push_sql(", ");
        }
        self.assignments.walk_ast(out.reborrow())?;
        if is_no_where(&self.where_clause, out.backend())? {
            out.push_sql(" WHERE ");
        } else {
            self.where_clause.walk_ast(out.reborrow())?;
            out.push_sql(" AND ");
        }
        self.predicate.walk_ast(out.reborrow())?;
        self.returning.walk_ast(out)
    }
}

impl<T, W, A, P, C, Ret> QueryId for MarkStatement<T, W, A, P, C, Ret>
where
    T: QuerySource + 'static,
    W: QueryId,
    A: QueryId,
    P: QueryId,
    C: QueryId,
    Ret: QueryId,
{
    type QueryId = MarkStatement<T, W::QueryId, A::QueryId, P::QueryId, C::QueryId, Ret::QueryId>;

    const HAS_STATIC_QUERY_ID: bool = W::HAS_STATIC_QUERY_ID
        && A::HAS_STATIC_QUERY_ID
        && P::HAS_STATIC_QUERY_ID
        && C::HAS_STATIC_QUERY_ID
        && Ret::HAS_STATIC_QUERY_ID;
}

impl<T, W, A, P, C, E> Query for MarkStatement<T, W, A, P, C, Returning<T, E>>
where
    T: Table,
    E: SelectableExpression<T> + ValidGrouping<()>,
    E::IsAggregate: MixedAggregates<is_aggregate::No, Output = is_aggregate::No>,
{
    type SqlType = E::SqlType;
}

impl<T, W, A, P, C> AsQuery for MarkStatement<T, W, A, P, C>
where
    T: Table,
    MarkStatement<T, W, A, P, C, Returning<T, T::AllColumns>>: Query,
{
    type SqlType = <Self::Query as Query>::SqlType;
    type Query = MarkStatement<T, W, A, P, C, Returning<T, T::AllColumns>>;

    fn as_query(self) -> Self::Query {
        self.returning(T::all_columns())
    }
}

impl<T: QuerySource, W, A, P, C, Ret, Conn> RunQueryDsl<Conn>
    for MarkStatement<T, W, A, P, C, Ret>
{
}

/// No changeset of `.with(..)`.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct NoChanges;

impl<DB: diesel::backend::Backend> QueryFragment<DB> for NoChanges {
    fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

/// Changesets of `.with(..)`, one after the other.
#[derive(Debug, Clone, Copy)]
pub struct Changes<A, B>(A, B);

// The SQL of a changeset varies with its values (`None` is left out), so it is what the
// prepared statement is kept by.
impl<A, B> QueryId for Changes<A, B> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<A, B, DB> QueryFragment<DB> for Changes<A, B>
where
    DB: diesel::backend::Backend,
    A: QueryFragment<DB>,
    B: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let has_first = !is_empty(&self.0, out.backend())?;
        if has_first {
            self.0.walk_ast(out.reborrow())?;
        }
        if !is_empty(&self.1, out.backend())? {
            if has_first {
                out.push_sql(", ");
            }
            self.1.walk_ast(out)?;
        }
        Ok(())
    }
}
