//! What many tests write.

/// The ids of the rows that a query of a table reads, in order: `ids!(conn, posts.only_deleted())`.
macro_rules! ids {
    ($conn:expr, $table:ident $($scope:tt)*) => {{
        let found = $table::table $($scope)*.select($table::id).order($table::id);
        found.load::<i32>($conn).unwrap()
    }};
}

/// Deletes rows, each at a moment of its own:
/// `delete_each!(conn, comments 3 on day(1), posts 2 on day(2))`.
macro_rules! delete_each {
    ($conn:expr, $($table:ident $id:tt on $moment:expr),+) => {$(
        soft_delete($table::table.find($id)).at($moment).execute($conn).unwrap();
    )+};
}

/// Tables with the columns named and an `id`, which is the key.
macro_rules! tables_by_id {
    ($($table:ident { $($column:ident -> $type:ty),+ })+) => {
        $(diesel::table! { $table { id -> Integer, $($column -> $type),+ } })+
    };
}
