//! The deleted parents of a target, and theirs: what `with_ancestors` restores.

use super::dialect::Dialect;
use super::plan::{Restoring, names, numbered, update_active, within};
use super::sql::Sql;
use super::step::{Meaning, Step};
use crate::relation::{Name, Node, Relation};

/// Deleted rows of a table, by the condition that picks them (with its `WHERE`).
struct Rows {
    node: Node,
    condition: Sql,
}

impl Rows {
    fn select(&self, columns: &[&'static str]) -> Sql {
        Sql::new()
            .sql("SELECT ")
            .columns(&self.node, columns)
            .sql(" FROM ")
            .table(&self.node)
            .append(self.condition.clone())
    }

    /// `WHERE deleted AND condition`
    fn deleted(node: Node, condition: Sql) -> Self {
        let condition = Sql::new()
            .sql(" WHERE ")
            .predicate(&node, node.marker.deleted)
            .sql(" AND ")
            .append(condition);
        Self { node, condition }
    }

    /// The rows themselves and the deleted ones above them in the same table.
    fn with_own_ancestors(self, own: &Relation) -> Self {
        let node = &self.node;
        let columns: Vec<_> = own
            .primary_key
            .iter()
            .chain(&own.foreign_key)
            .copied()
            .collect();
        let named = numbered(columns.len());
        let keys = own.primary_key.len();
        let up = Sql::join(
            own.primary_key
                .iter()
                .zip(&named[keys..])
                .map(|(key, parent)| {
                    Sql::new()
                        .column(node, key)
                        .sql(" = ")
                        .name("soft_delete_above")
                        .sql(".")
                        .name(parent.clone())
                }),
            " AND ",
        );
        let parents = Sql::new()
            .sql("SELECT ")
            .columns(node, &columns)
            .sql(" FROM ")
            .table(node)
            .sql(" INNER JOIN ")
            .name("soft_delete_above")
            .sql(" ON ")
            .append(up)
            .sql(" WHERE ")
            .predicate(node, node.marker.deleted);
        let base = self.select(&columns);
        let all = Sql::recursive(
            "soft_delete_above",
            &named,
            base,
            parents,
            names(&named[..keys]),
        );
        let condition = within(Sql::new().key(node, &own.primary_key), all);
        Self::deleted(self.node, condition)
    }
}

/// The steps that restore them.
pub(super) struct Ancestors {
    /// Those in other tables, the farthest first: each is found by the way from the target, which
    /// is still deleted.
    pub(super) above: Vec<Step>,
    /// Those in the target's own table. One of them can be below another row of the target, and
    /// tells until it is restored what went along with that.
    pub(super) own: Option<Step>,
}

pub(super) fn steps(
    root: &Node,
    target: Sql,
    tables: &mut Vec<String>,
    dialect: Dialect,
) -> Ancestors {
    let mut climb = Climb {
        steps: Vec::new(),
        tables,
        path: vec![root.table],
        dialect,
    };
    let rows = Rows {
        node: root.clone(),
        condition: target.clone(),
    };
    let own = own_parent(root);
    let rows = match &own {
        Some(own) => rows.with_own_ancestors(own),
        None => rows,
    };
    climb.above(&rows);
    let above = std::mem::take(&mut climb.steps);
    if let Some(own) = own {
        let key = Sql::new().key(root, &own.primary_key);
        let itself = Rows {
            node: root.clone(),
            condition: target,
        };
        let condition = Sql::new()
            .append(rows.condition)
            .sql(" AND NOT (")
            .append(within(key, itself.select(&own.primary_key)))
            .sql(")");
        climb.restore(&Rows {
            node: root.clone(),
            condition,
        });
    }
    let own = climb.steps.pop();
    Ancestors { above, own }
}

struct Climb<'a> {
    steps: Vec<Step>,
    tables: &'a mut Vec<String>,
    path: Vec<Name>,
    dialect: Dialect,
}

impl Climb<'_> {
    fn above(&mut self, rows: &Rows) {
        self.hold_parents(rows);
        for relation in rows.node.other_parents() {
            let parent = (relation.other)();
            if self.path.contains(&parent.table) {
                continue;
            }
            let key = Sql::new().key(&parent, &relation.primary_key);
            let condition = within(key, rows.select(&relation.foreign_key));
            let own = own_parent(&parent);
            let parents = Rows::deleted(parent, condition);
            let parents = match own {
                Some(own) => parents.with_own_ancestors(&own),
                None => parents,
            };
            self.path.push(parents.node.table);
            self.above(&parents);
            self.path.pop();
            self.restore(&parents);
        }
    }

    /// None of their parents is deleted meanwhile: the last one up is active, and stays so.
    fn hold_parents(&mut self, rows: &Rows) {
        if self.dialect.has_one_writer() {
            return;
        }
        for relation in &rows.node.parents {
            let parent = (relation.other)();
            let foreign_keys = rows.select(&relation.foreign_key);
            self.steps.push(Step {
                meaning: Meaning::LockedAll,
                ..self.dialect.held(&parent, relation, foreign_keys)
            });
        }
    }

    fn restore(&mut self, rows: &Rows) {
        let name = rows.node.table.text();
        let table = self.tables.iter().position(|known| *known == name);
        let table = table.unwrap_or_else(|| {
            self.tables.push(name);
            self.tables.len() - 1
        });
        let update = update_active(&rows.node, Restoring::Whole).unwrap_or_default();
        self.steps.push(Step {
            sql: update.append(rows.condition.clone()),
            meaning: Meaning::Changed(table),
        });
    }
}

fn own_parent(node: &Node) -> Option<Relation> {
    let mut own = node.parents.iter();
    own.find(|relation| (relation.other)().table == node.table)
        .cloned()
}
