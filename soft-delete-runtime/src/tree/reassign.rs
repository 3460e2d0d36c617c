//! Rows of a restore that have several parents: those with a deleted parent stay, and take the
//! stamp of that parent, so that its own restore brings them back.

use std::collections::HashSet;

use super::outcome::Outcome;
use super::parents::of_operation;
use super::read::{ReadColumn, RowFilter, classes, distinct, key_above, with_columns};
use super::restore::activate;
use super::run::{Run, statement};
use super::stamp::{Stamp, needs_id};
use crate::column::{Recorded, ValueClass, ValueColumn};
use crate::connection::Kind;
use crate::engine::Engine;
use crate::error::Error;
use crate::key::{Keys, Rows, Value};
use crate::relation::{Node, Relation};
use crate::sql::{Body, ChangesFor, Expr, Select, Source, State, Update, set_stamp};

const PARENT: &str = "soft_delete_parent";

impl<K, C, A> Run<'_, K, C, A>
where
    K: Kind<C>,
    A: ChangesFor<K::Backend>,
{
    /// Brings back the rows of the operation in a table that have no deleted parent, and gives the
    /// others the stamp of one.
    pub(super) async fn restore_or_reassign(
        &mut self,
        table: usize,
        stamp: Option<&Stamp>,
    ) -> Result<(), Error> {
        let node = self.graph.tables[table].node;
        let keys = std::mem::take(&mut self.keys);
        let filters = self.filters(table, &keys);
        let rows = filters.iter().cloned();
        let rows = rows.map(|filter| of_operation(node, stamp, filter));
        let rows: Vec<_> = rows.collect();
        let parents: Vec<_> = node.cascade_parents().collect();
        self.hold_parents(&parents, &rows).await?;
        if self.session.engine == Engine::Mysql {
            self.restore_or_reassign_keys(table, &parents, rows).await?;
            self.keys = keys;
            return Ok(());
        }
        for filter in &filters {
            let no_deleted_parent = node.cascade_parents().map(|relation| {
                Expr::NotExists(Box::new(
                    deleted_parent(node, relation).column(Expr::Sql("1")),
                ))
            });
            let stamp = stamp.map(|stamp| stamp.condition(node));
            let mut filter: Vec<_> = stamp.into_iter().chain([filter.clone()]).collect();
            filter.extend(no_deleted_parent);
            self.change_table(table, activate(node, filter)).await?;
        }
        for filter in filters {
            let deleted = Expr::Is(Source::Table(node), State::Deleted);
            let stamp = stamp.map(|stamp| stamp.condition(node));
            let filter = [Some(deleted), stamp, Some(filter)];
            let update = Body::Update(Update {
                table: node,
                set: stamp_of_parent(node),
                filter: filter.into_iter().flatten().collect(),
            });
            let reassign = statement::<()>(self.session.engine, &self.marks, update);
            self.session.execute(reassign).await?;
        }
        self.keys = keys;
        Ok(())
    }

    /// The same on MySQL, where a trigger on the table could not change a parent that the statement
    /// reads: the state of the parents is read first.
    async fn restore_or_reassign_keys(
        &mut self,
        table: usize,
        parents: &[&'static Relation],
        rows: Vec<Select<'_>>,
    ) -> Result<(), Error> {
        let node = self.graph.tables[table].node;
        let engine = self.session.engine;
        let extra = self.states_of(node, parents);
        let mut found = Rows::new(node.key.len() + extra.len());
        for rows in rows {
            let select = with_columns(rows.lock(engine.lock_rows()), node, &extra);
            let query = statement(engine, &self.marks, Body::Select(select));
            found.append(self.session.read(query, classes(node, &extra)).await?);
        }
        let found = distinct(&found, node.key.len());
        let outcome = Outcome::of(node, None, parents.len(), &found, &HashSet::new());
        self.finish_restore(table, &outcome).await
    }

    /// The state of each parent of a row, and the row's own id where it needs one.
    fn states_of(&self, node: &'static Node, parents: &[&'static Relation]) -> Vec<ReadColumn> {
        let lock = self.session.engine.locking_read();
        let states = parents
            .iter()
            .flat_map(|relation| stamp_columns(node, relation, lock));
        let own_id = node.operation.filter(|_| needs_id(node));
        let own_id = own_id.map(|(id, _)| ReadColumn::of(node, id));
        states.chain(own_id).collect()
    }

    /// Brings rows back, or gives them the stamp of a parent.
    async fn finish_restore(&mut self, table: usize, outcome: &Outcome) -> Result<(), Error> {
        self.restore_keys(table, &Keys::of(&outcome.back)).await?;
        for ((moment, operation), keys) in &outcome.staying {
            self.reassign_keys(table, keys, moment.as_ref(), operation)
                .await?;
        }
        Ok(())
    }

    /// What the operation took of a table that refers to itself. The rows of the target, which are
    /// active by now, are where it begins in the first table.
    pub(super) async fn restore_below_itself(
        &mut self,
        table: usize,
        stamp: Option<&Stamp>,
        target: &HashSet<Vec<Value>>,
    ) -> Result<(), Error> {
        let node = self.graph.tables[table].node;
        let Some(own) = self.graph.tables[table].self_ref else {
            return Ok(());
        };
        let mut parents: Vec<_> = node.cascade_parents().collect();
        let others = parents.len();
        // without another parent, all that is found comes back with the row of the target above it
        parents.extend((others > 0).then_some(own));
        let mut extra = key_above(node, own, self.session.engine.locking_read());
        extra.extend(self.states_of(node, &parents));
        let keys = std::mem::take(&mut self.keys[table]);
        if keys.is_empty() {
            return Ok(());
        }
        let found = match stamp {
            Some(stamp) if parents.is_empty() || self.session.engine.has_one_writer() => {
                let rows = RowFilter::stamped(stamp);
                self.read_below_itself(table, keys, &rows, &extra).await?
            }
            stamp => {
                let keys = match stamp {
                    Some(stamp) => {
                        let rows = RowFilter::stamped(stamp);
                        Keys::of(&self.read_below_itself(table, keys, &rows, &[]).await?)
                    }
                    None => keys,
                };
                self.hold_parents_of(table, &keys, &parents).await?;
                let lock = self.session.engine.lock_rows();
                self.read_by_keys(table, &keys, &extra, lock).await?
            }
        };
        let outcome = Outcome::of(node, Some(own), others, &found, target);
        self.finish_restore(table, &outcome).await?;
        self.keys[table] = Keys::of(&found.columns(0..node.key.len()));
        Ok(())
    }

    async fn reassign_keys(
        &mut self,
        table: usize,
        keys: &Rows,
        moment: Option<&Value>,
        operation: &Value,
    ) -> Result<(), Error> {
        let member = &self.graph.tables[table];
        let node = member.node;
        let keys = Keys::of(keys);
        let arrays = self.session.has_arrays();
        for filter in member.with_keys(&keys, self.session.engine, arrays) {
            let set = set_stamp(node, moment, operation);
            if set.is_empty() {
                continue;
            }
            let deleted = Expr::Is(Source::Table(node), State::Deleted);
            let update = Body::Update(Update {
                table: node,
                set,
                filter: vec![deleted, filter],
            });
            let reassign = statement::<()>(self.session.engine, &self.marks, update);
            self.session.execute(reassign).await?;
        }
        Ok(())
    }
}

/// The parent of a row of `node`, where it is deleted.
fn deleted_parent(node: &'static Node, relation: &'static Relation) -> Select<'static> {
    let parent = Source::Alias(relation.other(), PARENT);
    let mut select = Select::new(parent);
    select.filter = Expr::equal_keys(
        (parent, relation.primary_key),
        (Source::Table(node), relation.foreign_key),
    );
    select.in_state(State::Deleted)
}

/// The assignments that give a row the stamp of its first deleted parent. One that the statement
/// before did not find to have a deleted parent keeps its own.
fn stamp_of_parent(node: &'static Node) -> Vec<(&'static str, Expr<'static>)> {
    let marker = node.marker.column;
    let own = |column: ValueColumn| Expr::Column(Source::Table(node), column.name);
    let of_parent = |relation, column: ValueColumn| {
        let source = Source::Alias(Relation::other(relation), PARENT);
        let column = Expr::Column(source, column.name);
        Expr::Query(Box::new(deleted_parent(node, relation).column(column)))
    };
    let is_deleted = |relation| {
        let one = deleted_parent(node, relation).column(Expr::Sql("1"));
        Expr::Exists(Box::new(one))
    };
    let takes_moment = |relation: &&Relation| node.has_moments_of(relation.other());
    let moments = node.cascade_parents();
    let moment = if node
        .cascade_parents()
        .all(|relation| takes_moment(&relation))
    {
        let moments = moments.map(|relation| of_parent(relation, relation.other().marker.column));
        Expr::Coalesce(moments.chain([own(marker)]).collect())
    } else {
        let moments = moments.map(|relation| {
            let moment = match takes_moment(&relation) {
                true => of_parent(relation, relation.other().marker.column),
                false => own(marker),
            };
            (is_deleted(relation), moment)
        });
        Expr::Case(moments.collect(), Box::new(own(marker)))
    };
    let mut set = vec![(marker.name, moment)];
    if let Some((column, _)) = node.operation {
        let operations = node.cascade_parents().map(|relation| {
            let operation = match relation.other().operation {
                Some((column, _)) => of_parent(relation, column),
                None => Expr::Sql("NULL"),
            };
            let operation = match needs_id(node) {
                true => Expr::Coalesce(vec![operation, own(column)]),
                false => operation,
            };
            (is_deleted(relation), operation)
        });
        let operation = Expr::Case(operations.collect(), Box::new(own(column)));
        set.push((column.name, operation));
    }
    set
}

/// Whether the parent of a row is deleted, and its stamp.
fn stamp_columns(
    node: &'static Node,
    relation: &'static Relation,
    share: &'static str,
) -> Vec<ReadColumn> {
    let parent = relation.other();
    let of_parent = |expr| deleted_parent(node, relation).column(expr).lock(share);
    let is_deleted = Expr::Exists(Box::new(of_parent(Expr::Sql("1"))));
    let mut columns = vec![ReadColumn::flag(is_deleted, Recorded::Both)];
    let mut stamp = |column: Option<ValueColumn>| {
        columns.push(match column {
            Some(column) => ReadColumn {
                expr: Expr::Query(Box::new(of_parent(Expr::Value(
                    Source::Alias(parent, PARENT),
                    column,
                )))),
                class: (column.class)(),
            },
            None => ReadColumn {
                expr: Expr::Sql("NULL"),
                class: ValueClass::Integer,
            },
        });
    };
    stamp(node.has_moments_of(parent).then_some(parent.marker.column));
    stamp(
        node.operation
            .and(parent.operation)
            .map(|(column, _)| column),
    );
    columns
}
