//! The feature `check` of this suite: each connection is under the leak guard.

use soft_delete_runtime::prelude::*;

use crate::backend::{Conn, two};
use crate::guarded::{by_hand, has_triggers};
use crate::prelude::*;
use crate::schema::{blog, create_tables, users};

fn count(conn: &mut Conn) -> i64 {
    users::table.count().get_result(conn).unwrap()
}

#[test]
#[should_panic(expected = "reads deleted rows of `users`")]
fn is_under_the_leak_guard() {
    count(&mut blog());
}

#[test]
#[should_panic(expected = "reads deleted rows of `users`")]
fn to_one_place_is_under_the_leak_guard() {
    let (mut first, mut second) = two();
    create_tables(&mut first);
    count(&mut second);
}

#[test]
#[should_panic(expected = "declare the tables")]
fn reads_no_rows_of_tables_that_are_not_declared() {
    let _ = users::table
        .active()
        .execute(&mut crate::backend::connection());
}

#[test]
fn has_the_triggers_if_they_are_asked_for() {
    let conn = &mut blog();
    let deleted = by_hand(conn, |conn| diesel::delete(users::table).execute(conn));
    let are_asked_for = has_triggers();
    assert_eq!(deleted.is_err(), are_asked_for, "{deleted:?}");
}
