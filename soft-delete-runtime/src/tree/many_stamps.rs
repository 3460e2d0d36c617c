//! A restore of rows that several operations have deleted: what went along with each has the stamp
//! of its parent, so it is looked for by both, before anything comes back.

use std::collections::HashSet;

use diesel::QueryResult;

use super::read::{classes, distinct, with_columns};
use super::run::{Run, statement};
use super::stamp::same_stamp;
use crate::connection::Kind;
use crate::key::{Keys, Rows, Value};
use crate::relation::Relation;
use crate::sql::{Body, ChangesFor, Expr, Select, Source, State};

const PARENT: &str = "soft_delete_parent";

impl<K, C, A> Run<'_, K, C, A>
where
    K: Kind<C>,
    A: ChangesFor<K::Backend>,
{
    /// Reads the keys of all rows below those of the first table that have the stamp of their
    /// parent, from the top down, and locks them.
    pub(super) async fn read_by_parents_stamp(&mut self) -> QueryResult<()> {
        for table in 0..self.graph.tables.len() {
            let member = &self.graph.tables[table];
            let (edges, self_ref) = (member.edges.clone(), member.self_ref);
            let mut found = Rows::new(member.node.key.len());
            for edge in edges {
                let keys = std::mem::take(&mut self.keys[edge.parent]);
                found.append(
                    self.read_with_stamp_of(&keys, edge.relation, edge.parent, table)
                        .await?,
                );
                self.keys[edge.parent] = keys;
            }
            let mut keys = match table {
                0 => std::mem::take(&mut self.keys[0]),
                _ => Keys::of(&distinct(&found, found.width())),
            };
            if let Some(own) = self_ref {
                keys = self.add_levels(table, own, keys).await?;
            }
            self.keys[table] = keys;
        }
        self.knows_all_keys = true;
        Ok(())
    }

    /// Adds what is below rows in their own table, level by level.
    async fn add_levels(
        &mut self,
        table: usize,
        own: &'static Relation,
        first: Keys,
    ) -> QueryResult<Keys> {
        let mut seen: HashSet<Vec<Value>> = first.iter().collect();
        let mut all = Rows::new(self.graph.tables[table].node.key.len());
        for key in first.iter() {
            all.push_row(&key);
        }
        let mut level = first;
        while !level.is_empty() {
            let below = self.read_with_stamp_of(&level, own, table, table).await?;
            let new = below.filter(|key| seen.insert(key.to_vec()));
            level = Keys::of(&new);
            all.append(new);
        }
        Ok(Keys::of(&all))
    }

    /// Reads the keys of the rows of a table that have the stamp of their parent, by the parents'
    /// keys.
    async fn read_with_stamp_of(
        &mut self,
        keys: &Keys,
        relation: &'static Relation,
        parent: usize,
        child: usize,
    ) -> QueryResult<Rows> {
        let engine = self.session.engine;
        let (above, node) = (
            self.graph.tables[parent].node,
            self.graph.tables[child].node,
        );
        let (from, joined) = (Source::Alias(above, PARENT), Source::Table(node));
        let mut found = Rows::new(node.key.len());
        for round in keys.rounds(engine, self.session.has_arrays()) {
            let on = Expr::equal_keys((from, relation.primary_key), (joined, relation.foreign_key));
            let select = Select::new(from)
                .join(joined, on)
                .filter(Expr::In(from, above.key, round))
                .filter(Expr::Is(joined, State::Deleted))
                .filter(same_stamp((joined, node), (from, above)))
                .lock(engine.lock_rows());
            let select = with_columns(select, node, &[]);
            let query = statement(engine, &self.marks, Body::Select(select));
            found.append(self.session.read(query, classes(node, &[])).await?);
        }
        Ok(found)
    }
}
