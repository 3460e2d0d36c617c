#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
// the tables of the examples are `guarded`
#![doc(test(attr(deny(deprecated))))]

mod closed;
mod column;
mod compat;
mod connection;
mod contradiction;
pub mod engine;
mod error;
#[cfg(feature = "check")]
mod facts;
mod foreign_key;
mod generic;
mod join;
mod key;
mod marker;
mod model;
mod moment;
mod operation;
mod operation_id;
mod related;
mod relation;
mod retention;
mod run;
mod scope;
mod sql;
mod statement;
mod table;
mod target;
mod tree;
#[cfg(feature = "check")]
mod watched;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
pub mod dsl;
pub mod guide;
pub mod prelude;
pub mod types;

pub use self::error::Error;
#[cfg(feature = "async")]
pub use self::generic::AsyncSoftDeletableOn;
pub use self::generic::SoftDeletableOn;
pub use self::join::JoinActiveDsl;
pub use self::key::KeyType;
pub use self::marker::MarkerType;
pub use self::model::{RowState, SoftDeletable};
pub use self::moment::{Age, Moment, Unit};
#[doc(inline)]
pub use self::operation::{
    hold_active, marked_active, marked_deleted, purge, restore, soft_delete,
};
pub use self::operation_id::OperationId;
pub use self::retention::{Batch, Progress, PurgeExpired, Retention, purge_expired};
pub use self::scope::{ScopeDsl, is_active, is_active_or_absent, is_deleted};
pub use self::table::SoftDeleteTable;
pub use self::target::Target;
pub use self::tree::Report;

#[cfg(feature = "derive")]
pub use soft_delete_derive::{SoftDeletable, soft_delete_table};
