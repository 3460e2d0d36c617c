//! Rows that are referred to by a foreign key which no relation states.

use std::collections::HashSet;

use diesel::query_builder::QueryFragment;

use super::job::Job;
use crate::connection::Kind;
use crate::engine::Engine;
use crate::error::Error;
use crate::key::{Rows, Value};
use crate::sql::{Body, CHILD, Expr, Select, Source, UndeclaredKey};
use crate::tree::statement;

impl<K, C, P> Job<'_, K, C, P>
where
    K: Kind<C>,
    P: QueryFragment<K::Backend>,
{
    /// The keys of a table's rows that a row refers to by a foreign key which no relation states;
    /// and whether one was left out, for it goes along with them.
    pub(super) async fn referred_to(
        &mut self,
        table: usize,
        key: &UndeclaredKey,
    ) -> Result<(HashSet<Vec<Value>>, bool), Error> {
        let tables = &self.run.graph.tables;
        match tables.iter().position(|member| key.is_of(member.node)) {
            Some(child) => self.referred_to_within(table, key, child).await,
            None => Ok((self.referred_to_by_others(table, key).await?, false)),
        }
    }

    /// By a foreign key of a table of the tree: its rows that are gone by then hold nothing, nor does
    /// a row hold itself but on InnoDB.
    async fn referred_to_within(
        &mut self,
        table: usize,
        key: &UndeclaredKey,
        child: usize,
    ) -> Result<(HashSet<Vec<Value>>, bool), Error> {
        let taken = match self.is_gone_before(child, table) {
            true => self.taken(child).await?,
            false => HashSet::new(),
        };
        let node = self.run.graph.tables[table].node;
        let source = Source::Alias(self.run.graph.tables[child].node, CHILD);
        let columns = key.columns.iter().map(|(of_child, of_parent)| {
            let parent = Expr::Column(Source::Table(node), of_parent);
            parent.equal(Expr::Column(source, of_child))
        });
        let on: Vec<_> = columns.collect();
        let child_key = self.run.graph.tables[child].node.key;
        let pairs = self.pairs(table, source, &on, child_key).await?;
        let mut found = HashSet::new();
        let mut leaves_out = false;
        for pair in pairs.iter() {
            let (row, by) = pair.split_at(node.key.len());
            let is_itself = child == table && row == by;
            match taken.contains(by) {
                true => leaves_out |= !is_itself,
                false => drop(found.insert(row.to_vec())),
            }
        }
        Ok((found, leaves_out))
    }

    /// Whether the rows of `child` that go are gone when the database looks at the foreign keys
    /// into `table`. InnoDB looks at them row by row.
    fn is_gone_before(&self, child: usize, table: usize) -> bool {
        let session = &self.run.session;
        if child == table {
            let rounds = self.run.keys[table].rounds(session.engine, session.has_arrays());
            return session.engine != Engine::Mysql && rounds.len() <= 1;
        }
        let tables = &self.run.graph.tables;
        let mut leaves = (1..tables.len()).filter(|table| !tables[*table].is_inner());
        let last_leaf = leaves.next().unwrap_or_default();
        // PostgreSQL removes the other leaves before, and all else in one statement
        let in_one_statement = session.has_arrays()
            && !self.run.graph.restricts_itself()
            && (tables[table].is_inner() || table <= last_leaf);
        in_one_statement || child > table
    }

    async fn referred_to_by_others(
        &mut self,
        table: usize,
        key: &UndeclaredKey,
    ) -> Result<HashSet<Vec<Value>>, Error> {
        let node = self.run.graph.tables[table].node;
        let source = Source::Table(node);
        let engine = self.run.session.engine;
        let Some(column) = key.refers_to(node, engine) else {
            let referred = Expr::ReferredTo(source, key);
            let found = self.referring(table, source, &[], referred).await?;
            return Ok(found.into_iter().collect());
        };
        let keys = std::mem::take(&mut self.run.keys[table]);
        let mut found = Rows::new(node.key.len());
        for round in keys.rounds(engine, self.run.session.has_arrays()) {
            for (_, values) in round.groups() {
                let select = Select::new(source)
                    .values(node.key)
                    .filter(Expr::InReferring(source, key, column, values))
                    .lock(engine.locking_read());
                let query = statement(engine, &self.run.marks, Body::Select(select));
                let reading = self.run.session.read(query, vec![(column.class)()]);
                found.append(reading.await?);
            }
        }
        self.run.keys[table] = keys;
        Ok(found.iter().map(<[Value]>::to_vec).collect())
    }
}
