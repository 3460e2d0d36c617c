//! The scope "all rows": no filter, or, for `soft-delete-check`, one that is always true.

#[cfg(feature = "check")]
use diesel::dsl::Filter;
#[cfg(not(feature = "check"))]
use diesel::query_builder::AsQuery;
#[cfg(feature = "check")]
use diesel::query_dsl::methods::FilterDsl;

#[cfg(feature = "check")]
use super::source::MarkerOf;
use super::source::OneTable;

/// What [`with_deleted`](crate::ScopeDsl::with_deleted) can be called on: a soft-delete table, an
/// alias of one, or a query on one.
pub trait WithDeletedDsl: OneTable {
    /// The query.
    type Output;

    /// All rows, the deleted ones too.
    fn with_deleted(self) -> Self::Output;
}

#[cfg(not(feature = "check"))]
impl<Q: OneTable + AsQuery> WithDeletedDsl for Q {
    type Output = Q::Query;

    fn with_deleted(self) -> Q::Query {
        self.as_query()
    }
}

#[cfg(feature = "check")]
impl<Q: OneTable + FilterDsl<trace::AllRows<MarkerOf<Q>>>> WithDeletedDsl for Q {
    type Output = Filter<Q, trace::AllRows<MarkerOf<Q>>>;

    fn with_deleted(self) -> Self::Output {
        self.filter(trace::AllRows(super::source::marker_of::<Q>()))
    }
}

#[cfg(feature = "check")]
mod trace {
    use diesel::QueryResult;
    use diesel::backend::Backend;
    use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
    use diesel::query_builder::{AstPass, QueryFragment, QueryId};
    use diesel::sql_types::Bool;

    /// `(1=1 OR "users"."deleted_at" IS NULL)`
    #[derive(Debug, Clone, Copy, QueryId, ValidGrouping)]
    pub struct AllRows<C>(pub(super) C);

    impl<C: Expression> Expression for AllRows<C> {
        type SqlType = Bool;
    }

    impl<C, QS: ?Sized> AppearsOnTable<QS> for AllRows<C> where C: AppearsOnTable<QS> {}

    impl<C, QS: ?Sized> SelectableExpression<QS> for AllRows<C> where C: SelectableExpression<QS> {}

    impl<C: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for AllRows<C> {
        fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
            out.push_sql("(1=1 OR ");
            self.0.walk_ast(out.reborrow())?;
            out.push_sql(" IS NULL)");
            Ok(())
        }
    }
}
