//! A pooled connection is accepted wherever a connection is, and so is one in an application's own
//! wrapper.

use std::sync::{Arc, Mutex};
use std::thread;

use crate::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool, PooledConnection};
use soft_delete_runtime::Error;
use soft_delete_runtime::prelude::*;

use crate::backend::{self, Conn, isolate, url};
use crate::schema::*;
use crate::{retention_schema, tree_forum};

fn pool() -> Pool<ConnectionManager<Conn>> {
    Pool::builder()
        .max_size(1)
        .build(ConnectionManager::new(url()))
        .unwrap()
}

#[test]
fn a_pooled_connection_runs_scopes_and_operations() {
    let pool = pool();
    let conn: &mut PooledConnection<ConnectionManager<Conn>> = &mut pool.get().unwrap();
    isolate(conn);
    create_tables(conn);
    let users =
        [(1, "Sean"), (2, "Tess")].map(|(id, name)| (users::id.eq(id), users::name.eq(name)));
    for user in users {
        diesel::insert_into(users::table)
            .values(user)
            .execute(conn)
            .unwrap();
    }

    assert_eq!(User::soft_delete_by_id(1).execute(conn), Ok(1));
    assert_eq!(
        User::query().load(conn).map(|users: Vec<User>| users.len()),
        Ok(1)
    );
    let sean = User::only_deleted().get_result(conn).unwrap();
    assert_eq!(sean.restore().execute(conn), Ok(1));
    assert_eq!(
        soft_delete(&sean).with(users::name.eq("x")).execute(conn),
        Ok(1)
    );
    assert_eq!(
        users::table
            .with_deleted()
            .left_join_active(posts::table)
            .count()
            .get_result(conn),
        Ok(2_i64)
    );
    assert_eq!(purge(users::table).execute(conn), Ok(1));
    let left: QueryResult<Vec<i32>> =
        conn.transaction(|conn| users::table.active().select(users::id).load(conn));
    assert_eq!(left, Ok(vec![2]));

    #[cfg(any(backend = "sqlite", backend = "postgres"))]
    {
        let name: String = soft_delete(users::table.find(2))
            .returning(users::name)
            .get_result(conn)
            .unwrap();
        assert_eq!(name, "Tess");
    }
}

#[test]
fn a_pooled_connection_runs_trees_and_retention() {
    let pool = pool();
    let conn = &mut pool.get().unwrap();
    isolate(conn);
    retention_schema::create_tables(conn);
    retention_schema::post_letters(conn, 3);
    let expired = || purge_expired(retention_schema::letters::table).deleted_before(day(2));
    assert_eq!(expired().preview(conn).unwrap().rows(), 3);
    let mut removed = Vec::new();
    let done = expired()
        .before_batch(
            |conn: &mut PooledConnection<ConnectionManager<Conn>>, rows| {
                let letters = retention_schema::letters::table
                    .with_deleted()
                    .filter(rows.filter());
                assert_eq!(letters.count().get_result(conn), Ok(3_i64));
                Ok::<_, diesel::result::Error>(rows.keys().to_vec())
            },
        )
        .after_batch(|_, keys| removed.extend(keys))
        .execute(conn)
        .unwrap();
    assert_eq!((done.rows(), removed), (3, vec![1, 2, 3]));

    use retention_schema::{folders, left};
    backend::execute_batch(
        conn,
        "INSERT INTO folders (id, parent_id) VALUES (1, NULL), (2, 1)",
    );
    let first = || folders::table.find(1);
    assert_eq!(hold_active(first()).execute(conn).unwrap(), 1);
    assert_eq!(soft_delete(first()).preview(conn).unwrap().rows(), 2);
    assert_eq!(soft_delete(first()).execute(conn).unwrap(), 2);
    assert_eq!(restore(first()).report(conn).unwrap().rows(), 2);
    assert_eq!(soft_delete(first()).execute(conn).unwrap(), 2);
    assert_eq!(purge(first()).execute(conn).unwrap(), 2);
    assert_eq!(left(conn), "");
}

/// A connection as an application may wrap it: what is done with it is done on another thread.
struct Database(Arc<Mutex<Conn>>);

impl Database {
    fn run<R: Send + 'static>(&self, work: impl FnOnce(&mut Conn) -> R + Send + 'static) -> R {
        let conn = Arc::clone(&self.0);
        let working = thread::spawn(move || work(&mut conn.lock().unwrap()));
        working.join().unwrap()
    }
}

#[test]
fn a_wrapped_connection_runs_trees_and_retention_on_another_thread() {
    use tree_forum::users;

    let database = Database(Arc::new(Mutex::new(tree_forum::forum())));
    let deleted = database.run(move |conn| soft_delete(users::table.find(2)).execute(conn));
    let refused = database.run(move |conn| restore(tree_forum::posts::table.find(3)).execute(conn));
    assert!(matches!(refused, Err(Error::ParentDeleted { table }) if table == "users"));
    let back = database.run(move |conn| restore(users::table.find(2)).report(conn));
    assert_eq!(back.unwrap().rows(), deleted.unwrap());
    let removed = database.run(move |conn| {
        soft_delete(users::table.find(2)).execute(conn)?;
        let tomorrow = chrono::Utc::now() + chrono::TimeDelta::days(1);
        let expired = purge_expired(users::table).deleted_before(tomorrow);
        expired.execute(conn)
    });
    assert_eq!(removed.unwrap().rows_of("users"), 1);

    let mut guard = database.0.lock().unwrap();
    assert_eq!(
        soft_delete(users::table.find(2))
            .execute(&mut *guard)
            .unwrap(),
        0
    );
}
