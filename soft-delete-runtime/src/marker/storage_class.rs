//! How a column stores moments and marks.

use super::epoch::Epoch;
use crate::moment::{Moment, Unit};

/// How a column stores a mark or a moment. The statements of a tree are made from it, for they do not
/// have the column's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StorageClass {
    /// A date and time without an offset.
    Timestamp,
    /// MySQL's `datetime`, whose range is wider than that of its `timestamp`.
    Datetime,
    /// PostgreSQL's `timestamptz`.
    Timestamptz,
    /// SQLite's text with an offset.
    TimestamptzSqlite,
    /// A count of the table's unit.
    Epoch {
        /// What an active row has.
        active: &'static str,
    },
    /// One of two marks.
    Literals {
        /// The mark of a deleted row.
        deleted: &'static str,
        /// The mark of an active row.
        active: &'static str,
    },
    /// A type of a user's own that does not tell.
    Unknown,
}

impl StorageClass {
    /// The reason why a column cannot store a moment.
    pub(crate) fn refuse_moment(self, moment: Moment, unit: Unit) -> Result<(), &'static str> {
        match self {
            Self::Timestamp | Self::Datetime | Self::Timestamptz | Self::TimestamptzSqlite => {
                match moment.is_portable() {
                    true => Ok(()),
                    false => Err("not every database has years before 1 and after 9999"),
                }
            }
            Self::Epoch { active: "0" } => Epoch::new(moment, unit).not_zero().refused(),
            Self::Epoch { .. } => Epoch::new(moment, unit).refused(),
            Self::Literals { .. } | Self::Unknown => Ok(()),
        }
    }
}
