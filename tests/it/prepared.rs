//! One-table operations are kept as prepared statements.

use crate::prelude::*;
use diesel::dsl::sql;
use diesel::sql_types::{Bool, Text};
use soft_delete_runtime::prelude::*;

use crate::backend::{Conn, DB, Engine, engine};
use crate::recording::record;
use crate::schema::*;

/// Runs one operation, and tells how many statements it ran, and how many of those it put into the
/// cache.
fn run(conn: &mut Conn, operation: impl FnOnce(&mut Conn) -> QueryResult<usize>) -> (usize, usize) {
    let (result, recording) = record(conn, operation);
    result.unwrap();
    (recording.statements.len(), recording.cached.len())
}

/// The same for an operation that is kept: what the server prepares is what the cache is given.
fn run_kept(
    conn: &mut Conn,
    operation: impl FnOnce(&mut Conn) -> QueryResult<usize>,
) -> (usize, usize) {
    let before = prepared_by_the_server(conn);
    let counts = run(conn, operation);
    let after = prepared_by_the_server(conn);
    match engine() {
        Engine::Postgres => assert_eq!(after - before, counts.1),
        // it counts the question too
        Engine::Mysql => assert_eq!(after - before - 1, counts.1),
        Engine::Sqlite => {}
    }
    counts
}

/// What the server says about the statements that the connection has prepared.
fn prepared_by_the_server(conn: &mut Conn) -> usize {
    #[derive(QueryableByName)]
    #[diesel(check_for_backend(DB))]
    struct Status {
        #[diesel(sql_type = Text, column_name = "Value")]
        value: String,
    }
    let query = match engine() {
        Engine::Postgres => "SELECT count(*)::text AS \"Value\" FROM pg_prepared_statements",
        Engine::Mysql => "SHOW SESSION STATUS LIKE 'Com_stmt_prepare'",
        Engine::Sqlite => return 0,
    };
    let status: Status = diesel::sql_query(query).get_result(conn).unwrap();
    status.value.parse().unwrap()
}

const PREPARES: (usize, usize) = (1, 1);
const PREPARES_NOTHING: (usize, usize) = (1, 0);

macro_rules! runs {
    ($conn:expr, $operation:expr, $counts:expr) => {
        let counts = run_kept($conn, |conn| $operation.execute(conn));
        assert_eq!(counts, $counts, stringify!($operation));
    };
}

/// The first run prepares a statement that is kept, and a second run uses that.
macro_rules! kept {
    ($conn:expr, $first:expr, $second:expr) => {{
        let conn = &mut *$conn;
        runs!(conn, $first, PREPARES);
        runs!(conn, $first, PREPARES_NOTHING);
        runs!(conn, $second, PREPARES_NOTHING);
    }};
    ($conn:expr, $id:ident in $first:literal, $second:literal: $operation:expr) => {{
        let conn = &mut *$conn;
        for ($id, counts) in [
            ($first, PREPARES),
            ($first, PREPARES_NOTHING),
            ($second, PREPARES_NOTHING),
        ] {
            runs!(conn, $operation, counts);
        }
    }};
}

#[test]
fn operations_by_key_prepare_once() {
    let conn = &mut blog();
    kept!(conn, id in 1, 3: soft_delete(posts::table.find(id)));
    kept!(conn, id in 1, 3: restore(posts::table.find(id)));
    kept!(conn, id in 2, 4: purge(posts::table.find(id)));
    kept!(conn, id in 1, 3: soft_delete(users::table.find(id)));
    kept!(conn, id in 1, 3: soft_delete(comments::table.find(id)));
}

#[test]
fn operations_on_tables_with_deleted_rows_prepare_once() {
    let conn = &mut blog();
    kept!(conn, id in 1, 3: soft_delete(posts::table.with_deleted().find(id)));
    kept!(conn, id in 1, 3: restore(posts::table.with_deleted().find(id)));
}

#[test]
fn a_moment_of_ones_own_makes_no_other_statement() {
    let conn = &mut blog();
    kept!(
        conn,
        soft_delete(posts::table.find(1)),
        soft_delete(posts::table.find(3)).at(day(9))
    );
    kept!(
        conn,
        soft_delete(memberships::table.find((1, 1))),
        soft_delete(memberships::table.find((2, 1))).at(day(9))
    );
}

#[test]
fn a_row_and_its_key_share_a_statement() {
    let conn = &mut blog();
    let posts = Post::with_deleted().order(posts::id).load(conn).unwrap();
    kept!(conn, soft_delete(&posts[0]), posts[2].soft_delete());
    kept!(conn, restore(&posts[0]), posts[2].restore());
    kept!(conn, purge(&posts[0]), posts[2].purge());
    // the key of a row is bound by reference, which the statement does not depend on
    for operation in [
        run_kept(conn, |conn| soft_delete(posts::table.find(1)).execute(conn)),
        run_kept(conn, |conn| {
            soft_delete(posts::table.find(&1)).execute(conn)
        }),
        run_kept(conn, |conn| Post::soft_delete_by_id(4).execute(conn)),
        run_kept(conn, |conn| restore(posts::table.find(1)).execute(conn)),
        run_kept(conn, |conn| Post::restore_by_id(4).execute(conn)),
        run_kept(conn, |conn| purge(posts::table.find(1)).execute(conn)),
        run_kept(conn, |conn| Post::purge_by_id(4).execute(conn)),
    ] {
        assert_eq!(operation, PREPARES_NOTHING);
    }
}

#[test]
fn operations_on_tables_filters_and_associations_prepare_once() {
    let conn = &mut blog();
    let users = User::with_deleted().order(users::id).load(conn).unwrap();
    let (sean, tess) = (&users[0], &users[1]);
    kept!(conn, soft_delete(posts::table), soft_delete(posts::table));
    kept!(conn, restore(posts::table), restore(posts::table));
    kept!(conn, purge(comments::table), purge(comments::table));
    kept!(
        conn,
        soft_delete(posts::table.filter(posts::title.eq("a"))),
        soft_delete(posts::table.filter(posts::title.eq("b")))
    );
    kept!(
        conn,
        restore(
            posts::table
                .filter(posts::id.eq(1))
                .or_filter(posts::id.eq(2))
        ),
        restore(
            posts::table
                .filter(posts::id.eq(3))
                .or_filter(posts::id.eq(4))
        )
    );
    kept!(
        conn,
        soft_delete(Post::belonging_to(sean)),
        soft_delete(Post::belonging_to(tess))
    );
    kept!(
        conn,
        soft_delete(memberships::table.find((1, 1))),
        soft_delete(memberships::table.find((2, 1)))
    );
    kept!(
        conn,
        purge(posts::table.deleted_before(day(1))),
        purge(posts::table.deleted_before(day(2)))
    );
}

#[test]
fn different_operations_do_not_share_a_statement() {
    let conn = &mut blog();
    macro_rules! prepares {
        ($($operation:expr;)*) => {
            $( runs!(conn, $operation, PREPARES); )*
        };
    }
    prepares! {
        soft_delete(posts::table);
        restore(posts::table);
        purge(posts::table);
        soft_delete(posts::table.find(1));
        restore(posts::table.find(1));
        purge(posts::table.find(1));
        soft_delete(posts::table.filter(posts::id.gt(1)));
        soft_delete(posts::table.filter(posts::id.lt(1)));
        soft_delete(posts::table.filter(posts::user_id.gt(1)));
        soft_delete(posts::table.active());
        soft_delete(posts::table.only_deleted());
        soft_delete(comments::table.find(1));
        soft_delete(users::table.find(1));
        soft_delete(users::table.find(1)).with(users::name.eq("x"));
    }
}

#[test]
fn an_operation_with_a_changeset_is_kept_by_the_columns_it_writes() {
    let conn = &mut blog();
    kept!(
        conn,
        soft_delete(posts::table.find(1)).with(posts::deleted_by.eq(7)),
        soft_delete(posts::table.find(3)).with(posts::deleted_by.eq(8))
    );
    #[derive(AsChangeset)]
    #[diesel(table_name = posts)]
    struct Why<'a> {
        deleted_by: Option<i32>,
        delete_reason: Option<&'a str>,
        title: Option<&'a str>,
    }
    let why = |deleted_by, delete_reason, title| {
        soft_delete(posts::table.find(1)).with(Why {
            deleted_by,
            delete_reason,
            title,
        })
    };
    // the first writes what `deleted_by` alone does
    assert_eq!(
        run(conn, |conn| why(Some(7), None, None).execute(conn)),
        PREPARES_NOTHING
    );
    kept!(conn, why(None, Some("a"), None), why(None, Some("b"), None));
    kept!(
        conn,
        why(Some(1), Some("a"), None),
        why(Some(2), Some("b"), None)
    );
    kept!(conn, why(None, None, Some("a")), why(None, None, Some("b")));
    kept!(conn, why(None, None, None), why(None, None, None));
}

#[test]
fn a_target_whose_sql_varies_is_not_kept() {
    let conn = &mut blog();
    let raw = || soft_delete(posts::table.filter(sql::<Bool>("id = 1")));
    assert_eq!(run(conn, |conn| raw().execute(conn)), PREPARES_NOTHING);
    let raw = || purge(posts::table.filter(sql::<Bool>("id = 1")));
    assert_eq!(run(conn, |conn| raw().execute(conn)), PREPARES_NOTHING);

    let many = |ids: Vec<i32>| soft_delete(posts::table.filter(posts::id.eq_any(ids)));
    match engine() {
        // `= ANY ($1)`, however many
        Engine::Postgres => kept!(conn, many(vec![1, 2]), many(vec![1, 2, 3])),
        // `IN (?, ?)`
        Engine::Mysql | Engine::Sqlite => {
            for ids in [vec![1, 2], vec![1, 2], vec![1, 2, 3]] {
                assert_eq!(run(conn, |conn| many(ids).execute(conn)), PREPARES_NOTHING);
            }
        }
    }
}

#[test]
fn a_kept_statement_runs_with_each_set_of_keys() {
    // one text with other binds, and other texts: nothing of an earlier run is left over
    let conn = &mut blog();
    for ids in [vec![1], vec![1, 3], vec![], vec![3], vec![2, 1, 4]] {
        restore(posts::table).execute(conn).unwrap();
        let deleted = soft_delete(posts::table.filter(posts::id.eq_any(&ids))).execute(conn);
        assert_eq!(deleted, Ok(ids.len()));
        let mut trash: Vec<i32> = posts::table
            .only_deleted()
            .select(posts::id)
            .load(conn)
            .unwrap();
        trash.sort_unstable();
        let mut expected = ids.clone();
        expected.sort_unstable();
        assert_eq!(trash, expected);
    }
}

#[test]
fn scoped_queries_prepare_once() {
    let conn = &mut blog();
    let mut load = |id: i32| {
        let (result, recording) = record(conn, |conn| {
            User::query().find(id).get_result(conn).optional()
        });
        result.unwrap();
        recording.cached.len()
    };
    assert_eq!((load(1), load(2), load(3)), (1, 0, 0));
    let mut count = || {
        let query = posts::table.only_deleted().deleted_before(day(3)).count();
        let (result, recording) = record(conn, |conn| query.get_result::<i64>(conn));
        assert_eq!(result, Ok(1));
        recording.cached.len()
    };
    assert_eq!((count(), count()), (1, 0));
    let mut joined = || {
        let query = users::table
            .with_deleted()
            .left_join_active(posts::table)
            .select(users::id);
        let (result, recording) = record(conn, |conn| query.load::<i32>(conn));
        assert_eq!(result.map(|ids| ids.len()), Ok(3));
        recording.cached.len()
    };
    assert_eq!((joined(), joined()), (1, 0));
}

#[cfg(any(backend = "sqlite", backend = "postgres"))]
#[test]
fn operations_that_return_rows_prepare_once() {
    let conn = &mut blog();
    let mut marked = |id: i32| {
        let operation = soft_delete(posts::table.find(id)).returning(posts::title);
        let (result, recording) =
            record(conn, |conn| operation.get_result::<String>(conn).optional());
        result.unwrap();
        recording.cached.len()
    };
    assert_eq!((marked(1), marked(1), marked(3)), (1, 0, 0));
    let mut restored = |id: i32| {
        let operation = restore(posts::table.find(id)).returning(Post::as_returning());
        let (result, recording) = record(conn, |conn| operation.get_result(conn).optional());
        result.unwrap();
        recording.cached.len()
    };
    assert_eq!((restored(1), restored(1), restored(3)), (1, 0, 0));
    let mut executed = |id: i32| {
        let (result, recording) = record(conn, |conn| {
            soft_delete(posts::table.find(id)).execute(conn)
        });
        result.unwrap();
        recording.cached.len()
    };
    assert_eq!(
        (executed(1), executed(1)),
        (1, 0),
        "without RETURNING it is another statement"
    );
}

#[test]
fn the_update_of_diesel_itself_is_not_kept() {
    // what the tests above would say if the library were built on it
    let conn = &mut blog();
    let update = || diesel::update(posts::table.active().find(1)).set(posts::deleted_at.eq(day(1)));
    assert_eq!(run(conn, |conn| update().execute(conn)), PREPARES_NOTHING);
    assert_eq!(run(conn, |conn| update().execute(conn)), PREPARES_NOTHING);
}
