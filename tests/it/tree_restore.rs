//! Rules 8 and 9: a restore brings back what the same operation took, and nothing stands active
//! under a deleted cascade parent.

use std::collections::BTreeMap;

use crate::prelude::*;
use chrono::NaiveDateTime;
use soft_delete_runtime::prelude::*;
use soft_delete_runtime::{Error, Report};

use crate::backend::{Conn, Engine, engine, execute_batch};
use crate::guarded::{has_triggers, without_triggers};
use crate::schema::day;
use crate::tree_forum::*;

/// The tables of which rows were changed, by name.
fn tables(report: &Report) -> BTreeMap<String, usize> {
    let changed = report.tables().filter(|(_, rows)| *rows > 0);
    changed
        .map(|(table, rows)| (table.to_owned(), rows))
        .collect()
}

fn parent_deleted(error: Error) -> String {
    match error {
        Error::ParentDeleted { table } => table,
        error => panic!("{error:?}"),
    }
}

fn deleted_at(conn: &mut Conn, comment: i32) -> Option<NaiveDateTime> {
    let comment = comments::table.with_deleted().find(comment);
    comment
        .select(comments::deleted_at)
        .get_result(conn)
        .unwrap()
}

#[test]
fn a_restore_after_a_deletion_gives_the_tables_as_they_were() {
    let conn = &mut forum();
    delete_each!(conn, comments 5 on day(1), posts 2 on day(2));
    let before = untouched(conn);
    for user in [1, 2, 3] {
        let gone = soft_delete(users::table.find(user)).report(conn).unwrap();
        let back = restore(users::table.find(user)).report(conn).unwrap();
        assert_eq!(tables(&gone), tables(&back));
        assert_eq!(untouched(conn), before);
    }
    let gone = soft_delete(users::table).execute(conn).unwrap();
    assert_eq!(restore(users::table).execute(conn).unwrap(), gone);
    assert_eq!(untouched(conn), before);
}

#[test]
fn restoring_a_parent_leaves_children_deleted_earlier() {
    let conn = &mut forum();
    delete_each!(conn, comments 2 on day(1), posts 2 on day(2), users 1 on day(3));
    restore(users::table.find(1)).execute(conn).unwrap();
    assert_eq!(deleted(conn), "posts 2, comments 2 3 6, attachments 1 2");
    restore(posts::table.find(2)).execute(conn).unwrap();
    assert_eq!(deleted(conn), "comments 2 3, attachments 1 2");
    restore(comments::table.find(2)).execute(conn).unwrap();
    assert_eq!(deleted(conn), "");
}

#[test]
fn rows_of_other_parents_deleted_at_the_same_moment_stay_deleted() {
    let conn = &mut forum();
    soft_delete(pins::table).execute(conn).unwrap();
    let pinned = pins::table.filter(pins::id.eq(1));
    purge(pinned).execute(conn).unwrap();
    for post in [1, 2, 3] {
        delete_each!(conn, posts post on day(1));
    }
    restore(posts::table.find(3)).execute(conn).unwrap();
    assert_eq!(
        deleted(conn),
        "posts 1 2, comments 1 2 3 6, attachments 1 2, post_tags 11 12"
    );
}

#[test]
fn rows_restored_at_once_each_take_their_own_along() {
    let conn = &mut forum();
    soft_delete(pins::table).execute(conn).unwrap();
    delete_each!(conn, comments 4 on day(2), posts 3 on day(1), posts 1 on day(2));
    restore(posts::table).execute(conn).unwrap();
    assert_eq!(deleted(conn), "comments 4 5, attachments 3, pins 1");
}

#[test]
fn touched_columns_get_the_moment_of_the_restore_and_cleared_ones_nothing() {
    let conn = &mut forum();
    soft_delete(posts::table.find(3))
        .with(posts::deleted_by.eq(7))
        .execute(conn)
        .unwrap();
    let report = restore(posts::table.find(3)).report(conn).unwrap();
    let moment = Some(NaiveDateTime::from(report.moment()));
    let post = posts::table
        .with_deleted()
        .find(3)
        .get_result::<Post>(conn)
        .unwrap();
    assert_eq!((post.updated_at, post.deleted_by), (moment, None));
    let edited = comments::table
        .with_deleted()
        .filter(comments::edited_at.is_not_null())
        .select((comments::id, comments::edited_at))
        .order(comments::id);
    assert_eq!(edited.load(conn), Ok(vec![(4, moment), (5, moment)]));
}

// a descendant with another parent that is still deleted

#[test]
fn a_comment_comes_back_when_both_its_post_and_its_author_have() {
    // comment 2 is of user 2 under post 1; the post goes first, or the author
    for post_first in [true, false] {
        for post_back_first in [true, false] {
            let conn = &mut forum();
            purge(pins::table).including_active().execute(conn).unwrap();
            let before = untouched(conn);
            let post = posts::table.find(1);
            let author = users::table.find(2);
            if post_first {
                soft_delete(post).at(day(1)).execute(conn).unwrap();
                soft_delete(author).at(day(2)).execute(conn).unwrap();
            } else {
                soft_delete(author).at(day(1)).execute(conn).unwrap();
                soft_delete(post).at(day(2)).execute(conn).unwrap();
            }
            let preview;
            let report;
            if post_back_first {
                preview = restore(post).preview(conn).unwrap();
                report = restore(post).report(conn).unwrap();
                // comment 1 alone: 2 is of the author, and 3 a reply to it
                assert_eq!(deleted_at(conn, 1), None);
            } else {
                preview = restore(author).preview(conn).unwrap();
                report = restore(author).report(conn).unwrap();
                assert!(deleted_at(conn, 1).is_some());
            }
            assert_eq!(tables(&preview), tables(&report));
            assert!(deleted_at(conn, 2).is_some());
            assert!(deleted_at(conn, 3).is_some(), "a reply follows its comment");
            let other = if post_back_first {
                day(1 + u32::from(post_first))
            } else {
                day(2 - u32::from(post_first))
            };
            assert_eq!(deleted_at(conn, 2), Some(other));
            if post_back_first {
                restore(author).execute(conn).unwrap();
            } else {
                restore(post).execute(conn).unwrap();
            }
            assert_eq!(untouched(conn), before);
        }
    }
}

#[test]
fn what_is_handed_over_takes_all_below_it_along() {
    let conn = &mut forum();
    purge(pins::table).including_active().execute(conn).unwrap();
    delete_each!(conn, posts 1 on day(1), users 2 on day(2));
    let report = restore(posts::table.find(1)).report(conn).unwrap();
    assert_eq!(
        tables(&report),
        [("posts", 1), ("comments", 1), ("post_tags", 2)]
            .map(|(table, rows)| (table.to_owned(), rows))
            .into()
    );
    let handed: Vec<Option<NaiveDateTime>> = attachments::table
        .with_deleted()
        .order(attachments::id)
        .select(attachments::deleted_at)
        .load(conn)
        .unwrap();
    assert_eq!(handed, [Some(day(2)); 3]);
    assert_eq!(deleted_at(conn, 3), Some(day(2)));
}

#[test]
fn a_reply_elsewhere_waits_for_its_comment() {
    // comment 6 is a reply in post 2 to comment 4 of post 3
    let conn = &mut forum();
    purge(pins::table).including_active().execute(conn).unwrap();
    execute_batch(conn, "UPDATE comments SET parent_id = 4 WHERE id = 6");
    let before = untouched(conn);
    delete_each!(conn, posts 2 on day(1), posts 3 on day(2));
    let preview = restore(posts::table.find(2)).preview(conn).unwrap();
    let report = restore(posts::table.find(2)).report(conn).unwrap();
    assert_eq!(tables(&preview), tables(&report));
    assert_eq!(report.rows(), 1);
    assert_eq!(deleted_at(conn, 6), Some(day(2)));
    restore(posts::table.find(3)).execute(conn).unwrap();
    assert_eq!(untouched(conn), before);
}

#[test]
fn a_row_that_is_handed_over_waits_for_one_parent_after_the_other() {
    // comment 2 hangs under post 1, user 2 and comment 1
    let conn = &mut forum();
    purge(pins::table).including_active().execute(conn).unwrap();
    let before = untouched(conn);
    delete_each!(conn, comments 1 on day(1), users 2 on day(2), posts 1 on day(3));
    restore(posts::table.find(1)).execute(conn).unwrap();
    assert_eq!(deleted_at(conn, 2), Some(day(1)));
    restore(comments::table.find(1)).execute(conn).unwrap();
    assert_eq!(deleted_at(conn, 2), Some(day(2)));
    restore(users::table.find(2)).execute(conn).unwrap();
    assert_eq!(untouched(conn), before);
}

// rule 9

#[test]
fn a_row_does_not_come_back_under_a_deleted_parent() {
    let conn = &mut forum();
    soft_delete(users::table.find(2)).execute(conn).unwrap();
    let before = everything(conn);
    let error = restore(posts::table.find(3)).execute(conn).unwrap_err();
    assert_eq!(parent_deleted(error), "users");
    let error = restore(attachments::table.find(3))
        .execute(conn)
        .unwrap_err();
    assert_eq!(parent_deleted(error), "comments");
    let tag = post_tags::table.find((3, 1));
    assert_eq!(
        parent_deleted(restore(tag).execute(conn).unwrap_err()),
        "posts"
    );
    assert_eq!(
        parent_deleted(restore(tag).preview(conn).unwrap_err()),
        "posts"
    );
    // its post is active, its author is not
    let two = comments::table.find(2);
    assert_eq!(
        parent_deleted(restore(two).execute(conn).unwrap_err()),
        "users"
    );
    assert_eq!(everything(conn), before);
}

#[test]
fn a_reply_does_not_come_back_under_a_deleted_comment() {
    let conn = &mut forum();
    soft_delete(comments::table.find(1)).execute(conn).unwrap();
    let before = everything(conn);
    let three = comments::table.find(3);
    assert_eq!(
        parent_deleted(restore(three).execute(conn).unwrap_err()),
        "comments"
    );
    assert_eq!(
        parent_deleted(restore(three).preview(conn).unwrap_err()),
        "comments"
    );
    assert_eq!(everything(conn), before);
    // unless it comes back as well
    let some = comments::table.filter(comments::id.eq_any([1, 3]));
    assert_eq!(restore(some).report(conn).unwrap().rows_of("comments"), 3);
}

#[test]
fn ancestors_come_back_alone() {
    let conn = &mut forum();
    delete_each!(conn, users 2 on day(1));
    let three = || restore(attachments::table.find(3)).with_ancestors();
    let preview = three().preview(conn).unwrap();
    let report = three().report(conn).unwrap();
    assert_eq!(tables(&preview), tables(&report));
    let expected = [
        ("attachments", 1),
        ("comments", 2),
        ("posts", 1),
        ("users", 1),
    ];
    assert_eq!(
        tables(&report),
        expected
            .map(|(table, rows)| (table.to_owned(), rows))
            .into()
    );
    // comment 2 and what is below it, and the tag of the post, went along with the user too
    assert_eq!(deleted(conn), "comments 2 3, attachments 1 2, post_tags 31");
    assert_eq!(deleted_at(conn, 2), Some(day(1)));
}

#[test]
fn an_ancestor_below_another_row_of_the_target_brings_all_that_went_along() {
    // 60 and its answer 61 went along with comment 6, which comes back as well
    let conn = &mut forum();
    execute_batch(
        conn,
        "INSERT INTO comments (id, post_id, parent_id) VALUES (60, 2, 6);
         INSERT INTO comments (id, post_id, parent_id) VALUES (61, 2, 60), (62, 2, 60);",
    );
    soft_delete(posts::table.find(2)).execute(conn).unwrap();
    let some = comments::table.filter(comments::id.eq_any([6, 61]));
    let report = restore(some).with_ancestors().report(conn).unwrap();
    assert_eq!(report.rows_of("comments"), 4);
    assert_eq!(deleted(conn), "");
}

#[test]
fn active_ancestors_are_left_as_they_are() {
    let conn = &mut forum();
    soft_delete(comments::table.find(3)).execute(conn).unwrap();
    let before: Vec<String> = everything(conn)
        .into_iter()
        .filter(|line| !line.starts_with("comments (3") && !line.starts_with("attachments (2"))
        .collect();
    let report = restore(comments::table.find(3))
        .with_ancestors()
        .report(conn)
        .unwrap();
    assert_eq!(report.rows(), 2);
    let after: Vec<String> = everything(conn)
        .into_iter()
        .filter(|line| !line.starts_with("comments (3") && !line.starts_with("attachments (2"))
        .collect();
    assert_eq!(after, before);
}

#[test]
fn restoring_an_active_row_changes_nothing() {
    let conn = &mut forum();
    let before = everything(conn);
    assert_eq!(restore(users::table.find(1)).execute(conn).unwrap(), 0);
    assert_eq!(restore(users::table.find(99)).execute(conn).unwrap(), 0);
    assert_eq!(
        restore(comments::table)
            .with_ancestors()
            .execute(conn)
            .unwrap(),
        0
    );
    assert_eq!(everything(conn), before);
}

#[test]
fn a_preview_of_a_restore_changes_nothing() {
    let conn = &mut forum();
    soft_delete(users::table.find(1)).execute(conn).unwrap();
    let before = everything(conn);
    let preview = restore(users::table.find(1)).preview(conn).unwrap();
    assert_eq!(preview.rows(), 15);
    assert_eq!(everything(conn), before);
    conn.transaction(|conn| {
        restore(users::table.find(1)).preview(conn)?;
        assert_eq!(everything(conn), before);
        Ok::<_, Error>(())
    })
    .unwrap();
}

#[test]
fn an_active_row_below_refuses_no_restore() {
    let conn = &mut forum();
    soft_delete(posts::table.find(3)).execute(conn).unwrap();
    soft_delete(users::table.find(3)).execute(conn).unwrap();
    // by somebody who holds neither the post nor the user
    let pin = "INSERT INTO pins (id, post_id, user_id) VALUES (9, 3, 3)";
    without_triggers(conn, |conn| execute_batch(conn, pin));
    assert_eq!(restore(users::table.find(3)).execute(conn), Ok(3));
}

#[test]
fn a_row_that_would_forbid_a_deletion_does_not_come_back_under_what_was_deleted() {
    let conn = &mut forum();
    execute_batch(
        conn,
        "INSERT INTO orders (id, user_id) VALUES (1, 3), (2, 3)",
    );
    soft_delete(orders::table).execute(conn).unwrap();
    soft_delete(users::table.find(3)).execute(conn).unwrap();
    let before = everything(conn);
    let error = restore(orders::table.find(1)).execute(conn).unwrap_err();
    assert!(matches!(error, Error::ParentDeleted { table } if table == "users"));
    assert_eq!(everything(conn), before);
    let order = restore(orders::table.find(1)).with_ancestors();
    assert_eq!(order.execute(conn), Ok(2));
    assert_eq!(deleted(conn), "comments 3, attachments 2, orders 2");
    assert_eq!(restore(orders::table.find(2)).execute(conn), Ok(1));
}

#[test]
fn a_row_comes_back_below_the_parent_that_the_changes_give_it() {
    let conn = &mut forum();
    soft_delete(users::table.find(2)).execute(conn).unwrap();
    soft_delete(posts::table.find(2)).execute(conn).unwrap();
    let before = everything(conn);
    // post 2 was that of user 1, who is active
    let below_deleted = restore(posts::table.find(2)).with(posts::user_id.eq(2));
    let comment_below_deleted = restore(posts::table.find(2)).with(comments::author_id.eq(2));
    let errors = [
        below_deleted.execute(conn),
        comment_below_deleted.execute(conn),
    ];
    for error in errors.map(Result::unwrap_err) {
        // a trigger refuses it first
        assert!(has_triggers() || parent_deleted(error) == "users");
    }
    assert_eq!(everything(conn), before);
    // post 3 was that of user 2
    let elsewhere = || restore(posts::table.find(3)).with(posts::user_id.eq(1));
    assert_eq!(elsewhere().preview(conn).unwrap().rows_of("posts"), 1);
    let report = elsewhere().report(conn).unwrap();
    assert_eq!(report.rows_of("posts"), 1);
    let tag_elsewhere = restore(posts::table.find(2)).with(post_tags::post_id.eq(1));
    assert_eq!(tag_elsewhere.execute(conn), Ok(2));
}

#[test]
fn a_trigger_may_count_at_the_parents_of_what_comes_back() {
    if has_triggers() {
        return; // they refuse to change deleted rows
    }
    let conn = &mut forum();
    execute_batch(
        conn,
        match engine() {
            Engine::Sqlite => {
                "CREATE TRIGGER counts AFTER UPDATE ON comments BEGIN
                     UPDATE posts SET title = title || '+' WHERE id = NEW.post_id;
                     UPDATE users SET name = name || '+' WHERE id = NEW.author_id; END"
            }
            Engine::Postgres => {
                "CREATE FUNCTION count_comment() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                     UPDATE posts SET title = title || '+' WHERE id = NEW.post_id;
                     UPDATE users SET name = name || '+' WHERE id = NEW.author_id;
                     RETURN NEW; END $$;
                 CREATE TRIGGER counts AFTER UPDATE ON comments
                     FOR EACH ROW EXECUTE FUNCTION count_comment()"
            }
            Engine::Mysql => {
                "CREATE TRIGGER counts AFTER UPDATE ON comments FOR EACH ROW
                     UPDATE posts, users SET title = CONCAT(title, '+'), name = CONCAT(name, '+')
                     WHERE posts.id = NEW.post_id AND users.id = NEW.author_id"
            }
        },
    );
    let deleted = soft_delete(users::table.find(1)).execute(conn).unwrap();
    assert_eq!(restore(users::table.find(1)).execute(conn), Ok(deleted));
    soft_delete(users::table.find(1)).execute(conn).unwrap();
    soft_delete(posts::table.find(3)).execute(conn).unwrap();
    restore(users::table.find(1)).execute(conn).unwrap();
    assert_eq!(
        super::tree_forum::deleted(conn),
        "posts 3, comments 4 5, attachments 3, post_tags 31"
    );
}

#[cfg(backend = "postgres")]
#[test]
fn a_preview_refuses_what_a_deferred_constraint_would() {
    let conn = &mut forum();
    execute_batch(
        conn,
        "CREATE TABLE likes (post_id INTEGER REFERENCES posts (id) DEFERRABLE INITIALLY DEFERRED);
         INSERT INTO likes VALUES (1);
         ALTER TABLE users ADD CONSTRAINT one_of_a_name EXCLUDE (name WITH =)
             WHERE (deleted_at IS NULL) DEFERRABLE INITIALLY DEFERRED",
    );
    soft_delete(users::table.find(1)).execute(conn).unwrap();
    assert!(purge(users::table.find(1)).preview(conn).is_err());
    assert!(purge(users::table.find(1)).execute(conn).is_err());
    execute_batch(conn, "INSERT INTO users (id, name) VALUES (9, 'Sean')");
    for refused in [
        restore(users::table.find(1))
            .preview(conn)
            .map(|report| report.rows()),
        restore(users::table.find(1)).execute(conn),
    ] {
        assert!(
            matches!(refused, Err(Error::RestoreConflict { .. })),
            "{refused:?}"
        );
    }
    // the caller's transaction goes on with what is deferred
    conn.transaction(|conn| {
        execute_batch(conn, "UPDATE users SET name = 'Anna' WHERE id = 9");
        restore(users::table.find(1)).preview(conn)?;
        execute_batch(conn, "UPDATE users SET name = 'Tess' WHERE id = 9");
        execute_batch(conn, "UPDATE users SET name = 'Anna' WHERE id = 9");
        Ok::<_, Error>(())
    })
    .unwrap();
}
