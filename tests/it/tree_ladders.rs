//! Schemas with many relations: tables that keep the ids of all above them, tables with many
//! parents, diamonds on each other. Rule 14: statements and their text grow with the relations, not
//! with the paths through them.

use crate::prelude::*;
use soft_delete_runtime::Error;
use soft_delete_runtime::prelude::*;

use crate::backend::{self, Conn, execute_batch};
use crate::recording::record;

/// A table for each name; each refers to those named in brackets, which cascade to it.
macro_rules! tables {
    ($($table:ident [$($above:ident.$column:ident),*] [$($below:ident::$key:ident),*];)+) => {
        $(diesel::table! {
            $table { id -> Integer, $($column -> Integer,)* deleted_at -> Nullable<Timestamp> }
        })+
        $(tables!(@ $table [$($column),*] [$($below::$key),*]);)+
        pub fn guard(conn: &mut crate::backend::Conn) {
            crate::guarded::guard(conn, ($($table::table,)+));
        }
        /// The tables with what they refer to, and how many relations there are.
        pub const TABLES: &[(&str, &[(&str, &str)])] =
            &[$((stringify!($table), &[$((stringify!($above), stringify!($column))),*])),+];
    };
    (@ $table:ident [] [$($below:tt)+]) => {
        soft_delete_runtime::soft_delete_table! { $table(deleted_at, cascade($($below)+)) }
    };
    (@ $table:ident [$($column:ident),+] []) => {
        soft_delete_runtime::soft_delete_table! { $table(deleted_at, parents($($column),+)) }
    };
    (@ $table:ident [$($column:ident),+] [$($below:tt)+]) => {
        soft_delete_runtime::soft_delete_table! {
            $table(deleted_at, cascade($($below)+), parents($($column),+))
        }
    };
}

/// Each table keeps the ids of all above it.
macro_rules! ladder {
    ($($table:ident $id:ident)+) => { ladder!(@ [] [] $($table $id)+); };
    (@ [$($above:ident $above_id:ident)*] [$($made:tt)*] $table:ident $id:ident $($below:ident $below_id:ident)*) => {
        ladder!(@ [$($above $above_id)* $table $id]
            [$($made)* $table [$($above.$above_id),*] [$($below::$id),*];] $($below $below_id)*);
    };
    (@ [$($above:tt)*] [$($made:tt)*]) => { tables! { $($made)* } };
}

/// A table with as many cascade parents as names, which are all below `root`.
macro_rules! fan {
    ($($parent:ident $id:ident)+) => {
        tables! {
            root [] [$($parent::root_id),+];
            $($parent [root.root_id] [child::$id];)+
            child [$($parent.$id),+] [];
        }
    };
}

/// A top, and below it two tables with a third below both, which is the top of the next diamond.
macro_rules! diamonds {
    ($($table:ident $id:ident)+) => { diamonds!(@ [] [] $($table $id)+); };
    (@ [$($made:tt)*] [$($above:tt)*] $top:ident $top_id:ident $left:ident $left_id:ident
        $right:ident $right_id:ident $bottom:ident $bottom_id:ident $($below:ident)*) => {
        diamonds!(@ [$($made)*
            $top [$($above)*] [$left::$top_id, $right::$top_id];
            $left [$top.$top_id] [$bottom::$left_id];
            $right [$top.$top_id] [$bottom::$right_id];]
            [$left.$left_id, $right.$right_id] $bottom $bottom_id $($below)*);
    };
    (@ [$($made:tt)*] [$($above:tt)*] $last:ident $last_id:ident) => {
        tables! { $($made)* $last [$($above)*] []; }
    };
}

mod ladder_4 {
    ladder! { l01 id01 l02 id02 l03 id03 l04 id04 }
}
mod ladder_8 {
    ladder! { l01 id01 l02 id02 l03 id03 l04 id04 l05 id05 l06 id06 l07 id07 l08 id08 }
}
mod ladder_12 {
    ladder! {
        l01 id01 l02 id02 l03 id03 l04 id04 l05 id05 l06 id06
        l07 id07 l08 id08 l09 id09 l10 id10 l11 id11 l12 id12
    }
}
mod fan_2 {
    fan! { p1 id1 p2 id2 }
}
mod fan_4 {
    fan! { p1 id1 p2 id2 p3 id3 p4 id4 }
}
mod fan_8 {
    fan! { p1 id1 p2 id2 p3 id3 p4 id4 p5 id5 p6 id6 p7 id7 p8 id8 }
}
mod diamonds_1 {
    diamonds! { d0 d0_id a1 a1_id b1 b1_id d1 d1_id }
}
mod diamonds_2 {
    diamonds! { d0 d0_id a1 a1_id b1 b1_id d1 d1_id a2 a2_id b2 b2_id d2 d2_id }
}
mod diamonds_4 {
    diamonds! {
        d0 d0_id a1 a1_id b1 b1_id d1 d1_id a2 a2_id b2 b2_id d2 d2_id
        a3 a3_id b3 b3_id d3 d3_id a4 a4_id b4 b4_id d4 d4_id
    }
}

/// What an operation sends.
#[derive(Debug, Clone, Copy)]
struct Sent {
    statements: usize,
    text: usize,
}

/// Two rows in each table: those with id 1 refer to each other, and so do those with id 2.
fn create(tables: &[(&str, &[(&str, &str)])]) -> Conn {
    let mut conn = backend::connection();
    for (table, parents) in tables {
        let mut columns = String::new();
        for (parent, column) in *parents {
            columns += &format!("{column} INTEGER NOT NULL REFERENCES {parent} (id), ");
        }
        execute_batch(
            &mut conn,
            &format!(
                "CREATE TABLE {table} (id INTEGER PRIMARY KEY, {columns} deleted_at MOMENT NULL)"
            ),
        );
        for id in ["1", "2"] {
            let values = vec![id; parents.len() + 1].join(", ");
            let names = parents.iter().map(|(_, column)| format!(", {column}"));
            let names: String = names.collect();
            execute_batch(
                &mut conn,
                &format!("INSERT INTO {table} (id{names}) VALUES ({values})"),
            );
        }
    }
    conn
}

/// Carries out a deletion, a restore and a purge of one row, each of which concerns one row of each
/// table; what each sends.
macro_rules! sent {
    ($schema:ident, $root:ident) => {{
        use $schema::{TABLES, $root};
        let conn = &mut create(TABLES);
        $schema::guard(conn);
        let mut sent = |operation: &dyn Fn(&mut Conn) -> Result<usize, Error>| {
            let (rows, recording) = record(conn, operation);
            assert_eq!(rows, Ok(TABLES.len()), "{}", stringify!($schema));
            Sent {
                statements: recording.statements.len(),
                text: recording.statements.iter().map(String::len).sum(),
            }
        };
        let figures = [
            sent(&|conn| soft_delete($root::table.find(1)).execute(conn)),
            sent(&|conn| restore($root::table.find(1)).execute(conn)),
            sent(&|conn| {
                soft_delete($root::table.find(1)).execute(conn)?;
                purge($root::table.find(1)).execute(conn)
            }),
        ];
        let relations: usize = TABLES.iter().map(|(_, parents)| parents.len()).sum();
        (TABLES.len(), relations, figures)
    }};
}

/// Refuses what grows by more than the relations do, from schema to schema.
fn grow_with_the_relations(schemas: [(usize, usize, [Sent; 3]); 3]) {
    for (tables, relations, [deletion, restore, purge]) in schemas {
        // a transaction's beginning and end, and the target
        let own = 6;
        assert!(deletion.statements <= 2 * tables + own, "{schemas:?}");
        assert!(
            restore.statements <= 3 * tables + relations + own,
            "{schemas:?}"
        );
        assert!(purge.statements <= 5 * tables + 2 * own, "{schemas:?}");
    }
    let [(_, few, small), (_, more, middle), (_, most, large)] = schemas;
    for ((small, middle), large) in small.into_iter().zip(middle).zip(large) {
        // each further relation adds as much as those before, and a tenth for longer names
        let grows = |figure: fn(Sent) -> usize| {
            let (first, second) = (
                figure(middle) - figure(small),
                figure(large) - figure(middle),
            );
            assert!(
                second * (more - few) * 10 <= first * (most - more) * 11,
                "{schemas:?}"
            );
        };
        grows(|sent| sent.statements);
        grows(|sent| sent.text);
    }
}

#[test]
fn a_ladder_sends_as_much_as_it_has_relations() {
    grow_with_the_relations([
        sent!(ladder_4, l01),
        sent!(ladder_8, l01),
        sent!(ladder_12, l01),
    ]);
}

#[test]
fn a_table_with_many_parents_sends_as_much_as_it_has_relations() {
    grow_with_the_relations([sent!(fan_2, root), sent!(fan_4, root), sent!(fan_8, root)]);
}

#[test]
fn diamonds_on_each_other_send_as_much_as_they_have_relations() {
    grow_with_the_relations([
        sent!(diamonds_1, d0),
        sent!(diamonds_2, d0),
        sent!(diamonds_4, d0),
    ]);
}

#[test]
fn a_row_deep_in_a_ladder_comes_back_with_all_above_it() {
    use ladder_12::{TABLES, l01, l06, l12};
    let conn = &mut create(TABLES);
    ladder_12::guard(conn);
    assert_eq!(soft_delete(l01::table.find(1)).execute(conn), Ok(12));
    let alone = restore(l12::table.find(1)).execute(conn);
    assert!(
        matches!(alone, Err(Error::ParentDeleted { .. })),
        "{alone:?}"
    );
    assert_eq!(
        restore(l12::table.find(1)).with_ancestors().execute(conn),
        Ok(12)
    );
    assert_eq!(soft_delete(l06::table.find(1)).execute(conn), Ok(7));
    assert_eq!(soft_delete(l01::table.find(1)).execute(conn), Ok(5));
    assert_eq!(restore(l01::table.find(1)).execute(conn), Ok(5));
    assert_eq!(restore(l06::table.find(1)).execute(conn), Ok(7));
    for id in [1, 2] {
        assert_eq!(
            purge(l01::table.find(id)).including_active().execute(conn),
            Ok(12)
        );
    }
}
