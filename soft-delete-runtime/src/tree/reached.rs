//! The rows that a restore has reached, and the operations that they tell of. A row of a table without
//! a column for the id hands that of the row above it on.

use std::collections::{HashMap, HashSet};

use super::stamp::needs_id;
use crate::key::{Rows, Value};
use crate::operation_id::OperationStored;
use crate::relation::Node;

/// The id of an operation, in the form of the column that it was read from. `None` where no row on
/// the way keeps one.
type Id = Option<(OperationStored, Value)>;

/// The rows of a table that were reached, and the ids by which they were.
#[derive(Debug)]
pub(super) struct Reached {
    keys: Rows,
    ids: HashMap<Vec<Value>, Vec<Id>>,
}

impl Reached {
    pub(super) fn new(node: &Node) -> Self {
        Self {
            keys: Rows::new(node.key.len()),
            ids: HashMap::new(),
        }
    }

    /// The target: from rows of the key, and the id if the table keeps one.
    pub(super) fn target(node: &Node, rows: &Rows) -> Self {
        let mut reached = Self::new(node);
        for row in rows.iter() {
            let (key, own) = row.split_at(node.key.len());
            reached.add(key, id_of(node, own));
        }
        reached
    }

    pub(super) fn keys(&self) -> &Rows {
        &self.keys
    }

    /// Adds rows that have the stamp of a row above them, from the key, the key of that row, and the
    /// id if the table keeps one. Those whose id is another than that by which the row above was
    /// reached are left out, but for a table whose rows keep an older one for what is below them.
    ///
    /// Gives back the keys of those that were not reached by such an id before.
    pub(super) fn add_below(&mut self, above: Option<&Self>, node: &Node, rows: &Rows) -> Rows {
        let key = node.key.len();
        let by_moment = needs_id(node);
        let mut new = HashSet::new();
        for row in rows.iter() {
            let (parent, own) = row[key..].split_at(match above {
                Some(above) => above.keys.width(),
                None => key,
            });
            let own = id_of(node, own);
            let ids = &above.unwrap_or(&*self).ids;
            let by_ids: Vec<Id> = ids
                .get(parent)
                .into_iter()
                .flatten()
                .filter(|id| by_moment || !differ(id, &own))
                .map(|id| own.clone().or_else(|| id.clone()))
                .collect();
            for id in by_ids {
                if self.add(&row[..key], id) {
                    new.insert(&row[..key]);
                }
            }
        }
        rows.columns(0..key).filter(|row| new.remove(row))
    }

    fn add(&mut self, key: &[Value], id: Id) -> bool {
        if !self.ids.contains_key(key) {
            self.keys.push_row(key);
        }
        let ids = self.ids.entry(key.to_vec()).or_default();
        let is_new = !ids.contains(&id);
        if is_new {
            ids.push(id);
        }
        is_new
    }
}

fn id_of(node: &Node, column: &[Value]) -> Id {
    let ((_, stored), value) = (node.operation?, column.last()?);
    (*value != Value::Null).then(|| (stored, value.clone()))
}

/// Whether they are ids of two operations. What two columns of other types keep cannot be compared.
fn differ(a: &Id, b: &Id) -> bool {
    match (a, b) {
        (Some((stored, a)), Some((other, b))) if stored == other => match (a, b) {
            // `VARCHAR` and `TEXT` have the same bytes
            (Value::Raw(_, a), Value::Raw(_, b)) => a != b,
            (a, b) => a != b,
        },
        _ => false,
    }
}
