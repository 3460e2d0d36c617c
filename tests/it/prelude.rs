//! Diesel's prelude, for statements that run on the suite's connection, whatever its kind.

pub use diesel::prelude::*;

#[cfg(asynchronous)]
pub use crate::waiting::RunQueryDsl;

/// What an asynchronous operation refers to here: the suite's connection waits for those alone that
/// borrow nothing.
pub fn lasting<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

/// The ids of the rows that a query of a table reads, in order: `ids!(conn, posts.only_deleted())`.
macro_rules! ids {
    ($conn:expr, $table:ident $($scope:tt)*) => {{
        let found = $table::table $($scope)*.select($table::id).order($table::id);
        found.load::<i32>($conn).unwrap()
    }};
}
pub(crate) use ids;

/// Deletes rows, each at a moment of its own:
/// `delete_each!(conn, comments 3 on day(1), posts 2 on day(2))`.
macro_rules! delete_each {
    ($conn:expr, $($table:ident $id:tt on $moment:expr),+) => {$(
        soft_delete($table::table.find($id)).at($moment).execute($conn).unwrap();
    )+};
}
pub(crate) use delete_each;

/// Tables with the columns named and an `id`, which is the key.
macro_rules! tables_by_id {
    ($($table:ident { $($column:ident -> $type:ty),+ })+) => {
        $(diesel::table! { $table { id -> Integer, $($column -> $type),+ } })+
    };
}
pub(crate) use tables_by_id;
