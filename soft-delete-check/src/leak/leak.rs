//! What is reported.

use std::fmt;
use std::sync::Arc;

use super::call_site::CallSite;

/// What a statement does to a watched table without saying that it means it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LeakKind {
    /// It reads deleted rows beside active ones.
    Read,
    /// It updates deleted rows beside active ones.
    ///
    /// Setting the marker to what an active row has is no such update: it revives. Neither is setting
    /// it to a bound value, as Diesel does: which one it is, the statement does not say.
    Update,
    /// It is an `INSERT .. ON CONFLICT .. DO UPDATE` that changes a deleted row, which stays
    /// deleted.
    ///
    /// An upsert has a `.filter(..)` of its own, that of
    /// [`FilterDsl`](diesel::query_dsl::methods::FilterDsl), which no prelude has. Import it in the
    /// function that upserts: beside the prelude it makes the `.filter(..)` of a query ambiguous.
    Upsert,
    /// It removes active rows: a `DELETE`, a `TRUNCATE`, a `REPLACE`, a `MERGE`.
    Delete,
    /// What it says of the marker holds for no row: `deleted_at IS NULL AND deleted_at IS NOT
    /// NULL`, `deleted_at = NULL`.
    AlwaysEmpty,
    /// An `or_filter` right after `with_deleted()`.
    ///
    /// In a program it is the only filter. Here, under the feature `check`, it is beside one that is
    /// always true, and the statement takes all rows.
    OrFilter,
    /// It names the table, and could not be parsed.
    NotParsed,
}

/// A statement that forgets, or seems to forget, that rows may be deleted.
///
/// [`Display`](fmt::Display) is a report of a few lines; the fields are for tests that look at
/// one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Leak {
    /// What it does.
    pub kind: LeakKind,
    /// The watched table, as the database knows it.
    pub table: String,
    /// The SQL, without the values of bind parameters.
    pub statement: String,
    /// Where the statement was executed; `None` where no frame of the program has a name.
    pub call_site: Option<CallSite>,
    /// The name of the thread, which for the thread of a test is that of the test.
    pub thread: Option<String>,
    pub(super) joined: bool,
    /// The predicate of active rows, `(users.deleted_at IS NULL)`.
    pub(super) active: String,
    /// All frames of the program, innermost first.
    pub(super) frames: Arc<[CallSite]>,
}

impl Leak {
    /// What to write instead.
    pub fn instead(&self) -> String {
        let Self { table, active, .. } = self;
        match self.kind {
            LeakKind::Read if self.joined => format!(
                "say which rows are meant: `.inner_join_active({table}::table)`, `.left_join_active({table}::table)` or `.filter(is_active({table}::table))`; in SQL `{active}` in `ON` or `WHERE`"
            ),
            LeakKind::Read => format!(
                "say which rows are meant: `{table}::table.active()`, or `.with_deleted()` for all; in SQL `{active}`"
            ),
            LeakKind::Update => format!(
                "say which rows are meant: `diesel::update({table}::table.active()..)`, or `.with_deleted()` for all, or `soft_delete(..)` and `restore(..)` to set the marker; in SQL `{active}`"
            ),
            LeakKind::Upsert => format!(
                "set the marker too, `marked_active({table}::table)`, or leave deleted rows alone: `.do_update().set(..).filter(is_active({table}::table))`, for which `use diesel::query_dsl::methods::FilterDsl`"
            ),
            LeakKind::Delete => format!(
                "`soft_delete({table}::table..)`; or `purge(..)`, which removes deleted rows only, or `purge(..).including_active()`"
            ),
            LeakKind::AlwaysEmpty => {
                "no row is active and deleted at once, and nothing equals NULL: take one of the predicates away".to_owned()
            }
            LeakKind::OrFilter => {
                "`.filter(..)`, or `.or(..)` inside of one: the tests of a program would take other rows than the program".to_owned()
            }
            LeakKind::NotParsed => {
                "look whether it leaves deleted rows out, and allow it: `Allow::not_parsed(..)`".to_owned()
            }
        }
    }

    /// Whether it is the same statement at the same place, maybe in another thread.
    pub(super) fn is_same_place(&self, other: &Self) -> bool {
        (self.kind, &self.table, &self.statement, &self.call_site)
            == (other.kind, &other.table, &other.statement, &other.call_site)
    }

    fn what(&self) -> String {
        let Self { table, .. } = self;
        match self.kind {
            LeakKind::Read => format!("reads deleted rows of `{table}`"),
            LeakKind::Update => format!("updates deleted rows of `{table}`"),
            LeakKind::Upsert => format!("an upsert that changes deleted rows of `{table}`"),
            LeakKind::Delete => format!("removes active rows of `{table}`"),
            LeakKind::AlwaysEmpty => format!("finds no row of `{table}`, ever"),
            LeakKind::OrFilter => {
                format!("has an `or_filter` right after `with_deleted()` of `{table}`")
            }
            LeakKind::NotParsed => format!("names `{table}` and cannot be parsed"),
        }
    }
}

impl fmt::Display for Leak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.what())?;
        writeln!(f, "  statement  {}", self.statement)?;
        if let Some(call_site) = &self.call_site {
            writeln!(f, "  called by  {call_site}")?;
        }
        if let Some(thread) = &self.thread {
            writeln!(f, "  in thread  {thread}")?;
        }
        write!(f, "  instead    {}", self.instead())
    }
}
