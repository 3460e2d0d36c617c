//! Which rows of a table come back, and which stay deleted below another parent.

use std::collections::{HashMap, HashSet};

use super::stamp::needs_id;
use crate::key::{Rows, Value};
use crate::relation::{Node, Relation};

/// How many columns [`stamp_columns`](super::reassign::stamp_columns) has.
pub(super) const STAMP_COLUMNS: usize = 3;

/// The stamp that a row takes: a moment, where it can take that of its parent, and an operation's
/// id.
pub(super) type NewStamp = (Option<Value>, Value);

/// What becomes of the rows of a table.
pub(super) struct Outcome {
    pub(super) back: Rows,
    pub(super) staying: Vec<(NewStamp, Rows)>,
}

impl Outcome {
    /// From rows of the key, the key of the parent in the same table where it refers to itself, the
    /// state of each parent, the own one last, and the row's own id where it needs one.
    pub(super) fn of(
        node: &Node,
        own: Option<&Relation>,
        parents: usize,
        found: &Rows,
        target: &HashSet<Vec<Value>>,
    ) -> Self {
        let key = node.key.len();
        let state = key + own.map_or(0, |own| own.foreign_key.len());
        let places: HashMap<&[Value], usize> = found
            .iter()
            .enumerate()
            .map(|(place, row)| (&row[..key], place))
            .collect();
        let rows: Vec<_> = found.iter().collect();
        let mut fates: Vec<Option<Fate>> = vec![None; rows.len()];
        for place in 0..rows.len() {
            // up to a row whose fate is known, and down again
            let mut path = vec![place];
            let mut on_path = HashSet::from([place]);
            let mut above = None;
            while let Some(here) = path.last().copied() {
                let row = rows[here];
                above = fates[here].clone();
                if above.is_some() {
                    path.pop();
                    break;
                }
                let parent = own.and_then(|_| places.get(&row[key..state]).copied());
                match parent {
                    Some(parent) if !target.contains(&row[..key]) && on_path.insert(parent) => {
                        path.push(parent);
                    }
                    _ => break,
                }
            }
            while let Some(here) = path.pop() {
                let row = rows[here];
                let fate = if target.contains(&row[..key]) {
                    Fate::Back
                } else {
                    let has_own = above.is_some();
                    let states = row[state..].chunks_exact(STAMP_COLUMNS);
                    let own_state = usize::from(own.is_some() && !has_own);
                    let mut deleted = states
                        .take(parents + own_state)
                        .filter(|state| state[0].is_true());
                    match (deleted.next(), above) {
                        (Some(state), _) => {
                            let id = match row.last().filter(|_| state[2] == Value::Null) {
                                Some(own) if needs_id(node) => own,
                                _ => &state[2],
                            };
                            Fate::Stays(new_stamp(&state[1], id))
                        }
                        (None, Some(fate)) => fate,
                        (None, None) => Fate::Back,
                    }
                };
                fates[here] = Some(fate.clone());
                above = Some(fate);
            }
        }
        let mut outcome = Self {
            back: Rows::new(key),
            staying: Vec::new(),
        };
        let mut stamps = HashMap::new();
        for (row, fate) in rows.iter().zip(fates) {
            let row = &row[..key];
            match fate {
                Some(Fate::Stays(stamp)) => {
                    let place = *stamps.entry(stamp.clone()).or_insert_with(|| {
                        outcome.staying.push((stamp, Rows::new(key)));
                        outcome.staying.len() - 1
                    });
                    outcome.staying[place].1.push_row(row);
                }
                _ if target.contains(row) => {} // back already
                _ => outcome.back.push_row(row),
            }
        }
        outcome
    }
}

#[derive(Debug, Clone)]
enum Fate {
    Back,
    Stays(NewStamp),
}

fn new_stamp(moment: &Value, operation: &Value) -> NewStamp {
    let moment = (*moment != Value::Null).then(|| moment.clone());
    (moment, operation.clone())
}
