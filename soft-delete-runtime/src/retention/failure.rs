//! What ended a batch.

use diesel::result::Error as DieselError;

use crate::error::Error;

/// An error that ended a batch, and the step that it came from.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) from: Step,
    pub(super) error: Error,
}

/// A step of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The look for rows that cannot go.
    Look,
    /// The removal.
    Removal,
    /// The removal has left rows where they are.
    Kept,
    /// The commit, at which deferred constraints are looked at.
    Commit,
    /// Anything else: the choice of the rows, the hook.
    Other,
}

impl Failure {
    pub(super) fn of(from: Step, error: impl Into<Error>) -> Self {
        let error = error.into();
        Self { from, error }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::of(Step::Other, error)
    }
}

impl From<DieselError> for Failure {
    fn from(error: DieselError) -> Self {
        Self::of(Step::Other, error)
    }
}
