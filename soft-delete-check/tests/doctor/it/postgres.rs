//! What PostgreSQL alone has: schemas in a search path, partitions, roles with few rights.

use diesel::prelude::*;
use soft_delete_check::doctor::doctor;
use soft_delete_runtime::soft_delete_table;

use crate::backend::{connection, run, texts};
use crate::clean::clean;
use crate::faults::tables;
use crate::schema::flags;

mod qualified {
    diesel::table! {
        doctor_blog.authors { id -> Integer, name -> Text, deleted_at -> Nullable<Timestamp> }
    }
    diesel::table! {
        doctor_blog.articles { id -> Integer, author_id -> Integer, deleted_at -> Nullable<Timestamp> }
    }
    soft_delete_runtime::soft_delete_table! {
        authors(deleted_at, cascade(articles::author_id))
        articles(deleted_at, parents(author_id))
    }
}

#[test]
fn tables_in_a_schema_that_table_names_are_found_there() {
    let conn = &mut connection();
    let found = conn.test_transaction(|conn| {
        run(
            conn,
            "DROP SCHEMA IF EXISTS doctor_blog CASCADE;
             CREATE SCHEMA doctor_blog;
             CREATE TABLE authors (id INTEGER);
             CREATE TABLE doctor_blog.authors (id INTEGER PRIMARY KEY, name TEXT UNIQUE, deleted_at TIMESTAMP);
             CREATE TABLE doctor_blog.articles (id INTEGER PRIMARY KEY, author_id INTEGER NOT NULL, deleted_at TIMESTAMP);
             CREATE TABLE doctor_blog.logs (id INTEGER, author_id INTEGER REFERENCES doctor_blog.authors);",
        );
        let examined = doctor((qualified::authors::table, qualified::articles::table))
            .refuse_hard_deletes()
            .refuse_children_of_deleted()
            .freeze_deleted()
            .refuse_active_below_deleted_at_commit()
            .allow("undeclared_fk(doctor_blog.logs.logs_author_id_fkey)");
        let found = examined.examine(conn)?;
        for statement in found.repair_sql() {
            // not within a transaction
            run(conn, &statement.replace("CONCURRENTLY ", ""));
        }
        let after = examined.examine(conn)?;
        assert!(after.is_empty(), "{after}");
        QueryResult::Ok(found)
    });
    assert!(
        found.iter().any(|finding| finding.name()
            == "unique_holds_deleted(doctor_blog.authors.authors_name_key)"),
        "{found}"
    );
}

#[test]
fn a_table_outside_of_the_search_path_is_missing_and_named() {
    let conn = &mut connection();
    run(conn, clean());
    let here = texts(conn, "SELECT current_schema()::text AS name").remove(0);
    run(conn, "SET search_path = public");
    let findings = doctor(flags::table).examine(conn).unwrap();
    let finding = findings.iter().next().unwrap();
    assert_eq!(finding.name(), "missing_table(flags)", "{findings}");
    let elsewhere = format!("`{here}.flags` is not where the connection looks");
    assert!(
        finding.steps().iter().any(|step| step.contains(&elsewhere)),
        "{findings}"
    );
}

diesel::table! {
    events { id -> Integer, day -> Date, user_id -> Integer, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    people { id -> Integer, deleted_at -> Nullable<Timestamp> }
}
soft_delete_table! {
    people(deleted_at, restrict(events::user_id))
    events(deleted_at, parents(user_id))
}

#[test]
fn a_partitioned_table_is_one_table() {
    let conn = &mut connection();
    run(
        conn,
        "CREATE TABLE people (id INTEGER PRIMARY KEY, deleted_at TIMESTAMP);
         CREATE TABLE events (id INTEGER, day DATE, user_id INTEGER REFERENCES people ON DELETE CASCADE, deleted_at TIMESTAMP,
             PRIMARY KEY (id, day), UNIQUE (user_id, day)) PARTITION BY RANGE (day);
         CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
         CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');",
    );
    let examined = doctor(people::table)
        .refuse_hard_deletes()
        .refuse_children_of_deleted();
    let findings = examined.examine(conn).unwrap();
    let mut names: Vec<_> = findings.iter().map(|finding| finding.name()).collect();
    names.sort();
    assert_eq!(
        names,
        [
            "missing_trigger(events.soft_delete_child_events_user_id)",
            "missing_trigger(events.soft_delete_delete_events)",
            "missing_trigger(people.soft_delete_delete_people)",
            "on_delete(events.events_user_id_fkey)",
            "unique_holds_deleted(events.events_user_id_day_key)",
        ],
        "{findings}"
    );
    for statement in findings.repair_sql() {
        run(conn, &statement);
    }
    // the key that went was the index of the foreign key, too
    let findings = examined.examine(conn).unwrap();
    let names: Vec<_> = findings.iter().map(|finding| finding.name()).collect();
    assert_eq!(names, ["partial_fk_index(events.user_id)"], "{findings}");
    for statement in findings.repair_sql() {
        run(conn, &statement);
    }
    let findings = examined.examine(conn).unwrap();
    assert!(findings.is_empty(), "{findings}");
}

#[test]
fn a_role_without_any_right_on_the_tables_sees_the_same() {
    let conn = &mut connection();
    run(conn, crate::faults::faults());
    let expected = doctor(tables())
        .allow("predicate_unused")
        .examine(conn)
        .unwrap();
    let here = texts(conn, "SELECT current_schema()::text AS name").remove(0);
    let role = here.replace("soft_delete_doctor_", "doctor_role_");
    run(
        conn,
        &format!(
            "DROP ROLE IF EXISTS {role}; CREATE ROLE {role}; GRANT USAGE ON SCHEMA {here} TO {role}; SET ROLE {role}"
        ),
    );
    let found = doctor(tables()).examine(conn);
    let data = doctor(tables()).with_data().examine(conn);
    run(
        conn,
        &format!("RESET ROLE; REVOKE ALL ON SCHEMA {here} FROM {role}; DROP ROLE {role}"),
    );
    // the planner is not asked by a role that may not insert
    assert_eq!(found.unwrap(), expected);
    let unread = data
        .unwrap()
        .into_iter()
        .filter(|finding| finding.kind().name() == "no_rights")
        .count();
    assert!(unread > 0);
}

#[test]
fn predicates_with_comments_casts_and_functions_are_evaluated() {
    let conn = &mut connection();
    run(
        conn,
        "CREATE TYPE mood AS ENUM ('glad', 'sad');
         CREATE DOMAIN short AS TEXT CHECK (length(VALUE) < 9);
         CREATE TABLE flags (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, deleted BOOLEAN NOT NULL DEFAULT FALSE,
             mood mood, tags TEXT[], at TIMESTAMPTZ, day DATE, clock TIME, token UUID, data JSONB, short short,
             size NUMERIC(4, 2), span INTERVAL, net INET, bytes BYTEA);
         CREATE UNIQUE INDEX a ON flags (kind) WHERE mood = 'glad' AND deleted = FALSE;
         CREATE UNIQUE INDEX b ON flags (kind) WHERE mood = 'glad' OR NOT deleted;
         CREATE UNIQUE INDEX c ON flags (kind, token) WHERE data ? 'x' AND NOT deleted AND day IS NOT NULL;
         CREATE UNIQUE INDEX d ON flags (kind) NULLS NOT DISTINCT WHERE kind IS NOT NULL;
         CREATE UNIQUE INDEX e ON flags ((CASE WHEN deleted THEN NULL ELSE kind END)) NULLS NOT DISTINCT;
         CREATE UNIQUE INDEX f ON flags ((CASE WHEN deleted THEN NULL ELSE kind END));
         CREATE UNIQUE INDEX g ON flags (kind) WHERE deleted IS FALSE;
         CREATE UNIQUE INDEX h ON flags (kind) WHERE coalesce(NOT deleted, FALSE);",
    );
    let findings = doctor(flags::table).examine(conn).unwrap();
    let mut names: Vec<_> = findings.iter().map(|finding| finding.name()).collect();
    names.sort();
    assert_eq!(
        names,
        [
            "predicate_unread(flags.c)",
            "predicate_unused(flags.g)",
            "predicate_unused(flags.h)",
            "unique_holds_deleted(flags.b)",
            "unique_holds_deleted(flags.d)",
            "unique_holds_deleted(flags.e)",
        ],
        "{findings}"
    );
    let repairs = findings.repair_sql().join("\n");
    let kept = r#"WHERE (NOT "deleted") AND ((kind IS NOT NULL));"#;
    assert!(
        repairs.contains(kept),
        "the rest of a condition is kept: {repairs}"
    );
}

#[test]
fn a_constraint_that_excludes_holds_keys_as_a_unique_one_does() {
    let conn = &mut connection();
    run(
        conn,
        "CREATE TABLE flags (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, deleted BOOLEAN NOT NULL DEFAULT FALSE,
             during TSRANGE,
             CONSTRAINT a EXCLUDE USING btree (kind WITH =),
             CONSTRAINT b EXCLUDE USING btree (kind WITH =) WHERE (NOT deleted),
             CONSTRAINT c EXCLUDE USING gist (during WITH &&),
             CONSTRAINT d EXCLUDE USING gist (during WITH &&) WHERE (NOT deleted));",
    );
    let findings = doctor(flags::table).examine(conn).unwrap();
    let mut names: Vec<_> = findings.iter().map(|finding| finding.name()).collect();
    names.sort();
    assert_eq!(
        names,
        [
            "unique_holds_deleted(flags.a)",
            "unique_holds_deleted(flags.c)"
        ],
        "{findings}"
    );
    assert!(findings.repair_sql().is_empty(), "{findings}");
    let condition = r#"EXCLUDE .. WHERE ((NOT "deleted"))"#;
    assert!(findings.to_string().contains(condition), "{findings}");
}

#[test]
fn a_domain_is_the_type_that_it_is_of() {
    let conn = &mut connection();
    run(
        conn,
        "CREATE DOMAIN mark AS BOOLEAN NOT NULL DEFAULT FALSE;
         CREATE TABLE flags (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, deleted mark);
         CREATE UNIQUE INDEX flags_kind ON flags (kind) WHERE NOT deleted;",
    );
    let findings = doctor(flags::table).examine(conn).unwrap();
    assert!(findings.is_empty(), "{findings}");
}
