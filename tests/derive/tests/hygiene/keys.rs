//! All keys, in any company: beside Diesel's own, in one attribute and in several.

use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    posts {
        id -> Integer,
        removed -> BigInt,
        updated -> BigInt,
        removed_by -> Nullable<Integer>,
        reason -> Nullable<Text>,
    }
}

#[derive(Debug, Queryable, Selectable, Identifiable, AsChangeset, SoftDeletable)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite), treat_none_as_null = true, table_name = posts, primary_key(id))]
#[soft_delete(column = removed, touch = updated)]
#[soft_delete(clear(removed_by, reason), unit = millis)]
struct Post {
    id: i32,
    #[diesel(column_name = removed)]
    gone: i64,
    updated: i64,
    removed_by: Option<i32>,
    reason: Option<String>,
}

#[test]
fn all_keys_work_together() {
    let conn = &mut crate::database(
        "CREATE TABLE posts (id INTEGER PRIMARY KEY, removed BIGINT NOT NULL, updated BIGINT NOT NULL, removed_by INTEGER, reason TEXT);
         INSERT INTO posts VALUES (1, 0, 0, NULL, NULL)",
    );
    let changes = (posts::removed_by.eq(7), posts::reason.eq("spam"));
    assert_eq!(
        soft_delete(posts::table.find(1))
            .with(changes)
            .execute(conn),
        Ok(1)
    );

    let post = Post::only_deleted()
        .get_result(conn)
        .expect("a deleted post");
    assert_eq!(
        (post.removed_by, post.reason.as_deref()),
        (Some(7), Some("spam"))
    );
    assert_eq!(
        (post.gone, post.deleted_at()),
        (post.updated, Some(post.gone))
    );
    assert!(post.gone > 1_700_000_000_000, "milliseconds");

    assert_eq!(post.restore().execute(conn), Ok(1));
    let post = Post::query().get_result(conn).expect("an active post");
    assert_eq!(
        (post.id, post.gone, post.removed_by, post.reason),
        (1, 0, None, None)
    );
}
