//! Rule 7 again: how many statements there are, and that they use the indexes of foreign keys.

use crate::prelude::*;
#[cfg(not(asynchronous))]
use diesel::connection::SimpleConnection;
use soft_delete_runtime::prelude::*;

use crate::backend::{Conn, Engine, engine, execute_batch};
use crate::guarded::by_hand;
use crate::recording::record;
use crate::tree_forum::*;

/// A user with as many comments below one post as there are; each twentieth has an attachment.
fn of_size(rows: usize) -> Conn {
    let mut conn = forum();
    execute_batch(
        &mut conn,
        "INSERT INTO users (id, name) VALUES (10, 'Many')",
    );
    execute_batch(
        &mut conn,
        "INSERT INTO posts (id, user_id, title) VALUES (10, 10, 'Long')",
    );
    let numbers: Vec<usize> = (0..rows).collect();
    for numbers in numbers.chunks(5_000) {
        // every other one is a reply to the one before
        let comments: Vec<String> = numbers
            .iter()
            .map(|number| match number % 2 {
                0 => format!("({}, 10, NULL)", 1_000 + number),
                _ => format!("({}, 10, {})", 1_000 + number, 999 + number),
            })
            .collect();
        let comments = comments.join(", ");
        execute_batch(
            &mut conn,
            &format!("INSERT INTO comments (id, post_id, parent_id) VALUES {comments}"),
        );
    }
    execute_batch(
        &mut conn,
        "INSERT INTO attachments (id, comment_id)
             SELECT id, id FROM comments WHERE id >= 1000 AND id % 20 = 0",
    );
    conn
}

/// The statements of an operation, without those of the transaction and its locks.
fn statements(conn: &mut Conn, operation: impl FnOnce(&mut Conn)) -> Vec<String> {
    let ((), recording) = record(conn, operation);
    let own = |sql: &String| {
        let words = [
            "BEGIN",
            "COMMIT",
            "START TRANSACTION",
            "SAVEPOINT",
            "RELEASE",
            "ROLLBACK",
            "SET CONSTRAINTS",
        ];
        let sql = sql.trim_start_matches("/* soft-delete */ ");
        !words.iter().any(|word| sql.starts_with(word))
    };
    let looks = |sql: &String| !sql.contains("WHERE 1 = 0");
    recording
        .statements
        .into_iter()
        .filter(own)
        .filter(looks)
        .collect()
}

#[test]
fn the_number_of_statements_grows_by_one_for_each_round_of_keys() {
    let many = match engine() {
        Engine::Sqlite => 100_000,
        _ => 2_000,
    };
    let [few, many] = [10, many].map(|rows| {
        let conn = &mut of_size(rows);
        let mut counts = Vec::new();
        let mut count = |conn: &mut Conn, expected: bool, operation: fn(&mut Conn) -> usize| {
            let statements = statements(conn, |conn| {
                let changed = operation(conn);
                if expected {
                    assert_eq!(changed, 2 + rows + rows.div_ceil(20));
                }
            });
            counts.push(statements.len());
        };
        count(conn, true, |conn| {
            soft_delete(users::table.find(10))
                .preview(conn)
                .unwrap()
                .rows()
        });
        count(conn, true, |conn| {
            soft_delete(users::table.find(10)).execute(conn).unwrap()
        });
        count(conn, true, |conn| {
            restore(users::table.find(10)).execute(conn).unwrap()
        });
        count(conn, true, |conn| {
            soft_delete(users::table.find(10)).execute(conn).unwrap()
        });
        count(conn, false, |conn| {
            let comment = comments::table.find(1_001);
            restore(comment).with_ancestors().execute(conn).unwrap()
        });
        count(conn, false, |conn| {
            soft_delete(users::table.find(10)).execute(conn).unwrap()
        });
        count(conn, true, |conn| {
            purge(users::table.find(10)).execute(conn).unwrap()
        });
        counts
    });
    assert!(few.iter().all(|count| *count < 20), "{few:?}");
    // posts and comments have children: each is read by the keys of its parents, and its own
    // children and itself are changed by its keys
    let rounds = match engine() {
        Engine::Sqlite => 8 * (100_000 / 500),
        _ => 8 * (2_000 / 1_000),
    };
    for (few, many) in few.iter().zip(&many) {
        assert!(*many <= few + rounds, "{few} and {many}");
    }
}

/// The plan of a recorded statement.
fn plan(conn: &mut Conn, recorded: &str) -> String {
    #[derive(QueryableByName)]
    struct OfSqlite {
        #[diesel(sql_type = diesel::sql_types::Text)]
        detail: String,
    }
    #[derive(QueryableByName)]
    struct OfPostgres {
        #[diesel(sql_type = diesel::sql_types::Text)]
        #[diesel(column_name = "QUERY PLAN")]
        line: String,
    }
    let (sql, _) = recorded.split_once(" -- binds: ").unwrap_or((recorded, ""));
    match engine() {
        Engine::Sqlite => {
            let lines: Vec<OfSqlite> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}"))
                .load(conn)
                .unwrap();
            let lines: Vec<_> = lines.into_iter().map(|line| line.detail).collect();
            lines.join("\n")
        }
        _ => {
            let binds = (1..100)
                .take_while(|bind| sql.contains(&format!("${bind}")))
                .count();
            let nulls = vec!["NULL"; binds].join(", ");
            let arguments = if binds == 0 {
                String::new()
            } else {
                format!("({nulls})")
            };
            let prepare = format!("PREPARE planned AS {sql}");
            by_hand(conn, |conn| conn.batch_execute(&prepare)).unwrap();
            let explain = format!("EXPLAIN (COSTS OFF) EXECUTE planned{arguments}");
            let lines: Vec<OfPostgres> = diesel::sql_query(explain).load(conn).unwrap();
            conn.batch_execute("DEALLOCATE planned").unwrap();
            let lines: Vec<_> = lines.into_iter().map(|line| line.line).collect();
            lines.join("\n")
        }
    }
}

/// Tables whose rows a plan looks at one by one.
fn scanned(plan: &str) -> Vec<&'static str> {
    let lines: Vec<&str> = plan.lines().map(str::trim).collect();
    let scans = |table: &&str| {
        (0..lines.len()).any(|number| match engine() {
            Engine::Sqlite => {
                let mut words = lines[number].split_whitespace();
                words.next() == Some("SCAN") && words.next() == Some(*table)
            }
            // without a condition, an index is read as a whole
            _ => {
                let of_table = lines[number].split_once(" on ");
                let words = of_table.map(|(_, table)| table.split_whitespace());
                let next = lines
                    .get(number + 1)
                    .is_some_and(|next| next.starts_with("Index Cond"));
                lines[number].contains("Scan")
                    && !lines[number].contains("Bitmap Heap Scan")
                    && words.and_then(|mut words| words.next()) == Some(*table)
                    && !next
            }
        })
    };
    TABLES.into_iter().filter(scans).collect()
}

#[test]
fn the_statements_of_a_tree_use_the_indexes_of_foreign_keys() {
    if engine() == Engine::Mysql {
        return; // what it reads is counted below
    }
    let conn = &mut of_size(20);
    // so many others that to look at all of them is never cheaper; PostgreSQL takes the repeated keys
    // of a list, which a `MultiConnection` binds, for further rows
    let last = match engine() {
        Engine::Postgres if cfg!(backend = "multi") => 160_000,
        _ => 30_000,
    };
    let numbers = match engine() {
        Engine::Postgres => format!("SELECT n FROM generate_series(10001, {last}) AS series (n)"),
        _ => format!(
            "WITH RECURSIVE series (n) AS (SELECT 10001 UNION ALL SELECT n + 1 FROM series \
             WHERE n < {last}) SELECT n FROM series"
        ),
    };
    for insert in [
        "users (id, name) SELECT n, 'Other'",
        "posts (id, user_id, title) SELECT n, n, 'Other'",
        "comments (id, post_id, author_id) SELECT n, n, n",
        "comments (id, post_id, parent_id) SELECT n + 200000, n, n",
        "attachments (id, comment_id) SELECT n, n",
        "post_tags (post_id, tag) SELECT n, 1",
        "pins (id, post_id, user_id) SELECT n, n, n",
        "orders (id, user_id) SELECT n, n",
    ] {
        execute_batch(
            conn,
            &format!("INSERT INTO {insert} FROM ({numbers}) AS numbers"),
        );
    }
    for table in TABLES {
        let third = "UPDATE {table} SET deleted_at = '2026-01-01 00:00:00'";
        let key = if table == "post_tags" {
            "post_id"
        } else {
            "id"
        };
        let others = format!("{third} WHERE {key} > 10000 AND {key} % 3 = 0");
        execute_batch(conn, &others.replace("{table}", table));
    }
    if engine() == Engine::Postgres {
        // it thinks too much of a recursive query to go by an index here
        execute_batch(
            conn,
            "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off",
        );
        // and more where its keys are a list, which has 64 places for 20 keys
        if cfg!(backend = "multi") {
            execute_batch(
                conn,
                "SET enable_mergejoin = off; SET enable_hashjoin = off",
            );
        }
    }
    execute_batch(conn, "ANALYZE");
    #[allow(clippy::type_complexity)]
    let operations: [(&str, fn(&mut Conn)); 9] = [
        ("deletion, previewed", |conn| {
            soft_delete(users::table.find(10)).preview(conn).unwrap();
        }),
        ("deletion", |conn| {
            soft_delete(users::table.find(10)).execute(conn).unwrap();
        }),
        ("restore", |conn| {
            restore(users::table.find(10)).execute(conn).unwrap();
        }),
        ("deletion of a post", |conn| {
            soft_delete(posts::table.find(10)).execute(conn).unwrap();
        }),
        ("restore of a post", |conn| {
            restore(posts::table.find(10)).execute(conn).unwrap();
        }),
        ("deletion of a comment", |conn| {
            soft_delete(comments::table.find(1_000))
                .execute(conn)
                .unwrap();
        }),
        ("restore of a comment", |conn| {
            restore(comments::table.find(1_000)).execute(conn).unwrap();
        }),
        ("restore with ancestors", |conn| {
            soft_delete(users::table.find(10)).execute(conn).unwrap();
            restore(comments::table.find(1_001))
                .with_ancestors()
                .execute(conn)
                .unwrap();
        }),
        ("purge", |conn| {
            soft_delete(users::table.find(10)).execute(conn).unwrap();
            purge(users::table.find(10)).execute(conn).unwrap();
        }),
    ];
    let mut bad = Vec::new();
    for (name, operation) in operations {
        for statement in statements(conn, operation) {
            let plan = plan(conn, &statement);
            let tables = scanned(&plan);
            if !tables.is_empty() {
                bad.push(format!(
                    "{name} looks at all rows of {tables:?}\n{statement}\n{plan}"
                ));
            }
        }
    }
    assert!(bad.is_empty(), "{}", bad.join("\n\n"));
}

/// How many rows, and entries of indexes, the server has read for the connection.
#[cfg(any(backend = "mysql", backend = "multi"))]
fn read_by_the_server(conn: &mut Conn) -> u64 {
    #[derive(QueryableByName)]
    struct Status {
        #[diesel(sql_type = diesel::sql_types::Text)]
        #[diesel(column_name = "Value")]
        value: String,
    }
    let status: Vec<Status> = diesel::sql_query("SHOW SESSION STATUS LIKE 'Handler_read%'")
        .load(conn)
        .unwrap();
    let values = status.into_iter().map(|status| status.value);
    values.map(|value| value.parse::<u64>().unwrap()).sum()
}

#[cfg(any(backend = "mysql", backend = "multi"))]
#[test]
fn a_tree_reads_its_own_rows_and_not_the_whole_tables_on_innodb() {
    use crate::retention_schema::{insert, tables, users};

    if engine() != Engine::Mysql {
        return; // it has its plans, above
    }
    let conn = &mut tables();
    insert(conn, "users (id)", 5_000, |user| user.to_string());
    insert(conn, "posts (id, user_id)", 5_000, |post| {
        format!("{post}, {post}")
    });
    insert(
        conn,
        "comments (id, post_id, author_id)",
        5_000,
        |comment| format!("{comment}, {comment}, {comment}"),
    );
    for table in ["users", "posts", "comments"] {
        diesel::sql_query(format!("ANALYZE TABLE {table}"))
            .execute(conn)
            .unwrap();
    }
    type Done = Result<usize, soft_delete_runtime::Error>;
    let operations: [fn(&mut Conn) -> Done; 4] = [
        |conn| soft_delete(users::table.find(7)).execute(conn),
        |conn| restore(users::table.find(7)).execute(conn),
        |conn| soft_delete(users::table.find(7)).execute(conn),
        |conn| purge(users::table.find(7)).execute(conn),
    ];
    let read = operations.map(|operation| {
        let before = read_by_the_server(conn);
        assert_eq!(operation(conn).unwrap(), 3);
        read_by_the_server(conn) - before
    });
    assert!(read.iter().all(|rows| *rows < 1_000), "{read:?}");
}
