//! The database that the tests run on.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

#[cfg(feature = "postgres")]
pub type Conn = PgConnection;
#[cfg(all(feature = "mysql", not(feature = "postgres")))]
pub type Conn = MysqlConnection;
#[cfg(not(any(feature = "postgres", feature = "mysql")))]
pub type Conn = SqliteConnection;

/// The engine behind [`Conn`]: one backend of Diesel's stands for two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
    Mysql,
}

pub const ENGINE: Engine = if cfg!(feature = "postgres") {
    Engine::Postgres
} else if cfg!(feature = "mysql") {
    Engine::Mysql
} else {
    Engine::Sqlite
};

pub fn url() -> String {
    url_of(ENGINE)
}

pub fn url_of(engine: Engine) -> String {
    let variable = |name, default: &str| std::env::var(name).unwrap_or_else(|_| default.into());
    match engine {
        Engine::Sqlite => ":memory:".into(),
        Engine::Postgres => variable(
            "SOFT_DELETE_POSTGRES_URL",
            "postgres://postgres@127.0.0.1:5432/test",
        ),
        Engine::Mysql => variable("SOFT_DELETE_MYSQL_URL", "mysql://root@127.0.0.1:3306/test"),
    }
}

/// A connection with an empty database, or schema, of its own: named by the server's number of the
/// connection, and removed by a later one when the connection is gone.
pub fn connection() -> Conn {
    let mut conn = Conn::establish(&url()).unwrap();
    let (own, abandoned, cascade, go_there) = match ENGINE {
        Engine::Sqlite => {
            run(&mut conn, "PRAGMA foreign_keys = ON");
            return conn;
        }
        Engine::Postgres => (
            "SELECT 'soft_delete_doctor_' || pg_backend_pid() AS name",
            "SELECT nspname::text AS name FROM pg_namespace \
             WHERE nspname LIKE 'soft_delete_doctor_%' AND nspname NOT IN \
             (SELECT 'soft_delete_doctor_' || pid FROM pg_stat_activity)",
            "CASCADE",
            "SET search_path =",
        ),
        Engine::Mysql => (
            "SELECT CONCAT('soft_delete_doctor_', CONNECTION_ID()) AS name",
            "SELECT schema_name AS name FROM information_schema.schemata \
             WHERE schema_name LIKE 'soft_delete_doctor_%' AND schema_name NOT IN \
             (SELECT CONCAT('soft_delete_doctor_', id) FROM information_schema.processlist)",
            "",
            "USE",
        ),
    };
    for name in texts(&mut conn, abandoned) {
        // another test may be at it
        let _ = conn.batch_execute(&format!("DROP SCHEMA IF EXISTS {name} {cascade}"));
    }
    let name = texts(&mut conn, own).remove(0);
    run(
        &mut conn,
        &format!("DROP SCHEMA IF EXISTS {name} {cascade}"),
    );
    run(&mut conn, &format!("CREATE SCHEMA {name}"));
    run(&mut conn, &format!("{go_there} {name}"));
    conn
}

/// A second connection to the place of a first one, which soon stops to wait for a lock.
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub fn beside(first: &mut Conn) -> Conn {
    let here = by_engine("", "current_schema()::text", "DATABASE()");
    let here = texts(first, &format!("SELECT {here} AS name")).remove(0);
    let (go_there, patience) = by_engine(
        ("", ""),
        ("SET search_path =", "SET lock_timeout = '500ms'"),
        ("USE", "SET innodb_lock_wait_timeout = 1"),
    );
    let mut second = Conn::establish(&url()).unwrap();
    run(&mut second, &format!("{go_there} {here}; {patience}"));
    second
}

/// The column `name` of each row.
pub fn texts(conn: &mut Conn, query: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let rows: Vec<Row> = diesel::sql_query(query).load(conn).unwrap();
    rows.into_iter().map(|row| row.name).collect()
}

/// Runs statements, and says which one failed.
#[track_caller]
pub fn run(conn: &mut Conn, sql: &str) {
    if let Err(error) = conn.batch_execute(sql) {
        panic!("{error}: {sql}");
    }
}

/// The one of the three for this engine.
pub fn by_engine<T>(sqlite: T, postgres: T, mysql: T) -> T {
    match ENGINE {
        Engine::Sqlite => sqlite,
        Engine::Postgres => postgres,
        Engine::Mysql => mysql,
    }
}

/// Whether the server is MariaDB.
#[cfg(all(feature = "mysql", not(feature = "postgres")))]
pub fn is_mariadb(conn: &mut Conn) -> bool {
    ENGINE == Engine::Mysql && texts(conn, "SELECT VERSION() AS name")[0].contains("MariaDB")
}
