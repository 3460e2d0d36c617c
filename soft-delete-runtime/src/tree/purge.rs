//! The removal of a tree: keys from the top down, a look for active rows, then leaves first.

use std::collections::HashSet;

use diesel::QueryResult;
use diesel::result::Error as DieselError;

use super::levels::{FEW, Levels, deepest_first, joined, order_query};
use super::read::{ReadColumn, RowFilter, classes, key_above};
use super::run::{Run, statement};
use crate::column::{Recorded, ValueClass};
use crate::connection::{Kind, single_count};
use crate::engine::Engine;
use crate::error::Error;
use crate::key::{Keys, Rows, Value};
use crate::sql::{Body, ChangesFor, Delete, Expr, Select, Source, State};

impl<K, C, A> Run<'_, K, C, A>
where
    K: Kind<C>,
    A: ChangesFor<K::Backend>,
{
    /// Removes rows of the first table and what is below them. Returns the tables of which rows may be
    /// left.
    pub(crate) async fn purge(
        &mut self,
        keys: Keys,
        including_active: bool,
    ) -> Result<Vec<usize>, Error> {
        self.keys[0] = keys;
        let levels = self.read_all(including_active).await?;
        self.refuse_restricted(State::Any, false).await?;
        if including_active {
            // a trigger that refuses to remove active rows lets it pass then
            let counts = std::mem::replace(
                &mut self.report,
                super::report::ReportBuilder::new(&self.graph),
            );
            self.mark_deleted().await?;
            self.report = counts;
        }
        let by_keys = self.remove_rows(levels, including_active).await?;
        let counts: Vec<usize> = self.report.counts().collect();
        let tables = 0..self.graph.tables.len();
        let may_be_left =
            |table: &usize| by_keys.contains(table) || counts[*table] < self.keys[*table].len();
        Ok(tables.filter(may_be_left).collect())
    }

    /// Refuses a removal of which the database has silently kept rows.
    pub(super) async fn refuse_kept(&mut self, tables: &[usize]) -> Result<(), Error> {
        let Some((_, why)) = self.kept(tables).await? else {
            return Ok(());
        };
        let why = format!("`purge` of `{}`: {why}", self.graph.root().text());
        Err(DieselError::QueryBuilderError(why.into()).into())
    }

    /// The first of these tables of which rows are left, and what has kept them.
    pub(crate) async fn kept(&mut self, tables: &[usize]) -> QueryResult<Option<(usize, String)>> {
        for table in tables {
            let rows = self.count_left(*table, State::Any).await?;
            if rows > 0 {
                let name = self.graph.tables[*table].node.text();
                let why = format!("a trigger or a policy has kept {rows} row(s) of `{name}`");
                return Ok(Some((*table, why)));
            }
        }
        Ok(None)
    }

    /// How many rows in that state are left of those that were to go.
    pub(crate) async fn count_left(&mut self, table: usize, state: State) -> QueryResult<i64> {
        let node = self.graph.tables[table].node;
        let keys = std::mem::take(&mut self.keys);
        let mut rows = 0;
        for filter in self.filters(table, &keys) {
            let select = Select::new(Source::Table(node)).in_state(state);
            rows += self.count(select.filter(filter)).await?;
        }
        self.keys = keys;
        Ok(rows)
    }

    /// Reads the keys of every table that another one refers to, from the top down, whatever the
    /// state of the rows. Those of a table that refers to itself come back level by level, the
    /// deepest first.
    async fn read_all(&mut self, including_active: bool) -> Result<Vec<Vec<Levels>>, Error> {
        let mut levels = Vec::new();
        for table in 0..self.graph.tables.len() {
            let node = self.graph.tables[table].node;
            let key = node.key.len();
            let to_itself = node.children().find(|child| child.other().is(node));
            let mut extra = vec![ReadColumn::is_active(node, Recorded::No)];
            let lock = self.session.engine.locking_read();
            extra.extend(to_itself.iter().flat_map(|own| key_above(node, own, lock)));
            let found = self.read_removed(table, &extra).await?;
            let active = match including_active {
                true => 0,
                false => active_below_deleted(&found, key),
            };
            if active > 0 {
                return Err(restricted(node.text(), active));
            }
            levels.push(match to_itself {
                None => Vec::new(),
                Some(_) => {
                    let (levels, has_cycle) = deepest_first(&found, key);
                    let asks = has_cycle || levels.len() > FEW;
                    let in_any_order = asks && self.removes_in_any_order(table).await?;
                    joined(levels, self.session.engine, key, in_any_order)
                }
            });
            if table > 0 || !found.is_empty() {
                self.keys[table] = Keys::of(&found.columns(0..key));
            }
        }
        Ok(levels)
    }

    /// Whether SQLite removes rows that refer to each other in any order.
    async fn removes_in_any_order(&mut self, table: usize) -> QueryResult<bool> {
        let query = match self.session.engine {
            Engine::Sqlite => order_query(self.graph.tables[table].node),
            Engine::Postgres | Engine::Mysql => None,
        };
        let Some(query) = query else {
            return Ok(false);
        };
        let query = statement(self.session.engine, &self.marks, Body::Text(query));
        let asking = self.session.read(query, vec![ValueClass::Count]);
        Ok(single_count(&asking.await?)? == 0)
    }

    /// Reads the rows that go of a table.
    async fn read_removed(&mut self, table: usize, extra: &[ReadColumn]) -> QueryResult<Rows> {
        let member = &self.graph.tables[table];
        let rows = RowFilter::in_state(State::Any);
        if table > 0 {
            return match member.is_inner() {
                true => self.read_inner(table, &rows, extra).await,
                false => Ok(Rows::new(member.node.key.len())),
            };
        }
        let first = std::mem::take(&mut self.keys[0]);
        if member.self_ref.is_some() {
            return self.read_below_itself(0, first, &rows, extra).await;
        }
        let refers_to_itself = extra.len() > 1;
        let found = match refers_to_itself {
            true => {
                let lock = self.session.engine.lock_rows();
                self.read_by_keys(0, &first, extra, lock).await?
            }
            false => Rows::new(member.node.key.len()),
        };
        self.keys[0] = first;
        Ok(found)
    }

    /// Removes the rows, children before parents. Returns the tables that are counted by their keys.
    async fn remove_rows(
        &mut self,
        levels: Vec<Vec<Levels>>,
        including_active: bool,
    ) -> Result<Vec<usize>, Error> {
        let engine = self.session.engine;
        let look_before = !including_active && engine != Engine::Sqlite;
        let tables = (0..self.graph.tables.len()).rev();
        let leaves = |table: &usize| *table > 0 && !self.graph.tables[*table].is_inner();
        for table in tables.clone().filter(leaves).collect::<Vec<_>>() {
            if look_before {
                self.refuse_active_below(table).await?;
            }
        }
        let in_one_statement = self.session.has_arrays() && !self.graph.restricts_itself();
        let keys = std::mem::take(&mut self.keys);
        let mut all = Vec::new();
        for table in tables {
            let deletes = self.deletes(table, &keys, &levels[table], including_active);
            if in_one_statement {
                all.extend(deletes.into_iter().map(|body| (table, body)));
                continue;
            }
            self.refuse_remaining(table, &keys).await?;
            for body in deletes {
                self.change_table(table, body).await?;
            }
            if engine == Engine::Sqlite && !including_active {
                self.refuse_left(table, &keys).await?;
            }
        }
        let by_keys = self.change(all, &keys).await?;
        self.keys = keys;
        Ok(by_keys)
    }

    /// The statements that remove the rows of a table.
    fn deletes<'k>(
        &self,
        table: usize,
        keys: &'k [Keys],
        levels: &'k [Levels],
        including_active: bool,
    ) -> Vec<Body<'k>> {
        let member = &self.graph.tables[table];
        let node = member.node;
        let engine = self.session.engine;
        let delete = |filter, order| {
            let mut delete = Delete {
                table: node,
                filter: vec![filter],
                order,
            };
            if !including_active {
                let deleted = Expr::Is(Source::Table(node), State::Deleted);
                delete.filter.insert(0, deleted);
            }
            Body::Delete(delete)
        };
        let filters = self.filters(table, keys);
        // PostgreSQL looks at foreign keys when a statement ends, whatever the order of its rows
        if levels.is_empty() || (engine == Engine::Postgres && filters.len() == 1) {
            let filters = filters.into_iter();
            return filters.map(|filter| delete(filter, None)).collect();
        }
        let source = Source::Table(node);
        let rounds = levels.iter().flat_map(|level| {
            let rounds = level.keys.rounds(engine, self.session.has_arrays());
            rounds.into_iter().map(move |round| (level, round))
        });
        rounds
            .map(|(level, round)| {
                let order = match (level.several, node.key) {
                    (true, [column]) => round.groups().first().map(|(_, keys)| (*column, *keys)),
                    _ => None,
                };
                delete(Expr::In(source, node.key, round), order)
            })
            .collect()
    }

    /// Refuses the removal where active rows are in a leaf, by the keys of its parents.
    async fn refuse_active_below(&mut self, table: usize) -> Result<(), Error> {
        let keys = std::mem::take(&mut self.keys);
        let result = self.refuse_rows_of(table, &keys, State::Active).await;
        self.keys = keys;
        result
    }

    async fn refuse_rows_of(
        &mut self,
        table: usize,
        keys: &[Keys],
        state: State,
    ) -> Result<(), Error> {
        let node = self.graph.tables[table].node;
        let mut count = 0;
        for filter in self.filters(table, keys) {
            let select = Select::new(Source::Table(node)).in_state(state);
            count += self.count(select.filter(filter)).await?;
        }
        match count {
            0 => Ok(()),
            count => Err(restricted(node.text(), count)),
        }
    }

    /// Where rows can be looked for after the removal: a leaf has none left, for those that are
    /// have been active.
    async fn refuse_left(&mut self, table: usize, keys: &[Keys]) -> Result<(), Error> {
        match table > 0 && !self.graph.tables[table].is_inner() {
            true => self.refuse_rows_of(table, keys, State::Any).await,
            false => Ok(()),
        }
    }

    /// Refuses to remove rows of a table that rows of a table of the tree still refer to by a
    /// `restrict`; what goes of those has gone.
    async fn refuse_remaining(&mut self, table: usize, keys: &[Keys]) -> Result<(), Error> {
        let node = self.graph.tables[table].node;
        for relation in node.restricts() {
            let child = relation.other();
            if self.graph.position(child).is_none() {
                continue;
            }
            let removed: HashSet<Vec<Value>> = match child.is(node) {
                true => keys[table].iter().collect(),
                false => HashSet::new(),
            };
            let engine = self.session.engine;
            let mut remaining = 0;
            for round in keys[table].rounds(engine, self.session.has_arrays()) {
                let source = Source::Table(child);
                let select = Select::new(source)
                    .values(child.key)
                    .filter(Expr::In(
                        source,
                        relation.foreign_key,
                        round.compared(self.no_case[table]),
                    ))
                    .lock(engine.locking_read());
                let query = statement(engine, &self.marks, Body::Select(select));
                let found = self.session.read(query, classes(child, &[])).await?;
                remaining += found.iter().filter(|key| !removed.contains(*key)).count();
            }
            if remaining > 0 {
                return Err(restricted(child.text(), remaining));
            }
        }
        Ok(())
    }
}

/// How many active rows forbid the removal: from rows of a key, whether it is active, and the key
/// of the parent in the same table. What is below an active row is not what forbids it.
fn active_below_deleted(found: &Rows, key: usize) -> usize {
    let active: HashSet<&[Value]> = found
        .iter()
        .filter(|row| row[key].is_true())
        .map(|row| &row[..key])
        .collect();
    let below_active = |row: &&[Value]| row.len() > key + 1 && active.contains(&row[key + 1..]);
    let rows = found.iter().filter(|row| row[key].is_true());
    match rows.filter(|row| !below_active(row)).count() {
        // rows of a cycle are all below each other
        0 => active.len(),
        count => count,
    }
}

fn restricted(table: String, count: impl TryInto<i64>) -> Error {
    Error::Restricted {
        table,
        count: count.try_into().unwrap_or(i64::MAX),
    }
}
