//! Rows of a restore that have several parents: those with a deleted parent stay, and take the
//! stamp of that parent, so that its own restore brings them back.

use std::collections::{HashMap, HashSet};

use super::restore::activate;
use super::run::{ReadColumn, RowFilter, Run, statement};
use super::stamp::{Stamp, moments_match};
use crate::column::{ValueClass, ValueColumn};
use crate::connection::Counting;
use crate::error::Error;
use crate::key::{Keys, Rows, Value};
use crate::relation::{Node, Relation};
use crate::sql::{Body, ChangesFor, Expr, Select, Source, State, Update, set_stamp};

const PARENT: &str = "soft_delete_parent";

impl<K, C, A> Run<'_, K, C, A>
where
    K: Counting<C>,
    A: ChangesFor<K::Backend>,
{
    /// Refuses to bring rows of a table back that refer to a deleted row by a `restrict`, where
    /// that row cannot come back itself.
    pub(super) async fn refuse_deleted_restrict(
        &mut self,
        table: usize,
        stamp: &Stamp,
    ) -> Result<(), Error> {
        let node = self.graph.tables[table].node;
        let outside = |relation: &&Relation| self.graph.position(relation.other()).is_none();
        let restricting: Vec<_> = node.restricting().filter(outside).collect();
        let keys = std::mem::take(&mut self.keys);
        let filters = self.filters(table, &keys).into_iter();
        let rows: Vec<_> = filters
            .map(|filter| of_operation(node, stamp, filter))
            .collect();
        self.refuse_deleted_parents(&restricting, &rows).await?;
        self.keys = keys;
        Ok(())
    }

    /// Refuses the restore where rows that have come back refer to a deleted row by a `restrict`,
    /// which could have come back too; and of a table that refers to itself all rows.
    pub(super) async fn refuse_restricted_back(&mut self, keys: Vec<Keys>) -> Result<(), Error> {
        for table in 0..self.graph.tables.len() {
            let node = self.graph.tables[table].node;
            let is_first = table == 0;
            let looked_at =
                |relation: &&Relation| is_first || self.graph.position(relation.other()).is_some();
            let restricting: Vec<_> = node.restricting().filter(looked_at).collect();
            let filters = self.filters(table, &keys).into_iter();
            let rows = filters.map(|filter| {
                let rows = Select::new(Source::Table(node));
                rows.in_state(State::Active).filter(filter)
            });
            let rows: Vec<_> = rows.collect();
            self.refuse_deleted_parents(&restricting, &rows).await?;
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
                let referring = rows.clone().column_of(relation.foreign_key);
                let select = Select::new(source)
                    .in_state(State::Deleted)
                    .filter(Expr::InQuery(
                        source,
                        relation.primary_key,
                        Box::new(referring),
                    ));
                if self.count(select).await? > 0 {
                    let table = parent.text();
                    return Err(Error::ParentDeleted { table });
                }
            }
        }
        Ok(())
    }

    /// Brings back the rows of the operation in a table that have no deleted parent, and gives the
    /// others the stamp of one.
    pub(super) async fn restore_or_reassign(
        &mut self,
        table: usize,
        stamp: &Stamp,
    ) -> Result<(), Error> {
        let node = self.graph.tables[table].node;
        let keys = std::mem::take(&mut self.keys);
        let filters = self.filters(table, &keys);
        let parents: Vec<_> = node.cascade_parents().collect();
        let rows = filters.iter().cloned();
        let rows: Vec<_> = rows
            .map(|filter| of_operation(node, stamp, filter))
            .collect();
        self.hold_parents(&parents, &rows).await?;
        for filter in &filters {
            let no_deleted_parent = node.cascade_parents().map(|relation| {
                Expr::NotExists(Box::new(
                    deleted_parent(node, relation).column(Expr::Sql("1")),
                ))
            });
            let mut filter = vec![stamp.condition(node), filter.clone()];
            filter.extend(no_deleted_parent);
            self.change_table(table, activate(node, filter)).await?;
        }
        for filter in filters {
            let deleted = Expr::Is(Source::Table(node), State::Deleted);
            let update = Body::Update(Update {
                table: node,
                set: stamp_of_parent(node),
                filter: vec![deleted, stamp.condition(node), filter],
            });
            let reassign = statement::<()>(self.session.engine, &self.marks, update);
            self.session.execute(reassign).await?;
        }
        self.keys = keys;
        Ok(())
    }

    /// Locks the parents of rows, so that none is deleted between the look at it and the restore.
    async fn hold_parents(
        &mut self,
        parents: &[&'static Relation],
        rows: &[Select<'_>],
    ) -> Result<(), Error> {
        let engine = self.session.engine;
        if engine.has_one_writer() {
            return Ok(());
        }
        for relation in parents {
            let parent = Source::Table(relation.other());
            for rows in rows {
                let referring = rows.clone().column_of(relation.foreign_key);
                let key = relation.primary_key;
                let select = Select::new(parent)
                    .values(key)
                    .filter(Expr::InQuery(parent, key, Box::new(referring)))
                    .lock(engine.share_rows());
                let query = statement(engine, &self.marks, Body::Select(select));
                let classes = key.iter().map(|column| (column.class)()).collect();
                self.session.read(query, classes).await?;
            }
        }
        Ok(())
    }

    /// What the operation took of a table that refers to itself. The rows of the target, which are
    /// active by now, are where it begins in the first table.
    pub(super) async fn restore_below_itself(
        &mut self,
        table: usize,
        stamp: &Stamp,
    ) -> Result<(), Error> {
        let node = self.graph.tables[table].node;
        let Some(own) = self.graph.tables[table].self_ref else {
            return Ok(());
        };
        let mut parents: Vec<_> = node.cascade_parents().collect();
        let outside = parents.len();
        parents.push(own);
        let columns = own.foreign_key.iter();
        let mut extra: Vec<_> = columns
            .map(|column| ReadColumn::of(node, *column))
            .collect();
        let lock = self.session.engine.locking_read();
        for relation in &parents {
            extra.extend(stamp_columns(node, relation, lock));
        }
        let first = std::mem::take(&mut self.keys[table]);
        if first.is_empty() {
            return Ok(());
        }
        let rows = RowFilter::stamped(stamp);
        let target: HashSet<Vec<Value>> = match table {
            0 => first.iter().collect(),
            _ => HashSet::new(),
        };
        let found = match self.session.engine.has_one_writer() {
            true => self.read_below_itself(table, first, &rows, &extra).await?,
            false => {
                let found = self.read_below_itself(table, first, &rows, &[]).await?;
                let keys = Keys::of(&found);
                let member = &self.graph.tables[table];
                let arrays = self.session.has_arrays();
                let filters = member.with_keys(&keys, self.session.engine, arrays);
                let rows = filters.into_iter();
                let rows = rows.map(|filter| Select::new(Source::Table(node)).filter(filter));
                self.hold_parents(&parents, &rows.collect::<Vec<_>>())
                    .await?;
                self.read_by_keys(table, &keys, &extra).await?
            }
        };
        let outcome = Outcome::of(node, own, outside, &found, &target);
        self.restore_keys(table, &Keys::of(&outcome.back)).await?;
        for ((moment, operation), keys) in &outcome.staying {
            self.reassign_keys(table, keys, moment.as_ref(), operation)
                .await?;
        }
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
            let set = set_stamp(node, moment, Some(operation));
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

/// The rows of the operation in a table.
fn of_operation<'a>(node: &'static Node, stamp: &'a Stamp, filter: Expr<'a>) -> Select<'a> {
    Select::new(Source::Table(node))
        .in_state(State::Deleted)
        .filter(stamp.condition(node))
        .filter(filter)
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

/// The assignments that give a row the stamp of its first deleted parent.
fn stamp_of_parent(node: &'static Node) -> Vec<(&'static str, Expr<'static>)> {
    let marker = node.marker.column;
    let own = |column: ValueColumn| Expr::Column(Source::Table(node), column.name);
    let mut moments = Vec::new();
    let mut operations = Vec::new();
    for relation in node.cascade_parents() {
        let parent = relation.other();
        let is_deleted = || {
            Expr::Exists(Box::new(
                deleted_parent(node, relation).column(Expr::Sql("1")),
            ))
        };
        let stamp = |column: ValueColumn| {
            let source = Source::Alias(parent, PARENT);
            let column = Expr::Column(source, column.name);
            Expr::Query(Box::new(deleted_parent(node, relation).column(column)))
        };
        moments.push((
            is_deleted(),
            match moments_match(node, parent) {
                true => stamp(parent.marker.column),
                false => own(marker),
            },
        ));
        operations.push((
            is_deleted(),
            match parent.operation {
                Some((column, _)) => stamp(column),
                None => Expr::Sql("NULL"),
            },
        ));
    }
    // a row that the first statement did not find to have a deleted parent keeps its stamp
    moments.push((Expr::Sql("1 = 1"), own(marker)));
    let mut set = vec![(marker.name, Expr::Case(moments))];
    if let Some((column, _)) = node.operation {
        operations.push((Expr::Sql("1 = 1"), own(column)));
        set.push((column.name, Expr::Case(operations)));
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
    let mut columns = vec![ReadColumn::flag(Expr::Exists(Box::new(of_parent(
        Expr::Sql("1"),
    ))))];
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
    stamp(moments_match(node, parent).then_some(parent.marker.column));
    stamp(
        node.operation
            .and(parent.operation)
            .map(|(column, _)| column),
    );
    columns
}

/// How many columns [`stamp_columns`] has.
const STAMP_COLUMNS: usize = 3;

/// The stamp that a row takes: a moment, where it can take that of its parent, and an operation's
/// id.
type NewStamp = (Option<Value>, Value);

/// What becomes of the rows of a table that refers to itself.
struct Outcome {
    back: Rows,
    staying: Vec<(NewStamp, Rows)>,
}

impl Outcome {
    /// From rows of the key, the key of the parent in the same table, and the state of each parent,
    /// the own one last.
    fn of(
        node: &Node,
        own: &Relation,
        parents: usize,
        found: &Rows,
        target: &HashSet<Vec<Value>>,
    ) -> Self {
        let key = node.key.len();
        let state = key + own.foreign_key.len();
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
            let mut above = None;
            while let Some(here) = path.last().copied() {
                let row = rows[here];
                above = fates[here].clone();
                if above.is_some() {
                    path.pop();
                    break;
                }
                let parent = places.get(&row[key..state]).copied();
                match parent {
                    Some(parent) if !path.contains(&parent) && !target.contains(&row[..key]) => {
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
                    let outside = if has_own { parents } else { parents + 1 };
                    let mut deleted = states.take(outside).filter(|state| state[0].is_true());
                    match (deleted.next(), above) {
                        (Some(state), _) => Fate::Stays(new_stamp(&state[1], &state[2])),
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
