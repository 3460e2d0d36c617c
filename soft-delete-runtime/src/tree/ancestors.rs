//! The parents of rows that a restore names: it is refused where one is deleted, or restores them
//! first.

use std::collections::{HashSet, VecDeque};

use super::read::{ReadColumn, classes, with_columns};
use super::restore::activate;
use super::run::{Run, statement};
use crate::column::Recorded;
use crate::connection::Kind;
use crate::error::Error;
use crate::key::{Keys, Rows, Value};
use crate::relation::{Node, Relation};
use crate::sql::{Body, ChangesFor, Expr, Select, Source, State};

/// Rows of a table, by their keys.
pub(super) type Found = (&'static Node, Rows);

impl<K, C, A> Run<'_, K, C, A>
where
    K: Kind<C>,
    A: ChangesFor<K::Backend>,
{
    /// Looks at the parents of the target's rows, whose foreign keys begin at that column, and holds
    /// them: a deleted one refuses the restore, or is restored first.
    ///
    /// What is given back are deleted parents in the tables of the tree, which may come back with
    /// the target.
    pub(super) async fn look_at_parents(
        &mut self,
        rows: &Rows,
        first_foreign_key: usize,
        with_ancestors: bool,
    ) -> Result<Vec<Found>, Error> {
        let root = self.graph.root();
        let key = root.key.len();
        let target: HashSet<&[Value]> = rows.iter().map(|row| &row[..key]).collect();
        let mut found: Vec<Found> = Vec::new();
        let mut known: Vec<(&Node, HashSet<Vec<Value>>)> = Vec::new();
        let mut pending = VecDeque::from(foreign_keys(root, rows, first_foreign_key));
        while let Some((relation, keys)) = pending.pop_front() {
            let parent = relation.other();
            let columns = parent.parents().flat_map(|above| above.foreign_key);
            let mut extra = vec![ReadColumn::is_active(parent, Recorded::Yes)];
            extra.extend(columns.map(|column| ReadColumn::of(parent, *column)));
            let above = self
                .read_parents(relation, &keys, with_ancestors, &extra)
                .await?;
            let key = parent.key.len();
            let place = known.iter().position(|(node, _)| node.is(parent));
            let place = place.unwrap_or_else(|| {
                known.push((parent, HashSet::new()));
                known.len() - 1
            });
            let known = &mut known[place].1;
            let deleted = above.filter(|row| {
                let of_target = parent.is(root) && target.contains(&row[..key]);
                !row[key].is_true() && !of_target && known.insert(row[..key].to_vec())
            });
            if deleted.is_empty() {
                continue;
            }
            if with_ancestors {
                pending.extend(foreign_keys(parent, &deleted, key + 1));
            } else if self.graph.position(parent).is_none() {
                let table = parent.text();
                return Err(Error::ParentDeleted { table });
            }
            found.push((parent, deleted.columns(0..key)));
        }
        if !with_ancestors {
            return Ok(found);
        }
        let is_in_tree = |(node, _): &Found| self.graph.position(node).is_some();
        let (in_tree, others) = found.into_iter().partition(is_in_tree);
        self.restore_ancestors(others).await?;
        Ok(in_tree)
    }

    /// Refuses the restore where deleted parents in the tables of the tree have not come back.
    pub(super) async fn refuse_deleted_in_tree(
        &mut self,
        parents: Vec<Found>,
    ) -> Result<(), Error> {
        for (node, rows) in parents {
            let keys = Keys::of(&rows);
            for round in keys.rounds(self.session.engine, self.session.has_arrays()) {
                let source = Source::Table(node);
                let select = Select::new(source)
                    .in_state(State::Deleted)
                    .filter(Expr::In(source, node.key, round));
                if self.count(select).await? > 0 {
                    let table = node.text();
                    return Err(Error::ParentDeleted { table });
                }
            }
        }
        Ok(())
    }

    /// Reads parents by the foreign keys of their children, and locks them.
    async fn read_parents(
        &mut self,
        relation: &'static Relation,
        keys: &Keys,
        with_ancestors: bool,
        extra: &[ReadColumn],
    ) -> Result<Rows, Error> {
        let parent = relation.other();
        let engine = self.session.engine;
        let lock = match with_ancestors {
            true => engine.lock_rows(),
            false => engine.share_rows(),
        };
        let mut found = Rows::new(parent.key.len() + extra.len());
        for round in keys.rounds(engine, self.session.has_arrays()) {
            let source = Source::Table(parent);
            let select = Select::new(source)
                .filter(Expr::In(source, relation.primary_key, round))
                .lock(lock);
            let select = with_columns(select, parent, extra);
            let query = statement(engine, &self.marks, Body::Select(select));
            found.append(self.session.read(query, classes(parent, extra)).await?);
        }
        Ok(found)
    }

    /// Brings ancestors back, parents before children, and those of one table in one statement.
    pub(super) async fn restore_ancestors(&mut self, mut found: Vec<Found>) -> Result<(), Error> {
        found.reverse(); // of one table, those found last are above the others
        while !found.is_empty() {
            let has_parent = |node: &Node| {
                let parents = node.parents().filter(|parent| !parent.other().is(node));
                let mut parents = parents.map(Relation::other);
                parents.any(|parent| found.iter().any(|(above, _)| above.is(parent)))
            };
            let next = found.iter().find(|(node, _)| !has_parent(node));
            let Some((node, _)) = next.or(found.first()) else {
                return Ok(());
            };
            let node = *node;
            let (together, rest) = found.into_iter().partition(|(other, _)| other.is(node));
            found = rest;
            let mut rows = Rows::new(node.key.len());
            for (_, more) in together {
                rows.append(more);
            }
            let keys = Keys::of(&rows);
            for round in keys.rounds(self.session.engine, self.session.has_arrays()) {
                let filter = Expr::In(Source::Table(node), node.key, round);
                let rows = self.execute(activate(node, vec![filter])).await?;
                self.report.add(node, rows);
            }
        }
        Ok(())
    }
}

/// The foreign keys of rows, which begin at that column, by relation.
fn foreign_keys(node: &Node, rows: &Rows, first: usize) -> Vec<(&'static Relation, Keys)> {
    let mut start = first;
    let mut keys = Vec::new();
    for relation in node.parents() {
        let end = start + relation.foreign_key.len();
        let values = rows.columns(start..end);
        let mut seen = HashSet::new();
        let values = values.filter(|key| !key.contains(&Value::Null) && seen.insert(key.to_vec()));
        start = end;
        if !values.is_empty() {
            keys.push((relation, Keys::of(&values)));
        }
    }
    keys
}
