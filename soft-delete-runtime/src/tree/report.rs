//! Reports: what an operation did, or would do.

use super::graph::Graph;
use crate::moment::Moment;
use crate::operation_id::OperationId;
use crate::relation::Node;
use crate::sql::Marks;

/// What an operation did, or would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    tables: Vec<(String, usize)>,
    moment: Moment,
    operation: Option<OperationId>,
}

impl Report {
    /// Of an operation on one table.
    pub(crate) fn of_table(
        node: &Node,
        rows: usize,
        moment: Moment,
        operation: Option<OperationId>,
    ) -> Self {
        Self {
            tables: vec![(node.text(), rows)],
            moment,
            operation,
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

    /// The id that the operation wrote to `operation` columns; `None` if it wrote none, as when no table
    /// has such a column, or when rows are restored.
    pub fn operation(&self) -> Option<&OperationId> {
        self.operation.as_ref()
    }
}

/// The counts of an operation under way.
#[derive(Debug)]
pub(crate) struct ReportBuilder {
    tables: Vec<(&'static Node, usize)>,
}

impl ReportBuilder {
    pub(crate) fn new(graph: &Graph) -> Self {
        let tables = graph.tables.iter();
        Self {
            tables: tables.map(|member| (member.node, 0)).collect(),
        }
    }

    /// Adds rows of a table, which may be that of an ancestor.
    pub(crate) fn add(&mut self, node: &'static Node, rows: usize) {
        match self.tables.iter_mut().find(|(known, _)| known.is(node)) {
            Some((_, count)) => *count += rows,
            None => self.tables.push((node, rows)),
        }
    }

    /// The counts, table by table.
    pub(crate) fn counts(&self) -> impl Iterator<Item = usize> {
        self.tables.iter().map(|(_, rows)| *rows)
    }

    pub(crate) fn finish(self, marks: &Marks) -> Report {
        let tables = self.tables.into_iter();
        Report {
            tables: tables.map(|(node, rows)| (node.text(), rows)).collect(),
            moment: marks.moment,
            operation: marks.operation.clone(),
        }
    }
}
