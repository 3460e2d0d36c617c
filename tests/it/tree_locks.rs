//! What one connection has under way, another one waits for: here it gives up soon.

use crate::prelude::*;
#[cfg(not(asynchronous))]
use diesel::connection::SimpleConnection;
use soft_delete_runtime::Error;
use soft_delete_runtime::prelude::*;

use crate::backend::{Conn, Engine, engine, execute_batch, insert_rows};
use crate::guarded::by_hand;
use crate::tree_forum::*;

/// It has waited for a lock until its time was over; Diesel has no kind of error for that.
fn waits(result: &Result<usize, Error>) {
    let Err(Error::Database(diesel::result::Error::DatabaseError(_, info))) = result else {
        panic!("{result:?}");
    };
    let message = match engine() {
        Engine::Sqlite => "database is locked",
        Engine::Postgres => "canceling statement due to lock timeout",
        Engine::Mysql => "Lock wait timeout exceeded",
    };
    assert!(info.message().starts_with(message), "{}", info.message());
}

#[test]
fn a_parent_that_is_held_is_not_deleted_meanwhile() {
    let (first, second) = &mut two_at_the_forum();
    first
        .transaction(|first| {
            assert_eq!(hold_active(posts::table.find(3)).execute(first)?, 1);
            waits(&soft_delete(posts::table.find(3)).execute(second));
            waits(&soft_delete(users::table.find(2)).execute(second));
            Ok::<_, Error>(())
        })
        .unwrap();
    soft_delete(users::table.find(2)).execute(second).unwrap();
}

#[test]
fn a_parent_that_is_being_deleted_cannot_be_held() {
    let (first, second) = &mut two_at_the_forum();
    first
        .transaction(|first| {
            soft_delete(users::table.find(2)).execute(first)?;
            waits(&hold_active(posts::table.find(3)).execute(second));
            waits(&hold_active(users::table.find(2)).execute(second));
            Ok::<_, Error>(())
        })
        .unwrap();
    let gone = hold_active(users::table.find(2)).execute(second);
    assert!(matches!(gone, Err(Error::NotActive { table }) if table == "users"));
}

#[test]
fn a_parent_of_what_is_being_restored_is_not_deleted_meanwhile() {
    let (first, second) = &mut two_at_the_forum();
    soft_delete(posts::table.find(3)).execute(first).unwrap();
    first
        .transaction(|first| {
            restore(posts::table.find(3)).execute(first)?;
            waits(&soft_delete(users::table.find(2)).execute(second));
            Ok::<_, Error>(())
        })
        .unwrap();
    soft_delete(users::table.find(2)).execute(second).unwrap();
    assert_eq!(
        posts::table.active().find(3).count().get_result(second),
        Ok(0_i64)
    );
}

#[test]
fn an_operation_that_gave_up_waiting_is_tried_again_on_the_same_connection() {
    let (first, second) = &mut two_at_the_forum();
    soft_delete(posts::table.find(3)).execute(first).unwrap();
    first
        .transaction(|first| {
            soft_delete(users::table.find(2)).execute(first)?;
            for _ in 0..2 {
                waits(&soft_delete(users::table.find(2)).execute(second));
                waits(&restore(posts::table.find(3)).execute(second));
                waits(&hold_active(users::table.find(2)).execute(second));
            }
            restore(users::table.find(2)).execute(first)?;
            Ok::<_, Error>(())
        })
        .unwrap();
    assert_eq!(
        hold_active(users::table.find(2)).execute(second).unwrap(),
        1
    );
    assert_eq!(restore(posts::table.find(3)).execute(second).unwrap(), 5);
    soft_delete(users::table.find(2)).execute(second).unwrap();
}

type Run = fn(&mut Conn) -> Result<usize, Error>;

/// Rows that are inserted at each level below user 2, each with what holds its parent.
const NEW_ROWS: [(Run, &str); 4] = [
    (
        |conn| hold_active(users::table.find(2)).execute(conn),
        "INSERT INTO posts (id, user_id, title) VALUES (9, 2, 'New')",
    ),
    (
        |conn| hold_active(posts::table.find(3)).execute(conn),
        "INSERT INTO comments (id, post_id) VALUES (9, 3)",
    ),
    (
        |conn| hold_active(comments::table.find(4)).execute(conn),
        "INSERT INTO comments (id, post_id, parent_id) VALUES (9, 3, 4)",
    ),
    (
        |conn| hold_active(comments::table.find(5)).execute(conn),
        "INSERT INTO attachments (id, comment_id) VALUES (9, 5)",
    ),
];

#[test]
fn a_row_inserted_at_any_level_goes_along_once_it_is_committed() {
    for (hold, row) in NEW_ROWS {
        for held in [true, false] {
            let (first, second) = &mut two_at_the_forum();
            first
                .transaction(|first| {
                    if held {
                        hold(first)?;
                    }
                    // the foreign key alone holds the parent too
                    execute_batch(first, row);
                    waits(&soft_delete(users::table.find(2)).execute(second));
                    Ok::<_, Error>(())
                })
                .unwrap();
            let deleted = soft_delete(users::table.find(2)).execute(second);
            assert_eq!(deleted, Ok(11), "{row}");
            assert_eq!(restore(users::table.find(2)).execute(second), Ok(11));
        }
    }
}

#[test]
fn no_row_is_inserted_at_any_level_of_what_is_being_deleted() {
    for (hold, row) in NEW_ROWS {
        let (first, second) = &mut two_at_the_forum();
        first
            .transaction(|first| {
                soft_delete(users::table.find(2)).execute(first)?;
                waits(&hold(second));
                Ok::<_, Error>(())
            })
            .unwrap();
        let gone = hold(second);
        assert!(
            matches!(gone, Err(Error::NotActive { .. })),
            "{row}: {gone:?}"
        );
    }
}

/// 300 users more, each with two posts, and on each of those a tag and a comment, which has a reply
/// and an attachment; the first post is pinned. InnoDB reads, and locks, small tables as a whole.
fn crowded() -> (Conn, Conn) {
    let (mut first, second) = two_at_the_forum();
    let conn = &mut first;
    let insert = |conn: &mut Conn, into: &str, row: &dyn Fn(i32) -> String| {
        insert_rows(conn, into, 100..400, row);
    };
    insert(conn, "users (id, name)", &|id| {
        format!("({id}, 'User {id}')")
    });
    for copy in [0, 1_000] {
        insert(conn, "posts (id, user_id, title)", &|id| {
            format!("({}, {id}, 'Post')", id + copy)
        });
        insert(conn, "comments (id, post_id, author_id)", &|id| {
            format!("({0}, {0}, {id})", id + copy)
        });
        insert(conn, "comments (id, post_id, parent_id)", &|id| {
            format!("({}, {1}, {1})", id + copy + 5_000, id + copy)
        });
        insert(conn, "post_tags (post_id, tag)", &|id| {
            format!("({}, 1)", id + copy)
        });
        insert(conn, "attachments (id, comment_id)", &|id| {
            format!("({0}, {0})", id + copy)
        });
    }
    insert(conn, "pins (id, post_id, user_id)", &|id| {
        format!("({id}, {id}, {id})")
    });
    let analyze = match engine() {
        Engine::Mysql => "ANALYZE TABLE users, posts, comments, attachments, post_tags, pins",
        _ => "ANALYZE",
    };
    execute_batch(conn, analyze);
    (first, second)
}

#[test]
fn rows_beside_the_tree_are_free() {
    if engine() == Engine::Sqlite {
        return; // it has one writer
    }
    let operations: [(&str, Run); 4] = [
        ("deletion", |conn| {
            soft_delete(users::table.find(200)).execute(conn)
        }),
        ("restore", |conn| {
            restore(users::table.find(200)).execute(conn)
        }),
        ("restore of one post", |conn| {
            soft_delete(users::table.find(200)).execute(conn)?;
            restore(posts::table.find(1_200))
                .with_ancestors()
                .execute(conn)
        }),
        ("purge", |conn| {
            soft_delete(users::table.find(200)).execute(conn)?;
            purge(users::table.find(200)).execute(conn)
        }),
    ];
    let (first, second) = &mut crowded();
    for (name, operation) in operations {
        first
            .transaction(|first| {
                operation(first)?;
                for user in [199, 201] {
                    for beside in [
                        format!("UPDATE users SET name = 'x' WHERE id = {user}"),
                        format!("UPDATE posts SET title = 'x' WHERE user_id = {user}"),
                        format!("UPDATE comments SET edited_at = NULL WHERE author_id = {user}"),
                        format!("UPDATE comments SET edited_at = NULL WHERE parent_id = {user}"),
                    ] {
                        let free = by_hand(second, |conn| conn.batch_execute(&beside));
                        assert!(free.is_ok(), "{name}: {beside}: {free:?}");
                    }
                }
                let free = soft_delete(users::table.find(300)).execute(second);
                assert_eq!(free, Ok(12), "{name}");
                let free = restore(users::table.find(300)).execute(second);
                assert_eq!(free, Ok(12), "{name}");
                Ok::<_, Error>(())
            })
            .unwrap();
    }
}
