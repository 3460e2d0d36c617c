//! The guard as the default of all connections, those of a pool among them. It is a program of its
//! own, for the default is one for the process.

use std::sync::LazyLock;
use std::thread;

use diesel::connection::set_default_instrumentation;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool};
use soft_delete_check::{Allow, LeakGuard};
use soft_delete_runtime::prelude::*;

mod schema {
    diesel::table! {
        users { id -> Integer, deleted_at -> Nullable<Timestamp> }
    }
}

use schema::users;

soft_delete_table! { users(deleted_at) }

static GUARD: LazyLock<LeakGuard> = LazyLock::new(|| LeakGuard::watching(users::table).collects());

fn everybody(conn: &mut SqliteConnection) -> QueryResult<Vec<i32>> {
    users::table.select(users::id).load(conn)
}

#[test]
fn connections_of_a_pool_are_watched() -> Result<(), Box<dyn std::error::Error>> {
    set_default_instrumentation(|| Some(Box::new(GUARD.clone())))?;
    let manager =
        ConnectionManager::<SqliteConnection>::new("file:guarded?mode=memory&cache=shared");
    let pool = Pool::builder().max_size(3).build(manager)?;
    let create = "CREATE TABLE users (id INTEGER PRIMARY KEY, deleted_at TIMESTAMP)";
    diesel::sql_query(create).execute(&mut pool.get()?)?;

    thread::scope(|scope| {
        for name in ["lists", "counts"] {
            let pool = pool.clone();
            let thread = thread::Builder::new().name(name.to_owned());
            let work = move || everybody(&mut pool.get().expect("a connection")).expect("it reads");
            thread.spawn_scoped(scope, work).expect("a thread");
        }
    });
    users::table
        .active()
        .count()
        .get_result::<i64>(&mut pool.get()?)?;

    let mut threads: Vec<_> = GUARD
        .leaks()
        .into_iter()
        .filter_map(|leak| leak.thread)
        .collect();
    threads.sort();
    assert_eq!(threads, ["counts", "lists"]);
    GUARD.assert_only(&[Allow::read("users")
        .sql("SELECT users.id FROM users")
        .within("everybody")]);
    Ok(())
}
