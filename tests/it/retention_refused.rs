//! Rows that the database does not let go, and what a run tells of them: a table of which nothing is
//! declared but its marker.

use crate::prelude::*;
use soft_delete_runtime::prelude::*;
use soft_delete_runtime::{Error, Progress};

use crate::backend::{Conn, Engine, engine, execute_batch};
use crate::guarded::with_tables;
use crate::retention_schema::keep_row;
#[cfg(backend = "postgres")]
use crate::retention_schema::{as_a_role, drop_role};
use crate::schema::day;

tables_by_id! {
    notes {
        note_id -> Nullable<Integer>, other_id -> Nullable<Integer>,
        deleted_at -> Nullable<Timestamp>
    }
}
soft_delete_runtime::soft_delete_table! {
    notes(deleted_at)
}

/// Notes with this definition of `note_id`, and what else is to be there. `D` stands for a moment
/// that expires.
fn notes(note_id: &str, more: &str) -> Conn {
    let sql = format!(
        "CREATE TABLE notes (
             id INTEGER PRIMARY KEY, note_id INTEGER, other_id INTEGER, deleted_at MOMENT NULL{note_id});
         {more}"
    );
    let sql = sql.replace(" D)", " '2026-01-01 00:00:00')");
    with_tables(notes::table, &sql)
}

const FIVE: &str = "
    CREATE TABLE links (
        id INTEGER PRIMARY KEY, note_id INTEGER, FOREIGN KEY (note_id) REFERENCES notes (id));
    INSERT INTO notes (id, deleted_at) VALUES (1, D), (2, D), (3, D), (4, D), (5, D);";

fn expired() -> soft_delete_runtime::PurgeExpired<notes::table> {
    purge_expired(notes::table).deleted_before(day(2))
}

fn notes_left(conn: &mut Conn) -> Vec<i32> {
    ids!(conn, notes.with_deleted())
}

/// Rows, and rows skipped.
fn told(done: &Progress) -> (usize, usize) {
    assert!(done.is_finished());
    (done.rows(), done.skipped())
}

#[cfg(not(asynchronous))]
mod hooks {
    use std::cell::Cell;

    use diesel::result::{DatabaseErrorKind, Error as DieselError};

    use super::*;

    fn is_foreign_key_violation(error: &Error) -> bool {
        use DatabaseErrorKind::ForeignKeyViolation;
        matches!(
            error,
            Error::Database(DieselError::DatabaseError(ForeignKeyViolation, _))
        )
    }

    struct Message;

    impl diesel::result::DatabaseErrorInformation for Message {
        fn message(&self) -> &str {
            "another transaction was there"
        }
        fn details(&self) -> Option<&str> {
            None
        }
        fn hint(&self) -> Option<&str> {
            None
        }
        fn table_name(&self) -> Option<&str> {
            None
        }
        fn column_name(&self) -> Option<&str> {
            None
        }
        fn constraint_name(&self) -> Option<&str> {
            None
        }
        fn statement_position(&self) -> Option<i32> {
            None
        }
    }

    fn conflict() -> DieselError {
        DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, Box::new(Message))
    }

    #[test]
    fn a_batch_that_meets_another_transaction_is_tried_again() {
        let conn = &mut notes("", FIVE);
        let calls = Cell::new(0);
        let hook = |conflicts: usize| {
            let calls = &calls;
            move |_: &mut Conn, _: &soft_delete_runtime::Batch<notes::table>| {
                calls.set(calls.get() + 1);
                if calls.get() <= conflicts {
                    Err(conflict())
                } else {
                    Ok(())
                }
            }
        };
        let error = expired()
            .before_batch(hook(usize::MAX))
            .execute(conn)
            .unwrap_err();
        assert!(matches!(
            error,
            Error::Database(DieselError::DatabaseError(..))
        ));
        assert_eq!((calls.take(), notes_left(conn).len()), (6, 5));
        // no single batch of a caller's transaction can be tried again
        let in_transaction = conn.transaction(|conn| expired().before_batch(hook(1)).execute(conn));
        in_transaction.unwrap_err();
        assert_eq!(calls.take(), 1);
        let done = expired()
            .batch_size(3)
            .before_batch(hook(2))
            .execute(conn)
            .unwrap();
        assert_eq!((told(&done), done.batches()), ((5, 0), 2));
        assert_eq!(calls.get(), 4);
    }

    #[test]
    fn halving_begins_at_the_rows_that_there_are() {
        let conn = &mut notes("", FIVE);
        refuse_note_2(conn);
        let calls = Cell::new(0);
        let done = expired()
            .before_batch(|_: &mut Conn, _| {
                calls.set(calls.get() + 1);
                Ok::<_, DieselError>(())
            })
            .execute(conn)
            .unwrap();
        assert_eq!(told(&done), (4, 1));
        // 1 to 5, 1 and 2, 1, 2 and 3, 2, 3 and 4, 5
        assert!(calls.get() <= 7, "{}", calls.get());
    }

    #[test]
    fn a_hook_that_restores_a_row_of_its_batch_is_named() {
        let conn = &mut notes("", FIVE);
        let error = expired()
            .before_batch(|conn: &mut Conn, _| restore(notes::table.find(2)).execute(conn))
            .execute(conn)
            .unwrap_err();
        assert!(error.to_string().contains("`before_batch`"), "{error}");
        assert_eq!(notes_left(conn), [1, 2, 3, 4, 5]);
    }

    #[cfg(backend = "postgres")]
    #[test]
    fn a_deferred_foreign_key_that_the_hook_violates_ends_the_run() {
        let conn = &mut notes("", FIVE);
        execute_batch(
            conn,
            "CREATE TABLE audits (
                 note_id INTEGER REFERENCES notes (id) DEFERRABLE INITIALLY DEFERRED)",
        );
        let error = expired()
            .before_batch(|conn: &mut Conn, _| {
                diesel::sql_query("INSERT INTO audits VALUES (99)").execute(conn)
            })
            .execute(conn)
            .unwrap_err();
        assert!(is_foreign_key_violation(&error), "{error:?}");
        assert_eq!(notes_left(conn), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn a_foreign_key_that_the_hook_violates_ends_the_run() {
        let conn = &mut notes("", FIVE);
        let calls = Cell::new(0);
        let error = expired()
            .before_batch(|conn: &mut Conn, _| {
                calls.set(calls.get() + 1);
                diesel::sql_query("INSERT INTO links VALUES (1, 99)").execute(conn)
            })
            .execute(conn)
            .unwrap_err();
        assert!(is_foreign_key_violation(&error), "{error:?}");
        assert_eq!(calls.get(), 1);
        assert_eq!(notes_left(conn), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn a_refusal_that_the_hook_returns_ends_the_run() {
        let conn = &mut notes("", FIVE);
        let calls = Cell::new(0);
        let refused = || Error::Restricted {
            table: "drawers".to_owned(),
            count: 3,
        };
        let error = expired()
            .before_batch(|_: &mut Conn, _| {
                calls.set(calls.get() + 1);
                Err::<(), _>(refused())
            })
            .execute(conn)
            .unwrap_err();
        assert_eq!((error, calls.get()), (refused(), 1));
        assert_eq!(notes_left(conn), [1, 2, 3, 4, 5]);
    }
}

#[test]
fn rows_that_the_databases_own_cascade_takes_have_gone() {
    let cascade = ", FOREIGN KEY (note_id) REFERENCES notes (id) ON DELETE CASCADE";
    let rows =
        "INSERT INTO notes (id, note_id, deleted_at) VALUES (1, NULL, D), (2, 1, D), (3, NULL, D);";
    for size in [1, 2, 1_000] {
        let conn = &mut notes(cascade, rows);
        let done = expired().batch_size(size).execute(conn).unwrap();
        // in a batch after that of 1, 2 is not there any more
        let (rows, skipped) = told(&done);
        assert_eq!((rows + usize::from(size == 1), skipped), (3, 0));
        assert_eq!(notes_left(conn), [0; 0]);
    }
}

/// Notes whose `note_id` refers to a note.
fn linked_notes(rows: &str) -> Conn {
    let key = ", FOREIGN KEY (note_id) REFERENCES notes (id)";
    let rows = format!(
        "CREATE TABLE links (
             id INTEGER PRIMARY KEY, note_id INTEGER, FOREIGN KEY (note_id) REFERENCES notes (id));
         INSERT INTO notes (id, note_id, deleted_at) VALUES {rows};"
    );
    notes(key, &rows)
}

#[test]
fn a_row_that_refers_to_itself_goes_though_another_one_is_held() {
    for size in [1, 2, 1_000] {
        let conn = &mut linked_notes("(1, 1, D), (2, 2, D), (3, NULL, D)");
        execute_batch(conn, "INSERT INTO links VALUES (1, 3)");
        let done = expired().batch_size(size).execute(conn).unwrap();
        if engine() == Engine::Mysql {
            // InnoDB never removes a row that refers to itself
            assert_eq!(told(&done), (0, 3));
            continue;
        }
        assert_eq!(told(&done), (2, 1));
        assert_eq!(notes_left(conn), [3]);
    }
}

#[test]
fn a_row_that_goes_along_holds_nothing_and_one_that_stays_does() {
    // 6 holds 3, which holds 2; 5 goes, and 4 with it
    let conn = &mut linked_notes(
        "(1, NULL, D), (2, NULL, D), (3, 2, D), (4, NULL, D), (5, 4, D), (6, 3, NULL)",
    );
    let done = expired().execute(conn).unwrap();
    // InnoDB looks at the foreign keys row by row
    let at_once = engine() != Engine::Mysql;
    assert_eq!(told(&done), if at_once { (3, 2) } else { (2, 3) });
    expired().execute(conn).unwrap();
    assert_eq!(notes_left(conn), [2, 3, 6]);
}

mod of_a_tree {
    use super::*;

    tables_by_id! {
        writers { deleted_at -> Nullable<Timestamp> }
        songs {
            writer_id -> Integer, editor_id -> Nullable<Integer>, song_id -> Nullable<Integer>,
            deleted_at -> Nullable<Timestamp>
        }
    }
    soft_delete_runtime::soft_delete_table! {
        writers(deleted_at, cascade(songs::writer_id))
        songs(deleted_at, parents(writer_id))
    }

    #[test]
    fn a_row_of_the_same_tree_holds_nothing() {
        let sql = "
            CREATE TABLE writers (id INTEGER PRIMARY KEY, deleted_at MOMENT NULL);
            CREATE TABLE songs (
                id INTEGER PRIMARY KEY, writer_id INTEGER NOT NULL, editor_id INTEGER,
                song_id INTEGER, deleted_at MOMENT NULL,
                FOREIGN KEY (writer_id) REFERENCES writers (id),
                FOREIGN KEY (editor_id) REFERENCES writers (id),
                FOREIGN KEY (song_id) REFERENCES songs (id));
            CREATE TABLE links (
                id INTEGER PRIMARY KEY, writer_id INTEGER,
                FOREIGN KEY (writer_id) REFERENCES writers (id));
            INSERT INTO writers VALUES (1, D), (2, D), (3, D), (4, D);
            INSERT INTO songs VALUES (1, 1, 1, NULL, D);
            INSERT INTO songs VALUES (2, 1, 1, 1, D);
            UPDATE songs SET song_id = id WHERE id = 1;
            INSERT INTO songs VALUES (3, 3, 4, NULL, D);
            INSERT INTO links VALUES (1, 3)";
        let sql = sql.replace(" D)", " '2026-01-01 00:00:00')");
        let conn = &mut with_tables((writers::table, songs::table), &sql);
        let run = || purge_expired(writers::table).deleted_before(day(2));
        let done = run().execute(conn).unwrap();
        // a song of 3, which is held, holds 4
        let left: Vec<i32> = ids!(conn, writers.with_deleted());
        if engine() == Engine::Mysql {
            // InnoDB looks at song 1, which song 2 refers to, before 2 has gone
            assert_eq!((told(&done), left), ((1, 3), vec![1, 3, 4]));
            return;
        }
        assert_eq!((told(&done), left), ((4, 2), vec![3, 4]));
    }
}

mod of_pairs {
    use super::*;

    diesel::table! {
        pairs (a, b) { a -> Integer, b -> Integer, deleted_at -> Nullable<Timestamp> }
    }
    soft_delete_runtime::soft_delete_table! { pairs(deleted_at) }

    /// What is left of five pairs, of which a row refers to one by that foreign key.
    fn left(references: &str, row: &str) -> (Progress, Vec<(i32, i32)>) {
        let sql = format!(
            "CREATE TABLE pairs (
                 a INTEGER NOT NULL, b INTEGER NOT NULL, code INTEGER NOT NULL,
                 deleted_at MOMENT NULL, PRIMARY KEY (a, b), UNIQUE (b, a), UNIQUE (code, a));
             CREATE TABLE kids (x INTEGER, y INTEGER, FOREIGN KEY {references});
             INSERT INTO pairs VALUES (1, 1, 10, D), (1, 2, 11, D), (2, 1, 11, D), (2, 2, 10, D),
                 (3, 1, 10, D);
             INSERT INTO kids VALUES {row}, (NULL, 2), (1, NULL)"
        );
        let sql = sql.replace(" D)", " '2026-01-01 00:00:00')");
        let conn = &mut with_tables(pairs::table, &sql);
        let run = || purge_expired(pairs::table).deleted_before(day(2));
        let preview = run().preview(conn).unwrap();
        let done = run().execute(conn).unwrap();
        assert_eq!(told(&preview), told(&done));
        let columns = (pairs::a, pairs::b);
        let left = pairs::table.with_deleted().select(columns).order(columns);
        (done, left.load(conn).unwrap())
    }

    #[test]
    fn a_foreign_key_of_two_columns_holds_one_pair() {
        let mut keys = vec![
            ("(x, y) REFERENCES pairs (a, b)", "(1, 2)", (1, 2)),
            ("(y, x) REFERENCES pairs (b, a)", "(1, 2)", (1, 2)),
            ("(x, y) REFERENCES pairs (b, a)", "(1, 2)", (2, 1)),
            ("(x, y) REFERENCES pairs (code, a)", "(10, 1)", (1, 1)),
            ("(y, x) REFERENCES pairs (code, a)", "(1, 10)", (1, 1)),
        ];
        if engine() != Engine::Mysql {
            keys.push(("(x, y) REFERENCES pairs", "(1, 2)", (1, 2)));
        }
        for (references, row, held) in keys {
            let (done, left) = left(references, row);
            assert_eq!(left, [held], "{references}");
            assert_eq!(told(&done), (4, 1), "{references}");
            let named: Vec<_> = done.referenced_by().collect();
            assert_eq!(named.len(), 1, "{named:?}");
            assert_eq!(named[0].1, 1);
            // looked for, not found by halving
            assert_eq!(done.batches(), 1, "{references}");
        }
    }
}

/// A trigger that forbids the removal of the second note.
fn refuse_note_2(conn: &mut Conn) {
    execute_batch(
        conn,
        match engine() {
            Engine::Sqlite => {
                "CREATE TRIGGER holds BEFORE DELETE ON notes WHEN OLD.id = 2
                 BEGIN SELECT RAISE(ABORT, 'this archive is full'); END"
            }
            Engine::Postgres => {
                "CREATE FUNCTION holds() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                     IF OLD.id = 2 THEN RAISE EXCEPTION 'this archive is full'; END IF;
                     RETURN OLD;
                 END $$;
                 CREATE TRIGGER holds BEFORE DELETE ON notes FOR EACH ROW EXECUTE FUNCTION holds()"
            }
            Engine::Mysql => {
                "CREATE TRIGGER holds BEFORE DELETE ON notes FOR EACH ROW
                 IF OLD.id = 2 THEN
                     SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'this archive is full';
                 END IF"
            }
        },
    );
}

/// The second note stays, and the progress has that name for why.
fn note_2_stays(conn: &mut Conn, name: &str) {
    let preview = expired().preview(conn).unwrap();
    let done = expired().execute(conn).unwrap();
    for progress in [&preview, &done] {
        assert_eq!(told(progress), (4, 1));
        assert_eq!(
            (progress.looked_at(), progress.total().unwrap_or(5)),
            (5, 5)
        );
        let named: Vec<_> = progress.referenced_by().collect();
        assert!(
            matches!(named[..], [(why, 1)] if why.contains(name)),
            "{named:?}"
        );
    }
    assert_eq!(notes_left(conn), [2]);
}

#[test]
fn a_row_that_a_trigger_refuses_to_remove_stays() {
    let conn = &mut notes("", FIVE);
    refuse_note_2(conn);
    note_2_stays(conn, "this archive is full");
}

#[cfg(any(backend = "postgres", backend = "mysql"))] // SQLite has one writer
#[test]
fn a_row_that_another_transaction_has_locked_is_not_skipped_for_one_that_is_refused() {
    let (mut first, mut second) = crate::backend::two();
    execute_batch(
        &mut first,
        "CREATE TABLE notes (
             id INTEGER PRIMARY KEY, note_id INTEGER, other_id INTEGER, deleted_at MOMENT NULL);
         INSERT INTO notes (id, deleted_at) VALUES (1, '2026-01-01 00:00:00'),
             (2, '2026-01-01 00:00:00'), (3, '2026-01-01 00:00:00')",
    );
    crate::guarded::guard(&mut first, notes::table);
    refuse_note_2(&mut first);
    first
        .transaction(|first| {
            let note = notes::table.only_deleted().find(1).for_update();
            note.select(notes::id).execute(first)?;
            let done = expired().batch_size(1).execute(&mut second)?;
            assert_eq!((told(&done), done.looked_at()), ((1, 1), 2));
            Ok::<_, Error>(())
        })
        .unwrap();
    assert_eq!(notes_left(&mut second), [1, 2]);
}

#[test]
fn a_row_that_a_trigger_keeps_stays() {
    let conn = &mut notes("", FIVE);
    if !keep_row(conn, "notes", 2) {
        return;
    }
    note_2_stays(conn, "a trigger");
}

#[cfg(backend = "postgres")]
#[test]
fn a_row_that_a_trigger_refuses_at_the_commit_stays() {
    let conn = &mut notes("", FIVE);
    execute_batch(
        conn,
        "CREATE FUNCTION holds() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF OLD.id = 2 THEN RAISE EXCEPTION 'on hold'; END IF;
             RETURN NULL;
         END $$;
         CREATE CONSTRAINT TRIGGER holds AFTER DELETE ON notes DEFERRABLE INITIALLY DEFERRED
             FOR EACH ROW EXECUTE FUNCTION holds()",
    );
    note_2_stays(conn, "on hold");
}

#[cfg(backend = "postgres")]
#[test]
fn a_foreign_key_that_is_not_enforced_holds_nothing() {
    let conn = &mut notes("", FIVE);
    let version = "SELECT current_setting('server_version_num') AS name";
    if crate::backend::names(conn, version).remove(0).as_str() < "180000" {
        return; // it has none
    }
    execute_batch(
        conn,
        "INSERT INTO links VALUES (1, 2);
         CREATE TABLE marks (note_id INTEGER REFERENCES notes (id) NOT ENFORCED);
         INSERT INTO marks VALUES (3)",
    );
    note_2_stays(conn, "links");
}

#[cfg(backend = "sqlite")]
#[test]
fn a_deferred_foreign_key_that_nobody_looks_at_holds_nothing() {
    let conn = &mut notes("", FIVE);
    execute_batch(
        conn,
        "PRAGMA foreign_keys = OFF;
         CREATE TABLE marks (
             note_id INTEGER REFERENCES notes (id) DEFERRABLE INITIALLY DEFERRED);
         INSERT INTO marks VALUES (2)",
    );
    assert_eq!(told(&expired().preview(conn).unwrap()), (5, 0));
    assert_eq!(told(&expired().execute(conn).unwrap()), (5, 0));
}

#[test]
fn a_row_that_the_database_cannot_set_to_null_stays() {
    if engine() == Engine::Mysql {
        return; // it refuses such a table
    }
    let conn = &mut notes("", FIVE);
    execute_batch(
        conn,
        "CREATE TABLE marks (note_id INTEGER NOT NULL REFERENCES notes (id) ON DELETE SET NULL);
         INSERT INTO marks VALUES (2)",
    );
    note_2_stays(
        conn,
        if engine() == Engine::Sqlite {
            "marks.note_id"
        } else {
            "null value"
        },
    );
}

#[test]
fn a_statement_that_no_row_is_the_cause_of_ends_the_run() {
    let conn = &mut notes("", FIVE);
    let trigger = match engine() {
        // it looks for the table when the statement is prepared
        Engine::Sqlite => {
            "CREATE TRIGGER counts AFTER DELETE ON notes BEGIN INSERT INTO missing VALUES (1); END"
        }
        Engine::Postgres => {
            "CREATE FUNCTION counts() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 INSERT INTO missing VALUES (1);
                 RETURN NULL;
             END $$;
             CREATE TRIGGER counts AFTER DELETE ON notes EXECUTE FUNCTION counts()"
        }
        Engine::Mysql => return, // triggers are for rows
    };
    execute_batch(conn, trigger);
    let error = expired().execute(conn).unwrap_err();
    assert!(error.to_string().contains("missing"), "{error}");
    assert_eq!(notes_left(conn), [1, 2, 3, 4, 5]);
}

#[test]
fn a_deferred_foreign_key_holds_in_a_transaction_and_a_preview_too() {
    if engine() == Engine::Mysql {
        return; // it has none
    }
    for deferred in ["DEFERRABLE INITIALLY DEFERRED", "DEFERRABLE", ""] {
        let conn = &mut notes("", FIVE);
        execute_batch(
            conn,
            &format!(
                "CREATE TABLE marks (
                     note_id INTEGER, CONSTRAINT marks_of_note FOREIGN KEY (note_id) REFERENCES notes (id) {deferred});
                 CREATE TABLE stamps (
                     note_id INTEGER, CONSTRAINT marks_of_note FOREIGN KEY (note_id) REFERENCES notes (id));
                 INSERT INTO marks VALUES (2)"
            ),
        );
        let left = conn.transaction(|conn| {
            if engine() == Engine::Sqlite && deferred.is_empty() {
                diesel::sql_query("PRAGMA defer_foreign_keys = ON").execute(conn)?;
            }
            let done = expired().batch_size(2).execute(conn)?;
            assert_eq!(told(&done), (4, 1));
            if deferred.contains("INITIALLY") {
                // it is looked at at the end again
                diesel::sql_query("INSERT INTO marks VALUES (99)").execute(conn)?;
                diesel::sql_query("DELETE FROM marks WHERE note_id = 99").execute(conn)?;
            }
            Ok::<_, Error>(notes_left(conn))
        });
        assert_eq!(left.unwrap(), [2], "{deferred}");
        execute_batch(
            conn,
            "INSERT INTO notes (id, deleted_at) VALUES (1, '2026-01-01 00:00:00'),
                 (3, '2026-01-01 00:00:00'), (4, '2026-01-01 00:00:00'), (5, '2026-01-01 00:00:00')",
        );
        note_2_stays(conn, "marks");
    }
}

#[cfg(backend = "postgres")]
#[test]
fn a_look_at_deferred_keys_that_is_not_allowed_is_an_error_in_a_transaction() {
    let conn = &mut notes("", FIVE);
    execute_batch(
        conn,
        "CREATE TABLE marks (
             note_id INTEGER REFERENCES notes (id) DEFERRABLE INITIALLY DEFERRED);
         INSERT INTO marks VALUES (2)",
    );
    let role = as_a_role(conn, "deferred", "notes");
    let within = conn.transaction(|conn| expired().execute(conn));
    let preview = expired().preview(conn);
    let done = expired().execute(conn);
    drop_role(conn, &role);
    let error = within.unwrap_err();
    assert!(error.to_string().contains("permission denied"), "{error}");
    assert_eq!(told(&preview.unwrap()), (4, 1));
    assert_eq!(told(&done.unwrap()), (4, 1));
    assert_eq!(notes_left(conn), [2]);
}

#[cfg(backend = "postgres")]
#[test]
fn a_look_that_takes_rights_of_its_own_is_done_without() {
    let conn = &mut notes("", FIVE);
    execute_batch(conn, "INSERT INTO links VALUES (1, 2)");
    let role = as_a_role(conn, "looks", "notes");
    let done = expired().execute(conn);
    let preview = expired().preview(conn);
    execute_batch(
        conn,
        &format!(
            "RESET ROLE;
             REVOKE DELETE ON notes FROM {role};
             UPDATE notes SET deleted_at = '2026-01-01 00:00:00';
             SET ROLE {role}"
        ),
    );
    let without_right = expired().execute(conn);
    drop_role(conn, &role);
    assert_eq!(told(&done.unwrap()), (4, 1));
    assert_eq!(told(&preview.unwrap()), (0, 1));
    let error = without_right.unwrap_err();
    assert!(error.to_string().contains("permission denied"), "{error}");
    assert_eq!(notes_left(conn), [2]);
}

#[cfg(backend = "sqlite")]
mod nulls {
    use super::*;

    diesel::table! {
        words (word) { word -> Text, deleted_at -> Nullable<Timestamp> }
    }
    soft_delete_runtime::soft_delete_table! { words(deleted_at) }

    #[test]
    fn a_null_in_the_primary_key_is_named() {
        let conn = &mut with_tables(
            words::table,
            "CREATE TABLE words (word TEXT PRIMARY KEY, deleted_at TIMESTAMP);
             INSERT INTO words VALUES (NULL, '2026-01-01 00:00:00'), ('a', '2026-01-01 00:00:00')",
        );
        let expired = purge_expired(words::table).deleted_before(day(2));
        let error = expired.execute(conn).unwrap_err();
        assert!(
            error.to_string().contains("NULL in its primary key"),
            "{error}"
        );
    }
}
