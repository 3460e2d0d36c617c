//! Runners: they carry the steps of a tree operation out, on a blocking or an asynchronous
//! connection.

mod blocking;
mod retention;

use crate::error::Error;
use crate::tree::{
    HoldActive, Meaning, Report, TreeOperation, TreePurge, TreeRestore, TreeSoftDelete,
};

/// A connection that can carry out the operation `O`.
///
/// `Kind` tells the kinds of connection apart and is always inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a connection that an operation on a tree can run on",
    note = "it takes a `diesel::Connection` to SQLite, PostgreSQL or MySQL (or a `MultiConnection` over them), or with the feature `async` a `diesel_async::AsyncConnection`",
    note = "a pooled connection is passed as `&mut *pooled` where it is not one itself"
)]
pub trait RunTree<O, Kind> {
    /// The number of rows, or a future of it.
    type Execute<'conn>
    where
        Self: 'conn;
    /// The report, or a future of it.
    type Report<'conn>
    where
        Self: 'conn;

    #[doc(hidden)]
    fn execute(operation: O, conn: &mut Self) -> Self::Execute<'_>;
    #[doc(hidden)]
    fn report(operation: O, conn: &mut Self) -> Self::Report<'_>;
    #[doc(hidden)]
    fn preview(operation: O, conn: &mut Self) -> Self::Report<'_>;
}

/// A connection that can carry out the operation `O` and return the changed rows as `M`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot return the changed rows as `{M}`",
    note = "it takes a backend with `RETURNING` (PostgreSQL, SQLite with Diesel's feature `returning_clauses_for_sqlite_3_35`) and `#[derive(Selectable)]` on the model"
)]
pub trait LoadTree<O, M, Kind> {
    /// The rows, or a future of them.
    type Load<'conn>
    where
        Self: 'conn;
    /// One row, or a future of it.
    type LoadOne<'conn>
    where
        Self: 'conn;

    #[doc(hidden)]
    fn get_results(operation: O, conn: &mut Self) -> Self::Load<'_>;
    #[doc(hidden)]
    fn get_result(operation: O, conn: &mut Self) -> Self::LoadOne<'_>;
}

macro_rules! operation {
    ([$($generics:tt)*] $operation:ty) => {
        impl<$($generics)*> $operation {
            /// Carries it out, in one transaction (a savepoint within the caller's), and returns
            /// how many rows of all tables were changed.
            ///
            /// # Errors
            ///
            /// [`Error`] says what forbids it, or what the database reports. Nothing is changed
            /// then.
            pub fn execute<C, Kind>(self, conn: &mut C) -> C::Execute<'_>
            where
                C: RunTree<Self, Kind>,
            {
                C::execute(self, conn)
            }

            /// Carries it out and returns the rows of each table, the moment and the operation's
            /// id.
            ///
            /// # Errors
            ///
            /// As [`execute`](Self::execute).
            pub fn report<C, Kind>(self, conn: &mut C) -> C::Report<'_>
            where
                C: RunTree<Self, Kind>,
            {
                C::report(self, conn)
            }

            /// The report that [`report`](Self::report) would give now. Nothing is changed.
            ///
            /// That of a restore is carried out and undone, so it waits for locks as the restore
            /// does.
            ///
            /// # Errors
            ///
            /// As [`execute`](Self::execute): what would be refused is refused.
            pub fn preview<C, Kind>(self, conn: &mut C) -> C::Report<'_>
            where
                C: RunTree<Self, Kind>,
            {
                C::preview(self, conn)
            }

            /// Carries it out and returns the rows that the target named, as far as they were
            /// changed, where the backend has `RETURNING`.
            ///
            /// # Errors
            ///
            /// As [`execute`](Self::execute).
            pub fn get_results<M, C, Kind>(self, conn: &mut C) -> C::Load<'_>
            where
                C: LoadTree<Self, M, Kind>,
            {
                C::get_results(self, conn)
            }

            /// [`get_results`](Self::get_results) of one row.
            ///
            /// # Errors
            ///
            /// [`NotFound`](diesel::result::Error::NotFound) in an [`Error::Database`] if no row
            /// was changed; otherwise as [`execute`](Self::execute).
            pub fn get_result<M, C, Kind>(self, conn: &mut C) -> C::LoadOne<'_>
            where
                C: LoadTree<Self, M, Kind>,
            {
                C::get_result(self, conn)
            }
        }
    };
}

operation!([T, W, A] TreeSoftDelete<T, W, A>);
operation!([T, W] TreeRestore<T, W>);
operation!([T, W] TreePurge<T, W>);

impl<T, W> HoldActive<T, W> {
    /// Holds the rows, and returns how many there are.
    ///
    /// # Errors
    ///
    /// [`Error::ParentDeleted`] if there is none: they are deleted, or not there.
    pub fn execute<C, Kind>(self, conn: &mut C) -> C::Execute<'_>
    where
        C: RunTree<Self, Kind>,
    {
        C::execute(self, conn)
    }
}

/// The results of the steps so far.
struct Tally {
    report: Report,
    expected: Option<i64>,
}

impl Tally {
    fn new(report: Report) -> Self {
        Self {
            report,
            expected: None,
        }
    }

    /// Adds the result of a step, or ends with what it forbids.
    fn take(&mut self, meaning: &Meaning, count: i64) -> Result<(), Error> {
        let tables = &mut self.report.tables;
        let rows = usize::try_from(count).unwrap_or_default();
        match meaning {
            Meaning::Expected => self.expected = Some(count),
            Meaning::Changed(table) | Meaning::Counted(table) => tables[*table].1 += rows,
            Meaning::ChangedTarget if self.expected.is_some_and(|expected| expected != count) => {
                return Err(Error::TargetChanged {
                    table: tables[0].0.clone(),
                });
            }
            Meaning::ChangedTarget => tables[0].1 += rows,
            Meaning::TakenBack(table) => {
                tables[*table].1 = tables[*table].1.saturating_sub(rows);
            }
            Meaning::Held(table) if count == 0 => {
                return Err(Error::ParentDeleted {
                    table: table.clone(),
                });
            }
            Meaning::Held(_) => tables[0].1 += rows,
            Meaning::Restricted(table) if count > 0 => {
                return Err(Error::Restricted {
                    table: table.clone(),
                    count,
                });
            }
            Meaning::ParentDeleted(table) if count > 0 => {
                return Err(Error::ParentDeleted {
                    table: table.clone(),
                });
            }
            _ => {}
        }
        Ok(())
    }
}

/// What every operation's error passes through on its way out of the transaction.
fn typed<O: TreeOperation>(error: Error) -> Error {
    match error {
        Error::Database(error) => O::error(error),
        error => error,
    }
}
