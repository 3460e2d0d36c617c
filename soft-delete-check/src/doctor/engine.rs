//! What differs between the engines in every statement: names, literals, types.

use diesel::QueryResult;
use diesel::result::Error as DieselError;
use soft_delete_runtime::__private::ColumnType;

use super::connection::{Ask, COLUMNS, TextRow};

/// The engine behind a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Engine {
    Sqlite,
    Postgres,
    Mysql,
    MariaDb,
}

/// Tells whoever reads the statements of a program that this one means the deleted rows too.
const TRACE: &str = "/* soft-delete */";

/// Known by what is a comment to whom, and by SQLite's comparison of text and number.
const WHICH: &str = "SELECT CASE WHEN 1 = 0 /*M! OR 1 = 1 */ THEN 'MariaDB' \
     WHEN 1 = 0 /*! OR 1 = 1 */ THEN 'MySQL' \
     WHEN '1' = 1 THEN 'PostgreSQL' ELSE 'SQLite' END AS c0";

impl Engine {
    pub(super) fn is_mysql(self) -> bool {
        matches!(self, Self::Mysql | Self::MariaDb)
    }

    /// A quoted name.
    pub(super) fn quote(self, name: &str) -> String {
        if self.is_mysql() {
            format!("`{}`", name.replace('`', "``"))
        } else {
            format!("\"{}\"", name.replace('"', "\"\""))
        }
    }

    /// Quoted names, separated by commas.
    pub(super) fn list<S: AsRef<str>>(self, names: impl IntoIterator<Item = S>) -> String {
        let quoted: Vec<_> = (names.into_iter())
            .map(|name| self.quote(name.as_ref()))
            .collect();
        quoted.join(", ")
    }

    /// A literal of text.
    pub(super) fn text(self, text: &str) -> String {
        let doubled = text.replace('\'', "''");
        if self.is_mysql() {
            format!("'{}'", doubled.replace('\\', "\\\\"))
        } else {
            format!("'{doubled}'")
        }
    }

    /// Literals of text, separated by commas.
    pub(super) fn texts<'a>(self, texts: impl IntoIterator<Item = &'a str>) -> String {
        let literals: Vec<_> = texts.into_iter().map(|text| self.text(text)).collect();
        literals.join(", ")
    }

    /// The type that a value of any type is cast to, to be read or compared as text.
    pub(super) fn text_type(self) -> &'static str {
        if self.is_mysql() { "CHAR" } else { "TEXT" }
    }

    /// The type to create a column with, where it is known.
    pub(super) fn type_name(self, sql_type: ColumnType) -> Option<&'static str> {
        Some(match (sql_type, self) {
            (ColumnType::Other, _)
            | (ColumnType::Uuid, Self::Sqlite | Self::Mysql | Self::MariaDb) => return None,
            (ColumnType::Bool, _) => "BOOLEAN",
            (ColumnType::SmallInt, _) => "SMALLINT",
            (ColumnType::Integer, _) => "INTEGER",
            (ColumnType::BigInt, _) => "BIGINT",
            (ColumnType::Text, Self::Mysql | Self::MariaDb) => "VARCHAR(255)",
            (ColumnType::Text, _) => "TEXT",
            (ColumnType::Binary, Self::Postgres) => "BYTEA",
            (ColumnType::Binary, Self::Mysql | Self::MariaDb) => "VARBINARY(255)",
            (ColumnType::Binary, Self::Sqlite) => "BLOB",
            (ColumnType::Timestamp | ColumnType::Datetime, Self::Mysql | Self::MariaDb) => {
                "DATETIME(6)"
            }
            (ColumnType::Timestamp | ColumnType::Datetime, _) => "TIMESTAMP",
            (ColumnType::Timestamptz, _) => "TIMESTAMPTZ",
            (ColumnType::Uuid, Self::Postgres) => "UUID",
        })
    }
}

impl std::fmt::Display for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
            Self::Mysql => "MySQL",
            Self::MariaDb => "MariaDB",
        })
    }
}

/// A connection, and the engine that it leads to.
pub(super) struct Database<'conn, K, C> {
    pub(super) engine: Engine,
    conn: &'conn mut C,
    kind: std::marker::PhantomData<fn() -> K>,
}

impl<'conn, K: Ask<C>, C> Database<'conn, K, C> {
    /// Asks which engine it is.
    pub(super) async fn new(conn: &'conn mut C) -> QueryResult<Self> {
        let answer = K::rows::<1>(conn, WHICH.to_owned()).await?;
        let engine = match answer.first() {
            Some(TextRow([Some(name)])) => match name.as_str() {
                "MariaDB" => Engine::MariaDb,
                "MySQL" => Engine::Mysql,
                "PostgreSQL" => Engine::Postgres,
                _ => Engine::Sqlite,
            },
            _ => return Err(DieselError::NotFound),
        };
        Ok(Self {
            engine,
            conn,
            kind: std::marker::PhantomData,
        })
    }

    /// The rows of a query of `N` columns, each as text, ordered by columns of `r(c0, c1, ..)`.
    pub(super) async fn rows<const N: usize>(
        &mut self,
        query: &str,
        order: &str,
    ) -> QueryResult<Vec<[Option<String>; N]>> {
        let text = self.engine.text_type();
        let names = &COLUMNS[..N];
        let casts: Vec<_> = (names.iter())
            .map(|name| format!("CAST(r.{name} AS {text}) AS {name}"))
            .collect();
        let sql = format!(
            "{TRACE} WITH r({}) AS ({query}) SELECT {} FROM r ORDER BY {order}",
            names.join(", "),
            casts.join(", ")
        );
        let rows = K::rows::<N>(self.conn, sql).await?;
        Ok(rows.into_iter().map(|TextRow(row)| row).collect())
    }

    /// The same of a query that the database may refuse. The caller's transaction goes on.
    pub(super) async fn try_rows<const N: usize>(
        &mut self,
        query: &str,
        order: &str,
    ) -> QueryResult<Option<Vec<[Option<String>; N]>>> {
        K::begin(self.conn).await?;
        let rows = self.rows(query, order).await;
        K::roll_back(self.conn).await?;
        Ok(rows.ok())
    }

    /// The lines of the plan of a statement, which is not run; none if the engine refuses it.
    pub(super) async fn plan(&mut self, statement: &str) -> QueryResult<Option<Vec<String>>> {
        let explain = match self.engine {
            Engine::Sqlite => "EXPLAIN QUERY PLAN",
            _ => "EXPLAIN",
        };
        K::begin(self.conn).await?;
        let plan = K::rows::<1>(self.conn, format!("{TRACE} {explain} {statement}")).await;
        K::roll_back(self.conn).await?;
        let lines = |rows: Vec<TextRow<1>>| rows.into_iter().filter_map(|TextRow([line])| line);
        Ok(plan.ok().map(|rows| lines(rows).collect()))
    }
}
