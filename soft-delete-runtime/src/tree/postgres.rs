//! The form of PostgreSQL: one statement marks the whole tree, each table's rows found by those
//! that the statement has just marked above them.

use super::graph::Edge;
use super::plan::{Plan, equal_to, names, numbered, update_deleted, within};
use super::sql::Sql;
use super::step::{Meaning, Step};
use crate::relation::Node;

/// Common table expressions, put together.
#[derive(Default)]
struct Parts {
    parts: Vec<Sql>,
    /// Each that changes rows: its name, and the number of the table.
    changes: Vec<(String, usize)>,
}

/// The soft delete of a tree.
pub(super) fn soft_delete(plan: &Plan<'_>) -> Step {
    let mut parts = Parts::default();
    for table in 0..plan.graph.tables.len() {
        parts.table(plan, table);
    }
    let counts = parts.changes.iter().map(|(name, table)| {
        Sql::new()
            .sql(format!("SELECT CAST({table} AS BIGINT), COUNT(*) FROM "))
            .name(name.clone())
    });
    let counts = Sql::join(counts, " UNION ALL ");
    Step {
        sql: Sql::new()
            .with_recursive()
            .append(Sql::join(parts.parts, ", "))
            .sql(" ")
            .append(counts),
        meaning: Meaning::ChangedInTables,
    }
}

impl Parts {
    fn table(&mut self, plan: &Plan<'_>, table: usize) {
        let member = &plan.graph.tables[table];
        let node = &member.node;
        if let Some(own) = &member.own {
            let key = Sql::new().key(node, &own.primary_key);
            let rows = format!("soft_delete_rows_{table}");
            let step = Sql::new()
                .sql("SELECT ")
                .columns(node, &own.primary_key)
                .sql(" FROM ")
                .table(node)
                .sql(" INNER JOIN ")
                .name(rows.clone())
                .sql(" ON ")
                .append(equal_to(node, &own.foreign_key, &rows))
                .sql(" WHERE ")
                .predicate(node, node.marker.active);
            let base = self.base(plan, table);
            self.define(
                &rows,
                own.primary_key.len(),
                base.sql(" UNION ").append(step),
            );
            let mut below = within(key, selected(&rows, own.primary_key.len()));
            if table == 0 {
                self.target(plan);
                let target = selected(&changed(0, 0), own.primary_key.len());
                let key = Sql::new().key(node, &own.primary_key);
                below = below.sql(" AND NOT (").append(within(key, target)).sql(")");
            }
            self.change(
                node,
                table,
                1,
                update_deleted(node).sql(" WHERE ").append(below),
            );
        } else if table == 0 {
            self.target(plan);
        } else {
            for way in 0..member.edges.len() {
                let rows = self.by_way(plan, table, way);
                self.change(node, table, way, update_deleted(node).append(rows));
            }
        }
    }

    /// The target's own rows, which get the changeset too.
    fn target(&mut self, plan: &Plan<'_>) {
        let node = &plan.graph.root().node;
        let update = plan.of_target(update_deleted(node).changes());
        self.change(node, 0, 0, update);
    }

    /// The rows of a table that its own children are found from.
    fn base(&self, plan: &Plan<'_>, table: usize) -> Sql {
        let member = &plan.graph.tables[table];
        let node = &member.node;
        let key = member.key().unwrap_or_default();
        let select = || {
            Sql::new()
                .sql("SELECT ")
                .columns(node, key)
                .sql(" FROM ")
                .table(node)
        };
        if table == 0 {
            return plan.of_target(select());
        }
        let ways = 0..member.edges.len();
        Sql::join(
            ways.map(|way| select().append(self.by_way(plan, table, way))),
            " UNION ",
        )
    }

    /// ` WHERE` of the rows that one way leads to and none before it: a statement changes a row
    /// once.
    fn by_way(&self, plan: &Plan<'_>, table: usize, way: usize) -> Sql {
        let member = &plan.graph.tables[table];
        let node = &member.node;
        let mut rows = Sql::new()
            .sql(" WHERE ")
            .predicate(node, node.marker.active)
            .sql(" AND ")
            .append(self.below(node, &member.edges[way]));
        for earlier in &member.edges[..way] {
            rows = rows
                .sql(" AND (")
                .append(self.below(node, earlier))
                .sql(") IS NOT TRUE");
        }
        rows
    }

    /// `fk IN (the rows changed above)`
    fn below(&self, node: &Node, edge: &Edge) -> Sql {
        let changed = self
            .changes
            .iter()
            .filter(|(_, table)| *table == edge.parent);
        let keys = edge.relation.primary_key.len();
        let rows = Sql::join(changed.map(|(name, _)| selected(name, keys)), " UNION ALL ");
        within(Sql::new().key(node, &edge.relation.foreign_key), rows)
    }

    fn change(&mut self, node: &Node, table: usize, part: usize, update: Sql) {
        let name = changed(table, part);
        let (returning, columns) = match node.key() {
            Some(key) => (Sql::new().columns(node, key), key.len()),
            None => (Sql::new().sql("1"), 1),
        };
        self.define(&name, columns, update.sql(" RETURNING ").append(returning));
        self.changes.push((name, table));
    }

    /// `"name" ("k0") AS (query)`
    fn define(&mut self, name: &str, columns: usize, query: Sql) {
        self.parts.push(
            Sql::new()
                .name(name.to_owned())
                .sql(" (")
                .append(names(&numbered(columns)))
                .sql(") AS (")
                .append(query)
                .sql(")"),
        );
    }
}

fn changed(table: usize, part: usize) -> String {
    format!("soft_delete_changed_{table}_{part}")
}

/// `SELECT "k0" FROM "name"`
fn selected(name: &str, columns: usize) -> Sql {
    Sql::new()
        .sql("SELECT ")
        .append(names(&numbered(columns)))
        .sql(" FROM ")
        .name(name.to_owned())
}
