//! A schema as the random steps see it, and the macro that makes one from a few lines.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::RunQueryDsl;
use soft_delete_runtime::{Error, Progress, Report};

use crate::backend::{Conn, execute_batch};
use crate::guarded::by_hand;
use crate::model::{Counts, Key, Rows, Schema, Stamp};

/// Whether an operation is carried out or asked for its figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    Report,
    Preview,
}

/// The batches of a retention.
#[derive(Debug, Clone, Copy)]
pub struct Batches {
    pub cutoff: DateTime<Utc>,
    pub size: usize,
    pub most: Option<usize>,
}

/// What the database itself does with children. Nothing of it is to show: an operation gets there first.
const ON_DELETE: [&str; 3] = ["", " ON DELETE CASCADE", " ON DELETE SET NULL"];

pub trait World: Sync {
    fn name(&self) -> &'static str;
    fn schema(&self) -> &'static Schema;
    /// The primary key of each table: `id`, or `part` and `id`.
    fn key(&self) -> &'static [&'static str];
    /// The columns of each foreign key of each table, as many as a key has. The last one has the id.
    fn columns(&self) -> &'static [&'static [&'static [&'static str]]];
    /// The SQL of the columns that a deletion writes.
    fn marks(&self, table: usize) -> String;
    /// The SQL of "the row is active" behind the marker.
    fn active(&self, table: usize) -> &'static str;
    /// Declares the tables to the guard of the suite.
    fn guard(&self, conn: &mut Conn);

    fn rows(&self, conn: &mut Conn) -> Rows;
    /// Those of all tables that `deleted_roots` finds.
    fn roots(&self, conn: &mut Conn) -> BTreeSet<Key>;
    fn soft_delete(
        &self,
        conn: &mut Conn,
        table: usize,
        filter: &str,
        at: DateTime<Utc>,
        run: Run,
    ) -> Result<Done, Error>;
    fn restore(
        &self,
        conn: &mut Conn,
        table: usize,
        filter: &str,
        ancestors: bool,
        run: Run,
    ) -> Result<Done, Error>;
    fn purge(
        &self,
        conn: &mut Conn,
        table: usize,
        filter: &str,
        active: bool,
        run: Run,
    ) -> Result<Done, Error>;
    /// `None` where the marker keeps no moment.
    fn purge_expired(
        &self,
        conn: &mut Conn,
        table: usize,
        batches: Batches,
        run: Run,
    ) -> Option<Result<Progress, Error>>;
    fn hold(&self, conn: &mut Conn, key: Key) -> Result<usize, Error>;

    fn create(&self, conn: &mut Conn) {
        let schema = self.schema();
        for (number, table) in schema.tables.iter().enumerate() {
            let relations = schema.relations.iter().filter(|r| r.child == number);
            let foreign_keys = self.columns()[number].iter().zip(relations).enumerate();
            let parents: String = foreign_keys
                .map(|(place, (columns, relation))| {
                    let parent = schema.tables[relation.parent].name;
                    let on_delete = ON_DELETE[(place + relation.parent) % ON_DELETE.len()];
                    let (columns, key) = (columns.join(", "), self.key().join(", "));
                    format!(", FOREIGN KEY ({columns}) REFERENCES {parent} ({key}){on_delete}")
                })
                .collect();
            let (name, columns, key) = (table.name, self.sql(number), self.key().join(", "));
            let create = format!("CREATE TABLE {name} ({columns}, PRIMARY KEY ({key}){parents})");
            execute_batch(conn, &create);
        }
        self.guard(conn);
    }

    /// The columns of a table.
    fn sql(&self, table: usize) -> String {
        let foreign_keys = self.columns()[table].iter().copied().flatten();
        let foreign_keys: String = foreign_keys.map(|c| format!("{c} INTEGER, ")).collect();
        format!(
            "id INTEGER NOT NULL, part INTEGER NOT NULL DEFAULT 0, {foreign_keys}\
             note INTEGER NOT NULL DEFAULT 0, {}",
            self.marks(table)
        )
    }

    /// Where a row stands in the order of the primary key.
    fn order(&self, (_, id): Key) -> (i32, i32) {
        match self.key().len() {
            1 => (0, id),
            _ => (part(id), id),
        }
    }

    fn insert(&self, conn: &mut Conn, key: Key, parents: &[Option<i32>]) {
        self.try_insert(conn, key, parents).unwrap();
    }

    fn try_insert(
        &self,
        conn: &mut Conn,
        (table, id): Key,
        parents: &[Option<i32>],
    ) -> QueryResult<()> {
        let mut columns = String::from("id, part");
        let mut values = format!("{id}, {}", part(id));
        for (foreign_key, parent) in self.columns()[table].iter().zip(parents) {
            for column in *foreign_key {
                columns += &format!(", {column}");
                values += &format!(", {}", value(column, *parent));
            }
        }
        let name = self.schema().tables[table].name;
        let sql = format!("INSERT INTO {name} ({columns}) VALUES ({values})");
        // what `batch_execute` reports has no kind on MySQL
        diesel::sql_query(sql).execute(conn).map(|_| ())
    }

    /// The keys of the rows for which the filter holds.
    fn keys(&self, conn: &mut Conn, table: usize, filter: &str) -> Vec<i32> {
        #[derive(diesel::QueryableByName)]
        struct Found {
            #[diesel(sql_type = diesel::sql_types::Integer)]
            id: i32,
        }
        let name = self.schema().tables[table].name;
        let sql = format!("SELECT {name}.id AS id FROM {name} WHERE {filter} ORDER BY {name}.id");
        let found: Vec<Found> = by_hand(conn, |conn| diesel::sql_query(sql).load(conn)).unwrap();
        found.into_iter().map(|found| found.id).collect()
    }

    /// A filter that looks at other rows of the tree, or at how many there are: what the operation
    /// itself changes. `None` where the table has no such relation.
    fn filter(&self, table: usize, form: u8, numbers: &[u8]) -> Option<String> {
        let schema = self.schema();
        let name = schema.tables[table].name;
        let number = usize::from(*numbers.first()?);
        let relations = schema.relations.iter().enumerate();
        let relations: Vec<_> = relations
            .filter(|(_, relation)| match form % 5 {
                0..3 => relation.parent == table,
                _ => relation.child == table,
            })
            .collect();
        if form % 5 == 4 {
            let any_state = format!("(1=1 OR {name}.gone {})", self.active(table));
            return Some(format!(
                "{name}.id IN (SELECT id FROM (SELECT id FROM {name} WHERE {any_state} \
                 ORDER BY id DESC LIMIT {}) AS last)",
                number % 4
            ));
        }
        let (place, relation) = relations.get(number % relations.len().max(1))?;
        let before = schema.relations[..*place].iter();
        let column = before.filter(|other| other.child == relation.child).count();
        let column = self.columns()[relation.child][column].last()?;
        let other = match form % 5 {
            3 => relation.parent,
            _ => relation.child,
        };
        let active = format!("other.gone {}", self.active(other));
        let other = schema.tables[other].name;
        Some(match form % 5 {
            0 => format!(
                "EXISTS (SELECT 1 FROM {other} AS other WHERE other.{column} = {name}.id AND {active})"
            ),
            1 => format!(
                "(SELECT COUNT(*) FROM {other} AS other WHERE other.{column} = {name}.id AND {active}) = {}",
                number % 3
            ),
            2 => format!(
                "{name}.id IN (SELECT other.{column} FROM {other} AS other WHERE NOT ({active}))"
            ),
            _ => format!(
                "{name}.{column} IN (SELECT other.id FROM {other} AS other WHERE NOT ({active}))"
            ),
        })
    }

    /// Puts a row under another parent.
    fn move_row(&self, conn: &mut Conn, (table, id): Key, column: usize, parent: i32) {
        let name = self.schema().tables[table].name;
        let columns = self.columns()[table][column].iter();
        let changes: String = columns
            .map(|column| format!("{column} = {}, ", value(column, Some(parent))))
            .collect();
        let sql = format!("UPDATE {name} SET {changes}note = note + 1 WHERE id = {id}");
        by_hand(conn, |conn| execute_batch(conn, &sql));
    }
}

/// The first column of a key of two.
fn part(id: i32) -> i32 {
    id % 2
}

/// What a column of a foreign key has.
fn value(column: &str, parent: Option<i32>) -> String {
    match parent {
        None => "NULL".to_owned(),
        Some(parent) if column.ends_with("part") => part(parent).to_string(),
        Some(parent) => parent.to_string(),
    }
}

/// The filter of rows by their keys.
pub fn with_ids(ids: &[i32]) -> String {
    let ids: Vec<String> = ids.iter().map(i32::to_string).collect();
    match ids.is_empty() {
        true => "1 = 0".to_owned(),
        false => format!("id IN ({})", ids.join(", ")),
    }
}

/// What an operation says that it did. On a table without relations it says less.
#[derive(Debug, Clone)]
pub struct Done {
    pub rows: usize,
    pub tables: Option<Counts>,
    pub report: Option<Report>,
}

impl Done {
    pub fn of_tree(report: Report, schema: &Schema) -> Self {
        let mut tables = Counts::new();
        for table in schema.tables {
            let rows = report.rows_of(table.name);
            if rows > 0 {
                tables.insert(table.name, rows);
            }
        }
        Self {
            rows: report.rows(),
            tables: Some(tables),
            report: Some(report),
        }
    }

    pub fn of_leaf(rows: QueryResult<usize>) -> Result<Self, Error> {
        Ok(Self {
            rows: rows?,
            tables: None,
            report: None,
        })
    }
}

/// The id of an operation, as its column has it.
pub trait Id {
    fn text(self) -> String;
}

impl Id for String {
    fn text(self) -> String {
        self
    }
}

impl Id for i64 {
    fn text(self) -> String {
        self.to_string()
    }
}

impl Id for Vec<u8> {
    fn text(self) -> String {
        self.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

pub fn stamp(micros: Option<i64>, id: Option<impl Id>) -> Option<Stamp> {
    micros.map(|micros| Stamp {
        micros,
        operation: id.map(Id::text),
    })
}

/// Whether the facts of a table have that word.
pub const fn mentions(facts: &str, word: &str) -> bool {
    let (facts, word) = (facts.as_bytes(), word.as_bytes());
    let mut start = 0;
    while start + word.len() <= facts.len() {
        let mut same = 0;
        while same < word.len() && facts[start + same] == word[same] {
            same += 1;
        }
        if same == word.len() {
            return true;
        }
        start += 1;
    }
    false
}

/// A module with the tables, their facts and the [`World`]: its primary keys and the ids of its operations,
/// then each table with its kind of marker, its foreign keys and its facts. A table is a `tree` or a
/// `leaf` to what goes down, and to what goes up.
macro_rules! world {
    (
        $world:ident $key:tt by $id_type:ty as $id_rust:ty, $id_column:expr;
        $($number:literal $table:ident: $marker:ident ($($($foreign:ident)+ -> $parent:literal $kind:ident),*) $facts:tt $down:ident $up:ident;)+
    ) => {
        pub mod $world {
            use std::collections::BTreeSet;

            use chrono::{DateTime, Utc};
            use diesel::prelude::*;
            use soft_delete_runtime::prelude::*;
            use soft_delete_runtime::{Error, Progress};

            #[allow(unused_imports)]
            use crate::backend::{Conn, Engine, engine};
            use crate::guarded;
            use crate::kinds;
            use crate::model::{Key, Kind, Relation, Row, Rows, Schema, Table};
            use crate::world::{Batches, Done, Run, World, mentions, stamp};

            $(diesel::table! {
                use diesel::sql_types::*;
                $table $key {
                    id -> Integer,
                    part -> Integer,
                    $($($foreign -> Nullable<Integer>,)+)*
                    note -> Integer,
                    gone -> crate::kinds::$marker::Sql,
                    deletion_id -> Nullable<$id_type>,
                }
            })+

            $(world! { @facts $table $facts })+

            static SCHEMA: Schema = Schema {
                tables: &[$(Table {
                    name: stringify!($table),
                    marker: kinds::$marker::MARKER,
                    operation: mentions(stringify!($facts), "operation"),
                }),+],
                relations: &[$($(Relation {
                    child: $number,
                    parent: $parent,
                    kind: Kind::$kind,
                },)*)+],
            };

            pub struct It;

            impl World for It {
                fn name(&self) -> &'static str {
                    stringify!($world)
                }

                fn schema(&self) -> &'static Schema {
                    &SCHEMA
                }

                fn key(&self) -> &'static [&'static str] {
                    world!(@names $key)
                }

                fn columns(&self) -> &'static [&'static [&'static [&'static str]]] {
                    &[$(&[$(&[$(stringify!($foreign)),+]),*]),+]
                }

                fn marks(&self, table: usize) -> String {
                    let column = [$(kinds::$marker::COLUMN),+][table];
                    format!("gone {column}, deletion_id {}", $id_column)
                }

                fn active(&self, table: usize) -> &'static str {
                    [$(kinds::$marker::ACTIVE),+][table]
                }

                fn guard(&self, conn: &mut Conn) {
                    guarded::guard(conn, ($($table::table,)+));
                }

                fn rows(&self, conn: &mut Conn) -> Rows {
                    let mut rows = Rows::new();
                    $({
                        type Loaded = (i32, kinds::$marker::Rust, Option<$id_rust>, $(($(world!(@integer $foreign),)+),)*);
                        let columns = ($table::id, $table::gone, $table::deletion_id, $(($($table::$foreign,)+),)*);
                        let loaded: Vec<Loaded> = $table::table.with_deleted().select(columns).load(conn).unwrap();
                        for (id, gone, operation, $(($($foreign,)+),)*) in loaded {
                            let parents = vec![$([$($foreign),+].into_iter().last().flatten()),*];
                            let deleted = stamp(kinds::$marker::micros(gone), operation);
                            rows.insert(($number, id), Row { parents, deleted });
                        }
                    })+
                    rows
                }

                fn roots(&self, conn: &mut Conn) -> BTreeSet<Key> {
                    let mut roots = BTreeSet::new();
                    $(
                        let ids: Vec<i32> = $table::table.deleted_roots().select($table::id).load(conn).unwrap();
                        roots.extend(ids.into_iter().map(|id| ($number, id)));
                    )+
                    roots
                }

                fn soft_delete(&self, conn: &mut Conn, table: usize, filter: &str, at: DateTime<Utc>, run: Run) -> Result<Done, Error> {
                    match table {
                        $($number => {
                            let target = $table::table.filter(diesel::dsl::sql::<diesel::sql_types::Bool>(filter));
                            let counted = target.clone().active().count();
                            world!(@$down soft_delete(target).at(at), counted, conn, run)
                        })+
                        _ => unreachable!(),
                    }
                }

                fn restore(&self, conn: &mut Conn, table: usize, filter: &str, ancestors: bool, run: Run) -> Result<Done, Error> {
                    match table {
                        $($number => {
                            let target = $table::table.filter(diesel::dsl::sql::<diesel::sql_types::Bool>(filter));
                            let counted = target.clone().only_deleted().count();
                            world!(@$up restore(target), counted, conn, run, ancestors with_ancestors)
                        })+
                        _ => unreachable!(),
                    }
                }

                fn purge(&self, conn: &mut Conn, table: usize, filter: &str, active: bool, run: Run) -> Result<Done, Error> {
                    match table {
                        $($number => {
                            let target = $table::table.filter(diesel::dsl::sql::<diesel::sql_types::Bool>(filter));
                            let counted = target.clone().only_deleted().count();
                            world!(@$down purge(target), counted, conn, run, active including_active)
                        })+
                        _ => unreachable!(),
                    }
                }

                fn purge_expired(&self, conn: &mut Conn, table: usize, batches: Batches, run: Run) -> Option<Result<Progress, Error>> {
                    match table {
                        $($number => world!(@expired $marker $table, conn, batches, run),)+
                        _ => unreachable!(),
                    }
                }

                fn hold(&self, conn: &mut Conn, (table, id): Key) -> Result<usize, Error> {
                    match table {
                        $($number => hold_active($table::table.filter($table::id.eq(id))).execute(conn),)+
                        _ => unreachable!(),
                    }
                }
            }
        }
    };
    (@facts $table:ident [$($facts:tt)*]) => {
        soft_delete_runtime::soft_delete_table! { $table(gone, $($facts)*) }
    };
    (@names ($($name:ident),+)) => { &[$(stringify!($name)),+] };
    (@integer $column:ident) => { Option<i32> };
    (@tree $operation:expr, $counted:expr, $conn:expr, $run:expr) => {{
        let _ = $counted;
        match $run {
            Run::Report => $operation.report($conn),
            Run::Preview => $operation.preview($conn),
        }
        .map(|report| Done::of_tree(report, &SCHEMA))
    }};
    (@tree $operation:expr, $counted:expr, $conn:expr, $run:expr, $more:ident $verb:ident) => {
        if $more {
            world!(@tree $operation.$verb(), $counted, $conn, $run)
        } else {
            world!(@tree $operation, $counted, $conn, $run)
        }
    };
    (@leaf $operation:expr, $counted:expr, $conn:expr, $run:expr $(, $more:ident $verb:ident)?) => {{
        $(let _ = $more;)?
        match $run {
            Run::Report => Done::of_leaf($operation.execute($conn)),
            Run::Preview => {
                let count = $counted.get_result::<i64>($conn);
                Done::of_leaf(count.map(|count| usize::try_from(count).unwrap()))
            }
        }
    }};
    (@expired flag $table:ident, $conn:expr, $batches:expr, $run:expr) => {{
        let _ = ($conn, $batches, $run);
        None
    }};
    (@expired $marker:ident $table:ident, $conn:expr, $batches:expr, $run:expr) => {{
        let mut retention = purge_expired($table::table)
            .deleted_before($batches.cutoff)
            .batch_size($batches.size);
        if let Some(most) = $batches.most {
            retention = retention.max_batches(most);
        }
        Some(match $run {
            Run::Report => retention.execute($conn),
            Run::Preview => retention.preview($conn),
        })
    }};
}
