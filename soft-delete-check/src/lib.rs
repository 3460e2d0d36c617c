//! Checks for the tests of programs that use
//! [`soft-delete-runtime`](https://docs.rs/soft-delete-runtime): add it as a dev-dependency.
//!
//! ```toml
//! [dev-dependencies]
//! soft-delete-check = "0.1"
//! ```
//!
//! [`doctor`](doctor()) compares what is stated about tables with the database's catalogue.
//!
#![doc = include_str!("leak/leaks.md")]

pub mod doctor;
mod leak;

#[doc(inline)]
pub use self::doctor::doctor;
pub use self::leak::{Allow, And, CallSite, Leak, LeakGuard, LeakKind, Watching};
