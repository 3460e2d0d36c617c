//! Partial indexes are used, by prepared statements too: no predicate has a bind parameter.

use crate::prelude::*;
use diesel::debug_query;
use diesel::query_builder::QueryFragment;
use diesel::sql_types::Text;
use soft_delete_runtime::prelude::*;

use crate::backend::{Conn, DB, Engine, connection, engine, execute_batch};
use crate::guarded::guard;

/// The plan of the SQL that Diesel sends, with its placeholders left open.
fn plan_of(conn: &mut Conn, query: &impl QueryFragment<DB>) -> String {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        line: String,
    }
    #[derive(QueryableByName)]
    struct Detail {
        #[diesel(sql_type = Text)]
        detail: String,
    }

    let text = debug_query::<DB, _>(query).to_string();
    let (sql, _) = text.split_once(" -- binds: ").unwrap();
    match engine() {
        Engine::Postgres => {
            execute_batch(conn, &format!("DEALLOCATE ALL; PREPARE one AS {sql}"));
            let nulls = vec!["NULL"; sql.matches('$').count()].join(", ");
            let values = if nulls.is_empty() {
                nulls
            } else {
                format!("({nulls})")
            };
            // the rows of EXPLAIN have no name that a model could have
            let explain = format!(
                "CREATE OR REPLACE FUNCTION plan_of_one() RETURNS SETOF text LANGUAGE plpgsql AS \
                 $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN EXECUTE one{values}'; END $$"
            );
            execute_batch(conn, &explain);
            let lines: Vec<Line> = diesel::sql_query("SELECT line FROM plan_of_one() AS line")
                .load(conn)
                .unwrap();
            lines.into_iter().map(|line| line.line + "\n").collect()
        }
        _ => {
            let lines: Vec<Detail> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}"))
                .load(conn)
                .unwrap();
            lines.into_iter().map(|line| line.detail + "\n").collect()
        }
    }
}

macro_rules! uses {
    ($conn:expr, $($query:expr => $index:literal;)*) => {
        $(
            let plan = plan_of($conn, &$query);
            assert!(plan.contains($index), "{}: {plan}", stringify!($query));
        )*
    };
}

/// A table with one kind of marker, and partial indexes over its active and its deleted rows.
macro_rules! indexed {
    ($kind:ident: [$($sql_type:tt)*], $column:expr, $active:literal, $deleted:literal $(, $moment:tt)?) => {
        mod $kind {
            use super::*;
            #[allow(unused_imports)]
            use crate::markers::status::StatusType;

            diesel::table! {
                use diesel::sql_types::*;
                use super::StatusType;
                things { id -> Integer, name -> Text, marker -> $($sql_type)* }
            }
            soft_delete_table! { things(marker) }

            pub(super) fn things_with_indexes() -> Conn {
                let mut conn = connection();
                let prepare = match engine() {
                    Engine::Postgres => {
                        "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off;
                         CREATE TYPE status AS ENUM ('draft', 'published', 'deleted');"
                    }
                    _ => "",
                };
                let (column, active, deleted) = ($column, $active, $deleted);
                let has_moments = !<[&str]>::is_empty(&[$(stringify!($moment))?]);
                let moments = if has_moments {
                    format!("CREATE INDEX deleted_moments ON things (marker) WHERE {deleted};")
                } else {
                    String::new()
                };
                execute_batch(
                    &mut conn,
                    &format!(
                        "{prepare}
                         CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT NOT NULL, marker {column});
                         CREATE INDEX active_things ON things (name) WHERE {active};
                         CREATE INDEX deleted_things ON things (name) WHERE {deleted};
                         {moments}"
                    ),
                );
                guard(&mut conn, things::table);
                conn
            }

            #[test]
            fn partial_indexes_are_used() {
                let conn = &mut things_with_indexes();
                let named = || things::table.filter(things::name.eq("x"));
                uses! { conn,
                    named().active() => "active_things";
                    named().only_deleted() => "deleted_things";
                    named().filter(is_active(things::table)) => "active_things";
                    named().active().count() => "active_things";
                    soft_delete(named()) => "active_things";
                    restore(named()) => "deleted_things";
                    purge(named()) => "deleted_things";
                }
                $( uses! { conn,
                    things::table.deleted_before($moment) => "deleted_moments";
                    things::table.deleted_since($moment) => "deleted_moments";
                } )?
            }
        }
    };
}

const T: chrono::DateTime<chrono::Utc> = chrono::DateTime::UNIX_EPOCH;

indexed!(timestamp: [Nullable<Timestamp>], "TIMESTAMP", "marker IS NULL", "marker IS NOT NULL", T);
#[cfg(backend = "postgres")]
indexed!(timestamptz: [Nullable<Timestamptz>], "TIMESTAMPTZ", "marker IS NULL", "marker IS NOT NULL", T);
#[cfg(backend = "sqlite")]
indexed!(timestamptz: [Nullable<TimestamptzSqlite>], "TEXT", "marker IS NULL", "marker IS NOT NULL", T);
indexed!(boolean: [Bool], "BOOLEAN NOT NULL", "NOT marker", "marker");
indexed!(epoch: [BigInt], "BIGINT NOT NULL", "marker = 0", "marker <> 0", T);
indexed!(nullable_epoch: [Nullable<BigInt>], "BIGINT", "marker IS NULL", "marker IS NOT NULL", T);
indexed!(
    status: [StatusType],
    if engine() == Engine::Postgres { "status NOT NULL" } else { "TEXT NOT NULL" },
    "marker <> 'deleted'",
    "marker = 'deleted'"
);

#[test]
fn a_predicate_with_a_bind_parameter_uses_no_partial_index() {
    // what the tests above would say if it had one
    use epoch::{things, things_with_indexes};
    let conn = &mut things_with_indexes();
    let named = things::table
        .filter(things::name.eq("x"))
        .filter(things::marker.eq(0));
    let plan = plan_of(conn, &named);
    assert!(!plan.contains("active_things"), "{plan}");
}

#[test]
fn the_roots_of_a_trash_are_found_by_the_keys_of_their_parents() {
    use crate::tree_forum::{comments, forum};

    let conn = &mut forum();
    let keys = match engine() {
        Engine::Postgres => {
            execute_batch(
                conn,
                "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;",
            );
            ["posts_pkey", "users_pkey", "comments_pkey"]
        }
        _ => [
            "soft_delete_parent_0 USING INTEGER PRIMARY KEY",
            "soft_delete_parent_1 USING INTEGER PRIMARY KEY",
            "soft_delete_parent_2 USING INTEGER PRIMARY KEY",
        ],
    };
    let plan = plan_of(conn, &comments::table.deleted_roots().select(comments::id));
    for key in keys {
        assert!(plan.contains(key), "{plan}");
    }
}
