//! The names of the types that this crate's functions return, as in [`diesel::dsl`].
//!
//! Use them in function signatures, and under Diesel's [`#[auto_type]`](diesel::dsl::auto_type), which
//! finds the return type of a function by the function's name: [`active`](fn@active),
//! [`is_active`](fn@is_active) and the operations are here for it. The types of methods it looks up in
//! Diesel only, so bind [`only_deleted`](crate::ScopeDsl::only_deleted) and the like to a typed `let`.
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

use diesel::query_dsl::methods::FilterDsl;

pub use crate::join::{InnerJoinActive, LeftJoinActive};
pub use crate::model::{
    ModelOnlyDeleted, ModelWithDeleted, PurgeById, RestoreById, SoftDeleteById,
};
pub use crate::operation::{HoldActive, Purge, Restore, SoftDelete, With};
#[doc(no_inline)]
pub use crate::operation::{
    hold_active, marked_active, marked_deleted, purge, restore, soft_delete,
};
pub use crate::scope::types::{
    Active, DeletedBefore, DeletedRoots, DeletedSince, OnlyDeleted, WithDeleted,
};
use crate::scope::{self, HasMarker, MarkerOf, OneTable, ScopeDsl};
#[doc(no_inline)]
pub use crate::scope::{is_active, is_active_or_absent, is_deleted};

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
