//! Models in generic code: the bounds of a function over any of them, gathered in one.

#[cfg(feature = "async")]
mod asynchronous;

use diesel::connection::Connection;
use diesel::dsl::{AsSelect, Find};
use diesel::query_builder::QueryId;
use diesel::query_dsl::methods::{FilterDsl, FindDsl, LoadQuery, SelectDsl};
use diesel::{HasQuery, QueryResult, RunQueryDsl, SelectableHelper};

#[cfg(feature = "async")]
pub use self::asynchronous::AsyncSoftDeletableOn;
use crate::error::Error;
use crate::model::{ActiveRows, PurgeById, RestoreById, SoftDeletable, SoftDeleteById};
use crate::run::{Blocking, RunTree};
use crate::scope::IsDeleted;
use crate::table::Marker;
use crate::target::Target;

/// A model on a connection `C`, whose rows have keys of the type `K`: what generic code lists,
/// deletes, restores and purges.
///
/// It is implemented for every [`SoftDeletable`] model with Diesel's `HasQuery` (the derive gives
/// it), whether its table has relations or not. A composite key is a tuple. Its twin for
/// asynchronous connections is `AsyncSoftDeletableOn` (feature `async`).
///
/// ```
/// # include!("../doctest_setup.rs");
/// use soft_delete_runtime::{Error, SoftDeletableOn};
///
/// /// Moves a row to the trash, and says what is in the trash then.
/// fn discard<M, K, C>(key: K, conn: &mut C) -> Result<Vec<M>, Error>
/// where
///     M: SoftDeletableOn<C, K>,
/// {
///     M::soft_delete_key(key, conn)?;
///     Ok(M::deleted_rows(conn)?)
/// }
///
/// # fn main() -> Result<(), Error> {
/// # let conn = &mut connection();
/// let trash: Vec<User> = discard(1, conn)?;
/// assert_eq!(trash.len(), 2);
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model that `{C}` can soft-delete by a key `{K}`",
    note = "it takes `#[derive(Selectable, SoftDeletable)]` on the model, with the default scope, and the type of its table's primary key for `K`",
    note = "pass a guard or a `&mut` as `&mut *guard`"
)]
pub trait SoftDeletableOn<C, K>: SoftDeletable {
    /// The rows of `Self::query()`: the active ones.
    ///
    /// # Errors
    ///
    /// What the database reports.
    fn active_rows(conn: &mut C) -> QueryResult<Vec<Self>>;

    /// The rows of [`Self::only_deleted()`](SoftDeletable::only_deleted).
    ///
    /// # Errors
    ///
    /// What the database reports.
    fn deleted_rows(conn: &mut C) -> QueryResult<Vec<Self>>;

    /// Carries out [`Self::soft_delete_by_id(key)`](SoftDeletable::soft_delete_by_id), and returns
    /// how many rows of all tables were changed.
    ///
    /// # Errors
    ///
    /// [`Error`] says what forbids it, or what the database reports.
    fn soft_delete_key(key: K, conn: &mut C) -> Result<usize, Error>;

    /// Carries out [`Self::restore_by_id(key)`](SoftDeletable::restore_by_id).
    ///
    /// # Errors
    ///
    /// As [`soft_delete_key`](Self::soft_delete_key).
    fn restore_key(key: K, conn: &mut C) -> Result<usize, Error>;

    /// Carries out [`Self::purge_by_id(key)`](SoftDeletable::purge_by_id).
    ///
    /// # Errors
    ///
    /// As [`soft_delete_key`](Self::soft_delete_key).
    fn purge_key(key: K, conn: &mut C) -> Result<usize, Error>;
}

#[diagnostic::do_not_recommend]
impl<M, C, K, D, L> SoftDeletableOn<C, K> for M
where
    C: Connection,
    M: SoftDeletable + HasQuery<C::Backend>,
    M: SelectableHelper<C::Backend, SelectExpression: QueryId>,
    M::BaseQuery: SelectDsl<AsSelect<M, C::Backend>>,
    ActiveRows<M, C::Backend>: for<'q> LoadQuery<'q, C, M> + RunQueryDsl<C>,
    M::Table: FilterDsl<IsDeleted<Marker<M::Table>>, Output = D> + FindDsl<K>,
    D: SelectDsl<AsSelect<M, C::Backend>, Output = L>,
    L: for<'q> LoadQuery<'q, C, M> + RunQueryDsl<C>,
    Find<M::Table, K>: Target,
    C: for<'c> RunTree<SoftDeleteById<M, K>, Blocking, Execute<'c> = Result<usize, Error>>
        + for<'c> RunTree<RestoreById<M, K>, Blocking, Execute<'c> = Result<usize, Error>>
        + for<'c> RunTree<PurgeById<M, K>, Blocking, Execute<'c> = Result<usize, Error>>
        + 'static,
    SoftDeleteById<M, K>: 'static,
    RestoreById<M, K>: 'static,
    PurgeById<M, K>: 'static,
{
    fn active_rows(conn: &mut C) -> QueryResult<Vec<M>> {
        M::base_query().select(M::as_select()).load(conn)
    }

    fn deleted_rows(conn: &mut C) -> QueryResult<Vec<M>> {
        M::only_deleted::<C::Backend>().load(conn)
    }

    fn soft_delete_key(key: K, conn: &mut C) -> Result<usize, Error> {
        <C as RunTree<_, Blocking>>::execute(M::soft_delete_by_id(key), conn)
    }

    fn restore_key(key: K, conn: &mut C) -> Result<usize, Error> {
        <C as RunTree<_, Blocking>>::execute(M::restore_by_id(key), conn)
    }

    fn purge_key(key: K, conn: &mut C) -> Result<usize, Error> {
        <C as RunTree<_, Blocking>>::execute(M::purge_by_id(key), conn)
    }
}
