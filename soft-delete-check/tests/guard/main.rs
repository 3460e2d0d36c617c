//! The leak guard on real connections.

mod allow;
mod connection;
mod program;
mod random;
mod schema;
mod typed;
