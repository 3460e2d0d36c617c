//! `use soft_delete_runtime::prelude::*;` beside `use diesel::prelude::*;`

#[cfg(feature = "derive")]
pub use crate::soft_delete_table;
// from `dsl`, where the types of these names are too: `#[auto_type]` looks for them
#[doc(no_inline)]
pub use crate::dsl::{
    hold_active, is_active, is_deleted, marked_active, marked_deleted, purge, restore, soft_delete,
};
#[doc(no_inline)]
pub use crate::{JoinActiveDsl, RowState, ScopeDsl, SoftDeletable, purge_expired};
