//! The restore of a tree: exactly what the same operation took comes back.
//!
//! The target's own rows come last: until then they tell, by their moment (or operation id), what
//! went along with them. A descendant that has another cascade parent can come back under one that
//! is still deleted; such tables are *contested*. Their rows are marked active, those under a
//! deleted parent are handed over to it, and what is still active then gets the rest.

use super::dialect::Dialect;
use super::graph::{Edge, Graph, Member};
use super::plan::{Plan, Restoring, State, equal_to, names, numbered, update_active, within};
use super::sql::Sql;
use super::step::{Meaning, Step};
use crate::marker::Stored;
use crate::relation::{Node, Relation};

/// What two ends of a cascade have in common for one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stamp {
    Operation,
    Moment,
}

impl Stamp {
    fn between(parent: &Node, child: &Node) -> Self {
        match (parent.operation, child.operation) {
            (Some(_), Some(_)) => Self::Operation,
            _ => Self::Moment,
        }
    }

    /// Its column.
    fn of(self, node: &Node) -> &'static str {
        match (self, node.operation) {
            (Self::Operation, Some((column, _))) => column,
            _ => node.marker.name,
        }
    }

    /// The name that the column has in [`Restore::taken`].
    fn named(self) -> &'static str {
        match self {
            Self::Operation => "operation",
            Self::Moment => "moment",
        }
    }
}

pub(super) struct Restore<'a> {
    graph: &'a Graph,
    plan: Plan<'a>,
}

impl<'a> Restore<'a> {
    pub(super) fn new(graph: &'a Graph) -> Self {
        Self {
            graph,
            plan: Plan {
                graph,
                state: State::Deleted,
            },
        }
    }

    /// The steps, and among them that of the ancestors in the target's own table.
    pub(super) fn steps(&self, own_ancestors: Option<Step>) -> Vec<Step> {
        let mut steps = self.refusals();
        let tables = 0..self.graph.tables.len();
        for table in tables.clone().rev() {
            steps.extend(self.come_back(table));
        }
        steps.extend(own_ancestors);
        for table in tables.clone().filter(|table| self.contested(*table)) {
            steps.extend(self.hand_over(table));
        }
        for table in tables.filter(|table| self.contested(*table)) {
            steps.extend(self.finish(table));
        }
        steps.extend(self.own_refusal());
        steps.push(self.target());
        steps
    }

    fn member(&self, table: usize) -> &Member {
        &self.graph.tables[table]
    }

    fn root(&self) -> &Node {
        &self.graph.root().node
    }

    /// Whether a row of the table can have a parent that is still deleted.
    fn contested(&self, table: usize) -> bool {
        let member = self.member(table);
        let parents = member.node.other_parents().count();
        if table == 0 {
            return member.own.is_some() && parents > 0;
        }
        parents > 1
            || member.own.is_some()
            || member.edges.iter().any(|edge| self.contested(edge.parent))
    }

    /// `SELECT <columns> FROM <root> <target> AND deleted`
    fn of_target(&self, columns: &[&'static str]) -> Sql {
        let root = self.root();
        let select = Sql::new()
            .sql("SELECT ")
            .columns(root, columns)
            .sql(" FROM ")
            .table(root);
        self.plan.of_target(select)
    }

    /// The target's parents have to be active.
    fn refusals(&self) -> Vec<Step> {
        let root = self.root();
        root.other_parents()
            .map(|relation| {
                let parent = (relation.other)();
                Step {
                    sql: self.deleted_parents(&parent, relation),
                    meaning: Meaning::ParentDeleted(parent.table.text()),
                }
            })
            .collect()
    }

    fn deleted_parents(&self, parent: &Node, relation: &Relation) -> Sql {
        let key = Sql::new().key(parent, &relation.primary_key);
        Sql::new()
            .sql("SELECT COUNT(*) FROM ")
            .table(parent)
            .sql(" WHERE ")
            .predicate(parent, parent.marker.deleted)
            .sql(" AND ")
            .append(within(key, self.of_target(&relation.foreign_key)))
    }

    /// The same of parents in the target's own table, which may come back themselves.
    fn own_refusal(&self) -> Option<Step> {
        let root = self.root();
        let own = self.graph.root().own.as_ref()?;
        let key = Sql::new().key(root, &own.primary_key);
        Some(Step {
            sql: self
                .deleted_parents(root, own)
                .sql(" AND NOT (")
                .append(within(key, self.of_target(&own.primary_key)))
                .sql(")"),
            meaning: Meaning::ParentDeleted(root.table.text()),
        })
    }

    /// Holds the parents of what comes back: those are active, or come back too, and until the end
    /// nobody else sees what is below them. The target's parents in other tables are held already.
    pub(super) fn holds(&self, dialect: Dialect) -> Vec<Step> {
        let mut steps = Vec::new();
        for (table, member) in self.graph.tables.iter().enumerate() {
            let node = &member.node;
            let mut hold = |relation: &Relation, rows: Sql| {
                steps.push(dialect.held(&(relation.other)(), relation, rows));
            };
            if table == 0 {
                if let Some(own) = &member.own {
                    hold(own, self.of_target(&own.foreign_key));
                }
                continue;
            }
            let relations: Vec<_> = node.other_parents().chain(&member.own).collect();
            if relations.len() < 2 {
                continue; // its parents are what it went along with
            }
            for relation in relations {
                let select = |node: &Node| {
                    let select = Sql::new().sql("SELECT ");
                    let select = select.columns(node, &relation.foreign_key);
                    Some(select.sql(" FROM ").table(node))
                };
                for rows in self.returning(table, &select) {
                    hold(relation, rows);
                }
            }
        }
        steps
    }

    /// The rows of the target.
    fn target(&self) -> Step {
        let update = update_active(self.root(), Restoring::Whole).unwrap_or_default();
        Step {
            sql: self.plan.of_target(update),
            meaning: Meaning::ChangedTarget,
        }
    }

    /// Rows of the table that went along with the target, and are deleted with that stamp.
    ///
    /// Columns are `k0.., moment, operation`, the last where the table has it.
    fn taken(&self, table: usize) -> Sql {
        let member = self.member(table);
        let node = &member.node;
        let mut columns = member.key().unwrap_or_default().to_vec();
        columns.push(node.marker.name);
        columns.extend(node.operation.map(|(column, _)| column));
        let select = || {
            Sql::new()
                .sql("SELECT ")
                .columns(node, &columns)
                .sql(" FROM ")
                .table(node)
        };
        let base = if table == 0 {
            self.plan.of_target(select())
        } else {
            let ways = member.edges.iter();
            Sql::join(
                ways.map(|edge| self.deleted_and(select(), node, self.went_along(node, edge))),
                " UNION ",
            )
        };
        match &member.own {
            Some(own) => self.with_own_children(table, own, &columns, base),
            None => base,
        }
    }

    fn deleted_and(&self, sql: Sql, node: &Node, condition: Sql) -> Sql {
        sql.sql(" WHERE ")
            .predicate(node, node.marker.deleted)
            .sql(" AND ")
            .append(condition)
    }

    /// `(fk, stamp) IN (key and stamp of the parent's rows that went along)`
    fn went_along(&self, node: &Node, edge: &Edge) -> Sql {
        let parent = &self.member(edge.parent).node;
        let stamp = Stamp::between(parent, node);
        let row = Sql::new()
            .sql("(")
            .columns(node, &edge.relation.foreign_key)
            .sql(", ")
            .column(node, stamp.of(node))
            .sql(")");
        within(row, self.stamped(edge.parent, stamp))
    }

    /// `SELECT key, stamp` of the rows of a table that went along.
    fn stamped(&self, table: usize, stamp: Stamp) -> Sql {
        let member = self.member(table);
        let node = &member.node;
        let key = member.key().unwrap_or_default();
        if member.own.is_none() {
            let select = Sql::new()
                .sql("SELECT ")
                .columns(node, key)
                .sql(", ")
                .column(node, stamp.of(node))
                .sql(" FROM ")
                .table(node);
            if table == 0 {
                return self.plan.of_target(select);
            }
            let ways = member.edges.iter();
            return Sql::join(
                ways.map(|edge| {
                    self.deleted_and(select.clone(), node, self.went_along(node, edge))
                }),
                " UNION ",
            );
        }
        Sql::new()
            .sql("SELECT ")
            .append(names(&numbered(key.len())))
            .sql(", ")
            .name(stamp.named())
            .sql(" FROM (")
            .append(self.taken(table))
            .sql(") AS ")
            .name(format!("soft_delete_taken_{table}"))
    }

    fn with_own_children(
        &self,
        table: usize,
        own: &Relation,
        columns: &[&'static str],
        base: Sql,
    ) -> Sql {
        let node = &self.member(table).node;
        let rows = format!("soft_delete_rows_{table}");
        let mut named = numbered(own.primary_key.len());
        named.push("moment".to_owned());
        let stamp = Stamp::between(node, node);
        if stamp == Stamp::Operation {
            named.push("operation".to_owned());
        }
        let stamp = Sql::new()
            .column(node, stamp.of(node))
            .sql(" = ")
            .name(rows.clone())
            .sql(".")
            .name(stamp.named());
        let child = Sql::new()
            .sql("SELECT ")
            .columns(node, columns)
            .sql(" FROM ")
            .table(node)
            .sql(" INNER JOIN ")
            .name(rows.clone())
            .sql(" ON ")
            .append(equal_to(node, &own.foreign_key, &rows))
            .sql(" AND ")
            .append(stamp)
            .sql(" WHERE ")
            .predicate(node, node.marker.deleted);
        Sql::recursive(&rows, &named, base, child, names(&named))
    }

    /// `head WHERE <deleted, and went along with the target>`, without the target's own rows.
    fn returning(&self, table: usize, head: &dyn Fn(&Node) -> Option<Sql>) -> Vec<Sql> {
        let member = self.member(table);
        let node = &member.node;
        let Some(head) = head(node) else {
            return Vec::new();
        };
        if let Some(own) = &member.own {
            let key = || Sql::new().key(node, &own.primary_key);
            let taken = Sql::new()
                .sql("SELECT ")
                .append(names(&numbered(own.primary_key.len())))
                .sql(" FROM (")
                .append(self.taken(table))
                .sql(") AS ")
                .name(format!("soft_delete_taken_{table}"));
            let mut condition = within(key(), taken);
            if table == 0 {
                condition = condition
                    .sql(" AND NOT (")
                    .append(within(key(), self.of_target(&own.primary_key)))
                    .sql(")");
            }
            return vec![self.deleted_and(head, node, condition)];
        }
        let ways = member.edges.iter();
        ways.map(|edge| self.deleted_and(head.clone(), node, self.went_along(node, edge)))
            .collect()
    }

    /// What went along is active again.
    fn come_back(&self, table: usize) -> Vec<Step> {
        let what = if self.contested(table) {
            Restoring::Mark
        } else {
            Restoring::Whole
        };
        let statements = self.returning(table, &|node| update_active(node, what));
        statements
            .into_iter()
            .map(|sql| Step {
                sql,
                meaning: Meaning::Changed(table),
            })
            .collect()
    }

    /// The active rows below the target, by each way that leads to them: all of them have just come
    /// back, for nothing active stands under a deleted parent.
    fn back(&self, table: usize) -> Vec<Sql> {
        let member = self.member(table);
        let node = &member.node;
        let active = |key: &[&'static str], table| {
            Sql::new()
                .predicate(node, node.marker.active)
                .sql(" AND ")
                .append(within(Sql::new().key(node, key), self.reached(table)))
        };
        match &member.own {
            Some(own) => vec![active(&own.primary_key, table)],
            None => {
                let ways = member.edges.iter();
                ways.map(|edge| active(&edge.relation.foreign_key, edge.parent))
                    .collect()
            }
        }
    }

    /// The keys of all rows of a table below the target, whatever their state.
    fn reached(&self, table: usize) -> Sql {
        let member = self.member(table);
        let node = &member.node;
        let key = member.key().unwrap_or_default();
        let select = || {
            Sql::new()
                .sql("SELECT ")
                .columns(node, key)
                .sql(" FROM ")
                .table(node)
        };
        let base = if table == 0 {
            self.plan.of_target(select())
        } else {
            let ways = member.edges.iter().map(|edge| {
                let key = Sql::new().key(node, &edge.relation.foreign_key);
                select()
                    .sql(" WHERE ")
                    .append(within(key, self.reached(edge.parent)))
            });
            Sql::join(ways, " UNION ")
        };
        let Some(own) = &member.own else { return base };
        let rows = format!("soft_delete_below_{table}");
        let columns = numbered(key.len());
        let child = select()
            .sql(" INNER JOIN ")
            .name(rows.clone())
            .sql(" ON ")
            .append(equal_to(node, &own.foreign_key, &rows));
        Sql::recursive(&rows, &columns, base, child, names(&columns))
    }

    /// Rows that came back under a parent that is still deleted take that parent's stamp, so that
    /// its own restore brings them back.
    fn hand_over(&self, table: usize) -> Vec<Step> {
        let member = self.member(table);
        let node = &member.node;
        let mut steps = Vec::new();
        for relation in node.other_parents() {
            let parent = (relation.other)();
            // looked up by key for each row: an `EXISTS` or `IN` can become a join with all parents
            let mut under_deleted = Sql::new()
                .sql("1 = (SELECT 1 FROM ")
                .table(&parent)
                .sql(" WHERE ")
                .append(refers(&parent, node, relation))
                .sql(" AND ")
                .predicate(&parent, parent.marker.deleted);
            if parent.table == self.root().table {
                // the target's own rows are about to come back
                let key = Sql::new().key(&parent, &relation.primary_key);
                under_deleted = under_deleted
                    .sql(" AND NOT (")
                    .append(within(key, self.of_target(&relation.primary_key)))
                    .sql(")");
            }
            let update = take_over(node, &parent, |column| {
                scalar(&parent, column, node, relation)
            });
            steps.extend(self.back(table).into_iter().map(|back| {
                Step {
                    sql: update
                        .clone()
                        .sql(" WHERE ")
                        .append(back)
                        .sql(" AND ")
                        .append(under_deleted.clone())
                        .sql(")"),
                    meaning: Meaning::TakenBack(table),
                }
            }));
        }
        if let Some(own) = &member.own {
            steps.push(Step {
                sql: self.hand_over_own(table, own),
                meaning: Meaning::TakenBack(table),
            });
        }
        steps
    }

    /// Rows below deleted ones in the same table follow them.
    fn hand_over_own(&self, table: usize, own: &Relation) -> Sql {
        let node = &self.member(table).node;
        let rows = "soft_delete_handed";
        let mut named = numbered(own.primary_key.len());
        let mut columns = own.primary_key.clone();
        named.push("moment".to_owned());
        columns.push(node.marker.name);
        if let Some((column, _)) = node.operation {
            named.push("operation".to_owned());
            columns.push(column);
        }
        let key = || Sql::new().key(node, &own.primary_key);
        // they may stand elsewhere in the tree
        let parents = Sql::new()
            .sql("SELECT ")
            .columns(node, &own.foreign_key)
            .sql(" FROM ")
            .table(node)
            .sql(" WHERE ")
            .append(Sql::join(self.back(table), " OR "));
        let mut base = Sql::new()
            .sql("SELECT ")
            .columns(node, &columns)
            .sql(" FROM ")
            .table(node)
            .sql(" WHERE ")
            .predicate(node, node.marker.deleted)
            .sql(" AND ")
            .append(within(key(), parents));
        if table == 0 {
            base = base
                .sql(" AND NOT (")
                .append(within(key(), self.of_target(&own.primary_key)))
                .sql(")");
        }
        let step = Sql::new()
            .sql("SELECT ")
            .columns(node, &own.primary_key)
            .sql(", ")
            .append(Sql::join(
                named[own.primary_key.len()..]
                    .iter()
                    .map(|name| Sql::new().name(rows).sql(".").name(name.clone())),
                ", ",
            ))
            .sql(" FROM ")
            .table(node)
            .sql(" INNER JOIN ")
            .name(rows)
            .sql(" ON ")
            .append(equal_to(node, &own.foreign_key, rows))
            .sql(" WHERE ")
            .predicate(node, node.marker.active);
        let select = |wanted: Sql| Sql::recursive(rows, &named, base.clone(), step.clone(), wanted);
        let of_row = |name: &'static str| {
            let same = Sql::join(
                own.primary_key
                    .iter()
                    .zip(numbered(own.primary_key.len()))
                    .map(|(column, number)| {
                        Sql::new()
                            .name(rows)
                            .sql(".")
                            .name(number)
                            .sql(" = ")
                            .column(node, column)
                    }),
                " AND ",
            );
            Sql::new()
                .sql("(")
                .append(select(Sql::new().name(name)))
                .sql(" WHERE ")
                .append(same)
                .sql(" LIMIT 1)")
        };
        let mut update = Sql::update(node)
            .name(node.marker.name)
            .sql(" = ")
            .append(of_row("moment"));
        if let Some((column, _)) = node.operation {
            update = update
                .sql(", ")
                .name(column)
                .sql(" = ")
                .append(of_row("operation"));
        }
        update
            .sql(" WHERE ")
            .predicate(node, node.marker.active)
            .sql(" AND ")
            .append(within(
                key(),
                select(names(&numbered(own.primary_key.len()))),
            ))
    }

    /// What stayed active gets what a restore writes beside the mark.
    fn finish(&self, table: usize) -> Vec<Step> {
        let update = update_active(&self.member(table).node, Restoring::Rest);
        let statement = |update: Sql| {
            let ways = self.back(table).into_iter();
            ways.map(move |back| Step {
                sql: update.clone().sql(" WHERE ").append(back),
                meaning: Meaning::Finished,
            })
        };
        update.into_iter().flat_map(statement).collect()
    }
}

/// `UPDATE child SET <its stamp> = <that of the parent>`
fn take_over(child: &Node, parent: &Node, of_parent: impl Fn(&'static str) -> Sql) -> Sql {
    let same_kind = !matches!(child.marker.stored, Stored::Literals { .. })
        && std::mem::discriminant(&child.marker.stored)
            == std::mem::discriminant(&parent.marker.stored);
    let marker = if same_kind {
        of_parent(parent.marker.name)
    } else {
        Sql::new().moment(child.marker.stored, child.unit)
    };
    let update = Sql::update(child)
        .name(child.marker.name)
        .sql(" = ")
        .append(marker);
    match (child.operation, parent.operation) {
        (Some((column, _)), Some((of, _))) => update
            .sql(", ")
            .name(column)
            .sql(" = ")
            .append(of_parent(of)),
        _ => update,
    }
}

/// `(SELECT column FROM parent WHERE key = fk)`
fn scalar(parent: &Node, column: &'static str, child: &Node, relation: &Relation) -> Sql {
    Sql::new()
        .sql("(SELECT ")
        .column(parent, column)
        .sql(" FROM ")
        .table(parent)
        .sql(" WHERE ")
        .append(refers(parent, child, relation))
        .sql(")")
}

/// `parent.key = child.fk`
fn refers(parent: &Node, child: &Node, relation: &Relation) -> Sql {
    let pairs = relation.primary_key.iter().zip(&relation.foreign_key);
    let same = pairs.map(|(key, fk)| Sql::new().column(parent, key).sql(" = ").column(child, fk));
    Sql::join(same, " AND ")
}
