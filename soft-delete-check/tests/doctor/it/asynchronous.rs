//! The examination on a connection of diesel-async, which finds what it finds on a blocking one.

use diesel_async::{AsyncConnection, SimpleAsyncConnection};
use soft_delete_check::doctor::doctor;

use crate::backend::{ENGINE, Engine, by_engine, connection, run, texts, url};
use crate::faults::{faults, tables};

#[cfg(feature = "postgres")]
type Conn = diesel_async::AsyncPgConnection;
#[cfg(all(feature = "mysql", not(feature = "postgres")))]
type Conn = diesel_async::AsyncMysqlConnection;
#[cfg(not(any(feature = "postgres", feature = "mysql")))]
type Conn = diesel_async::sync_connection_wrapper::SyncConnectionWrapper<diesel::SqliteConnection>;

fn is_send<F: Future + Send>(future: F) -> F {
    future
}

#[test]
fn an_asynchronous_connection_finds_the_same() {
    let blocking = &mut connection();
    run(blocking, faults());
    let expected = doctor(tables()).examine(blocking).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let found = runtime.block_on(async {
        let mut conn = Conn::establish(&url()).await.unwrap();
        match ENGINE {
            Engine::Sqlite => conn.batch_execute(faults()).await.unwrap(),
            _ => {
                let here = by_engine("", "current_schema()::text", "DATABASE()");
                let here = texts(blocking, &format!("SELECT {here} AS name")).remove(0);
                let go_there = by_engine("", "SET search_path =", "USE");
                conn.batch_execute(&format!("{go_there} {here}"))
                    .await
                    .unwrap();
            }
        }
        is_send(doctor(tables()).examine(&mut conn)).await.unwrap()
    });
    assert!(!found.is_empty());
    assert_eq!(found, expected);
}
