//! A schema as the random steps see it, and the macro that makes one from a few lines.

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::RunQueryDsl;
use soft_delete_runtime::{Error, Progress, Report};

use crate::backend::{Conn, execute_batch};
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
    /// The foreign keys of each table.
    fn columns(&self) -> &'static [&'static [&'static str]];
    /// The SQL of the columns that a deletion writes.
    fn marks(&self) -> String;

    fn rows(&self, conn: &mut Conn) -> Rows;
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
        for (table, columns) in schema.tables.iter().zip(self.columns()) {
            let number = |name: &str| schema.tables.iter().position(|t| t.name == name).unwrap();
            let relations = schema
                .relations
                .iter()
                .filter(|relation| relation.child == number(table.name));
            let parents: String = columns
                .iter()
                .zip(relations)
                .enumerate()
                .map(|(place, (column, relation))| {
                    let parent = schema.tables[relation.parent].name;
                    let on_delete = ON_DELETE[(place + relation.parent) % ON_DELETE.len()];
                    format!(", FOREIGN KEY ({column}) REFERENCES {parent} (id){on_delete}")
                })
                .collect();
            let columns: String = columns
                .iter()
                .map(|column| format!(", {column} INTEGER"))
                .collect();
            let (name, marks) = (table.name, self.marks());
            execute_batch(
                conn,
                &format!(
                    "CREATE TABLE {name} (id INTEGER PRIMARY KEY{columns}, \
                     note INTEGER NOT NULL DEFAULT 0, {marks}{parents})"
                ),
            );
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
        let columns: String = self.columns()[table]
            .iter()
            .map(|column| format!(", {column}"))
            .collect();
        let values: String = parents
            .iter()
            .map(|parent| match parent {
                Some(parent) => format!(", {parent}"),
                None => ", NULL".to_owned(),
            })
            .collect();
        let name = self.schema().tables[table].name;
        let sql = format!("INSERT INTO {name} (id{columns}) VALUES ({id}{values})");
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
        let found: Vec<Found> = diesel::sql_query(sql).load(conn).unwrap();
        found.into_iter().map(|found| found.id).collect()
    }

    /// The SQL of "the row is active".
    fn is_active(&self, table: &str) -> String {
        let marks = self.marks();
        let active = match () {
            () if marks.contains("DEFAULT 0") => "= 0",
            () if marks.contains("DEFAULT false") => "= false",
            () => "IS NULL",
        };
        format!("{table}.gone {active}")
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
            return Some(format!(
                "{name}.id IN (SELECT id FROM (SELECT id FROM {name} ORDER BY id DESC LIMIT {}) AS last)",
                number % 4
            ));
        }
        let (place, relation) = relations.get(number % relations.len().max(1))?;
        let before = schema.relations[..*place].iter();
        let column = before.filter(|other| other.child == relation.child).count();
        let column = self.columns()[relation.child][column];
        let other = match form % 5 {
            3 => schema.tables[relation.parent].name,
            _ => schema.tables[relation.child].name,
        };
        let active = self.is_active("other");
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
        let column = self.columns()[table][column];
        execute_batch(
            conn,
            &format!("UPDATE {name} SET {column} = {parent}, note = note + 1 WHERE id = {id}"),
        );
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

/// A module with the tables, their facts and the [`World`]. `$key` is what every table states, `$facts`
/// what one states; a table is a `tree` or a `leaf` to what goes down, and to what goes up.
macro_rules! world {
    (
        $world:ident: $marker:ty as $rust:ty, $column:expr, $kept:ident by $read:expr, $moments:ident;
        $key:tt $id_type:ty as $id_rust:ty, $id_column:expr;
        $($number:literal $table:ident($($foreign:ident -> $parent:literal $kind:ident),*) $facts:tt $down:ident $up:ident;)+
    ) => {
        pub mod $world {
            use chrono::{DateTime, Utc};
            use diesel::prelude::*;
            use soft_delete_runtime::prelude::*;
            use soft_delete_runtime::{Error, Progress};

            #[allow(unused_imports)]
            use crate::backend::{Conn, Engine, engine};
            use crate::model::{Key, Kind, Marker, Relation, Row, Rows, Schema, Table};
            use crate::world::{Batches, Done, Run, World, mentions, stamp};

            $(diesel::table! {
                use diesel::sql_types::*;
                $table {
                    id -> Integer,
                    $($foreign -> Nullable<Integer>,)*
                    note -> Integer,
                    gone -> $marker,
                    deletion_id -> Nullable<$id_type>,
                }
            })+

            $(world! { @facts $table $facts $key })+

            static SCHEMA: Schema = Schema {
                tables: &[$(Table {
                    name: stringify!($table),
                    marker: Marker::$kept,
                    operation: mentions(stringify!($facts $key), "operation"),
                }),+],
                relations: &[$($(Relation {
                    child: $number,
                    parent: $parent,
                    kind: Kind::$kind,
                    nullable: true,
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

                fn columns(&self) -> &'static [&'static [&'static str]] {
                    &[$(&[$(stringify!($foreign)),*]),+]
                }

                fn marks(&self) -> String {
                    format!("gone {}, deletion_id {}", $column, $id_column)
                }

                fn rows(&self, conn: &mut Conn) -> Rows {
                    let read: fn($rust) -> Option<i64> = $read;
                    let mut rows = Rows::new();
                    $({
                        type Loaded = (i32, $rust, Option<$id_rust>, $(world!(@integer $foreign),)*);
                        let columns = ($table::id, $table::gone, $table::deletion_id, $($table::$foreign,)*);
                        let loaded: Vec<Loaded> = $table::table.select(columns).load(conn).unwrap();
                        for (id, gone, operation, $($foreign,)*) in loaded {
                            let deleted = stamp(read(gone), operation);
                            rows.insert(($number, id), Row { parents: vec![$($foreign),*], deleted });
                        }
                    })+
                    rows
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

                world! { @$moments $($number $table)+ }

                fn hold(&self, conn: &mut Conn, (table, id): Key) -> Result<usize, Error> {
                    match table {
                        $($number => hold_active($table::table.find(id)).execute(conn),)+
                        _ => unreachable!(),
                    }
                }
            }
        }
    };
    (@facts $table:ident [$($facts:tt)*] [$($key:tt)*]) => {
        soft_delete_runtime::soft_delete_table! { $table(gone $($facts)* $($key)*) }
    };
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
    (@moments $($number:literal $table:ident)+) => {
        fn purge_expired(&self, conn: &mut Conn, table: usize, batches: Batches, run: Run) -> Option<Result<Progress, Error>> {
            Some(match table {
                $($number => {
                    let mut retention = purge_expired($table::table)
                        .deleted_before(batches.cutoff)
                        .batch_size(batches.size);
                    if let Some(most) = batches.most {
                        retention = retention.max_batches(most);
                    }
                    match run {
                        Run::Report => retention.execute(conn),
                        Run::Preview => retention.preview(conn),
                    }
                })+
                _ => unreachable!(),
            })
        }
    };
    (@no_moments $($number:literal $table:ident)+) => {
        fn purge_expired(&self, _: &mut Conn, _: usize, _: Batches, _: Run) -> Option<Result<Progress, Error>> {
            None
        }
    };
}
