//! The parents of rows that come back with others: they are held, and one that is named by a
//! `restrict` and deleted refuses the restore.

use super::run::{Run, statement};
use super::stamp::Stamp;
use crate::column::{ValueClass, ValueColumn};
use crate::connection::Kind;
use crate::error::Error;
use crate::key::Keys;
use crate::relation::{Node, Relation};
use crate::sql::{Body, ChangesFor, Expr, Hold, Select, Source, State};

impl<K, C, A> Run<'_, K, C, A>
where
    K: Kind<C>,
    A: ChangesFor<K::Backend>,
{
    /// Refuses to bring rows of a table back that refer to a deleted row by a `restrict`, where
    /// that row cannot come back itself.
    pub(super) async fn refuse_deleted_restrict(
        &mut self,
        table: usize,
        stamp: Option<&Stamp>,
    ) -> Result<(), Error> {
        let node = self.graph.tables[table].node;
        let outside = |relation: &&Relation| self.graph.position(relation.other()).is_none();
        let restricting: Vec<_> = node.restricting().filter(outside).collect();
        let keys = std::mem::take(&mut self.keys);
        let filters = self.filters(table, &keys).into_iter();
        let rows = filters.map(|filter| of_operation(node, stamp, filter));
        let rows: Vec<_> = rows.collect();
        self.refuse_deleted_parents(&restricting, &rows).await?;
        self.keys = keys;
        Ok(())
    }

    /// Also reads the leaves whose rows are looked at once they are back: they could not be told from
    /// rows that were active before.
    pub(super) fn read_leaves_to_look_at(&mut self) {
        for table in 0..self.graph.tables.len() {
            let node = self.graph.tables[table].node;
            let mut restricting = node.restricting();
            let looked_at = restricting.any(|parent| self.graph.position(parent.other()).is_some());
            self.is_read[table] |= looked_at || self.has_changes(node);
        }
    }

    /// Refuses the restore where rows that have come back refer to a deleted row by a `restrict`, one
    /// that could have come back too, or that of a row below another of its table. The user's changes
    /// may have put rows under any parent.
    pub(super) async fn refuse_back_below_deleted(&mut self) -> Result<(), Error> {
        let keys = std::mem::take(&mut self.keys);
        for table in 0..self.graph.tables.len() {
            let member = &self.graph.tables[table];
            let node = member.node;
            let below_itself = table == 0 && member.self_ref.is_some();
            let looked_at = |relation: &&Relation| {
                below_itself || self.graph.position(relation.other()).is_some()
            };
            let parents: Vec<_> = match self.has_changes(node) {
                true => node.parents().collect(),
                false => node.restricting().filter(looked_at).collect(),
            };
            let filters = self.filters(table, &keys).into_iter();
            let rows = filters.map(|filter| {
                let rows = Select::new(Source::Table(node));
                rows.in_state(State::Active).filter(filter)
            });
            let rows: Vec<_> = rows.collect();
            self.refuse_deleted_parents(&parents, &rows).await?;
        }
        Ok(())
    }

    /// Refuses the restore where rows refer to a deleted parent.
    async fn refuse_deleted_parents(
        &mut self,
        parents: &[&'static Relation],
        rows: &[Select<'_>],
    ) -> Result<(), Error> {
        self.hold_parents(parents, rows).await?;
        for relation in parents {
            let parent = relation.other();
            let source = Source::Table(parent);
            for rows in rows {
                let referring = Box::new(rows.clone().column_of(relation.foreign_key));
                let select = Select::new(source)
                    .in_state(State::Deleted)
                    .filter(Expr::InQuery(source, relation.primary_key, referring));
                if self.count(select).await? > 0 {
                    let table = parent.text();
                    return Err(Error::ParentDeleted { table });
                }
            }
        }
        Ok(())
    }

    /// Locks the parents of rows, so that none is deleted between the look at it and the restore.
    pub(super) async fn hold_parents(
        &mut self,
        parents: &[&'static Relation],
        rows: &[Select<'_>],
    ) -> Result<(), Error> {
        let engine = self.session.engine;
        if engine.has_one_writer() || parents.is_empty() {
            return Ok(());
        }
        for rows in rows {
            let mut rows = rows.clone();
            for relation in parents {
                rows = rows.column_of(relation.foreign_key);
            }
            let keys = parents.iter();
            let hold = Hold {
                rows,
                parents: keys.map(|key| (key.other(), key.primary_key)).collect(),
                lock: engine.share_rows(),
            };
            let classes = vec![ValueClass::BigInt; parents.len()];
            let query = statement(engine, &self.marks, Body::Hold(hold));
            self.session.read(query, classes).await?;
        }
        Ok(())
    }

    /// The same of the rows with the keys.
    pub(super) async fn hold_parents_of(
        &mut self,
        table: usize,
        keys: &Keys,
        parents: &[&'static Relation],
    ) -> Result<(), Error> {
        let member = &self.graph.tables[table];
        let source = Source::Table(member.node);
        let arrays = self.session.has_arrays();
        let filters = member.with_keys(keys, self.session.engine, arrays);
        let rows = filters.into_iter();
        let rows = rows.map(|filter| Select::new(source).filter(filter));
        self.hold_parents(parents, &rows.collect::<Vec<_>>()).await
    }
}

/// The rows of the operation in a table.
pub(super) fn of_operation<'a>(
    node: &'static Node,
    stamp: Option<&'a Stamp>,
    filter: Expr<'a>,
) -> Select<'a> {
    let mut select = Select::new(Source::Table(node)).in_state(State::Deleted);
    let stamp = stamp.map(|stamp| stamp.condition(node));
    select.filter.extend(stamp);
    select.filter(filter)
}

impl Select<'_> {
    fn column_of(mut self, columns: &[ValueColumn]) -> Self {
        let columns = columns
            .iter()
            .map(|column| Expr::Column(self.from, column.name));
        self.columns.extend(columns);
        self
    }
}
