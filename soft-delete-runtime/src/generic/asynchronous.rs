//! The same on a [`diesel_async::AsyncConnection`].

use diesel::dsl::{AsSelect, Find};
use diesel::query_builder::QueryId;
use diesel::query_dsl::methods::{FilterDsl, FindDsl, SelectDsl};
use diesel::{HasQuery, QueryResult, SelectableHelper};
use diesel_async::methods::LoadQuery;
use diesel_async::{AsyncConnection, RunQueryDsl};

use crate::error::Error;
use crate::model::{ActiveRows, PurgeById, RestoreById, SoftDeletable, SoftDeleteById};
use crate::run::{Asynchronous, BoxFuture, RunTree};
use crate::scope::IsDeleted;
use crate::table::Marker;
use crate::target::Target;

/// A model on an asynchronous connection `C`, whose rows have keys of the type `K`: what
/// [`SoftDeletableOn`](crate::SoftDeletableOn) is on a blocking one.
///
/// ```
/// use soft_delete_runtime::{AsyncSoftDeletableOn, Error};
///
/// /// Moves a row to the trash, and says what is in the trash then.
/// async fn discard<M, K, C>(key: K, conn: &mut C) -> Result<Vec<M>, Error>
/// where
///     M: AsyncSoftDeletableOn<C, K>,
/// {
///     M::soft_delete_key(key, conn).await?;
///     Ok(M::deleted_rows(conn).await?)
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model that `{C}` can soft-delete by a key `{K}`",
    note = "it takes `#[derive(Selectable, SoftDeletable)]` on the model, with the default scope, and the type of its table's primary key for `K`",
    note = "pass a guard or a `&mut` as `&mut *guard`"
)]
pub trait AsyncSoftDeletableOn<C, K>: SoftDeletable {
    /// The rows of `Self::query()`: the active ones.
    ///
    /// # Errors
    ///
    /// What the database reports.
    fn active_rows(conn: &mut C) -> BoxFuture<'_, QueryResult<Vec<Self>>>;

    /// The rows of [`Self::only_deleted()`](SoftDeletable::only_deleted).
    ///
    /// # Errors
    ///
    /// What the database reports.
    fn deleted_rows(conn: &mut C) -> BoxFuture<'_, QueryResult<Vec<Self>>>;

    /// Carries out [`Self::soft_delete_by_id(key)`](SoftDeletable::soft_delete_by_id), and returns
    /// how many rows of all tables were changed.
    ///
    /// # Errors
    ///
    /// [`Error`] says what forbids it, or what the database reports.
    fn soft_delete_key(key: K, conn: &mut C) -> BoxFuture<'_, Result<usize, Error>>;

    /// Carries out [`Self::restore_by_id(key)`](SoftDeletable::restore_by_id).
    ///
    /// # Errors
    ///
    /// As [`soft_delete_key`](Self::soft_delete_key).
    fn restore_key(key: K, conn: &mut C) -> BoxFuture<'_, Result<usize, Error>>;

    /// Carries out [`Self::purge_by_id(key)`](SoftDeletable::purge_by_id).
    ///
    /// # Errors
    ///
    /// As [`soft_delete_key`](Self::soft_delete_key).
    fn purge_key(key: K, conn: &mut C) -> BoxFuture<'_, Result<usize, Error>>;
}

#[diagnostic::do_not_recommend]
impl<M, C, K, D, L> AsyncSoftDeletableOn<C, K> for M
where
    C: AsyncConnection,
    M: SoftDeletable + HasQuery<C::Backend> + Send + 'static,
    M: SelectableHelper<C::Backend, SelectExpression: QueryId>,
    M::BaseQuery: SelectDsl<AsSelect<M, C::Backend>>,
    ActiveRows<M, C::Backend>: for<'q> LoadQuery<'q, C, M> + RunQueryDsl<C> + Send + 'static,
    M::Table: FilterDsl<IsDeleted<Marker<M::Table>>, Output = D> + FindDsl<K>,
    D: SelectDsl<AsSelect<M, C::Backend>, Output = L>,
    L: for<'q> LoadQuery<'q, C, M> + RunQueryDsl<C> + Send + 'static,
    Find<M::Table, K>: Target,
    C: for<'c> RunTree<
            SoftDeleteById<M, K>,
            Asynchronous,
            Execute<'c> = BoxFuture<'c, Result<usize, Error>>,
        > + for<'c> RunTree<
            RestoreById<M, K>,
            Asynchronous,
            Execute<'c> = BoxFuture<'c, Result<usize, Error>>,
        > + for<'c> RunTree<
            PurgeById<M, K>,
            Asynchronous,
            Execute<'c> = BoxFuture<'c, Result<usize, Error>>,
        > + 'static,
    SoftDeleteById<M, K>: 'static,
    RestoreById<M, K>: 'static,
    PurgeById<M, K>: 'static,
{
    fn active_rows(conn: &mut C) -> BoxFuture<'_, QueryResult<Vec<M>>> {
        let query = SelectDsl::select(M::base_query(), M::as_select());
        Box::pin(async move { query.load(conn).await })
    }

    fn deleted_rows(conn: &mut C) -> BoxFuture<'_, QueryResult<Vec<M>>> {
        let query = M::only_deleted::<C::Backend>();
        Box::pin(async move { query.load(conn).await })
    }

    fn soft_delete_key(key: K, conn: &mut C) -> BoxFuture<'_, Result<usize, Error>> {
        <C as RunTree<_, Asynchronous>>::execute(M::soft_delete_by_id(key), conn)
    }

    fn restore_key(key: K, conn: &mut C) -> BoxFuture<'_, Result<usize, Error>> {
        <C as RunTree<_, Asynchronous>>::execute(M::restore_by_id(key), conn)
    }

    fn purge_key(key: K, conn: &mut C) -> BoxFuture<'_, Result<usize, Error>> {
        <C as RunTree<_, Asynchronous>>::execute(M::purge_by_id(key), conn)
    }
}
