//! Steps: an operation as data, which the blocking and the asynchronous runner carry out.

use super::sql::{Binds, Sql};
use crate::moment::Moment;
use crate::operation_id::OperationId;

/// The steps of an operation, in order, in one transaction.
#[derive(Debug)]
pub struct Steps {
    pub(crate) tables: Vec<String>,
    pub(crate) steps: Vec<Step>,
    pub(crate) binds: Binds,
}

/// How the figures of an operation are had without a change.
#[derive(Debug)]
pub enum Preview {
    /// By queries.
    Counted(Steps),
    /// By the operation itself, undone: whether a row comes back depends on all that come back
    /// above it.
    Undone(Steps),
}

/// A statement, and what its result means.
#[derive(Debug)]
pub struct Step {
    pub(crate) sql: Sql,
    pub(crate) meaning: Meaning,
}

/// What a statement's result means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// The number of rows changed in the table.
    Changed(usize),
    /// The same, of the rows that the target names; they are in the first table.
    ChangedTarget,
    /// The number of rows whose change was taken back.
    TakenBack(usize),
    /// A row count of the table, nothing changed.
    Counted(usize),
    /// For each statement within it, the number of its table and that of the rows changed.
    ChangedInTables,
    /// The number of rows that `ChangedTarget` is going to change.
    Expected,
    /// A number of rows that are locked now.
    Locked,
    /// The same, of rows that are found from rows locked with them: while it waits for one, another
    /// may come below that. It is repeated until it finds no more.
    LockedAll,
    /// A number of rows of the table that are held, and must not be zero.
    Held(String),
    /// A number of rows changed again, which does not count.
    Finished,
    /// A count that has to be zero, of the table's rows.
    Restricted(String),
    /// A count that has to be zero, of parents in the table.
    ParentDeleted(String),
}

impl Step {
    /// Whether the statement is a query for one number, rather than a change that tells one.
    pub(crate) fn is_a_count(&self) -> bool {
        self.sql.is_a_query()
    }
}

/// What an operation on a tree did, or would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub(crate) tables: Vec<(String, usize)>,
    pub(crate) moment: Moment,
    pub(crate) operation: OperationId,
}

impl Report {
    pub(crate) fn new(steps: &Steps) -> Self {
        Self::of_tables(steps.tables.clone(), &steps.binds)
    }

    pub(crate) fn of_tables(tables: Vec<String>, binds: &Binds) -> Self {
        Self {
            tables: tables.into_iter().map(|name| (name, 0)).collect(),
            moment: binds.moment,
            operation: binds.operation.clone(),
        }
    }

    /// The rows of all tables together.
    pub fn rows(&self) -> usize {
        self.tables.iter().map(|(_, rows)| rows).sum()
    }

    /// The rows of one table, by its SQL name (`schema.table` where it has a schema).
    pub fn rows_of(&self, table: &str) -> usize {
        let found = self.tables.iter().find(|(name, _)| name == table);
        found.map_or(0, |(_, rows)| *rows)
    }

    /// Each table of the tree and its rows, parents before children; ancestors come last.
    pub fn tables(&self) -> impl Iterator<Item = (&str, usize)> {
        self.tables
            .iter()
            .map(|(name, rows)| (name.as_str(), *rows))
    }

    /// The moment of the operation, as it is written.
    pub fn moment(&self) -> Moment {
        self.moment
    }

    /// The id of the operation; tables with an `operation` column have it in their rows.
    pub fn operation(&self) -> &OperationId {
        &self.operation
    }
}
