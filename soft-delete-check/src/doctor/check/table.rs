//! The tables and their columns.

use soft_delete_runtime::__private::{ColumnFacts, ColumnType};

use super::{Checks, Known, quoted, shown};
use crate::doctor::catalogue::TableKind;
use crate::doctor::engine::Engine;
use crate::doctor::finding::{Kind, Repair};
use crate::doctor::repair;

impl Checks<'_> {
    pub(in crate::doctor) fn tables(&mut self) {
        for (number, facts) in self.facts.iter().enumerate() {
            if self.catalogue.tables[number].is_none() {
                let elsewhere: Vec<_> = (self.catalogue.elsewhere.iter())
                    .filter(|(of, _)| *of == number)
                    .map(|(_, place)| format!("`{place}` is not where the connection looks: name the schema in `table!`, or set the search path"))
                    .collect();
                let why = "the catalogue has no such table, or the role may not see it";
                let steps = if elsewhere.is_empty() {
                    vec!["create the table, or correct its name in `table!`".to_owned()]
                } else {
                    elsewhere
                };
                self.add(Kind::MissingTable, facts, "", why, Repair::steps(steps));
            }
        }
        for known in self.known().collect::<Vec<_>>() {
            if known.table.kind == TableKind::View {
                let why = "it is no table: its indexes and constraints are those of the tables behind it, which are not looked at";
                let steps = ["examine the tables behind it: they need facts of their own"];
                self.add(Kind::View, known.facts, "", why, Repair::steps(steps));
            }
            self.column(known, &known.facts.marker, "active rows hold NULL in it");
            for column in &known.facts.touch {
                self.column(known, column, "`table!` says that it may be NULL");
            }
            for column in known.facts.clear.iter().chain(&known.facts.operation) {
                self.column(known, column, "a restore sets it to NULL");
            }
            self.marker_is_set(known);
        }
        for relation in self.relations_known() {
            for (column, key) in std::iter::zip(
                &relation.relation.foreign_key,
                &relation.relation.primary_key,
            ) {
                if relation.child.column(column).is_none() {
                    let sql_type = relation.parent.column(key).map(|key| key.sql_type.clone());
                    self.missing_column(relation.child, column, sql_type, None);
                }
            }
        }
    }

    fn column(&mut self, known: Known<'_>, column: &ColumnFacts, why_null: &str) {
        let Some(found) = known.column(&column.name) else {
            let sql_type = self.engine.type_name(column.sql_type).map(str::to_owned);
            let is_marker = column.name == known.facts.marker.name;
            let default = match (column.nullable, &known.facts.marks) {
                (Some(false), Some(marks)) if is_marker => Some(marks.active.clone()),
                _ => None,
            };
            return self.missing_column(known, &column.name, sql_type, default);
        };
        if !is_that_type(self.engine, column.sql_type, &found.sql_type) {
            let why = format!(
                "`table!` says {:?}, and the column is {}",
                column.sql_type, found.sql_type
            );
            let steps = ["correct `table!`, or change the column's type"];
            self.add(
                Kind::OtherType,
                known.facts,
                &column.name,
                why,
                Repair::steps(steps),
            );
        }
        let must_take_null = column.nullable == Some(true)
            && (column.sql_type != ColumnType::Other || column.name != known.facts.marker.name);
        if must_take_null && found.not_null && known.table.kind != TableKind::View {
            let why = format!("{why_null}, and the column refuses it");
            let repair = repair::drop_not_null(self.engine, known, found);
            self.add(Kind::NotNull, known.facts, &column.name, why, repair);
        }
    }

    fn missing_column(
        &mut self,
        known: Known<'_>,
        column: &str,
        sql_type: Option<String>,
        default: Option<String>,
    ) {
        let why = "the facts name the column, and the table does not have it";
        let repair = match sql_type {
            Some(sql_type) => {
                let rest =
                    default.map_or_else(String::new, |value| format!(" NOT NULL DEFAULT {value}"));
                Repair::adding([format!(
                    "ALTER TABLE {} ADD COLUMN {} {sql_type}{rest};",
                    quoted(self.engine, known.facts),
                    self.engine.quote(column)
                )])
            }
            None => Repair::steps([format!(
                "add the column `{column}` to `{}`, with the type that `table!` gives it",
                shown(known.facts)
            )]),
        };
        self.add(Kind::MissingColumn, known.facts, column, why, repair);
    }

    /// A marker that says "active" by a value is never NULL.
    fn marker_is_set(&mut self, known: Known<'_>) {
        let marker = &known.facts.marker;
        let Some(column) = known.column(&marker.name) else {
            return;
        };
        if marker.nullable == Some(false) && !column.not_null && known.table.kind != TableKind::View
        {
            let why = "a row where it is NULL is neither active nor deleted: no scope returns it";
            let repair = repair::set_not_null(self.engine, known, column);
            self.add(Kind::MarkerNullable, known.facts, &marker.name, why, repair);
        }
    }
}

/// Whether the catalogue's type can be what `table!` says. SQLite's are free text.
fn is_that_type(engine: Engine, stated: ColumnType, found: &str) -> bool {
    let is = |names: &[&str]| names.iter().any(|name| found.starts_with(name));
    let is_any = |names: &[&str]| names.iter().any(|name| found.contains(name));
    match (engine, stated) {
        (Engine::Sqlite, _) | (_, ColumnType::Other) => true,
        (Engine::Postgres, stated) => match stated {
            ColumnType::Bool => is(&["boolean"]),
            ColumnType::SmallInt => is(&["smallint"]),
            ColumnType::Integer => is(&["integer"]),
            ColumnType::BigInt => is(&["bigint"]),
            ColumnType::Text => is_any(&["char", "text", "name"]),
            ColumnType::Binary => is(&["bytea"]),
            ColumnType::Timestamp | ColumnType::Datetime => {
                is(&["timestamp"]) && is_any(&["without time zone"])
            }
            ColumnType::Timestamptz => is(&["timestamp"]) && is_any(&["with time zone"]),
            ColumnType::Uuid => is(&["uuid"]),
            ColumnType::Other => true,
        },
        (Engine::Mysql | Engine::MariaDb, stated) => match stated {
            ColumnType::Bool => is(&["tinyint", "bit", "bool"]),
            ColumnType::SmallInt => is(&["smallint"]),
            ColumnType::Integer => is(&["int", "mediumint"]),
            ColumnType::BigInt => is(&["bigint"]),
            ColumnType::Text => is_any(&["char", "text", "enum", "set", "json"]),
            ColumnType::Binary => is_any(&["binary", "blob", "bit"]),
            ColumnType::Timestamp | ColumnType::Datetime | ColumnType::Timestamptz => {
                is(&["timestamp", "datetime"])
            }
            ColumnType::Uuid | ColumnType::Other => true,
        },
    }
}
