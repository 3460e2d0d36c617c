//! The rows of a batch that cannot go: something that stays refers to them, or to what is below
//! them.

use std::collections::{HashMap, HashSet};

use diesel::expression::expression_types::Untyped;
use diesel::query_builder::QueryFragment;

use super::job::Job;
use crate::column::{Recorded, ValueColumn};
use crate::connection::Kind;
use crate::error::Error;
use crate::key::{Keys, Rows, Value};
use crate::relation::{Node, Relation};
use crate::sql::{Body, CHILD, Expr, Returns, Select, Source, State, Statement};
use crate::tree::{ReadColumn, RowFilter};

pub(super) type KeySet = HashSet<Vec<Value>>;

/// What a look at rows finds.
#[derive(Debug, Default)]
struct Look {
    blocked: KeySet,
    referenced: HashMap<String, usize>,
    /// Whether a row refers to one of these and was left out, for it goes along.
    leaves_out: bool,
}

impl<K, C, P> Job<'_, K, C, P>
where
    K: Kind<C>,
    P: QueryFragment<K::Backend>,
{
    /// The keys of rows that cannot go, and how many rows each undeclared foreign key refers to.
    pub(super) async fn blocked(
        &mut self,
        rows: &Rows,
    ) -> Result<(KeySet, HashMap<String, usize>), Error> {
        let mut blocked = KeySet::new();
        let mut referenced = HashMap::new();
        let mut rest = rows.filter(|_| true);
        loop {
            let look = self.look(Keys::of(&rest)).await?;
            for (constraint, rows) in look.referenced {
                *referenced.entry(constraint).or_insert(0) += rows;
            }
            rest = rest.filter(|row| !look.blocked.contains(row));
            let done = look.blocked.is_empty() || !look.leaves_out;
            blocked.extend(look.blocked);
            if done || rest.is_empty() {
                return Ok((blocked, referenced));
            }
            // what refers to a row and was to go along may be one that stays
        }
    }

    async fn look(&mut self, keys: Keys) -> Result<Look, Error> {
        self.run.reset();
        self.run.keys[0] = keys;
        let mut blocked = self.active().await?;
        if self.plan.keeps {
            // in parentheses, for it is not the only condition and can be raw SQL
            let keeping = Expr::And(vec![Expr::Keeping]);
            let kept = self
                .referring(0, Source::Table(self.plan.root), &[], keeping)
                .await?;
            blocked[0].extend(kept);
        }
        let references = self.references.clone().unwrap_or_default();
        let mut look = Look::default();
        for table in (0..self.run.graph.tables.len()).rev() {
            let keys = references.get(table).map_or(&[][..], Vec::as_slice);
            let node = self.run.graph.tables[table].node;
            if table > 0 && !self.run.graph.tables[table].is_inner() {
                if keys.is_empty() {
                    continue;
                }
                self.run.keys[table] = keys_of(node, &self.taken(table).await?);
            }
            for key in keys {
                let (rows, leaves_out) = self.referred_to(table, key).await?;
                look.leaves_out |= leaves_out;
                if !rows.is_empty() {
                    *look.referenced.entry(key.constraint.clone()).or_insert(0) += rows.len();
                }
                blocked[table].extend(rows);
            }
            for relation in node.children() {
                let rows = self.blocked_by(table, relation, &blocked).await?;
                blocked[table].extend(rows);
            }
            self.above_itself(table, &mut blocked[table]).await?;
        }
        look.blocked = std::mem::take(&mut blocked[0]);
        Ok(look)
    }

    /// The keys of rows that have a row below them which another transaction has locked. Of tables
    /// in which two batches can meet; what is below one row alone is locked with that.
    pub(super) async fn locked_elsewhere(&mut self, keys: Keys) -> Result<KeySet, Error> {
        let members = &self.run.graph.tables;
        let meet = |member: &crate::tree::Member| {
            member.is_inner() && (member.self_ref.is_some() || member.edges.len() > 1)
        };
        let engine = self.run.session.engine;
        if engine.has_one_writer() || !members.iter().any(meet) {
            return Ok(KeySet::new());
        }
        self.run.keys[0] = keys;
        let mut locked = Vec::new();
        for table in 0..self.run.graph.tables.len() {
            let found = self.unlocked(table).await?;
            let member = &self.run.graph.tables[table];
            let key = member.node.key.len();
            if table > 0 || member.self_ref.is_some() {
                self.run.keys[table] = Keys::of(&found.columns(0..key));
            }
            let mut missing = KeySet::new();
            if meet(member) {
                let keys = Keys::of(&found.columns(0..key));
                let lock = engine.lock_free_rows();
                let free = self.run.read_by_keys(table, &keys, &[], lock).await?;
                let free: HashSet<&[Value]> = free.iter().collect();
                let others = found.iter().filter(|row| !free.contains(row));
                missing.extend(others.map(<[Value]>::to_vec));
            }
            locked.push(missing);
        }
        for table in (0..self.run.graph.tables.len()).rev() {
            let member = &self.run.graph.tables[table];
            if table > 0 && !member.is_inner() {
                continue;
            }
            for relation in member.node.cascades() {
                let child = self.run.graph.position(relation.other());
                if let Some(child) = child.filter(|child| *child != table) {
                    let rows = self.above(table, relation, &locked[child]).await?;
                    locked[table].extend(rows);
                }
            }
            self.above_itself(table, &mut locked[table]).await?;
        }
        Ok(std::mem::take(&mut locked[0]))
    }

    /// Reads the keys of a table's rows, and locks nothing.
    async fn unlocked(&mut self, table: usize) -> Result<Rows, Error> {
        let member = &self.run.graph.tables[table];
        let rows = RowFilter::in_state(State::Any).unlocked();
        Ok(match table {
            0 if member.self_ref.is_some() => {
                let first = std::mem::take(&mut self.run.keys[0]);
                self.run.read_below_itself(0, first, &rows, &[]).await?
            }
            table if table > 0 && member.is_inner() => {
                self.run.read_inner(table, &rows, &[]).await?
            }
            _ => Rows::new(member.node.key.len()),
        })
    }

    /// The keys of a table's rows that have one of these rows of another table below them.
    async fn above(
        &mut self,
        table: usize,
        relation: &'static Relation,
        below: &KeySet,
    ) -> Result<KeySet, Error> {
        let mut found = KeySet::new();
        if below.is_empty() {
            return Ok(found);
        }
        let child = relation.other();
        let source = Source::Alias(child, CHILD);
        let on = joined_by(self.run.graph.tables[table].node, relation);
        let keys = keys_of(child, below);
        for round in keys.rounds(self.run.session.engine, self.run.session.has_arrays()) {
            let below = Expr::In(source, child.key, round);
            found.extend(self.referring(table, source, &on, below).await?);
        }
        Ok(found)
    }

    /// Reads the tables that others refer to, from the top down; with their active rows.
    async fn active(&mut self) -> Result<Vec<KeySet>, Error> {
        let mut active = Vec::new();
        for table in 0..self.run.graph.tables.len() {
            let node = self.run.graph.tables[table].node;
            let key = node.key.len();
            let extra = [ReadColumn::is_active(node, Recorded::No)];
            let inner = self.run.graph.tables[table].is_inner();
            let to_itself = self.run.graph.tables[table].self_ref.is_some();
            let rows = RowFilter::in_state(State::Any);
            let found = match table {
                0 if to_itself => {
                    let first = std::mem::take(&mut self.run.keys[0]);
                    self.run.read_below_itself(0, first, &rows, &extra).await?
                }
                0 => Rows::new(key + 1),
                table if inner => self.run.read_inner(table, &rows, &extra).await?,
                _ => Rows::new(key + 1),
            };
            let of_active = found.iter().filter(|row| row[key].is_true());
            active.push(of_active.map(|row| row[..key].to_vec()).collect());
            if table > 0 || to_itself {
                self.run.keys[table] = Keys::of(&found.columns(0..key));
            }
        }
        Ok(active)
    }

    /// The keys of a table's rows that rows of another one block, by a relation.
    async fn blocked_by(
        &mut self,
        table: usize,
        relation: &'static Relation,
        blocked: &[KeySet],
    ) -> Result<KeySet, Error> {
        let node = self.run.graph.tables[table].node;
        let child = relation.other();
        let source = Source::Alias(child, CHILD);
        let on = joined_by(node, relation);
        let place = self.run.graph.position(child);
        let mut found = KeySet::new();
        match (
            relation.kind == crate::relation::RelationKind::Restrict,
            place,
        ) {
            (true, None) => {
                let any = Expr::Sql("1 = 1");
                found.extend(self.referring(table, source, &on, any).await?);
            }
            (true, Some(place)) => {
                let taken = self.taken(place).await?;
                let pairs = self.pairs(table, source, &on, child.key).await?;
                let key = node.key.len();
                let stays = pairs.iter().filter(|pair| !taken.contains(&pair[key..]));
                found.extend(stays.map(|pair| pair[..key].to_vec()));
            }
            (false, Some(place)) if place != table => {
                if !self.run.graph.tables[place].is_inner() {
                    let active = Expr::Is(source, State::Active);
                    found.extend(self.referring(table, source, &on, active).await?);
                }
                found.extend(self.above(table, relation, &blocked[place]).await?);
            }
            (false, _) => {}
        }
        Ok(found)
    }

    /// Adds what is above blocked rows in a table that refers to itself.
    async fn above_itself(&mut self, table: usize, blocked: &mut KeySet) -> Result<(), Error> {
        let member = &self.run.graph.tables[table];
        let Some(own) = member.self_ref else {
            return Ok(());
        };
        let mut new = blocked.clone();
        while !new.is_empty() {
            let above = self.above(table, own, &new).await?.into_iter();
            new = above.filter(|key| blocked.insert(key.clone())).collect();
        }
        Ok(())
    }

    /// The keys of rows of a table that go along.
    pub(super) async fn taken(&mut self, table: usize) -> Result<KeySet, Error> {
        if table == 0 || self.run.graph.tables[table].is_inner() {
            return Ok(self.run.keys[table].iter().collect());
        }
        let rows = RowFilter::in_state(State::Any);
        let found = self.run.read_inner(table, &rows, &[]).await?;
        Ok(found.iter().map(<[Value]>::to_vec).collect())
    }

    /// The keys of a table's rows for which the condition holds, of a row joined to each.
    pub(super) async fn referring(
        &mut self,
        table: usize,
        joined: Source,
        on: &[Expr<'_>],
        condition: Expr<'_>,
    ) -> Result<Vec<Vec<Value>>, Error> {
        let rows = self.joined(table, joined, on, condition, &[]).await?;
        Ok(rows.iter().map(<[Value]>::to_vec).collect())
    }

    /// The keys of a table's rows, with those of the rows joined to each.
    pub(super) async fn pairs(
        &mut self,
        table: usize,
        joined: Source,
        on: &[Expr<'_>],
        columns: &'static [ValueColumn],
    ) -> Result<Rows, Error> {
        let any = Expr::Sql("1 = 1");
        self.joined(table, joined, on, any, columns).await
    }

    async fn joined(
        &mut self,
        table: usize,
        joined: Source,
        on: &[Expr<'_>],
        condition: Expr<'_>,
        columns: &'static [ValueColumn],
    ) -> Result<Rows, Error> {
        let node = self.run.graph.tables[table].node;
        let source = Source::Table(node);
        let engine = self.run.session.engine;
        let keys = std::mem::take(&mut self.run.keys[table]);
        let mut found = Rows::new(node.key.len() + columns.len());
        for round in keys.rounds(engine, self.run.session.has_arrays()) {
            let mut select = Select::new(source)
                .values(node.key)
                .filter(Expr::In(source, node.key, round))
                .filter(condition.clone())
                .lock(engine.locking_read());
            let of_joined = columns.iter().map(|column| Expr::Value(joined, *column));
            select.columns.extend(of_joined);
            if !on.is_empty() {
                select = select.join(joined, on.to_vec());
            }
            let classes = node.key.iter().chain(columns);
            let classes = classes.map(|column| (column.class)()).collect();
            let query = Statement {
                engine,
                body: Body::Select(select),
                marks: &self.run.marks,
                filter: &self.keeping,
                changes: &(),
                result: Returns::<Untyped>::new(),
            };
            let reading = self.run.session.read(query, classes);
            found.append(reading.await?);
        }
        self.run.keys[table] = keys;
        Ok(found)
    }
}

/// The child of a relation, joined to the rows of its parent.
fn joined_by(node: &'static Node, relation: &Relation) -> Vec<Expr<'static>> {
    Expr::equal_keys(
        (Source::Table(node), relation.primary_key),
        (Source::Alias(relation.other(), CHILD), relation.foreign_key),
    )
}

fn keys_of(node: &Node, keys: &KeySet) -> Keys {
    let mut rows = Rows::new(node.key.len());
    for key in keys {
        rows.push_row(key);
    }
    Keys::of(&rows)
}
