//! A table of which more and more rows are deleted, with each kind of marker.

use crate::schema::Database;

/// A list of active rows, and the same list of the table that holds only active rows.
pub struct Lists<C> {
    pub kind: &'static str,
    /// The type of the marker, and what it is in an active and in a deleted row.
    column: &'static str,
    active: &'static str,
    deleted: &'static str,
    /// The condition of the partial index.
    condition: &'static str,
    /// So many rows of an owner, newest first, of the table `items`.
    pub items: fn(&mut C, i32) -> usize,
    /// Of the table `active_items`.
    pub active_items: fn(&mut C, i32) -> usize,
    /// The SQL of the first.
    pub sql: fn() -> String,
}

/// How many owners there are, and how many rows are listed.
pub const OWNERS: i32 = 10;
pub const LISTED: usize = 100;

/// The indexes on `items`, by name.
pub const INDEXES: [&str; 3] = ["partial", "plain", "none"];

impl<C: Database> Lists<C> {
    /// The statements that make both tables anew, of which so many rows in a thousand are deleted.
    pub fn tables(&self, rows: usize, deleted_of_1000: usize) -> String {
        let Self {
            column,
            active,
            deleted,
            ..
        } = self;
        let columns = format!(
            "(id INTEGER PRIMARY KEY, owner_id INTEGER NOT NULL, created_at BIGINT NOT NULL,
              title VARCHAR(100) NOT NULL, marker {column})"
        );
        let select = |marker: &str, filter: &str| {
            format!(
                "{} SELECT n, n % {OWNERS}, n, 'what it is called', {marker} FROM numbers {filter}",
                C::numbers(rows)
            )
        };
        let is_deleted = format!("(n / {OWNERS}) % 1000 < {deleted_of_1000}");
        let marker = format!("CASE WHEN {is_deleted} THEN {deleted} ELSE {active} END");
        format!(
            "DROP TABLE IF EXISTS items; CREATE TABLE items {columns};
             DROP TABLE IF EXISTS active_items; CREATE TABLE active_items {columns};
             INSERT INTO items {all};
             INSERT INTO active_items {rest};
             CREATE INDEX active_items_by_owner ON active_items (owner_id, created_at);",
            all = select(&marker, ""),
            rest = select(active, &format!("WHERE NOT ({is_deleted})")),
        )
    }

    /// The statements that leave `items` with one index, or none.
    pub fn index(&self, index: &str) -> String {
        let create = "CREATE INDEX items_by_owner ON items (owner_id, created_at)";
        let create = match index {
            "partial" => format!("{create} WHERE {};", self.condition),
            "plain" => format!("{create};"),
            _ => String::new(),
        };
        format!("DROP INDEX IF EXISTS items_by_owner; {create}")
    }
}

macro_rules! kinds {
    ($all:ident, $Conn:ty, $DB:ty, $moment:literal, [$($limit:tt)*]) => {
        /// Each kind of marker.
        pub fn $all() -> Vec<Lists<$Conn>> {
            use diesel::prelude::*;
            use soft_delete_runtime::prelude::*;

            macro_rules! kind {
                ($kind:literal, [$type:ty], $column:expr, $active:expr, $deleted:expr, $condition:literal) => {{
                    diesel::table! {
                        items {
                            id -> Integer,
                            owner_id -> Integer,
                            created_at -> BigInt,
                            title -> Text,
                            marker -> $type,
                        }
                    }
                    diesel::table! {
                        active_items {
                            id -> Integer,
                            owner_id -> Integer,
                            created_at -> BigInt,
                            title -> Text,
                        }
                    }
                    soft_delete_runtime::soft_delete_table! { items(marker) }

                    fn load<'a>(
                        conn: &mut $Conn,
                        query: impl diesel::query_dsl::methods::LoadQuery<'a, $Conn, (i32, i64, String)>,
                    ) -> usize {
                        let loaded = query.internal_load(conn);
                        match loaded.and_then(|rows| rows.take(LISTED).collect::<QueryResult<Vec<_>>>()) {
                            Ok(rows) => rows.len(),
                            Err(error) => panic!("{error}"),
                        }
                    }

                    macro_rules! list {
                        ($table:expr, $module:ident, $owner:expr) => {
                            $table
                                .filter($module::owner_id.eq($owner))
                                .order($module::created_at.desc())
                                $($limit)*
                                .select(($module::id, $module::created_at, $module::title))
                        };
                    }

                    Lists {
                        kind: $kind,
                        column: $column,
                        active: $active,
                        deleted: $deleted,
                        condition: $condition,
                        items: |conn, owner| load(conn, list!(items::table.active(), items, owner)),
                        active_items: |conn, owner| load(conn, list!(active_items::table, active_items, owner)),
                        sql: || {
                            let query = list!(items::table.active(), items, 1);
                            diesel::debug_query::<$DB, _>(&query).to_string()
                        },
                    }
                }};
            }

            vec![
                kind!("timestamp", [Nullable<Timestamp>], "TIMESTAMP", "NULL", $moment, "marker IS NULL"),
                kind!("Bool", [Bool], "BOOLEAN NOT NULL", "FALSE", "TRUE", "NOT marker"),
                kind!("BigInt", [BigInt], "BIGINT NOT NULL", "0", "1767225600", "marker = 0"),
            ]
        }
    };
}

// SQLite reads no further than it is asked to; a bound `LIMIT` would have it prepare the statement
// anew each time, which takes longer than the list
kinds!(
    on_sqlite,
    diesel::SqliteConnection,
    diesel::sqlite::Sqlite,
    "'2026-01-01 00:00:00'",
    []
);
#[cfg(feature = "postgres")]
kinds!(
    on_postgres,
    diesel::PgConnection,
    diesel::pg::Pg,
    "TIMESTAMP '2026-01-01 00:00:00'",
    [.limit(100)]
);
