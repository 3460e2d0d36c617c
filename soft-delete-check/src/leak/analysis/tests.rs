//! Statements as people write them, each with the right answer.

use super::{Dialect, Watched, analyse};

const EACH: &[Dialect] = &[Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql];

fn watched() -> Vec<Watched> {
    let table = |schema: Option<&str>, table: &str, marker: &str, active, deleted| {
        let schema = schema.map(str::to_owned);
        Watched::new(schema, table.into(), marker.into(), active, deleted)
    };
    let (null, not_null) = (("(", " IS NULL)"), ("(", " IS NOT NULL)"));
    vec![
        table(None, "users", "deleted_at", null, not_null),
        table(None, "posts", "deleted_at", null, not_null),
        table(None, "owners", "deleted", ("(NOT ", ")"), ("(", ")")),
        table(None, "files", "deleted_at", ("(", " = 0)"), ("(", " != 0)")),
        table(
            None,
            "notes",
            "status",
            ("(", " <> 'deleted')"),
            ("(", " = 'deleted')"),
        ),
        table(
            None,
            "jobs",
            "flags",
            ("(", " & 1 = 0)"),
            ("(", " & 1 = 1)"),
        ),
        table(Some("audit"), "events", "deleted_at", null, not_null),
    ]
}

fn answer(sql: &str, dialect: Dialect) -> String {
    let findings = analyse(sql, dialect, &watched());
    let words = findings.iter().map(|finding| {
        let table = finding.table.as_deref().unwrap_or("nothing");
        format!("{:?} {table}", finding.kind).to_lowercase()
    });
    match findings.is_empty() {
        true => "-".to_owned(),
        false => words.collect::<Vec<_>>().join(", "),
    }
}

#[test]
fn statements_as_people_write_them_get_the_right_answer() {
    let mut wrong = Vec::new();
    let mut count = 0;
    let rows = include_str!("../../../tests/statements.txt").lines();
    for row in rows.filter(|row| !row.is_empty() && !row.starts_with('#')) {
        let parts: Vec<_> = row.splitn(3, '|').map(str::trim).collect();
        let [expected, dialects, sql] = parts[..] else {
            panic!("expected `answer | dialects | statement`: {row}");
        };
        let dialects = match dialects {
            "each" => EACH,
            "sqlite" => &[Dialect::Sqlite],
            "postgres" => &[Dialect::Postgres],
            "mysql" => &[Dialect::Mysql],
            other => panic!("no such dialect: {other}"),
        };
        for dialect in dialects {
            let answer = answer(sql, *dialect);
            if answer != expected {
                wrong.push(format!(
                    "{sql}\n  {dialect:?}: {answer}, expected {expected}"
                ));
            }
        }
        count += 1;
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count > 200, "read {count} statements");
}

#[test]
fn a_thousand_nested_conditions_are_read() {
    let deep = |open: &str, close: &str| {
        let (open, close) = (open.repeat(1000), close.repeat(1000));
        format!("SELECT id FROM users WHERE {open} deleted_at IS NULL {close}")
    };
    let long = format!(
        "SELECT id FROM users WHERE deleted_at IS NULL{}",
        " OR id = 1".repeat(20_000)
    );
    let cases = [
        (deep("(", ")"), "-"),
        (deep("(id = 1 AND ", ")"), "-"),
        (deep("(id = 1 OR ", ")"), "read users"),
        (deep("NOT (", ")"), "-"),
        (deep("EXISTS (SELECT 1 WHERE ", ")"), "read users"),
        (long, "read users"),
    ];
    for (sql, expected) in cases {
        let answer = super::super::stack::with_large_stack(|| answer(&sql, Dialect::Postgres));
        assert_eq!(answer.as_deref(), Some(expected), "{}", &sql[..60]);
    }
}

#[test]
fn the_dialect_is_that_of_the_url_or_of_the_text() {
    let urls = [
        ("postgres://postgres@127.0.0.1/test", Dialect::Postgres),
        ("postgresql:///test", Dialect::Postgres),
        ("host=localhost dbname=test", Dialect::Postgres),
        ("mysql://root@127.0.0.1/test", Dialect::Mysql),
        (":memory:", Dialect::Sqlite),
        ("postgres.db", Dialect::Sqlite),
        ("file:test?mode=memory&cache=shared", Dialect::Sqlite),
    ];
    for (url, expected) in urls {
        assert_eq!(Dialect::of_url(url), expected, "{url}");
    }
    let texts = [
        (
            r#"SELECT "users"."id" FROM "users" WHERE "users"."id" = $1"#,
            Dialect::Postgres,
        ),
        (
            "SELECT `users`.`id` FROM `users` WHERE `users`.`id` = ?",
            Dialect::Mysql,
        ),
        ("SELECT id FROM users WHERE id = ?", Dialect::Sqlite),
        ("SELECT 1 /*! + 1 */", Dialect::Mysql),
    ];
    for (text, expected) in texts {
        assert_eq!(Dialect::guess(text), expected, "{text}");
    }
}

#[test]
fn a_statement_is_judged_alike_whatever_dialect_it_is_taken_for() {
    let texts = [
        ("SELECT `users`.`id` FROM `users`", "read users"),
        (
            r#"SELECT "users"."id" FROM "users" WHERE "id" = $1 AND tags @> $2"#,
            "read users",
        ),
        ("REPLACE INTO users (id) VALUES (?)", "delete users"),
        (
            "INSERT INTO users (id) VALUES (?) ON DUPLICATE KEY UPDATE id = 1",
            "-",
        ),
        ("INSERT OR IGNORE INTO users (id) VALUES (?)", "-"),
    ];
    for (text, expected) in texts {
        for dialect in EACH {
            assert_eq!(answer(text, *dialect), expected, "{dialect:?}: {text}");
        }
    }
}
