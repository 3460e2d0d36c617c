//! Every operation of the library does with all triggers what it does without them.

use chrono::TimeDelta;
use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

use crate::backend::{Conn, by_engine, run, texts};
use crate::schema::{comments, flags, orders, posts, users};
use crate::triggers::{folders, guarded_database, unguarded_database};

const ROWS: &str = "
    INSERT INTO users (id, email) VALUES (1, 'a'), (2, 'b'), (3, 'c');
    INSERT INTO posts (id, user_id, slug, updated_at) VALUES
        (1, 1, 'x', '2026-01-01 00:00:00'), (2, 2, 'y', '2026-01-01 00:00:00'), (3, 2, 'z', '2026-01-01 00:00:00');
    INSERT INTO comments (id, post_id) VALUES (1, 1), (2, 2), (3, 2), (4, 3);
    INSERT INTO orders (id, user_id, number) VALUES (1, 3, 1), (2, 2, 2);
    INSERT INTO flags (id, kind) VALUES (1, 'spam');
    INSERT INTO folders (id, parent_id) VALUES (1, NULL);
    INSERT INTO folders (id, parent_id) VALUES (2, 1);
    INSERT INTO folders (id, parent_id) VALUES (3, 2);
    INSERT INTO folders (id, parent_id) VALUES (4, 1);";

/// What is in the tables, and what of it is deleted.
fn contents(conn: &mut Conn) -> Vec<String> {
    let row = |table: &str, deleted: &str| {
        let id = by_engine("CAST(id AS TEXT)", "id::text", "CAST(id AS CHAR)");
        let state = format!("CASE WHEN {deleted} THEN ' deleted' ELSE ' active' END");
        by_engine(
            format!("SELECT '{table} ' || {id} || {state} AS name FROM {table}"),
            format!("SELECT '{table} ' || {id} || {state} AS name FROM {table}"),
            format!("SELECT CONCAT('{table} ', {id}, {state}) AS name FROM {table}"),
        )
    };
    let is_set = "deleted_at IS NOT NULL";
    let parts = [
        row("users", is_set),
        row("posts", is_set),
        row("comments", is_set),
        row("folders", is_set),
        row("orders", "deleted_at <> 0"),
        row("flags", "deleted"),
    ];
    let mut rows = texts(conn, &parts.join(" UNION ALL "));
    rows.sort();
    rows
}

/// One operation on one row of one table, by number, and what became of it.
fn operate(conn: &mut Conn, operation: u32, table: u32, id: i32) -> String {
    macro_rules! on {
        ($table:ident) => {{
            let target = $table::table.filter($table::id.eq(id));
            match operation {
                0..3 => show(soft_delete(target).execute(conn)),
                3..5 => show(restore(target).execute(conn)),
                5 => show(purge(target).execute(conn)),
                6 => show(purge(target).including_active().execute(conn)),
                _ => show(soft_delete($table::table).execute(conn)),
            }
        }};
        ($table:ident, with_ancestors) => {{
            let target = $table::table.filter($table::id.eq(id));
            match operation {
                4 => show(restore(target).with_ancestors().execute(conn)),
                _ => on!($table),
            }
        }};
    }
    macro_rules! expired {
        ($table:ident) => {{
            let expired = purge_expired($table::table).older_than(TimeDelta::zero());
            let progress = expired.batch_size(2).execute(conn);
            show(progress.map(|progress| progress.rows()))
        }};
    }
    match table {
        0 if operation == 7 => expired!(users),
        3 if operation == 7 => expired!(folders),
        0 => on!(users),
        1 => on!(posts, with_ancestors),
        2 => on!(comments, with_ancestors),
        3 => on!(folders, with_ancestors),
        4 => on!(orders),
        _ => on!(flags),
    }
}

/// Removes all rows, as the triggers want it done, and inserts them again.
fn begin_again(conn: &mut Conn) {
    macro_rules! remove {
        ($($table:ident)*) => {$(
            soft_delete($table::table).execute(conn).unwrap();
            purge($table::table).execute(conn).unwrap();
        )*};
    }
    remove!(orders users flags folders);
    run(conn, ROWS);
}

fn show<E: std::fmt::Display>(result: Result<usize, E>) -> String {
    match result {
        Ok(rows) => rows.to_string(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn triggers_change_nothing_that_the_library_does() {
    let guarded = &mut guarded_database();
    run(guarded, ROWS);
    let plain = &mut unguarded_database();
    run(plain, ROWS);
    let mut random = 12_345_u64;
    let mut next = |below: u32| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(random >> 33).unwrap() % below
    };
    let mut changed = 0;
    for step in 0..300 {
        if step % 30 == 29 {
            for conn in [&mut *guarded, &mut *plain] {
                begin_again(conn);
            }
        }
        let (operation, table, id) = (next(9), next(6), next(5));
        let id = i32::try_from(id).unwrap();
        let expected = operate(plain, operation, table, id);
        let found = operate(guarded, operation, table, id);
        assert_eq!(found, expected, "step {step}: {operation} {table} {id}");
        assert_eq!(
            contents(guarded),
            contents(plain),
            "step {step}: {operation} {table} {id}"
        );
        changed += usize::from(!matches!(expected.as_str(), "0"));
    }
    assert!(changed > 100, "{changed}");
}
