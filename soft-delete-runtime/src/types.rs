//! Types and traits that appear in the signatures of this crate, and that few users ever name: the
//! operations that are not carried out yet, the predicates of scopes, and traits that are bounds.
//!
//! Of the traits, [`MarkerValue`] may be implemented for a type of your own; the others are implemented
//! here, for all types that they can hold for, or by the derive.

pub use crate::join::JoinActive;
pub use crate::marker::{
    Epoch, EpochType, MarkerValue, MomentMarker, MomentType, MomentValue, Predicate,
};
pub use crate::model::{FoundBy, MarkerField};
pub use crate::operation_id::OperationType;
pub use crate::related::{Cascade, Related, Restrict};
#[cfg(feature = "async")]
pub use crate::run::{Asynchronous, BoxFuture};
pub use crate::run::{Blocking, BlockingConnection, LoadTree, RunHold, RunRetention, RunTree};
pub use crate::scope::{
    DeletedBefore, DeletedSince, HasMarker, IsActive, IsActiveOrAbsent, IsDeleted, OneTable,
    WithDeletedDsl,
};
pub use crate::statement::{Assign, MarkStatement};
pub use crate::table::TableFacts;
pub use crate::tree::{HoldActive, TreePurge, TreeRestore, TreeReturning, TreeSoftDelete};
