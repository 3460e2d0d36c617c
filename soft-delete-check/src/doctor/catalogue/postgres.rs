//! PostgreSQL: `pg_catalog`, which every role may read.

use diesel::QueryResult;
use soft_delete_runtime::__private::Facts;

use super::{
    Catalogue, Column, ForeignKey, Index, Key, OnDelete, Place, Table, TableKind, Trigger,
    add_columns, add_key, is_true,
};
use crate::doctor::connection::Ask;
use crate::doctor::engine::{Database, Engine};

const COLUMNS: &str = "
    SELECT a.attrelid, a.attname,
           CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod)
                ELSE format_type(a.atttypid, a.atttypmod) END,
           a.attnotnull OR t.typnotnull,
           CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END,
           CASE WHEN a.atttypid IN ('timestamp'::regtype, 'timestamptz'::regtype)
                THEN CASE WHEN a.atttypmod < 0 THEN 6 ELSE a.atttypmod END END,
           CASE WHEN t.typtype = 'e'
                THEN (SELECT quote_literal(enumlabel) FROM pg_enum WHERE enumtypid = t.oid
                      ORDER BY enumsortorder LIMIT 1)
                WHEN t.typtype <> 'b' THEN NULL
                WHEN t.typcategory = 'N' THEN '1'
                WHEN t.typcategory = 'S' THEN '''1'''
                WHEN t.typcategory = 'B' THEN 'TRUE'
                WHEN t.typcategory = 'A' THEN '''{}'''
                WHEN t.typname IN ('time', 'timetz') THEN '''00:00'''
                WHEN t.typcategory = 'D' THEN '''2026-01-01'''
                WHEN t.typname = 'uuid' THEN '''00000000-0000-0000-0000-000000000001'''
                WHEN t.typname IN ('json', 'jsonb') THEN '''{}''' END,
           a.attnum
    FROM pg_attribute a
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid IN ";

const INDEXES: &str = "
    SELECT i.indrelid, x.relname, i.indisunique OR i.indisexclusion, i.indisprimary,
           EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('u', 'x')),
           i.indisvalid, m.amname, i.indnullsnotdistinct, pg_get_expr(i.indpred, i.indrelid),
           a.attname, pg_get_indexdef(i.indexrelid, k, true), k, i.indisexclusion
    FROM pg_index i
    JOIN pg_class x ON x.oid = i.indexrelid
    JOIN pg_am m ON m.oid = x.relam
    CROSS JOIN generate_series(1, i.indnkeyatts) k
    LEFT JOIN pg_attribute a
           ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k - 1] AND a.attnum > 0
    WHERE i.indrelid IN ";

/// Those of partitions repeat the one of the partitioned table, and have a parent.
const FOREIGN_KEYS: &str = "
    SELECT f.conname, cn.nspname, c.relname, pn.nspname, p.relname, f.confdeltype,
           ca.attname, pa.attname, k.n, f.oid,
           concat(CASE f.confmatchtype WHEN 'f' THEN ' MATCH FULL' END,
                  CASE f.confupdtype WHEN 'c' THEN ' ON UPDATE CASCADE'
                                     WHEN 'n' THEN ' ON UPDATE SET NULL'
                                     WHEN 'd' THEN ' ON UPDATE SET DEFAULT'
                                     WHEN 'r' THEN ' ON UPDATE RESTRICT' END,
                  CASE WHEN f.condeferrable THEN ' DEFERRABLE' END,
                  CASE WHEN f.condeferred THEN ' INITIALLY DEFERRED' END),
           f.convalidated
    FROM pg_constraint f
    JOIN pg_class c ON c.oid = f.conrelid JOIN pg_namespace cn ON cn.oid = c.relnamespace
    JOIN pg_class p ON p.oid = f.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
    CROSS JOIN LATERAL unnest(f.conkey, f.confkey) WITH ORDINALITY k(child, parent, n)
    JOIN pg_attribute ca ON ca.attrelid = f.conrelid AND ca.attnum = k.child
    JOIN pg_attribute pa ON pa.attrelid = f.confrelid AND pa.attnum = k.parent
    WHERE f.contype = 'f' AND f.conparentid = 0 AND ";

const TRIGGERS: &str = "
    SELECT t.tgrelid, t.tgname, f.prosrc
    FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid
    WHERE NOT t.tgisinternal AND t.tgname LIKE 'soft\\_delete\\_%' AND t.tgrelid IN ";

pub(super) async fn read<K: Ask<C>, C>(
    database: &mut Database<'_, K, C>,
    facts: &[Facts],
) -> QueryResult<Catalogue> {
    let mut catalogue = Catalogue::default();
    let mut numbers = tables(database, facts, &mut catalogue).await?;
    numbers.sort();
    let oids: Vec<_> = numbers.iter().map(|(oid, _)| oid.as_str()).collect();
    if oids.is_empty() {
        return Ok(catalogue);
    }
    let these = format!("({})", oids.join(", "));
    let table_of = |oid: &Option<String>| -> Option<usize> {
        let found = numbers.binary_search_by(|(known, _)| Some(known).cmp(&oid.as_ref()));
        found.ok().map(|at| numbers[at].1)
    };

    let columns = format!("{COLUMNS}{these}");
    for [
        oid,
        name,
        sql_type,
        not_null,
        generated,
        precision,
        sample,
        _,
    ] in database.rows(&columns, "r.c0, r.c7").await?
    {
        if let (Some(table), Some(name)) = (table_of(&oid), name) {
            catalogue.column(
                table,
                Column {
                    name,
                    sql_type: sql_type.unwrap_or_default(),
                    not_null: is_true(not_null.as_ref()),
                    generated,
                    precision: precision.and_then(|digits| digits.parse().ok()),
                    sample,
                },
            );
        }
    }

    let indexes = format!("{INDEXES}{these}");
    for [
        oid,
        name,
        unique,
        primary,
        constraint,
        valid,
        method,
        nulls_equal,
        predicate,
        column,
        expression,
        _,
        exclusion,
    ] in database.rows(&indexes, "r.c0, r.c1, r.c11").await?
    {
        let (Some(table), Some(name)) = (table_of(&oid), name) else {
            continue;
        };
        let key = match column {
            Some(column) => Key::Column(column),
            None => Key::Expression(expression.unwrap_or_default()),
        };
        if let Some(table) = &mut catalogue.tables[table] {
            let index = Index {
                name,
                unique: is_true(unique.as_ref()),
                primary: is_true(primary.as_ref()),
                constraint: is_true(constraint.as_ref()),
                exclusion: is_true(exclusion.as_ref()),
                valid: is_true(valid.as_ref()),
                searchable: matches!(method.as_deref(), Some("btree" | "hash")),
                nulls_equal: is_true(nulls_equal.as_ref()),
                predicate,
                keys: Vec::new(),
            };
            add_key(&mut table.indexes, index, key);
        }
    }

    let foreign_keys = format!("{FOREIGN_KEYS}(f.conrelid IN {these} OR f.confrelid IN {these})");
    for row in database.rows(&foreign_keys, "r.c9, r.c8").await? {
        foreign_key(row, &mut catalogue);
    }

    let triggers = format!("{TRIGGERS}{these}");
    for [oid, name, body] in database.rows(&triggers, "r.c1").await? {
        let table = table_of(&oid).and_then(|table| catalogue.tables[table].as_mut());
        if let (Some(table), Some(name), Some(body)) = (table, name, body) {
            table.triggers.push(Trigger { name, body });
        }
    }
    Ok(catalogue)
}

/// Adds the tables, and returns the object number of each.
async fn tables<K: Ask<C>, C>(
    database: &mut Database<'_, K, C>,
    facts: &[Facts],
    catalogue: &mut Catalogue,
) -> QueryResult<Vec<(String, usize)>> {
    let engine = Engine::Postgres;
    let names = engine.texts(facts.iter().map(|facts| facts.table.as_str()));
    let query = format!(
        "SELECT c.oid, n.nspname, c.relname, c.relkind, pg_table_is_visible(c.oid),
                has_table_privilege(c.oid, 'INSERT')
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname IN ({names})"
    );
    let rows = database.rows::<6>(&query, "r.c0").await?;
    let mut numbers = Vec::new();
    for (number, facts) in facts.iter().enumerate() {
        let mut found = None;
        for [oid, schema, name, kind, visible, may_insert] in &rows {
            let (Some(oid), Some(schema), Some(name)) = (oid, schema, name) else {
                continue;
            };
            if *name != facts.table {
                continue;
            }
            let is_meant = match &facts.schema {
                Some(named) => named == schema,
                None => is_true(visible.as_ref()),
            };
            if !is_meant {
                catalogue
                    .elsewhere
                    .push((number, format!("{schema}.{name}")));
                continue;
            }
            numbers.push((oid.clone(), number));
            found = Some(Table {
                place: Place {
                    schema: schema.clone(),
                    name: name.clone(),
                },
                kind: match kind.as_deref() {
                    Some("r") => TableKind::Plain,
                    Some("p") => TableKind::Partitioned,
                    _ => TableKind::View,
                },
                may_insert: is_true(may_insert.as_ref()),
                columns: Vec::new(),
                indexes: Vec::new(),
                triggers: Vec::new(),
            });
        }
        catalogue.tables.push(found);
    }
    Ok(numbers)
}

fn foreign_key(row: [Option<String>; 12], catalogue: &mut Catalogue) {
    let [
        name,
        Some(child_schema),
        Some(child),
        Some(parent_schema),
        Some(parent),
        on_delete,
        Some(column),
        Some(refers_to),
        number,
        _,
        options,
        valid,
    ] = row
    else {
        return;
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
        on_delete: Some(match on_delete.as_deref() {
            Some("c") => OnDelete::Cascade,
            Some("n") => OnDelete::SetNull,
            Some("d") => OnDelete::SetDefault,
            _ => OnDelete::Refuse,
        }),
        options: options.unwrap_or_default(),
        valid: is_true(valid.as_ref()),
    };
    add_columns(
        &mut catalogue.foreign_keys,
        key,
        number.as_deref() == Some("1"),
    );
}
