//! A pooled connection is accepted wherever a connection is.

use crate::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool, PooledConnection};
use soft_delete_runtime::prelude::*;

use crate::backend::{Conn, isolate, url};
use crate::schema::*;

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
