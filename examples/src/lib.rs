//! The programs stand beside this folder:
//!
//! - `cargo run --example quickstart` shows what the library does, step by step;
//! - `cargo run --example vault -- --help` is a small password vault with a trash, on SQLite,
//!   PostgreSQL or MySQL;
//! - `cargo run --features registry --example registry -- --help` is the owners of a package registry,
//!   on PostgreSQL with diesel-async;
//! - `cargo run --features forum --example forum -- --help` is a forum on axum, with a pool of
//!   connections to PostgreSQL;
//! - `cargo run --release --example retention -- --help` empties the trash of 200,000 rows, in batches;
//! - `running-blocking`, `running-async` and `running-multi` are the programs of the chapter "Choosing
//!   how to run"; the last two read `DATABASE_URL`.
