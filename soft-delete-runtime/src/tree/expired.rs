//! What a retention asks: the expired rows, batch by batch, and those among them that cannot go.

use super::dialect::Dialect;
use super::graph::{Edge, Graph};
use super::plan::{Plan, State, equal_to, names, numbered, within};
use super::sql::Sql;
use crate::marker::Stored;
use crate::relation::{Kind, Node, Relation};

/// `"t"."marker" < moment`, of a row that is deleted.
pub(crate) fn expired(root: &Node, dialect: Dialect) -> Sql {
    let marker = &root.marker;
    let as_it_is = match marker.stored {
        // the column's type makes SQLite try each text as a number: the plus spares it that
        Stored::Timestamp | Stored::TimestamptzSqlite if dialect == Dialect::Sqlite => "(+",
        _ => "(",
    };
    Sql::new()
        .sql(as_it_is)
        .column(root, marker.name)
        .sql(" < ")
        .moment(marker.stored, root.unit)
        .sql(")")
}

/// The statements about one batch; the target is the batch.
pub(crate) struct Blocked<'a> {
    graph: &'a Graph,
    key: &'a [&'static str],
}

impl<'a> Blocked<'a> {
    /// `None` for a table with no relations: nothing below its rows can need them.
    pub(super) fn new(graph: &'a Graph) -> Option<Self> {
        let key = graph.root().node.key()?;
        Some(Self { graph, key })
    }

    fn plan(&self) -> Plan<'_> {
        Plan {
            graph: self.graph,
            state: State::Deleted,
        }
    }

    /// Queries for the keys of rows that cannot go.
    pub(super) fn queries(&self, keeping: bool) -> Vec<Sql> {
        let mut queries = Vec::new();
        for (table, member) in self.graph.tables.iter().enumerate() {
            let node = &member.node;
            for edge in &member.edges {
                queries.push(self.blocked_by_active(node, edge.parent, &edge.relation));
            }
            if let Some(own) = &member.own {
                queries.push(self.blocked_by_active(node, table, own));
            }
            let restricts = node.children.iter().filter(|r| r.kind == Kind::Restrict);
            for relation in restricts {
                queries.push(self.blocked_by_restrict(table, relation));
            }
        }
        if keeping {
            queries.push(self.kept());
        }
        queries
    }

    /// Queries for the keys of rows that another transaction has a row below of; what is below the
    /// others is locked with that. Of tables in which two rows of the batch can meet.
    pub(super) fn held(&self) -> Vec<Sql> {
        let members = self.graph.tables.iter().enumerate();
        let shared = members.filter(|(_, member)| member.own.is_some() || member.edges.len() > 1);
        shared
            .filter_map(|(table, member)| {
                let node = &member.node;
                let key = member.key()?;
                let above = numbered(key.len())
                    .into_iter()
                    .map(|name| Sql::new().name("soft_delete_above").sql(".").name(name));
                let above = match key.len() {
                    1 => Sql::join(above, ""),
                    _ => Sql::new().sql("(").append(Sql::join(above, ", ")).sql(")"),
                };
                let ours = Sql::new()
                    .sql("SELECT ")
                    .columns(node, key)
                    .sql(" FROM ")
                    .table(node)
                    .sql(" WHERE ")
                    .append(within(Sql::new().key(node, key), self.plan().keys(table)))
                    .sql(" FOR UPDATE SKIP LOCKED");
                let held = Sql::new()
                    .sql("SELECT ")
                    .append(self.of_batch("soft_delete_above"))
                    .sql(" FROM (")
                    .append(self.rows(table))
                    .sql(") AS ")
                    .name("soft_delete_above")
                    .sql(" WHERE NOT (")
                    .append(within(above, ours))
                    .sql(")");
                Some(held)
            })
            .collect()
    }

    /// `SELECT <keys of the batch> FROM child INNER JOIN (rows below the batch) ON fk = key`
    fn below(&self, child: &Node, parent: usize, relation: &Relation) -> Sql {
        Sql::new()
            .sql("SELECT ")
            .append(self.of_batch("soft_delete_above"))
            .sql(" FROM ")
            .table(child)
            .sql(" INNER JOIN (")
            .append(self.rows(parent))
            .sql(") AS ")
            .name("soft_delete_above")
            .sql(" ON ")
            .append(equal_to(child, &relation.foreign_key, "soft_delete_above"))
            .sql(" WHERE ")
    }

    fn blocked_by_active(&self, child: &Node, parent: usize, relation: &Relation) -> Sql {
        self.below(child, parent, relation)
            .predicate(child, child.marker.active)
    }

    /// Any row of the child, but those that go with the same row of the batch.
    fn blocked_by_restrict(&self, table: usize, relation: &Relation) -> Sql {
        let child = (relation.other)();
        let below = self.below(&child, table, relation);
        let Some(inside) = self.graph.position(child.table) else {
            return below.sql("1 = 1");
        };
        let member = &self.graph.tables[inside];
        let own = member.own.iter().map(|own| (inside, own));
        let ways = member
            .edges
            .iter()
            .map(|Edge { parent, relation }| (*parent, relation));
        let goes = ways.chain(own).map(|(parent, relation)| {
            let same = numbered_from("r", self.key.len())
                .into_iter()
                .map(|column| {
                    Sql::new()
                        .name("soft_delete_with")
                        .sql(".")
                        .name(column.clone())
                        .sql(" = ")
                        .name("soft_delete_above")
                        .sql(".")
                        .name(column)
                });
            Sql::new()
                .sql("EXISTS (SELECT 1 FROM (")
                .append(self.rows(parent))
                .sql(") AS ")
                .name("soft_delete_with")
                .sql(" WHERE ")
                .append(equal_to(&child, &relation.foreign_key, "soft_delete_with"))
                .sql(" AND ")
                .append(Sql::join(same, " AND "))
                .sql(")")
        });
        below
            .sql("NOT (")
            .predicate(&child, child.marker.deleted)
            .sql(" AND (")
            .append(Sql::join(goes, " OR "))
            .sql("))")
    }

    /// Rows for which the predicate of `keeping` holds, and those above them in the table.
    fn kept(&self) -> Sql {
        let root = &self.graph.root().node;
        Sql::new()
            .sql("SELECT ")
            .append(self.of_batch("soft_delete_above"))
            .sql(" FROM ")
            .table(root)
            .sql(" INNER JOIN (")
            .append(self.rows(0))
            .sql(") AS ")
            .name("soft_delete_above")
            .sql(" ON ")
            .append(equal_to(root, self.key, "soft_delete_above"))
            .sql(" WHERE ")
            .keeping()
    }

    /// `"rows"."r0", ..`
    fn of_batch(&self, rows: &'static str) -> Sql {
        let columns = numbered_from("r", self.key.len());
        Sql::join(
            columns
                .into_iter()
                .map(|column| Sql::new().name(rows).sql(".").name(column)),
            ", ",
        )
    }

    /// The deleted rows of a table below the batch: `r0.., k0..`, the key in the batch and their own.
    fn rows(&self, table: usize) -> Sql {
        let member = &self.graph.tables[table];
        let node = &member.node;
        let own_key = if table == 0 {
            self.key
        } else {
            member.key().unwrap_or_default()
        };
        let mut named = numbered_from("r", self.key.len());
        named.extend(numbered(own_key.len()));
        let base = if table == 0 {
            // an alias for each column, for want of names
            let twice = self.key.iter().chain(self.key).zip(&named);
            let columns = twice.map(|(column, name)| {
                Sql::new()
                    .column(node, column)
                    .sql(" AS ")
                    .name(name.clone())
            });
            let select = Sql::new()
                .sql("SELECT ")
                .append(Sql::join(columns, ", "))
                .sql(" FROM ")
                .table(node);
            self.plan().of_target(select)
        } else {
            let ways = member.edges.iter().map(|edge| {
                let own = own_key
                    .iter()
                    .zip(numbered(own_key.len()))
                    .map(|(column, name)| Sql::new().column(node, column).sql(" AS ").name(name));
                let batch = numbered_from("r", self.key.len()).into_iter().map(|name| {
                    Sql::new()
                        .name("soft_delete_above")
                        .sql(".")
                        .name(name.clone())
                        .sql(" AS ")
                        .name(name)
                });
                Sql::new()
                    .sql("SELECT ")
                    .append(Sql::join(batch.chain(own), ", "))
                    .sql(" FROM ")
                    .table(node)
                    .sql(" INNER JOIN (")
                    .append(self.rows(edge.parent))
                    .sql(") AS ")
                    .name("soft_delete_above")
                    .sql(" ON ")
                    .append(equal_to(
                        node,
                        &edge.relation.foreign_key,
                        "soft_delete_above",
                    ))
                    .sql(" WHERE ")
                    .predicate(node, node.marker.deleted)
            });
            Sql::join(ways, " UNION ")
        };
        let Some(own) = &member.own else { return base };
        let rows = format!("soft_delete_rows_{table}");
        let batch = numbered_from("r", self.key.len())
            .into_iter()
            .map(|column| Sql::new().name(rows.clone()).sql(".").name(column));
        let child = Sql::new()
            .sql("SELECT ")
            .append(Sql::join(batch, ", "))
            .sql(", ")
            .columns(node, &own.primary_key)
            .sql(" FROM ")
            .table(node)
            .sql(" INNER JOIN ")
            .name(rows.clone())
            .sql(" ON ")
            .append(equal_to(node, &own.foreign_key, &rows))
            .sql(" WHERE ")
            .predicate(node, node.marker.deleted);
        Sql::recursive(&rows, &named, base, child, names(&named))
    }
}

fn numbered_from(letter: &str, count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("{letter}{number}"))
        .collect()
}
