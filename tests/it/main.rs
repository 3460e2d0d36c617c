//! What the library does, on real databases: a module per topic, the same source on each backend.

#![allow(clippy::unwrap_used)]

mod backend;
mod recording;
mod schema;

mod joins;
mod markers;
mod nested_joins;
mod operations;
mod scopes;
mod upserts;
