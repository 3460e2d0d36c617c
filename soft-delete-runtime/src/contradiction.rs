//! Facts that contradict each other, refused at compile time.

use std::marker::PhantomData;

/// Asks whether two types are one.
#[derive(Debug)]
pub struct Pair<A, B>(PhantomData<(A, B)>);

impl<A> Pair<A, A> {
    /// They are: an inherent constant takes precedence over that of a trait.
    pub const SAME: bool = true;
}

/// The answer of a [`Pair`] otherwise.
pub trait Differ {
    /// They are not.
    const SAME: bool = false;
}

impl<A, B> Differ for Pair<A, B> {}

/// A key that goes with its parent's row cannot forbid that it goes.
#[track_caller]
pub const fn assert_not_in_both(same: bool, message: &str) {
    assert!(!same, "{}", message);
}

/// Another column than the marker does not say whether a row is deleted.
#[track_caller]
pub const fn assert_is_marker(same: bool, message: &str) {
    assert!(same, "{}", message);
}

/// A table cannot cascade to itself by its own primary key: each row would be its own parent.
#[track_caller]
pub const fn assert_not_the_key(same: bool, message: &str) {
    assert!(!same, "{}", message);
}
