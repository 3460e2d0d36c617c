//! The bare predicates, inside of expressions and after outer joins.

use crate::prelude::*;
use diesel::dsl::not;
use soft_delete_runtime::prelude::*;

use crate::backend::execute_batch;
use crate::schema::*;

#[test]
fn a_predicate_stays_right_inside_of_an_expression() {
    let conn = &mut blog();
    let active: Vec<i32> = comments::table
        .filter(is_active(comments::table).nullable().is_not_null())
        .select(comments::id)
        .order(comments::id)
        .load(conn)
        .unwrap();
    assert_eq!(active, [1, 2, 3]);
    let equal_to_false = is_active(comments::table).eq(false);
    let deleted = comments::table.filter(equal_to_false).select(comments::id);
    assert_eq!(deleted.load(conn), Ok(vec![2]));
    let negated = comments::table
        .filter(not(is_active(comments::table)))
        .select(comments::id);
    assert_eq!(negated.load(conn), Ok(vec![2]));
    let equal_to_true = is_deleted(comments::table).eq(true);
    let deleted = comments::table.filter(equal_to_true).select(comments::id);
    assert_eq!(deleted.load(conn), Ok(vec![2]));
}

/// The posts with a comment that is active, or without any.
#[test]
fn a_flag_of_a_left_joined_table_is_active_or_absent() {
    let conn = &mut blog();
    let rows = |filtered: QueryResult<Vec<(i32, Option<i32>)>>| filtered.unwrap();
    let joined = || {
        posts::table
            .left_join(comments::table)
            .order((posts::id, comments::id))
    };
    let pairs = (posts::id, comments::id.nullable());
    let query = joined()
        .filter(is_active_or_absent(comments::table))
        .select(pairs);
    assert_eq!(
        rows(query.load(conn)),
        [(1, Some(1)), (2, Some(3)), (3, None), (4, None)]
    );
    let query = joined().filter(is_active(comments::table)).select(pairs);
    assert_eq!(rows(query.load(conn)), [(1, Some(1)), (2, Some(3))]);
}

#[test]
fn a_moment_and_an_alias_of_a_left_joined_table_are_active_or_absent() {
    let conn = &mut blog();
    let post = diesel::alias!(posts as post);
    let on_author = post.field(posts::user_id).eq(users::id);
    let query = users::table
        .left_join(post.on(on_author))
        .filter(is_active_or_absent(post))
        .select((users::id, post.field(posts::id).nullable()))
        .order(users::id);
    assert_eq!(
        query.load::<(i32, Option<i32>)>(conn),
        Ok(vec![(1, Some(1)), (2, Some(3)), (3, None)])
    );
}

#[test]
fn an_epoch_of_a_left_joined_table_is_active_or_absent() {
    let conn = &mut blog();
    execute_batch(conn, "INSERT INTO users (id, name) VALUES (4, 'Ann')");
    let query = users::table
        .left_join(memberships::table)
        .filter(is_active_or_absent(memberships::table))
        .select((users::id, memberships::team_id.nullable()))
        .order(users::id);
    assert_eq!(
        query.load::<(i32, Option<i32>)>(conn),
        Ok(vec![(1, Some(1)), (2, Some(1)), (4, None)])
    );
}

// a type of one's own is none of a `MultiConnection`'s
#[cfg(not(backend = "multi"))]
mod of_one_backend {
    use super::*;
    use crate::backend::{Conn, Engine, connection, engine};
    use crate::guarded::guard;
    use crate::markers::status::{Status, StatusType};

    diesel::table! {
        use diesel::sql_types::*;
        use super::StatusType;
        things { id -> Integer, other -> Integer, marker -> StatusType }
    }
    soft_delete_table! { things(marker) }

    /// Three things: the first refers to the second, the second to the third, the third to none.
    fn three_things() -> Conn {
        let mut conn = connection();
        let (prepare, column) = match engine() {
            Engine::Postgres => (
                "CREATE TYPE status AS ENUM ('draft', 'published', 'deleted');",
                "status",
            ),
            _ => ("", "VARCHAR(9)"),
        };
        execute_batch(
            &mut conn,
            &format!(
                "{prepare}
                 CREATE TABLE things (id INTEGER PRIMARY KEY, other INTEGER NOT NULL, marker {column} NOT NULL);
                 INSERT INTO things VALUES (1, 2, 'draft'), (2, 3, 'deleted'), (3, 9, 'published')"
            ),
        );
        guard(&mut conn, things::table);
        conn
    }

    #[test]
    fn a_status_of_a_left_joined_table_is_active_or_absent() {
        let conn = &mut three_things();
        let other = diesel::alias!(things as other);
        let ids: Vec<i32> = things::table
            .left_join(other.on(other.field(things::id).eq(things::other)))
            .filter(is_active_or_absent(other))
            .select(things::id)
            .order(things::id)
            .load(conn)
            .unwrap();
        assert_eq!(ids, [2, 3]);
        let deleted = things::table.only_deleted().select(things::marker);
        assert_eq!(deleted.load(conn), Ok(vec![Status::Deleted]));
    }

    #[test]
    fn the_text_is_that_by_hand() {
        use diesel::debug_query;

        use crate::backend::DB;

        let text = |query: &dyn Fn() -> String| query().replace(['`', '"'], "");
        let nullable =
            text(&|| debug_query::<DB, _>(&is_active_or_absent(posts::table)).to_string());
        assert_eq!(nullable, "(posts.deleted_at IS NULL) -- binds: []");
        let flag =
            text(&|| debug_query::<DB, _>(&is_active_or_absent(comments::table)).to_string());
        assert_eq!(
            flag,
            "((NOT comments.deleted) OR comments.deleted IS NULL) -- binds: []"
        );
    }
}
