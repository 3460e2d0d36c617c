//! What an engine can do beyond the portable form, by the type of its backend.

use std::any::TypeId;

use diesel::backend::Backend;

/// The engine behind a backend type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Any: SQLite, or a `MultiConnection`, which may be each of them.
    Portable,
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

impl Dialect {
    /// Whether the engine can be one of those two.
    pub(super) fn limits_recursion<DB: Backend + 'static>() -> bool {
        #[cfg(feature = "sqlite")]
        if TypeId::of::<DB>() == TypeId::of::<diesel::sqlite::Sqlite>() {
            return false;
        }
        cfg!(feature = "mysql") && Self::of::<DB>() != Self::Postgres
    }

    pub(crate) fn of<DB: Backend + 'static>() -> Self {
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

    /// What locks the rows of a batch, leaving those that another one has.
    pub(crate) fn lock_batch(self) -> &'static str {
        match self {
            Self::Portable => "",
            _ => " FOR UPDATE SKIP LOCKED",
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
            Self::Portable => "",
            Self::Postgres => " FOR SHARE",
            Self::Mysql => " LOCK IN SHARE MODE",
        }
    }

    /// Whether `SELECT .. FOR UPDATE` is there.
    pub(crate) fn locks_rows(self) -> bool {
        self != Self::Portable
    }
}
