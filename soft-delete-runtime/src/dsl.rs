//! The names of the types that this crate's functions return, as in [`diesel::dsl`].
//!
//! They serve in function signatures, and under Diesel's [`#[auto_type]`](diesel::dsl::auto_type).
//! That finds the type of a function's result by the function's name, so [`active`](fn@active),
//! [`is_active`](fn@is_active) and the operations are there; the types of methods it looks for in Diesel
//! alone, so for [`only_deleted`](crate::ScopeDsl::only_deleted) and the like write the type of a `let`.
//!
//! ```
//! # include!("doctest_setup.rs");
//! use soft_delete_runtime::dsl as soft;
//!
//! fn readers() -> soft::Active<users::table> {
//!     users::table.active()
//! }
//!
//! #[diesel::dsl::auto_type]
//! fn named<'a>(name: &'a str) -> _ {
//!     users::name.eq(name).and(soft::is_active(users::table))
//! }
//!
//! #[diesel::dsl::auto_type]
//! fn first_readers() -> _ {
//!     soft::active(users::table).order(users::id).limit(10_i64)
//! }
//!
//! #[diesel::dsl::auto_type]
//! fn trash() -> _ {
//!     let deleted: soft::OnlyDeleted<users::table> = users::table.only_deleted();
//!     deleted.order(users::deleted_at.desc())
//! }
//!
//! # fn main() {
//! # let conn = &mut connection();
//! assert_eq!(readers().count().get_result(conn), Ok(1_i64));
//! assert_eq!(users::table.with_deleted().filter(named("Sean")).count().get_result(conn), Ok(1_i64));
//! assert_eq!(first_readers().select(users::name).load(conn), Ok(vec!["Sean".to_string()]));
//! assert_eq!(trash().select(users::name).load(conn), Ok(vec!["Tess".to_string()]));
//! # }
//! ```

use diesel::dsl::{Filter, Find};
use diesel::internal::table_macro::{Inner, LeftOuter};
use diesel::query_dsl::methods::FilterDsl;

use crate::model::SelectedFrom;
#[doc(no_inline)]
pub use crate::operation::*;
use crate::scope::{self, BoundOf, HasMarker, MarkerOf, OneTable, ScopeDsl};
#[doc(no_inline)]
pub use crate::scope::{is_active, is_active_or_absent, is_deleted};
use crate::target::{BuildDelete, BuildRestore, NamesRows};

/// [`query.active()`](crate::ScopeDsl::active) as a function, for `#[auto_type]` and for
/// `#[diesel(base_query = ..)]`, which find the return type by the name of a function.
///
/// It is here alone and not in the prelude, because columns are called `active`.
///
/// ```
/// # use diesel::prelude::*;
/// # use soft_delete_runtime::prelude::*;
/// # diesel::table! {
/// #     users { id -> Integer, name -> Text, removed -> Bool, deleted_at -> Nullable<Timestamp> }
/// # }
/// use soft_delete_runtime::dsl;
///
/// // WHERE (("users"."deleted_at" IS NULL) AND ("users"."removed" = FALSE))
/// #[derive(HasQuery, Identifiable, SoftDeletable)]
/// #[diesel(base_query = dsl::active(users::table).filter(users::removed.eq(false)))]
/// #[soft_delete(no_default_scope)]
/// struct User {
///     id: i32,
///     name: String,
/// }
/// # fn main() {}
/// ```
pub fn active<Q>(query: Q) -> Active<Q>
where
    Q: ScopeDsl + OneTable + FilterDsl<scope::IsActive<MarkerOf<Q>>>,
{
    query.active()
}
/// The return type of [`active(query)`](fn@active).
#[allow(non_camel_case_types)]
pub type active<Q> = Active<Q>;

/// The return type of [`is_active(source)`](crate::is_active).
#[allow(non_camel_case_types)]
pub type is_active<S> = scope::IsActive<<S as HasMarker>::Marker>;
/// The return type of [`is_active_or_absent(source)`](crate::is_active_or_absent).
#[allow(non_camel_case_types)]
pub type is_active_or_absent<S> = scope::IsActiveOrAbsent<<S as HasMarker>::Marker>;
/// The return type of [`is_deleted(source)`](crate::is_deleted).
#[allow(non_camel_case_types)]
pub type is_deleted<S> = scope::IsDeleted<<S as HasMarker>::Marker>;

/// The return type of [`query.active()`](crate::ScopeDsl::active).
pub type Active<Q> = Filter<Q, scope::IsActive<MarkerOf<Q>>>;
/// The return type of [`query.only_deleted()`](crate::ScopeDsl::only_deleted).
pub type OnlyDeleted<Q> = Filter<Q, scope::IsDeleted<MarkerOf<Q>>>;
/// The return type of [`query.with_deleted()`](crate::ScopeDsl::with_deleted): the query itself.
///
/// Under the feature `check`, which `soft-delete-check` turns on, the query has a filter that is
/// always true: `(1=1 OR "users"."deleted_at" IS NULL)`.
pub type WithDeleted<Q> = <Q as scope::WithDeletedDsl>::Output;
/// The return type of [`query.deleted_roots()`](crate::ScopeDsl::deleted_roots).
pub type DeletedRoots<Q> = Filter<Q, scope::IsDeletedRoot<<Q as OneTable>::Source>>;
/// The return type of [`query.deleted_before(moment)`](crate::ScopeDsl::deleted_before).
pub type DeletedBefore<Q> = Filter<Q, scope::DeletedBefore<MarkerOf<Q>, BoundOf<Q>>>;
/// The return type of [`query.deleted_since(moment)`](crate::ScopeDsl::deleted_since).
pub type DeletedSince<Q> = Filter<Q, scope::DeletedSince<MarkerOf<Q>, BoundOf<Q>>>;

/// The return type of [`query.inner_join_active(rhs)`](crate::JoinActiveDsl::inner_join_active).
pub type InnerJoinActive<Q, Rhs> = <Q as crate::join::JoinActive<Rhs, Inner>>::Output;
/// The return type of [`query.left_join_active(rhs)`](crate::JoinActiveDsl::left_join_active).
pub type LeftJoinActive<Q, Rhs> = <Q as crate::join::JoinActive<Rhs, LeftOuter>>::Output;

/// The return type of [`Model::with_deleted()`](crate::SoftDeletable::with_deleted).
pub type ModelWithDeleted<M, DB> =
    <M as SelectedFrom<WithDeleted<<M as crate::SoftDeletable>::Table>, DB>>::Output;
/// The return type of [`Model::only_deleted()`](crate::SoftDeletable::only_deleted).
pub type ModelOnlyDeleted<M, DB> =
    <M as SelectedFrom<OnlyDeleted<<M as crate::SoftDeletable>::Table>, DB>>::Output;

type Down<S> = <S as NamesRows>::Down;
type Up<S> = <S as NamesRows>::Up;

/// The return type of [`soft_delete(target)`](crate::soft_delete).
pub type SoftDelete<S> = <Down<S> as BuildDelete<S>>::SoftDelete;
/// The return type of [`restore(target)`](crate::restore).
pub type Restore<S> = <Up<S> as BuildRestore<S>>::Restore;
/// The return type of [`purge(target)`](crate::purge).
pub type Purge<S> = <Down<S> as BuildDelete<S>>::Purge;

/// The return type of `operation.with(changes)`, of an operation that [`soft_delete`](crate::soft_delete())
/// or [`restore`](crate::restore()) returns.
pub type With<O, C> = <O as crate::statement::WithChanges<C>>::Output;

/// The return type of [`hold_active(target)`](crate::hold_active()).
pub type HoldActive<S> = crate::tree::HoldActive<
    <S as NamesRows>::Of,
    <S as diesel::query_builder::IntoUpdateTarget>::WhereClause,
>;

/// The return type of [`Model::soft_delete_by_id(key)`](crate::SoftDeletable::soft_delete_by_id).
pub type SoftDeleteById<M, K> = SoftDelete<Find<<M as crate::SoftDeletable>::Table, K>>;
/// The return type of [`Model::restore_by_id(key)`](crate::SoftDeletable::restore_by_id).
pub type RestoreById<M, K> = Restore<Find<<M as crate::SoftDeletable>::Table, K>>;
/// The return type of [`Model::purge_by_id(key)`](crate::SoftDeletable::purge_by_id).
pub type PurgeById<M, K> = Purge<Find<<M as crate::SoftDeletable>::Table, K>>;

/// The return type of [`soft_delete(target)`](crate::soft_delete), under `#[auto_type]`.
#[allow(non_camel_case_types)]
pub type soft_delete<S> = SoftDelete<S>;
/// The return type of [`restore(target)`](crate::restore).
#[allow(non_camel_case_types)]
pub type restore<S> = Restore<S>;
/// The return type of [`purge(target)`](crate::purge).
#[allow(non_camel_case_types)]
pub type purge<S> = Purge<S>;
/// The return type of [`marked_active(table)`](crate::marked_active).
#[allow(non_camel_case_types)]
pub type marked_active<T> = crate::statement::MarkActive<T>;
/// The return type of [`marked_deleted(table)`](crate::marked_deleted).
#[allow(non_camel_case_types)]
pub type marked_deleted<T> = crate::statement::MarkDeleted<T>;
