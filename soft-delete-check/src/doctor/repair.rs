//! The SQL of repairs, safe to run on a table that is in use, as far as the engine allows it.

use super::catalogue::{Column, ForeignKey, Index, Key, TableKind};
use super::check::{Checks, Ends, Known, active, quoted};
use super::engine::Engine;
use super::finding::Repair;
use super::generated_key::generated_key;
use super::names::{keys, name};

const REBUILD: &str = "SQLite changes this by building the table again: create the new table, copy the rows, drop the old one, rename (https://sqlite.org/lang_altertable.html#otheralter)";
const MODIFY: &str = "MODIFY COLUMN keeps nothing that it does not say: add the column's DEFAULT, COMMENT and COLLATE if it has them";
const ONE_BY_ONE: &str = "on PostgreSQL each CONCURRENTLY is a migration of one statement with `run_in_transaction = false`; if one fails it leaves an invalid index: drop that and run it again";

/// `CONCURRENTLY`, where the engine has it for that table.
fn concurrently(engine: Engine, known: Known<'_>) -> &'static str {
    match (engine, known.table.kind) {
        (Engine::Postgres, TableKind::Plain) => " CONCURRENTLY",
        _ => "",
    }
}

fn and_one_by_one(engine: Engine, known: Known<'_>, repair: Repair) -> Repair {
    match (engine, known.table.kind) {
        (Engine::Postgres, TableKind::Plain) => repair.and_steps([ONE_BY_ONE]),
        (Engine::Postgres, _) => repair.and_steps([
            "the table is partitioned, so this locks it against writes: to avoid that, create the index ON ONLY it, CONCURRENTLY on each partition, and attach those",
        ]),
        _ => repair,
    }
}

pub(super) fn drop_not_null(engine: Engine, known: Known<'_>, column: &Column) -> Repair {
    let table = quoted(engine, known.facts);
    let name = engine.quote(&column.name);
    match engine {
        Engine::Sqlite => Repair::steps([REBUILD]),
        Engine::Postgres => Repair::sql([format!(
            "ALTER TABLE {table} ALTER COLUMN {name} DROP NOT NULL;"
        )]),
        Engine::Mysql | Engine::MariaDb => Repair::sql([format!(
            "ALTER TABLE {table} MODIFY COLUMN {name} {} NULL;",
            column.sql_type
        )])
        .and_steps([MODIFY]),
    }
}

/// The marker at the finest precision.
pub(super) fn finer(engine: Engine, known: Known<'_>, column: &Column) -> Repair {
    let table = quoted(engine, known.facts);
    let marker = engine.quote(&column.name);
    let repair = match engine {
        Engine::Postgres => {
            let sql_type = match column.sql_type.contains("with time zone") {
                true => "timestamptz(6)",
                false => "timestamp(6)",
            };
            Repair::sql([format!(
                "ALTER TABLE {table} ALTER COLUMN {marker} TYPE {sql_type};"
            )])
        }
        _ => {
            let sql_type = column.sql_type.split('(').next().unwrap_or("datetime");
            Repair::sql([format!(
                "ALTER TABLE {table} MODIFY COLUMN {marker} {sql_type}(6) NULL;"
            )])
            .and_steps([MODIFY])
        }
    };
    repair.and_steps([
        "rows that were deleted before keep the moment that was cut: restore them by hand, or set the moments of their children alike",
    ])
}

pub(super) fn set_not_null(engine: Engine, known: Known<'_>, column: &Column) -> Repair {
    let Some(marks) = &known.facts.marks else {
        return Repair::steps(["set the rows where it is NULL, then make it NOT NULL"]);
    };
    let table = quoted(engine, known.facts);
    let name = engine.quote(&column.name);
    let value = &marks.active;
    let fill = format!("UPDATE {table} SET {name} = {value} WHERE {name} IS NULL;");
    let repair = match engine {
        Engine::Sqlite => return Repair::steps([REBUILD]),
        Engine::Postgres => Repair::sql([
            format!("ALTER TABLE {table} ALTER COLUMN {name} SET DEFAULT {value};"),
            fill,
            format!("ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL;"),
        ]),
        Engine::Mysql | Engine::MariaDb => Repair::sql([
            fill,
            format!(
                "ALTER TABLE {table} MODIFY COLUMN {name} {} NOT NULL DEFAULT {value};",
                column.sql_type
            ),
        ])
        .and_steps([MODIFY]),
    };
    repair.and_steps(["rows where it is NULL become active: look at them first"])
}

/// A key of the active rows alone, and the old one dropped.
pub(super) fn unique_key(
    checks: &Checks<'_>,
    known: Known<'_>,
    index: &Index,
    new_keys: &[Key],
) -> Repair {
    let engine = checks.engine;
    let repair = match engine {
        Engine::Sqlite if index.constraint => {
            return Repair::steps([
                "the key is a constraint of CREATE TABLE: leave it out when the table is built again, and create a unique index with a condition instead",
                REBUILD,
            ]);
        }
        Engine::Postgres if index.exclusion => {
            let condition = active(known.facts, &engine.quote(&known.facts.marker.name));
            return Repair::steps([format!(
                "drop the constraint and add it again as EXCLUDE .. WHERE ({condition}), joined by AND to the condition that it has, if any"
            )]);
        }
        Engine::Sqlite | Engine::Postgres => partial_key(engine, known, index, new_keys),
        Engine::Mysql | Engine::MariaDb => match generated_key(checks, known, index, new_keys) {
            Some(repair) => repair,
            None => {
                return Repair::steps([
                    "add a generated column that is NULL in deleted rows, a unique index on it in place of a column of this one, and drop this one",
                ]);
            }
        },
    };
    let repair = repair.and_steps([
        "between the new key and the drop of the old one, deploy the programs whose upserts name the key: while both exist, an upsert by the new one updates a deleted row through the old one",
    ]);
    and_one_by_one(engine, known, repair)
}

fn partial_key(engine: Engine, known: Known<'_>, index: &Index, new_keys: &[Key]) -> Repair {
    let table = indexed(engine, known);
    let concurrently = concurrently(engine, known);
    let mut condition = active(known.facts, &engine.quote(&known.facts.marker.name));
    if let Some(predicate) = &index.predicate {
        condition = format!("{condition} AND ({predicate})");
    }
    let create = format!(
        "CREATE UNIQUE INDEX{concurrently} {} ON {table} ({}) WHERE {condition};",
        created(engine, known, &name(&index.name, "_active")),
        keys(engine, new_keys)
    );
    let drop = match index.constraint {
        true => format!(
            "ALTER TABLE {table} DROP CONSTRAINT {};",
            engine.quote(&index.name)
        ),
        false => format!(
            "DROP INDEX{concurrently} {};",
            in_schema(engine, known, &index.name)
        ),
    };
    Repair::adding([create]).then(drop)
}

/// An index is created in its table's schema: PostgreSQL allows no schema in its name, SQLite
/// wants it there and not at the table.
fn created(engine: Engine, known: Known<'_>, name: &str) -> String {
    match engine {
        Engine::Sqlite => in_schema(engine, known, name),
        _ => engine.quote(name),
    }
}

/// The table in `CREATE INDEX`.
fn indexed(engine: Engine, known: Known<'_>) -> String {
    match engine {
        Engine::Sqlite => engine.quote(&known.facts.table),
        _ => quoted(engine, known.facts),
    }
}

fn in_schema(engine: Engine, known: Known<'_>, index: &str) -> String {
    match &known.facts.schema {
        Some(schema) => format!("{}.{}", engine.quote(schema), engine.quote(index)),
        None => engine.quote(index),
    }
}

pub(super) fn drop_index(engine: Engine, known: Known<'_>, index: &Index) -> Repair {
    let repair = Repair::sql([match engine {
        Engine::Mysql | Engine::MariaDb => format!(
            "ALTER TABLE {} DROP INDEX {};",
            quoted(engine, known.facts),
            engine.quote(&index.name)
        ),
        _ => format!(
            "DROP INDEX{} {};",
            concurrently(engine, known),
            in_schema(engine, known, &index.name)
        ),
    }]);
    match (engine, known.table.kind) {
        (Engine::Postgres, TableKind::Plain) => repair.and_steps([ONE_BY_ONE]),
        _ => repair,
    }
}

pub(super) fn invalid_index(engine: Engine, known: Known<'_>, index: &Index) -> Repair {
    if known.table.kind == TableKind::Partitioned {
        return Repair::steps([
            "create the index on each partition that lacks it, and attach it: ALTER INDEX .. ATTACH PARTITION ..",
        ]);
    }
    let name = in_schema(engine, known, &index.name);
    Repair::sql([format!("REINDEX INDEX CONCURRENTLY {name};")]).and_steps([ONE_BY_ONE])
}

pub(super) fn foreign_key_index(engine: Engine, known: Known<'_>, columns: &[String]) -> Repair {
    let base = format!("{}_{}", known.facts.table, columns.join("_"));
    let plain = name(&base, "");
    let index = match (known.table.indexes.iter()).any(|index| index.name == plain) {
        true => name(&base, "_all"),
        false => plain,
    };
    let table = indexed(engine, known);
    let repair = Repair::adding([format!(
        "CREATE INDEX{} {} ON {table} ({});",
        concurrently(engine, known),
        created(engine, known, &index),
        engine.list(columns)
    )]);
    and_one_by_one(engine, known, repair)
}

pub(super) fn constraint(engine: Engine, ends: Ends<'_>) -> Repair {
    let child = quoted(engine, ends.child.facts);
    let parent = quoted(engine, ends.parent.facts);
    let columns = &ends.relation.foreign_key;
    let base = format!("{}_{}", ends.child.facts.table, columns.join("_"));
    let constraint = engine.quote(&name(&base, "_fkey"));
    let add = format!(
        "ALTER TABLE {child} ADD CONSTRAINT {constraint} FOREIGN KEY ({}) REFERENCES {parent} ({})",
        engine.list(columns),
        engine.list(&ends.relation.primary_key)
    );
    let orphans = "rows that refer to nothing make it fail: find and remove them first";
    match (engine, ends.child.table.kind) {
        (Engine::Sqlite, _) => Repair::steps([REBUILD]),
        (Engine::Postgres, TableKind::Plain) => Repair::sql([
            format!("{add} NOT VALID;"),
            format!("ALTER TABLE {child} VALIDATE CONSTRAINT {constraint};"),
        ])
        .and_steps([orphans]),
        _ => Repair::sql([format!("{add};")]).and_steps([orphans]),
    }
}

/// The same constraint with `ON DELETE NO ACTION`, under another name; what else it says is kept.
pub(super) fn no_action(checks: &Checks<'_>, key: &ForeignKey) -> Repair {
    let engine = checks.engine;
    let (Some(old), false) = (&key.name, engine == Engine::Sqlite) else {
        return Repair::steps([REBUILD]);
    };
    let child = checks.place(&key.child);
    let new = engine.quote(&name(old, "_no_action"));
    let add = format!(
        "ADD CONSTRAINT {new} FOREIGN KEY ({}) REFERENCES {} ({}){}",
        engine.list(key.columns.iter().map(|(column, _)| column)),
        checks.place(&key.parent),
        engine.list(key.columns.iter().map(|(_, column)| column)),
        key.options
    );
    let old = engine.quote(old);
    let is_partitioned = (checks.known())
        .any(|known| known.table.place == key.child && known.table.kind == TableKind::Partitioned);
    match engine {
        Engine::Postgres if is_partitioned => {
            Repair::sql([format!("ALTER TABLE {child} DROP CONSTRAINT {old}, {add};")])
        }
        Engine::Postgres => {
            let mut sql = vec![format!(
                "ALTER TABLE {child} DROP CONSTRAINT {old}, {add} NOT VALID;"
            )];
            if key.valid {
                sql.push(format!("ALTER TABLE {child} VALIDATE CONSTRAINT {new};"));
            }
            Repair::sql(sql)
        }
        _ => Repair::sql([format!(
            "ALTER TABLE {child} DROP FOREIGN KEY {old}, {add};"
        )]),
    }
}
