//! Lists of keys, and how many go into a statement.

use super::value::{Rows, Value};
use crate::engine::Engine;

/// Keys of rows of one table.
///
/// Those of several columns are grouped by all columns but the last, for that is the form in which
/// every engine uses the index: `tenant = ? AND id IN (..)`.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    groups: Vec<Group>,
}

#[derive(Debug)]
struct Group {
    prefix: Box<[Value]>,
    last: Vec<Value>,
}

/// Keys that go into one statement.
#[derive(Debug, Clone)]
pub(crate) struct Round<'a> {
    groups: Vec<(&'a [Value], &'a [Value])>,
    no_case: NoCase,
}

/// The columns of a key that compare without case: SQLite compares a foreign key by the collation
/// of the parent's column, and `IN` by that of the child's.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct NoCase(u32);

impl NoCase {
    pub(crate) fn insert(&mut self, column: usize) {
        self.0 |= 1 << column;
    }

    pub(crate) fn contains(self, column: usize) -> bool {
        self.0 & 1 << column != 0
    }
}

/// Groups that are joined by `OR`: SQLite allows 1000 terms of an expression.
const GROUPS: usize = 100;

impl Keys {
    pub(crate) fn of(rows: &Rows) -> Self {
        let mut keys = Self::default();
        let mut places = std::collections::HashMap::<Box<[Value]>, usize>::new();
        for row in rows.iter() {
            let Some((last, prefix)) = row.split_last() else {
                continue;
            };
            let place = *places.entry(prefix.into()).or_insert_with(|| {
                keys.groups.push(Group {
                    prefix: prefix.into(),
                    last: Vec::new(),
                });
                keys.groups.len() - 1
            });
            keys.groups[place].last.push(last.clone());
        }
        keys
    }

    pub(crate) fn len(&self) -> usize {
        self.groups.iter().map(|group| group.last.len()).sum()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Each key, column by column.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Vec<Value>> {
        self.groups.iter().flat_map(|group| {
            let keys = group.last.iter();
            keys.map(|last| group.prefix.iter().chain([last]).cloned().collect())
        })
    }

    /// The keys, as many at a time as a statement of the engine takes.
    pub(crate) fn rounds(&self, engine: Engine, arrays: bool) -> Vec<Round<'_>> {
        let most = match engine {
            _ if arrays => usize::MAX,
            Engine::Sqlite => 500,
            Engine::Postgres | Engine::Mysql => 1_000,
        };
        let mut rounds = Vec::new();
        let mut round = Vec::new();
        let mut room = most;
        for group in &self.groups {
            let mut rest = &group.last[..];
            while !rest.is_empty() {
                let (now, later) = rest.split_at(rest.len().min(room));
                round.push((&group.prefix[..], now));
                room -= now.len();
                rest = later;
                if room == 0 || round.len() == GROUPS {
                    rounds.push(Round::of(std::mem::take(&mut round)));
                    room = most;
                }
            }
        }
        if !round.is_empty() {
            rounds.push(Round::of(round));
        }
        rounds
    }
}

impl<'a> Round<'a> {
    fn of(groups: Vec<(&'a [Value], &'a [Value])>) -> Self {
        let no_case = NoCase::default();
        Self { groups, no_case }
    }

    /// The same, as values of a foreign key.
    pub(crate) fn compared(mut self, no_case: NoCase) -> Self {
        self.no_case = no_case;
        self
    }

    pub(crate) fn no_case(&self) -> NoCase {
        self.no_case
    }

    /// Each key, column by column.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Vec<Value>> {
        self.groups.iter().flat_map(|(prefix, last)| {
            let keys = last.iter();
            keys.map(|last| prefix.iter().chain([last]).cloned().collect())
        })
    }

    /// Prefixes, and the values of the last column that go with each.
    pub(crate) fn groups(&self) -> &[(&'a [Value], &'a [Value])] {
        &self.groups
    }

    /// Whether its SQL is likely to be used again.
    pub(crate) fn has_common_text(&self) -> bool {
        self.groups.len() == 1
    }
}

/// How many placeholders a list of that many values has: a few sizes, so that there are few texts
/// to keep as prepared statements. The last value is repeated.
pub(crate) fn places(values: usize) -> usize {
    let sizes = [1, 8, 32, 128, 500, 1_000];
    let size = sizes.into_iter().find(|size| *size >= values);
    size.unwrap_or(values)
}
