//! The foreign keys that the catalogue has around the tables.

use super::{Checks, shown};
use crate::doctor::catalogue::{ForeignKey, OnDelete};
use crate::doctor::finding::{Finding, Kind, Repair};
use crate::doctor::repair;

impl Checks<'_> {
    pub(in crate::doctor) fn foreign_keys(&mut self) {
        for key in &self.catalogue.foreign_keys {
            self.on_delete(key);
            self.is_declared(key);
        }
        for schema in &self.catalogue.unread {
            self.findings.push(Finding {
                kind: Kind::NoRights,
                table: String::new(),
                subject: schema.clone(),
                why: format!("the role is not known to have a right on all of `{schema}`, and is not shown the foreign keys of tables on which it has none: some may be missing here"),
                repair: Repair::steps(["examine with a role that has a right on the whole schema, such as REFERENCES"]),
            });
        }
    }

    /// What the database does by itself, it does to active rows too.
    fn on_delete(&mut self, key: &ForeignKey) {
        let Some(child) = self.known().find(|known| known.table.place == key.child) else {
            return;
        };
        let subject = subject(key);
        let parent = self.shown_place(&key.parent);
        let (rule, what) = match key.on_delete {
            Some(OnDelete::Refuse) => return,
            Some(OnDelete::Cascade) => ("CASCADE", "removes rows"),
            Some(OnDelete::SetNull) => ("SET NULL", "changes rows"),
            Some(OnDelete::SetDefault) => ("SET DEFAULT", "changes rows"),
            None => {
                let why = format!(
                    "its ON DELETE rule cannot be read: it may let a DELETE of `{parent}` remove active rows"
                );
                let steps = [
                    "examine with a role that has more than SELECT on the table, such as REFERENCES",
                ];
                self.add(
                    Kind::NoRights,
                    child.facts,
                    subject,
                    why,
                    Repair::steps(steps),
                );
                return;
            }
        };
        let why = format!(
            "ON DELETE {rule}: a DELETE of a row of `{parent}` {what} of `{}`, active ones too, and no one counts them",
            shown(child.facts)
        );
        let repair = repair::no_action(self, key);
        self.add(Kind::OnDelete, child.facts, subject, why, repair);
    }

    fn is_declared(&mut self, key: &ForeignKey) {
        let Some(parent) = self.known().find(|known| known.table.place == key.parent) else {
            return;
        };
        let child = self.known().find(|known| known.table.place == key.child);
        let is_declared = child.is_some_and(|child| {
            parent.facts.children.iter().any(|relation| {
                relation.schema == child.facts.schema
                    && relation.child == child.facts.table
                    && key.has_columns(&relation.foreign_key)
            })
        });
        if is_declared {
            return;
        }
        let table = self.shown_place(&key.child);
        let columns: Vec<_> = key
            .columns
            .iter()
            .map(|(column, _)| column.as_str())
            .collect();
        let purged = match key.on_delete {
            Some(OnDelete::Cascade) => "a purge removes it too",
            Some(OnDelete::SetNull | OnDelete::SetDefault) => "a purge changes it",
            _ => "a purge is refused by the database",
        };
        let why = format!(
            "it refers to `{}`, and no relation says so: after a soft delete it points at a deleted row, and {purged}",
            shown(parent.facts)
        );
        let steps = match child {
            Some(_) => [format!(
                "say `cascade({table}::{0})` or `restrict({table}::{0})` in the facts of `{1}`, or allow it by name",
                columns.join(", "),
                shown(parent.facts)
            )],
            None => [format!(
                "`{table}` is no soft-delete table: allow it by name if its rows may refer to deleted ones, otherwise make it one and say `cascade` or `restrict`"
            )],
        };
        self.findings.push(Finding {
            kind: Kind::UndeclaredForeignKey,
            table,
            subject: subject(key),
            why,
            repair: Repair::steps(steps),
        });
    }
}

/// The constraint's name, or its columns where the engine keeps none.
fn subject(key: &ForeignKey) -> String {
    key.name.clone().unwrap_or_else(|| {
        let columns: Vec<_> = key
            .columns
            .iter()
            .map(|(column, _)| column.as_str())
            .collect();
        columns.join(", ")
    })
}
