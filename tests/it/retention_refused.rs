//! Rows that the database does not let go, and what a run tells of them: a table of which nothing is
//! declared but its marker.

use std::cell::Cell;

use crate::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use soft_delete_runtime::prelude::*;
use soft_delete_runtime::{Error, Progress};

use crate::backend::{Conn, Engine, engine, execute_batch};
use crate::guarded::with_tables;
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

fn is_foreign_key_violation(error: &Error) -> bool {
    use DatabaseErrorKind::ForeignKeyViolation;
    matches!(
        error,
        Error::Database(DieselError::DatabaseError(ForeignKeyViolation, _))
    )
}

#[cfg(not(asynchronous))]
mod hooks {
    use super::*;

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
