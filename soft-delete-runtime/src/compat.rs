//! What is taken of Diesel that it does not promise to keep.

use diesel::internal::table_macro::{Identifier, InfixNode};

/// The name of a table in a schema, as `table!` keeps it.
pub(crate) type QualifiedName = InfixNode<Identifier<'static>, Identifier<'static>, &'static str>;

/// The schema and the table of a qualified name, which Diesel shows to `Debug` alone.
pub(crate) fn parts_of(name: &QualifiedName) -> Vec<String> {
    let debug = format!("{name:?}");
    let parts = debug.split("Identifier(\"").skip(1);
    let parts = parts.filter_map(|part| part.split_once("\")"));
    parts.map(|(part, _)| part.to_owned()).collect()
}
