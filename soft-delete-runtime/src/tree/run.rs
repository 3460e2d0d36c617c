//! An operation under way: what it has read so far, and the statements that all operations share.

use std::collections::HashSet;

use diesel::QueryResult;
use diesel::expression::expression_types::Untyped;
use diesel::query_builder::QueryFragment;

use super::graph::{Graph, Member};
use super::read::{
    ReadColumn, RowFilter, below_itself, by_parents, classes, distinct, with_columns,
};
use super::report::ReportBuilder;
use crate::column::{ValueClass, ValueColumn};
use crate::connection::{Kind, Session, single_count};
use crate::engine::Engine;
use crate::error::Error;
use crate::key::{Keys, NoCase, Round, Rows};
use crate::relation::Relation;
use crate::sql::{
    Body, ChangesFor, Expr, Limit, Marks, Returns, Select, Source, State, Statement, Update,
};

/// An operation under way.
pub(crate) struct Run<'c, K, C, A> {
    pub(crate) session: Session<'c, K, C>,
    pub(crate) graph: Graph,
    pub(crate) marks: Marks,
    pub(crate) changes: A,
    /// How the keys of each table compare.
    pub(crate) no_case: Vec<NoCase>,
    /// The keys of the rows of each table that is read.
    pub(crate) keys: Vec<Keys>,
    /// Which tables beside the first are read: a leaf is changed by its foreign key.
    pub(crate) is_read: Vec<bool>,
    pub(crate) report: ReportBuilder,
}

fn no_keys(graph: &Graph) -> Vec<Keys> {
    graph.tables.iter().map(|_| Keys::default()).collect()
}

/// A statement without anything of the user's.
pub(crate) fn statement<'a, ST>(
    engine: Engine,
    marks: &'a Marks,
    body: Body<'a>,
) -> Statement<'a, (), (), Returns<ST>> {
    Statement {
        engine,
        body,
        marks,
        filter: &(),
        changes: &(),
        result: Returns::new(),
    }
}

impl<'c, K, C, A> Run<'c, K, C, A>
where
    K: Kind<C>,
    A: ChangesFor<K::Backend>,
{
    pub(crate) fn new(session: Session<'c, K, C>, graph: Graph, marks: Marks, changes: A) -> Self {
        Self {
            session,
            no_case: vec![NoCase::default(); graph.tables.len()],
            keys: no_keys(&graph),
            is_read: graph.tables.iter().map(Member::is_inner).collect(),
            report: ReportBuilder::new(&graph),
            graph,
            marks,
            changes,
        }
    }

    /// Forgets what has been read and counted.
    pub(crate) fn reset(&mut self) {
        self.keys = no_keys(&self.graph);
        self.report = ReportBuilder::new(&self.graph);
    }

    /// Begins the transaction. SQLite takes the lock for writing at the first statement that
    /// writes: it waits for it then, and fails if it has read before.
    pub(crate) async fn take_write_lock(&mut self) -> QueryResult<()> {
        if self.session.engine.has_one_writer() {
            let table = self.graph.root();
            let marker = table.marker.column.name;
            let set = vec![(marker, Expr::Column(Source::Table(table), marker))];
            let filter = vec![Expr::Sql("1 = 0")];
            let update = Body::Update(Update { table, set, filter });
            let nothing = statement::<()>(self.session.engine, &self.marks, update);
            self.session.execute(nothing).await?;
        }
        Ok(())
    }

    /// Asks SQLite which keys that others refer to compare without case. Of a `UNION ALL`, the
    /// first part gives the collation.
    pub(crate) async fn read_collations(&mut self) -> QueryResult<()> {
        if self.session.engine != Engine::Sqlite {
            return Ok(());
        }
        let inner = self.graph.tables.iter().enumerate();
        let columns: Vec<_> = inner
            .filter(|(_, member)| member.is_inner())
            .flat_map(|(table, member)| {
                let key = member.node.key.iter().enumerate();
                let text = key.filter(|(_, column)| (column.class)() == ValueClass::Text);
                text.map(move |(place, column)| (table, place, *column))
            })
            .collect();
        let Some((table, ..)) = columns.first() else {
            return Ok(());
        };
        let mut select = Select::new(Source::Table(self.graph.tables[*table].node));
        select.columns = columns
            .iter()
            .map(|(table, _, column)| Expr::IsNoCase(self.graph.tables[*table].node, *column))
            .collect();
        select.limit = Some(Limit(1));
        let classes = vec![ValueClass::Integer; columns.len()];
        let query = statement(self.session.engine, &self.marks, Body::Select(select));
        let found = self.session.read(query, classes).await?;
        for row in found.iter() {
            for ((table, place, _), value) in columns.iter().zip(row) {
                if value.is_true() {
                    self.no_case[*table].insert(*place);
                }
            }
        }
        Ok(())
    }

    /// Reads the rows that the target names, and locks them.
    pub(crate) fn read_target<'a, W: QueryFragment<K::Backend>>(
        &'a mut self,
        target: &'a W,
        state: State,
        columns: &[ValueColumn],
        lock: &'static str,
    ) -> K::Future<'a, QueryResult<Rows>> {
        let root = self.graph.root();
        let table = Source::Table(root);
        let mut select = Select::new(table)
            .values(root.key)
            .values(columns)
            .of_target()
            .in_state(state)
            .lock(lock);
        if cfg!(feature = "check") && state == State::Any {
            select = select.filter(Expr::all_rows(table, root));
        }
        let classes = root.key.iter().chain(columns);
        let classes = classes.map(|column| (column.class)()).collect();
        let query = Statement {
            engine: self.session.engine,
            body: Body::Select(select),
            marks: &self.marks,
            filter: target,
            changes: &(),
            result: Returns::<Untyped>::new(),
        };
        self.session.read(query, classes)
    }

    /// Reads the rows of a table that `below` finds by the keys of its parents, and what it has
    /// below itself, and locks them.
    pub(crate) async fn read_inner(
        &mut self,
        table: usize,
        rows: &RowFilter<'_>,
        extra: &[ReadColumn],
    ) -> QueryResult<Rows> {
        let member = &self.graph.tables[table];
        let node = member.node;
        let engine = self.session.engine;
        let arrays = self.session.has_arrays();
        let mut found = Rows::new(node.key.len() + extra.len());
        let filters = by_parents(member, &self.keys, &self.no_case, engine, arrays);
        let several = filters.len() > 1;
        for filter in filters {
            let mut select = Select::new(Source::Table(node))
                .in_state(rows.state)
                .lock(rows.lock(engine));
            select.filter.extend(rows.condition(node));
            let select = with_columns(select.filter(filter), node, extra);
            let query = statement(engine, &self.marks, Body::Select(select));
            let classes = classes(node, extra);
            found.append(self.session.read(query, classes).await?);
        }
        if several && member.edges.len() > 1 {
            found = distinct(&found, node.key.len());
        }
        if member.self_ref.is_some() && !found.is_empty() {
            let first = Keys::of(&found.columns(0..node.key.len()));
            found = self.read_below_itself(table, first, rows, extra).await?;
        }
        Ok(found)
    }

    /// Reads rows of a table by their keys.
    pub(crate) async fn read_by_keys(
        &mut self,
        table: usize,
        keys: &Keys,
        extra: &[ReadColumn],
        lock: &'static str,
    ) -> QueryResult<Rows> {
        let node = self.graph.tables[table].node;
        let engine = self.session.engine;
        let mut found = Rows::new(node.key.len() + extra.len());
        let filters = self.graph.tables[table].with_keys(keys, engine, self.session.has_arrays());
        for filter in filters {
            let select = Select::new(Source::Table(node)).filter(filter).lock(lock);
            let select = with_columns(select, node, extra);
            let query = statement(engine, &self.marks, Body::Select(select));
            found.append(self.session.read(query, classes(node, extra)).await?);
        }
        Ok(found)
    }

    /// Reads rows of a table that refers to itself: those with the keys, and what is below them.
    ///
    /// Again until no further row is found: PostgreSQL shows a statement the rows of its beginning,
    /// though it waits for locks, and MariaDB ends a recursive query silently after 1,000 levels.
    pub(crate) async fn read_below_itself(
        &mut self,
        table: usize,
        first: Keys,
        rows: &RowFilter<'_>,
        extra: &[ReadColumn],
    ) -> QueryResult<Rows> {
        let node = self.graph.tables[table].node;
        let mut keys = first;
        loop {
            let mut found = Rows::new(node.key.len() + extra.len());
            let engine = self.session.engine;
            let rounds = keys.rounds(engine, self.session.has_arrays());
            let several = rounds.len() > 1;
            let mut seen = HashSet::new();
            for round in rounds {
                // they are below those of the rounds before, from which no level is left out
                let is_read = |round: &Round<'_>| round.iter().all(|key| seen.contains(&key));
                if several && engine == Engine::Sqlite && is_read(&round) {
                    continue;
                }
                let select = below_itself(node, round, rows, extra, engine);
                let query = statement(engine, &self.marks, Body::Select(select));
                let reading = self.session.read(query, classes(node, extra)).await?;
                found.append(match several {
                    true => reading.filter(|row| seen.insert(row[..node.key.len()].to_vec())),
                    false => reading,
                });
            }
            let before = keys.len();
            keys = Keys::of(&found.columns(0..node.key.len()));
            let complete = match engine {
                Engine::Sqlite => true,
                Engine::Postgres => keys.len() == before,
                Engine::Mysql => keys.len() == before || keys.len() < 1_000,
            };
            if complete {
                return Ok(found);
            }
        }
    }

    /// The filters that find the rows of a table: by their own keys, or for a leaf by those of its
    /// parents.
    pub(crate) fn filters<'k>(&self, table: usize, keys: &'k [Keys]) -> Vec<Expr<'k>> {
        let member = &self.graph.tables[table];
        let engine = self.session.engine;
        let arrays = self.session.has_arrays();
        match table == 0 || self.is_read[table] {
            true => member.with_keys(&keys[table], engine, arrays),
            false => by_parents(member, keys, &self.no_case, engine, arrays),
        }
    }

    /// Counts rows.
    pub(crate) async fn count(&mut self, select: Select<'_>) -> QueryResult<i64> {
        let lock = self.session.engine.locking_read();
        self.count_locked(select, lock).await
    }

    /// Counts rows, and locks them so.
    pub(crate) async fn count_locked(
        &mut self,
        select: Select<'_>,
        lock: &'static str,
    ) -> QueryResult<i64> {
        let select = select.column(Expr::Sql("COUNT(*)")).lock(lock);
        let body = Body::Select(select);
        let query = statement(self.session.engine, &self.marks, body);
        let counting = self.session.read(query, vec![ValueClass::Count]);
        single_count(&counting.await?)
    }

    /// Refuses the operation where rows in that state refer to its rows by a `restrict`. Rows of
    /// tables that go along are looked at once they have gone.
    pub(crate) async fn refuse_restricted(
        &mut self,
        state: State,
        gone: bool,
    ) -> Result<(), Error> {
        for table in 0..self.graph.tables.len() {
            let node = self.graph.tables[table].node;
            for relation in node.restricts() {
                if self.graph.position(relation.other()).is_some() == gone {
                    self.refuse_rows(table, relation, state).await?;
                }
            }
        }
        Ok(())
    }

    /// Refuses the operation where rows in that state refer to its rows of a table.
    pub(crate) async fn refuse_rows(
        &mut self,
        table: usize,
        relation: &'static Relation,
        state: State,
    ) -> Result<(), Error> {
        let child = relation.other();
        let keys = std::mem::take(&mut self.keys[table]);
        let mut count = 0;
        for round in keys.rounds(self.session.engine, self.session.has_arrays()) {
            let source = Source::Table(child);
            let select = Select::new(source).in_state(state).filter(Expr::In(
                source,
                relation.foreign_key,
                round.compared(self.no_case[table]),
            ));
            count += self.count(select).await?;
        }
        self.keys[table] = keys;
        match count {
            0 => Ok(()),
            count => Err(Error::Restricted {
                table: child.text(),
                count,
            }),
        }
    }

    /// Changes rows of a table, with the user's changes.
    pub(crate) fn execute<'a>(&'a mut self, body: Body<'a>) -> K::Future<'a, QueryResult<usize>> {
        let changing = Statement {
            engine: self.session.engine,
            body,
            marks: &self.marks,
            filter: &(),
            changes: &self.changes,
            result: Returns::<()>::new(),
        };
        self.session.execute(changing)
    }
}
