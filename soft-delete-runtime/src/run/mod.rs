//! Runners: they carry the steps of a tree operation out, on a blocking or an asynchronous
//! connection.

#[cfg(feature = "async")]
mod asynchronous;
mod blocking;
mod kind;
mod retention;
mod tree;

#[cfg(feature = "async")]
pub use self::asynchronous::{Asynchronous, BoxFuture};
pub use self::blocking::Blocking;
pub use self::retention::RunRetention;
use crate::tree::{HoldActive, TreePurge, TreeRestore, TreeSoftDelete};

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
        Self: 'conn,
        O: 'conn;
    /// The report, or a future of it.
    type Report<'conn>
    where
        Self: 'conn,
        O: 'conn;

    #[doc(hidden)]
    fn execute<'conn>(operation: O, conn: &'conn mut Self) -> Self::Execute<'conn>
    where
        O: 'conn;
    #[doc(hidden)]
    fn report<'conn>(operation: O, conn: &'conn mut Self) -> Self::Report<'conn>
    where
        O: 'conn;
    #[doc(hidden)]
    fn preview<'conn>(operation: O, conn: &'conn mut Self) -> Self::Report<'conn>
    where
        O: 'conn;
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
        Self: 'conn,
        O: 'conn,
        M: 'conn;
    /// One row, or a future of it.
    type LoadOne<'conn>
    where
        Self: 'conn,
        O: 'conn,
        M: 'conn;

    #[doc(hidden)]
    fn get_results<'conn>(operation: O, conn: &'conn mut Self) -> Self::Load<'conn>
    where
        O: 'conn,
        M: 'conn;
    #[doc(hidden)]
    fn get_result<'conn>(operation: O, conn: &'conn mut Self) -> Self::LoadOne<'conn>
    where
        O: 'conn,
        M: 'conn;
}

macro_rules! operation {
    ([$($generics:tt)*] $operation:ty) => {
        impl<$($generics)*> $operation {
            /// Carries it out, in one transaction (a savepoint within the caller's), and returns
            /// how many rows of all tables were changed.
            ///
            /// # Errors
            ///
            /// [`Error`](crate::Error) says what forbids it, or what the database reports. Nothing
            /// is changed then.
            pub fn execute<'conn, C, Kind>(self, conn: &'conn mut C) -> C::Execute<'conn>
            where
                C: RunTree<Self, Kind>,
                Self: 'conn,
            {
                C::execute(self, conn)
            }

            /// Carries it out and returns the rows of each table, the moment and the operation's
            /// id.
            ///
            /// # Errors
            ///
            /// As [`execute`](Self::execute).
            pub fn report<'conn, C, Kind>(self, conn: &'conn mut C) -> C::Report<'conn>
            where
                C: RunTree<Self, Kind>,
                Self: 'conn,
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
            pub fn preview<'conn, C, Kind>(self, conn: &'conn mut C) -> C::Report<'conn>
            where
                C: RunTree<Self, Kind>,
                Self: 'conn,
            {
                C::preview(self, conn)
            }

            /// Carries it out and returns the rows that the target named, as far as they were
            /// changed, where the backend has `RETURNING`.
            ///
            /// # Errors
            ///
            /// As [`execute`](Self::execute).
            pub fn get_results<'conn, M, C, Kind>(self, conn: &'conn mut C) -> C::Load<'conn>
            where
                C: LoadTree<Self, M, Kind>,
                Self: 'conn,
                M: 'conn,
            {
                C::get_results(self, conn)
            }

            /// [`get_results`](Self::get_results) of one row.
            ///
            /// # Errors
            ///
            /// [`NotFound`](diesel::result::Error::NotFound) in an
            /// [`Error::Database`](crate::Error::Database) if no row was changed; otherwise as
            /// [`execute`](Self::execute).
            pub fn get_result<'conn, M, C, Kind>(self, conn: &'conn mut C) -> C::LoadOne<'conn>
            where
                C: LoadTree<Self, M, Kind>,
                Self: 'conn,
                M: 'conn,
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
    /// [`Error::ParentDeleted`](crate::Error::ParentDeleted) if there is none: they are deleted, or not there.
    pub fn execute<'conn, C, Kind>(self, conn: &'conn mut C) -> C::Execute<'conn>
    where
        C: RunTree<Self, Kind>,
        Self: 'conn,
    {
        C::execute(self, conn)
    }
}
