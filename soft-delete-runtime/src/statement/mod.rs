//! One table, one query: `soft_delete`, `restore` and `purge`.

mod assign;
mod mark;
mod marked;
mod purge;
mod returning;

pub use self::assign::{Assign, ClearColumns, OperationColumn, TouchColumns};
pub use self::mark::{MarkStatement, WithChanges};
pub use self::marked::{MarkActive, MarkDeleted};
pub(crate) use self::marked::{mark_active, mark_deleted};
pub use self::purge::{CountRows, PurgeStatement, SingleStatement};
pub use self::returning::{NoReturning, Returning};

use crate::scope::{IsActive, IsDeleted};
use crate::table::Marker;

/// The soft delete of the rows of `T` that match `W`.
pub type MarkRowsDeleted<T, W> = MarkStatement<T, W, MarkDeleted<T>, IsActive<Marker<T>>>;
/// The restore of the rows of `T` that match `W`.
pub type MarkRowsActive<T, W> = MarkStatement<T, W, MarkActive<T>, IsDeleted<Marker<T>>>;
/// The removal of the deleted rows of `T` that match `W`.
pub type PurgeRows<T, W> = PurgeStatement<T, W, IsDeleted<Marker<T>>>;
