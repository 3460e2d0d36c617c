//! `purge_expired` on tables with relations: what goes along, what holds a row back.

use crate::prelude::*;
use diesel::dsl::exists;
use soft_delete_runtime::Progress;
use soft_delete_runtime::prelude::*;

use crate::backend::{Conn, execute_batch};
use crate::guarded::without_triggers;
use crate::recording::record;
use crate::retention_schema::*;
use crate::schema::day;

/// The batch sizes that each test is run with: rows of one tree come in one batch and in several.
const SIZES: [usize; 3] = [1, 2, 1000];

/// Tables with these rows, where `D` stands for a moment that expires, `N` for one that does not.
fn filled(inserts: &[&str]) -> Conn {
    let mut conn = tables();
    let inserts = inserts
        .concat()
        .replace(" D)", " '2026-01-01 00:00:00')")
        .replace(" N)", " '2026-01-20 00:00:00')");
    // among them active rows below deleted ones
    without_triggers(&mut conn, |conn| execute_batch(conn, &inserts));
    conn
}

/// What the progress says: rows by table, as `users 2, posts 1`, and rows skipped.
fn told(progress: &Progress) -> (String, usize) {
    const TABLES: [&str; 9] = [
        "users", "posts", "comments", "orders", "badges", "folders", "pages", "projects", "tasks",
    ];
    let rows = TABLES.map(|table| (table, progress.rows_of(table)));
    let sum = rows.iter().map(|(_, rows)| rows).sum::<usize>();
    assert_eq!(progress.rows(), sum);
    assert!(progress.is_finished());
    let removed = rows.iter().filter(|(_, rows)| *rows > 0);
    let removed: Vec<_> = removed
        .map(|(table, rows)| format!("{table} {rows}"))
        .collect();
    (removed.join(", "), progress.skipped())
}

/// Runs the retention of the table with each batch size on the same rows: the preview says what it
/// does, the rows left are those.
macro_rules! purges {
    (
        $table:ident $(keeping $kept:expr)?, $inserts:expr,
        removes $removed:expr, skips $skipped:expr, leaves $left:expr
    ) => {
        for size in SIZES {
            let retention = || {
                purge_expired($table::table)
                    .deleted_before(day(10))
                    .batch_size(size)
                    $(.keeping($kept))?
            };
            let conn = &mut filled(&$inserts);
            let before = left(conn);
            let preview = retention().preview(conn).unwrap();
            assert_eq!(left(conn), before, "the preview, in batches of {size}");
            let done = retention().execute(conn).unwrap();
            assert_eq!(left(conn), $left, "in batches of {size}");
            let expected = ($removed.to_owned(), $skipped);
            assert_eq!(told(&done), expected, "in batches of {size}");
            assert_eq!(told(&preview), expected, "in batches of {size}");
            let again = retention().execute(conn).unwrap();
            assert_eq!((again.rows(), again.skipped()), (0, $skipped));
        }
    };
}

const USERS: &str = "INSERT INTO users (id, deleted_at) VALUES (1, D), (2, D), (3, NULL), (4, N);";

#[test]
fn children_go_first() {
    purges!(
        users, [USERS, "
            INSERT INTO posts (id, user_id, deleted_at) VALUES (1, 1, D), (2, 2, D), (3, 3, D), (4, 1, N);
            INSERT INTO comments (id, post_id, deleted_at) VALUES (1, 1, D), (2, 1, D), (3, 2, D),
                (4, 3, D), (5, 4, N)"],
        removes "users 2, posts 3, comments 4", skips 0, leaves "users 3 4, posts 3, comments 4"
    );
}

#[test]
fn an_active_row_below_holds_its_own_tree_back_and_no_other() {
    purges!(
        users, [USERS, "
            INSERT INTO posts (id, user_id, deleted_at) VALUES (1, 1, D), (2, 1, D), (3, 2, D);
            INSERT INTO comments (id, post_id, deleted_at) VALUES (1, 1, NULL), (2, 2, D), (3, 3, D)"],
        removes "users 1, posts 1, comments 1", skips 1, leaves "users 1 3 4, posts 1 2, comments 1 2"
    );
}

#[test]
fn an_active_child_of_the_row_itself_holds_it_back() {
    purges!(
        users, [USERS, "
            INSERT INTO posts (id, user_id, deleted_at) VALUES (1, 2, NULL), (2, 2, D), (3, 1, D)"],
        removes "users 1, posts 1", skips 1, leaves "users 2 3 4, posts 1 2"
    );
}

#[test]
fn a_row_that_two_ways_lead_to_goes_once() {
    // comments 1 and 2: under a post of one user, written by another
    purges!(
        users, [USERS, "
            INSERT INTO posts (id, user_id, deleted_at) VALUES (1, 1, D), (2, 2, D), (3, 3, NULL);
            INSERT INTO comments (id, post_id, author_id, deleted_at) VALUES (1, 1, 2, D),
                (2, 2, 1, D), (3, 1, 1, D), (4, 3, 1, D), (5, 3, NULL, D), (6, 3, 3, NULL)"],
        removes "users 2, posts 2, comments 4", skips 0, leaves "users 3 4, posts 3, comments 5 6"
    );
}

#[test]
fn an_active_comment_holds_its_author_and_the_posts_owner_back() {
    purges!(
        users, [USERS, "
            INSERT INTO users (id, deleted_at) VALUES (5, D);
            INSERT INTO posts (id, user_id, deleted_at) VALUES (1, 1, D);
            INSERT INTO comments (id, post_id, author_id, deleted_at) VALUES (1, 1, 2, NULL)"],
        removes "users 1", skips 2, leaves "users 1 2 3 4, posts 1, comments 1"
    );
}

#[test]
fn a_restricting_row_holds_back_active_or_not() {
    purges!(
        users, [USERS, "
            INSERT INTO users (id, deleted_at) VALUES (5, D);
            INSERT INTO orders (id, user_id, deleted_at) VALUES (1, 1, NULL), (2, 2, D), (3, 3, NULL)"],
        removes "users 1", skips 2, leaves "users 1 2 3 4, orders 1 2 3"
    );
}

#[test]
fn a_restricting_row_that_goes_along_with_the_same_row_does_not_hold_it_back() {
    // badge 1 goes with post 1 of user 1, whom it restricts; badge 2 with post 2 of another user
    purges!(
        users, [USERS, "
            INSERT INTO posts (id, user_id, deleted_at) VALUES (1, 1, D), (2, 3, NULL);
            INSERT INTO badges (id, user_id, post_id, deleted_at) VALUES (1, 1, 1, D), (2, 2, 2, D)"],
        removes "users 1, posts 1, badges 1", skips 1, leaves "users 2 3 4, posts 2, badges 2"
    );
}

#[test]
fn a_restricting_row_that_goes_with_another_row_holds_back_until_then_unless_both_are_in_a_batch() {
    // badge 1 refers to user 1, and goes with post 1 of user 2
    let scene = || {
        filled(&[
            USERS,
            "INSERT INTO posts (id, user_id, deleted_at) VALUES (1, 2, D);
             INSERT INTO badges (id, user_id, post_id, deleted_at) VALUES (1, 1, 1, D)",
        ])
    };
    let run = |conn: &mut Conn, size| {
        let retention = purge_expired(users::table).deleted_before(day(10));
        let done = retention.batch_size(size).execute(conn).unwrap();
        (done.rows(), done.skipped(), left(conn))
    };
    let conn = &mut scene();
    assert_eq!(run(conn, 1), (3, 1, "users 1 3 4".to_owned()));
    assert_eq!(run(conn, 1), (1, 0, "users 3 4".to_owned()));
    assert_eq!(run(&mut scene(), 1_000), (4, 0, "users 3 4".to_owned()));
}

#[test]
fn a_kept_row_stays_with_what_is_below_it() {
    purges!(
        users keeping users::hold, [USERS, "
            UPDATE users SET hold = true WHERE id = 1; UPDATE users SET hold = false WHERE id = 4;
            INSERT INTO posts (id, user_id, deleted_at) VALUES (1, 1, D), (2, 2, D);
            INSERT INTO comments (id, post_id, deleted_at) VALUES (1, 1, D), (2, 2, D)"],
        removes "users 1, posts 1, comments 1", skips 1, leaves "users 1 3 4, posts 1, comments 1"
    );
}

#[test]
fn a_predicate_about_a_child_table_keeps_the_tree() {
    let of_user = || posts::table.filter(posts::user_id.eq(users::id));
    purges!(
        users keeping exists(of_user().filter(posts::id.gt(70))), [USERS, "
            INSERT INTO posts (id, user_id, deleted_at) VALUES (1, 1, D), (2, 2, D), (77, 1, D)"],
        removes "users 1, posts 1", skips 1, leaves "users 1 3 4, posts 1 77"
    );
}

/// 1 > 2 > 3, 1 > 4; 5 > 6; 8 > 7 (the child has the lower number), 9 > 10 (deleted later).
const FOLDERS: &str = "INSERT INTO folders (id, parent_id, deleted_at) VALUES
    (1, NULL, D), (2, 1, D), (3, 2, D), (4, 1, D), (5, NULL, NULL), (6, 5, D), (8, NULL, D),
    (7, 8, D), (9, NULL, D), (10, 9, N);";

#[test]
fn a_table_that_cascades_to_itself_loses_its_trees_from_the_bottom() {
    purges!(
        folders, [FOLDERS], removes "folders 9", skips 0, leaves "folders 5"
    );
}

#[test]
fn an_active_folder_holds_back_all_above_it() {
    // as a plain `diesel::update` leaves it
    purges!(
        folders, [FOLDERS, "UPDATE folders SET deleted_at = NULL WHERE id = 3"],
        removes "folders 6", skips 2, leaves "folders 1 2 3 5"
    );
}

#[test]
fn what_is_above_a_kept_folder_is_kept_and_what_is_beside_it_goes() {
    purges!(
        folders keeping folders::hold,
        [FOLDERS, "UPDATE folders SET hold = true WHERE id IN (2, 10)"],
        removes "folders 5", skips 3, leaves "folders 1 2 5 9 10"
    );
}

#[test]
fn a_tree_below_a_tree_goes_with_it() {
    purges!(
        folders, [FOLDERS, "
            INSERT INTO pages (id, folder_id, parent_id, deleted_at) VALUES
                (9, 1, NULL, D), (8, 1, 9, D), (7, 2, 8, D), (6, 3, NULL, D), (5, 5, NULL, NULL),
                (4, 5, 9, D), (3, 9, NULL, N)"],
        removes "folders 9, pages 6", skips 0, leaves "folders 5, pages 5"
    );
}

#[test]
fn an_active_page_deep_below_holds_the_folders_above_back() {
    purges!(
        folders, [FOLDERS, "
            INSERT INTO pages (id, folder_id, parent_id, deleted_at) VALUES
                (1, 2, NULL, D), (2, 5, 1, D), (3, 5, 2, NULL), (4, 8, NULL, D)"],
        removes "folders 7, pages 1", skips 2, leaves "folders 1 2 5, pages 1 2 3"
    );
}

#[test]
fn composite_keys_find_their_children() {
    purges!(
        projects,
        ["INSERT INTO projects (org_id, code, deleted_at) VALUES (1, 'a', D), (1, 'b', D),
             (2, 'a', NULL), (2, 'b', D), (3, '', D);
         INSERT INTO tasks (org_id, code, number, deleted_at) VALUES (1, 'a', 1, D),
             (1, 'a', 2, D), (1, 'b', 3, NULL), (2, 'a', 4, D), (2, 'b', 5, D), (3, '', 6, D)"],
        removes "projects 3, tasks 4", skips 1, leaves "projects 1 2, tasks 3 4"
    );
}

#[test]
fn a_batch_of_a_tree_takes_as_many_statements_for_one_row_as_for_a_round_of_keys() {
    let statements = |users: i32, posts: i32| {
        let conn = &mut tables();
        const DELETED: &str = "'2026-01-01 00:00:00'";
        insert(conn, "users (id, deleted_at)", users, |user| {
            format!("{user}, {DELETED}")
        });
        insert(
            conn,
            "posts (id, user_id, deleted_at)",
            users * posts,
            |post| format!("{post}, {}, {DELETED}", 1 + post % users),
        );
        let (done, recording) = record(conn, |conn| {
            let retention = purge_expired(users::table).deleted_before(day(10));
            retention.execute(conn).unwrap()
        });
        let rows = usize::try_from(users * (posts + 1)).unwrap();
        assert_eq!((done.rows(), done.batches()), (rows, 1));
        recording.statements.len()
    };
    assert_eq!(statements(1, 1), statements(30, 16));
}

#[test]
fn the_largest_batch_of_a_wide_key_has_room_for_its_binds() {
    let conn = &mut tables();
    insert(conn, "projects (org_id, code, deleted_at)", 5_000, |org| {
        format!("{org}, 'a', '2026-01-01 00:00:00'")
    });
    insert(conn, "users (id, deleted_at)", 5_000, |user| {
        format!("{user}, '2026-01-01 00:00:00'")
    });
    let retention = purge_expired(projects::table).deleted_before(day(10));
    let done = retention.batch_size(5_000).execute(conn).unwrap();
    assert_eq!(done.rows_of("projects"), 5_000);
    let retention = purge_expired(users::table).deleted_before(day(10));
    let done = retention.batch_size(5_000).execute(conn).unwrap();
    assert_eq!(done.rows_of("users"), 5_000);
}

#[test]
fn a_row_that_a_trigger_keeps_keeps_what_is_below_it() {
    let conn = &mut filled(&["INSERT INTO users (id, deleted_at) VALUES (1, D), (2, D);
         INSERT INTO posts (id, user_id, deleted_at) VALUES (1, 1, D), (2, 2, D);
         INSERT INTO comments (id, post_id, deleted_at) VALUES (1, 1, D), (2, 2, D);"]);
    if !keep_row(conn, "users", 1) {
        return;
    }
    let error = purge(users::table).execute(conn).unwrap_err().to_string();
    assert!(error.contains("has kept 1 row(s) of `users`"), "{error}");
    let retention = || purge_expired(users::table).deleted_before(day(10));
    let preview = retention().preview(conn).unwrap();
    assert_eq!(left(conn), "users 1 2, posts 1 2, comments 1 2");
    let done = retention().execute(conn).unwrap();
    assert_eq!(left(conn), "users 1, posts 1, comments 1");
    for progress in [preview, done] {
        assert_eq!(
            told(&progress),
            ("users 1, posts 1, comments 1".to_owned(), 1)
        );
    }
}

#[cfg(backend = "postgres")]
#[test]
fn a_row_that_a_policy_keeps_keeps_what_is_above_and_below_it() {
    let conn = &mut filled(&["INSERT INTO users (id, deleted_at) VALUES (1, D), (2, D);
         INSERT INTO posts (id, user_id, deleted_at) VALUES (1, 1, D), (2, 2, D);
         INSERT INTO comments (id, post_id, deleted_at) VALUES (1, 1, D), (2, 2, D);
         ALTER TABLE posts DROP CONSTRAINT posts_user_id_fkey;
         ALTER TABLE posts ENABLE ROW LEVEL SECURITY;
         CREATE POLICY reads ON posts FOR SELECT USING (true);
         CREATE POLICY changes ON posts FOR UPDATE USING (true);
         CREATE POLICY removes ON posts FOR DELETE USING (id <> 1);"]);
    let role = as_a_role(conn, "policy", "users, posts, comments, orders, badges");
    let purged = purge(users::table).execute(conn);
    let done = purge_expired(users::table)
        .deleted_before(day(10))
        .execute(conn);
    drop_role(conn, &role);
    let error = purged.unwrap_err().to_string();
    assert!(error.contains("has kept 1 row(s) of `posts`"), "{error}");
    let expected = ("users 1, posts 1, comments 1".to_owned(), 1);
    assert_eq!(told(&done.unwrap()), expected);
    assert_eq!(left(conn), "users 1, posts 1, comments 1");
}
