//! Rule 6: an operation on a tree is all or nothing, also within the caller's transaction.

use crate::prelude::*;
use soft_delete_runtime::Error;
use soft_delete_runtime::prelude::*;

use crate::backend::{Conn, Engine, engine, execute_batch};
use crate::schema::day;
use crate::tree_forum::*;

diesel::table! {
    // how many rows may still be changed before a change fails
    fuse (remaining) { remaining -> Integer }
}

/// From now on each row that is changed or removed counts, and the one at which the fuse has burnt
/// down fails.
fn lay_fuse(conn: &mut Conn) {
    execute_batch(
        conn,
        "CREATE TABLE fuse (remaining INTEGER PRIMARY KEY); INSERT INTO fuse VALUES (-1)",
    );
    if engine() == Engine::Postgres {
        execute_batch(
            conn,
            "CREATE FUNCTION burn() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN
                 UPDATE fuse SET remaining = remaining - 1;
                 IF EXISTS (SELECT 1 FROM fuse WHERE remaining = 0) THEN
                     RAISE EXCEPTION 'burnt down';
                 END IF;
                 RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
             END $$",
        );
    }
    for table in TABLES {
        for event in ["UPDATE", "DELETE"] {
            let trigger =
                format!("CREATE TRIGGER {event}_{table} BEFORE {event} ON {table} FOR EACH ROW");
            let burn = "UPDATE fuse SET remaining = remaining - 1;";
            execute_batch(
                conn,
                &match engine() {
                    Engine::Postgres => format!("{trigger} EXECUTE FUNCTION burn()"),
                    Engine::Sqlite => format!(
                        "{trigger} BEGIN {burn}
                         SELECT RAISE(ABORT, 'burnt down') FROM fuse WHERE remaining = 0; END"
                    ),
                    Engine::Mysql => format!(
                        "{trigger} BEGIN {burn}
                         IF EXISTS (SELECT 1 FROM fuse WHERE remaining = 0) THEN
                             SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'burnt down';
                         END IF; END"
                    ),
                },
            );
        }
    }
}

fn light(conn: &mut Conn, rows: i32) {
    diesel::update(fuse::table)
        .set(fuse::remaining.eq(rows))
        .execute(conn)
        .unwrap();
}

/// Lets the operation fail at each row that it changes, and checks that nothing is changed then.
fn fails_whole(mut conn: Conn, operation: impl Fn(&mut Conn) -> Result<usize, Error>) {
    let conn = &mut conn;
    lay_fuse(conn);
    let before = everything(conn);
    let mut burnt = 0;
    loop {
        light(conn, burnt + 1);
        match operation(conn) {
            Ok(_) => break,
            Err(Error::Database(error)) => {
                assert!(error.to_string().contains("burnt down"), "{error}");
            }
            Err(error) => panic!("{error}"),
        }
        assert_eq!(everything(conn), before, "at row {burnt}");
        burnt += 1;
    }
    light(conn, -1);
    assert!(burnt > 5, "only {burnt} rows");
}

/// A forum whose users are all deleted.
fn deleted_forum() -> Conn {
    let mut conn = forum();
    soft_delete(users::table).execute(&mut conn).unwrap();
    conn
}

#[test]
fn a_deletion_that_fails_at_some_row_changes_nothing() {
    fails_whole(forum(), |conn| {
        soft_delete(users::table.filter(users::id.le(2))).execute(conn)
    });
}

#[test]
fn a_restore_that_fails_at_some_row_changes_nothing() {
    fails_whole(deleted_forum(), |conn| restore(users::table).execute(conn));
}

#[test]
fn a_restore_that_hands_over_and_fails_at_some_row_changes_nothing() {
    let mut conn = forum();
    purge(pins::table)
        .including_active()
        .execute(&mut conn)
        .unwrap();
    delete_each!(&mut conn, posts 1 on day(1), users 2 on day(2));
    fails_whole(conn, |conn| restore(posts::table.find(1)).execute(conn));
}

#[test]
fn a_restore_with_ancestors_that_fails_at_some_row_changes_nothing() {
    fails_whole(deleted_forum(), |conn| {
        restore(comments::table.find(2))
            .with_ancestors()
            .execute(conn)
    });
}

#[test]
fn a_purge_that_fails_at_some_row_changes_nothing() {
    fails_whole(deleted_forum(), |conn| purge(users::table).execute(conn));
}

#[test]
fn a_purge_of_active_rows_that_fails_at_some_row_changes_nothing() {
    fails_whole(forum(), |conn| {
        purge(users::table).including_active().execute(conn)
    });
}

#[test]
fn a_restore_that_is_refused_at_its_end_changes_nothing() {
    // comment 3 comes back, comment 1 above it does not
    let conn = &mut forum();
    delete_each!(conn, comments 3 on day(1), comments 1 on day(2));
    let before = everything(conn);
    let some = comments::table.filter(comments::id.eq_any([2, 3]));
    let error = restore(some).execute(conn).unwrap_err();
    assert!(matches!(error, Error::ParentDeleted { .. }), "{error:?}");
    assert_eq!(everything(conn), before);
}

// within the caller's transaction

#[test]
fn an_operation_belongs_to_the_transaction_around_it() {
    let conn = &mut forum();
    let before = everything(conn);
    let outcome = conn.transaction(|conn| {
        assert_eq!(soft_delete(users::table.find(1)).execute(conn)?, 15);
        assert_eq!(purge(users::table.find(1)).execute(conn)?, 15);
        Err::<(), Error>(diesel::result::Error::RollbackTransaction.into())
    });
    assert!(outcome.is_err());
    assert_eq!(everything(conn), before);
}

#[test]
fn an_operation_that_fails_leaves_the_transaction_around_it_to_go_on() {
    let conn = &mut forum();
    execute_batch(conn, "INSERT INTO orders (id, user_id) VALUES (1, 2)");
    lay_fuse(conn);
    conn.transaction(|conn| {
        soft_delete(comments::table.find(3)).execute(conn)?;
        let between = everything(conn);
        let refused = soft_delete(users::table.find(2)).execute(conn);
        assert!(matches!(refused, Err(Error::Restricted { .. })));
        assert_eq!(everything(conn), between);
        light(conn, 4);
        let failed = soft_delete(users::table.find(1)).execute(conn);
        assert!(matches!(failed, Err(Error::Database(_))));
        light(conn, -1);
        assert_eq!(everything(conn), between);
        restore(comments::table.find(3)).execute(conn)?;
        soft_delete(users::table.find(3)).execute(conn)
    })
    .unwrap();
    assert_eq!(deleted(conn), "users 3, comments 3, attachments 2");
}
