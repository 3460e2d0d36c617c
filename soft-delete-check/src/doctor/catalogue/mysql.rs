//! MySQL and MariaDB: `information_schema`, which shows a role what it has rights on.

use diesel::QueryResult;
use soft_delete_runtime::__private::Facts;

use super::{
    Catalogue, Column, ForeignKey, Index, Key, OnDelete, Place, Table, TableKind, Trigger,
    add_columns, add_key, is_true,
};
use crate::doctor::connection::Ask;
use crate::doctor::engine::{Database, Engine};

pub(super) async fn read<K: Ask<C>, C>(
    database: &mut Database<'_, K, C>,
    facts: &[Facts],
) -> QueryResult<Catalogue> {
    let here = match database.rows("SELECT DATABASE()", "1").await?.pop() {
        Some([Some(here)]) => here,
        _ => String::new(),
    };
    let mut catalogue = Catalogue::default();
    catalogue.tables.resize_with(facts.len(), || None);
    let mut schemas: Vec<&str> = (facts.iter())
        .map(|facts| facts.schema.as_deref().unwrap_or(&here))
        .collect();
    schemas.sort_unstable();
    schemas.dedup();
    for schema in schemas {
        let numbers: Vec<usize> = (0..facts.len())
            .filter(|&number| facts[number].schema.as_deref().unwrap_or(&here) == schema)
            .collect();
        read_schema(database, facts, schema, &numbers, &mut catalogue).await?;
    }
    Ok(catalogue)
}

async fn read_schema<K: Ask<C>, C>(
    database: &mut Database<'_, K, C>,
    facts: &[Facts],
    schema: &str,
    numbers: &[usize],
    catalogue: &mut Catalogue,
) -> QueryResult<()> {
    let engine = database.engine;
    let names = engine.texts(numbers.iter().map(|&number| facts[number].table.as_str()));
    let these = format!(
        "TABLE_SCHEMA = {} AND TABLE_NAME IN ({names})",
        engine.text(schema)
    );
    let number_of = |name: &Option<String>| -> Option<usize> {
        let name = name.as_deref()?;
        let is = |number: &&usize| facts[**number].table == name;
        // a server may keep all names in lower case
        let is_nearly = |number: &&usize| facts[**number].table.eq_ignore_ascii_case(name);
        let found = numbers.iter().find(is).or(numbers.iter().find(is_nearly));
        found.copied()
    };

    let query =
        format!("SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES WHERE {these}");
    for [name, kind] in database.rows(&query, "r.c0").await? {
        if let (Some(number), Some(name)) = (number_of(&name), name) {
            catalogue.tables[number] = Some(Table {
                place: Place {
                    schema: schema.to_owned(),
                    name,
                },
                kind: match kind.as_deref() {
                    Some("BASE TABLE" | "SYSTEM VERSIONED") => TableKind::Plain,
                    _ => TableKind::View,
                },
                may_insert: true,
                columns: Vec::new(),
                indexes: Vec::new(),
                triggers: Vec::new(),
            });
        }
    }

    let query = format!(
        "SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, GENERATION_EXPRESSION,
                DATETIME_PRECISION, DATA_TYPE, ORDINAL_POSITION
         FROM information_schema.COLUMNS WHERE {these}"
    );
    for [
        table,
        name,
        sql_type,
        nullable,
        generated,
        precision,
        data_type,
        _,
    ] in database.rows(&query, "r.c0, r.c7").await?
    {
        let (Some(number), Some(name)) = (number_of(&table), name) else {
            continue;
        };
        let sample = match data_type.as_deref() {
            Some("date" | "datetime" | "timestamp") => "'2026-01-01'",
            Some("json") => "'{}'",
            _ => "'1'",
        };
        catalogue.column(
            number,
            Column {
                name,
                sql_type: sql_type.unwrap_or_default(),
                not_null: nullable.as_deref() == Some("NO"),
                generated: generated.map(|text| unescaped(engine, text)),
                precision: precision
                    .filter(|_| matches!(data_type.as_deref(), Some("datetime" | "timestamp")))
                    .and_then(|digits| digits.parse().ok()),
                sample: Some(sample.to_owned()),
            },
        );
    }

    read_indexes(database, &these, &number_of, catalogue).await?;
    read_foreign_keys(database, schema, &names, catalogue).await?;

    let query = format!(
        "SELECT EVENT_OBJECT_TABLE, TRIGGER_NAME, ACTION_STATEMENT FROM information_schema.TRIGGERS
         WHERE TRIGGER_SCHEMA = {} AND EVENT_OBJECT_TABLE IN ({names})
           AND TRIGGER_NAME LIKE 'soft\\_delete\\_%'",
        engine.text(schema)
    );
    for [table, name, body] in database.rows(&query, "r.c1").await? {
        let table = number_of(&table).and_then(|table| catalogue.tables[table].as_mut());
        if let (Some(table), Some(name), Some(body)) = (table, name, body) {
            table.triggers.push(Trigger { name, body });
        }
    }
    read_rights(database, schema, catalogue).await
}

async fn read_indexes<K: Ask<C>, C>(
    database: &mut Database<'_, K, C>,
    these: &str,
    number_of: &(impl Fn(&Option<String>) -> Option<usize> + Sync),
    catalogue: &mut Catalogue,
) -> QueryResult<()> {
    let engine = database.engine;
    let expression = match engine {
        Engine::Mysql => "EXPRESSION",
        _ => "NULL",
    };
    let query = format!(
        "SELECT TABLE_NAME, INDEX_NAME, NON_UNIQUE, COLUMN_NAME, SUB_PART, INDEX_TYPE, {expression},
                SEQ_IN_INDEX
         FROM information_schema.STATISTICS WHERE {these}"
    );
    for [
        table,
        name,
        non_unique,
        column,
        prefix,
        method,
        expression,
        _,
    ] in database.rows(&query, "r.c0, r.c1, r.c7").await?
    {
        let table = number_of(&table).and_then(|table| catalogue.tables[table].as_mut());
        let (Some(table), Some(name)) = (table, name) else {
            continue;
        };
        let key = match (column, prefix) {
            (Some(column), None) => Key::Column(column),
            (Some(column), Some(length)) => Key::Prefix(column, length),
            (None, _) => Key::Expression(unescaped(engine, expression.unwrap_or_default())),
        };
        let index = Index {
            unique: !is_true(non_unique.as_ref()),
            primary: name == "PRIMARY",
            valid: true,
            searchable: matches!(method.as_deref(), Some("BTREE" | "HASH")),
            name,
            ..Index::default()
        };
        add_key(&mut table.indexes, index, key);
    }
    Ok(())
}

async fn read_foreign_keys<K: Ask<C>, C>(
    database: &mut Database<'_, K, C>,
    schema: &str,
    names: &str,
    catalogue: &mut Catalogue,
) -> QueryResult<()> {
    let schema = database.engine.text(schema);
    let query = format!(
        "SELECT k.CONSTRAINT_NAME, k.TABLE_SCHEMA, k.TABLE_NAME, k.REFERENCED_TABLE_SCHEMA,
                k.REFERENCED_TABLE_NAME, c.DELETE_RULE, k.COLUMN_NAME, k.REFERENCED_COLUMN_NAME,
                k.ORDINAL_POSITION, c.UPDATE_RULE
         FROM information_schema.KEY_COLUMN_USAGE k
         LEFT JOIN information_schema.REFERENTIAL_CONSTRAINTS c
                ON c.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA
               AND c.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND c.TABLE_NAME = k.TABLE_NAME
         WHERE k.REFERENCED_TABLE_NAME IS NOT NULL
           AND (k.REFERENCED_TABLE_SCHEMA = {schema} AND k.REFERENCED_TABLE_NAME IN ({names})
                OR k.TABLE_SCHEMA = {schema} AND k.TABLE_NAME IN ({names}))"
    );
    for row in database.rows(&query, "r.c1, r.c2, r.c0, r.c8").await? {
        let [
            name,
            Some(child_schema),
            Some(child),
            Some(parent_schema),
            Some(parent),
            rule,
            Some(column),
            Some(refers_to),
            number,
            on_update,
        ] = row
        else {
            continue;
        };
        let key = ForeignKey {
            name,
            child: Place {
                schema: child_schema,
                name: child,
            },
            parent: Place {
                schema: parent_schema,
                name: parent,
            },
            columns: vec![(column, refers_to)],
            on_delete: rule.map(|rule| match rule.as_str() {
                "CASCADE" => OnDelete::Cascade,
                "SET NULL" => OnDelete::SetNull,
                "SET DEFAULT" => OnDelete::SetDefault,
                _ => OnDelete::Refuse,
            }),
            options: match on_update.as_deref() {
                // what it is where nothing is said, by either name
                None | Some("NO ACTION" | "RESTRICT") => String::new(),
                Some(rule) => format!(" ON UPDATE {rule}"),
            },
            valid: true,
        };
        let is_first = number.as_deref() == Some("1");
        let is_known = |known: &ForeignKey| known.name == key.name && known.child == key.child;
        // a key between two schemas of ours is met in both
        let is_again = is_first && catalogue.foreign_keys.iter().any(is_known);
        if !is_again {
            add_columns(&mut catalogue.foreign_keys, key, is_first);
        }
    }
    Ok(())
}

/// A role sees the foreign keys of those tables alone on which it has a right: on MariaDB one beside
/// that to read.
async fn read_rights<K: Ask<C>, C>(
    database: &mut Database<'_, K, C>,
    schema: &str,
    catalogue: &mut Catalogue,
) -> QueryResult<()> {
    let reading = match database.engine {
        Engine::MariaDb => "",
        _ => "'SELECT', ",
    };
    let query = format!(
        "SELECT COUNT(*) FROM (
             SELECT PRIVILEGE_TYPE FROM information_schema.USER_PRIVILEGES
             UNION ALL
             SELECT PRIVILEGE_TYPE FROM information_schema.SCHEMA_PRIVILEGES
             WHERE {} LIKE TABLE_SCHEMA
         ) AS rights WHERE PRIVILEGE_TYPE IN
             ({reading}'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'REFERENCES', 'INDEX', 'ALTER')",
        database.engine.text(schema)
    );
    let rights = database.rows::<1>(&query, "1").await?;
    if let Some([Some(number)]) = rights.first()
        && number == "0"
    {
        catalogue.unread.push(schema.to_owned());
    }
    Ok(())
}

/// MySQL shows the text of an expression with a backslash before each quote and backslash in it.
fn unescaped(engine: Engine, expression: String) -> String {
    if engine != Engine::Mysql {
        return expression;
    }
    let mut chars = expression.chars();
    let mut text = String::new();
    while let Some(next) = chars.next() {
        match next {
            '\\' => text.extend(chars.next()),
            _ => text.push(next),
        }
    }
    text
}
