//! `deleted_roots()`: what a trash lists. The random sequences of the trust suite compare it with a
//! model after each step.

use crate::prelude::*;
use soft_delete_runtime::dsl as soft;
use soft_delete_runtime::prelude::*;

use crate::backend::{Conn, DB};
use crate::recording::record;
use crate::schema::day;
use crate::tree_forum::*;

fn comment_roots(conn: &mut Conn) -> Vec<i32> {
    ids!(conn, comments.deleted_roots())
}

#[test]
fn a_row_that_went_along_is_no_root_and_one_that_went_before_is() {
    let conn = &mut forum();
    delete_each!(conn, posts 2 on day(1));
    soft_delete(orders::table).execute(conn).unwrap();
    purge(pins::table).including_active().execute(conn).unwrap();
    delete_each!(conn, users 1 on day(2));
    let users_ = users::table.deleted_roots().select(users::id).load(conn);
    assert_eq!(users_, Ok(vec![1]));
    let posts_ = posts::table.deleted_roots().select(posts::id).load(conn);
    assert_eq!(posts_, Ok(vec![2]));
    // comment 6 went along with post 2, the others with the user or with what went along
    assert_eq!(comment_roots(conn), [0_i32; 0]);
    let tags = post_tags::table.deleted_roots().count().get_result(conn);
    assert_eq!(tags, Ok(0_i64));
}

#[test]
fn the_root_of_a_tree_within_a_table_is_its_top_row() {
    let conn = &mut forum();
    delete_each!(conn, comments 3 on day(1), comments 1 on day(2));
    assert_eq!(comment_roots(conn), [1, 3]);
    restore(comments::table.find(1)).execute(conn).unwrap();
    assert_eq!(comment_roots(conn), [3]);
}

#[test]
fn a_row_with_another_deleted_parent_is_no_root_of_its_own() {
    let conn = &mut forum();
    // comment 1 is of post 1 and by user 1
    purge(pins::table).including_active().execute(conn).unwrap();
    delete_each!(conn, posts 1 on day(1), users 1 on day(2));
    assert_eq!(comment_roots(conn), [0_i32; 0]);
    let posts_ = posts::table.deleted_roots().select(posts::id).load(conn);
    assert_eq!(posts_, Ok(vec![1]));
}

#[test]
fn the_scope_is_of_filtered_boxed_and_aliased_queries() {
    let conn = &mut forum();
    delete_each!(conn, comments 3 on day(1), comments 1 on day(2), comments 6 on day(3));
    let comment = diesel::alias!(comments as comment);
    let of_post = comments::table
        .filter(comments::post_id.eq(1))
        .deleted_roots();
    assert_eq!(of_post.count().get_result(conn), Ok(2_i64));
    let boxed = comments::table.into_boxed::<DB>().deleted_roots();
    assert_eq!(boxed.count().get_result(conn), Ok(3_i64));
    let aliased = comment.deleted_roots().select(comment.field(comments::id));
    let aliased = aliased.order(comment.field(comments::id));
    assert_eq!(aliased.load(conn), Ok(vec![1, 3, 6]));
    let models = Comment::with_deleted().deleted_roots().order(comments::id);
    let models = models.load(conn).unwrap();
    assert_eq!(
        models.iter().map(|comment| comment.id).collect::<Vec<_>>(),
        [1, 3, 6]
    );
    let newest: soft::DeletedRoots<comments::table> = comments::table.deleted_roots();
    let newest = newest
        .order(comments::deleted_at.desc())
        .select(comments::id);
    assert_eq!(newest.limit(1).load(conn), Ok(vec![6]));
}

#[test]
fn the_roots_are_restored_as_any_target() {
    let conn = &mut forum();
    delete_each!(conn, comments 3 on day(1), comments 1 on day(2));
    let trash = comments::table.only_deleted().count();
    assert_eq!(trash.get_result(conn), Ok(3_i64));
    let top = comments::table
        .filter(comments::parent_id.is_null())
        .deleted_roots();
    let ids: Vec<i32> = top.select(comments::id).load(conn).unwrap();
    restore(comments::table.filter(comments::id.eq_any(ids)))
        .execute(conn)
        .unwrap();
    assert_eq!(comment_roots(conn), [3]);
}

/// A cabinet that keeps ids takes its files along.
mod ids {
    use super::*;
    use crate::backend::{connection, execute_batch};
    use crate::guarded::guard;

    diesel::table! {
        cabinets { id -> Integer, deleted_at -> Nullable<Timestamp>, deletion_id -> Nullable<Text> }
    }
    diesel::table! {
        files {
            id -> Integer,
            cabinet_id -> Integer,
            deleted_at -> Nullable<Timestamp>,
            deletion_id -> Nullable<Text>,
        }
    }
    soft_delete_table! {
        cabinets(deleted_at, cascade(files::cabinet_id), operation = deletion_id)
        files(deleted_at, parents(cabinet_id), operation = deletion_id)
    }

    /// Cabinets and files of one number, deleted with these ids, the files of 5 and 6 on another day.
    fn cabinets_and_files() -> Conn {
        let mut conn = connection();
        execute_batch(
            &mut conn,
            "CREATE TABLE cabinets (
                 id INTEGER PRIMARY KEY, deleted_at MOMENT NULL, deletion_id VARCHAR(36));
             CREATE TABLE files (
                 id INTEGER PRIMARY KEY, cabinet_id INTEGER NOT NULL REFERENCES cabinets (id),
                 deleted_at MOMENT NULL, deletion_id VARCHAR(36));
             INSERT INTO cabinets (id, deleted_at, deletion_id) VALUES
                 (1, '2026-01-02 00:00:00', 'a'), (2, '2026-01-02 00:00:00', 'a'),
                 (3, '2026-01-02 00:00:00', NULL), (4, '2026-01-02 00:00:00', NULL),
                 (5, '2026-01-02 00:00:00', NULL), (6, '2026-01-02 00:00:00', 'a'),
                 (7, '2026-01-02 00:00:00', 'a');
             INSERT INTO files (id, cabinet_id, deleted_at, deletion_id) VALUES
                 (1, 1, '2026-01-02 00:00:00', 'a'), (2, 2, '2026-01-02 00:00:00', NULL),
                 (3, 3, '2026-01-02 00:00:00', 'a'), (4, 4, '2026-01-02 00:00:00', NULL),
                 (5, 5, '2026-01-01 00:00:00', NULL), (6, 6, '2026-01-01 00:00:00', NULL),
                 (7, 7, '2026-01-02 00:00:00', 'b')",
        );
        guard(&mut conn, (cabinets::table, files::table));
        conn
    }

    fn file_roots(conn: &mut Conn) -> Vec<i32> {
        let roots = files::table.deleted_roots().select(files::id);
        roots.order(files::id).load(conn).unwrap()
    }

    #[test]
    fn what_a_restore_of_the_parent_leaves_is_a_root_with_and_without_ids() {
        let conn = &mut cabinets_and_files();
        let roots = file_roots(conn);
        assert_eq!(roots, [5, 6, 7]);
        for cabinet in 1..=7 {
            restore(cabinets::table.find(cabinet))
                .execute(conn)
                .unwrap();
        }
        let left = files::table.only_deleted().select(files::id);
        assert_eq!(left.order(files::id).load(conn), Ok(roots));
    }

    #[test]
    fn a_row_is_a_root_once_its_parent_is_active_whatever_id_that_has() {
        let conn = &mut cabinets_and_files();
        execute_batch(conn, "UPDATE cabinets SET deleted_at = NULL WHERE id < 5");
        assert_eq!(file_roots(conn), [1, 2, 3, 4, 5, 6, 7]);
    }
}

#[test]
fn the_statement_is_prepared_once() {
    let conn = &mut forum();
    let (_, first) = record(conn, |conn| ids!(conn, posts.deleted_roots()));
    let (_, second) = record(conn, |conn| ids!(conn, posts.deleted_roots()));
    assert_eq!((first.cached.len(), second.cached.len()), (1, 0));
}

#[cfg(not(backend = "multi"))]
mod text {
    use diesel::debug_query;
    use diesel::query_builder::QueryFragment;

    use super::*;
    use crate::tree_office::{projects, tasks};

    fn text(query: &impl QueryFragment<DB>) -> String {
        let text = debug_query::<DB, _>(query)
            .to_string()
            .replace(['`', '"'], "");
        let (_, text) = text.split_once(" WHERE ").unwrap();
        without_traces(text.split_once(" -- binds").unwrap().0)
    }

    /// What the feature `check` adds says nothing.
    fn without_traces(text: &str) -> String {
        let mut parts = text.split(" AND (1=1 OR ");
        let mut rest = parts.next().unwrap().to_owned();
        for part in parts {
            rest += part.split_once(" IS NULL)").unwrap().1;
        }
        rest
    }

    #[test]
    fn each_parent_is_looked_up_by_its_key() {
        assert_eq!(
            text(&posts::table.deleted_roots().count()),
            "((posts.deleted_at IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM users AS soft_delete_parent_0 \
             WHERE soft_delete_parent_0.id = posts.user_id \
             AND soft_delete_parent_0.deleted_at = posts.deleted_at))"
        );
        let child = diesel::alias!(posts as child);
        assert_eq!(
            text(&child.deleted_roots().count()),
            "((child.deleted_at IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM users AS soft_delete_parent_0 \
             WHERE soft_delete_parent_0.id = child.user_id \
             AND soft_delete_parent_0.deleted_at = child.deleted_at))"
        );
        assert_eq!(
            text(&users::table.deleted_roots().count()),
            "(users.deleted_at IS NOT NULL)"
        );
    }

    #[test]
    fn the_operation_is_compared_where_both_tables_keep_it() {
        assert_eq!(
            text(&tasks::table.deleted_roots().count()),
            "((tasks.deleted_at IS NOT NULL) \
             AND NOT EXISTS (SELECT 1 FROM projects AS soft_delete_parent_0 \
             WHERE soft_delete_parent_0.org_id = tasks.org_id AND soft_delete_parent_0.id = tasks.project_id \
             AND (soft_delete_parent_0.deleted_at != 0) \
             AND soft_delete_parent_0.deletion_id = tasks.deletion_id) \
             AND NOT EXISTS (SELECT 1 FROM members AS soft_delete_parent_1 \
             WHERE soft_delete_parent_1.id = tasks.assignee_id \
             AND soft_delete_parent_1.gone \
             AND soft_delete_parent_1.deletion_id = tasks.deletion_id) \
             AND NOT EXISTS (SELECT 1 FROM sprints AS soft_delete_parent_2 \
             WHERE soft_delete_parent_2.id = tasks.sprint_id \
             AND soft_delete_parent_2.deleted_at = tasks.deleted_at) \
             AND NOT EXISTS (SELECT 1 FROM tasks AS soft_delete_parent_3 \
             WHERE soft_delete_parent_3.id = tasks.parent_id \
             AND (soft_delete_parent_3.deleted_at IS NOT NULL) \
             AND (soft_delete_parent_3.deletion_id = tasks.deletion_id \
             OR ((soft_delete_parent_3.deletion_id IS NULL OR tasks.deletion_id IS NULL) \
             AND soft_delete_parent_3.deleted_at = tasks.deleted_at))))"
        );
        assert!(
            text(&projects::table.deleted_roots().count())
                .starts_with("((projects.deleted_at != 0)")
        );
    }
}
