//! Unique keys: a deleted row must not hold one, and active rows must not share one.

use diesel::QueryResult;
use soft_delete_runtime::__private::ColumnType;

use super::{Checks, Known, active, quoted};
use crate::doctor::catalogue::{Index, Key};
use crate::doctor::connection::Ask;
use crate::doctor::engine::{Database, Engine};
use crate::doctor::evaluate::{Values, expression};
use crate::doctor::finding::{Kind, Repair};
use crate::doctor::{names, repair};

impl<'a> Checks<'a> {
    fn unique_indexes(&self) -> Vec<(Known<'a>, &'a Index)> {
        (self.known())
            .flat_map(|known| {
                let indexes = known.table.indexes.iter();
                let unique = indexes.filter(|index| index.unique && !index.primary && index.valid);
                unique.map(move |index| (known, index))
            })
            .collect()
    }

    pub(in crate::doctor) fn unique_keys(&mut self) {
        for (known, index) in self.unique_indexes() {
            match self.holds_deleted(known, index) {
                None => self.unread(known, index),
                Some(false) => {}
                Some(true) if marker_among(known, index) => self.with_marker(known, index),
                Some(true) if self.has_moment_of_deleted(known, index) => {}
                Some(true) => self.holds(known, index),
            }
        }
    }

    /// Whether a deleted row holds its key; `None` where the engine could not tell.
    fn holds_deleted(&self, known: Known<'_>, index: &Index) -> Option<bool> {
        let mut is_read = true;
        if let Some(predicate) = &index.predicate {
            let marker = known.facts.marker.name.to_lowercase();
            let names = predicate.to_lowercase().contains(&marker);
            let values = self.evaluated.condition(known.number, predicate);
            match values.and_then(|values| values.leaves_deleted_out(names)) {
                Some(true) => return Some(false),
                Some(false) => {}
                None => is_read = false,
            }
        }
        for key in &index.keys {
            if let Some(sql) = expression(known.table, key) {
                match self.evaluated.key(known.number, sql) {
                    Some(values) if values.is_null_if_deleted() && !index.nulls_equal => {
                        return Some(false);
                    }
                    Some(_) => {}
                    None => is_read = false,
                }
            }
        }
        is_read.then_some(true)
    }

    /// Whether one of the keys is the moment of the deletion in a deleted row, and has a value in an
    /// active one: `coalesce(deleted_at, 0)`.
    fn has_moment_of_deleted(&self, known: Known<'_>, index: &Index) -> bool {
        let keys = index.keys.iter();
        let mut expressions = keys.filter_map(|key| expression(known.table, key));
        let is_moment = |sql| {
            let values = self.evaluated.key(known.number, sql);
            values.is_some_and(Values::is_marker_if_deleted)
        };
        is_moment_type(known) && expressions.any(is_moment)
    }

    fn holds(&mut self, known: Known<'_>, index: &Index) {
        let why = "a deleted row still holds its key: a new row with the same one is refused";
        let repair = self.new_key(known, index, &index.keys);
        self.add(
            Kind::UniqueHoldsDeleted,
            known.facts,
            &index.name,
            why,
            repair,
        );
    }

    /// With a marker that is a moment or 0, active rows share the 0 and deleted ones differ.
    fn with_marker(&mut self, known: Known<'_>, index: &Index) {
        let marker = &known.facts.marker;
        let is_null = (known.facts.marks.as_ref()).is_none_or(|marks| marks.active == "NULL");
        let why = if is_null && !index.nulls_equal {
            "the marker of active rows is NULL, and NULL equals nothing: two active rows may have the same key"
        } else if !is_moment_type(known) {
            "of the rows with one key only one can be deleted: the deletion of the next is refused"
        } else {
            return;
        };
        let rest: Vec<_> = (index.keys.iter())
            .filter(|key| key.column() != Some(&marker.name))
            .cloned()
            .collect();
        let repair = if rest.is_empty() {
            Repair::steps(["drop the key: it holds nothing but the marker"])
        } else {
            self.new_key(known, index, &rest)
                .and_steps([self.duplicates(known, &rest)])
        };
        self.add(
            Kind::UniqueWithMarker,
            known.facts,
            &index.name,
            why,
            repair,
        );
    }

    fn duplicates(&self, known: Known<'_>, keys: &[Key]) -> String {
        let engine = self.engine;
        let keys = names::keys(engine, keys);
        format!(
            "settle duplicates first: SELECT {keys}, COUNT(*) FROM {} WHERE {} GROUP BY {keys} HAVING COUNT(*) > 1;",
            quoted(engine, known.facts),
            active(known.facts, &engine.quote(&known.facts.marker.name))
        )
    }

    fn new_key(&self, known: Known<'_>, index: &Index, keys: &[Key]) -> Repair {
        let columns: Option<Vec<_>> = index.keys.iter().map(Key::column).collect();
        let is_referenced = (self.catalogue.foreign_keys.iter()).any(|key| {
            let refers_to = |columns: &Vec<&str>| {
                index.predicate.is_none()
                    && key.parent == known.table.place
                    && key.columns.len() == columns.len()
                    && (key.columns.iter()).all(|(_, column)| columns.contains(&column.as_str()))
            };
            columns.as_ref().is_some_and(refers_to)
        });
        if is_referenced {
            return Repair::steps([
                "a foreign key refers to this key, which therefore has to hold the deleted rows too: let it refer to the primary key first",
            ]);
        }
        repair::unique_key(self, known, index, keys)
    }

    fn unread(&mut self, known: Known<'_>, index: &Index) {
        let (why, step) = if known.facts.marks.is_none() {
            (
                "what the marker holds is not known, so whether a deleted row holds the key could not be evaluated",
                "state `MarkerType::SQL_LITERALS` for the marker's type",
            )
        } else {
            (
                "its predicate or expression could not be evaluated on a row that is made up, so whether a deleted row holds the key is not known",
                "see for yourself, and allow it by name",
            )
        };
        self.add(
            Kind::PredicateUnread,
            known.facts,
            &index.name,
            why,
            Repair::steps([step]),
        );
    }

    /// Whether the engine sees that the scopes' predicate implies that of the index.
    pub(in crate::doctor) async fn predicates_are_used<K: Ask<C>, C>(
        &mut self,
        database: &mut Database<'_, K, C>,
    ) -> QueryResult<()> {
        for (known, index) in self.unique_indexes() {
            let Some(predicate) = &index.predicate else {
                continue;
            };
            let values = self.evaluated.condition(known.number, predicate);
            if !values.is_some_and(Values::is_of_the_marker_alone) {
                continue;
            }
            let ours = active(known.facts, &self.engine.quote(&known.facts.marker.name));
            let table = quoted(self.engine, known.facts);
            let is_used = match self.engine {
                Engine::Postgres if known.table.may_insert => {
                    let keys = names::keys(Engine::Postgres, &index.keys);
                    let upsert = |predicate: &str| {
                        format!(
                            "INSERT INTO {table} DEFAULT VALUES ON CONFLICT ({keys}) WHERE {predicate} DO NOTHING"
                        )
                    };
                    // its own predicate shows whether the question can be asked
                    is_arbiter(database.plan(&upsert(&ours)).await?.as_ref(), &index.name)
                        || !is_arbiter(
                            database.plan(&upsert(predicate)).await?.as_ref(),
                            &index.name,
                        )
                }
                Engine::Sqlite => {
                    let name = self.engine.quote(&index.name);
                    let search = format!("SELECT 1 FROM {table} INDEXED BY {name} WHERE {ours}");
                    database.plan(&search).await?.is_some()
                }
                _ => true,
            };
            if !is_used {
                let why = format!(
                    "its predicate means the same as `{ours}`, but {} does not see it: neither scopes nor upserts use the index",
                    self.engine
                );
                let alone = Index {
                    name: index.name.clone(),
                    constraint: index.constraint,
                    keys: index.keys.clone(),
                    ..Index::default()
                };
                let repair = repair::unique_key(self, known, &alone, &index.keys);
                self.add(Kind::PredicateUnused, known.facts, &index.name, why, repair);
            }
        }
        Ok(())
    }
}

/// Whether the plan of an upsert relies on that index.
fn is_arbiter(plan: Option<&Vec<String>>, index: &str) -> bool {
    let quoted = Engine::Postgres.quote(index);
    (plan.into_iter().flatten())
        .filter_map(|line| line.split_once("Conflict Arbiter Indexes: "))
        .flat_map(|(_, names)| names.split(", "))
        .any(|name| name == index || name == quoted)
}

/// Whether two rows that are deleted differ in their markers.
fn is_moment_type(known: Known<'_>) -> bool {
    !matches!(
        known.facts.marker.sql_type,
        ColumnType::Bool | ColumnType::Other
    )
}

fn marker_among(known: Known<'_>, index: &Index) -> bool {
    let marker = known.facts.marker.name.as_str();
    index.keys.iter().any(|key| key.column() == Some(marker))
}
