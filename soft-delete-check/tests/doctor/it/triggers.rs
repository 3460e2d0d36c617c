//! Triggers by which the database refuses what the library never does.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use soft_delete_check::doctor::{Doctor, Finding, Kind, doctor};
use soft_delete_runtime::prelude::*;
use soft_delete_runtime::soft_delete_table;

use crate::backend::{Conn, ENGINE, Engine, by_engine, connection, run};
use crate::clean::clean;
use crate::faults::tables;
use crate::schema::{comments, flags, orders, users};

diesel::table! {
    folders { id -> Integer, parent_id -> Nullable<Integer>, deleted_at -> Nullable<Timestamp> }
}
soft_delete_table! {
    folders(deleted_at, cascade(folders::parent_id), parents(parent_id))
}

fn guarded() -> Doctor {
    let guarded = doctor((tables(), folders::table))
        .refuse_hard_deletes()
        .refuse_children_of_deleted()
        .freeze_deleted();
    match ENGINE {
        Engine::Postgres => guarded.refuse_active_below_deleted_at_commit(),
        _ => guarded,
    }
}

/// The clean schema and a table that refers to itself.
pub fn unguarded_database() -> Conn {
    let mut conn = connection();
    run(&mut conn, clean());
    let id = by_engine("INTEGER", "SERIAL", "INTEGER AUTO_INCREMENT");
    let moment = by_engine("TIMESTAMP", "TIMESTAMP", "DATETIME(6)");
    run(
        &mut conn,
        &format!(
            "CREATE TABLE folders (id {id} PRIMARY KEY, parent_id INTEGER, deleted_at {moment},
             FOREIGN KEY (parent_id) REFERENCES folders (id));
             CREATE INDEX folders_parent_id ON folders (parent_id);"
        ),
    );
    conn
}

/// The same with all triggers.
pub fn guarded_database() -> Conn {
    let mut conn = unguarded_database();
    let findings = guarded().examine(&mut conn).unwrap();
    let is_missing = |finding: &Finding| finding.kind() == Kind::MissingTrigger;
    assert!(findings.iter().all(is_missing), "{findings}");
    for statement in findings.trigger_sql() {
        run(&mut conn, &statement);
    }
    let findings = guarded().examine(&mut conn).unwrap();
    assert!(findings.is_empty(), "{findings}");
    conn
}

/// With some rows.
fn guarded_rows() -> Conn {
    let mut conn = guarded_database();
    run(
        &mut conn,
        "INSERT INTO users (id, email) VALUES (1, 'a'), (2, 'b');
         INSERT INTO posts (id, user_id, slug, updated_at) VALUES
             (1, 1, 'x', '2026-01-01 00:00:00'), (2, 2, 'y', '2026-01-01 00:00:00');
         INSERT INTO comments (id, post_id) VALUES (1, 1), (2, 2);
         INSERT INTO flags (id, kind) VALUES (1, 'spam');
         INSERT INTO folders (id, parent_id) VALUES (1, NULL);
         INSERT INTO folders (id, parent_id) VALUES (2, 1);",
    );
    conn
}

fn refused(result: QueryResult<usize>, message: &str) {
    match result {
        Err(DieselError::DatabaseError(kind, info)) => {
            assert!(info.message().contains(message), "{}", info.message());
            if ENGINE != Engine::Sqlite {
                assert!(
                    matches!(kind, DatabaseErrorKind::CheckViolation),
                    "{kind:?}"
                );
            }
        }
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn operations_of_the_library_pass_the_triggers() {
    let conn = &mut guarded_rows();
    assert_eq!(soft_delete(users::table.find(1)).execute(conn).unwrap(), 3);
    assert_eq!(
        soft_delete(folders::table.find(1)).execute(conn).unwrap(),
        2
    );
    assert_eq!(soft_delete(flags::table.find(1)).execute(conn).unwrap(), 1);
    assert_eq!(restore(users::table.find(1)).execute(conn).unwrap(), 3);
    assert_eq!(restore(folders::table.find(1)).execute(conn).unwrap(), 2);
    assert_eq!(restore(flags::table.find(1)).execute(conn).unwrap(), 1);
    assert_eq!(soft_delete(users::table).execute(conn).unwrap(), 6);
    assert_eq!(
        restore(comments::table.find(2))
            .with_ancestors()
            .execute(conn)
            .unwrap(),
        3
    );
    assert_eq!(soft_delete(users::table).execute(conn).unwrap(), 3);
    assert_eq!(soft_delete(folders::table).execute(conn).unwrap(), 2);
    assert_eq!(purge(users::table).execute(conn).unwrap(), 6);
    assert_eq!(purge(folders::table).execute(conn).unwrap(), 2);
}

#[test]
fn a_hard_delete_of_an_active_row_is_refused() {
    let conn = &mut guarded_rows();
    let delete = || diesel::delete(flags::table);
    refused(
        delete().execute(conn),
        "flags: an active row cannot be deleted",
    );
    assert_eq!(soft_delete(flags::table).execute(conn).unwrap(), 1);
    assert_eq!(delete().execute(conn), Ok(1));
}

#[test]
fn an_active_row_below_a_deleted_parent_is_refused() {
    let conn = &mut guarded_rows();
    assert_eq!(soft_delete(users::table.find(1)).execute(conn).unwrap(), 3);
    assert_eq!(
        soft_delete(folders::table.find(2)).execute(conn).unwrap(),
        1
    );
    let message = "an active row cannot refer to a deleted row of";

    let insert = diesel::insert_into(orders::table).values((
        orders::id.eq(1),
        orders::user_id.eq(1),
        orders::number.eq(1),
        orders::deleted_at.eq(0),
    ));
    refused(insert.execute(conn), message);
    let folder = |parent: i32| (folders::id.eq(3), folders::parent_id.eq(parent));
    refused(
        diesel::insert_into(folders::table)
            .values(folder(2))
            .execute(conn),
        message,
    );
    let moved = diesel::update(comments::table.find(2)).set(comments::post_id.eq(1));
    refused(moved.execute(conn), message);

    // what is deleted itself may be there, and so may what is below an active one
    let deleted = diesel::insert_into(orders::table).values((
        orders::id.eq(1),
        orders::user_id.eq(1),
        orders::number.eq(1),
        orders::deleted_at.eq(7),
    ));
    assert_eq!(deleted.execute(conn), Ok(1));
    assert_eq!(
        diesel::insert_into(folders::table)
            .values(folder(1))
            .execute(conn),
        Ok(1)
    );
    let unmoved = diesel::update(comments::table.find(2)).set(comments::post_id.eq(2));
    assert_eq!(unmoved.execute(conn), Ok(1));
}

#[test]
#[cfg(any(feature = "postgres", feature = "mysql"))]
fn a_deletion_waits_for_a_child_that_is_being_inserted() {
    let first = &mut guarded_rows();
    let second = &mut crate::backend::beside(first);
    let delete = |conn: &mut Conn| {
        diesel::sql_query("UPDATE folders SET deleted_at = '2026-01-01 00:00:00' WHERE id = 2")
            .execute(conn)
    };
    first
        .transaction(|conn| {
            diesel::insert_into(folders::table)
                .values((folders::id.eq(3), folders::parent_id.eq(2)))
                .execute(conn)?;
            let waited = delete(second).unwrap_err().to_string();
            assert!(waited.contains("timeout"), "{waited}");
            QueryResult::Ok(())
        })
        .unwrap();
    assert_eq!(delete(second), Ok(1));
}

#[test]
fn a_deleted_row_is_frozen() {
    let conn = &mut guarded_rows();
    let rename = diesel::update(users::table.find(1)).set(users::email.eq("z"));
    assert_eq!(rename.execute(conn), Ok(1));
    assert_eq!(soft_delete(users::table.find(1)).execute(conn).unwrap(), 3);
    let rename = diesel::update(users::table.find(1)).set(users::handle.eq("z"));
    refused(
        rename.execute(conn),
        "users: a deleted row cannot be changed",
    );
    let stamp = diesel::sql_query(
        "UPDATE posts SET deleted_at = '2026-02-02 00:00:00', updated_at = '2026-02-02 00:00:00' WHERE id = 1",
    );
    assert_eq!(stamp.execute(conn), Ok(1));
    let revive = diesel::sql_query("UPDATE users SET deleted_at = NULL, handle = 'z' WHERE id = 1");
    assert_eq!(revive.execute(conn), Ok(1));
}

#[test]
#[cfg(feature = "postgres")]
fn at_the_commit_an_active_row_below_a_deleted_one_is_refused() {
    let conn = &mut guarded_rows();
    soft_delete(users::table.find(1)).execute(conn).unwrap();
    let alone = || diesel::sql_query("UPDATE posts SET deleted_at = NULL WHERE id = 1");
    refused(
        alone().execute(conn),
        "an active row cannot refer to a deleted row of users",
    );
    let in_the_end_all = conn.transaction(|conn| {
        alone().execute(conn)?;
        diesel::sql_query("UPDATE users SET deleted_at = NULL WHERE id = 1").execute(conn)
    });
    assert_eq!(in_the_end_all, Ok(1));
}

#[test]
#[cfg(not(feature = "postgres"))]
fn a_trigger_that_the_engine_does_not_have_is_a_finding() {
    let conn = &mut guarded_rows();
    let findings = doctor(folders::table)
        .refuse_active_below_deleted_at_commit()
        .allow("stale_trigger")
        .examine(conn)
        .unwrap();
    let names: Vec<_> = findings.iter().map(|finding| finding.name()).collect();
    assert_eq!(names, ["no_such_trigger(folders.parent_id)"], "{findings}");
}

#[test]
fn a_trigger_of_other_facts_is_stale() {
    let conn = &mut guarded_rows();
    run(conn, "ALTER TABLE flags ADD COLUMN note INTEGER");
    let (drop, create) = by_engine(
        (
            "DROP TRIGGER soft_delete_delete_flags",
            "CREATE TRIGGER soft_delete_delete_flags BEFORE DELETE ON flags BEGIN SELECT 1; END",
        ),
        (
            "",
            "CREATE OR REPLACE FUNCTION soft_delete_delete_flags() RETURNS trigger LANGUAGE plpgsql \
             AS 'BEGIN RETURN OLD; END'",
        ),
        (
            "DROP TRIGGER soft_delete_delete_flags",
            "CREATE TRIGGER soft_delete_delete_flags BEFORE DELETE ON flags FOR EACH ROW SET @a = 1",
        ),
    );
    if !drop.is_empty() {
        run(conn, drop);
    }
    run(conn, create);
    let findings = guarded().examine(conn).unwrap();
    let mut names: Vec<_> = findings.iter().map(|finding| finding.name()).collect();
    names.sort();
    // PostgreSQL compares rows without naming their columns
    let expected: &[_] = match ENGINE {
        Engine::Postgres => &["stale_trigger(flags.soft_delete_delete_flags)"],
        _ => &[
            "stale_trigger(flags.soft_delete_delete_flags)",
            "stale_trigger(flags.soft_delete_frozen_flags)",
        ],
    };
    assert_eq!(names, expected, "{findings}");
    for statement in findings.trigger_sql() {
        run(conn, &statement);
    }
    let findings = guarded().examine(conn).unwrap();
    assert!(findings.is_empty(), "{findings}");

    let findings = doctor(flags::table)
        .refuse_hard_deletes()
        .examine(conn)
        .unwrap();
    let names: Vec<_> = findings.iter().map(|finding| finding.name()).collect();
    assert_eq!(
        names,
        ["stale_trigger(flags.soft_delete_frozen_flags)"],
        "no more asked for"
    );
}
