//! Queries of one table, or of two: through the library, in Diesel by hand, and without Diesel.

pub mod by_hand;
pub mod floor;
pub mod library;
pub mod schema;

use std::time::Duration;

use crate::turns::time;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Query {
    /// One active row, by its key.
    Find,
    /// The hundred active rows of a group.
    List,
    /// The same, joined with the active rows of another table.
    Joined,
    /// The soft delete of one row, by its key.
    SoftDelete,
    /// The restore of one row, by its key.
    Restore,
    /// The removal of one deleted row, by its key.
    Purge,
}

impl Query {
    /// All.
    pub const ALL: [Query; 6] = [
        Query::Find,
        Query::List,
        Query::Joined,
        Query::SoftDelete,
        Query::Restore,
        Query::Purge,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Query::Find => "look-up by key",
            Query::List => "list of 100",
            Query::Joined => "joined list of 100",
            Query::SoftDelete => "soft delete by key",
            Query::Restore => "restore by key",
            Query::Purge => "purge by key",
        }
    }

    /// Whether it changes nothing.
    pub fn reads(self) -> bool {
        matches!(self, Query::Find | Query::List | Query::Joined)
    }

    /// How many rows it reads or changes.
    pub fn rows(self) -> usize {
        match self {
            Query::List | Query::Joined => schema::GROUP,
            _ => 1,
        }
    }
}

/// How often a query runs in one measurement.
pub const RUNS: usize = 200;

/// One way to run the queries.
pub trait Run {
    /// Runs one of them; the number is a key, or that of a group.
    fn run(&mut self, query: Query, number: i32) -> usize;
}

impl<F: FnMut(Query, i32) -> usize> Run for F {
    fn run(&mut self, query: Query, number: i32) -> usize {
        self(query, number)
    }
}

/// One way to run the queries, of which the time can be told.
pub trait Timed {
    /// The time that [`RUNS`] runs of a query take.
    fn time(&mut self, query: Query) -> Duration;
}

impl<R: Run> Timed for R {
    fn time(&mut self, query: Query) -> Duration {
        time(|| {
            for number in (1..).take(RUNS) {
                let number = if query.rows() > 1 {
                    number % 10
                } else {
                    number
                };
                assert_eq!(self.run(query, number), query.rows(), "{query:?}");
            }
        })
    }
}
