//! PostgreSQL: a function and a trigger of one name.

use super::{HASH, Wanted, each, in_schema, name, stamps};
use crate::doctor::check::{Ends, Known, active, deleted, quoted};
use crate::doctor::engine::Engine;

const ENGINE: Engine = Engine::Postgres;

/// `OLD."deleted_at"`
fn of(row: &str, column: &str) -> String {
    format!("{row}.{}", ENGINE.quote(column))
}

/// The function, which finds other tables where its creator did.
fn function(on: Known<'_>, name: &str, body: &str) -> String {
    format!(
        "CREATE OR REPLACE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql \
         SET search_path FROM CURRENT AS $soft_delete$\n{body}$soft_delete$;",
        in_schema(ENGINE, on, name)
    )
}

fn trigger<'a>(on: Known<'a>, name: String, event: &str, body: &str) -> Wanted<'a> {
    let create = format!(
        "CREATE OR REPLACE TRIGGER {} {event} ON {} FOR EACH ROW EXECUTE FUNCTION {}();",
        ENGINE.quote(&name),
        quoted(ENGINE, on.facts),
        in_schema(ENGINE, on, &name)
    );
    Wanted {
        drop: Vec::new(),
        create: vec![function(on, &name, body), create],
        name,
        on,
    }
}

pub(super) fn drop(known: Known<'_>, name: &str) -> String {
    format!(
        "DROP TRIGGER {} ON {};",
        ENGINE.quote(name),
        quoted(ENGINE, known.facts)
    )
}

/// As a violated check, which Diesel knows.
fn refuse(message: &str) -> String {
    format!(
        "RAISE EXCEPTION USING MESSAGE = {}, ERRCODE = 'check_violation';",
        ENGINE.text(message)
    )
}

fn refuse_if(condition: &str, message: &str, result: &str) -> String {
    format!(
        "BEGIN\n    -- {HASH}\n    IF {condition} THEN\n        {}\n    END IF;\n    RETURN {result};\nEND\n",
        refuse(message)
    )
}

pub(super) fn hard_delete(known: Known<'_>) -> Wanted<'_> {
    let table = &known.facts.table;
    let condition = active(known.facts, &of("OLD", &known.facts.marker.name));
    let message = format!("{table}: an active row cannot be deleted, soft-delete it first");
    let body = refuse_if(&condition, &message, "OLD");
    trigger(known, name("delete", &[table]), "BEFORE DELETE", &body)
}

pub(super) fn frozen(known: Known<'_>) -> Wanted<'_> {
    let facts = known.facts;
    let generated = (known.table.columns.iter())
        .filter(|column| column.generated.is_some())
        .map(|column| column.name.as_str());
    let rest = format!(
        "ARRAY[{}]",
        ENGINE.texts(stamps(known).into_iter().chain(generated))
    );
    let condition = format!(
        "{} AND {} AND to_jsonb(OLD) - {rest} <> to_jsonb(NEW) - {rest}",
        deleted(facts, &of("OLD", &facts.marker.name)),
        deleted(facts, &of("NEW", &facts.marker.name)),
    );
    let message = format!(
        "{}: a deleted row cannot be changed, restore it first",
        facts.table
    );
    let body = refuse_if(&condition, &message, "NEW");
    trigger(
        known,
        name("frozen", &[&facts.table]),
        "BEFORE UPDATE",
        &body,
    )
}

pub(super) fn child<'a>(ends: Ends<'a>) -> Wanted<'a> {
    let (child, parent) = (ends.child.facts, ends.parent.facts);
    let columns = &ends.relation.foreign_key;
    let is_parent = each(
        std::iter::zip(&ends.relation.primary_key, columns)
            .map(|(key, column)| format!("{} = {}", of("p", key), of("NEW", column))),
    );
    let same = each(columns.iter().map(|column| {
        format!(
            "{} IS NOT DISTINCT FROM {}",
            of("NEW", column),
            of("OLD", column)
        )
    }));
    let body = format!(
        "DECLARE\n    is_deleted boolean;\nBEGIN\n    -- {HASH}\n    \
             IF TG_OP = 'UPDATE' AND {same} THEN\n        RETURN NEW;\n    END IF;\n    \
             IF {} THEN\n        \
                 SELECT {} INTO is_deleted FROM {} AS p WHERE {is_parent} FOR SHARE;\n        \
                 IF is_deleted THEN\n            {}\n        END IF;\n    \
             END IF;\n    RETURN NEW;\nEND\n",
        active(child, &of("NEW", &child.marker.name)),
        deleted(parent, &of("p", &parent.marker.name)),
        quoted(ENGINE, parent),
        refuse(&below_deleted(ends))
    );
    let joined = columns.join("_");
    let event = format!("BEFORE INSERT OR UPDATE OF {}", ENGINE.list(columns));
    let name = name("child", &[&child.table, &joined]);
    trigger(ends.child, name, &event, &body)
}

/// Looks at the row once more when the transaction commits.
pub(super) fn at_commit<'a>(ends: Ends<'a>) -> Wanted<'a> {
    let (child, parent) = (ends.child.facts, ends.parent.facts);
    let columns = &ends.relation.foreign_key;
    let is_parent = std::iter::zip(&ends.relation.primary_key, columns)
        .map(|(key, column)| format!("{} = {}", of("p", key), of("c", column)));
    let keys = ends.child.table.primary_key();
    let is_child = keys
        .iter()
        .map(|key| format!("{} = {}", of("c", key), of("NEW", key)));
    let body = format!(
        "DECLARE\n    is_deleted boolean;\nBEGIN\n    -- {HASH}\n    \
             SELECT {} INTO is_deleted FROM {} AS c JOIN {} AS p ON {}\n        \
                 WHERE {} AND {} FOR SHARE OF p;\n    \
             IF is_deleted THEN\n        {}\n    END IF;\n    RETURN NULL;\nEND\n",
        deleted(parent, &of("p", &parent.marker.name)),
        quoted(ENGINE, child),
        quoted(ENGINE, parent),
        each(is_parent),
        each(is_child),
        active(child, &of("c", &child.marker.name)),
        refuse(&below_deleted(ends))
    );
    let joined = columns.join("_");
    let name = name("commit", &[&child.table, &joined]);
    let watched = columns.iter().chain([&child.marker.name]);
    let create = format!(
        "CREATE CONSTRAINT TRIGGER {} AFTER INSERT OR UPDATE OF {} ON {} \
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {}();",
        ENGINE.quote(&name),
        ENGINE.list(watched),
        quoted(ENGINE, child),
        in_schema(ENGINE, ends.child, &name)
    );
    Wanted {
        drop: vec![drop(ends.child, &name)],
        create: vec![function(ends.child, &name, &body), create],
        name,
        on: ends.child,
    }
}

fn below_deleted(ends: Ends<'_>) -> String {
    format!(
        "{}: an active row cannot refer to a deleted row of {}",
        ends.child.facts.table, ends.parent.facts.table
    )
}
