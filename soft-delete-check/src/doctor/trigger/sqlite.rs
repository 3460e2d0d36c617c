//! SQLite: one writer at a time, so nothing is locked.

use super::{HASH, Wanted, drop, each, frozen_columns, in_schema, name};
use crate::doctor::check::{Ends, Known, active, deleted};
use crate::doctor::engine::Engine;

const ENGINE: Engine = Engine::Sqlite;

fn trigger<'a>(on: Known<'a>, name: String, event: &str, when: &str, message: &str) -> Wanted<'a> {
    let create = format!(
        "CREATE TRIGGER {} {event} ON {} WHEN {when}\nBEGIN\n    \
             -- {HASH}\n    SELECT RAISE(ABORT, {});\nEND;",
        in_schema(ENGINE, on, &name),
        ENGINE.quote(&on.facts.table),
        ENGINE.text(message)
    );
    Wanted {
        drop: vec![drop(ENGINE, on, &name)],
        create: vec![create],
        name,
        on,
    }
}

/// `OLD."deleted_at"`
fn of(row: &str, column: &str) -> String {
    format!("{row}.{}", ENGINE.quote(column))
}

pub(super) fn hard_delete(known: Known<'_>) -> Wanted<'_> {
    let table = &known.facts.table;
    let when = active(known.facts, &of("OLD", &known.facts.marker.name));
    let message = format!("{table}: an active row cannot be deleted, soft-delete it first");
    trigger(
        known,
        name("delete", &[table]),
        "BEFORE DELETE",
        &when,
        &message,
    )
}

pub(super) fn frozen(known: Known<'_>) -> Option<Wanted<'_>> {
    let facts = known.facts;
    let columns = frozen_columns(known);
    if columns.is_empty() {
        return None;
    }
    let same = each(
        columns
            .iter()
            .map(|column| format!("{} IS {}", of("OLD", column), of("NEW", column))),
    );
    let when = format!(
        "{} AND {} AND NOT ({same})",
        deleted(facts, &of("OLD", &facts.marker.name)),
        deleted(facts, &of("NEW", &facts.marker.name))
    );
    let message = format!(
        "{}: a deleted row cannot be changed, restore it first",
        facts.table
    );
    let name = name("frozen", &[&facts.table]);
    Some(trigger(known, name, "BEFORE UPDATE", &when, &message))
}

/// One for insertions, one for changes of the foreign key.
pub(super) fn child<'a>(ends: Ends<'a>) -> [Wanted<'a>; 2] {
    let (child, parent) = (ends.child.facts, ends.parent.facts);
    let columns = &ends.relation.foreign_key;
    let is_parent = each(
        std::iter::zip(&ends.relation.primary_key, columns)
            .map(|(key, column)| format!("{} = {}", of("p", key), of("NEW", column))),
    );
    let below_deleted = format!(
        "{} AND EXISTS (SELECT 1 FROM {} AS p WHERE {is_parent} AND {})",
        active(child, &of("NEW", &child.marker.name)),
        ENGINE.quote(&parent.table),
        deleted(parent, &of("p", &parent.marker.name))
    );
    let same = each(
        columns
            .iter()
            .map(|column| format!("{} IS {}", of("OLD", column), of("NEW", column))),
    );
    let moved = format!("NOT ({same}) AND {below_deleted}");
    let message = format!(
        "{}: an active row cannot refer to a deleted row of {}",
        child.table, parent.table
    );
    let joined = columns.join("_");
    let parts = [child.table.as_str(), joined.as_str()];
    let update_of = format!("BEFORE UPDATE OF {}", ENGINE.list(columns));
    [
        trigger(
            ends.child,
            name("insert", &parts),
            "BEFORE INSERT",
            &below_deleted,
            &message,
        ),
        trigger(
            ends.child,
            name("update", &parts),
            &update_of,
            &moved,
            &message,
        ),
    ]
}
