//! A connection of several backends: the engine is the database's own answer.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use soft_delete_check::doctor::doctor;

use crate::backend::{Engine, url_of};
use crate::faults::tables;

#[derive(diesel::MultiConnection)]
enum Multi {
    Postgres(PgConnection),
    Mysql(MysqlConnection),
    // last: it takes any address for the name of a file
    Sqlite(SqliteConnection),
}

#[test]
fn a_multi_connection_is_examined_as_the_engine_behind_it() {
    let pid = std::process::id();
    let place = format!("doctor_multi_{pid}");
    let engines = [
        (
            Engine::Sqlite,
            include_str!("../schemas/faults.sqlite.sql"),
            String::new(),
            String::new(),
        ),
        (
            Engine::Postgres,
            include_str!("../schemas/faults.postgres.sql"),
            format!("CREATE SCHEMA {place}; SET search_path = {place}"),
            format!("DROP SCHEMA {place} CASCADE"),
        ),
        (
            Engine::Mysql,
            include_str!("../schemas/faults.mysql.sql"),
            format!("CREATE SCHEMA {place}; USE {place}"),
            format!("DROP SCHEMA {place}"),
        ),
    ];
    for (engine, schema, enter, leave) in engines {
        let conn = &mut Multi::establish(&url_of(engine)).unwrap();
        conn.batch_execute(&enter).unwrap();
        conn.batch_execute(schema).unwrap();
        let findings = doctor(tables()).examine(conn);
        conn.batch_execute(&leave).unwrap();
        let findings = findings.unwrap();
        let drop_index = findings
            .iter()
            .find(|finding| finding.name() == "marker_index(users.users_trash)");
        let expected = match engine {
            Engine::Sqlite => r#"DROP INDEX "users_trash";"#,
            Engine::Postgres => r#"DROP INDEX CONCURRENTLY "users_trash";"#,
            Engine::Mysql => "ALTER TABLE `users` DROP INDEX `users_trash`;",
        };
        assert_eq!(drop_index.unwrap().sql(), [expected], "{findings}");
        assert!(findings.len() >= 19, "{findings}");
    }
}
