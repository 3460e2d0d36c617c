#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
// the tables of the examples are `guarded`
#![doc(test(attr(deny(deprecated))))]

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

pub use self::error::Error;
#[cfg(feature = "async")]
pub use self::generic::AsyncSoftDeletableOn;
pub use self::generic::SoftDeletableOn;
pub use self::join::{JoinActive, JoinActiveDsl};
pub use self::key::KeyType;
pub use self::marker::{
    Epoch, EpochType, MarkerType, MarkerValue, MomentMarker, MomentType, MomentValue, Predicate,
};
pub use self::model::{MarkerField, RowState, SoftDeletable};
pub use self::moment::{Age, Moment, Unit};
#[doc(inline)]
pub use self::operation::{
    hold_active, marked_active, marked_deleted, purge, restore, soft_delete,
};
pub use self::operation_id::{OperationId, OperationType};
pub use self::related::{Cascade, Related, Restrict};
pub use self::retention::{Batch, Progress, PurgeExpired, Retention, purge_expired};
#[cfg(feature = "async")]
pub use self::run::{Asynchronous, BoxFuture};
pub use self::run::{Blocking, LoadTree, RunHold, RunRetention, RunTree};
pub use self::scope::{
    DeletedBefore, DeletedSince, HasMarker, IsActive, IsActiveOrAbsent, IsDeleted, OneTable,
    ScopeDsl, WithDeletedDsl, is_active, is_active_or_absent, is_deleted,
};
pub use self::statement::{Assign, MarkStatement};
pub use self::table::{SoftDeleteTable, TableFacts};
pub use self::target::Target;
pub use self::tree::{HoldActive, Report, TreePurge, TreeRestore, TreeReturning, TreeSoftDelete};

#[cfg(feature = "derive")]
pub use soft_delete_derive::{SoftDeletable, soft_delete_table};
