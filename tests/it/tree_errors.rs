//! Rule 12: errors are typed, say what a caller needs, and pass through `?` in both kinds of
//! function. A unique key that has been taken again is one of them.

use crate::prelude::*;
use diesel::result::Error as DieselError;
use soft_delete_runtime::Error;
use soft_delete_runtime::prelude::*;

use crate::backend::{self, Conn, Engine, engine, execute_batch};
use crate::guarded::guard;
use crate::tree_forum::{self, comments, everything, forum, users};

fn refused(conn: &mut Conn) -> Result<usize, Error> {
    execute_batch(
        conn,
        "INSERT INTO orders (id, user_id) VALUES (1, 1), (2, 1)",
    );
    soft_delete(users::table.find(1)).execute(conn)
}

#[test]
fn an_error_passes_through_a_function_of_diesel_and_back() {
    fn of_diesel(conn: &mut Conn) -> QueryResult<usize> {
        Ok(refused(conn)?)
    }
    fn of_ours(conn: &mut Conn) -> Result<usize, Error> {
        Ok(of_diesel(conn)?)
    }
    match of_ours(&mut forum()).unwrap_err() {
        Error::Restricted { table, count } => assert_eq!((table.as_str(), count), ("orders", 2)),
        error => panic!("{error:?}"),
    }
    match of_diesel(&mut forum()).unwrap_err() {
        DieselError::QueryBuilderError(error) => {
            assert!(error.downcast_ref::<Error>().is_some(), "{error}");
            assert_eq!(
                error.to_string(),
                "2 row(s) of `orders` still need a row that would be deleted: delete or move them first"
            );
        }
        error => panic!("{error:?}"),
    }
}

#[test]
fn an_error_passes_through_a_transaction_of_either_kind() {
    let conn = &mut forum();
    let before = everything(conn);
    let error = conn.transaction::<_, DieselError, _>(|conn| Ok(refused(conn)?));
    assert!(matches!(
        Error::from(error.unwrap_err()),
        Error::Restricted { count: 2, .. }
    ));
    let error = conn.transaction::<usize, Error, _>(refused);
    assert!(matches!(error, Err(Error::Restricted { count: 2, .. })));
    assert_eq!(everything(conn), before);
}

#[test]
fn what_the_database_reports_stays_as_diesel_reports_it() {
    let conn = &mut backend::connection();
    guard(conn, users::table);
    let error = soft_delete(users::table.find(1)).execute(conn).unwrap_err();
    assert!(
        matches!(error, Error::Database(DieselError::DatabaseError(..))),
        "{error:?}"
    );
    assert!(matches!(
        DieselError::from(error),
        DieselError::DatabaseError(..)
    ));
}

#[test]
fn a_refused_restore_names_the_table_of_the_parent() {
    let conn = &mut forum();
    soft_delete(users::table.find(2)).execute(conn).unwrap();
    let error = restore(comments::table.find(2)).execute(conn).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the parent in `users` is still deleted: restore it first, or use `with_ancestors`"
    );
}

// a unique key of active rows

/// A name is unique among active users: by a partial index, or by a column that deleted rows leave
/// empty.
fn unique_names() -> Conn {
    let mut conn = forum();
    execute_batch(
        &mut conn,
        match engine() {
            Engine::Mysql => {
                "ALTER TABLE users ADD active_name VARCHAR(100)
                     AS (CASE WHEN deleted_at IS NULL THEN name END) UNIQUE"
            }
            _ => "CREATE UNIQUE INDEX active_name ON users (name) WHERE deleted_at IS NULL",
        },
    );
    conn
}

#[test]
fn a_restore_onto_a_key_taken_again_names_the_constraint_and_changes_nothing() {
    let conn = &mut unique_names();
    soft_delete(users::table.find(1)).execute(conn).unwrap();
    execute_batch(conn, "INSERT INTO users (id, name) VALUES (4, 'Sean')");
    let before = everything(conn);
    let name = match engine() {
        Engine::Sqlite => "users.name",
        Engine::Postgres | Engine::Mysql => "active_name",
    };
    for attempt in ["execute", "with_ancestors", "preview"] {
        let target = restore(users::table.find(1));
        let error = match attempt {
            "execute" => target.execute(conn).unwrap_err(),
            "with_ancestors" => target.with_ancestors().execute(conn).unwrap_err(),
            _ => target.preview(conn).unwrap_err(),
        };
        match &error {
            Error::RestoreConflict { constraint, .. } => assert_eq!(constraint, name, "{attempt}"),
            error => panic!("{error:?}"),
        }
        assert_eq!(
            error.to_string(),
            format!("a row cannot come back: `{name}` has been taken again")
        );
        assert_eq!(everything(conn), before);
        assert!(matches!(
            DieselError::from(error),
            DieselError::DatabaseError(diesel::result::DatabaseErrorKind::UniqueViolation, _)
        ));
    }
}

/// Tries to restore user 1 when another one has its name, and gives the name of the constraint.
fn conflict(conn: &mut Conn, name: &str) -> String {
    let named =
        diesel::update(users::table.with_deleted().find(1)).set(users::name.eq(name.to_owned()));
    named.execute(conn).unwrap();
    soft_delete(users::table.find(1)).execute(conn).unwrap();
    let another = (users::id.eq(4), users::name.eq(name.to_owned()));
    let another = diesel::insert_into(users::table).values(another);
    another.execute(conn).unwrap();
    match restore(users::table.find(1)).execute(conn).unwrap_err() {
        Error::RestoreConflict { constraint, .. } => constraint,
        error => panic!("{error:?}"),
    }
}

#[test]
fn the_constraint_is_named_whatever_the_value_that_is_taken() {
    let name = match engine() {
        Engine::Sqlite => "users.name",
        Engine::Postgres | Engine::Mysql => "active_name",
    };
    for value in [
        "Re: plan",
        "it's",
        "x' for key 'y",
        "UNIQUE constraint failed: z",
    ] {
        assert_eq!(conflict(&mut unique_names(), value), name, "{value}");
    }
}

#[test]
fn an_index_on_an_expression_and_an_exclusion_constraint_are_named() {
    let definitions: &[_] = match engine() {
        Engine::Mysql => return, // MariaDB has neither
        Engine::Sqlite => {
            &["CREATE UNIQUE INDEX one_name ON users (lower(name)) WHERE deleted_at IS NULL"]
        }
        Engine::Postgres => &[
            "CREATE UNIQUE INDEX one_name ON users (lower(name)) WHERE deleted_at IS NULL",
            "ALTER TABLE users ADD CONSTRAINT one_name
                 EXCLUDE USING hash (name WITH =) WHERE (deleted_at IS NULL)",
        ],
    };
    for definition in definitions {
        let conn = &mut forum();
        execute_batch(conn, definition);
        assert_eq!(conflict(conn, "Ada"), "one_name", "{definition}");
    }
}

#[test]
fn errors_are_equal_that_say_the_same() {
    let restricted = |count| Error::Restricted {
        table: "orders".into(),
        count,
    };
    assert_eq!(restricted(1), restricted(1));
    assert_ne!(restricted(1), restricted(2));
    let text = |text: &str| Error::from(DieselError::QueryBuilderError(text.into()));
    assert_eq!(text("a"), text("a"));
    assert_ne!(text("a"), text("b"));
    assert_ne!(text("a"), Error::from(DieselError::NotFound));
}

#[test]
fn a_moment_that_a_marker_cannot_store_is_refused_before_anything_changes() {
    use chrono::{NaiveDate, NaiveDateTime};
    let year = |year| NaiveDate::from_ymd_opt(year, 1, 1).and_then(|day| day.and_hms_opt(0, 0, 0));
    let conn = &mut forum();
    let before = everything(conn);
    for moment in [year(10_000), year(-1), Some(NaiveDateTime::MAX)] {
        let error = soft_delete(users::table).at(moment.unwrap()).execute(conn);
        let error = error.unwrap_err().to_string();
        assert!(
            error.contains("`users`.`deleted_at` cannot store the moment"),
            "{error}"
        );
    }
    assert_eq!(everything(conn), before);
}

#[test]
fn a_conflict_below_the_target_and_of_an_ancestor_is_one_too() {
    let conn = &mut unique_names();
    soft_delete(users::table.find(2)).execute(conn).unwrap();
    execute_batch(conn, "INSERT INTO users (id, name) VALUES (4, 'Tess')");
    let before = everything(conn);
    let post = restore(tree_forum::posts::table.find(3)).with_ancestors();
    let error = post.execute(conn).unwrap_err();
    assert!(matches!(error, Error::RestoreConflict { .. }), "{error:?}");
    assert_eq!(everything(conn), before);
}

// circles

mod circle {
    diesel::table! { hens { id -> Integer, egg_id -> Nullable<Integer>, deleted_at -> Nullable<Timestamp> } }
    diesel::table! { eggs { id -> Integer, hen_id -> Nullable<Integer>, deleted_at -> Nullable<Timestamp> } }
    soft_delete_runtime::soft_delete_table! {
        hens(deleted_at, cascade(eggs::hen_id), parents(egg_id))
        eggs(deleted_at, cascade(hens::egg_id), parents(hen_id))
    }
}

#[test]
fn tables_that_cascade_in_a_circle_are_refused() {
    let conn = &mut backend::connection();
    guard(conn, (circle::hens::table, circle::eggs::table));
    for error in [
        soft_delete(circle::hens::table).execute(conn).unwrap_err(),
        soft_delete(circle::hens::table).preview(conn).unwrap_err(),
        restore(circle::hens::table).execute(conn).unwrap_err(),
        restore(circle::hens::table).preview(conn).unwrap_err(),
        purge(circle::hens::table).execute(conn).unwrap_err(),
        purge(circle::hens::table).preview(conn).unwrap_err(),
    ] {
        match error {
            Error::Cycle { tables } => assert_eq!(tables, ["hens", "eggs", "hens"]),
            error => panic!("{error:?}"),
        }
    }
}
