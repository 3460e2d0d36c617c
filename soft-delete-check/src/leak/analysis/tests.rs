//! Statements as people write them, each with the right answer.

use super::{Dialect, Watched, analyse};

const SQLITE: &[Dialect] = &[Dialect::Sqlite];
const POSTGRES: &[Dialect] = &[Dialect::Postgres];
const MYSQL: &[Dialect] = &[Dialect::Mysql];
const EACH: &[Dialect] = &[Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql];

/// `users` and `posts` have `deleted_at`, NULL in active rows.
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
    words.collect::<Vec<_>>().join(", ")
}

#[track_caller]
fn check(cases: &[(&[Dialect], &str, &str)]) {
    let mut wrong = Vec::new();
    for (dialects, sql, expected) in cases {
        for dialect in *dialects {
            let answer = answer(sql, *dialect);
            if answer != *expected {
                wrong.push(format!(
                    "{sql}\n  {dialect:?}: {answer:?}, expected {expected:?}"
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn a_select_says_which_rows_it_means() {
    check(&[
        (EACH, "SELECT id FROM users WHERE deleted_at IS NULL", ""),
        (
            EACH,
            "SELECT id FROM users WHERE users.deleted_at IS NULL AND id = 1",
            "",
        ),
        (
            EACH,
            "SELECT id FROM users WHERE deleted_at IS NOT NULL",
            "",
        ),
        (EACH, "SELECT id FROM users", "read users"),
        (EACH, "SELECT id FROM users WHERE id = 1", "read users"),
        (EACH, "SELECT COUNT(*) FROM users", "read users"),
        (
            EACH,
            "SELECT id, deleted_at FROM users WHERE name = 'x'",
            "read users",
        ),
        (
            EACH,
            "SELECT id FROM users ORDER BY deleted_at",
            "read users",
        ),
        (EACH, "SELECT id FROM tags WHERE id = 1", ""),
        (
            EACH,
            "SELECT EXISTS (SELECT 1 FROM users WHERE id = 1)",
            "read users",
        ),
        (
            EACH,
            "SELECT EXISTS (SELECT 1 FROM users WHERE id = 1 AND deleted_at IS NULL)",
            "",
        ),
        (
            EACH,
            "SELECT (SELECT name FROM users WHERE users.id = tags.user_id) FROM tags",
            "read users",
        ),
    ]);
}

#[test]
fn or_and_not_are_logic() {
    check(&[
        (
            EACH,
            "SELECT id FROM users WHERE deleted_at IS NULL OR name = 'x'",
            "read users",
        ),
        (
            EACH,
            "SELECT id FROM users WHERE deleted_at IS NULL AND (name = 'x' OR name = 'y')",
            "",
        ),
        (
            EACH,
            "SELECT id FROM users WHERE (deleted_at IS NULL AND a = 1) OR (deleted_at IS NULL AND b = 2)",
            "",
        ),
        (
            EACH,
            "SELECT id FROM users WHERE (deleted_at IS NULL AND a = 1) OR b = 2",
            "read users",
        ),
        (
            EACH,
            "SELECT id FROM users WHERE NOT (deleted_at IS NOT NULL)",
            "",
        ),
        (
            EACH,
            "SELECT id FROM users WHERE NOT (deleted_at IS NULL AND name = 'x')",
            "read users",
        ),
        (
            EACH,
            "SELECT id FROM users WHERE NOT (deleted_at IS NOT NULL OR name = 'x')",
            "",
        ),
        (
            EACH,
            "SELECT id FROM users WHERE deleted_at IS NULL OR deleted_at IS NOT NULL",
            "read users",
        ),
        (
            EACH,
            "SELECT id FROM users WHERE deleted_at IS NOT NULL OR name = 'x'",
            "read users",
        ),
        (
            EACH,
            "SELECT id FROM users WHERE (deleted_at IS NULL) IS TRUE",
            "",
        ),
        (
            EACH,
            "SELECT id FROM users WHERE (deleted_at IS NULL) IS NOT FALSE",
            "",
        ),
        (
            EACH,
            "SELECT id FROM users WHERE CASE WHEN deleted_at IS NULL THEN TRUE ELSE FALSE END",
            "",
        ),
        (
            EACH,
            "SELECT id FROM users WHERE CASE WHEN a = 1 THEN TRUE ELSE deleted_at IS NULL END",
            "read users",
        ),
        (
            MYSQL,
            "SELECT id FROM users WHERE `deleted_at` IS NULL && name = 'x'",
            "",
        ),
        (
            MYSQL,
            "SELECT id FROM users WHERE name = 'x' && id = 1",
            "read users",
        ),
        (MYSQL, "SELECT id FROM users WHERE deleted_at <=> NULL", ""),
        (SQLITE, "SELECT id FROM users WHERE deleted_at IS ?", ""),
        (
            EACH,
            "SELECT id FROM users WHERE deleted_at IS NULL AND 1 = 0",
            "",
        ),
        (EACH, "SELECT id FROM users WHERE 1 = 0", ""),
    ]);
}

#[test]
fn with_deleted_leaves_a_trace() {
    check(&[
        (
            POSTGRES,
            r#"SELECT "users"."id" FROM "users" WHERE (1=1 OR "users"."deleted_at" IS NULL)"#,
            "",
        ),
        (
            POSTGRES,
            r#"SELECT "users"."id" FROM "users" WHERE ((1=1 OR "users"."deleted_at" IS NULL) AND ("users"."id" = $1))"#,
            "",
        ),
        (
            POSTGRES,
            r#"SELECT "users"."id" FROM "users" WHERE ((1=1 OR "users"."deleted_at" IS NULL) OR ("users"."id" = $1))"#,
            "read users",
        ),
        (
            POSTGRES,
            r#"SELECT "u"."id" FROM "users" AS "u" WHERE (1=1 OR "u"."deleted_at" IS NULL)"#,
            "",
        ),
        (
            POSTGRES,
            r#"SELECT "o"."id" FROM "owners" AS "o" WHERE (1=1 OR (NOT "o"."deleted"))"#,
            "",
        ),
        (
            POSTGRES,
            r#"SELECT u.id FROM users AS u JOIN posts ON posts.user_id = u.id WHERE (1=1 OR u.deleted_at IS NULL)"#,
            "read posts",
        ),
        (
            POSTGRES,
            r#"UPDATE users SET name = $1 WHERE (1=1 OR users.deleted_at IS NULL) AND id = $2"#,
            "",
        ),
        (
            POSTGRES,
            r#"DELETE FROM users WHERE (1=1 OR users.deleted_at IS NULL) AND id = $2"#,
            "delete users",
        ),
        (
            EACH,
            "SELECT id FROM users WHERE 1 = 1 OR name = 'x'",
            "read users",
        ),
        (EACH, "/* soft-delete */ SELECT id FROM users", ""),
        (
            EACH,
            " /*soft-delete*/ UPDATE users SET deleted_at = NULL WHERE id = 1",
            "",
        ),
        (
            EACH,
            "/* app:web */ /* soft-delete */ SELECT id FROM users",
            "",
        ),
        (EACH, "SELECT id /* soft-delete */ FROM users", "read users"),
        (
            EACH,
            "SELECT '/* soft-delete */', id FROM users",
            "read users",
        ),
        (
            EACH,
            "/* soft-delete */ SELECT 1; SELECT id FROM users",
            "read users",
        ),
    ]);
}

#[test]
fn the_marker_compared_with_a_value_is_thought_of() {
    check(&[
        (POSTGRES, "SELECT id FROM users WHERE deleted_at > $1", ""),
        (POSTGRES, "SELECT id FROM users WHERE deleted_at = $1", ""),
        (POSTGRES, "SELECT id FROM users WHERE $1 < deleted_at", ""),
        (
            POSTGRES,
            "SELECT id FROM users WHERE deleted_at IS NULL OR deleted_at > $1",
            "",
        ),
        (
            POSTGRES,
            "SELECT id FROM users WHERE (deleted_at > $1) IS NOT TRUE",
            "",
        ),
        (
            POSTGRES,
            "SELECT id FROM users WHERE NOT (deleted_at > $1)",
            "",
        ),
        (
            POSTGRES,
            "SELECT id FROM users WHERE deleted_at > $1 OR name = $2",
            "read users",
        ),
        (
            POSTGRES,
            "SELECT id FROM users WHERE deleted_at IS NOT DISTINCT FROM $1",
            "",
        ),
        (
            POSTGRES,
            "SELECT id FROM users WHERE deleted_at IS NOT DISTINCT FROM NULL",
            "",
        ),
        (
            POSTGRES,
            "SELECT id FROM users WHERE COALESCE(deleted_at, now()) > $1",
            "",
        ),
        (
            POSTGRES,
            "SELECT id FROM users WHERE deleted_at = ANY($1)",
            "",
        ),
        (
            POSTGRES,
            "SELECT id FROM users WHERE deleted_at BETWEEN $1 AND $2",
            "",
        ),
        (
            EACH,
            "SELECT id FROM users WHERE created_at > '2020-01-01'",
            "read users",
        ),
    ]);
}

#[test]
fn other_markers_are_known_by_their_predicates() {
    check(&[
        (EACH, "SELECT id FROM owners WHERE NOT deleted", ""),
        (EACH, "SELECT id FROM owners WHERE (NOT owners.deleted)", ""),
        (EACH, "SELECT id FROM owners WHERE deleted = FALSE", ""),
        (EACH, "SELECT id FROM owners WHERE deleted = 0", ""),
        (EACH, "SELECT id FROM owners WHERE deleted IS NOT TRUE", ""),
        (EACH, "SELECT id FROM owners WHERE deleted", ""),
        (
            EACH,
            "SELECT id FROM owners WHERE deleted OR NOT deleted",
            "read owners",
        ),
        (
            EACH,
            "SELECT id FROM owners WHERE owner_id = 1",
            "read owners",
        ),
        (EACH, "SELECT id FROM owners WHERE deleted IN (FALSE)", ""),
        (
            EACH,
            "SELECT id FROM owners WHERE deleted IN (TRUE, FALSE)",
            "read owners",
        ),
        (POSTGRES, "SELECT id FROM owners WHERE deleted = $1", ""),
        (
            EACH,
            "SELECT id FROM owners WHERE deleted IS NULL",
            "alwaysempty owners",
        ),
        (EACH, "SELECT id FROM files WHERE deleted_at = 0", ""),
        (EACH, "SELECT id FROM files WHERE deleted_at <> 0", ""),
        (EACH, "SELECT id FROM files WHERE deleted_at > 0", ""),
        (EACH, "SELECT id FROM files WHERE deleted_at >= 0", ""),
        (EACH, "SELECT id FROM files WHERE size > 0", "read files"),
        (
            EACH,
            "SELECT id FROM files WHERE deleted_at IS NOT NULL",
            "read files",
        ),
        (EACH, "SELECT id FROM notes WHERE status <> 'deleted'", ""),
        (EACH, "SELECT id FROM notes WHERE status = 'published'", ""),
        (
            EACH,
            "SELECT id FROM notes WHERE status <> 'draft'",
            "read notes",
        ),
        (
            EACH,
            "SELECT id FROM notes WHERE status IN ('draft', 'published')",
            "",
        ),
        (
            EACH,
            "SELECT id FROM notes WHERE status IN ('draft', 'deleted')",
            "read notes",
        ),
        (
            EACH,
            "SELECT id FROM notes WHERE status NOT IN ('deleted', 'draft')",
            "",
        ),
        (EACH, "SELECT id FROM jobs WHERE (jobs.flags & 1 = 0)", ""),
        (
            EACH,
            "SELECT id FROM jobs WHERE NOT (jobs.flags & 1 = 1) OR name = 'x'",
            "read jobs",
        ),
        (EACH, "SELECT id FROM jobs WHERE name = 'x'", "read jobs"),
    ]);
}

#[test]
fn each_side_of_a_join_is_judged() {
    check(&[
        (
            EACH,
            "SELECT 1 FROM users JOIN posts ON posts.user_id = users.id WHERE users.deleted_at IS NULL AND posts.deleted_at IS NULL",
            "",
        ),
        (
            EACH,
            "SELECT 1 FROM users JOIN posts ON posts.user_id = users.id WHERE users.deleted_at IS NULL",
            "read posts",
        ),
        (
            EACH,
            "SELECT 1 FROM users JOIN posts ON posts.user_id = users.id AND posts.deleted_at IS NULL",
            "read users",
        ),
        (
            EACH,
            "SELECT 1 FROM users JOIN posts ON posts.user_id = users.id AND users.deleted_at IS NULL AND posts.deleted_at IS NULL",
            "",
        ),
        (
            EACH,
            "SELECT 1 FROM users LEFT JOIN posts ON posts.user_id = users.id AND posts.deleted_at IS NULL WHERE users.deleted_at IS NULL",
            "",
        ),
        (
            EACH,
            "SELECT 1 FROM users LEFT JOIN posts ON posts.user_id = users.id WHERE users.deleted_at IS NULL",
            "read posts",
        ),
        (
            EACH,
            "SELECT 1 FROM users LEFT JOIN posts ON posts.user_id = users.id AND users.deleted_at IS NULL AND posts.deleted_at IS NULL",
            "read users",
        ),
        (
            EACH,
            "SELECT 1 FROM users LEFT JOIN posts ON posts.user_id = users.id WHERE users.deleted_at IS NULL AND posts.id IS NULL",
            "read posts",
        ),
        (
            EACH,
            "SELECT 1 FROM users LEFT JOIN posts ON posts.user_id = users.id AND posts.deleted_at IS NOT NULL WHERE users.deleted_at IS NULL AND posts.id IS NULL",
            "",
        ),
        (
            EACH,
            "SELECT 1 FROM users LEFT JOIN posts ON posts.user_id = users.id AND posts.deleted_at IS NOT NULL WHERE users.deleted_at IS NULL AND posts.deleted_at IS NULL",
            "",
        ),
        (
            POSTGRES,
            "SELECT 1 FROM posts RIGHT JOIN users ON posts.user_id = users.id AND posts.deleted_at IS NULL WHERE users.deleted_at IS NULL",
            "",
        ),
        (
            POSTGRES,
            "SELECT 1 FROM users FULL JOIN posts ON posts.deleted_at IS NULL WHERE users.deleted_at IS NULL",
            "read posts",
        ),
        (
            EACH,
            "SELECT 1 FROM tags LEFT JOIN owners ON owners.tag_id = tags.id AND owners.deleted IS NOT TRUE",
            "",
        ),
        (
            EACH,
            "SELECT 1 FROM tags LEFT JOIN owners ON owners.tag_id = tags.id WHERE owners.deleted IS NOT TRUE",
            "",
        ),
        (
            EACH,
            "SELECT 1 FROM users, posts WHERE users.deleted_at IS NULL AND posts.user_id = users.id",
            "read posts",
        ),
        (
            EACH,
            "SELECT 1 FROM users a JOIN users b ON b.id = a.boss_id WHERE a.deleted_at IS NULL AND b.deleted_at IS NULL",
            "",
        ),
        (
            EACH,
            "SELECT 1 FROM users a JOIN users b ON b.id = a.boss_id WHERE a.deleted_at IS NULL",
            "read users",
        ),
        (
            EACH,
            "SELECT 1 FROM tags LEFT JOIN (posts JOIN users ON users.id = posts.user_id AND users.deleted_at IS NULL) ON posts.tag_id = tags.id AND posts.deleted_at IS NULL",
            "",
        ),
        (
            EACH,
            "SELECT 1 FROM tags LEFT JOIN posts ON posts.tag_id = tags.id JOIN users ON users.id = posts.user_id AND users.deleted_at IS NULL AND posts.deleted_at IS NULL",
            "",
        ),
        (
            POSTGRES,
            "SELECT 1 FROM users u CROSS JOIN LATERAL (SELECT 1 FROM posts p WHERE p.user_id = u.id AND p.deleted_at IS NULL LIMIT 3) x WHERE u.deleted_at IS NULL",
            "",
        ),
        (
            POSTGRES,
            "SELECT 1 FROM users u, LATERAL (SELECT 1 FROM posts p WHERE p.user_id = u.id) x WHERE u.deleted_at IS NULL",
            "read posts",
        ),
        (
            POSTGRES,
            "SELECT 1 FROM users u, LATERAL (SELECT 1 WHERE u.deleted_at IS NULL) x",
            "",
        ),
        (
            POSTGRES,
            "SELECT 1 FROM users u, LATERAL (SELECT count(*) FROM tags WHERE u.deleted_at IS NULL) x",
            "read users",
        ),
        (
            POSTGRES,
            "SELECT 1 FROM users u LEFT JOIN LATERAL (SELECT 1 WHERE u.deleted_at IS NULL) x ON true",
            "read users",
        ),
    ]);
}

#[test]
fn each_query_of_a_statement_is_judged_by_itself() {
    check(&[
        (
            EACH,
            "SELECT id FROM users WHERE deleted_at IS NULL AND EXISTS (SELECT 1 FROM posts WHERE posts.user_id = users.id)",
            "read posts",
        ),
        (
            EACH,
            "SELECT id FROM users WHERE deleted_at IS NULL AND EXISTS (SELECT 1 FROM posts WHERE posts.user_id = users.id AND posts.deleted_at IS NULL)",
            "",
        ),
        (
            EACH,
            "SELECT id FROM users WHERE EXISTS (SELECT 1 FROM posts WHERE posts.user_id = users.id AND posts.deleted_at IS NULL)",
            "read users",
        ),
        (
            EACH,
            "SELECT id FROM users WHERE EXISTS (SELECT 1 FROM posts WHERE user_id = users.id AND deleted_at IS NULL)",
            "read users",
        ),
        (
            EACH,
            "SELECT id FROM users WHERE EXISTS (SELECT 1 FROM tags WHERE users.deleted_at IS NULL AND tags.user_id = users.id)",
            "",
        ),
        (
            EACH,
            "SELECT id FROM users WHERE NOT EXISTS (SELECT 1 FROM tags WHERE users.deleted_at IS NOT NULL)",
            "read users",
        ),
        (
            EACH,
            "SELECT id FROM users u WHERE EXISTS (SELECT 1 FROM users WHERE users.deleted_at IS NULL)",
            "read users",
        ),
        (
            EACH,
            "SELECT id FROM posts WHERE deleted_at IS NULL AND user_id IN (SELECT id FROM users)",
            "read users",
        ),
        (
            EACH,
            "SELECT id FROM posts WHERE deleted_at IS NULL AND user_id IN (SELECT id FROM users WHERE deleted_at IS NULL)",
            "",
        ),
        (
            EACH,
            "WITH active AS (SELECT * FROM users WHERE deleted_at IS NULL) SELECT * FROM active",
            "",
        ),
        (
            EACH,
            "WITH everybody AS (SELECT * FROM users) SELECT * FROM everybody",
            "read users",
        ),
        (
            POSTGRES,
            "WITH users AS (SELECT * FROM users WHERE deleted_at IS NULL) SELECT * FROM users",
            "",
        ),
        (
            POSTGRES,
            "WITH RECURSIVE t AS (SELECT id FROM posts WHERE id = $1 AND deleted_at IS NULL UNION ALL SELECT posts.id FROM posts JOIN t ON posts.parent_id = t.id) SELECT * FROM t",
            "read posts",
        ),
        (
            POSTGRES,
            "WITH gone AS (UPDATE users SET deleted_at = now() WHERE id = $1 AND deleted_at IS NULL RETURNING id) SELECT * FROM gone",
            "",
        ),
        (
            EACH,
            "SELECT id FROM users WHERE deleted_at IS NULL UNION ALL SELECT id FROM posts",
            "read posts",
        ),
        (
            EACH,
            "SELECT id FROM users WHERE deleted_at IS NULL UNION SELECT id FROM posts WHERE deleted_at IS NULL ORDER BY id",
            "",
        ),
        (
            EACH,
            "SELECT * FROM (SELECT id FROM users WHERE deleted_at IS NULL) u",
            "",
        ),
        (
            EACH,
            "SELECT * FROM (SELECT id, deleted_at FROM users) u WHERE u.deleted_at IS NULL",
            "read users",
        ),
        (
            EACH,
            "SELECT id FROM tags ORDER BY (SELECT name FROM users WHERE users.id = tags.user_id)",
            "read users",
        ),
        (
            EACH,
            "SELECT id FROM tags LIMIT (SELECT COUNT(*) FROM users)",
            "read users",
        ),
        (
            EACH,
            "SELECT id FROM tags GROUP BY id HAVING COUNT(*) > (SELECT COUNT(*) FROM users)",
            "read users",
        ),
        (POSTGRES, "TABLE users", "read users"),
        (MYSQL, "TABLE users ORDER BY id", "read users"),
        (
            POSTGRES,
            "SELECT DISTINCT ON (name) id FROM users",
            "read users",
        ),
        (
            POSTGRES,
            "DECLARE c CURSOR FOR SELECT id FROM users",
            "read users",
        ),
        (
            EACH,
            "CREATE TABLE copy AS SELECT * FROM users",
            "read users",
        ),
        (EACH, "CREATE VIEW v AS SELECT * FROM users", "read users"),
        (EACH, "EXPLAIN SELECT * FROM users", ""),
        (
            POSTGRES,
            "EXPLAIN (ANALYZE, BUFFERS) SELECT * FROM users",
            "read users",
        ),
    ]);
}

#[test]
fn aggregates_may_leave_deleted_rows_out_themselves() {
    check(&[
        (
            POSTGRES,
            "SELECT COUNT(*) FILTER (WHERE deleted_at IS NULL) FROM users",
            "",
        ),
        (
            POSTGRES,
            "SELECT COUNT(*) FILTER (WHERE deleted_at IS NULL), COUNT(*) FROM users",
            "read users",
        ),
        (
            POSTGRES,
            "SELECT COUNT(*) FILTER (WHERE name = 'x') FROM users",
            "read users",
        ),
        (
            EACH,
            "SELECT SUM(CASE WHEN deleted_at IS NULL THEN 1 ELSE 0 END) FROM users",
            "",
        ),
        (
            EACH,
            "SELECT COALESCE(SUM(CASE WHEN deleted_at IS NULL THEN 1 ELSE 0 END), 0) FROM users",
            "",
        ),
        (
            EACH,
            "SELECT SUM(CASE WHEN name = 'x' THEN 1 ELSE 0 END) FROM users",
            "read users",
        ),
        (
            EACH,
            "SELECT name, SUM(CASE WHEN deleted_at IS NULL THEN 1 ELSE 0 END) FROM users GROUP BY name",
            "read users",
        ),
        (EACH, "SELECT 1 FROM users", "read users"),
        (EACH, "SELECT COUNT(deleted_at) FROM users", "read users"),
        (
            EACH,
            "SELECT name FROM users GROUP BY name, deleted_at HAVING deleted_at IS NULL",
            "",
        ),
    ]);
}

#[test]
fn a_query_that_finds_nothing_is_reported() {
    check(&[
        (
            EACH,
            "SELECT id FROM users WHERE deleted_at IS NULL AND deleted_at IS NOT NULL",
            "alwaysempty users",
        ),
        (
            EACH,
            "SELECT id FROM users WHERE deleted_at = NULL",
            "alwaysempty users",
        ),
        (
            EACH,
            "SELECT id FROM users WHERE deleted_at <> NULL",
            "alwaysempty users",
        ),
        (
            EACH,
            "DELETE FROM users WHERE deleted_at IS NULL AND deleted_at IS NOT NULL",
            "alwaysempty users",
        ),
        (
            EACH,
            "UPDATE users SET name = 'x' WHERE deleted_at IS NULL AND deleted_at IS NOT NULL",
            "alwaysempty users",
        ),
        (
            EACH,
            "SELECT id FROM owners WHERE NOT deleted AND deleted AND id = 1",
            "alwaysempty owners",
        ),
        (
            EACH,
            "SELECT 1 FROM tags JOIN posts ON posts.deleted_at IS NULL WHERE posts.deleted_at IS NOT NULL",
            "alwaysempty posts",
        ),
        (
            EACH,
            "SELECT 1 FROM tags LEFT JOIN posts ON posts.deleted_at IS NULL WHERE posts.deleted_at IS NOT NULL",
            "alwaysempty posts",
        ),
    ]);
}

#[test]
fn a_hard_delete_is_reported() {
    check(&[
        (EACH, "DELETE FROM users WHERE id = 1", "delete users"),
        (EACH, "DELETE FROM users", "delete users"),
        (
            EACH,
            "DELETE FROM users WHERE deleted_at IS NULL",
            "delete users",
        ),
        (
            EACH,
            "DELETE FROM users WHERE id = 1 AND deleted_at IS NOT NULL",
            "",
        ),
        (POSTGRES, "DELETE FROM users WHERE deleted_at < $1", ""),
        (
            POSTGRES,
            "DELETE FROM files WHERE deleted_at < $1",
            "delete files",
        ),
        (
            POSTGRES,
            "DELETE FROM files WHERE deleted_at < $1 AND deleted_at <> 0",
            "",
        ),
        (
            EACH,
            "DELETE FROM tags WHERE user_id IN (SELECT id FROM users)",
            "read users",
        ),
        (
            POSTGRES,
            "DELETE FROM tags USING users WHERE users.id = tags.user_id",
            "read users",
        ),
        (
            POSTGRES,
            "DELETE FROM users u USING posts p WHERE p.user_id = u.id AND p.deleted_at IS NULL",
            "delete users",
        ),
        (
            POSTGRES,
            "DELETE FROM users WHERE id = $1 AND deleted_at IS NOT NULL RETURNING (SELECT COUNT(*) FROM posts)",
            "read posts",
        ),
        (
            MYSQL,
            "DELETE u FROM users u JOIN posts p ON p.user_id = u.id WHERE p.deleted_at IS NULL",
            "delete users",
        ),
        (
            MYSQL,
            "DELETE p FROM users u JOIN posts p ON p.user_id = u.id WHERE p.deleted_at IS NOT NULL AND u.deleted_at IS NULL",
            "",
        ),
        (
            MYSQL,
            "DELETE FROM p USING users u JOIN posts p ON p.user_id = u.id WHERE u.deleted_at IS NULL",
            "delete posts",
        ),
        (POSTGRES, "TRUNCATE users, tags", "delete users"),
        (MYSQL, "TRUNCATE TABLE users", "delete users"),
        (
            EACH,
            "REPLACE INTO users (id, name) VALUES (1, 'x')",
            "delete users",
        ),
        (
            SQLITE,
            "INSERT OR REPLACE INTO users (id, name) VALUES (1, 'x')",
            "delete users",
        ),
        (
            SQLITE,
            "UPDATE OR REPLACE users SET name = 'x' WHERE deleted_at IS NULL",
            "delete users",
        ),
        (
            SQLITE,
            "INSERT OR IGNORE INTO users (id, name) VALUES (1, 'x')",
            "",
        ),
    ]);
}

#[test]
fn an_update_says_which_rows_it_means() {
    check(&[
        (
            EACH,
            "UPDATE users SET name = 'x' WHERE id = 1",
            "update users",
        ),
        (
            EACH,
            "UPDATE users SET name = 'x' WHERE id = 1 AND deleted_at IS NULL",
            "",
        ),
        (
            EACH,
            "UPDATE users SET name = 'x' WHERE deleted_at IS NOT NULL",
            "",
        ),
        (
            EACH,
            "UPDATE users SET deleted_at = CURRENT_TIMESTAMP WHERE id = 1",
            "update users",
        ),
        (
            EACH,
            "UPDATE users SET deleted_at = CURRENT_TIMESTAMP WHERE id = 1 AND deleted_at IS NULL",
            "",
        ),
        (EACH, "UPDATE users SET deleted_at = NULL WHERE id = 1", ""),
        (EACH, "UPDATE owners SET deleted = FALSE WHERE id = 1", ""),
        (
            EACH,
            "UPDATE owners SET deleted = TRUE WHERE id = 1",
            "update owners",
        ),
        (
            EACH,
            "UPDATE users SET posts = (SELECT COUNT(*) FROM posts WHERE posts.user_id = users.id) WHERE deleted_at IS NULL",
            "read posts",
        ),
        (
            POSTGRES,
            "UPDATE users SET name = p.title FROM posts p WHERE p.user_id = users.id AND users.deleted_at IS NULL",
            "read posts",
        ),
        (
            POSTGRES,
            "UPDATE users AS u SET name = p.title FROM posts p WHERE p.user_id = u.id AND p.deleted_at IS NULL",
            "update users",
        ),
        (
            POSTGRES,
            "UPDATE tags SET name = u.name FROM users u WHERE u.id = tags.user_id",
            "read users",
        ),
        (
            MYSQL,
            "UPDATE users u JOIN posts p ON p.user_id = u.id SET p.title = u.name WHERE u.deleted_at IS NULL",
            "update posts",
        ),
        (
            MYSQL,
            "UPDATE users u JOIN posts p ON p.user_id = u.id SET p.title = u.name WHERE p.deleted_at IS NULL",
            "read users",
        ),
    ]);
}

#[test]
fn an_insert_may_read_and_an_upsert_may_reach_deleted_rows() {
    check(&[
        (EACH, "INSERT INTO users (name) VALUES ('x')", ""),
        (
            EACH,
            "INSERT INTO tags (name) SELECT name FROM users",
            "read users",
        ),
        (EACH, "INSERT INTO users (name) SELECT name FROM tags", ""),
        (
            EACH,
            "INSERT INTO tags (user_id) VALUES ((SELECT id FROM users WHERE name = 'x'))",
            "read users",
        ),
        (
            POSTGRES,
            "INSERT INTO users (id, name) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET name = excluded.name",
            "upsert users",
        ),
        (
            SQLITE,
            "INSERT INTO users (id, name) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name",
            "upsert users",
        ),
        (
            POSTGRES,
            "INSERT INTO users (id, name) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET name = excluded.name, deleted_at = NULL",
            "",
        ),
        (
            POSTGRES,
            "INSERT INTO users (id, name) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET deleted_at = $3",
            "",
        ),
        (
            POSTGRES,
            "INSERT INTO users (id, name) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE users.deleted_at IS NULL",
            "",
        ),
        (
            POSTGRES,
            "INSERT INTO users (name) VALUES ($1) ON CONFLICT (name) WHERE deleted_at IS NULL DO UPDATE SET name = excluded.name",
            "",
        ),
        (
            POSTGRES,
            "INSERT INTO files (name) VALUES ($1) ON CONFLICT (name, deleted_at) DO UPDATE SET size = excluded.size",
            "",
        ),
        (
            POSTGRES,
            "INSERT INTO users (id) VALUES ($1) ON CONFLICT DO NOTHING",
            "",
        ),
        (
            POSTGRES,
            "INSERT INTO users AS u (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET name = 'x' WHERE u.deleted_at IS NULL",
            "",
        ),
        (
            POSTGRES,
            "INSERT INTO users (id) VALUES ($1) ON CONFLICT ON CONSTRAINT users_pkey DO UPDATE SET name = 'x'",
            "upsert users",
        ),
        (
            MYSQL,
            "INSERT INTO users (id) VALUES (?) ON DUPLICATE KEY UPDATE name = 'x'",
            "",
        ),
        (
            MYSQL,
            "INSERT INTO users (id) VALUES (?) ON DUPLICATE KEY UPDATE name = (SELECT title FROM posts LIMIT 1)",
            "read posts",
        ),
    ]);
}

#[test]
fn merge_and_copy_are_read() {
    check(&[
        (
            POSTGRES,
            "MERGE INTO users u USING tags t ON u.id = t.user_id WHEN MATCHED THEN UPDATE SET name = t.name",
            "update users",
        ),
        (
            POSTGRES,
            "MERGE INTO users u USING tags t ON u.id = t.user_id AND u.deleted_at IS NULL WHEN MATCHED THEN UPDATE SET name = t.name",
            "",
        ),
        (
            POSTGRES,
            "MERGE INTO users u USING tags t ON u.id = t.user_id WHEN MATCHED AND u.deleted_at IS NULL THEN UPDATE SET name = t.name WHEN NOT MATCHED THEN INSERT (name) VALUES (t.name)",
            "",
        ),
        (
            POSTGRES,
            "MERGE INTO users u USING tags t ON u.id = t.user_id WHEN MATCHED THEN DELETE",
            "delete users",
        ),
        (
            POSTGRES,
            "MERGE INTO tags t USING users u ON u.id = t.user_id WHEN MATCHED THEN DELETE",
            "read users",
        ),
        (
            POSTGRES,
            "MERGE INTO tags t USING (SELECT * FROM users WHERE deleted_at IS NULL) u ON u.id = t.user_id WHEN MATCHED THEN DELETE",
            "",
        ),
        (POSTGRES, "COPY users TO STDOUT", "read users"),
        (POSTGRES, "COPY users (id, name) FROM STDIN", ""),
        (
            POSTGRES,
            "COPY (SELECT * FROM users) TO STDOUT",
            "read users",
        ),
        (
            POSTGRES,
            "COPY (SELECT * FROM users WHERE deleted_at IS NULL) TO STDOUT",
            "",
        ),
    ]);
}

#[test]
fn names_may_be_quoted_qualified_and_commented() {
    check(&[
        (
            POSTGRES,
            r#"SELECT "users"."id" FROM "users" WHERE ("users"."deleted_at" IS NULL)"#,
            "",
        ),
        (
            SQLITE,
            "SELECT `users`.`id` FROM `users` WHERE (`users`.`deleted_at` IS NULL)",
            "",
        ),
        (
            MYSQL,
            "SELECT `users`.`id` FROM `users` WHERE (`users`.`id` = ?)",
            "read users",
        ),
        (SQLITE, "SELECT [id] FROM [users]", "read users"),
        (EACH, "SELECT id FROM Users WHERE DELETED_AT is null", ""),
        (
            POSTGRES,
            "SELECT id FROM public.users WHERE public.users.deleted_at IS NULL",
            "",
        ),
        (POSTGRES, "SELECT id FROM public.users", "read users"),
        (POSTGRES, "SELECT id FROM audit.events", "read events"),
        (
            POSTGRES,
            r#"SELECT id FROM "audit"."events" WHERE "audit"."events"."deleted_at" IS NULL"#,
            "",
        ),
        (POSTGRES, "SELECT id FROM other.events", ""),
        (POSTGRES, "SELECT id FROM events", "read events"),
        (POSTGRES, "SELECT id FROM ONLY users", "read users"),
        (
            EACH,
            "SELECT id FROM users -- WHERE deleted_at IS NULL",
            "read users",
        ),
        (
            EACH,
            "SELECT id FROM users /* WHERE deleted_at IS NULL */",
            "read users",
        ),
        (
            EACH,
            "SELECT id FROM users WHERE /* not yet */ deleted_at IS NULL",
            "",
        ),
        (EACH, "SELECT 'FROM users' FROM tags", ""),
        (EACH, "SELECT users_old.id FROM users_old", ""),
        (EACH, "SELECT id FROM users WHERE deleted_at IS NULL;", ""),
        (
            EACH,
            "SELECT id FROM users WHERE deleted_at IS NULL; SELECT id FROM posts",
            "read posts",
        ),
    ]);
}

#[test]
fn what_the_parser_refuses_is_read_all_the_same() {
    check(&[
        (
            POSTGRES,
            "SELECT id FROM users WHERE deleted_at IS NULL FOR NO KEY UPDATE",
            "",
        ),
        (
            POSTGRES,
            "SELECT id FROM users FOR NO KEY UPDATE OF users SKIP LOCKED",
            "read users",
        ),
        (
            POSTGRES,
            "SELECT id FROM users FOR KEY SHARE NOWAIT",
            "read users",
        ),
        (
            POSTGRES,
            "SELECT 1 FROM users u, posts p WHERE u.deleted_at IS NULL FOR UPDATE OF u, p",
            "read posts",
        ),
        (
            MYSQL,
            "SELECT id FROM users LOCK IN SHARE MODE",
            "read users",
        ),
        (
            MYSQL,
            "SELECT id FROM users WHERE id IN (SELECT user_id FROM posts LOCK IN SHARE MODE) FOR UPDATE",
            "read posts, read users",
        ),
        (
            MYSQL,
            "SET STATEMENT max_statement_time = 5 FOR SELECT id FROM users",
            "read users",
        ),
        (
            MYSQL,
            "/*M! SET STATEMENT optimizer_switch = 'a=b' FOR */ SELECT id FROM users",
            "read users",
        ),
        (
            MYSQL,
            "/*M! SET STATEMENT optimizer_switch = 'a=b' FOR */ /* soft-delete */ SELECT id FROM users",
            "",
        ),
        (
            MYSQL,
            "SELECT id FROM tags WHERE 1 = 1 /*! AND id IN (SELECT id FROM users) */",
            "read users",
        ),
        (
            MYSQL,
            "SELECT id FROM tags WHERE 1 = 1 /*M!100201 AND id IN (SELECT id FROM users) */",
            "read users",
        ),
        (
            POSTGRES,
            "SELECT id FROM tags /*! (SELECT id FROM users) */",
            "",
        ),
        (EACH, "SELECT ?? FROM users GRUMBLE (", "notparsed users"),
        (EACH, "SELECT ?? FROM tags GRUMBLE (", "notparsed nothing"),
        (EACH, "SELECT 'unfinished FROM users", "notparsed users"),
        (EACH, "PRAGMA_OF_SOME_KIND users GRUMBLE (", ""),
    ]);
}

#[test]
fn what_is_about_the_schema_or_the_session_reads_nothing() {
    check(&[
        (
            EACH,
            "CREATE TABLE users (id INTEGER PRIMARY KEY, deleted_at TIMESTAMP)",
            "",
        ),
        (EACH, "CREATE UNIQUE INDEX users_name ON users (name)", ""),
        (
            POSTGRES,
            "CREATE UNIQUE INDEX users_name ON users (name) WHERE deleted_at IS NULL",
            "",
        ),
        (
            EACH,
            "ALTER TABLE users ADD COLUMN deleted_at TIMESTAMP",
            "",
        ),
        (EACH, "DROP TABLE users", ""),
        (EACH, "BEGIN", ""),
        (EACH, "SAVEPOINT diesel_savepoint_1", ""),
        (SQLITE, "PRAGMA foreign_keys = ON", ""),
        (SQLITE, "BEGIN IMMEDIATE", ""),
        (POSTGRES, "SET TIME ZONE 'UTC'", ""),
        (
            SQLITE,
            "CREATE TRIGGER t BEFORE DELETE ON users BEGIN SELECT CASE WHEN old.deleted_at IS NULL THEN RAISE(ABORT, 'no') END; DELETE FROM posts WHERE user_id = old.id; END; SELECT id FROM posts",
            "read posts",
        ),
        (
            MYSQL,
            "CREATE TRIGGER t BEFORE DELETE ON users FOR EACH ROW BEGIN IF old.deleted_at IS NULL THEN SIGNAL SQLSTATE '45000'; END IF; DELETE FROM posts; END",
            "",
        ),
        (
            MYSQL,
            "CREATE TABLE users (id INT, KEY k (id)) ENGINE = InnoDB GRUMBLE = 1",
            "",
        ),
    ]);
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
        (deep("(", ")"), ""),
        (deep("(id = 1 AND ", ")"), ""),
        (deep("(id = 1 OR ", ")"), "read users"),
        (deep("NOT (", ")"), ""),
        (
            deep("EXISTS (SELECT 1 WHERE users.", ")")
                .replace("users. deleted_at", "users.deleted_at")
                .replace("users.EXISTS", "EXISTS"),
            "",
        ),
        (long, "read users"),
    ];
    for (sql, expected) in cases {
        let answer = super::super::stack::with_large_stack(|| answer(&sql, Dialect::Postgres));
        assert_eq!(answer.as_deref(), Some(expected), "{}", &sql[..60]);
    }
}
