//! What is watched, and what happens with a leak.

use soft_delete_runtime::__private::{WatchedTable, WatchedTables};

use super::allow::Allow;
use super::analysis::Watched;
use super::guard::LeakGuard;

/// A [`LeakGuard`] that has yet to be told what to do with a leak.
#[derive(Debug, Clone)]
#[must_use = "it watches nothing before `.panics()` or `.collects()`"]
pub struct Watching {
    watched: Vec<Watched>,
    allowed: Vec<Allow>,
}

impl Watching {
    pub(super) fn new<T: WatchedTables>() -> Self {
        let mut tables = Vec::new();
        T::watched(&mut tables);
        let watched = tables.into_iter().map(|table: WatchedTable| {
            let marker = table.marker.to_owned();
            Watched::new(
                table.schema,
                table.table,
                marker,
                table.active,
                table.deleted,
            )
        });
        Self {
            watched: watched.collect(),
            allowed: Vec::new(),
        }
    }

    /// Allows statements that are intended, wherever the guard is used.
    ///
    /// [`assert_only`](LeakGuard::assert_only) also fails for an entry of these that matched nothing.
    ///
    /// ```
    /// # include!("../doctest_setup.rs");
    /// use soft_delete_check::{Allow, LeakGuard};
    ///
    /// # fn main() -> QueryResult<()> {
    /// # let mut conn = connection();
    /// let guard = LeakGuard::watching(users::table)
    ///     .allow([Allow::read("users").sql("SELECT COUNT(*) FROM users")])
    ///     .panics();
    /// conn.set_instrumentation(guard);
    /// users::table.count().get_result::<i64>(&mut conn)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn allow(mut self, entries: impl IntoIterator<Item = Allow>) -> Self {
        self.allowed.extend(entries);
        self
    }

    /// Panics at a leak, before the statement is executed, with its report.
    ///
    /// The panic starts in the call that executes the statement, so a test fails at the forgotten scope.
    /// In a task or thread of its own, as with tokio's `spawn`, the panic may go unnoticed: use
    /// [`collects`](Self::collects) there, which misses nothing.
    pub fn panics(self) -> LeakGuard {
        self.into_guard(true)
    }

    /// Keeps leaks for [`leaks`](LeakGuard::leaks) and [`assert_only`](LeakGuard::assert_only).
    pub fn collects(self) -> LeakGuard {
        self.into_guard(false)
    }

    fn into_guard(self, panics: bool) -> LeakGuard {
        LeakGuard::new(self.watched, self.allowed, panics)
    }
}
