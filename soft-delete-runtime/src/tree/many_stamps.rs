//! A restore where no one stamp tells what went along: of rows that several operations have deleted,
//! or in a tree in which some tables have a column for the operation's id and others do not. Each row
//! is compared with its parent, before anything comes back.

use diesel::QueryResult;

use super::reached::Reached;
use super::read::{ReadColumn, classes, with_columns};
use super::run::{Run, statement};
use super::stamp::same_stamp;
use crate::connection::Kind;
use crate::key::{Keys, Rows};
use crate::relation::Relation;
use crate::sql::{Body, ChangesFor, Expr, Select, Source, State};

const PARENT: &str = "soft_delete_parent";

impl<K, C, A> Run<'_, K, C, A>
where
    K: Kind<C>,
    A: ChangesFor<K::Backend>,
{
    /// Reads the keys of all rows below those of the first table that went along with them, from the
    /// top down, and locks them.
    pub(super) async fn read_by_parents_stamp(&mut self, target: &Rows) -> QueryResult<()> {
        let mut reached: Vec<Reached> = Vec::new();
        for table in 0..self.graph.tables.len() {
            let member = &self.graph.tables[table];
            let (node, self_ref) = (member.node, member.self_ref);
            let mut here = match table {
                0 => Reached::target(node, target),
                _ => Reached::new(node),
            };
            for edge in member.edges.clone() {
                let keys = std::mem::take(&mut self.keys[edge.parent]);
                let rows = self
                    .read_with_stamp_of(&keys, edge.relation, edge.parent, table)
                    .await?;
                self.keys[edge.parent] = keys;
                here.add_below(Some(&reached[edge.parent]), node, &rows);
            }
            if let Some(own) = self_ref {
                let mut level = Keys::of(here.keys());
                while !level.is_empty() {
                    let rows = self.read_with_stamp_of(&level, own, table, table).await?;
                    level = Keys::of(&here.add_below(None, node, &rows));
                }
            }
            self.keys[table] = Keys::of(here.keys());
            reached.push(here);
        }
        self.is_read.fill(true);
        Ok(())
    }

    /// Reads the rows of a table that have the stamp of their parent, by the parents' keys: the key,
    /// that of the parent, and the id of the operation where the table keeps one.
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
        let key_of_parent = above.key.iter().map(|column| ReadColumn {
            expr: Expr::Value(from, *column),
            class: (column.class)(),
        });
        let id = node.operation.map(|(id, _)| ReadColumn::of(node, id));
        let extra: Vec<_> = key_of_parent.chain(id).collect();
        let mut found = Rows::new(node.key.len() + extra.len());
        for round in keys.rounds(engine, self.session.has_arrays()) {
            let on = Expr::equal_keys((from, relation.primary_key), (joined, relation.foreign_key));
            let select = Select::new(from)
                .join(joined, on)
                .filter(Expr::In(from, above.key, round))
                .filter(Expr::Is(joined, State::Deleted))
                .filter(same_stamp((joined, node), (from, above)))
                .lock(engine.lock_rows());
            let select = with_columns(select, node, &extra);
            let query = statement(engine, &self.marks, Body::Select(select));
            found.append(self.session.read(query, classes(node, &extra)).await?);
        }
        Ok(found)
    }
}
