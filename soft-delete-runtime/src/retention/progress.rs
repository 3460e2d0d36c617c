//! How far a retention has come.

use std::time::{Duration, Instant};

/// How far a retention has come.
#[derive(Debug, Clone)]
pub struct Progress {
    pub(super) tables: Vec<(String, usize)>,
    pub(super) total: Option<usize>,
    pub(super) looked_at: usize,
    pub(super) skipped: usize,
    pub(super) referenced: Vec<(String, usize)>,
    pub(super) batches: usize,
    pub(super) started: Instant,
    pub(super) finished: bool,
}

impl Progress {
    pub(super) fn new(tables: Vec<String>) -> Self {
        Self {
            tables: tables.into_iter().map(|table| (table, 0)).collect(),
            total: None,
            looked_at: 0,
            skipped: 0,
            referenced: Vec::new(),
            batches: 0,
            started: Instant::now(),
            finished: false,
        }
    }

    /// The rows removed so far, of all tables.
    pub fn rows(&self) -> usize {
        self.tables.iter().map(|(_, rows)| rows).sum()
    }

    /// The rows removed so far of one table, by its SQL name.
    pub fn rows_of(&self, table: &str) -> usize {
        let found = self.tables.iter().find(|(name, _)| name == table);
        found.map_or(0, |(_, rows)| *rows)
    }

    /// The expired rows of the table looked at so far, of [`total`](Self::total).
    pub fn looked_at(&self) -> usize {
        self.looked_at
    }

    /// The expired rows of the table that there were at the start, if
    /// [`with_total`](super::PurgeExpired::with_total) asked for it.
    pub fn total(&self) -> Option<usize> {
        self.total
    }

    /// The expired rows of the table that could not go.
    pub fn skipped(&self) -> usize {
        self.skipped
    }

    /// The foreign keys that no relation states and that forbade a removal, by the names of their
    /// constraints, and how many rows each referred to. On SQLite, which has no such names, it is
    /// `table(column)`. Another refusal of the database is there too, by its constraint or message.
    pub fn referenced_by(&self) -> impl Iterator<Item = (&str, usize)> {
        let referenced = self.referenced.iter();
        referenced.map(|(constraint, rows)| (constraint.as_str(), *rows))
    }

    /// The batches so far.
    pub fn batches(&self) -> usize {
        self.batches
    }

    /// The time since the start.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Whether nothing is left to look at; `false` where `max_batches` ended the run.
    pub fn is_finished(&self) -> bool {
        self.finished
    }
}
