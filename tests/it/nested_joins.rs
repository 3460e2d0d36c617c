//! Outer joins against SQL written by hand, over every combination of active, deleted and missing
//! rows in three tables.

use crate::prelude::*;
use diesel::sql_types::{Integer, Nullable};
use soft_delete_runtime::prelude::*;

use crate::backend::{self, Conn, execute_batch};
use crate::guarded::{self, guard};

diesel::table! {
    roots { id -> Integer, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    branches { id -> Integer, root_id -> Integer, deleted -> Bool }
}
diesel::table! {
    leaves { id -> Integer, branch_id -> Integer, deleted_at -> BigInt }
}
diesel::joinable!(branches -> roots (root_id));
diesel::joinable!(leaves -> branches (branch_id));
diesel::allow_tables_to_appear_in_same_query!(roots, branches, leaves);

soft_delete_table! { roots(deleted_at) }
soft_delete_table! { branches(deleted) }
soft_delete_table! { leaves(deleted_at) }

/// Every root, active or deleted, with every set of branches, each with every set of leaves.
fn forest() -> Conn {
    const SETS: [&[bool]; 4] = [&[], &[false], &[true], &[false, true]];
    let mut conn = backend::connection();
    let mut sql = String::from(
        "CREATE TABLE roots (id INTEGER PRIMARY KEY, deleted_at MOMENT);
         CREATE TABLE branches (id INTEGER PRIMARY KEY, root_id INTEGER, deleted BOOLEAN NOT NULL);
         CREATE TABLE leaves (id INTEGER PRIMARY KEY, branch_id INTEGER, deleted_at BIGINT NOT NULL);",
    );
    let mut id = 0;
    let mut next = || {
        id += 1;
        id
    };
    for root_deleted in [false, true] {
        for branches in SETS {
            for leaves in SETS {
                let root = next();
                let at = if root_deleted {
                    "'2026-01-01 00:00:00'"
                } else {
                    "NULL"
                };
                sql += &format!("INSERT INTO roots VALUES ({root}, {at});");
                for deleted in branches {
                    let branch = next();
                    sql += &format!("INSERT INTO branches VALUES ({branch}, {root}, {deleted});");
                    for deleted in leaves {
                        let (leaf, at) = (next(), i32::from(*deleted));
                        sql += &format!("INSERT INTO leaves VALUES ({leaf}, {branch}, {at});");
                    }
                }
            }
        }
    }
    execute_batch(&mut conn, &sql);
    guard(&mut conn, (roots::table, branches::table, leaves::table));
    conn
}

type Row = (Option<i32>, Option<i32>, Option<i32>);

/// The columns of a [`Row`].
macro_rules! row {
    () => {
        (
            roots::id.nullable(),
            branches::id.nullable(),
            leaves::id.nullable(),
        )
    };
}

fn by_hand(conn: &mut Conn, from: &str) -> Vec<Row> {
    #[derive(QueryableByName)]
    struct Ids {
        #[diesel(sql_type = Nullable<Integer>)]
        root: Option<i32>,
        #[diesel(sql_type = Nullable<Integer>)]
        branch: Option<i32>,
        #[diesel(sql_type = Nullable<Integer>)]
        leaf: Option<i32>,
    }
    let sql = format!("SELECT r.id AS root, b.id AS branch, l.id AS leaf FROM {from}");
    let rows: Vec<Ids> = guarded::by_hand(conn, |conn| diesel::sql_query(sql).load(conn)).unwrap();
    sorted(
        rows.into_iter()
            .map(|ids| (ids.root, ids.branch, ids.leaf))
            .collect(),
    )
}

/// Reads the rows of a query, which are those of the SQL by hand.
macro_rules! read_both {
    ($conn:expr, $query:expr, $from:expr) => {{
        let rows = sorted($query.load($conn).unwrap());
        assert_eq!(rows, by_hand($conn, &$from), "{}", $from);
        rows
    }};
}

fn sorted(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_unstable();
    rows
}

/// `JOIN` of a method's name, and whether the method scopes the table that it joins.
fn read(method: &str) -> (&str, bool) {
    let kind = if method.starts_with("left") {
        "LEFT JOIN"
    } else {
        "INNER JOIN"
    };
    (kind, method.ends_with("_active"))
}

fn on(condition: &str, scoped: bool, predicate: &str) -> String {
    if scoped {
        format!("({condition} AND {predicate})")
    } else {
        format!("({condition})")
    }
}

/// Calls the macro with each pair of join methods.
macro_rules! for_each_pair {
    ($check:ident) => {
        for_each_pair!(@first $check left_join left_join_active inner_join inner_join_active);
    };
    (@first $check:ident $($first:ident)*) => {
        $(
            $check!($first, left_join);
            $check!($first, left_join_active);
            $check!($first, inner_join);
            $check!($first, inner_join_active);
        )*
    };
}

#[test]
fn nested_joins_read_what_sql_by_hand_reads() {
    let conn = &mut forest();
    let mut results = Vec::new();
    macro_rules! check {
        ($outer:ident, $inner:ident) => {{
            let query = || {
                roots::table
                    .$outer(branches::table.$inner(leaves::table))
                    .select(row!())
            };
            let (outer, outer_scoped) = read(stringify!($outer));
            let (inner, inner_scoped) = read(stringify!($inner));
            let from = format!(
                "roots r {outer} (branches b {inner} leaves l ON {}) ON {}",
                on("l.branch_id = b.id", inner_scoped, "l.deleted_at = 0"),
                on("b.root_id = r.id", outer_scoped, "NOT b.deleted"),
            );
            results.push(read_both!(conn, query(), from));
            let active = query().filter(is_active(roots::table));
            read_both!(conn, active, format!("{from} WHERE r.deleted_at IS NULL"));
        }};
    }
    for_each_pair!(check);
    results.sort_unstable();
    results.dedup();
    assert!(
        results.len() > 12,
        "the data tells too few of the 16 joins apart: {}",
        results.len()
    );
}

#[test]
fn chained_joins_read_what_sql_by_hand_reads() {
    let conn = &mut forest();
    macro_rules! check {
        ($first:ident, $second:ident) => {{
            let query = || {
                branches::table
                    .$first(roots::table)
                    .$second(leaves::table)
                    .select(row!())
            };
            let (first, first_scoped) = read(stringify!($first));
            let (second, second_scoped) = read(stringify!($second));
            let from = format!(
                "branches b {first} roots r ON {} {second} leaves l ON {}",
                on("b.root_id = r.id", first_scoped, "r.deleted_at IS NULL"),
                on("l.branch_id = b.id", second_scoped, "l.deleted_at = 0"),
            );
            read_both!(conn, query(), from);
            let active = query().filter(is_active(branches::table));
            read_both!(conn, active, format!("{from} WHERE NOT b.deleted"));
        }};
    }
    for_each_pair!(check);
}

#[test]
fn joins_up_the_tree_read_what_sql_by_hand_reads() {
    let conn = &mut forest();
    macro_rules! check {
        ($outer:ident, $inner:ident) => {{
            let query = leaves::table
                .$outer(branches::table.$inner(roots::table))
                .select(row!());
            let (outer, outer_scoped) = read(stringify!($outer));
            let (inner, inner_scoped) = read(stringify!($inner));
            let from = format!(
                "leaves l {outer} (branches b {inner} roots r ON {}) ON {}",
                on("b.root_id = r.id", inner_scoped, "r.deleted_at IS NULL"),
                on("l.branch_id = b.id", outer_scoped, "NOT b.deleted"),
            );
            read_both!(conn, query, from);
        }};
    }
    for_each_pair!(check);
}
