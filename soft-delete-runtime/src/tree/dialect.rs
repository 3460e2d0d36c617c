//! What an engine can do beyond the portable form, by the type of its backend.

use std::any::TypeId;

use diesel::backend::Backend;
use diesel::query_builder::AstPass;

use super::sql::Sql;

/// The engine behind a backend type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Any: a `MultiConnection`, which may be each of them.
    Portable,
    #[cfg_attr(not(feature = "sqlite"), allow(dead_code))]
    Sqlite,
    #[cfg_attr(not(feature = "postgres"), allow(dead_code))]
    Postgres,
    #[cfg_attr(not(feature = "mysql"), allow(dead_code))]
    Mysql,
}

/// MariaDB ends a recursive query silently, as deep as the session's variable says: 1000. This one
/// has its own. To any other engine it is a comment.
pub(super) const ANY_DEPTH_ON_MARIADB: &str =
    "/*M! SET STATEMENT max_recursive_iterations = 4294967295 FOR */ ";

/// MySQL ends it with an error. To any other engine it is a comment.
pub(super) const ANY_DEPTH_ON_MYSQL: &str =
    " /*+ SET_VAR(cte_max_recursion_depth = 4294967295) */ ";

/// Makes an `UPDATE` one of several tables, in which MariaDB before 11.1 turns an `IN` into a join; in
/// the other form it reads the whole table and locks it. To any other engine it is a comment.
pub(super) const JOINED_ON_MARIADB: &str = "/*M!, (SELECT 1 AS one) AS soft_delete_one*/";

impl Dialect {
    /// Whether the engine can be one of those two.
    pub(super) fn may_be_mysql(self) -> bool {
        cfg!(feature = "mysql") && matches!(self, Self::Portable | Self::Mysql)
    }

    /// Whether it is to be asked which engine it is, where the SQL has to differ.
    pub(crate) fn may_hide_mysql(self) -> bool {
        self == Self::Portable && self.may_be_mysql()
    }

    /// A count by which MySQL and MariaDB are known: what is a comment to others ends it at 0 there.
    pub(crate) fn ask() -> Sql {
        Sql::new().sql("SELECT COUNT(*) FROM (SELECT 1 AS one) AS asked /*! WHERE 1 = 0 */")
    }

    pub(crate) fn answer(count: i64) -> Self {
        match count {
            0 => Self::Mysql,
            _ => Self::Portable,
        }
    }

    pub(crate) fn of<DB: Backend + 'static>() -> Self {
        #[cfg(feature = "sqlite")]
        if TypeId::of::<DB>() == TypeId::of::<diesel::sqlite::Sqlite>() {
            return Self::Sqlite;
        }
        #[cfg(feature = "postgres")]
        if TypeId::of::<DB>() == TypeId::of::<diesel::pg::Pg>() {
            return Self::Postgres;
        }
        #[cfg(feature = "mysql")]
        if TypeId::of::<DB>() == TypeId::of::<diesel::mysql::Mysql>() {
            return Self::Mysql;
        }
        let _ = TypeId::of::<DB>();
        Self::Portable
    }

    /// Has the query prepared anew each time, where it may be one of libmariadb's: Diesel keeps one
    /// of which the rows failed to come (a deadlock, a lock that was waited for too long), and the
    /// client library waits for them without end when it runs again.
    pub(crate) fn keep_no_query<DB: Backend + 'static>(mut out: AstPass<'_, '_, DB>) {
        if matches!(Self::of::<DB>(), Self::Portable | Self::Mysql) {
            out.unsafe_to_cache_prepared();
        }
    }

    /// The same engine, asked for nothing that waits for a lock.
    pub(crate) fn without_locks(self) -> Self {
        match self {
            Self::Postgres | Self::Mysql => Self::Portable,
            other => other,
        }
    }

    /// What locks the rows of a batch, leaving those that another one has.
    pub(crate) fn lock_batch(self) -> &'static str {
        match self {
            Self::Portable | Self::Sqlite => "",
            Self::Postgres | Self::Mysql => " FOR UPDATE SKIP LOCKED",
        }
    }

    /// What makes a count see the last committed rows: InnoDB shows a transaction those of its
    /// beginning otherwise.
    pub(super) fn latest(self) -> &'static str {
        match self {
            Self::Mysql => " LOCK IN SHARE MODE",
            _ => "",
        }
    }

    /// What keeps rows as they are until the transaction ends.
    pub(super) fn hold(self) -> &'static str {
        match self {
            Self::Portable | Self::Sqlite => "",
            Self::Postgres => " FOR SHARE",
            Self::Mysql => " LOCK IN SHARE MODE",
        }
    }

    /// Whether `SELECT .. FOR UPDATE` is there.
    pub(crate) fn locks_rows(self) -> bool {
        matches!(self, Self::Postgres | Self::Mysql)
    }

    /// Whether a transaction that has begun to write is the only one that does.
    pub(crate) fn has_one_writer(self) -> bool {
        self == Self::Sqlite
    }
}
