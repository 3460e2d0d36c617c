//! One program, three databases: the address says which.

use std::error::Error;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

/// A connection to any of them. Every query and operation of the program runs on it as it would on
/// a connection to one.
#[derive(diesel::MultiConnection)]
pub(crate) enum Conn {
    #[cfg(feature = "postgres")]
    Postgres(PgConnection),
    #[cfg(feature = "mysql")]
    Mysql(MysqlConnection),
    Sqlite(SqliteConnection),
}

#[cfg(feature = "mysql")]
const MYSQL: EmbeddedMigrations = embed_migrations!("vault/migrations/mysql");
const SQLITE_POSTGRES: EmbeddedMigrations = embed_migrations!("vault/migrations/sqlite_postgres");

/// Connects, and brings the tables up to date.
pub(crate) fn open(address: &str) -> Result<Conn, Box<dyn Error>> {
    let mut conn = connect(address)?;
    let migrations = match &mut conn {
        #[cfg(feature = "postgres")]
        Conn::Postgres(_) => SQLITE_POSTGRES,
        #[cfg(feature = "mysql")]
        Conn::Mysql(_) => MYSQL,
        Conn::Sqlite(conn) => {
            conn.batch_execute("PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 10000")?;
            SQLITE_POSTGRES
        }
    };
    conn.run_pending_migrations(migrations)
        .map_err(|error| -> Box<dyn Error> { error })?;
    Ok(conn)
}

/// `Conn::establish` would try one database after the other, and take an address that no server
/// answers for the name of a file.
pub(crate) fn connect(address: &str) -> Result<Conn, Box<dyn Error>> {
    Ok(match address.split_once("://") {
        #[cfg(feature = "postgres")]
        Some(("postgres" | "postgresql", _)) => Conn::Postgres(PgConnection::establish(address)?),
        #[cfg(feature = "mysql")]
        Some(("mysql", _)) => Conn::Mysql(MysqlConnection::establish(address)?),
        Some(("sqlite", file)) => Conn::Sqlite(SqliteConnection::establish(file)?),
        Some((scheme, _)) => {
            return Err(format!(
                "{scheme}:// is unknown to this build: servers take `--features postgres,mysql`"
            )
            .into());
        }
        None => Conn::Sqlite(SqliteConnection::establish(address)?),
    })
}
