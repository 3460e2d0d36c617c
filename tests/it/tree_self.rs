//! A table that cascades to itself, under each `ON DELETE` that its foreign key in the database can
//! have.

use crate::prelude::*;
use chrono::{TimeDelta, Utc};
use soft_delete_runtime::prelude::*;
use soft_delete_runtime::purge_expired;

use crate::backend::{Conn, Engine, engine, execute_batch, insert_rows};
use crate::guarded::{has_triggers, with_tables, without_triggers};
use crate::recording::record;

diesel::table! {
    nodes { id -> Integer, parent_id -> Nullable<Integer>, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    words (word) { word -> Text, above -> Nullable<Text>, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    folders { id -> Integer, parent_id -> Nullable<Integer>, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    links { id -> Integer, from_id -> Integer, to_id -> Integer, deleted_at -> Nullable<Timestamp> }
}
soft_delete_runtime::soft_delete_table! {
    folders(deleted_at, cascade(folders::parent_id, links::from_id, links::to_id), parents(parent_id))
    links(deleted_at, parents(from_id, to_id))
    nodes(deleted_at, cascade(nodes::parent_id), parents(parent_id))
    words(deleted_at, cascade(words::above), parents(above))
}

const ACTIONS: [&str; 4] = ["NO ACTION", "RESTRICT", "CASCADE", "SET NULL"];

/// Two trees of 31 nodes, below node 100 and node 200: each is 20 levels deep, with ten leaves
/// below its eleventh node. The numbers go down with the levels.
fn two_trees(on_delete: &str) -> Conn {
    let mut conn = with_tables(nodes::table, &format!(
            "CREATE TABLE nodes (id INTEGER PRIMARY KEY, parent_id INTEGER NULL, deleted_at MOMENT NULL,
                 CONSTRAINT above FOREIGN KEY (parent_id) REFERENCES nodes (id) ON DELETE {on_delete});
             CREATE INDEX nodes_parent ON nodes (parent_id)"
        ));
    for root in [100, 200] {
        let chain = (0..=20).map(|level| (root - level, (level > 0).then_some(root - level + 1)));
        let leaves = (30..40).map(|leaf| (root - leaf, Some(root - 10)));
        for (id, parent) in chain.chain(leaves) {
            let node = (nodes::id.eq(id), nodes::parent_id.eq(parent));
            diesel::insert_into(nodes::table)
                .values(node)
                .execute(&mut conn)
                .unwrap();
        }
    }
    conn
}

fn count(conn: &mut Conn) -> i64 {
    nodes::table
        .with_deleted()
        .count()
        .get_result(conn)
        .unwrap()
}

#[test]
fn a_tree_goes_and_comes_back_and_is_purged_whatever_its_key_does() {
    for on_delete in ACTIONS {
        let conn = &mut two_trees(on_delete);
        let deleted = soft_delete(nodes::table.find(100)).execute(conn);
        assert_eq!(deleted, Ok(31), "{on_delete}");
        let restored = restore(nodes::table.find(100)).execute(conn);
        assert_eq!(restored, Ok(31), "{on_delete}");
        let deleted = soft_delete(nodes::table.find(90)).execute(conn);
        assert_eq!(deleted, Ok(21), "{on_delete}");
        let purged = purge(nodes::table.find(90)).execute(conn);
        assert_eq!(purged, Ok(21), "{on_delete}");
        assert_eq!(count(conn), 62 - 21, "{on_delete}");
        let report = purge(nodes::table.find(200))
            .including_active()
            .report(conn)
            .unwrap();
        assert_eq!(report.rows(), 31, "{on_delete}");
        assert_eq!(count(conn), 10, "{on_delete}");
    }
}

#[test]
fn a_purge_gives_back_the_rows_that_its_target_names_alone() {
    for on_delete in ACTIONS {
        let conn = &mut two_trees(on_delete);
        soft_delete(nodes::table).execute(conn).unwrap();
        let roots = nodes::table.filter(nodes::id.eq_any([85, 100]));
        let mut gone: Vec<i32> = purge(roots).returning(nodes::id).get_results(conn).unwrap();
        gone.sort_unstable();
        assert_eq!(gone, [85, 100], "{on_delete}");
        assert_eq!(count(conn), 31, "{on_delete}");
    }
}

#[cfg(backend = "sqlite")]
#[test]
fn children_go_first_where_a_trigger_looks() {
    let conn = &mut two_trees("NO ACTION");
    execute_batch(
        conn,
        "INSERT INTO nodes (id, parent_id) VALUES (300, NULL), (301, 300), (302, 301), (303, 302),
             (304, 303), (305, 304), (306, 305);
         CREATE TRIGGER has_children BEFORE DELETE ON nodes
             WHEN EXISTS (SELECT 1 FROM nodes WHERE parent_id = OLD.id)
             BEGIN SELECT RAISE(ABORT, 'it has children'); END",
    );
    soft_delete(nodes::table.find(300)).execute(conn).unwrap();
    assert_eq!(purge(nodes::table.find(300)).execute(conn).unwrap(), 7);
}

#[test]
fn a_retention_counts_each_row_of_a_tree_once() {
    for on_delete in ACTIONS {
        for size in [1, 7, 1_000] {
            let conn = &mut two_trees(on_delete);
            soft_delete(nodes::table.find(100)).execute(conn).unwrap();
            let done = purge_expired(nodes::table)
                .deleted_before(Utc::now() + TimeDelta::days(1))
                .batch_size(size)
                .execute(conn)
                .unwrap();
            assert_eq!(
                (done.rows(), done.skipped()),
                (31, 0),
                "{on_delete}, {size}"
            );
            assert_eq!(count(conn), 31, "{on_delete}, {size}");
        }
    }
}

#[test]
fn an_active_row_below_refuses_the_purge_whatever_the_key_does() {
    for on_delete in ACTIONS {
        let conn = &mut two_trees(on_delete);
        soft_delete(nodes::table.find(100)).execute(conn).unwrap();
        let restore_one = "UPDATE nodes SET deleted_at = NULL WHERE id = 65";
        without_triggers(conn, |conn| execute_batch(conn, restore_one));
        assert!(
            purge(nodes::table.find(100)).execute(conn).is_err(),
            "{on_delete}"
        );
        assert_eq!(count(conn), 62, "{on_delete}");
    }
}

#[test]
fn rows_that_refer_to_each_other_are_removed_together() {
    let conn = &mut with_tables(nodes::table, "CREATE TABLE nodes (id INTEGER PRIMARY KEY, parent_id INTEGER NULL, deleted_at MOMENT NULL);
         INSERT INTO nodes (id, parent_id) VALUES (1, 3), (2, 1), (3, 2), (4, 4), (5, 2), (6, 5)");
    assert_eq!(soft_delete(nodes::table.find(2)).execute(conn), Ok(5));
    assert_eq!(restore(nodes::table.find(2)).execute(conn), Ok(5));
    assert_eq!(soft_delete(nodes::table).execute(conn), Ok(6));
    assert_eq!(purge(nodes::table.find(3)).execute(conn), Ok(5));
    assert_eq!(purge(nodes::table.find(4)).execute(conn), Ok(1));
}

/// InnoDB removes no row of a circle, and SQLite none of a table with triggers, whose order matters.
#[test]
fn a_small_circle_is_removed_under_its_foreign_key() {
    if engine() == Engine::Mysql || has_triggers() {
        return;
    }
    for length in [1, 2, 3, 5, 9] {
        let conn = &mut two_trees("NO ACTION");
        for id in 1..=length {
            let above = (
                nodes::id.eq(id),
                nodes::parent_id.eq((id > 1).then_some(id - 1)),
            );
            let values = diesel::insert_into(nodes::table).values(above);
            values.execute(conn).unwrap();
        }
        let first = format!("UPDATE nodes SET parent_id = {length} WHERE id = 1");
        execute_batch(conn, &first);
        let rows = usize::try_from(length).unwrap();
        assert_eq!(soft_delete(nodes::table.find(1)).execute(conn), Ok(rows));
        assert_eq!(purge(nodes::table.find(1)).execute(conn), Ok(rows));
    }
}

#[test]
fn ancestors_in_one_table_come_back_together() {
    let conn = &mut two_trees("NO ACTION");
    soft_delete(nodes::table.find(100)).execute(conn).unwrap();
    let deepest = restore(nodes::table.find(80)).with_ancestors();
    let (restored, recording) = record(conn, |conn| deepest.execute(conn));
    assert_eq!(restored, Ok(21));
    let updates = recording
        .statements
        .iter()
        .filter(|sql| sql.starts_with("UPDATE"));
    // a lock on SQLite, the target, its ancestors
    assert!(updates.count() <= 3, "{:#?}", recording.statements);
}

#[test]
fn a_tree_may_be_deeper_than_a_recursive_query_goes() {
    let levels = 1_200_i32;
    let conn = &mut with_tables(nodes::table, "CREATE TABLE nodes (id INTEGER PRIMARY KEY, parent_id INTEGER NULL, deleted_at MOMENT NULL);
         CREATE INDEX nodes_parent ON nodes (parent_id)");
    execute_batch(conn, "INSERT INTO nodes (id) VALUES (1)");
    insert_rows(conn, "nodes (id, parent_id)", 2..levels + 1, |id| {
        format!("({id}, {})", id - 1)
    });
    let all = Ok(usize::try_from(levels).unwrap());
    assert_eq!(soft_delete(nodes::table.find(1)).execute(conn), all);
    assert_eq!(
        restore(nodes::table.find(levels))
            .with_ancestors()
            .execute(conn),
        all
    );
    assert_eq!(soft_delete(nodes::table.find(1)).execute(conn), all);
    assert_eq!(restore(nodes::table.find(1)).execute(conn), all);
    assert_eq!(soft_delete(nodes::table.find(1)).execute(conn), all);
    assert_eq!(purge(nodes::table.find(1)).execute(conn), all);
}

#[test]
fn a_text_key_finds_what_the_database_takes_for_equal() {
    // PostgreSQL takes nothing for equal that has other letters
    let (of_key, upper): (_, fn(&str) -> String) = match engine() {
        Engine::Sqlite => ("VARCHAR(9) COLLATE NOCASE", str::to_uppercase),
        Engine::Postgres => ("VARCHAR(9)", str::to_owned),
        Engine::Mysql => ("VARCHAR(9)", str::to_uppercase),
    };
    for on_delete in ["NO ACTION", "RESTRICT", "CASCADE"] {
        let conn = &mut with_tables(words::table, &format!(
                "CREATE TABLE words (word {of_key} PRIMARY KEY, above VARCHAR(9) NULL, deleted_at MOMENT NULL,
                     FOREIGN KEY (above) REFERENCES words (word) ON DELETE {on_delete})"
            ));
        for (word, above) in [
            ("a", None),
            ("b", Some("a")),
            ("c", Some("b")),
            ("d", Some("c")),
        ] {
            let row = (words::word.eq(word), words::above.eq(above.map(upper)));
            diesel::insert_into(words::table)
                .values(row)
                .execute(conn)
                .unwrap();
        }
        let deleted = soft_delete(words::table.find("a")).execute(conn);
        assert_eq!(deleted, Ok(4), "{on_delete}");
        let restored = restore(words::table.find("a")).execute(conn);
        assert_eq!(restored, Ok(4), "{on_delete}");
        let deleted = soft_delete(words::table.find("b")).execute(conn);
        assert_eq!(deleted, Ok(3), "{on_delete}");
        assert_eq!(
            restore(words::table.find("d"))
                .with_ancestors()
                .execute(conn),
            Ok(3)
        );
        let deleted = soft_delete(words::table.find("a")).execute(conn);
        assert_eq!(deleted, Ok(4), "{on_delete}");
        let purged = purge(words::table.find("a")).execute(conn);
        assert_eq!(purged, Ok(4), "{on_delete}");
    }
}

#[test]
fn a_row_below_the_target_comes_back_that_refers_to_an_ancestor_too() {
    let conn = &mut with_tables((folders::table, links::table), "CREATE TABLE folders (id INTEGER PRIMARY KEY, parent_id INTEGER NULL, deleted_at MOMENT NULL);
         CREATE TABLE links (id INTEGER PRIMARY KEY, from_id INTEGER NOT NULL, to_id INTEGER NOT NULL,
             deleted_at MOMENT NULL);
         INSERT INTO folders (id, parent_id) VALUES (1, NULL), (2, 1), (3, 1);
         INSERT INTO links (id, from_id, to_id) VALUES (1, 2, 1), (2, 2, 3)");
    let deleted = soft_delete(folders::table.find(1)).execute(conn);
    assert_eq!(deleted, Ok(5));
    let back = restore(folders::table.find(2)).with_ancestors();
    assert_eq!(back.execute(conn), Ok(3));
    let links = || links::table.select(links::id);
    assert_eq!(links().active().load(conn), Ok(vec![1]));
    assert_eq!(restore(folders::table.find(3)).execute(conn), Ok(2));
    assert_eq!(links().active().order(links::id).load(conn), Ok(vec![1, 2]));
}
