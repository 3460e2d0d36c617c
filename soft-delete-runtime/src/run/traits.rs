//! What a connection can carry out.

/// A connection that can carry out the operation `O`.
///
/// `Kind` tells the kinds of connection apart and is always inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot run this operation",
    label = "not a connection that operations run on, or its backend lacks a part of this one",
    note = "it takes a Diesel connection to SQLite, PostgreSQL or MySQL (or a `MultiConnection` over them), or with the feature `async` a `diesel_async::AsyncConnection`",
    note = "pass a guard or a `&mut` as `&mut *guard`; a `&AsyncPgConnection` does not work, because a transaction needs a `&mut`"
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

/// A connection that can hold the rows of `O`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a connection that rows can be held on",
    note = "it takes a Diesel connection to SQLite, PostgreSQL or MySQL (or a `MultiConnection` over them), or with the feature `async` a `diesel_async::AsyncConnection`",
    note = "pass a guard or a `&mut` as `&mut *guard`; a `&AsyncPgConnection` does not work, because a transaction needs a `&mut`"
)]
pub trait RunHold<O, Kind> {
    /// The number of rows, or a future of it.
    type Hold<'conn>
    where
        Self: 'conn,
        O: 'conn;

    #[doc(hidden)]
    fn hold<'conn>(hold: O, conn: &'conn mut Self) -> Self::Hold<'conn>
    where
        O: 'conn;
}

/// A connection that can carry out a retention.
///
/// `Kind` tells the kinds of connection apart and is always inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot run this `purge_expired`",
    label = "not a connection that it runs on, or not of the kind of its hook",
    note = "it takes a Diesel connection to SQLite, PostgreSQL or MySQL (or a `MultiConnection` over them), or with the feature `async` a `diesel_async::AsyncConnection`",
    note = "pass a guard or a `&mut` as `&mut *guard`; a `&AsyncPgConnection` does not work, because a transaction needs a `&mut`",
    note = "`before_batch` is for a blocking connection, `before_batch_async` for an asynchronous one",
    note = "a hook's error converts into `soft_delete_runtime::Error`: one of your own takes `impl From<Mine> for soft_delete_runtime::Error`"
)]
pub trait RunRetention<O, Kind> {
    /// How far it came, or a future of it.
    type Run<'conn>
    where
        Self: 'conn,
        O: 'conn;

    #[doc(hidden)]
    fn execute<'conn>(retention: O, conn: &'conn mut Self) -> Self::Run<'conn>
    where
        O: 'conn;
    #[doc(hidden)]
    fn preview<'conn>(retention: O, conn: &'conn mut Self) -> Self::Run<'conn>
    where
        O: 'conn;
}

/// A connection that can carry out the operation `O` and return the changed rows as `M`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot return the changed rows as `{M}`",
    note = "it takes `#[derive(Selectable)]` on the model, or `.returning(..)` of columns that the type is read from"
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

/// Nothing implements it: what is called by mistake says so.
#[diagnostic::on_unimplemented(
    message = "rows that an operation on a tree changed are returned by `.get_results(conn)`, not by `.load(conn)`",
    label = "write `.get_results(conn)`, or `.get_result(conn)` for one row",
    note = "the type of the result says the model: `let users: Vec<User> = soft_delete(..).get_results(conn)?;`"
)]
pub trait LoadsByGetResults {}

/// Nothing implements it, so that what shows the SQL of one query says what shows that of a tree.
#[diagnostic::on_unimplemented(
    message = "an operation on a tree is several statements: `.statements::<soft_delete_runtime::engine::Sqlite>()` shows them",
    label = "not one query",
    note = "it is run by `.execute(conn)` of its own, by `.report(conn)`, `.preview(conn)` or `.get_results(conn)`"
)]
pub trait IsOneQuery {}

/// Nothing implements it, so that what shows the SQL of a tree says what shows that of one query.
#[diagnostic::on_unimplemented(
    message = "an operation on a table without relations is one query: `diesel::debug_query::<diesel::sqlite::Sqlite, _>(&query)` shows its SQL",
    label = "write `debug_query`",
    note = "`.statements::<..>()` is for trees and retention"
)]
pub trait IsSeveralStatements<Engine> {}

/// The one row of an operation that gives back one.
pub(super) fn first<M>(rows: Vec<M>) -> Result<M, crate::error::Error> {
    let first = rows.into_iter().next();
    first.ok_or(diesel::result::Error::NotFound.into())
}
