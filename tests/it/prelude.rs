//! Diesel's prelude, for statements that run on the suite's connection, whatever its kind.

pub use diesel::prelude::*;

#[cfg(asynchronous)]
pub use crate::waiting::RunQueryDsl;

/// What an asynchronous operation refers to here: the suite's connection waits for those alone that
/// borrow nothing.
pub fn lasting<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}
