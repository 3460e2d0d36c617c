//! Databases with every fault: each is found, and its repair repairs it.

use soft_delete_check::doctor::{Findings, Tables, doctor};

use crate::backend::{Conn, by_engine, connection, run};
use crate::schema::{comments, flags, orders, posts, users};

pub fn faults() -> &'static str {
    by_engine(
        include_str!("../schemas/faults.sqlite.sql"),
        include_str!("../schemas/faults.postgres.sql"),
        include_str!("../schemas/faults.mysql.sql"),
    )
}

pub fn tables() -> impl Tables {
    (
        users::table,
        posts::table,
        comments::table,
        orders::table,
        flags::table,
    )
}

fn examine(conn: &mut Conn) -> Findings {
    doctor(tables()).examine(conn).unwrap()
}

fn names(findings: &Findings) -> Vec<String> {
    let mut names: Vec<_> = findings.iter().map(|finding| finding.name()).collect();
    names.sort();
    names
}

/// What is found on every engine.
const COMMON: [&str; 11] = [
    "fk_not_pk(posts.user_id)",
    "marker_index(users.users_trash)",
    "marker_nullable(orders.deleted_at)",
    "missing_column(posts.deleted_by)",
    "no_constraint(comments.post_id)",
    "no_fk_index(comments.post_id)",
    "not_null(posts.deleted_at)",
    "unique_holds_deleted(users.users_email)",
    "unique_holds_deleted(users.users_long)",
    "unique_with_marker(flags.flags_kind)",
    "unique_with_marker(users.users_marked)",
];

#[test]
fn every_fault_is_found() {
    let conn = &mut connection();
    run(conn, faults());
    let findings = examine(conn);
    let of_engine: &[&str] = by_engine(
        &[
            "no_fk_index(orders.user_id)",
            "on_delete(orders.user_id)",
            "on_delete(posts.user_id)",
            "partial_fk_index(posts.user_id)",
            "predicate_unused(flags.flags_kind_of_active)",
            "undeclared_fk(logs.user_id)",
            "unique_holds_deleted(users.handle)",
            "unique_holds_deleted(users.uid)",
        ][..],
        &[
            "invalid_index(flags.flags_broken)",
            "no_fk_index(orders.user_id)",
            "on_delete(orders.orders_user_id_fkey)",
            "on_delete(posts.posts_user_id_fkey)",
            "other_type(posts.updated_at)",
            "partial_fk_index(posts.user_id)",
            "precision(users.deleted_at)",
            "predicate_unused(flags.flags_kind_of_active)",
            "undeclared_fk(logs.logs_user_id_fkey)",
            "unique_holds_deleted(users.users_handle_key)",
            "unique_holds_deleted(users.users_uid_key)",
        ],
        &[
            "on_delete(orders.orders_owner)",
            "on_delete(posts.posts_owner)",
            "other_type(posts.updated_at)",
            "precision(users.deleted_at)",
            "undeclared_fk(logs.logs_owner)",
            "unique_holds_deleted(orders.orders_number)",
            "unique_holds_deleted(users.handle)",
            "unique_holds_deleted(users.uid)",
        ],
    );
    let mut expected = [&COMMON, of_engine].concat();
    expected.sort_unstable();
    assert_eq!(names(&findings), expected, "{findings}");
}

#[test]
fn the_repairs_leave_what_no_statement_repairs() {
    let conn = &mut connection();
    run(conn, faults());
    let findings = examine(conn);
    let mut rest: Vec<_> = (findings.iter())
        .filter(|finding| finding.sql().is_empty())
        .map(|finding| finding.name())
        .collect();
    rest.sort();
    for statement in findings.repair_sql() {
        run(conn, &statement);
    }
    let after = examine(conn);
    assert_eq!(names(&after), rest, "{after}");
}

#[test]
fn what_is_created_only_adds_something() {
    let conn = &mut connection();
    run(conn, faults());
    let created = examine(conn).create_sql();
    let new_key = by_engine(
        r#"CREATE UNIQUE INDEX "users_email_active" ON "users" ("email") WHERE ("deleted_at" IS NULL);"#,
        r#"CREATE UNIQUE INDEX CONCURRENTLY "users_email_active" ON "users" (lower(email)) WHERE ("deleted_at" IS NULL);"#,
        "ALTER TABLE `users` ADD UNIQUE INDEX `users_email_active` (`active_email`(20));",
    );
    assert!(
        created.iter().any(|statement| statement == new_key),
        "{created:#?}"
    );
    for statement in &created {
        assert!(
            statement.starts_with("CREATE ") || statement.contains(" ADD "),
            "{statement}"
        );
        assert!(!statement.contains("DROP "), "{statement}");
        run(conn, statement);
    }
}
