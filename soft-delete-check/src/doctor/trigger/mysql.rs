//! MySQL and MariaDB: the hash is a label, for clients may remove comments.

use super::{HASH, Wanted, drop, each, frozen_columns, in_schema, name};
use crate::doctor::check::{Ends, Known, active, deleted, quoted};
use crate::doctor::engine::Engine;

fn trigger<'a>(engine: Engine, on: Known<'a>, name: String, event: &str, body: &str) -> Wanted<'a> {
    let create = format!(
        "CREATE TRIGGER {} {event} ON {} FOR EACH ROW\n{HASH}: BEGIN\n{body}END;",
        in_schema(engine, on, &name),
        quoted(engine, on.facts),
    );
    Wanted {
        drop: vec![drop(engine, on, &name)],
        create: vec![create],
        name,
        on,
    }
}

/// ``OLD.`deleted_at` ``
fn of(engine: Engine, row: &str, column: &str) -> String {
    format!("{row}.{}", engine.quote(column))
}

/// With the number of a violated check, as Diesel knows it.
fn refuse(engine: Engine, message: &str) -> String {
    let short: String = message.chars().take(128).collect();
    format!(
        "SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 3819, MESSAGE_TEXT = {};",
        engine.text(&short)
    )
}

fn refuse_if(engine: Engine, condition: &str, message: &str) -> String {
    format!(
        "    IF {condition} THEN\n        {}\n    END IF;\n",
        refuse(engine, message)
    )
}

pub(super) fn hard_delete(engine: Engine, known: Known<'_>) -> Wanted<'_> {
    let table = &known.facts.table;
    let condition = active(known.facts, &of(engine, "OLD", &known.facts.marker.name));
    let message = format!("{table}: an active row cannot be deleted, soft-delete it first");
    let body = refuse_if(engine, &condition, &message);
    trigger(
        engine,
        known,
        name("delete", &[table]),
        "BEFORE DELETE",
        &body,
    )
}

pub(super) fn frozen(engine: Engine, known: Known<'_>) -> Option<Wanted<'_>> {
    let facts = known.facts;
    let columns = frozen_columns(known);
    if columns.is_empty() {
        return None;
    }
    let condition = format!(
        "{} AND {} AND NOT ({})",
        deleted(facts, &of(engine, "OLD", &facts.marker.name)),
        deleted(facts, &of(engine, "NEW", &facts.marker.name)),
        same(engine, &columns)
    );
    let message = format!(
        "{}: a deleted row cannot be changed, restore it first",
        facts.table
    );
    let body = refuse_if(engine, &condition, &message);
    let name = name("frozen", &[&facts.table]);
    Some(trigger(engine, known, name, "BEFORE UPDATE", &body))
}

/// One for insertions, one for changes of the foreign key.
pub(super) fn child<'a>(engine: Engine, ends: Ends<'a>) -> [Wanted<'a>; 2] {
    let (child, parent) = (ends.child.facts, ends.parent.facts);
    let columns = &ends.relation.foreign_key;
    let is_parent = each(
        std::iter::zip(&ends.relation.primary_key, columns).map(|(key, column)| {
            format!("{} = {}", of(engine, "p", key), of(engine, "NEW", column))
        }),
    );
    let message = format!(
        "{}: an active row cannot refer to a deleted row of {}",
        child.table, parent.table
    );
    let body = |condition: &str| {
        format!(
            "    DECLARE is_deleted BOOLEAN DEFAULT FALSE;\n    \
                 IF {condition} THEN\n        \
                     SELECT {} INTO is_deleted FROM {} AS p WHERE {is_parent} LOCK IN SHARE MODE;\n        \
                     IF is_deleted THEN\n            {}\n        END IF;\n    \
                 END IF;\n",
            deleted(parent, &of(engine, "p", &parent.marker.name)),
            quoted(engine, parent),
            refuse(engine, &message)
        )
    };
    let inserted = active(child, &of(engine, "NEW", &child.marker.name));
    let names: Vec<_> = columns.iter().map(String::as_str).collect();
    let moved = format!("{inserted} AND NOT ({})", same(engine, &names));
    let joined = columns.join("_");
    let parts = [child.table.as_str(), joined.as_str()];
    [
        trigger(
            engine,
            ends.child,
            name("insert", &parts),
            "BEFORE INSERT",
            &body(&inserted),
        ),
        trigger(
            engine,
            ends.child,
            name("update", &parts),
            "BEFORE UPDATE",
            &body(&moved),
        ),
    ]
}

/// No column of these changes.
fn same(engine: Engine, columns: &[&str]) -> String {
    each(columns.iter().map(|column| {
        format!(
            "{} <=> {}",
            of(engine, "OLD", column),
            of(engine, "NEW", column)
        )
    }))
}
