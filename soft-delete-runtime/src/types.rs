//! What stands in the signatures of this crate and is seldom named by its users: the types that
//! operations are before they are carried out, the predicates of scopes, and the traits that serve
//! as bounds.
//!
//! Few of the traits are to be implemented by a user, and these say so; the others have one
//! implementation for all types that they can hold for.

pub use crate::join::JoinActive;
pub use crate::marker::{
    Epoch, EpochType, MarkerValue, MomentMarker, MomentType, MomentValue, Predicate,
};
pub use crate::model::MarkerField;
pub use crate::operation_id::OperationType;
pub use crate::related::{Cascade, Related, Restrict};
#[cfg(feature = "async")]
pub use crate::run::{Asynchronous, BoxFuture};
pub use crate::run::{Blocking, LoadTree, RunHold, RunRetention, RunTree};
pub use crate::scope::{
    DeletedBefore, DeletedSince, HasMarker, IsActive, IsActiveOrAbsent, IsDeleted, OneTable,
    WithDeletedDsl,
};
pub use crate::statement::{Assign, MarkStatement};
pub use crate::table::TableFacts;
pub use crate::tree::{HoldActive, TreePurge, TreeRestore, TreeReturning, TreeSoftDelete};
