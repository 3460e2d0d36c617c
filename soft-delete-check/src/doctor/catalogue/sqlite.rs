//! SQLite: `sqlite_schema` and the pragmas that describe it.

use diesel::QueryResult;
use soft_delete_runtime::__private::Facts;

use super::{
    Catalogue, Column, ForeignKey, Index, Key, OnDelete, Place, Table, TableKind, Trigger,
    add_columns, add_key, is_true, sqlite_text,
};
use crate::doctor::connection::Ask;
use crate::doctor::engine::{Database, Engine};

const ENGINE: Engine = Engine::Sqlite;

pub(super) async fn read<K: Ask<C>, C>(
    database: &mut Database<'_, K, C>,
    facts: &[Facts],
) -> QueryResult<Catalogue> {
    let mut catalogue = Catalogue::default();
    catalogue.tables.resize_with(facts.len(), || None);
    let schema_of = |facts: &Facts| facts.schema.clone().unwrap_or_else(|| "main".to_owned());
    let attached = database
        .rows("SELECT name FROM pragma_database_list", "r.c0")
        .await?;
    for [schema] in attached {
        let Some(schema) = schema else { continue };
        let numbers: Vec<usize> = (0..facts.len())
            .filter(|&number| schema_of(&facts[number]) == schema)
            .collect();
        if !numbers.is_empty() {
            let reading = Reading {
                facts,
                schema: &schema,
                numbers: &numbers,
            };
            reading.read(database, &mut catalogue).await?;
        }
    }
    Ok(catalogue)
}

struct Reading<'a> {
    facts: &'a [Facts],
    schema: &'a str,
    /// Of the facts whose tables are in the schema.
    numbers: &'a [usize],
}

impl Reading<'_> {
    fn number_of(&self, name: Option<&String>) -> Option<usize> {
        let is = |number: &&usize| Some(&self.facts[**number].table) == name;
        self.numbers.iter().find(is).copied()
    }

    /// `FROM main.sqlite_schema AS m` with the tables of the facts.
    fn these(&self, and: &str) -> String {
        let names = (self.numbers.iter()).map(|&number| self.facts[number].table.as_str());
        format!(
            "FROM {}.sqlite_schema AS m {and} WHERE m.type IN ('table', 'view') AND m.name IN ({})",
            ENGINE.quote(self.schema),
            ENGINE.texts(names)
        )
    }

    async fn read<K: Ask<C>, C>(
        &self,
        database: &mut Database<'_, K, C>,
        catalogue: &mut Catalogue,
    ) -> QueryResult<()> {
        let schema = ENGINE.text(self.schema);
        let mut texts = vec![String::new(); self.facts.len()];
        let tables = format!("SELECT m.name, m.type, m.sql {}", self.these(""));
        for [name, kind, sql] in database.rows(&tables, "r.c0").await? {
            let (Some(number), Some(name)) = (self.number_of(name.as_ref()), name) else {
                continue;
            };
            texts[number] = sql.unwrap_or_default();
            catalogue.tables[number] = Some(Table {
                place: Place {
                    schema: self.schema.to_owned(),
                    name,
                },
                kind: match kind.as_deref() {
                    Some("table") => TableKind::Plain,
                    _ => TableKind::View,
                },
                may_insert: true,
                columns: Vec::new(),
                indexes: Vec::new(),
                triggers: Vec::new(),
            });
        }

        let mut primary_keys = Vec::new();
        let columns = format!(
            "SELECT m.name, x.name, x.type, x.\"notnull\", x.hidden, x.pk, x.cid {}",
            self.these(&format!("JOIN pragma_table_xinfo(m.name, {schema}) AS x"))
        );
        for [table, name, sql_type, not_null, hidden, pk, _] in
            database.rows(&columns, "r.c0, r.c6").await?
        {
            let (Some(number), Some(name)) = (self.number_of(table.as_ref()), name) else {
                continue;
            };
            let generated = match hidden.as_deref() {
                Some("2" | "3") => sqlite_text::generated(&texts[number], &name),
                _ => None,
            };
            let sql_type = sql_type.unwrap_or_default();
            let in_primary_key = pk.as_deref() != Some("0");
            catalogue.column(
                number,
                Column {
                    sample: Some(sample(&sql_type).to_owned()),
                    sql_type,
                    // what a rowid of its own cannot be either
                    not_null: is_true(not_null.as_ref()) || in_primary_key,
                    generated,
                    precision: None,
                    name: name.clone(),
                },
            );
            if in_primary_key {
                primary_keys.push((number, pk, name));
            }
        }
        primary_keys.sort();
        for (number, _, name) in primary_keys {
            if let Some(table) = &mut catalogue.tables[number] {
                // it has an index where it is not the rowid, and is searched by in any case
                let index = Index {
                    name: "PRIMARY KEY".to_owned(),
                    unique: true,
                    primary: true,
                    valid: true,
                    searchable: true,
                    ..Index::default()
                };
                add_key(&mut table.indexes, index, Key::Column(name));
            }
        }
        self.read_indexes(database, catalogue, &schema).await?;
        self.read_foreign_keys(database, catalogue, &schema).await?;
        self.read_triggers(database, catalogue).await
    }

    async fn read_indexes<K: Ask<C>, C>(
        &self,
        database: &mut Database<'_, K, C>,
        catalogue: &mut Catalogue,
        schema: &str,
    ) -> QueryResult<()> {
        let indexes = format!(
            "SELECT m.name, l.name, l.\"unique\", l.origin, l.partial, k.name, k.seqno, s.sql {}
                AND l.origin <> 'pk' AND k.key",
            self.these(&format!(
                "JOIN pragma_index_list(m.name, {schema}) AS l
                 JOIN pragma_index_xinfo(l.name, {schema}) AS k
                 LEFT JOIN {}.sqlite_schema AS s ON s.type = 'index' AND s.name = l.name",
                ENGINE.quote(self.schema)
            ))
        );
        for [table, name, unique, origin, partial, column, position, sql] in
            database.rows(&indexes, "r.c0, r.c1, r.c6").await?
        {
            let table = (self.number_of(table.as_ref()))
                .and_then(|number| catalogue.tables[number].as_mut());
            let (Some(table), Some(name)) = (table, name) else {
                continue;
            };
            let sql = sql.unwrap_or_default();
            let key = match column {
                Some(column) => Key::Column(column),
                None => {
                    let position = position.and_then(|position| position.parse().ok());
                    let mut keys = sqlite_text::keys(&sql);
                    Key::Expression(match position {
                        Some(at) if at < keys.len() => keys.swap_remove(at),
                        _ => String::new(),
                    })
                }
            };
            let index = Index {
                name,
                unique: is_true(unique.as_ref()),
                constraint: origin.as_deref() == Some("u"),
                valid: true,
                searchable: true,
                predicate: match is_true(partial.as_ref()) {
                    true => sqlite_text::predicate(&sql),
                    false => None,
                },
                ..Index::default()
            };
            add_key(&mut table.indexes, index, key);
        }
        // those of constraints have numbers for names, which change when the table is built again
        for table in catalogue.tables.iter_mut().flatten() {
            for index in table.indexes.iter_mut().filter(|index| index.constraint) {
                let columns: Vec<_> = index.keys.iter().filter_map(Key::column).collect();
                index.name = columns.join(", ");
            }
        }
        Ok(())
    }

    /// Of all tables of the schema: those of others may refer to ours.
    async fn read_foreign_keys<K: Ask<C>, C>(
        &self,
        database: &mut Database<'_, K, C>,
        catalogue: &mut Catalogue,
        schema: &str,
    ) -> QueryResult<()> {
        let query = format!(
            "SELECT m.name, f.id, f.\"table\", f.\"from\", f.\"to\", f.on_delete, f.seq
             FROM {}.sqlite_schema AS m JOIN pragma_foreign_key_list(m.name, {schema}) AS f
             WHERE m.type = 'table'",
            ENGINE.quote(self.schema)
        );
        for [child, _, parent, column, refers_to, rule, position] in
            database.rows(&query, "r.c0, r.c1, r.c6").await?
        {
            let (Some(child), Some(parent), Some(column)) = (child, parent, column) else {
                continue;
            };
            let place = |name: String| Place {
                schema: self.schema.to_owned(),
                name,
            };
            // names are compared in any case
            let ours = (catalogue.tables.iter().flatten())
                .find(|table| table.place.name.eq_ignore_ascii_case(&parent));
            let position: usize = position.and_then(|at| at.parse().ok()).unwrap_or(0);
            let refers_to = match (refers_to, ours) {
                (Some(named), _) => named,
                // none is named: the primary key is meant
                (None, Some(table)) => table
                    .primary_key()
                    .get(position)
                    .cloned()
                    .unwrap_or_default(),
                (None, None) => String::new(),
            };
            let key = ForeignKey {
                name: None,
                parent: ours.map_or_else(|| place(parent), |table| table.place.clone()),
                child: place(child),
                columns: vec![(column, refers_to)],
                on_delete: Some(match rule.as_deref() {
                    Some("CASCADE") => OnDelete::Cascade,
                    Some("SET NULL") => OnDelete::SetNull,
                    Some("SET DEFAULT") => OnDelete::SetDefault,
                    _ => OnDelete::Refuse,
                }),
                options: String::new(),
                valid: true,
            };
            add_columns(&mut catalogue.foreign_keys, key, position == 0);
        }
        let tables = &catalogue.tables;
        (catalogue.foreign_keys).retain(|key| {
            (tables.iter().flatten())
                .any(|table| table.place == key.child || table.place == key.parent)
        });
        Ok(())
    }

    async fn read_triggers<K: Ask<C>, C>(
        &self,
        database: &mut Database<'_, K, C>,
        catalogue: &mut Catalogue,
    ) -> QueryResult<()> {
        let query = format!(
            "SELECT m.tbl_name, m.name, m.sql FROM {}.sqlite_schema AS m
             WHERE m.type = 'trigger' AND m.name LIKE 'soft\\_delete\\_%' ESCAPE '\\'",
            ENGINE.quote(self.schema)
        );
        for [table, name, body] in database.rows(&query, "r.c1").await? {
            let table = (self.number_of(table.as_ref()))
                .and_then(|number| catalogue.tables[number].as_mut());
            if let (Some(table), Some(name), Some(body)) = (table, name, body) {
                table.triggers.push(Trigger { name, body });
            }
        }
        Ok(())
    }
}

/// A value that a column of that type can hold: it is compared without the column's affinity.
fn sample(sql_type: &str) -> &'static str {
    let upper = sql_type.to_ascii_uppercase();
    let has = |words: &[&str]| words.iter().any(|word| upper.contains(word));
    if has(&["DATE", "TIME"]) {
        "'2026-01-01 00:00:00'"
    } else if has(&["INT", "BOOL", "REAL", "FLOA", "DOUB", "NUM", "DEC"]) {
        "1"
    } else {
        "'1'"
    }
}
