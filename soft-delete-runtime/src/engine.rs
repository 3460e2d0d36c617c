//! The database engines as types, for `.statements::<engine::Postgres>()`, which gives the SQL of an
//! operation without a connection. Each needs the feature of its backend.
//!
//! An operation that runs needs none: it knows its engine by the type of the backend, or asks the
//! database.

use diesel::backend::Backend;
use diesel::expression::expression_types::Untyped;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::{QueryResult, result::Error as DieselError};

/// An engine, as far as its SQL differs. MySQL and MariaDB share theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(hidden)]
pub enum Engine {
    Sqlite,
    Postgres,
    Mysql,
}

impl Engine {
    /// What locks rows against every other writer.
    pub(crate) fn lock_rows(self) -> &'static str {
        match self {
            Self::Sqlite => "", // it has one writer
            Self::Postgres | Self::Mysql => " FOR UPDATE",
        }
    }

    /// The same for the rows of a batch, without those that another transaction has locked.
    pub(crate) fn lock_free_rows(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres | Self::Mysql => " FOR UPDATE SKIP LOCKED",
        }
    }

    /// What keeps rows as they are, while others may do the same.
    pub(crate) fn share_rows(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR SHARE",
            // MariaDB has no other spelling
            Self::Mysql => " LOCK IN SHARE MODE",
        }
    }

    /// The weakest lock that a soft delete of a table with relations waits for: it locks its rows
    /// `FOR UPDATE`.
    pub(crate) fn hold_rows(self) -> &'static str {
        match self {
            Self::Postgres => " FOR KEY SHARE",
            other => other.share_rows(),
        }
    }

    /// What makes a count see the last committed rows: InnoDB shows a transaction those of its
    /// beginning otherwise.
    pub(crate) fn locking_read(self) -> &'static str {
        match self {
            Self::Mysql => " LOCK IN SHARE MODE",
            Self::Sqlite | Self::Postgres => "",
        }
    }

    /// Whether a transaction that has begun to write is the only one that does.
    pub(crate) fn has_one_writer(self) -> bool {
        self == Self::Sqlite
    }

    /// Has the query prepared again each time, where it may run through libmariadb: Diesel keeps
    /// one of which the rows failed to come (a deadlock, a lock that was waited for too long), and
    /// the client library waits for them without end when it runs again.
    pub(crate) fn disable_statement_cache<DB: Backend>(self, mut out: AstPass<'_, '_, DB>) {
        if self == Self::Mysql {
            out.unsafe_to_cache_prepared();
        }
    }
}

/// An engine as a type.
pub trait EngineType {
    /// Its backend.
    type Backend: Backend<QueryBuilder: Default> + Default;
}

macro_rules! engine_type {
    ($(#[$doc:meta])* $engine:ident, $feature:literal, $backend:ty) => {
        $(#[$doc])*
        #[cfg(feature = $feature)]
        #[derive(Debug, Clone, Copy)]
        pub enum $engine {}

        #[cfg(feature = $feature)]
        impl EngineType for $engine {
            type Backend = $backend;
        }
    };
}

engine_type!(
    /// SQLite.
    Sqlite, "sqlite", diesel::sqlite::Sqlite
);
engine_type!(
    /// PostgreSQL.
    Postgres, "postgres", diesel::pg::Pg
);
engine_type!(
    /// MySQL.
    Mysql, "mysql", diesel::mysql::Mysql
);
engine_type!(
    /// MariaDB, whose statements are those of MySQL.
    MariaDb, "mysql", diesel::mysql::Mysql
);

/// A query that each engine answers in its own way.
///
/// `SUBSTR('abc', -1)` is the last letter, but on PostgreSQL, where it is all three. MySQL from 8.0
/// on reads the first comment, and MariaDB the second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DetectEngine;

const DETECT: &str = "SELECT COUNT(*) FROM (SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3 \
    UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6) AS t \
    WHERE n <= LENGTH(SUBSTR('abc', -1)) /*!80000 + 3 */ /*M!100000 + 4 */";

impl DetectEngine {
    pub(crate) fn answer(count: i64) -> QueryResult<Engine> {
        match count {
            1 => Ok(Engine::Sqlite),
            3 => Ok(Engine::Postgres),
            4 | 5 => Ok(Engine::Mysql),
            other => Err(DieselError::QueryBuilderError(
                format!("cannot tell which engine the connection is to: {other}").into(),
            )),
        }
    }
}

impl Query for DetectEngine {
    type SqlType = Untyped;
}

impl QueryId for DetectEngine {
    type QueryId = Self;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<DB: Backend> QueryFragment<DB> for DetectEngine {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        // it may be libmariadb's
        out.unsafe_to_cache_prepared();
        out.push_sql(DETECT);
        Ok(())
    }
}
