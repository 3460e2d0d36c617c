//! Rules 5, 7 and 10: a soft delete takes the active descendants along, at one moment, unless a
//! `restrict` forbids it.

use crate::prelude::*;
use chrono::NaiveDateTime;
use soft_delete_runtime::prelude::*;
use soft_delete_runtime::{Error, Moment};

use crate::backend::{Engine, engine, execute_batch, insert_rows};
use crate::schema::day;
use crate::tree_forum::*;

#[test]
fn deleting_a_post_takes_its_comments_and_all_below_them() {
    let conn = &mut forum();
    let report = soft_delete(posts::table.find(3)).report(conn).unwrap();
    assert_eq!(
        deleted(conn),
        "posts 3, comments 4 5, attachments 3, post_tags 31"
    );
    assert_eq!(
        report
            .tables()
            .collect::<std::collections::BTreeMap<_, _>>(),
        [
            ("posts", 1),
            ("comments", 2),
            ("attachments", 1),
            ("post_tags", 1)
        ]
        .into()
    );
    assert_eq!(report.rows(), 5);
    assert_eq!(report.rows_of("comments"), 2);
    assert_eq!(report.rows_of("users"), 0);
}

#[test]
fn deleting_a_user_takes_a_table_that_is_reached_by_two_paths_once() {
    let conn = &mut forum();
    let report = soft_delete(users::table.find(1)).report(conn).unwrap();
    // 1 by both paths, 2 and 3 as replies and by the post, 4 by its author, 5 as a reply, 6 by the post
    assert_eq!(
        deleted(conn),
        "users 1, posts 1 2, comments 1 2 3 4 5 6, attachments 1 2 3, post_tags 11 12, pins 1"
    );
    assert_eq!(report.rows_of("comments"), 6);
    assert_eq!(report.rows(), 1 + 2 + 6 + 3 + 2 + 1);
}

#[test]
fn a_reply_goes_with_its_comment_at_any_depth() {
    // deeper than MySQL and MariaDB look on their own
    let conn = &mut forum();
    execute_batch(conn, "INSERT INTO comments (id, post_id) VALUES (100, 2)");
    insert_rows(conn, "comments (id, post_id, parent_id)", 101..1700, |id| {
        format!("({id}, 2, {})", id - 1)
    });
    let before = everything(conn);
    let comment = |id| comments::table.find(id);
    assert_eq!(soft_delete(comment(150)).execute(conn).unwrap(), 1550);
    assert_eq!(soft_delete(comment(100)).execute(conn).unwrap(), 50);
    assert_eq!(restore(comment(100)).execute(conn).unwrap(), 50);
    assert_eq!(restore(comment(150)).execute(conn).unwrap(), 1550);
    assert_eq!(untouched(conn), before);
    assert_eq!(soft_delete(comment(100)).execute(conn).unwrap(), 1600);
    let rows = restore(comment(1699)).with_ancestors().execute(conn);
    assert_eq!(rows, Ok(1600));
    assert_eq!(untouched(conn), before);
    let rows = purge(comment(100)).including_active().execute(conn);
    assert_eq!(rows, Ok(1600));
}

#[test]
fn a_row_that_is_its_own_parent_is_taken_once() {
    let conn = &mut forum();
    execute_batch(
        conn,
        "UPDATE comments SET parent_id = id WHERE id IN (1, 4, 6)",
    );
    let report = soft_delete(comments::table.find(1)).report(conn).unwrap();
    assert_eq!(report.rows_of("comments"), 3);
    let report = restore(comments::table.find(1)).report(conn).unwrap();
    assert_eq!(report.rows_of("comments"), 3);
    soft_delete(comments::table.find(6)).execute(conn).unwrap();
    if engine() == Engine::Mysql {
        // InnoDB itself never removes a row that refers to itself
        execute_batch(conn, "ALTER TABLE comments DROP FOREIGN KEY parent");
    }
    assert_eq!(purge(comments::table.find(6)).execute(conn).unwrap(), 1);
}

#[test]
fn rows_that_refer_to_each_other_go_together() {
    let conn = &mut forum();
    execute_batch(conn, "UPDATE comments SET parent_id = 3 WHERE id = 1");
    let report = soft_delete(comments::table.find(2)).report(conn).unwrap();
    assert_eq!(report.rows_of("comments"), 3);
    let report = restore(comments::table.find(2)).report(conn).unwrap();
    assert_eq!(report.rows_of("comments"), 3);
    assert_eq!(deleted(conn), "");
}

#[test]
fn a_null_foreign_key_is_no_relation() {
    let conn = &mut forum();
    soft_delete(pins::table).execute(conn).unwrap();
    soft_delete(posts::table.filter(posts::id.ne(2)))
        .execute(conn)
        .unwrap();
    soft_delete(users::table.filter(users::id.ne(1)))
        .execute(conn)
        .unwrap();
    assert_eq!(
        comments::table.active().select(comments::id).load(conn),
        Ok(vec![6])
    );
}

#[test]
fn descendants_deleted_before_keep_their_moment() {
    let conn = &mut forum();
    delete_each!(conn, comments 2 on day(1));
    let report = soft_delete(users::table.find(1))
        .at(day(2))
        .report(conn)
        .unwrap();
    assert_eq!(report.rows_of("comments"), 4);
    let moments: Vec<(i32, Option<NaiveDateTime>)> = comments::table
        .with_deleted()
        .select((comments::id, comments::deleted_at))
        .order(comments::id)
        .load(conn)
        .unwrap();
    let expected = [(1, 2), (2, 1), (3, 1), (4, 2), (5, 2), (6, 2)];
    assert_eq!(
        moments,
        expected.map(|(id, number)| (id, Some(day(number))))
    );
}

#[test]
fn an_active_row_under_a_deleted_one_is_not_reached_through_it() {
    let conn = &mut forum();
    execute_batch(
        conn,
        "UPDATE comments SET deleted_at = '2026-01-01 00:00:00' WHERE id = 4",
    );
    let report = soft_delete(comments::table.find(4)).report(conn).unwrap();
    assert_eq!(report.rows(), 0);
    assert_eq!(deleted(conn), "comments 4");
}

#[test]
fn deleting_a_deleted_row_changes_nothing() {
    let conn = &mut forum();
    delete_each!(conn, users 2 on day(1));
    let before = everything(conn);
    assert_eq!(
        soft_delete(users::table.find(2))
            .at(day(2))
            .execute(conn)
            .unwrap(),
        0
    );
    assert_eq!(soft_delete(users::table.find(99)).execute(conn).unwrap(), 0);
    assert_eq!(everything(conn), before);
}

// rule 5

#[test]
fn one_deletion_has_one_moment_in_all_tables() {
    let conn = &mut forum();
    let report = soft_delete(users::table.find(1)).report(conn).unwrap();
    let moment = NaiveDateTime::from(report.moment());
    let mut moments: Vec<Option<NaiveDateTime>> = Vec::new();
    macro_rules! collect {
        ($($table:ident)+) => {$(
            let rows = $table::table.only_deleted().select($table::deleted_at);
            moments.extend(rows.load::<Option<NaiveDateTime>>(conn).unwrap());
        )+};
    }
    collect!(users posts comments attachments post_tags pins);
    assert_eq!(moments, vec![Some(moment); report.rows()]);
    let touched = posts::table.only_deleted().select(posts::updated_at);
    assert_eq!(touched.load(conn), Ok(vec![Some(moment); 2]));
}

#[test]
fn a_deletion_takes_the_moment_that_it_is_given() {
    let conn = &mut forum();
    let report = soft_delete(users::table.find(3))
        .at(day(7))
        .report(conn)
        .unwrap();
    assert_eq!(report.moment(), Moment::from(day(7)));
    assert_eq!(
        comments::table
            .with_deleted()
            .find(3)
            .select(comments::deleted_at)
            .get_result(conn),
        Ok(Some(day(7)))
    );
}

// rule 10

#[test]
fn an_active_row_of_a_restrict_table_forbids_the_deletion() {
    let conn = &mut forum();
    execute_batch(
        conn,
        "INSERT INTO orders (id, user_id) VALUES (1, 1), (2, 1), (3, 2)",
    );
    let before = everything(conn);
    let error = soft_delete(users::table.find(1)).execute(conn).unwrap_err();
    assert_eq!(restricted(error), ("orders".to_owned(), 2));
    let error = soft_delete(users::table.filter(users::id.le(2)))
        .execute(conn)
        .unwrap_err();
    assert_eq!(restricted(error), ("orders".to_owned(), 3));
    assert_eq!(everything(conn), before);
    let report = soft_delete(users::table.find(3)).report(conn).unwrap();
    assert_eq!(report.rows_of("users"), 1);
}

#[test]
fn a_deleted_row_of_a_restrict_table_does_not_count() {
    let conn = &mut forum();
    execute_batch(
        conn,
        "INSERT INTO orders (id, user_id) VALUES (1, 1), (2, 1)",
    );
    assert_eq!(soft_delete(orders::table.find(1)).execute(conn), Ok(1));
    let error = soft_delete(users::table.find(1)).execute(conn).unwrap_err();
    assert_eq!(restricted(error), ("orders".to_owned(), 1));
    assert_eq!(soft_delete(orders::table.find(2)).execute(conn), Ok(1));
    let report = soft_delete(users::table.find(1)).report(conn).unwrap();
    assert_eq!(report.rows_of("users"), 1);
}

#[test]
fn a_restrict_holds_at_any_depth() {
    let conn = &mut forum();
    execute_batch(
        conn,
        "INSERT INTO pins (id, post_id, user_id) VALUES (2, 2, 3)",
    );
    let before = everything(conn);
    let error = soft_delete(users::table.find(1)).execute(conn).unwrap_err();
    assert_eq!(restricted(error), ("pins".to_owned(), 1));
    assert_eq!(everything(conn), before);
}

#[test]
fn a_restricting_row_that_goes_along_itself_does_not_count() {
    let conn = &mut forum();
    // the post alone cannot go; its user takes the pin along
    let error = soft_delete(posts::table.find(1)).execute(conn).unwrap_err();
    assert_eq!(restricted(error), ("pins".to_owned(), 1));
    let report = soft_delete(users::table.find(1)).report(conn).unwrap();
    assert_eq!(report.rows_of("pins"), 1);
}

#[test]
fn a_restrict_counts_for_the_rows_that_the_target_would_change() {
    let conn = &mut forum();
    execute_batch(conn, "INSERT INTO orders (id, user_id) VALUES (1, 1)");
    execute_batch(
        conn,
        "UPDATE users SET deleted_at = '2026-01-01 00:00:00' WHERE id = 1",
    );
    // user 1 is deleted already, its order forbids nothing
    let report = soft_delete(users::table).report(conn).unwrap();
    assert_eq!(report.rows_of("users"), 2);
}

// soft_delete_with

#[test]
fn a_changeset_is_written_to_the_target_alone() {
    let conn = &mut forum();
    let by = posts::deleted_by.eq(7);
    let report = soft_delete(posts::table.find(3))
        .with(by)
        .report(conn)
        .unwrap();
    assert_eq!(report.rows(), 5);
    let by = || {
        posts::table
            .with_deleted()
            .find(3)
            .select(posts::deleted_by)
    };
    assert_eq!(by().get_result(conn), Ok(Some(7)));
    restore(posts::table.find(3)).execute(conn).unwrap();
    assert_eq!(by().get_result(conn), Ok(None::<i32>));
}

#[test]
fn a_changeset_without_changes_is_no_error() {
    let conn = &mut forum();
    let nothing = None::<i32>.map(|by| posts::deleted_by.eq(by));
    assert_eq!(
        soft_delete(posts::table.find(3))
            .with(nothing)
            .execute(conn)
            .unwrap(),
        5
    );
}

// targets

#[test]
fn a_target_of_a_tree_is_whatever_update_takes() {
    let expected = "users 2, posts 3, comments 2 3 4 5, attachments 1 2 3, post_tags 31";
    let tess = || users::table.find(2);

    let conn = &mut forum();
    soft_delete(tess()).execute(conn).unwrap();
    assert_eq!(deleted(conn), expected);

    let conn = &mut forum();
    let model = lasting(tess().with_deleted().get_result::<User>(conn).unwrap());
    soft_delete(model).execute(conn).unwrap();
    assert_eq!(deleted(conn), expected);
    restore(model).execute(conn).unwrap();
    assert_eq!(deleted(conn), "");
    model.soft_delete().execute(conn).unwrap();
    assert_eq!(deleted(conn), expected);
    User::restore_by_id(2).execute(conn).unwrap();
    assert_eq!(deleted(conn), "");
    User::soft_delete_by_id(2).execute(conn).unwrap();
    assert_eq!(deleted(conn), expected);
    assert_eq!(
        User::purge_by_id(2).execute(conn).unwrap(),
        1 + 1 + 4 + 3 + 1
    );

    let conn = &mut forum();
    soft_delete(users::table.filter(users::name.eq("Tess")))
        .execute(conn)
        .unwrap();
    assert_eq!(deleted(conn), expected);

    let conn = &mut forum();
    soft_delete(users::table.active().filter(users::name.eq("Tess")))
        .execute(conn)
        .unwrap();
    assert_eq!(deleted(conn), expected);
    assert_eq!(restore(users::table.active()).execute(conn).unwrap(), 0);
    assert_eq!(
        restore(users::table.only_deleted()).execute(conn).unwrap(),
        10
    );

    let conn = &mut forum();
    let either = users::table
        .filter(users::id.eq(2))
        .or_filter(users::name.eq("Tess"));
    soft_delete(either).execute(conn).unwrap();
    assert_eq!(deleted(conn), expected);

    let conn = &mut forum();
    soft_delete(users::table).execute(conn).unwrap();
    assert_eq!(users::table.active().count().get_result(conn), Ok(0_i64));
    assert_eq!(comments::table.active().count().get_result(conn), Ok(0_i64));
    assert_eq!(
        restore(users::table).execute(conn).unwrap(),
        3 + 3 + 6 + 3 + 3 + 1
    );
    assert_eq!(deleted(conn), "");

    let conn = &mut forum();
    let sean = lasting(
        users::table
            .with_deleted()
            .find(1)
            .get_result::<User>(conn)
            .unwrap(),
    );
    soft_delete(pins::table).execute(conn).unwrap();
    soft_delete(Post::belonging_to(sean)).execute(conn).unwrap();
    assert_eq!(
        deleted(conn),
        "posts 1 2, comments 1 2 3 6, attachments 1 2, post_tags 11 12, pins 1"
    );
    let report = restore(Post::belonging_to(sean)).report(conn).unwrap();
    assert_eq!(report.rows_of("posts"), 2);
    assert_eq!(deleted(conn), "pins 1");
}

#[test]
fn a_target_that_names_a_row_and_one_below_it_takes_each_once() {
    let conn = &mut forum();
    let both = || comments::table.filter(comments::id.eq_any([1, 3]));
    let report = soft_delete(both()).report(conn).unwrap();
    assert_eq!(report.rows_of("comments"), 3);
    let preview = restore(both()).preview(conn).unwrap();
    let report = restore(both()).report(conn).unwrap();
    assert_eq!(report.rows_of("comments"), 3);
    assert_eq!(counts(&preview), counts(&report));
    assert_eq!(deleted(conn), "");
}

// preview

#[test]
fn a_preview_of_a_deletion_is_its_report() {
    let conn = &mut forum();
    let before = everything(conn);
    for target in [1, 2, 3, 99] {
        let target = || users::table.find(target);
        let preview = soft_delete(target()).preview(conn).unwrap();
        assert_eq!(everything(conn), before);
        conn.test_transaction(|conn| {
            let report = soft_delete(target()).report(conn)?;
            assert_eq!(counts(&preview), counts(&report));
            Ok::<_, Error>(())
        });
    }
}

#[test]
fn a_preview_refuses_what_would_be_refused() {
    let conn = &mut forum();
    execute_batch(conn, "INSERT INTO orders (id, user_id) VALUES (1, 1)");
    let error = soft_delete(users::table.find(1)).preview(conn).unwrap_err();
    assert_eq!(restricted(error), ("orders".to_owned(), 1));
}
