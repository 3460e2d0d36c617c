//! The leak guard.

mod allow;
mod analysis;
mod and;
mod call_site;
mod guard;
#[expect(clippy::module_inception, reason = "it is what the module is about")]
mod leak;
mod stack;
mod watching;

pub use self::allow::Allow;
pub use self::and::And;
pub use self::call_site::CallSite;
pub use self::guard::LeakGuard;
pub use self::leak::{Leak, LeakKind};
pub use self::watching::Watching;
