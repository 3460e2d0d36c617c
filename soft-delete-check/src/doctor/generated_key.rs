//! The repair of a unique key on MySQL and MariaDB, which have no index with a condition: a generated
//! column that is NULL in deleted rows.

use super::catalogue::{Index, Key};
use super::check::{Checks, Known, active, quoted};
use super::evaluate::expression;
use super::finding::Repair;
use super::names::{keys, name};

/// The last column of the key is replaced by one that is NULL in deleted rows.
pub(super) fn generated_key(
    checks: &Checks<'_>,
    known: Known<'_>,
    index: &Index,
    new_keys: &[Key],
) -> Option<Repair> {
    let engine = checks.engine;
    let replaced = new_keys.iter().rposition(|key| match key {
        Key::Column(_) | Key::Prefix(..) => expression(known.table, key).is_none(),
        Key::Expression(_) => false,
    })?;
    let (column, prefix) = match &new_keys[replaced] {
        Key::Column(column) => (known.column(column)?, None),
        Key::Prefix(column, length) => (known.column(column)?, Some(length.clone())),
        Key::Expression(_) => return None,
    };
    let condition = active(known.facts, &engine.quote(&known.facts.marker.name));
    let sql = format!("IF({condition}, {}, NULL)", engine.quote(&column.name));
    let (generated, is_there) = generated_name(known, &column.name, &sql);
    let mut new_keys = new_keys.to_vec();
    new_keys[replaced] = match prefix {
        None => Key::Column(generated.clone()),
        Some(length) => Key::Prefix(generated.clone(), length),
    };
    let table = quoted(engine, known.facts);
    let mut statements = Vec::new();
    if !is_there {
        statements.push(format!(
            "ALTER TABLE {table} ADD COLUMN {} {} AS ({sql}) VIRTUAL;",
            engine.quote(&generated),
            column.sql_type,
        ));
    }
    let mut changes = vec![format!(
        "ADD UNIQUE INDEX {} ({})",
        engine.quote(&name(&index.name, "_active")),
        keys(engine, &new_keys)
    )];
    for key in &checks.catalogue.foreign_keys {
        // a foreign key of the table may have no other index than the one that goes
        let columns: Vec<_> = key
            .columns
            .iter()
            .map(|(column, _)| column.as_str())
            .collect();
        let begins = |keys: &[Key]| {
            keys.len() >= columns.len()
                && std::iter::zip(keys, &columns).all(|(key, column)| key.column() == Some(column))
        };
        let has_another = (known.table.indexes.iter())
            .any(|other| other.name != index.name && begins(&other.keys));
        if key.child == known.table.place
            && begins(&index.keys)
            && !begins(&new_keys)
            && !has_another
        {
            changes.push(format!(
                "ADD INDEX {} ({})",
                engine.quote(&name(&columns.join("_"), "_fkey")),
                engine.list(&columns)
            ));
        }
    }
    statements.push(format!("ALTER TABLE {table} {};", changes.join(", ")));
    let drop = format!(
        "ALTER TABLE {table} DROP INDEX {};",
        engine.quote(&index.name)
    );
    Some(Repair::adding(statements).then(drop))
}

/// A name for the column that is NULL in deleted rows, and whether the table has the column already.
/// One of that name that is anything else would make another key.
fn generated_name(known: Known<'_>, column: &str, sql: &str) -> (String, bool) {
    // as the engine writes it: without our spaces and parentheses, in its own case
    let bare = |sql: &str| {
        let is_kept = |c: &char| !c.is_whitespace() && !['(', ')', '`'].contains(c);
        sql.to_lowercase()
            .chars()
            .filter(is_kept)
            .collect::<String>()
    };
    let base = format!("active_{column}");
    let mut number = 1;
    loop {
        let generated = match number {
            1 => name(&base, ""),
            number => name(&base, &format!("_{number}")),
        };
        let mut columns = known.table.columns.iter();
        let Some(taken) = columns.find(|column| column.name.eq_ignore_ascii_case(&generated))
        else {
            return (generated, false);
        };
        if taken.generated.as_deref().map(bare) == Some(bare(sql)) {
            return (taken.name.clone(), true);
        }
        number += 1;
    }
}
