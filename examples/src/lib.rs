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

use std::fmt::Display;
use std::process::ExitCode;
#[cfg(feature = "async")]
use std::sync::atomic::{AtomicUsize, Ordering};

#[cfg(feature = "async")]
use diesel_async::{
    AsyncConnection, AsyncMigrationHarness, AsyncPgConnection, SimpleAsyncConnection,
};
#[cfg(feature = "async")]
use diesel_migrations::{EmbeddedMigrations, MigrationHarness};

/// What a program ends with; an error is told.
pub fn exit_code(done: Result<ExitCode, impl Display>) -> ExitCode {
    done.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

#[cfg(feature = "async")]
type Error = Box<dyn std::error::Error + Send + Sync>;

/// Connects, and brings the tables up to date.
#[cfg(feature = "async")]
pub async fn open(
    database: &str,
    migrations: EmbeddedMigrations,
) -> Result<AsyncPgConnection, Error> {
    let conn = AsyncPgConnection::establish(database).await?;
    let mut harness = AsyncMigrationHarness::new(conn);
    harness.run_pending_migrations(migrations)?;
    Ok(harness.into_inner())
}

/// Creates a schema for one test of the program: its name, and the address that leads to it.
#[cfg(feature = "async")]
pub async fn create_schema(program: &str) -> Result<(String, String), Error> {
    static SCHEMAS: AtomicUsize = AtomicUsize::new(0);
    let number = SCHEMAS.fetch_add(1, Ordering::Relaxed);
    let schema = format!("soft_delete_{program}_{}_{number}", std::process::id());
    let server = std::env::var("SOFT_DELETE_POSTGRES_URL")
        .unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/test".into());
    let mut conn = AsyncPgConnection::establish(&server).await?;
    let create = format!("CREATE SCHEMA {schema}");
    conn.batch_execute(&create).await?;
    let sign = if server.contains('?') { '&' } else { '?' };
    let address = format!("{server}{sign}options=-csearch_path%3D{schema}");
    Ok((schema, address))
}
