//! `use soft_delete_runtime::prelude::*;` beside `use diesel::prelude::*;`

#[cfg(feature = "derive")]
pub use crate::soft_delete_table;
#[doc(no_inline)]
pub use crate::{
    JoinActiveDsl, ScopeDsl, SoftDeletable, is_active, is_deleted, purge, restore, soft_delete,
    soft_delete_at, soft_delete_with,
};
