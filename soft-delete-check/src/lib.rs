//! What tests use beside [`soft-delete-runtime`](https://docs.rs/soft-delete-runtime): it is a
//! dev-dependency.
//!
//! ```toml
//! [dev-dependencies]
//! soft-delete-check = "0.1"
//! ```
//!
#![doc = include_str!("leak/leaks.md")]

mod leak;

pub use self::leak::{Allow, And, CallSite, Leak, LeakGuard, LeakKind, Watching};
