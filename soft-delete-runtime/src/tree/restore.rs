//! The restore of a tree, from the top down: a row comes back if all its cascade parents are active
//! by then, else it takes the stamp of one that is not.

use std::collections::HashSet;

use super::read::{ReadColumn, RowFilter};
use super::run::Run;
use super::stamp::{Stamp, common_stamp};
use crate::column::ValueColumn;
use crate::connection::Kind;
use crate::error::Error;
use crate::key::{Keys, Rows, Value};
use crate::relation::Node;
use crate::sql::{Body, ChangesFor, Expr, Source, State, Update, set_active};

impl<K, C, A> Run<'_, K, C, A>
where
    K: Kind<C>,
    A: ChangesFor<K::Backend>,
{
    /// The columns that a restore reads of the target, beside the key: the stamp, and the keys of
    /// the parents.
    pub(super) fn restore_columns(&self) -> Vec<ValueColumn> {
        let root = self.graph.root();
        let mut columns = Stamp::columns(root);
        columns.extend(root.parents().flat_map(|parent| parent.foreign_key));
        columns
    }

    /// Brings back rows of the first table, and what the same operation took along with each.
    pub(super) async fn restore(&mut self, rows: Rows, with_ancestors: bool) -> Result<(), Error> {
        self.read_leaves_to_look_at();
        let root = self.graph.root();
        let parents = root.key.len() + Stamp::columns(root).len();
        // changes may put the rows under other parents: those are looked at in the end
        let mut own = match with_ancestors || !self.has_changes(root) {
            true => self.look_at_parents(&rows, parents, with_ancestors).await?,
            false => Vec::new(),
        };
        let target = rows.columns(0..root.key.len());
        self.keys[0] = Keys::of(&target);
        // an ancestor can be below another row of the target: what went along is read before it is back
        let by_stamp = !with_ancestors || own.is_empty();
        let stamp = common_stamp(root, &rows).filter(|stamp| by_stamp && stamp.tells(&self.graph));
        match stamp {
            Some(stamp) if self.all_come_back() && root.self_cascade().is_none() => {
                self.restore_all(stamp).await?;
            }
            stamp => {
                if stamp.is_none() {
                    self.read_by_parents_stamp(&rows.columns(0..parents))
                        .await?;
                }
                if with_ancestors {
                    self.restore_ancestors(std::mem::take(&mut own)).await?;
                }
                self.restore_keys(0, &Keys::of(&target)).await?;
                self.restore_below(stamp, &target).await?;
            }
        }
        self.refuse_deleted_in_tree(own).await?;
        self.refuse_back_below_deleted().await
    }

    /// Whether the user's changes are of that table.
    pub(super) fn has_changes(&self, node: &Node) -> bool {
        let mut tables = Vec::new();
        A::tables(&mut tables);
        tables.iter().any(|table| table.is(node))
    }

    /// Whether no row below the target can have a parent that stays deleted.
    fn all_come_back(&self) -> bool {
        (0..self.graph.tables.len()).all(|table| self.comes_back(table))
    }

    /// Whether the rows of the operation in a table come back whatever the state of other rows: they
    /// have one parent, of which the same is true.
    fn comes_back(&self, table: usize) -> bool {
        let member = &self.graph.tables[table];
        let parents = member.node.cascade_parents().count();
        match &member.edges[..] {
            [] => member.self_ref.is_none() || parents == 0,
            [edge] => parents == 1 && member.self_ref.is_none() && self.comes_back(edge.parent),
            _ => false,
        }
    }

    /// The whole operation, where every row comes back.
    async fn restore_all(&mut self, stamp: Stamp) -> Result<(), Error> {
        let stamp = self.read_stamped(stamp).await?;
        for table in 1..self.graph.tables.len() {
            self.refuse_deleted_restrict(table, Some(&stamp)).await?;
        }
        let keys = std::mem::take(&mut self.keys);
        let mut updates = Vec::new();
        for table in 0..self.graph.tables.len() {
            let node = self.graph.tables[table].node;
            for filter in self.filters(table, &keys) {
                // the target's own rows may have been read with other stamps
                let stamp = (table > 0).then(|| stamp.condition(node));
                let filter = stamp.into_iter().chain([filter]).collect();
                updates.push((table, activate(node, filter)));
            }
        }
        self.change(updates, &keys).await?;
        self.keys = keys;
        Ok(())
    }

    /// What went along with the rows of the target, which are active by now. Where those have
    /// several stamps, the keys have been read.
    async fn restore_below(&mut self, stamp: Option<Stamp>, target: &Rows) -> Result<(), Error> {
        if self.graph.tables[0].self_ref.is_some() {
            let target = target.iter().map(<[Value]>::to_vec).collect();
            self.restore_below_itself(0, stamp.as_ref(), &target)
                .await?;
        }
        let stamp = match stamp {
            Some(stamp) => Some(self.read_stamped(stamp).await?),
            None => None,
        };
        let stamp = stamp.as_ref();
        for table in 1..self.graph.tables.len() {
            self.refuse_deleted_restrict(table, stamp).await?;
            if self.graph.tables[table].self_ref.is_some() {
                let target = HashSet::new();
                self.restore_below_itself(table, stamp, &target).await?;
            } else if self.comes_back(table) {
                self.restore_table(table, stamp).await?;
            } else {
                self.restore_or_reassign(table, stamp).await?;
            }
        }
        Ok(())
    }

    /// Reads the keys of the tables below the first, of which all rows of the operation are still
    /// deleted.
    async fn read_stamped(&mut self, mut stamp: Stamp) -> Result<Stamp, Error> {
        for table in 1..self.graph.tables.len() {
            let member = &self.graph.tables[table];
            let node = member.node;
            if !self.is_read[table] {
                continue;
            }
            let lacks_moment = stamp.lacks_moment_of(node);
            let moment = ReadColumn::of(node, node.marker.column);
            let extra = if lacks_moment {
                vec![moment]
            } else {
                Vec::new()
            };
            let rows = RowFilter::stamped(&stamp);
            let found = self.read_inner(table, &rows, &extra).await?;
            let key = node.key.len();
            if lacks_moment {
                let first = found.iter().next();
                stamp.learn(node, first.and_then(|row| row.get(key)).cloned());
            }
            self.keys[table] = Keys::of(&found.columns(0..key));
        }
        Ok(stamp)
    }

    /// Brings back rows of a table by their keys.
    pub(super) async fn restore_keys(&mut self, table: usize, keys: &Keys) -> Result<(), Error> {
        let member = &self.graph.tables[table];
        let filters = member.with_keys(keys, self.session.engine, self.session.has_arrays());
        let node = member.node;
        for filter in filters {
            self.change_table(table, activate(node, vec![filter]))
                .await?;
        }
        Ok(())
    }

    /// Brings back all rows of the operation in a table.
    async fn restore_table(&mut self, table: usize, stamp: Option<&Stamp>) -> Result<(), Error> {
        let node = self.graph.tables[table].node;
        let keys = std::mem::take(&mut self.keys);
        for filter in self.filters(table, &keys) {
            let stamp = stamp.map(|stamp| stamp.condition(node));
            let filter = stamp.into_iter().chain([filter]).collect();
            self.change_table(table, activate(node, filter)).await?;
        }
        self.keys = keys;
        Ok(())
    }
}

/// `UPDATE t SET active WHERE deleted AND ..`
pub(super) fn activate<'a>(node: &'static Node, filter: Vec<Expr<'a>>) -> Body<'a> {
    let deleted = Expr::Is(Source::Table(node), State::Deleted);
    Body::Update(Update {
        table: node,
        set: set_active(node),
        filter: std::iter::once(deleted).chain(filter).collect(),
    })
}
