//! A program of hundreds of tables, to be compiled and run: trees of 30 tables that refer to each
//! other, of which it deletes, restores and purges a row in the middle of one.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::io;
use std::path::Path;

use crate::models::{lock, manifest};
use crate::work::Way;

/// How many tables a tree has.
const TREE: usize = 30;
/// How many rows of the table in the middle are deleted, restored and purged, one after the other.
pub const RUNS: usize = 50;

const TABLE: &str = "
diesel::table! {
    t$N {
        id -> Integer,
        parent_id -> Nullable<Integer>,
        other_id -> Nullable<Integer>,
        name -> Text,
        amount -> BigInt,
        created_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
    }
}
";

const DDL: &str = "CREATE TABLE t$N (id INTEGER PRIMARY KEY, parent_id INTEGER$PARENT, \
    other_id INTEGER$OTHER, name TEXT NOT NULL, amount BIGINT NOT NULL, \
    created_at TIMESTAMP NOT NULL, deleted_at TIMESTAMP);
    CREATE INDEX t$N_parent_id ON t$N (parent_id);
    CREATE INDEX t$N_other_id ON t$N (other_id);\n";

/// Its rows are called by number, as those of the tables that they refer to.
const FILL: &str = "INSERT INTO t$N (id, parent_id, other_id, name, amount, created_at)
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $ROWS)
    SELECT n, $PARENT, $OTHER, 'one of them', n, '2026-01-01 00:00:00' FROM numbers;\n";

/// A foreign key: its column, and the table that it refers to.
struct ForeignKey {
    column: &'static str,
    to: usize,
    cascades: bool,
}

/// A schema of so many tables. Each refers to two: to the one above it, and to another one above
/// or to one of the tree before, which it restricts.
pub struct Wide {
    tables: Vec<Vec<ForeignKey>>,
}

impl Wide {
    /// Of so many tables.
    pub fn new(tables: usize) -> Self {
        Self {
            tables: (0..tables).map(foreign_keys).collect(),
        }
    }

    /// How many tables.
    pub fn tables(&self) -> usize {
        self.tables.len()
    }

    /// How many relations.
    pub fn relations(&self) -> usize {
        self.tables.iter().map(Vec::len).sum()
    }

    /// The table whose row is deleted, in the middle of the tree in the middle.
    fn middle(&self) -> usize {
        self.tables.len() / TREE / 2 * TREE + 4
    }

    /// Those that refer to a table, by cascade or by restrict.
    fn below(&self, table: usize, cascades: bool) -> impl Iterator<Item = (usize, &'static str)> {
        let all = self.tables.iter().enumerate();
        all.flat_map(move |(child, keys)| {
            let keys = keys.iter();
            let keys = keys.filter(move |key| key.to == table && key.cascades == cascades);
            keys.map(move |key| (child, key.column))
        })
    }

    /// The tables that an operation on the middle reaches, parents first.
    pub fn reached(&self) -> Vec<usize> {
        let mut reached = BTreeSet::from([self.middle()]);
        for table in self.middle()..self.tables.len() {
            if reached.contains(&table) {
                reached.extend(self.below(table, true).map(|(child, _)| child));
            }
        }
        reached.into_iter().collect()
    }

    /// How many levels the deepest tree has.
    pub fn levels(&self) -> usize {
        let mut levels = vec![1; self.tables.len()];
        for (table, keys) in self.tables.iter().enumerate() {
            let above = keys.iter().filter(|key| key.cascades);
            levels[table] = above.map(|key| levels[key.to] + 1).max().unwrap_or(1);
        }
        levels.into_iter().max().unwrap_or(0)
    }

    /// Writes the crate.
    pub fn write(&self, directory: &Path, way: Way) -> io::Result<()> {
        let source = directory.join("src");
        std::fs::create_dir_all(&source)?;
        let profile = "[profile.release]\nlto = true\n";
        std::fs::write(
            directory.join("Cargo.toml"),
            manifest(package(way)) + profile,
        )?;
        std::fs::write(source.join("lib.rs"), self.library(way))?;
        std::fs::write(source.join("program.rs"), self.program())?;
        lock(directory)
    }

    fn library(&self, way: Way) -> String {
        let mut code = "use diesel::prelude::*;\n".to_owned();
        for table in 0..self.tables.len() {
            code += &TABLE.replace("$N", &table.to_string());
        }
        match way {
            Way::Library => self.facts(&mut code),
            Way::ByHand => self.by_hand(&mut code),
        }
        code
    }

    /// The facts, tree by tree, and the operations through the library.
    fn facts(&self, code: &mut String) {
        let list = |table, cascades| -> String {
            let below = self.below(table, cascades);
            below
                .map(|(child, column)| format!("t{child}::{column}, "))
                .collect()
        };
        *code += "use soft_delete_runtime::prelude::*;\n";
        for tree in (0..self.tables.len()).step_by(TREE) {
            *code += "soft_delete_table! {\n";
            for table in tree..(tree + TREE).min(self.tables.len()) {
                let mut facts = "deleted_at".to_owned();
                for (key, list) in [
                    ("cascade", list(table, true)),
                    ("restrict", list(table, false)),
                    (
                        "parents",
                        self.tables[table]
                            .iter()
                            .map(|key| format!("{}, ", key.column))
                            .collect(),
                    ),
                ] {
                    if !list.is_empty() {
                        let _ = write!(facts, ", {key}({})", list.trim_end_matches(", "));
                    }
                }
                let _ = writeln!(code, "    t{table}({facts})");
            }
            *code += "}\n";
        }
        let middle = self.middle();
        for operation in ["soft_delete", "restore", "purge"] {
            let _ = writeln!(
                code,
                "pub fn {operation}_one(conn: &mut SqliteConnection, id: i32) -> usize {{
    {operation}(t{middle}::table.find(id)).execute(conn).expect(\"{operation}\")
}}"
            );
        }
        *code += "pub fn sql() -> [Vec<String>; 3] {\n    use soft_delete_runtime::engine::Sqlite;\n    [";
        for operation in ["soft_delete", "restore", "purge"] {
            let _ = write!(
                code,
                "{operation}(t{middle}::table.find(1)).statements::<Sqlite>().expect(\"{operation}\"), "
            );
        }
        *code += "]\n}\n";
    }

    /// The operations by hand: the keys of each table that has others below, then the changes.
    fn by_hand(&self, code: &mut String) {
        for (operation, is, set) in [
            ("soft_delete", "is_null()", "Some(then)"),
            ("restore", "eq(then)", "None::<chrono::NaiveDateTime>"),
            ("purge", "is_not_null()", ""),
        ] {
            let (mut reads, mut changes) = (String::new(), Vec::new());
            for table in self.reached() {
                let rows = self.rows(table);
                let rows =
                    format!("t{table}::table.filter({rows}).filter(t{table}::deleted_at.{is})");
                let restricts = self.below(table, false).next();
                let restricts = restricts.filter(|_| operation != "restore");
                let is_parent = self.below(table, true).next().or(restricts);
                let mut change = rows.clone();
                if is_parent.is_some() {
                    let _ = writeln!(
                        reads,
                        "let k{table}: Vec<i32> = {rows}.select(t{table}::id).load(conn)?;"
                    );
                    change = format!("t{table}::table.filter(t{table}::id.eq_any(&k{table}))");
                }
                if operation != "restore" {
                    for (child, column) in self.below(table, false) {
                        let active = match operation {
                            "purge" => String::new(),
                            _ => format!(".filter(t{child}::deleted_at.is_null())"),
                        };
                        let _ = writeln!(
                            reads,
                            "if t{child}::table.filter(t{child}::{column}.eq_any(&k{table})){active}\
                             .count().get_result::<i64>(conn)? > 0 {{
    return Err(diesel::result::Error::RollbackTransaction);
}}"
                        );
                    }
                }
                changes.push(match operation {
                    "purge" => format!("rows += diesel::delete({change}).execute(conn)?;\n"),
                    _ => format!(
                        "rows += diesel::update({change}).set(t{table}::deleted_at.eq({set})).execute(conn)?;\n"
                    ),
                });
            }
            if operation == "purge" {
                changes.reverse();
            }
            let stamp = match operation {
                "soft_delete" => "let then = chrono::Utc::now().naive_utc();".to_owned(),
                "restore" => format!(
                    "let then: chrono::NaiveDateTime = t{0}::table.find(id)
    .select(t{0}::deleted_at.assume_not_null()).get_result(conn)?;",
                    self.middle()
                ),
                _ => String::new(),
            };
            let _ = writeln!(
                code,
                "pub fn {operation}_one(conn: &mut SqliteConnection, id: i32) -> usize {{
    conn.transaction(|conn| {{
let mut rows = 0;
{stamp}
{reads}{}QueryResult::Ok(rows)
    }}).expect(\"{operation}\")
}}",
                changes.concat()
            );
        }
        *code += "pub fn sql() -> [Vec<String>; 3] { Default::default() }\n";
    }

    /// The rows of a table that an operation reaches, as a filter.
    fn rows(&self, table: usize) -> String {
        if table == self.middle() {
            return format!("t{table}::id.eq(id)");
        }
        let reached = self.reached();
        let keys = self.tables[table]
            .iter()
            .filter(|key| key.cascades && reached.contains(&key.to));
        let keys = keys.map(|key| format!("t{table}::{}.eq_any(&k{})", key.column, key.to));
        let keys: Vec<String> = keys.collect();
        match &keys[..] {
            [one, other] => format!("{one}.or({other})"),
            _ => keys.concat(),
        }
    }

    /// The program: prints the time of each operation in nanoseconds, and of how many statements and
    /// bytes it is.
    fn program(&self) -> String {
        let (mut ddl, mut fill) = (String::new(), String::new());
        let tree = self.middle() / TREE * TREE;
        for (table, keys) in self.tables.iter().enumerate() {
            let of = |column: &str| keys.iter().find(|key| key.column == column);
            let refers = |column| match of(column) {
                Some(key) => format!(" REFERENCES t{} (id)", key.to),
                None => String::new(),
            };
            let number = |column| match of(column) {
                Some(key) if key.cascades => "n",
                _ => "NULL",
            };
            let name = table.to_string();
            ddl += &DDL
                .replace("$N", &name)
                .replace("$PARENT", &refers("parent_id"))
                .replace("$OTHER", &refers("other_id"));
            if (tree..tree + TREE).contains(&table) {
                fill += &FILL
                    .replace("$N", &name)
                    .replace("$ROWS", &(4 * RUNS).to_string())
                    .replace("$PARENT", number("parent_id"))
                    .replace("$OTHER", number("other_id"));
            }
        }
        let rows = self.reached().len();
        format!(
            "use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use models::*;

fn time(conn: &mut SqliteConnection, run: fn(&mut SqliteConnection, i32) -> usize) -> u128 {{
    let start = std::time::Instant::now();
    for id in 1..={RUNS} {{
        assert_eq!(run(conn, id), {rows});
    }}
    start.elapsed().as_nanos() / {RUNS}
}}

fn main() {{
    let mut conn = SqliteConnection::establish(\":memory:\").expect(\"a connection\");
    conn.batch_execute({ddl:?}).expect(\"tables\");
    conn.batch_execute({fill:?}).expect(\"rows\");
    conn.batch_execute(\"PRAGMA foreign_keys = ON; ANALYZE\").expect(\"settled\");
    let conn = &mut conn;
    let taken = [time(conn, soft_delete_one), time(conn, restore_one)];
    time(conn, soft_delete_one);
    let taken = [taken[0], taken[1], time(conn, purge_one)];
    for (taken, sql) in taken.into_iter().zip(sql()) {{
        println!(\"{{taken}} {{}} {{}}\", sql.len(), sql.iter().map(String::len).sum::<usize>());
    }}
}}
"
        )
    }
}

/// What a table refers to.
fn foreign_keys(table: usize) -> Vec<ForeignKey> {
    let (tree, number) = (table - table % TREE, table % TREE);
    let key = |column, to, cascades| ForeignKey {
        column,
        to,
        cascades,
    };
    let before = |number: usize| tree.saturating_sub(TREE) + number;
    match number {
        0 if tree == 0 => Vec::new(),
        0 => vec![
            key("parent_id", before(TREE - 1), false),
            key("other_id", before(0), false),
        ],
        _ => {
            // every other tree is deep
            let above = match (tree / TREE) % 2 {
                0 => (number - 1) / 2,
                _ => 2 * number / 3,
            };
            let other = match number % 2 {
                0 if above > 0 => Some(key("other_id", tree + above - 1, true)),
                _ if tree > 0 => Some(key("other_id", before(number), false)),
                _ if above > 0 => Some(key("other_id", 0, false)),
                _ => None,
            };
            let keys = [Some(key("parent_id", tree + above, true)), other];
            keys.into_iter().flatten().collect()
        }
    }
}

/// The name of the crate's package and directory.
pub fn package(way: Way) -> &'static str {
    match way {
        Way::Library => "wide",
        Way::ByHand => "wide_by_hand",
    }
}
