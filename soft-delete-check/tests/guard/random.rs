//! Conditions at random, judged by the guard and answered by the database.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable};
use proptest::prelude::*;
use soft_delete_check::{Leak, LeakGuard, LeakKind};

use crate::schema::{owners, users};

/// Active and deleted rows with each value of `a`, in a table for each kind of marker.
const ROWS: &str = "
    CREATE TABLE users (id INTEGER PRIMARY KEY, a INTEGER, deleted_at TIMESTAMP);
    CREATE TABLE owners (id INTEGER PRIMARY KEY, a INTEGER, deleted BOOLEAN NOT NULL);
    CREATE TABLE tags (a INTEGER);
    INSERT INTO users (a, deleted_at) VALUES
        (0, NULL), (1, NULL), (NULL, NULL), (0, '2020-01-01'), (1, '2020-01-01'), (NULL, '2020-01-01');
    INSERT INTO owners (a, deleted) VALUES
        (0, FALSE), (1, FALSE), (NULL, FALSE), (0, TRUE), (1, TRUE), (NULL, TRUE);
    INSERT INTO tags VALUES (0), (1);
";

fn leaf() -> impl Strategy<Value = String> {
    let leaves = [
        "u.deleted_at IS NULL",
        "u.deleted_at IS NOT NULL",
        "u.deleted_at = NULL",
        "NOT o.deleted",
        "o.deleted",
        "o.deleted = FALSE",
        "o.deleted IS NOT TRUE",
        "o.deleted IN (FALSE)",
        "o.deleted IS NULL",
        "u.a = 1",
        "o.a = 1",
        "u.a = o.a",
        "u.a IS NULL",
        "1 = 0",
        "TRUE",
        "NULL",
    ];
    prop::sample::select(leaves.to_vec()).prop_map(str::to_owned)
}

fn condition() -> impl Strategy<Value = String> {
    leaf().prop_recursive(4, 12, 2, |inner| {
        let pair = || (inner.clone(), inner.clone());
        let tests = ["IS TRUE", "IS FALSE", "IS NOT TRUE", "IS NOT FALSE", "IS NULL"];
        prop_oneof![
            3 => pair().prop_map(|(a, b)| format!("({a}) AND ({b})")),
            3 => pair().prop_map(|(a, b)| format!("({a}) OR ({b})")),
            2 => inner.clone().prop_map(|a| format!("NOT ({a})")),
            1 => (inner.clone(), prop::sample::select(tests.to_vec()))
                .prop_map(|(a, test)| format!("({a}) {test}")),
            1 => (pair(), inner.clone())
                .prop_map(|((a, b), c)| format!("CASE WHEN {a} THEN {b} ELSE {c} END")),
            1 => inner.clone().prop_map(|a| format!("EXISTS (SELECT 1 FROM tags WHERE tags.a = u.a AND ({a}))")),
            1 => inner.prop_map(|a| format!("u.a IN (SELECT a FROM tags WHERE {a})")),
        ]
    })
}

fn query() -> impl Strategy<Value = String> {
    let joins = ["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"];
    (
        prop::sample::select(joins.to_vec()),
        condition(),
        condition(),
    )
        .prop_map(|(join, on, filter)| {
            format!(
                "SELECT CASE WHEN u.id IS NOT NULL THEN u.deleted_at IS NOT NULL END AS user, \
             CASE WHEN o.id IS NOT NULL THEN o.deleted END AS owner \
             FROM users u {join} owners o ON {on} WHERE {filter}"
            )
        })
}

/// A change of users, by a condition on users and owners.
fn change() -> impl Strategy<Value = (LeakKind, String)> {
    let delete = (LeakKind::Delete, "DELETE FROM users AS u");
    let update = (LeakKind::Update, "UPDATE users AS u SET a = a");
    (prop::sample::select(vec![delete, update]), condition()).prop_map(|((kind, verb), filter)| {
        let sql = format!(
            "{verb} WHERE EXISTS (SELECT 1 FROM owners o WHERE {filter}) \
             RETURNING deleted_at IS NOT NULL AS user, NULL AS owner"
        );
        (kind, sql)
    })
}

/// Whether the rows of the two sides are deleted; NULL where the join found none.
#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Nullable<Integer>)]
    user: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    owner: Option<i32>,
}

fn run(sql: &str) -> (Vec<Row>, Vec<Leak>) {
    let mut conn = SqliteConnection::establish(":memory:").expect("SQLite opens in memory");
    conn.batch_execute(ROWS).expect("the schema is right");
    let guard = LeakGuard::watching((users::table, owners::table)).collects();
    conn.set_instrumentation(guard.clone());
    let rows = diesel::sql_query(sql)
        .load(&mut conn)
        .expect("the statement is right");
    (rows, guard.leaks())
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(500)
    })]

    #[test]
    fn what_reads_active_and_deleted_rows_is_reported_and_what_is_called_empty_is(sql in query()) {
        let (rows, leaks) = run(&sql);
        let is = |kind, table: &str| leaks.iter().any(|l| l.kind == kind && l.table == table);
        let reads_both = |side: fn(&Row) -> Option<i32>| {
            [0, 1].iter().all(|state| rows.iter().any(|row| side(row) == Some(*state)))
        };
        prop_assert!(!reads_both(|row| row.user) || is(LeakKind::Read, "users"), "{}", sql);
        prop_assert!(!reads_both(|row| row.owner) || is(LeakKind::Read, "owners"), "{}", sql);
        for table in ["users", "owners"] {
            prop_assert!(!is(LeakKind::AlwaysEmpty, table) || rows.is_empty(), "{}", sql);
            prop_assert!(!is(LeakKind::NotParsed, table), "{}", sql);
        }
    }
    #[test]
    fn what_removes_active_rows_or_updates_deleted_ones_too_is_reported((kind, sql) in change()) {
        let (rows, leaks) = run(&sql);
        let changes = |state| rows.iter().any(|row| row.user == Some(state));
        let is_leak = changes(0) && (kind == LeakKind::Delete || changes(1));
        let is = |kind| leaks.iter().any(|l| l.kind == kind && l.table == "users");
        prop_assert!(!is_leak || is(kind), "{}", sql);
        prop_assert!(!is(LeakKind::AlwaysEmpty) || rows.is_empty(), "{}", sql);
        prop_assert!(!is(LeakKind::NotParsed), "{}", sql);
    }
}
