//! Tables that each refer to all above them: the relations grow with the square of the levels.

use std::fmt::Write;
use std::time::Duration;

use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

use crate::schema::{Database, batch, settle};
use crate::turns::time;
use crate::work::Work;

/// One of them on a database.
pub struct Ladder<C> {
    tables: &'static [&'static str],
    work: fn(&mut C, Work, i32) -> usize,
}

/// How many rows are below each row of the topmost table, in each other table.
const BELOW: usize = 10;
/// How many rows the topmost table has, and how many of them are targets one after the other.
const TOP: usize = 200;
const RUNS: u32 = 50;

impl<C: Database> Ladder<C> {
    /// How many tables.
    pub fn levels(&self) -> usize {
        self.tables.len()
    }

    /// How many foreign keys.
    pub fn relations(&self) -> usize {
        self.levels() * (self.levels() - 1) / 2
    }

    /// Makes the tables.
    pub fn create(&self, conn: &mut C) {
        batch(conn, &drop(std::slice::from_ref(self)));
        for (level, table) in self.tables.iter().enumerate() {
            let (mut columns, mut indexes) = (String::new(), String::new());
            for parent in &self.tables[..level] {
                let _ = write!(
                    columns,
                    "{parent}_id INTEGER NOT NULL REFERENCES {parent} (id), "
                );
                let _ = write!(
                    indexes,
                    "CREATE INDEX {table}_{parent} ON {table} ({parent}_id);"
                );
            }
            let moment = C::COLUMN;
            batch(
                conn,
                &format!(
                    "CREATE TABLE {table} (id INTEGER PRIMARY KEY, {columns} deleted_at {moment} NULL);
                     {indexes}"
                ),
            );
        }
    }

    /// Fills them anew. The rows of one number refer to each other, and all to a row of the topmost
    /// table.
    fn fill(&self, conn: &mut C) {
        for table in self.tables.iter().rev() {
            batch(conn, &format!("DELETE FROM {table}"));
        }
        for (level, table) in self.tables.iter().enumerate() {
            let rows = if level == 0 { TOP } else { TOP * BELOW };
            let keys = (0..level).map(|level| match level {
                0 => format!(", 1 + (n - 1) % {TOP}"),
                _ => ", n".to_owned(),
            });
            let keys: String = keys.collect();
            let numbers = C::numbers(rows);
            let insert =
                format!("INSERT INTO {table} {numbers} SELECT n {keys}, NULL FROM numbers");
            batch(conn, &insert);
        }
        settle(conn);
    }

    /// The time of an operation of each kind, of several.
    pub fn measure(&self, conn: &mut C) -> [Duration; 3] {
        self.fill(conn);
        let mut run = |work| {
            let taken = time(|| {
                for top in (1..).take(RUNS as usize) {
                    let rows = (self.work)(conn, work, top);
                    assert_eq!(rows, 1 + BELOW * (self.levels() - 1), "{work:?}");
                }
            });
            taken / RUNS
        };
        let [cascade, restore] = [Work::Cascade, Work::Restore].map(&mut run);
        run(Work::Cascade);
        [cascade, restore, run(Work::Purge)]
    }
}

/// The statement that removes their tables.
pub fn drop<C>(ladders: &[Ladder<C>]) -> String {
    let tables = ladders.iter().flat_map(|ladder| ladder.tables.iter().rev());
    tables
        .map(|table| format!("DROP TABLE IF EXISTS {table};"))
        .collect()
}

/// The tables, from the topmost one down.
macro_rules! tables {
    ($($table:ident $column:ident)+) => { tables!(@ [] $($table $column)+); };
    (@ [] $table:ident $column:ident $($below:ident $key:ident)+) => {
        diesel::table! { $table { id -> Integer, deleted_at -> Nullable<Timestamp> } }
        soft_delete_runtime::soft_delete_table! {
            $table(deleted_at, cascade($($below::$column),+))
        }
        tables!(@ [$column] $($below $key)+);
    };
    (@ [$($above:ident)+] $table:ident $column:ident $($below:ident $key:ident)+) => {
        diesel::table! {
            $table { id -> Integer, $($above -> Integer,)+ deleted_at -> Nullable<Timestamp> }
        }
        soft_delete_runtime::soft_delete_table! {
            $table(deleted_at, cascade($($below::$column),+), parents($($above),+))
        }
        tables!(@ [$($above)+ $column] $($below $key)+);
    };
    (@ [$($above:ident)+] $table:ident $column:ident) => {
        diesel::table! {
            $table { id -> Integer, $($above -> Integer,)+ deleted_at -> Nullable<Timestamp> }
        }
        soft_delete_runtime::soft_delete_table! { $table(deleted_at, parents($($above),+)) }
    };
}

mod three {
    tables! { a1 a1_id a2 a2_id a3 a3_id }
}
mod ten {
    tables! {
        b1 b1_id b2 b2_id b3 b3_id b4 b4_id b5 b5_id
        b6 b6_id b7 b7_id b8 b8_id b9 b9_id b10 b10_id
    }
}

/// Carries out a work on a row of a topmost table.
macro_rules! work {
    ($module:ident :: $top:ident) => {
        |conn, work, id| {
            let top = $module::$top::table.find(id);
            let done = match work {
                Work::Cascade => soft_delete(top).execute(conn),
                Work::Restore => restore(top).execute(conn),
                _ => purge(top).execute(conn),
            };
            match done {
                Ok(rows) => rows,
                Err(error) => panic!("{error}"),
            }
        }
    };
}

macro_rules! on {
    ($name:ident, $Conn:ty) => {
        /// Those of three and of ten levels.
        pub fn $name() -> Vec<Ladder<$Conn>> {
            vec![
                Ladder {
                    tables: &["a1", "a2", "a3"],
                    work: work!(three::a1),
                },
                Ladder {
                    tables: &["b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8", "b9", "b10"],
                    work: work!(ten::b1),
                },
            ]
        }
    };
}

on!(on_sqlite, SqliteConnection);
#[cfg(feature = "postgres")]
on!(on_postgres, PgConnection);
#[cfg(feature = "mysql")]
on!(on_mysql, MysqlConnection);
