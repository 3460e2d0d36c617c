//! Chapters on what needs more than a page of reference.

#[doc = include_str!("trees.md")]
pub mod trees {}

#[doc = include_str!("retention.md")]
pub mod retention {}

#[doc = include_str!("indexes.md")]
pub mod indexes {}

#[doc = include_str!("running.md")]
/// # Blocking
///
/// ```
#[doc = include_str!("running/blocking.rs")]
/// ```
///
/// # Asynchronous
///
/// ```ignore
#[doc = include_str!("running/asynchronous.rs")]
/// ```
///
/// # Several databases
///
/// ```ignore
#[doc = include_str!("running/multi.rs")]
/// ```
pub mod running {}

#[doc = include_str!("engines.md")]
pub mod engines {}
