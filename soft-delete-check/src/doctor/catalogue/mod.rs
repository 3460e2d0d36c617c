//! What the database's catalogue says about the tables, the same data from each engine.

mod mysql;
mod postgres;
mod sqlite;
mod sqlite_text;

use diesel::QueryResult;
use soft_delete_runtime::__private::Facts;

use super::connection::Ask;
use super::engine::{Database, Engine};

/// What the catalogue has: a table for each of the facts, and the foreign keys around them.
#[derive(Debug, Default)]
pub(super) struct Catalogue {
    pub(super) tables: Vec<Option<Table>>,
    pub(super) foreign_keys: Vec<ForeignKey>,
    /// Where a table is that the facts name and the connection does not see: `other.users`.
    pub(super) elsewhere: Vec<(usize, String)>,
    /// What the role has no right to read, in words.
    pub(super) unread: Vec<String>,
}

/// A table's schema and name, as the catalogue has them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) schema: String,
    pub(super) name: String,
}

#[derive(Debug)]
pub(super) struct Table {
    pub(super) place: Place,
    pub(super) kind: TableKind,
    /// Whether the role may insert rows, and with it ask the planner about an insertion.
    pub(super) may_insert: bool,
    pub(super) columns: Vec<Column>,
    pub(super) indexes: Vec<Index>,
    pub(super) triggers: Vec<Trigger>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TableKind {
    Plain,
    Partitioned,
    /// Or anything else that has no constraints of its own.
    View,
}

#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) sql_type: String,
    pub(super) not_null: bool,
    /// The expression of a generated column.
    pub(super) generated: Option<String>,
    /// The digits of a second that a date and time keeps.
    pub(super) precision: Option<u8>,
    /// A value that the column can hold, as SQL.
    pub(super) sample: Option<String>,
}

#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) name: String,
    pub(super) unique: bool,
    pub(super) primary: bool,
    /// Whether it belongs to a constraint, and cannot be dropped by itself.
    pub(super) constraint: bool,
    /// Whether the constraint is an `EXCLUDE`, which is as good as unique: rows may not share a key,
    /// by operators of its own.
    pub(super) exclusion: bool,
    /// Whether the engine uses it.
    pub(super) valid: bool,
    /// Whether it finds rows by the equality of its first columns.
    pub(super) searchable: bool,
    /// Whether two NULLs are one key.
    pub(super) nulls_equal: bool,
    pub(super) predicate: Option<String>,
    pub(super) keys: Vec<Key>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    Column(String),
    /// The beginning of a column's values.
    Prefix(String, String),
    Expression(String),
}

#[derive(Debug)]
pub(super) struct ForeignKey {
    /// SQLite keeps none.
    pub(super) name: Option<String>,
    pub(super) child: Place,
    pub(super) parent: Place,
    /// The child's columns, and what they refer to.
    pub(super) columns: Vec<(String, String)>,
    /// Unknown where the role may not read it.
    pub(super) on_delete: Option<OnDelete>,
    /// What else it says, as SQL: ` ON UPDATE CASCADE DEFERRABLE`. SQLite keeps it as text alone.
    pub(super) options: String,
    /// Whether the rows of before are known to keep it: not so with `NOT VALID`.
    pub(super) valid: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OnDelete {
    /// `NO ACTION`, `RESTRICT`.
    Refuse,
    Cascade,
    SetNull,
    SetDefault,
}

#[derive(Debug)]
pub(super) struct Trigger {
    pub(super) name: String,
    pub(super) body: String,
}

impl Catalogue {
    /// Reads it: some queries for all tables together.
    pub(super) async fn read<K: Ask<C>, C>(
        database: &mut Database<'_, K, C>,
        facts: &[Facts],
    ) -> QueryResult<Self> {
        match database.engine {
            Engine::Postgres => postgres::read(database, facts).await,
            Engine::Sqlite => sqlite::read(database, facts).await,
            Engine::Mysql | Engine::MariaDb => mysql::read(database, facts).await,
        }
    }

    /// Adds a column to a table.
    fn column(&mut self, table: usize, column: Column) {
        if let Some(table) = &mut self.tables[table] {
            table.columns.push(Column {
                generated: column.generated.filter(|text| !text.is_empty()),
                ..column
            });
        }
    }
}

impl Table {
    pub(super) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    pub(super) fn primary_key(&self) -> Vec<String> {
        (self.indexes.iter())
            .find(|index| index.primary)
            .map(|index| {
                index
                    .keys
                    .iter()
                    .filter_map(Key::column)
                    .map(str::to_owned)
                    .collect()
            })
            .unwrap_or_default()
    }
}

impl Key {
    /// The column whose whole values it is.
    pub(super) fn column(&self) -> Option<&str> {
        match self {
            Self::Column(name) => Some(name),
            Self::Prefix(..) | Self::Expression(_) => None,
        }
    }
}

impl ForeignKey {
    /// Whether it has these columns, in any order.
    pub(super) fn has_columns(&self, columns: &[String]) -> bool {
        self.columns.len() == columns.len()
            && (self.columns.iter()).all(|(column, _)| columns.contains(column))
    }
}

/// Adds a key to the last of the indexes, or to a new one where `index` has another name.
fn add_key(indexes: &mut Vec<Index>, index: Index, key: Key) {
    match indexes.last_mut() {
        Some(last) if last.name == index.name => last.keys.push(key),
        _ => indexes.push(Index {
            keys: vec![key],
            ..index
        }),
    }
}

/// Adds a pair of columns to the last of the foreign keys, or to a new one.
fn add_columns(foreign_keys: &mut Vec<ForeignKey>, key: ForeignKey, is_first: bool) {
    match foreign_keys.last_mut() {
        Some(last) if !is_first => last.columns.extend(key.columns),
        _ => foreign_keys.push(key),
    }
}

/// A flag of any engine.
fn is_true(value: Option<&String>) -> bool {
    value.is_some_and(|value| matches!(value.as_str(), "true" | "t" | "1"))
}
