//! Chapters on what needs more than a page of reference.

#[doc = include_str!("trees.md")]
pub mod trees {}

#[doc = include_str!("retention.md")]
pub mod retention {}

#[doc = include_str!("engines.md")]
pub mod engines {}
