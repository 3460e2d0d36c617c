//! What `soft-delete-check` reads of the facts of tables.

use diesel::Column;

use crate::column::SqlTypeOf;
use crate::marker::{MarkerType, Predicate};
use crate::relation::Node;
use crate::table::{Marker, SoftDeleteTable};

/// A table and its marker, as text.
#[derive(Debug, Clone)]
pub struct WatchedTable {
    /// The schema, where `table!` names one.
    pub schema: Option<String>,
    /// The table's name.
    pub table: String,
    /// The marker column's name.
    pub marker: &'static str,
    /// The SQL before and after the marker that holds for active rows.
    pub active: (&'static str, &'static str),
    /// The SQL before and after the marker that holds for deleted rows.
    pub deleted: (&'static str, &'static str),
}

/// A soft-delete table, or a tuple of them; tuples may be nested.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a soft-delete table, nor a tuple of soft-delete tables",
    label = "expected `users::table` or `(users::table, posts::table)`",
    note = "add `#[derive(SoftDeletable)]` to a model of each table, or `soft_delete_table! {{ posts(deleted_at) }}` where it has none",
    note = "tuples have up to 16 tables; nest them for more: `((users::table, posts::table), (tags::table,))`"
)]
pub trait WatchedTables {
    /// Adds the tables.
    fn watched(to: &mut Vec<WatchedTable>);
}

#[diagnostic::do_not_recommend]
impl<T: SoftDeleteTable> WatchedTables for T {
    fn watched(to: &mut Vec<WatchedTable>) {
        let mut name = Node::of::<T>().parts().into_iter().rev();
        let table = name.next().unwrap_or_default();
        let schema = name.next();
        let text = |predicate: Predicate| (predicate.before, predicate.after);
        to.push(WatchedTable {
            schema,
            table,
            marker: Marker::<T>::NAME,
            active: text(SqlTypeOf::<Marker<T>>::ACTIVE),
            deleted: text(SqlTypeOf::<Marker<T>>::DELETED),
        });
    }
}

macro_rules! tuples {
    ($($first:ident $($rest:ident)*)?) => {$(
        #[diagnostic::do_not_recommend]
        impl<$first: WatchedTables $(, $rest: WatchedTables)*> WatchedTables for ($first, $($rest,)*) {
            fn watched(to: &mut Vec<WatchedTable>) {
                $first::watched(to);
                $($rest::watched(to);)*
            }
        }
        tuples!($($rest)*);
    )?};
}

tuples!(A B C D E F G H I J K L M N O P);
