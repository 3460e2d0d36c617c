//! Section 4: which rows a query reads.

use crate::prelude::*;
use diesel::dsl::{count, count_star, exists, max, not};
use soft_delete_runtime::prelude::*;
use soft_delete_runtime::{RowState, restore};

use crate::backend::{Conn, DB, execute_batch};
use crate::guarded::{with_tables, without_triggers};
use crate::schema::*;

fn user_ids(conn: &mut Conn) -> Vec<i32> {
    ids!(conn, users.active())
}

// on a model

#[test]
fn query_reads_the_active_rows_as_the_model() {
    let conn = &mut blog();
    let found: Vec<User> = User::query().order(users::id).load(conn).unwrap();
    let names: Vec<_> = found.iter().map(|user| user.name.as_str()).collect();
    assert_eq!(names, ["Sean", "Jim"]);
    assert!(found.iter().all(|user| !user.is_deleted()));
}

#[test]
fn with_deleted_reads_all_rows_as_the_model() {
    let conn = &mut blog();
    let found = User::with_deleted().order(users::id).load(conn).unwrap();
    let ids: Vec<_> = found
        .iter()
        .map(|user| (user.id, user.is_deleted()))
        .collect();
    assert_eq!(ids, [(1, false), (2, true), (3, false)]);
    assert_eq!(found[1].deleted_at(), Some(day(5)));
}

#[test]
fn only_deleted_reads_the_trash_as_the_model() {
    let conn = &mut blog();
    let found = Post::only_deleted().order(posts::id).load(conn).unwrap();
    let titles: Vec<_> = found.iter().map(|post| post.title.as_str()).collect();
    assert_eq!(titles, ["Draft", "Rant"]);
}

#[test]
fn model_scopes_go_on_as_any_query() {
    let conn = &mut blog();
    let newest = Post::only_deleted()
        .filter(posts::user_id.eq(2))
        .order(posts::deleted_at.desc())
        .limit(1)
        .load(conn)
        .unwrap();
    assert_eq!(newest.len(), 1);
    assert_eq!(newest[0].title, "Rant");
    assert_eq!(User::query().find(2).get_result(conn).optional(), Ok(None));
    assert_eq!(User::query().find(1).get_result(conn).unwrap().name, "Sean");
}

#[test]
fn model_scopes_work_on_every_kind_of_marker() {
    let conn = &mut blog();
    let comments = Comment::query().order(comments::id).load(conn).unwrap();
    assert_eq!(comments.iter().map(|c| c.id).collect::<Vec<_>>(), [1, 3]);
    let trash = Comment::only_deleted().get_result(conn).unwrap();
    assert_eq!((trash.id, trash.gone, trash.is_deleted()), (2, true, true));

    let current = Membership::query()
        .order(memberships::user_id)
        .load(conn)
        .unwrap();
    assert_eq!(
        current
            .iter()
            .map(|m| (m.user_id, m.team_id))
            .collect::<Vec<_>>(),
        [(1, 1), (2, 1)]
    );
    let former = Membership::only_deleted()
        .find((1, 2))
        .get_result(conn)
        .unwrap();
    assert_eq!(former.deleted_at(), Some(day_in_millis(2)));
}

#[test]
fn the_row_state_tells_active_deleted_and_missing_apart() {
    let conn = &mut blog();
    let mut state = |id: i32| {
        let found = User::with_deleted()
            .find(id)
            .get_result(conn)
            .optional()
            .unwrap();
        RowState::from(found)
    };
    assert!(matches!(state(1), RowState::Active(User { id: 1, .. })));
    assert!(matches!(state(2), RowState::Deleted(User { id: 2, .. })));
    assert_eq!(state(9), RowState::Missing);
    let tells = |state: RowState<User>| (state.is_active(), state.is_deleted(), state.is_missing());
    assert_eq!(tells(state(1)), (true, false, false));
    assert_eq!(tells(state(2)), (false, true, false));
    assert_eq!(tells(state(9)), (false, false, true));
    assert_eq!(state(1).active().unwrap().id, 1);
    assert_eq!(state(2).active(), None);
    assert_eq!(state(9).active(), None);
}

// on a table and on queries of one table

#[test]
fn active_on_a_table_leaves_the_deleted_rows_out() {
    let conn = &mut blog();
    assert_eq!(user_ids(conn), [1, 3]);
}

#[test]
fn only_deleted_on_a_table_keeps_the_deleted_rows_alone() {
    let conn = &mut blog();
    assert_eq!(ids!(conn, posts.only_deleted()), [2, 4]);
    assert_eq!(ids!(conn, comments.only_deleted()), [2]);
    let former = memberships::table.only_deleted();
    let former = former.select(memberships::user_id);
    let former = former.order(memberships::user_id).load(conn);
    assert_eq!(former, Ok(vec![1, 3]));
}

#[test]
fn every_row_is_either_active_or_deleted() {
    let conn = &mut blog();
    macro_rules! split {
        ($table:ident) => {{
            let all: i64 = $table::table.count().get_result(conn).unwrap();
            let active: i64 = $table::table.active().count().get_result(conn).unwrap();
            let deleted: i64 = $table::table
                .only_deleted()
                .count()
                .get_result(conn)
                .unwrap();
            assert_eq!(active + deleted, all);
            (active, deleted)
        }};
    }
    assert_eq!(split!(users), (2, 1));
    assert_eq!(split!(posts), (2, 2));
    assert_eq!(split!(comments), (2, 1));
    assert_eq!(split!(memberships), (2, 2));
}

#[test]
fn a_scope_stands_anywhere_in_a_query_of_one_table() {
    let conn = &mut blog();
    let expected = ["Sean"];
    let first: Vec<String> = users::table
        .active()
        .filter(users::id.lt(3))
        .order(users::id)
        .select(users::name)
        .limit(5)
        .load(conn)
        .unwrap();
    let last: Vec<String> = users::table
        .select(users::name)
        .filter(users::id.lt(3))
        .order(users::id)
        .limit(5)
        .active()
        .load(conn)
        .unwrap();
    let distinct: Vec<String> = users::table
        .select(users::name)
        .distinct()
        .filter(users::id.lt(3))
        .active()
        .load(conn)
        .unwrap();
    assert_eq!(first, expected);
    assert_eq!(last, expected);
    assert_eq!(distinct, expected);
}

#[test]
fn belonging_to_takes_a_scope() {
    let conn = &mut blog();
    let sean = User::query().find(1).get_result(conn).unwrap();
    let titles: Vec<String> = Post::belonging_to(&sean)
        .active()
        .select(posts::title)
        .load(conn)
        .unwrap();
    assert_eq!(titles, ["Hello"]);
    let titles: Vec<String> = Post::belonging_to(&sean)
        .only_deleted()
        .select(posts::title)
        .load(conn)
        .unwrap();
    assert_eq!(titles, ["Draft"]);
    let count: i64 = Post::belonging_to(&sean)
        .active()
        .count()
        .get_result(conn)
        .unwrap();
    assert_eq!(count, 1);

    let everyone = User::with_deleted().order(users::id).load(conn).unwrap();
    let of_all: Vec<Post> = Post::belonging_to(&everyone)
        .active()
        .order(posts::id)
        .load(conn)
        .unwrap();
    let grouped = of_all.grouped_by(&everyone);
    let counts: Vec<_> = grouped.iter().map(Vec::len).collect();
    assert_eq!(counts, [1, 1, 0]);
}

#[test]
fn boxed_queries_take_a_scope_before_and_after_boxing() {
    let conn = &mut blog();
    for only_early in [false, true] {
        let mut boxed_first = users::table.into_boxed::<DB>();
        let mut boxed_last = users::table.active().into_boxed::<DB>();
        if only_early {
            boxed_first = boxed_first.filter(users::id.le(1));
            boxed_last = boxed_last.filter(users::id.le(1));
        }
        let expected = Ok(if only_early { vec![1] } else { vec![1, 3] });
        let boxed_first = boxed_first.active().select(users::id).order(users::id);
        assert_eq!(boxed_first.load(conn), expected);
        let boxed_last = boxed_last.select(users::id).order(users::id);
        assert_eq!(boxed_last.load(conn), expected);
    }
    let mut by_predicate = users::table.into_boxed::<DB>();
    by_predicate = by_predicate.filter(is_deleted(users::table));
    assert_eq!(
        by_predicate.select(users::id).load::<i32>(conn).unwrap(),
        [2]
    );
}

#[test]
fn a_boxed_join_takes_the_bare_predicates() {
    let conn = &mut blog();
    let mut query = users::table.inner_join(posts::table).into_boxed::<DB>();
    query = query.filter(is_active(users::table));
    query = query.filter(is_deleted(posts::table));
    let titles: Vec<String> = query.select(posts::title).load(conn).unwrap();
    assert_eq!(titles, ["Draft"]);
}

#[test]
fn a_boxed_condition_is_made_of_the_bare_predicates() {
    let conn = &mut blog();
    type Condition =
        Box<dyn BoxableExpression<users::table, DB, SqlType = diesel::sql_types::Bool>>;
    let condition = |trash: bool| -> Condition {
        if trash {
            Box::new(is_deleted(users::table))
        } else {
            Box::new(is_active(users::table))
        }
    };
    let mut ids = |trash| ids!(conn, users.filter(condition(trash)));
    assert_eq!(ids(true), [2]);
    assert_eq!(ids(false), [1, 3]);
}

#[test]
fn an_or_filter_after_a_scope_reopens_it_and_before_it_does_not() {
    let conn = &mut blog();
    let leaks = users::table
        .active()
        .or_filter(users::name.eq("Tess"))
        .count();
    assert_eq!(leaks.get_result(conn), Ok(3_i64));
    let scoped = users::table
        .filter(users::id.eq(1))
        .or_filter(users::name.eq("Tess"))
        .active()
        .count();
    assert_eq!(scoped.get_result(conn), Ok(1_i64));
}

// the bare predicates

#[test]
fn the_bare_predicates_negate_and_combine() {
    let conn = &mut blog();
    let (is_active_user, is_deleted_user) = (is_active(users::table), is_deleted(users::table));
    let is_active_comment = is_active(comments::table);
    let is_deleted_comment = is_deleted(comments::table);
    assert_eq!(ids!(conn, users.filter(not(is_active_user))), [2]);
    assert_eq!(ids!(conn, users.filter(not(is_deleted_user))), [1, 3]);
    assert_eq!(ids!(conn, comments.filter(not(is_active_comment))), [2]);
    assert_eq!(ids!(conn, comments.filter(not(is_deleted_comment))), [1, 3]);
    let either = is_deleted_user.or(users::id.eq(3));
    assert_eq!(ids!(conn, users.filter(either)), [2, 3]);
    let either = users::id.eq(3).or(is_deleted_user);
    assert_eq!(ids!(conn, users.filter(either)), [2, 3]);
    let both = is_active_comment.and(comments::id.gt(1));
    assert_eq!(ids!(conn, comments.filter(both)), [3]);
    let both = comments::id
        .eq(2)
        .or(is_active_comment)
        .and(comments::id.gt(1));
    assert_eq!(ids!(conn, comments.filter(both)), [2, 3]);
}

#[test]
fn a_predicate_can_be_selected() {
    let conn = &mut blog();
    let states: Vec<(i32, bool, bool)> = users::table
        .select((users::id, is_active(users::table), is_deleted(users::table)))
        .order(users::id)
        .load(conn)
        .unwrap();
    assert_eq!(
        states,
        [(1, true, false), (2, false, true), (3, true, false)]
    );
    let states: Vec<(i32, bool, bool)> = comments::table
        .select((
            comments::id,
            is_active(comments::table),
            is_deleted(comments::table),
        ))
        .order(comments::id)
        .load(conn)
        .unwrap();
    assert_eq!(
        states,
        [(1, true, false), (2, false, true), (3, true, false)]
    );
}

#[test]
fn a_predicate_can_be_ordered_by() {
    let conn = &mut blog();
    let ids: Vec<i32> = users::table
        .order((is_deleted(users::table).desc(), users::id))
        .select(users::id)
        .load(conn)
        .unwrap();
    assert_eq!(ids, [2, 1, 3]);
}

#[test]
fn exists_and_not_exists_take_the_bare_predicates() {
    let conn = &mut blog();
    let with_active_post = || {
        exists(
            posts::table
                .filter(posts::user_id.eq(users::id))
                .filter(is_active(posts::table)),
        )
    };
    assert_eq!(ids!(conn, users.filter(with_active_post())), [1, 2]);
    assert_eq!(ids!(conn, users.active().filter(with_active_post())), [1]);
    assert_eq!(
        ids!(conn, users.active().filter(not(with_active_post()))),
        [3]
    );
}

#[test]
fn exists_takes_a_scoped_query_of_another_table() {
    let conn = &mut blog();
    let own = posts::table.filter(posts::user_id.eq(users::id));
    let with_deleted_post = exists(own.only_deleted());
    assert_eq!(ids!(conn, users.filter(with_deleted_post).active()), [1]);
    let any: bool = diesel::select(exists(comments::table.only_deleted()))
        .get_result(conn)
        .unwrap();
    assert!(any);
}

#[test]
fn a_sub_select_is_scoped_on_its_own() {
    let conn = &mut blog();
    let active_users = users::table.active().select(users::id);
    let titles: Vec<String> = posts::table
        .active()
        .filter(posts::user_id.eq_any(active_users))
        .select(posts::title)
        .load(conn)
        .unwrap();
    assert_eq!(titles, ["Hello"]);
    let titles: Vec<String> = posts::table
        .filter(posts::user_id.ne_all(users::table.only_deleted().select(users::id)))
        .select(posts::title)
        .order(posts::id)
        .load(conn)
        .unwrap();
    assert_eq!(titles, ["Hello", "Draft"]);
}

#[test]
fn a_scoped_sub_select_is_a_value() {
    let conn = &mut blog();
    let per_user: Vec<(String, Option<i64>)> = users::table
        .active()
        .select((
            users::name,
            posts::table
                .filter(posts::user_id.eq(users::id))
                .active()
                .count()
                .single_value(),
        ))
        .order(users::id)
        .load(conn)
        .unwrap();
    assert_eq!(
        per_user,
        [("Sean".into(), Some(1)), ("Jim".into(), Some(0))]
    );
}

#[test]
fn aggregates_are_scoped() {
    let conn = &mut blog();
    let newest: Option<i32> = posts::table
        .active()
        .select(max(posts::id))
        .get_result(conn)
        .unwrap();
    assert_eq!(newest, Some(3));
    let newest: Option<i32> = posts::table
        .only_deleted()
        .select(max(posts::id))
        .get_result(conn)
        .unwrap();
    assert_eq!(newest, Some(4));
    let counted: i64 = posts::table
        .active()
        .select(count(posts::id))
        .get_result(conn)
        .unwrap();
    assert_eq!(counted, 2);
}

#[test]
fn groups_are_scoped() {
    let conn = &mut blog();
    let teams: Vec<(i32, i64)> = memberships::table
        .active()
        .group_by(memberships::team_id)
        .select((memberships::team_id, count_star()))
        .load(conn)
        .unwrap();
    assert_eq!(teams, [(1, 2)]);
    let teams: Vec<(i32, i64)> = memberships::table
        .group_by(memberships::team_id)
        .select((memberships::team_id, count_star()))
        .only_deleted()
        .order(memberships::team_id)
        .load(conn)
        .unwrap();
    assert_eq!(teams, [(1, 1), (2, 1)]);
    let teams: Vec<i32> = memberships::table
        .active()
        .group_by(memberships::team_id)
        .having(count_star().gt(1))
        .select(memberships::team_id)
        .load(conn)
        .unwrap();
    assert_eq!(teams, [1]);
}

#[test]
fn a_predicate_is_grouped_by_with_its_column() {
    let conn = &mut blog();
    let counts: Vec<(bool, i64)> = comments::table
        .group_by(comments::deleted)
        .select((comments::deleted, count_star()))
        .having(count_star().gt(0))
        .order(comments::deleted)
        .load(conn)
        .unwrap();
    assert_eq!(counts, [(false, 2), (true, 1)]);
}

#[cfg(not(backend = "multi"))]
#[test]
fn each_side_of_a_union_is_scoped_on_its_own() {
    let conn = &mut blog();
    let mut names: Vec<String> = users::table
        .active()
        .select(users::name)
        .union(posts::table.only_deleted().select(posts::title))
        .load(conn)
        .unwrap();
    names.sort();
    assert_eq!(names, ["Draft", "Jim", "Rant", "Sean"]);
    let mut all: Vec<i32> = users::table
        .active()
        .select(users::id)
        .union_all(users::table.only_deleted().select(users::id))
        .load(conn)
        .unwrap();
    all.sort_unstable();
    assert_eq!(all, [1, 2, 3]);
}

#[test]
fn update_targets_take_a_scope() {
    let conn = &mut blog();
    let changed = diesel::update(posts::table.active())
        .set(posts::title.eq("seen"))
        .execute(conn);
    assert_eq!(changed, Ok(2));
    let of_deleted = diesel::update(posts::table.filter(posts::id.gt(2)).only_deleted())
        .set(posts::delete_reason.eq("old"));
    let changed = without_triggers(conn, |conn| of_deleted.execute(conn));
    assert_eq!(changed, Ok(1));
    let after: Vec<(String, Option<String>)> = posts::table
        .select((posts::title, posts::delete_reason))
        .order(posts::id)
        .load(conn)
        .unwrap();
    assert_eq!(
        after,
        [
            ("seen".into(), None),
            ("Draft".into(), Some("unfinished".into())),
            ("seen".into(), None),
            ("Rant".into(), Some("old".into())),
        ]
    );
    let changed = diesel::update(users::table)
        .filter(is_active(users::table))
        .set(users::name.eq("x"))
        .execute(conn);
    assert_eq!(changed, Ok(2));
}

#[test]
fn delete_targets_take_a_scope() {
    let conn = &mut blog();
    assert_eq!(
        diesel::delete(posts::table.only_deleted()).execute(conn),
        Ok(2)
    );
    let of_active = diesel::delete(comments::table.filter(comments::id.gt(1)).active());
    let changed = without_triggers(conn, |conn| of_active.execute(conn));
    assert_eq!(changed, Ok(1));
    assert_eq!(ids!(conn, comments), [1, 2]);
}

#[test]
fn a_scope_follows_a_restore() {
    let conn = &mut blog();
    restore(users::table.find(2)).execute(conn).unwrap();
    assert_eq!(user_ids(conn), [1, 2, 3]);
}

// moments

#[test]
fn deleted_before_and_deleted_since_meet_at_the_moment() {
    let conn = &mut blog();
    assert_eq!(ids!(conn, posts.deleted_before(day(2))), [0; 0]);
    assert_eq!(ids!(conn, posts.deleted_since(day(2))), [2, 4]);
    assert_eq!(ids!(conn, posts.deleted_before(day(3))), [2]);
    assert_eq!(ids!(conn, posts.deleted_since(day(3))), [4]);
    assert_eq!(ids!(conn, posts.deleted_before(day(4))), [2, 4]);
    assert_eq!(ids!(conn, posts.deleted_since(day(4))), [0; 0]);
    let of_tess = posts::user_id.eq(2);
    assert_eq!(
        ids!(conn, posts.filter(of_tess).deleted_before(day(9))),
        [4]
    );
    assert_eq!(
        ids!(conn, posts.deleted_since(day(1)).deleted_before(day(3))),
        [2]
    );
}

#[test]
fn an_active_row_was_deleted_at_no_moment_whatever_its_epoch_marker_says() {
    let conn = &mut blog();
    // the active rows have 0, which is before every day of this age
    macro_rules! keys {
        ($query:expr) => {
            $query
                .select((memberships::user_id, memberships::team_id))
                .order(memberships::user_id)
                .load::<(i32, i32)>(conn)
                .unwrap()
        };
    }
    assert_eq!(
        keys!(memberships::table.deleted_before(day(9))),
        [(1, 2), (3, 1)]
    );
    assert_eq!(keys!(memberships::table.deleted_before(day(4))), [(1, 2)]);
    assert_eq!(keys!(memberships::table.deleted_since(day(4))), [(3, 1)]);
    // and after these
    let before_1970 = chrono::DateTime::from_timestamp(-1000, 0).unwrap();
    assert_eq!(
        keys!(memberships::table.deleted_since(before_1970)),
        [(1, 2), (3, 1)]
    );
    assert_eq!(keys!(memberships::table.deleted_before(before_1970)), []);
}

#[test]
fn a_moment_scope_holds_against_an_or_filter_before_it() {
    let conn = &mut blog();
    let keys: Vec<i32> = memberships::table
        .filter(memberships::user_id.eq(1))
        .or_filter(memberships::user_id.eq(2))
        .deleted_before(day(9))
        .select(memberships::team_id)
        .load(conn)
        .unwrap();
    assert_eq!(keys, [2]);
}

#[test]
fn model_scopes_take_moments() {
    let conn = &mut blog();
    let expired = Post::with_deleted()
        .deleted_before(day(3))
        .load(conn)
        .unwrap();
    assert_eq!(expired.iter().map(|post| post.id).collect::<Vec<_>>(), [2]);
    let recent = User::only_deleted()
        .deleted_since(day(5))
        .load(conn)
        .unwrap();
    assert_eq!(recent.iter().map(|user| user.id).collect::<Vec<_>>(), [2]);
}

#[test]
fn moment_scopes_work_on_boxed_queries_and_belonging_to() {
    let conn = &mut blog();
    let boxed = posts::table.into_boxed::<DB>().deleted_before(day(3));
    assert_eq!(boxed.select(posts::id).load::<i32>(conn).unwrap(), [2]);
    let tess = User::with_deleted().find(2).get_result(conn).unwrap();
    let rants: i64 = Post::belonging_to(&tess)
        .deleted_since(day(3))
        .count()
        .get_result(conn)
        .unwrap();
    assert_eq!(rants, 1);
}

// a model that keeps its own scope

mod own_scope {
    use super::*;

    #[derive(HasQuery, SoftDeletable)]
    #[diesel(table_name = posts, base_query = posts::table.filter(posts::user_id.eq(2_i32)))]
    #[soft_delete(shared_table, no_default_scope)]
    struct PostOfTess {
        title: String,
    }

    #[derive(Queryable, Selectable, SoftDeletable)]
    #[diesel(table_name = posts)]
    #[soft_delete(shared_table)]
    struct Title {
        title: String,
    }

    #[test]
    fn a_model_without_the_default_scope_keeps_its_own_base_query() {
        let conn = &mut blog();
        let titles: Vec<_> = PostOfTess::query()
            .load(conn)
            .unwrap()
            .into_iter()
            .map(|p: PostOfTess| p.title)
            .collect();
        assert_eq!(titles.len(), 2);
        let active = PostOfTess::query().active().load(conn).unwrap();
        assert_eq!(active.len(), 1);
        assert_eq!(active[0].title, "Farewell");
    }

    #[test]
    fn a_second_model_of_a_table_has_its_scopes_and_operations() {
        let conn = &mut blog();
        assert_eq!(Title::soft_delete_by_id(1).execute(conn), Ok(1));
        let trash = Title::only_deleted().order(posts::id).load(conn).unwrap();
        assert_eq!(
            trash.iter().map(|t| t.title.as_str()).collect::<Vec<_>>(),
            ["Hello", "Draft", "Rant"]
        );
        let active = Title::query().load(conn).unwrap();
        assert_eq!(
            active.iter().map(|t| t.title.as_str()).collect::<Vec<_>>(),
            ["Farewell"]
        );
    }
}

// a table without a model

mod stated_tables {
    use super::*;

    diesel::table! {
        notes { id -> Integer, hidden -> Bool }
    }
    mod renamed {
        diesel::table! {
            #[sql_name = "select"]
            chosen {
                #[sql_name = "from"]
                id -> Integer,
                #[sql_name = "where"]
                gone -> Nullable<BigInt>,
            }
        }
    }
    use crate::guarded::guard;
    use renamed::chosen;

    soft_delete_table! { notes(hidden) }
    soft_delete_table! { renamed::chosen(gone, unit = micros) }

    #[test]
    fn a_table_without_a_model_has_scopes_and_operations() {
        let conn = &mut with_tables(
            notes::table,
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, hidden BOOLEAN NOT NULL);
             INSERT INTO notes VALUES (1, false), (2, true);",
        );
        assert_eq!(ids!(conn, notes.active()), [1]);
        assert_eq!(soft_delete(notes::table).execute(conn), Ok(1));
        assert_eq!(purge(notes::table.find(2)).execute(conn), Ok(1));
        assert_eq!(ids!(conn, notes.only_deleted()), [1]);
    }

    #[test]
    fn names_that_need_quotes_get_them() {
        let conn = &mut crate::backend::connection();
        let quote = |name: &str| match crate::backend::engine() {
            crate::backend::Engine::Mysql => format!("`{name}`"),
            _ => format!("\"{name}\""),
        };
        execute_batch(
            conn,
            &format!(
                "CREATE TABLE {} ({} INTEGER PRIMARY KEY, {} BIGINT)",
                quote("select"),
                quote("from"),
                quote("where")
            ),
        );
        guard(conn, chosen::table);
        diesel::insert_into(chosen::table)
            .values(chosen::id.eq(1))
            .execute(conn)
            .unwrap();
        assert_eq!(
            soft_delete(chosen::table.find(1)).at(day(1)).execute(conn),
            Ok(1)
        );
        let at: Option<i64> = chosen::table
            .only_deleted()
            .select(chosen::gone)
            .get_result(conn)
            .unwrap();
        assert_eq!(at, Some(day_in_millis(1) * 1000));
        assert_eq!(restore(chosen::table).execute(conn), Ok(1));
        assert_eq!(chosen::table.active().count().get_result(conn), Ok(1_i64));
    }
}
