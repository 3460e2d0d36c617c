//! The SQL of each operation on each engine, in files that the guide shows.
//!
//! `UPDATE_EXPECT=1 cargo test -p soft-delete-golden-tests` writes them; then read the diff.

mod schemas;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use expect_test::expect_file;
use soft_delete_runtime::Error;
use soft_delete_runtime::engine::{MariaDb, Mysql, Postgres, Sqlite};
use soft_delete_runtime::prelude::*;

fn new_year() -> NaiveDateTime {
    let day = NaiveDate::from_ymd_opt(2026, 1, 1);
    day.and_then(|day| day.and_hms_opt(0, 0, 0)).expect("a day")
}

/// The statements under a heading.
fn titled(title: &str, statements: Result<Vec<String>, Error>) -> String {
    let statements = statements.expect("an operation without bad input");
    format!("-- {title}\n{};\n", statements.join(";\n"))
}

/// The SQL of all operations on a table on an engine.
macro_rules! operations {
    ($engine:ty, $table:expr, $row:expr) => {
        [
            titled("soft_delete", soft_delete($row).statements::<$engine>()),
            titled("restore", restore($row).statements::<$engine>()),
            titled("purge", purge($row).statements::<$engine>()),
            titled(
                "purge, including_active",
                purge($row).including_active().statements::<$engine>(),
            ),
            titled(
                "purge_expired",
                purge_expired($table)
                    .deleted_before(new_year())
                    .statements::<$engine>(),
            ),
        ]
        .join("\n")
    };
}

macro_rules! golden {
    ($($schema:ident: $table:ident, $key:expr;)+) => {$(
        #[test]
        fn $schema() {
            use schemas::$schema::$table;
            let row = || $table::table.find($key);
            expect_file![concat!("../../../soft-delete-runtime/src/guide/sql/", stringify!($schema), ".sqlite.sql")]
                .assert_eq(&operations!(Sqlite, $table::table, row()));
            expect_file![concat!("../../../soft-delete-runtime/src/guide/sql/", stringify!($schema), ".postgres.sql")]
                .assert_eq(&operations!(Postgres, $table::table, row()));
            let mysql = operations!(Mysql, $table::table, row());
            expect_file![concat!("../../../soft-delete-runtime/src/guide/sql/", stringify!($schema), ".mysql.sql")]
                .assert_eq(&mysql);
            assert_eq!(operations!(MariaDb, $table::table, row()), mysql);
        }
    )+};
}

golden! {
    chain: users, 1;
    diamond: users, 1;
    folders: folders, 1;
    replies: comments, 1;
    composite: projects, (1, 1);
    ladder: l0, 1;
}

/// A restore may have to look at parents too.
#[test]
fn a_restore_of_a_child_looks_at_its_parents() {
    use schemas::diamond::comments;
    let row = || comments::table.find(1);
    let statements = [
        titled("restore", restore(row()).statements::<Postgres>()),
        titled(
            "restore, with_ancestors",
            restore(row()).with_ancestors().statements::<Postgres>(),
        ),
    ];
    expect_file!["../../../soft-delete-runtime/src/guide/sql/restore.postgres.sql"]
        .assert_eq(&statements.join("\n"));
}
