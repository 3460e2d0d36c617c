//! What the derive has to compile in: a user's crate with its own names, lints and shapes of model.
//!
//! The lints are those of a crate that allows nothing; clippy checks them. What is public stands in
//! this package's library.

#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    unused_qualifications,
    unused_lifetimes,
    trivial_casts,
    let_underscore_drop,
    elided_lifetimes_in_paths,
    clippy::all,
    clippy::pedantic
)]

mod columns_named_like_functions;
mod embedded_fields;
mod generic_models;
mod guarded;
mod in_a_function_body;
mod keys;
mod local_crate_names;
mod local_type_names;
mod models_of_one_table;
mod no_prelude;
mod no_prelude_schema;
mod own_has_query;
mod public_models;
mod raw_identifiers;
mod reexported_runtime;
mod schema_elsewhere;
mod shapes;
mod tables_without_models;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

/// A database with the tables of `sql`.
///
/// # Panics
///
/// When the SQL is wrong.
fn database(sql: &str) -> SqliteConnection {
    let mut conn = SqliteConnection::establish(":memory:").expect("SQLite in memory");
    conn.batch_execute(sql).expect("the tables");
    conn
}
