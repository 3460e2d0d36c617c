//! A library with public models, in a crate that denies all warnings: what is generated for them is
//! public too, and needs no docs of the user's. The other tests are in `tests/`.

#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused_qualifications,
    clippy::all,
    clippy::pedantic
)]
// the examples of the derive's docs hold where their tables are `guarded`
#![doc(test(attr(deny(deprecated))))]

use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    /// Those who can log in.
    accounts {
        /// The key.
        id -> Integer,
        /// Its rows are deleted where this is set.
        deleted_at -> Nullable<Timestamp>,
        /// When it was written.
        updated_at -> Nullable<Timestamp>,
        /// Who deleted it.
        deleted_by -> Nullable<Integer>,
    }
}

/// One who can log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(touch = updated_at, clear(deleted_by), guarded)]
pub struct Account {
    /// The key.
    pub id: i32,
    /// Its row is deleted where this is set.
    pub deleted_at: Option<chrono::NaiveDateTime>,
}

/// The accounts.
#[must_use]
pub fn accounts() -> soft_delete_runtime::dsl::Active<accounts::table> {
    accounts::table.active()
}

soft_delete_table! { sessions(deleted, touch = updated_at, guarded) }

diesel::table! {
    /// What an account is logged in by.
    sessions {
        /// The key.
        id -> Integer,
        /// Its rows are deleted where this is true.
        deleted -> Bool,
        /// When it was written.
        updated_at -> Timestamp,
    }
}

/// The examples in the docs of `#[derive(SoftDeletable)]`, and its expansion there.
#[cfg(doctest)]
#[doc = include_str!("../../../soft-delete-derive/src/derive.md")]
#[doc = include_str!("../../../soft-delete-derive/src/expansion/model.rs")]
#[doc = "```"]
pub mod derive {}

/// The same of `soft_delete_table!`.
#[cfg(doctest)]
#[doc = include_str!("../../../soft-delete-derive/src/table.md")]
#[doc = include_str!("../../../soft-delete-derive/src/expansion/table.rs")]
#[doc = "```"]
pub mod table {}
