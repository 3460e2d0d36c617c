//! What the methods of [`ScopeDsl`](super::ScopeDsl) return, for [`dsl`](crate::dsl).

use diesel::dsl::Filter;

use super::deleted_roots::IsDeletedRoot;
use super::predicate;
use super::source::{BoundOf, MarkerOf, OneTable};
use super::with_deleted::WithDeletedDsl;

/// The return type of [`query.active()`](crate::ScopeDsl::active).
pub type Active<Q> = Filter<Q, predicate::IsActive<MarkerOf<Q>>>;
/// The return type of [`query.only_deleted()`](crate::ScopeDsl::only_deleted).
pub type OnlyDeleted<Q> = Filter<Q, predicate::IsDeleted<MarkerOf<Q>>>;
/// The return type of [`query.with_deleted()`](crate::ScopeDsl::with_deleted): the query itself.
///
/// Under the feature `check`, which `soft-delete-check` turns on, the query has a filter that is
/// always true: `(1=1 OR "users"."deleted_at" IS NULL)`.
pub type WithDeleted<Q> = <Q as WithDeletedDsl>::Output;
/// The return type of [`query.deleted_roots()`](crate::ScopeDsl::deleted_roots).
pub type DeletedRoots<Q> = Filter<Q, IsDeletedRoot<<Q as OneTable>::Source>>;
/// The return type of [`query.deleted_before(moment)`](crate::ScopeDsl::deleted_before).
pub type DeletedBefore<Q> = Filter<Q, predicate::DeletedBefore<MarkerOf<Q>, BoundOf<Q>>>;
/// The return type of [`query.deleted_since(moment)`](crate::ScopeDsl::deleted_since).
pub type DeletedSince<Q> = Filter<Q, predicate::DeletedSince<MarkerOf<Q>, BoundOf<Q>>>;
