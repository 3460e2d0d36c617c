//! What the library does, on real databases: a module per topic, the same source on each backend.

#![allow(clippy::unwrap_used)]

#[macro_use]
mod shorthands;

#[cfg(asynchronous)]
mod async_hooks;
#[cfg(asynchronous)]
mod asynchronous;
mod backend;
mod guarded;
mod prelude;
mod recording;
mod schema;
#[cfg(asynchronous)]
mod waiting;

mod deleted_roots;
#[cfg(feature = "check")]
mod each_connection;
mod generic;
#[cfg(any(backend = "sqlite", backend = "postgres"))]
mod indexes;
mod joins;
mod markers;
mod names;
mod nested_joins;
mod operations;
#[cfg(not(asynchronous))]
mod pools;
mod predicates;
mod prepared;
mod raw_sql;
mod retention;
#[cfg(not(asynchronous))]
mod retention_hooks;
mod retention_input;
#[cfg(all(not(asynchronous), not(backend = "multi")))]
mod retention_locks;
mod retention_refused;
mod retention_schema;
mod retention_trees;
#[cfg(backend = "postgres")]
mod retention_workers;
mod scopes;
#[cfg(not(backend = "multi"))]
mod sql_text;
mod stamps;
mod tree_delete;
mod tree_errors;
mod tree_filters;
mod tree_forum;
mod tree_keys;
mod tree_ladders;
mod tree_locks;
mod tree_markers;
mod tree_mixed;
mod tree_office;
mod tree_plans;
mod tree_purge;
mod tree_restore;
mod tree_self;
mod tree_stamps;
mod tree_whole;
mod upserts;
mod with_deleted;
