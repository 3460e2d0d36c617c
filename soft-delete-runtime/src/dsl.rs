//! The names of the types that this crate's functions return, as in [`diesel::dsl`].
//!
//! They serve in function signatures, and under Diesel's [`#[auto_type]`](diesel::dsl::auto_type).
//! That finds the type of a function's result by the function's name, so [`is_active`](fn@is_active) and the
//! operations are there; the types of methods it looks for in Diesel alone, so for
//! [`active`](crate::ScopeDsl::active) and the like write the type of a `let`.
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
//!     users::table.filter(users::name.eq(name)).filter(soft::is_active(users::table))
//! }
//!
//! #[diesel::dsl::auto_type]
//! fn first_readers() -> _ {
//!     let readers: soft::Active<users::table> = users::table.active();
//!     readers.order(users::id).limit(10_i64)
//! }
//!
//! # fn main() {
//! # let conn = &mut connection();
//! assert_eq!(readers().count().get_result(conn), Ok(1_i64));
//! assert_eq!(named("Sean").count().get_result(conn), Ok(1_i64));
//! assert_eq!(first_readers().select(users::name).load(conn), Ok(vec!["Sean".to_string()]));
//! # }
//! ```

use diesel::dsl::{AsSelect, Filter, Find, Select};
use diesel::internal::table_macro::{Inner, LeftOuter};
use diesel::query_builder::AsQuery;

#[doc(no_inline)]
pub use crate::operation::*;
use crate::scope::{self, HasMarker, OneTable};
#[doc(no_inline)]
pub use crate::scope::{is_active, is_deleted};
use crate::table::Marker;
use crate::target::{BuildDelete, BuildRestore, NamesRows};

/// The return type of [`is_active(source)`](crate::is_active).
#[allow(non_camel_case_types)]
pub type is_active<S> = scope::IsActive<<S as HasMarker>::Marker>;
/// The return type of [`is_deleted(source)`](crate::is_deleted).
#[allow(non_camel_case_types)]
pub type is_deleted<S> = scope::IsDeleted<<S as HasMarker>::Marker>;

/// The return type of [`query.active()`](crate::ScopeDsl::active).
pub type Active<Q> = Filter<Q, scope::IsActive<Marker<<Q as OneTable>::Table>>>;
/// The return type of [`query.only_deleted()`](crate::ScopeDsl::only_deleted).
pub type OnlyDeleted<Q> = Filter<Q, scope::IsDeleted<Marker<<Q as OneTable>::Table>>>;
/// The return type of [`query.deleted_before(moment)`](crate::ScopeDsl::deleted_before).
pub type DeletedBefore<Q> = Filter<Q, scope::TableDeletedBefore<<Q as OneTable>::Table>>;
/// The return type of [`query.deleted_since(moment)`](crate::ScopeDsl::deleted_since).
pub type DeletedSince<Q> = Filter<Q, scope::TableDeletedSince<<Q as OneTable>::Table>>;

/// The return type of [`query.inner_join_active(rhs)`](crate::JoinActiveDsl::inner_join_active).
pub type InnerJoinActive<Q, Rhs> = <Q as crate::join::JoinActive<Rhs, Inner>>::Output;
/// The return type of [`query.left_join_active(rhs)`](crate::JoinActiveDsl::left_join_active).
pub type LeftJoinActive<Q, Rhs> = <Q as crate::join::JoinActive<Rhs, LeftOuter>>::Output;

/// The return type of [`Model::with_deleted()`](crate::SoftDeletable::with_deleted).
pub type WithDeleted<M, DB> =
    Select<<<M as crate::SoftDeletable>::Table as AsQuery>::Query, AsSelect<M, DB>>;
/// The return type of [`Model::only_deleted()`](crate::SoftDeletable::only_deleted).
pub type ModelOnlyDeleted<M, DB> =
    Select<OnlyDeleted<<M as crate::SoftDeletable>::Table>, AsSelect<M, DB>>;

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
