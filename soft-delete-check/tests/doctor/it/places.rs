//! Tables that are not where or what they seem: missing, elsewhere, views, partitioned, with names
//! that have to be quoted, out of the role's reach.

use diesel::prelude::*;
use soft_delete_check::doctor::{Findings, Tables, doctor};

use crate::backend::{Conn, by_engine, connection, run, texts};
use crate::schema::{flags, users};

pub fn names(findings: &Findings) -> Vec<String> {
    let mut names: Vec<_> = findings.iter().map(|finding| finding.name()).collect();
    names.sort();
    names
}

#[track_caller]
pub fn assert_found(conn: &mut Conn, tables: impl Tables, expected: &[&str]) {
    let findings = doctor(tables).examine(conn).unwrap();
    assert_eq!(names(&findings), expected, "{findings}");
}

fn moment() -> &'static str {
    by_engine("TIMESTAMP", "TIMESTAMP", "DATETIME(6)")
}

mod strange {
    diesel::table! {
        #[sql_name = "Order's \"lines` here"]
        lines {
            id -> Integer,
            #[sql_name = "select \"it`s\""]
            key -> Text,
            #[sql_name = "Deleted \"at`"]
            deleted_at -> Nullable<Timestamp>,
            #[sql_name = "the \"parent`"]
            parent_id -> Nullable<Integer>,
        }
    }
    soft_delete_runtime::soft_delete_table! {
        lines(deleted_at, cascade(lines::parent_id), parents(parent_id))
    }
}

#[test]
fn names_are_quoted() {
    let conn = &mut connection();
    let text = by_engine("TEXT", "TEXT", "VARCHAR(50)");
    let create = format!(
        r#"CREATE TABLE "Order's ""lines` here" (id INTEGER PRIMARY KEY, "select ""it`s""" {text} NOT NULL,
            "Deleted ""at`" {}, "the ""parent`" INTEGER);
        CREATE UNIQUE INDEX "key's ""of`" ON "Order's ""lines` here" ("select ""it`s""");"#,
        moment()
    );
    let create = by_engine(
        create.clone(),
        create.clone(),
        format!(
            "SET sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES'); {create} SET sql_mode = DEFAULT;"
        ),
    );
    run(conn, &create);
    let table = || {
        doctor(strange::lines::table)
            .refuse_hard_deletes()
            .refuse_children_of_deleted()
            .freeze_deleted()
    };
    let findings = table().examine(conn).unwrap();
    for statement in findings.repair_sql() {
        run(conn, &statement);
    }
    let findings = table().examine(conn).unwrap();
    let expected: &[&str] = by_engine(
        &[r#"no_constraint(Order's "lines` here.the "parent`)"#][..],
        &[],
        &[],
    );
    assert_eq!(names(&findings), expected, "{findings}");
}

#[test]
fn a_missing_table_is_a_finding() {
    let conn = &mut connection();
    let all = ["comments", "flags", "orders", "posts", "users"];
    let expected = all.map(|table| format!("missing_table({table})"));
    // those that the relations of `users` lead to are among them
    let findings = doctor((flags::table, users::table)).examine(conn).unwrap();
    assert_eq!(names(&findings), expected, "{findings}");
}

#[test]
fn a_view_is_a_finding_and_its_columns_are_compared() {
    let conn = &mut connection();
    run(
        conn,
        "CREATE TABLE all_flags (id INTEGER PRIMARY KEY, kind INTEGER, deleted BOOLEAN);
         CREATE VIEW flags AS SELECT id, kind FROM all_flags;",
    );
    assert_found(
        conn,
        flags::table,
        &["missing_column(flags.deleted)", "view(flags)"],
    );
}

#[test]
fn what_the_facts_name_and_the_table_lacks_is_created() {
    let conn = &mut connection();
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY);
         CREATE TABLE posts (id INTEGER PRIMARY KEY, FOREIGN KEY (id) REFERENCES users (id));
         CREATE TABLE comments (id INTEGER PRIMARY KEY);
         CREATE TABLE orders (id INTEGER PRIMARY KEY);
         CREATE TABLE flags (id INTEGER PRIMARY KEY);";
    run(conn, sql);
    let tables = || crate::faults::tables();
    // a foreign key that is added is indexed in the next round
    for _ in 0..2 {
        let findings = doctor(tables()).examine(conn).unwrap();
        for statement in findings.create_sql() {
            run(conn, &statement);
        }
    }
    let id = by_engine("id", "posts_id_fkey", "posts_ibfk_1");
    let findings = doctor(tables())
        .allow("no_constraint")
        .allow(format!("undeclared_fk(posts.{id})"))
        .examine(conn)
        .unwrap();
    assert!(findings.is_empty(), "{findings}");
}

#[test]
fn what_is_allowed_in_vain_is_a_finding() {
    let conn = &mut connection();
    run(
        conn,
        "CREATE TABLE flags (id INTEGER PRIMARY KEY, kind INTEGER, deleted BOOLEAN NOT NULL DEFAULT FALSE);
         CREATE INDEX flags_deleted ON flags (deleted);",
    );
    let findings = doctor(flags::table)
        .allow("marker_index(flags.flags_deleted)")
        .allow("view")
        .examine(conn)
        .unwrap();
    assert_eq!(names(&findings), ["unused_allow(view)"], "{findings}");
}

#[test]
fn an_examination_changes_nothing_and_goes_on_within_a_transaction() {
    let conn = &mut connection();
    run(conn, crate::faults::faults());
    let first = doctor(crate::faults::tables())
        .with_data()
        .examine(conn)
        .unwrap();
    let second = conn
        .transaction(|conn| {
            let found = doctor(crate::faults::tables()).with_data().examine(conn)?;
            diesel::sql_query("INSERT INTO logs (id) VALUES (1)").execute(conn)?;
            QueryResult::Ok(found)
        })
        .unwrap();
    assert_eq!(first, second);
    let logs = by_engine(
        "CAST(COUNT(*) AS TEXT)",
        "COUNT(*)::text",
        "CAST(COUNT(*) AS CHAR)",
    );
    assert_eq!(
        texts(conn, &format!("SELECT {logs} AS name FROM logs")),
        ["1"]
    );
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
#[test]
fn a_foreign_key_keeps_what_it_says_beside_on_delete() {
    let conn = &mut connection();
    let says = by_engine(
        "",
        "MATCH FULL ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED NOT VALID",
        "ON DELETE CASCADE ON UPDATE CASCADE",
    );
    let unsaid = says
        .replace(" ON DELETE CASCADE", "")
        .replace("ON DELETE CASCADE ", "");
    run(
        conn,
        &format!(
            "{} ALTER TABLE posts ADD CONSTRAINT posts_owner FOREIGN KEY (user_id) REFERENCES users (id) {says};",
            crate::clean::clean()
        ),
    );
    let findings = doctor(users::table).examine(conn).unwrap();
    let repairs: Vec<_> = (findings.iter())
        .filter(|finding| finding.name() == "on_delete(posts.posts_owner)")
        .flat_map(|finding| finding.sql())
        .collect();
    assert_eq!(repairs.len(), 1, "{findings}");
    assert!(repairs[0].ends_with(&format!(" {unsaid};")), "{findings}");
    run(conn, repairs[0]);
    let kept = by_engine(
        "",
        "SELECT pg_get_constraintdef(oid) AS name FROM pg_constraint
         WHERE conname = 'posts_owner_no_action' AND connamespace = current_schema()::regnamespace",
        "SELECT CAST(UPDATE_RULE AS CHAR) AS name FROM information_schema.REFERENTIAL_CONSTRAINTS
         WHERE CONSTRAINT_SCHEMA = DATABASE() AND CONSTRAINT_NAME = 'posts_owner_no_action'",
    );
    let expected = by_engine(
        String::new(),
        format!("FOREIGN KEY (user_id) REFERENCES users(id) {unsaid}"),
        "CASCADE".to_owned(),
    );
    assert_eq!(texts(conn, kept), [expected]);
}

mod epoch {
    diesel::table! {
        tickets { id -> Integer, email -> Text, deleted_at -> Nullable<BigInt> }
    }
    soft_delete_runtime::soft_delete_table! { tickets(deleted_at) }
}

#[test]
fn a_key_with_the_moment_of_the_deletion_or_a_constant_is_no_fault() {
    let conn = &mut connection();
    let create = by_engine(
        "CREATE TABLE tickets (id INTEGER PRIMARY KEY, email TEXT NOT NULL, deleted_at BIGINT);
         CREATE UNIQUE INDEX right_one ON tickets (email, (coalesce(deleted_at, 0)));
         CREATE UNIQUE INDEX wrong_one ON tickets (email, (coalesce(id, 0)));
         CREATE UNIQUE INDEX wrong_two ON tickets (email, (deleted_at IS NULL));",
        "CREATE TABLE tickets (id INTEGER PRIMARY KEY, email TEXT NOT NULL, deleted_at BIGINT);
         CREATE UNIQUE INDEX right_one ON tickets (email, (coalesce(deleted_at, 0)));
         CREATE UNIQUE INDEX wrong_one ON tickets (email, (coalesce(id, 0)));
         CREATE UNIQUE INDEX wrong_two ON tickets (email, (deleted_at IS NULL));",
        "CREATE TABLE tickets (id INTEGER PRIMARY KEY, email VARCHAR(50) NOT NULL, deleted_at BIGINT,
             moment BIGINT AS (COALESCE(deleted_at, 0)), one BIGINT AS (COALESCE(email, 0)),
             two BIGINT AS (deleted_at IS NULL),
             UNIQUE right_one (email, moment), UNIQUE wrong_one (email, one),
             UNIQUE wrong_two (email, two));",
    );
    run(conn, create);
    assert_found(
        conn,
        epoch::tickets::table,
        &[
            "unique_holds_deleted(tickets.wrong_one)",
            "unique_holds_deleted(tickets.wrong_two)",
        ],
    );
}

mod status {
    use soft_delete_runtime::{MarkerType, Moment, Unit, types::Predicate};

    #[derive(diesel::sql_types::SqlType, diesel::query_builder::QueryId)]
    #[cfg_attr(feature = "sqlite", diesel(sqlite_type(name = "Text")))]
    #[cfg_attr(feature = "postgres", diesel(postgres_type(name = "text")))]
    #[cfg_attr(feature = "mysql", diesel(mysql_type(name = "String")))]
    pub struct Stated;

    #[derive(diesel::sql_types::SqlType, diesel::query_builder::QueryId)]
    #[cfg_attr(feature = "sqlite", diesel(sqlite_type(name = "Text")))]
    #[cfg_attr(feature = "postgres", diesel(postgres_type(name = "text")))]
    #[cfg_attr(feature = "mysql", diesel(mysql_type(name = "String")))]
    pub struct Unstated;

    #[derive(Debug, diesel::expression::AsExpression)]
    #[diesel(sql_type = Stated)]
    #[diesel(sql_type = Unstated)]
    pub struct Status;

    impl MarkerType for Stated {
        const ACTIVE: Predicate = Predicate::new("(", " <> 'deleted')");
        const DELETED: Predicate = Predicate::new("(", " = 'deleted')");
        const SQL_LITERALS: Option<(&'static str, &'static str)> = Some(("'deleted'", "'draft'"));
        type Value = Status;

        fn value(_: Option<Moment>, _: Unit) -> Status {
            Status
        }
    }

    impl MarkerType for Unstated {
        const ACTIVE: Predicate = Stated::ACTIVE;
        const DELETED: Predicate = Stated::DELETED;
        type Value = Status;

        fn value(_: Option<Moment>, _: Unit) -> Status {
            Status
        }
    }

    diesel::table! {
        use diesel::sql_types::*;
        use super::Stated;
        stated { id -> Integer, slug -> Text, status -> Stated }
    }
    diesel::table! {
        use diesel::sql_types::*;
        use super::Unstated;
        unstated { id -> Integer, slug -> Text, status -> Unstated }
    }
    soft_delete_runtime::soft_delete_table! {
        stated(status)
        unstated(status)
    }
}

#[test]
fn a_marker_of_a_type_of_ones_own_is_evaluated_where_it_says_what_it_writes() {
    let conn = &mut connection();
    for table in ["stated", "unstated"] {
        let create = by_engine(
            "CREATE TABLE NAME (id INTEGER PRIMARY KEY, slug TEXT NOT NULL, status TEXT NOT NULL);
             CREATE UNIQUE INDEX NAME_all ON NAME (slug);
             CREATE UNIQUE INDEX NAME_slug ON NAME (slug) WHERE status <> 'deleted';",
            "CREATE TYPE NAME_status AS ENUM ('draft', 'published', 'deleted');
             CREATE TABLE NAME (id INTEGER PRIMARY KEY, slug TEXT NOT NULL, status NAME_status NOT NULL);
             CREATE UNIQUE INDEX NAME_all ON NAME (slug);
             CREATE UNIQUE INDEX NAME_slug ON NAME (slug) WHERE status <> 'deleted';",
            "CREATE TABLE NAME (id INTEGER PRIMARY KEY, slug VARCHAR(50) NOT NULL,
                 status ENUM ('draft', 'published', 'deleted') NOT NULL,
                 active_slug VARCHAR(50) AS (CASE WHEN status <> 'deleted' THEN slug END),
                 UNIQUE NAME_all (slug), UNIQUE NAME_slug (active_slug));",
        );
        run(conn, &create.replace("NAME", table));
    }
    assert_found(
        conn,
        (status::stated::table, status::unstated::table),
        &[
            "predicate_unread(unstated.unstated_slug)",
            "unique_holds_deleted(stated.stated_all)",
            "unique_holds_deleted(unstated.unstated_all)",
        ],
    );
}
