//! What the doctor finds, on real databases: the same source on each backend.

#![allow(clippy::unwrap_used)]

mod alike;
#[cfg(feature = "async")]
mod asynchronous;
mod backend;
mod clean;
mod data;
mod faults;
mod many;
#[cfg(all(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod multi;
#[cfg(all(feature = "mysql", not(feature = "postgres")))]
mod mysql;
mod places;
#[cfg(feature = "postgres")]
mod postgres;
mod schema;
mod triggers;
