//! Databases in which there is nothing to find, and what an examination does to a database.

use soft_delete_check::doctor;

use crate::backend::{by_engine, connection, run};
use crate::schema::{comments, flags, orders, posts, users};

pub const CLEAN: [&str; 3] = [
    include_str!("../schemas/clean.sqlite.sql"),
    include_str!("../schemas/clean.postgres.sql"),
    include_str!("../schemas/clean.mysql.sql"),
];

pub fn clean() -> &'static str {
    by_engine(CLEAN[0], CLEAN[1], CLEAN[2])
}

#[test]
fn a_clean_schema_has_no_findings() {
    let conn = &mut connection();
    run(conn, clean());
    let tables = (
        users::table,
        posts::table,
        comments::table,
        orders::table,
        flags::table,
    );
    let findings = doctor(tables).examine(conn).unwrap();
    assert!(findings.is_empty(), "{findings}");
    assert_eq!(findings.to_string(), "nothing found\n");
}
