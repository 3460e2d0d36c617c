//! The soft delete of a tree: keys from the top down, then every table marked by keys.

use std::collections::HashSet;

use super::read::RowFilter;
use super::run::Run;
use crate::connection::Kind;
use crate::error::Error;
use crate::key::Keys;
use crate::sql::{Body, ChangesFor, Expr, Source, State, Update, set_deleted};

impl<K, C, A> Run<'_, K, C, A>
where
    K: Kind<C>,
    A: ChangesFor<K::Backend>,
{
    /// Marks rows of the first table and what goes along with them.
    pub(super) async fn soft_delete(&mut self, keys: Keys) -> Result<(), Error> {
        self.keys[0] = keys;
        self.read_tables(&RowFilter::in_state(State::Active))
            .await?;
        self.refuse_restricted(State::Active, false).await?;
        self.mark_deleted().await?;
        self.refuse_restricted(State::Active, true).await
    }

    /// Reads the keys of every table that another one refers to, from the top down.
    async fn read_tables(&mut self, rows: &RowFilter<'_>) -> Result<(), Error> {
        if self.graph.tables[0].self_ref.is_some() {
            let first = std::mem::take(&mut self.keys[0]);
            let found = self.read_below_itself(0, first, rows, &[]).await?;
            self.keys[0] = Keys::of(&found);
        }
        for table in 1..self.graph.tables.len() {
            if self.graph.tables[table].is_inner() {
                self.keys[table] = Keys::of(&self.read_inner(table, rows, &[]).await?);
            }
        }
        Ok(())
    }

    /// Marks the active rows: in one statement on PostgreSQL, else table by table, leaves first.
    pub(super) async fn mark_deleted(&mut self) -> Result<(), Error> {
        let keys = std::mem::take(&mut self.keys);
        let mut updates = Vec::new();
        for table in (0..self.graph.tables.len()).rev() {
            let node = self.graph.tables[table].node;
            for filter in self.filters(table, &keys) {
                let active = Expr::Is(Source::Table(node), State::Active);
                let update = Update {
                    table: node,
                    set: set_deleted(node),
                    filter: vec![active, filter],
                };
                updates.push((table, Body::Update(update)));
            }
        }
        self.change(updates, &keys).await?;
        self.keys = keys;
        Ok(())
    }

    /// Carries statements out, in that order, and counts rows. Where the engine can change several
    /// tables in one statement, those whose keys are known are parts of the last one, which counts
    /// the rows of a table without. Returns the tables that are counted by
    /// their keys.
    pub(super) async fn change(
        &mut self,
        statements: Vec<(usize, Body<'_>)>,
        keys: &[Keys],
    ) -> Result<Vec<usize>, Error> {
        let mut tables = HashSet::new();
        let one_each = statements.iter().all(|(table, _)| tables.insert(*table));
        if !(self.session.has_arrays() && one_each) {
            for (table, body) in statements {
                self.change_table(table, body).await?;
            }
            return Ok(Vec::new());
        }
        let has_keys = |(table, _): &(usize, Body<'_>)| !keys[*table].is_empty();
        let (mut parts, mut leaves): (Vec<_>, Vec<_>) = statements.into_iter().partition(has_keys);
        let last = leaves.pop().or_else(|| parts.pop());
        for (table, body) in leaves {
            self.change_table(table, body).await?;
        }
        let by_keys: Vec<usize> = parts.iter().map(|(table, _)| *table).collect();
        for table in &by_keys {
            let node = self.graph.tables[*table].node;
            self.report.add(node, keys[*table].len());
        }
        if let Some((table, main)) = last {
            let parts = parts.into_iter().map(|(_, body)| body);
            let parts = parts.chain([main]).collect();
            self.change_table(table, Body::With(parts)).await?;
        }
        Ok(by_keys)
    }

    pub(super) async fn change_table(
        &mut self,
        table: usize,
        body: Body<'_>,
    ) -> Result<usize, Error> {
        let node = self.graph.tables[table].node;
        let rows = self.execute(body).await?;
        self.report.add(node, rows);
        Ok(rows)
    }
}
