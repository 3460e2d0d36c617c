//! The database that the tests run on.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::guarded;
use crate::prelude::*;
#[cfg(not(asynchronous))]
use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;

#[cfg(not(any(
    backend = "multi",
    backend = "postgres",
    backend = "mysql",
    backend = "sqlite"
)))]
compile_error!("choose a backend: `--features sqlite`, `postgres`, `mysql` or `multi`");

#[cfg(backend = "multi")]
#[derive(diesel::MultiConnection)]
pub enum Conn {
    Postgres(PgConnection),
    Mysql(MysqlConnection),
    // last: it takes any address for the name of a file
    Sqlite(SqliteConnection),
}
#[cfg(all(backend = "postgres", not(asynchronous)))]
pub type Conn = PgConnection;
#[cfg(all(backend = "mysql", not(asynchronous)))]
pub type Conn = MysqlConnection;
#[cfg(all(backend = "sqlite", not(asynchronous)))]
pub type Conn = SqliteConnection;
#[cfg(asynchronous)]
pub use crate::waiting::Conn;

#[cfg(not(asynchronous))]
pub type DB = <Conn as Connection>::Backend;
#[cfg(asynchronous)]
pub type DB = <crate::waiting::Inner as diesel_async::AsyncConnectionCore>::Backend;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
    Mysql,
}

/// The engine behind [`Conn`]. For `multi` it is named by `SOFT_DELETE_MULTI`.
pub fn engine() -> Engine {
    let name = if cfg!(backend = "multi") {
        variable("SOFT_DELETE_MULTI", "sqlite")
    } else if cfg!(backend = "postgres") {
        "postgres".into()
    } else if cfg!(backend = "mysql") {
        "mysql".into()
    } else {
        "sqlite".into()
    };
    match name.as_str() {
        "sqlite" => Engine::Sqlite,
        "postgres" => Engine::Postgres,
        "mysql" => Engine::Mysql,
        other => panic!("SOFT_DELETE_MULTI is sqlite, postgres or mysql, not {other}"),
    }
}

pub fn url() -> String {
    match engine() {
        Engine::Sqlite => ":memory:".into(),
        Engine::Postgres => variable(
            "SOFT_DELETE_POSTGRES_URL",
            "postgres://postgres@127.0.0.1:5432/test",
        ),
        Engine::Mysql => variable("SOFT_DELETE_MYSQL_URL", "mysql://root@127.0.0.1:3306/test"),
    }
}

fn variable(name: &str, default: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| default.into())
}

/// A connection with an empty database, or schema, of its own.
pub fn connection() -> Conn {
    let mut conn = Conn::establish(&url()).unwrap();
    isolate(&mut conn);
    conn
}

/// Gives the connection an empty place of its own: it is named by the server's number of the
/// connection, and removed by a later one when the connection is gone.
pub fn isolate(conn: &mut Conn) {
    go_to_own_place(conn);
    guarded::begin([conn]);
}

fn go_to_own_place(conn: &mut Conn) {
    if engine() == Engine::Postgres {
        // what a crash would lose is not the question
        execute_batch(conn, "SET synchronous_commit = off");
    }
    let (own, abandoned) = match engine() {
        Engine::Sqlite => {
            execute_batch(conn, "PRAGMA foreign_keys = ON");
            return;
        }
        Engine::Postgres => (
            "SELECT 'soft_delete_test_' || pg_backend_pid() AS name",
            "SELECT nspname::text AS name FROM pg_namespace \
             WHERE nspname LIKE 'soft_delete_test_%' AND nspname NOT IN \
             (SELECT 'soft_delete_test_' || pid FROM pg_stat_activity)",
        ),
        // MySQL's list in `information_schema` cannot be read while a statement in it has an emoji,
        // MariaDB keeps none in `performance_schema`: each reads the comment that is meant for it
        Engine::Mysql => (
            "SELECT CONCAT('soft_delete_test_', CONNECTION_ID()) AS name",
            "SELECT schema_name AS name FROM information_schema.schemata \
             WHERE schema_name LIKE 'soft_delete_test_%' AND schema_name NOT IN \
             (SELECT CONCAT('soft_delete_test_', id) \
              FROM /*!80022 performance_schema *//*M! information_schema */.processlist)",
        ),
    };
    let cascade = if engine() == Engine::Postgres {
        "CASCADE"
    } else {
        ""
    };
    for name in names(conn, abandoned) {
        // another test may be at it
        let _ = conn.batch_execute(&format!("DROP SCHEMA IF EXISTS {name} {cascade}"));
    }
    for name in names(conn, own) {
        execute_batch(conn, &format!("DROP SCHEMA IF EXISTS {name} {cascade}"));
        execute_batch(conn, &format!("CREATE SCHEMA {name}"));
        execute_batch(
            conn,
            &match engine() {
                Engine::Postgres => format!("SET search_path = {name}"),
                _ => format!("USE {name}"),
            },
        );
    }
}

/// Two connections to one empty place. A wait for a lock ends soon, with an error.
pub fn two() -> (Conn, Conn) {
    static PLACES: AtomicUsize = AtomicUsize::new(0);
    let mut url = url();
    if engine() == Engine::Sqlite {
        let number = PLACES.fetch_add(1, Relaxed);
        let file = format!("soft_delete_test_{}_{number}.sqlite", std::process::id());
        let file = std::env::temp_dir().join(file);
        let _ = std::fs::remove_file(&file);
        url = file.display().to_string();
    }
    let mut first = Conn::establish(&url).unwrap();
    go_to_own_place(&mut first);
    let mut second = Conn::establish(&url).unwrap();
    let (place, go_there, patience) = match engine() {
        Engine::Sqlite => {
            guarded::begin([&mut first, &mut second]);
            return (first, second);
        }
        Engine::Postgres => (
            "SELECT current_schema()::text AS name",
            "SET search_path =",
            "SET lock_timeout = '1s'",
        ),
        Engine::Mysql => (
            "SELECT DATABASE() AS name",
            "USE",
            "SET innodb_lock_wait_timeout = 1",
        ),
    };
    let place = names(&mut first, place).remove(0);
    for conn in [&mut first, &mut second] {
        execute_batch(conn, &format!("{go_there} {place}; {patience}"));
    }
    guarded::begin([&mut first, &mut second]);
    (first, second)
}

/// The column `name` of each row.
pub fn names(conn: &mut Conn, query: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let rows: Vec<Row> = diesel::sql_query(query).load(conn).unwrap();
    rows.into_iter().map(|row| row.name).collect()
}

/// Runs statements separated by semicolons, where `MOMENT` stands for the type of a column of date
/// and time with microseconds.
pub fn execute_batch(conn: &mut Conn, sql: &str) {
    let moment = match engine() {
        Engine::Mysql => "DATETIME(6)",
        Engine::Postgres | Engine::Sqlite => "TIMESTAMP",
    };
    let sql = sql.replace("MOMENT", moment);
    guarded::by_hand(conn, |conn| conn.batch_execute(&sql)).unwrap();
}

/// Inserts a row for each number, a thousand in one statement.
pub fn insert_rows(conn: &mut Conn, into: &str, numbers: Range<i32>, row: impl Fn(i32) -> String) {
    let rows: Vec<String> = numbers.map(row).collect();
    for rows in rows.chunks(1_000) {
        let rows = rows.join(", ");
        execute_batch(conn, &format!("INSERT INTO {into} VALUES {rows}"));
    }
}
