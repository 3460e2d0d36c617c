//! Retention: what has been deleted for long enough goes for good, in batches.

mod after;
mod batch;
mod blocked;
mod builder;
mod catalogue;
mod deferred;
mod failure;
mod hook;
mod job;
mod progress;
mod referred;
mod refused;
mod removal;
mod run;

pub use self::after::{CallAfter, NoAfter};
pub use self::batch::{Batch, KeyOf, KeyedTable};
pub use self::builder::{PurgeExpired, Retention, purge_expired};
pub(crate) use self::hook::keys_of_round;
#[cfg(feature = "async")]
pub use self::hook::{AsyncHook, AsyncHooks};
pub use self::hook::{CallHook, Hooks, NoHook, Rows};
pub use self::progress::Progress;
pub(crate) use self::run::{preview, purge};
