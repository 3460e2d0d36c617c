//! `RETURNING`.

use diesel::backend::Backend;
use diesel::dsl;
use diesel::query_builder::{AstPass, IntoUpdateTarget, QueryFragment, QueryId};
use diesel::{QueryResult, Table};

/// No `RETURNING`.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct NoReturning;

impl<DB: Backend> QueryFragment<DB> for NoReturning {
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

/// A backend on which a Diesel `DELETE` from `T` has `RETURNING E`.
#[diagnostic::on_unimplemented(
    message = "there is no `RETURNING` on the backend `{Self}`",
    label = "rows that are changed cannot be given back here",
    note = "on SQLite it takes Diesel's feature `returning_clauses_for_sqlite_3_35`",
    note = "MySQL and MariaDB have none that Diesel knows: load the rows before or after the change"
)]
pub trait HasReturning<T, E>: Backend {}

#[diagnostic::do_not_recommend]
impl<DB, T, E, Q> HasReturning<T, E> for DB
where
    DB: Backend,
    Returning<T, E>: LikeDelete<Query = Q>,
    Q: Fragment<DB, Proof: Sized>,
{
}

/// The Diesel `DELETE` whose `RETURNING` it would be.
pub trait LikeDelete {
    /// It.
    type Query;
}

impl<T, E> LikeDelete for Returning<T, E>
where
    T: IntoUpdateTarget<Table = T> + Table,
{
    type Query = dsl::Returning<dsl::delete<T>, E>;
}

/// A `QueryFragment`. A bound on what it has here lets the compiler report [`HasReturning`], and
/// not what Diesel's implementations ask for.
pub trait Fragment<DB> {
    /// Nothing.
    type Proof: ?Sized;
}

impl<Q: QueryFragment<DB>, DB: Backend> Fragment<DB> for Q {
    type Proof = ();
}

impl<T, E, DB> QueryFragment<DB> for Returning<T, E>
where
    DB: HasReturning<T, E>,
    E: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(" RETURNING ");
        self.returns.walk_ast(out)
    }
}
