//! Relations: the index and the constraint of a foreign key, and the precision of the markers.

use super::{Checks, Ends, Known, shown};
use crate::doctor::catalogue::{Index, TableKind};
use crate::doctor::finding::{Kind, Repair};
use crate::doctor::repair;

impl Checks<'_> {
    pub(in crate::doctor) fn relations(&mut self) {
        for ends in self.relations_known() {
            if ends.child.table.kind == TableKind::View {
                continue;
            }
            let columns = &ends.relation.foreign_key;
            if columns
                .iter()
                .all(|column| ends.child.column(column).is_some())
            {
                self.foreign_key_index(ends);
                self.constraint(ends);
            }
        }
    }

    fn foreign_key_index(&mut self, ends: Ends<'_>) {
        let columns = &ends.relation.foreign_key;
        let indexes = ends.child.table.indexes.iter();
        let usable: Vec<_> = (indexes)
            .filter(|index| index.valid && index.searchable && begins_with(index, columns))
            .collect();
        if usable
            .iter()
            .any(|index| self.has_all_rows(ends.child, index))
        {
            return;
        }
        let (kind, why) = match usable.as_slice() {
            [] => (
                Kind::NoForeignKeyIndex,
                format!(
                    "each operation on a row of `{}` reads the whole table, and where the engine locks what it reads, locks it",
                    shown(ends.parent.facts)
                ),
            ),
            _ => (
                Kind::PartialForeignKeyIndex,
                format!(
                    "its index leaves rows out: restores and purges of `{}` read the whole table",
                    shown(ends.parent.facts)
                ),
            ),
        };
        let repair = repair::foreign_key_index(self.engine, ends.child, columns);
        self.add(kind, ends.child.facts, columns.join(", "), why, repair);
    }

    /// Whether each row with that foreign key is in the index.
    fn has_all_rows(&self, known: Known<'_>, index: &Index) -> bool {
        match &index.predicate {
            None => true,
            Some(predicate) => (self.evaluated.condition(known.number, predicate))
                .is_some_and(|values| values.keeps_both()),
        }
    }

    fn constraint(&mut self, ends: Ends<'_>) {
        if ends.parent.table.kind == TableKind::View {
            return;
        }
        let relation = ends.relation;
        let subject = relation.foreign_key.join(", ");
        let constraints: Vec<_> = (self.catalogue.foreign_keys.iter())
            .filter(|key| key.child == ends.child.table.place)
            .filter(|key| key.parent == ends.parent.table.place)
            .filter(|key| key.has_columns(&relation.foreign_key))
            .collect();
        if constraints.is_empty() {
            let why = format!(
                "nothing stops a row that refers to no row of `{}`",
                shown(ends.parent.facts)
            );
            let repair = repair::constraint(self.engine, ends);
            self.add(Kind::NoConstraint, ends.child.facts, subject, why, repair);
            return;
        }
        let pairs: Vec<_> = std::iter::zip(&relation.foreign_key, &relation.primary_key).collect();
        let is_by_the_key = |columns: &[(String, String)]| {
            columns.iter().all(|(from, to)| pairs.contains(&(from, to)))
        };
        if let Some(other) = constraints.iter().find(|key| !is_by_the_key(&key.columns)) {
            let refers_to: Vec<_> = other.columns.iter().map(|(_, to)| to.as_str()).collect();
            let why = format!(
                "the relation uses the primary key ({}), and the constraint ({}): the rows that go along are not those that refer to the row",
                relation.primary_key.join(", "),
                refers_to.join(", ")
            );
            let steps = [
                "let the constraint refer to the primary key, with a column that holds it, or remove the relation",
            ];
            self.add(
                Kind::ForeignKeyNotPrimaryKey,
                ends.child.facts,
                subject,
                why,
                Repair::steps(steps),
            );
        }
    }

    /// A restore compares the moments of parent and child, as the columns keep them.
    pub(in crate::doctor) fn precisions(&mut self) {
        for ends in self.relations_known() {
            let by_operation =
                ends.parent.facts.operation.is_some() && ends.child.facts.operation.is_some();
            if !ends.relation.cascade || by_operation {
                continue;
            }
            let column = |known: Known<'_>| known.table.column(&known.facts.marker.name).cloned();
            let (Some(parent), Some(child)) = (column(ends.parent), column(ends.child)) else {
                continue;
            };
            let (Some(of_parent), Some(of_child)) = (parent.precision, child.precision) else {
                continue;
            };
            let (coarse, column, other) = match of_parent.cmp(&of_child) {
                std::cmp::Ordering::Equal => continue,
                std::cmp::Ordering::Less => (ends.parent, parent, ends.child),
                std::cmp::Ordering::Greater => (ends.child, child, ends.parent),
            };
            let why = format!(
                "it keeps {} digits of a second and the marker of `{}` {}: a restore does not find what went along",
                of_parent.min(of_child),
                shown(other.facts),
                of_parent.max(of_child)
            );
            let already = (self.findings.iter()).any(|finding| {
                finding.kind == Kind::Precision && finding.table == shown(coarse.facts)
            });
            if !already {
                let repair = repair::finer(self.engine, coarse, &column);
                self.add(Kind::Precision, coarse.facts, &column.name, why, repair);
            }
        }
    }
}

/// Whether the first keys of the index are these columns, in any order.
fn begins_with(index: &Index, columns: &[String]) -> bool {
    index.keys.len() >= columns.len()
        && (index.keys.iter().take(columns.len())).all(|key| {
            key.column()
                .is_some_and(|key| columns.iter().any(|column| column == key))
        })
}
