//! The leak guard.

mod allow;
mod analysis;
mod call_site;
mod guard;
#[expect(clippy::module_inception, reason = "it is what the module is about")]
mod leak;
mod stack;

pub use self::allow::Allow;
pub use self::call_site::CallSite;
pub use self::guard::{And, LeakGuard, Watching};
pub use self::leak::{Leak, LeakKind};
