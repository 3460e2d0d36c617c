//! What is wrong with the rows: looked at on request alone.

use soft_delete_check::doctor::doctor;
use soft_delete_runtime::soft_delete_table;

use crate::backend::{by_engine, connection, run};
use crate::clean::clean;
use crate::faults::tables;

diesel::table! {
    shelves { id -> Integer, deleted -> Bool, deletion -> Nullable<BigInt> }
}
diesel::table! {
    books { id -> Integer, shelf_id -> Integer, deleted -> Bool, deletion -> Nullable<BigInt> }
}
soft_delete_table! {
    shelves(deleted, operation = deletion, cascade(books::shelf_id))
    books(deleted, operation = deletion, parents(shelf_id))
}

const ROWS: &str = "
    INSERT INTO users (id, email, deleted_at) VALUES
        (1, 'a', '2026-01-01 10:00:00'), (2, 'b', '2026-01-01 10:00:00'), (3, 'c', NULL);
    INSERT INTO posts (id, user_id, slug, updated_at, deleted_at) VALUES
        (1, 1, 'active', '2026-01-01 00:00:00', NULL),
        (2, 2, 'half a second later', '2026-01-01 00:00:00', '2026-01-01 10:00:00.5'),
        (3, 2, 'before', '2026-01-01 00:00:00', '2026-01-01 09:00:00'),
        (4, 2, 'with it', '2026-01-01 00:00:00', '2026-01-01 10:00:00'),
        (5, 3, 'alone', '2026-01-01 00:00:00', '2026-01-01 10:00:00');
    INSERT INTO orders (id, user_id, number, deleted_at) VALUES (1, 1, 1, 0), (2, 2, 2, 7), (3, 3, 3, 0);";

#[test]
fn rows_that_no_operation_leaves_so_are_found_on_request() {
    let conn = &mut connection();
    run(conn, clean());
    run(conn, ROWS);
    let findings = doctor(tables()).examine(conn).unwrap();
    assert!(findings.is_empty(), "{findings}");
    let findings = doctor(tables()).with_data().examine(conn).unwrap();
    let mut found: Vec<_> = (findings.iter())
        .map(|finding| format!("{}: {}", finding.name(), &finding.why()[..8]))
        .collect();
    found.sort();
    assert_eq!(
        found,
        [
            "active_below_deleted(orders.user_id): 1 active",
            "active_below_deleted(posts.user_id): 1 active",
            "stamps_differ(posts.user_id): 1 delete",
        ],
        "{findings}"
    );
}

#[test]
fn rows_without_the_id_of_their_operation_and_without_a_marker_are_found() {
    let conn = &mut connection();
    let boolean = by_engine("BOOLEAN", "BOOLEAN", "BOOLEAN");
    run(
        conn,
        &format!(
            "CREATE TABLE shelves (id INTEGER PRIMARY KEY, deleted {boolean} NOT NULL, deletion BIGINT);
             CREATE TABLE books (id INTEGER PRIMARY KEY, shelf_id INTEGER NOT NULL, deleted {boolean},
                 deletion BIGINT, FOREIGN KEY (shelf_id) REFERENCES shelves (id));
             CREATE INDEX books_shelf_id ON books (shelf_id);
             INSERT INTO shelves VALUES (1, TRUE, NULL), (2, TRUE, 7);
             INSERT INTO books VALUES (1, 1, TRUE, NULL), (2, 2, TRUE, 7), (3, 2, TRUE, 6), (4, 2, NULL, NULL);"
        ),
    );
    let findings = doctor((shelves::table, books::table))
        .with_data()
        .allow("marker_nullable(books.deleted)")
        .examine(conn)
        .unwrap();
    let mut found: Vec<_> = findings.iter().map(|finding| finding.name()).collect();
    found.sort();
    assert_eq!(
        found,
        [
            "marker_unset(books.deleted)",
            "stamps_differ(books.shelf_id)"
        ],
        "{findings}"
    );
}
