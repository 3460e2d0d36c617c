//! The scope "all rows": a filter that is always true.
//!
//! It is a filter with `soft-delete-check` and without, so that what follows it means the same in a
//! test and in a program. Were it one in tests alone, `with_deleted().or_filter(a)` would be
//! `WHERE (TRUE OR a)` there and `WHERE a` elsewhere: Diesel's `or_filter` sets a `WHERE` that is
//! missing. And no other part of a query could tell the guard: a target of an update keeps its `WHERE`
//! alone.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::dsl::Filter;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_dsl::methods::FilterDsl;
use diesel::sql_types::Bool;

use super::source::{MarkerOf, OneTable, marker_of};

/// What [`with_deleted`](crate::ScopeDsl::with_deleted) can be called on: a soft-delete table, an
/// alias of one, or a query on one.
pub trait WithDeletedDsl: OneTable {
    /// The query.
    type Output;

    /// All rows, the deleted ones too.
    fn with_deleted(self) -> Self::Output;
}

impl<Q: OneTable + FilterDsl<AllRows<MarkerOf<Q>>>> WithDeletedDsl for Q {
    type Output = Filter<Q, AllRows<MarkerOf<Q>>>;

    fn with_deleted(self) -> Self::Output {
        self.filter(AllRows(marker_of::<Q>()))
    }
}

/// `TRUE`: what [`with_deleted`](crate::ScopeDsl::with_deleted) filters by. Under the feature `check`
/// it is `(1=1 OR "users"."deleted_at" IS NULL)`, which tells `soft-delete-check` whose deleted rows
/// are meant.
#[derive(Debug, Clone, Copy, QueryId, ValidGrouping)]
pub struct AllRows<C>(C);

impl<C: Expression> Expression for AllRows<C> {
    type SqlType = Bool;
}

impl<C, QS: ?Sized> AppearsOnTable<QS> for AllRows<C> where C: AppearsOnTable<QS> {}

impl<C, QS: ?Sized> SelectableExpression<QS> for AllRows<C> where C: SelectableExpression<QS> {}

impl<C: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for AllRows<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if cfg!(feature = "check") {
            out.push_sql("(1=1 OR ");
            self.0.walk_ast(out.reborrow())?;
            out.push_sql(" IS NULL)");
        } else {
            out.push_sql("TRUE");
        }
        Ok(())
    }
}
