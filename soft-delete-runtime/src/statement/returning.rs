//! `RETURNING`.

use diesel::QueryResult;
use diesel::Table;
use diesel::dsl;
use diesel::query_builder::{AstPass, IntoUpdateTarget, QueryFragment, QueryId};

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
