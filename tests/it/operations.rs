//! Section 5 on one table, and its rules 1 to 5.

use crate::prelude::*;
use chrono::{TimeDelta, Utc};
use soft_delete_runtime::prelude::*;
use soft_delete_runtime::{RowState, marked_active, marked_deleted};

use crate::backend::Conn;
use crate::schema::*;

fn all_users(conn: &mut Conn) -> Vec<User> {
    User::with_deleted().order(users::id).load(conn).unwrap()
}

fn all_posts(conn: &mut Conn) -> Vec<Post> {
    Post::with_deleted().order(posts::id).load(conn).unwrap()
}

fn all_memberships(conn: &mut Conn) -> Vec<Membership> {
    let keys = (memberships::user_id, memberships::team_id);
    Membership::with_deleted().order(keys).load(conn).unwrap()
}

fn trash(conn: &mut Conn) -> Vec<i32> {
    ids!(conn, posts.only_deleted())
}

// what a target can be

#[test]
fn a_target_is_a_row() {
    let conn = &mut blog();
    let sean = User::query().find(1).get_result(conn).unwrap();
    assert_eq!(soft_delete(&sean).execute(conn), Ok(1));
    assert!(all_users(conn)[0].is_deleted());
    assert_eq!(restore(&sean).execute(conn), Ok(1));
    assert_eq!(all_users(conn)[0], sean);
    assert_eq!(soft_delete(&sean).execute(conn), Ok(1));
    assert_eq!(purge(&sean).execute(conn), Ok(1));
    assert_eq!(all_users(conn).len(), 2);
}

#[test]
fn a_target_is_a_table() {
    let conn = &mut blog();
    assert_eq!(soft_delete(posts::table).execute(conn), Ok(2));
    assert_eq!(trash(conn), [1, 2, 3, 4]);
    assert_eq!(restore(posts::table).execute(conn), Ok(4));
    assert_eq!(trash(conn), [0; 0]);
    assert_eq!(purge(posts::table).execute(conn), Ok(0));
    soft_delete(posts::table).execute(conn).unwrap();
    assert_eq!(purge(posts::table).execute(conn), Ok(4));
    assert_eq!(
        posts::table.with_deleted().count().get_result(conn),
        Ok(0_i64)
    );
}

#[test]
fn a_target_is_found_by_key() {
    let conn = &mut blog();
    assert_eq!(soft_delete(posts::table.find(1)).execute(conn), Ok(1));
    assert_eq!(trash(conn), [1, 2, 4]);
    assert_eq!(restore(posts::table.find(2)).execute(conn), Ok(1));
    assert_eq!(trash(conn), [1, 4]);
    assert_eq!(purge(posts::table.find(4)).execute(conn), Ok(1));
    assert_eq!(trash(conn), [1]);
    assert_eq!(soft_delete(posts::table.find(99)).execute(conn), Ok(0));
    assert_eq!(restore(posts::table.find(99)).execute(conn), Ok(0));
    assert_eq!(purge(posts::table.find(99)).execute(conn), Ok(0));
}

#[test]
fn a_target_is_filtered() {
    let conn = &mut blog();
    let of_tess = || {
        posts::table
            .filter(posts::user_id.eq(2))
            .filter(posts::id.gt(0))
    };
    assert_eq!(soft_delete(of_tess()).execute(conn), Ok(1));
    assert_eq!(trash(conn), [2, 3, 4]);
    assert_eq!(restore(of_tess()).execute(conn), Ok(2));
    assert_eq!(trash(conn), [2]);
    assert_eq!(purge(of_tess()).execute(conn), Ok(0));
    assert_eq!(
        purge(posts::table.filter(posts::title.eq("Draft"))).execute(conn),
        Ok(1)
    );
    assert_eq!(trash(conn), [0; 0]);
}

#[test]
fn an_or_filter_in_a_target_does_not_reach_past_the_marker() {
    let conn = &mut blog();
    let either = || {
        posts::table
            .filter(posts::id.eq(1))
            .or_filter(posts::id.eq(2))
    };
    let before = all_posts(conn);
    assert_eq!(soft_delete(either()).at(day(9)).execute(conn), Ok(1));
    assert_eq!(all_posts(conn)[1], before[1], "deleted before");
    assert_eq!(trash(conn), [1, 2, 4]);
    restore(posts::table.find(1)).execute(conn).unwrap();
    assert_eq!(purge(either()).execute(conn), Ok(1));
    assert_eq!(
        all_posts(conn)
            .iter()
            .map(|post| post.id)
            .collect::<Vec<_>>(),
        [1, 3, 4]
    );
    let either = posts::table
        .filter(posts::id.eq(1))
        .or_filter(posts::id.eq(4));
    assert_eq!(restore(either).execute(conn), Ok(1));
}

#[test]
fn a_target_belongs_to_a_row() {
    let conn = &mut blog();
    let everyone = all_users(conn);
    let (sean, tess) = (&everyone[0], &everyone[1]);
    assert_eq!(soft_delete(Post::belonging_to(sean)).execute(conn), Ok(1));
    assert_eq!(trash(conn), [1, 2, 4]);
    assert_eq!(restore(Post::belonging_to(tess)).execute(conn), Ok(1));
    assert_eq!(trash(conn), [1, 2]);
    assert_eq!(
        purge(Post::belonging_to(sean).filter(posts::id.eq(2))).execute(conn),
        Ok(1)
    );
    assert_eq!(trash(conn), [1]);
    assert_eq!(
        soft_delete(Post::belonging_to(&everyone)).execute(conn),
        Ok(2)
    );
    assert_eq!(trash(conn), [1, 3, 4]);
}

#[test]
fn a_target_names_many_keys() {
    let conn = &mut blog();
    for ids in [vec![], vec![1], vec![2, 3], vec![1, 2, 3, 4, 99]] {
        let target = || posts::table.filter(posts::id.eq_any(ids.clone()));
        let before = trash(conn);
        let new = ids
            .iter()
            .filter(|id| **id <= 4 && !before.contains(id))
            .count();
        assert_eq!(soft_delete(target()).execute(conn), Ok(new), "{ids:?}");
        assert_eq!(
            restore(target()).execute(conn),
            Ok(ids.len().min(4)),
            "{ids:?}"
        );
    }
}

#[test]
fn a_target_is_found_by_a_sub_select() {
    let conn = &mut blog();
    let of_deleted_users = || {
        let authors = users::table.only_deleted().select(users::id);
        posts::table.filter(posts::user_id.eq_any(authors))
    };
    assert_eq!(soft_delete(of_deleted_users()).execute(conn), Ok(1));
    assert_eq!(trash(conn), [2, 3, 4]);
    assert_eq!(purge(of_deleted_users()).execute(conn), Ok(2));
}

#[test]
fn a_target_takes_a_scope_of_its_own() {
    let conn = &mut blog();
    assert_eq!(soft_delete(posts::table.active()).execute(conn), Ok(2));
    assert_eq!(
        soft_delete(posts::table.only_deleted()).execute(conn),
        Ok(0)
    );
    assert_eq!(restore(posts::table.active()).execute(conn), Ok(0));
    assert_eq!(
        purge(posts::table.deleted_before(day(3))).execute(conn),
        Ok(1)
    );
    assert_eq!(trash(conn), [1, 3, 4]);
    assert_eq!(
        purge(memberships::table.deleted_before(day(4))).execute(conn),
        Ok(1)
    );
    assert_eq!(all_memberships(conn).len(), 3);
}

#[test]
fn a_target_has_a_composite_key() {
    let conn = &mut blog();
    assert_eq!(
        soft_delete(memberships::table.find((1, 1)))
            .at(day(7))
            .execute(conn),
        Ok(1)
    );
    let mut expected = [0, day_in_millis(2), 0, day_in_millis(4)];
    expected[0] = day_in_millis(7);
    let markers = |conn: &mut Conn| {
        all_memberships(conn)
            .iter()
            .map(|m| m.deleted_at)
            .collect::<Vec<_>>()
    };
    assert_eq!(markers(conn), expected);
    let lead = Membership::with_deleted()
        .find((1, 1))
        .get_result(conn)
        .unwrap();
    assert_eq!(lead.restore().execute(conn), Ok(1));
    expected[0] = 0;
    assert_eq!(markers(conn), expected);
    assert_eq!(lead.purge().execute(conn), Ok(0));
    assert_eq!(lead.soft_delete().execute(conn), Ok(1));
    assert_eq!(Membership::purge_by_id((1, 1)).execute(conn), Ok(1));
    assert_eq!(markers(conn), expected[1..]);
}

#[test]
fn the_derived_methods_are_the_operations() {
    let conn = &mut blog();
    assert_eq!(Post::soft_delete_by_id(1).execute(conn), Ok(1));
    assert_eq!(Post::soft_delete_by_id(1).execute(conn), Ok(0));
    assert_eq!(Post::restore_by_id(1).execute(conn), Ok(1));
    assert_eq!(Post::purge_by_id(1).execute(conn), Ok(0));
    assert_eq!(Post::purge_by_id(2).execute(conn), Ok(1));
    let farewell = Post::query().find(3).get_result(conn).unwrap();
    assert!(!farewell.is_deleted());
    assert_eq!(farewell.deleted_at(), None);
    assert_eq!(farewell.soft_delete().execute(conn), Ok(1));
    assert_eq!(farewell.soft_delete().execute(conn), Ok(0));
    let farewell = Post::with_deleted().find(3).get_result(conn).unwrap();
    assert!(farewell.is_deleted());
    assert!(farewell.deleted_at().is_some());
    assert_eq!(farewell.restore().execute(conn), Ok(1));
    assert_eq!(farewell.restore().execute(conn), Ok(0));
    assert_eq!(farewell.purge().execute(conn), Ok(0));
}

#[test]
fn a_model_may_borrow_and_leave_the_marker_out() {
    #[derive(Identifiable, Queryable, Selectable, SoftDeletable)]
    #[diesel(table_name = users)]
    #[soft_delete(shared_table)]
    struct Name<'a, T: 'static> {
        id: i32,
        #[diesel(skip_insertion)]
        name: T,
        #[diesel(embed)]
        nothing: Nothing<'a>,
    }
    #[derive(Default)]
    struct Nothing<'a>(std::marker::PhantomData<&'a ()>);
    impl<DB: diesel::backend::Backend> Selectable<DB> for Nothing<'_> {
        type SelectExpression = users::id;
        fn construct_selection() -> users::id {
            users::id
        }
    }
    impl<DB: diesel::backend::Backend> Queryable<diesel::sql_types::Integer, DB> for Nothing<'_>
    where
        i32: diesel::deserialize::FromSql<diesel::sql_types::Integer, DB>,
    {
        type Row = i32;
        fn build(_: i32) -> diesel::deserialize::Result<Self> {
            Ok(Self::default())
        }
    }

    let conn = &mut blog();
    let sean = Name {
        id: 1,
        name: String::new(),
        nothing: Nothing::default(),
    };
    assert_eq!(sean.soft_delete().execute(conn), Ok(1));
    assert_eq!(sean.restore().execute(conn), Ok(1));
    let names: Vec<Name<'_, String>> = Name::query().order(users::id).load(conn).unwrap();
    assert_eq!(
        names
            .iter()
            .map(|name| name.name.as_str())
            .collect::<Vec<_>>(),
        ["Sean", "Jim"]
    );
    let _ = names.first().map(|name| &name.nothing);
}

// rule 1

#[test]
fn rule_1_what_an_operation_marks_is_what_a_scope_reads() {
    let conn = &mut blog();
    macro_rules! check {
        ($table:ident) => {{
            let total: i64 = $table::table
                .with_deleted()
                .count()
                .get_result(conn)
                .unwrap();
            let active: i64 = $table::table.active().count().get_result(conn).unwrap();
            let deleted = soft_delete($table::table).execute(conn).unwrap();
            assert_eq!(i64::try_from(deleted), Ok(active));
            assert_eq!($table::table.active().count().get_result(conn), Ok(0_i64));
            assert_eq!(
                $table::table.only_deleted().count().get_result(conn),
                Ok(total)
            );
            let restored = restore($table::table).execute(conn).unwrap();
            assert_eq!(i64::try_from(restored), Ok(total));
            assert_eq!($table::table.active().count().get_result(conn), Ok(total));
            assert_eq!(
                $table::table.only_deleted().count().get_result(conn),
                Ok(0_i64)
            );
        }};
    }
    check!(users);
    check!(posts);
    check!(comments);
    check!(memberships);
}

// rule 2

#[test]
fn rule_2_deleting_a_deleted_row_changes_nothing() {
    let conn = &mut blog();
    assert_eq!(
        soft_delete(posts::table.find(1)).at(day(10)).execute(conn),
        Ok(1)
    );
    let before = all_posts(conn);
    assert_eq!(
        soft_delete(posts::table.find(1)).at(day(11)).execute(conn),
        Ok(0)
    );
    assert_eq!(
        soft_delete(posts::table.find(1))
            .with(posts::delete_reason.eq("again"))
            .execute(conn),
        Ok(0)
    );
    assert_eq!(soft_delete(&before[0]).execute(conn), Ok(0));
    assert_eq!(all_posts(conn), before);
    assert_eq!(before[0].deleted_at, Some(day(10)));

    let before = all_memberships(conn);
    assert_eq!(
        soft_delete(memberships::table.find((1, 2))).execute(conn),
        Ok(0)
    );
    assert_eq!(Comment::soft_delete_by_id(2).execute(conn), Ok(0));
    assert_eq!(all_memberships(conn), before);
}

#[test]
fn rule_2_the_first_moment_stays_among_rows_deleted_now() {
    let conn = &mut blog();
    assert_eq!(soft_delete(posts::table).at(day(20)).execute(conn), Ok(2));
    let moments: Vec<_> = all_posts(conn).iter().map(|post| post.deleted_at).collect();
    assert_eq!(
        moments,
        [Some(day(20)), Some(day(2)), Some(day(20)), Some(day(3))]
    );
}

// rule 3

#[test]
fn rule_3_restore_touches_deleted_rows_only() {
    let conn = &mut blog();
    let before = all_posts(conn);
    assert_eq!(
        restore(posts::table.filter(posts::user_id.eq(1))).execute(conn),
        Ok(1)
    );
    let after = all_posts(conn);
    // `updated_at` too: an active row is not touched
    assert_eq!(after[0], before[0]);
    assert_eq!(after[2..], before[2..]);
    assert_eq!(after[1].deleted_at, None);
    assert_eq!(restore(&after[1]).execute(conn), Ok(0));
    assert_eq!(all_posts(conn), after);
}

#[test]
fn rule_3_purge_removes_deleted_rows_only() {
    let conn = &mut blog();
    let before = all_posts(conn);
    assert_eq!(purge(posts::table).execute(conn), Ok(2));
    assert_eq!(all_posts(conn), [before[0].clone(), before[2].clone()]);
    assert_eq!(purge(posts::table.find(1)).execute(conn), Ok(0));
    assert_eq!(purge(&before[0]).execute(conn), Ok(0));
    assert_eq!(purge(posts::table.active()).execute(conn), Ok(0));
    assert_eq!(all_posts(conn).len(), 2);
    assert_eq!(purge(comments::table).execute(conn), Ok(1));
    assert_eq!(purge(memberships::table).execute(conn), Ok(2));
    assert_eq!(
        memberships::table.active().count().get_result(conn),
        Ok(2_i64)
    );
}

#[test]
fn rule_3_a_row_restored_since_it_was_loaded_is_not_purged() {
    let conn = &mut blog();
    let stale = User::only_deleted().get_result(conn).unwrap();
    restore(users::table.find(stale.id)).execute(conn).unwrap();
    assert!(stale.is_deleted());
    assert_eq!(stale.purge().execute(conn), Ok(0));
    assert_eq!(all_users(conn).len(), 3);
}

// rule 4

#[test]
fn rule_4_a_soft_delete_writes_the_declared_columns_only() {
    let conn = &mut blog();
    let before = all_posts(conn);
    soft_delete(posts::table.find(1))
        .at(day(10))
        .execute(conn)
        .unwrap();
    let expected = Post {
        deleted_at: Some(day(10)),
        updated_at: day(10),
        ..before[0].clone()
    };
    let after = all_posts(conn);
    assert_eq!(after[0], expected);
    assert_eq!(after[1..], before[1..]);

    let before = all_users(conn);
    soft_delete(users::table.find(3))
        .at(day(10))
        .execute(conn)
        .unwrap();
    let after = all_users(conn);
    assert_eq!(after[..2], before[..2]);
    assert_eq!(
        after[2],
        User {
            deleted_at: Some(day(10)),
            ..before[2].clone()
        }
    );
}

#[test]
fn rule_4_a_restore_writes_the_declared_columns_only() {
    let conn = &mut blog();
    let before = all_posts(conn);
    let earliest = Utc::now().naive_utc();
    restore(posts::table.find(2)).execute(conn).unwrap();
    let after = all_posts(conn);
    let touched = after[1].updated_at;
    assert!(
        touched >= earliest - TimeDelta::milliseconds(1),
        "{touched} {earliest}"
    );
    let expected = Post {
        deleted_at: None,
        updated_at: touched,
        deleted_by: None,
        delete_reason: None,
        ..before[1].clone()
    };
    assert_eq!(after[1], expected);
    assert_eq!((&after[0], &after[2..]), (&before[0], &before[2..]));

    let before = all_memberships(conn);
    restore(memberships::table.find((1, 2)))
        .execute(conn)
        .unwrap();
    let after = all_memberships(conn);
    assert_eq!(
        after[1],
        Membership {
            deleted_at: 0,
            ..before[1].clone()
        }
    );
    assert_eq!((&after[0], &after[2..]), (&before[0], &before[2..]));
}

#[test]
fn rule_4_a_changeset_is_written_beside_the_declared_columns() {
    let conn = &mut blog();
    let before = all_posts(conn);
    soft_delete(posts::table.find(3))
        .with(posts::deleted_by.eq(7))
        .execute(conn)
        .unwrap();
    let after = all_posts(conn);
    let expected = Post {
        deleted_at: after[2].deleted_at,
        updated_at: after[2].deleted_at.unwrap(),
        deleted_by: Some(7),
        ..before[2].clone()
    };
    assert_eq!(after[2], expected);
    assert_eq!((&after[..2], &after[3..]), (&before[..2], &before[3..]));
}

// rule 5

#[test]
fn rule_5_marker_and_touch_get_one_moment() {
    let conn = &mut blog();
    assert_eq!(soft_delete(posts::table).execute(conn), Ok(2));
    let after = all_posts(conn);
    assert_eq!(after[0].deleted_at, Some(after[0].updated_at));
    assert_eq!(after[0].deleted_at, after[2].deleted_at);
    assert!(after[0].deleted_at.unwrap() > day(9));
}

#[test]
fn rule_5_now_is_the_clock_in_utc() {
    let conn = &mut blog();
    let cut = |moment: chrono::DateTime<Utc>| moment.timestamp_micros();
    let earliest = cut(Utc::now());
    soft_delete(users::table.find(1)).execute(conn).unwrap();
    soft_delete(memberships::table.find((1, 1)))
        .execute(conn)
        .unwrap();
    let latest = cut(Utc::now());
    let written = cut(all_users(conn)[0].deleted_at.unwrap().and_utc());
    assert!(
        (earliest..=latest).contains(&written),
        "{earliest} {written} {latest}"
    );
    let written = all_memberships(conn)[0].deleted_at;
    assert!(
        (earliest / 1000..=latest / 1000).contains(&written),
        "{earliest} {written} {latest}"
    );
}

// changesets

#[derive(AsChangeset)]
#[diesel(table_name = posts)]
struct Why<'a> {
    deleted_by: Option<i32>,
    delete_reason: Option<&'a str>,
}

#[test]
fn a_changeset_is_an_assignment_or_a_tuple_of_them() {
    let conn = &mut blog();
    let who = posts::deleted_by.eq(Some(7));
    assert_eq!(
        soft_delete(posts::table.find(1)).with(who).execute(conn),
        Ok(1)
    );
    let who_and_why = (posts::deleted_by.eq(8), posts::delete_reason.eq("spam"));
    assert_eq!(
        soft_delete(posts::table.find(3))
            .with(who_and_why)
            .execute(conn),
        Ok(1)
    );
    let after = all_posts(conn);
    assert_eq!(
        (after[0].deleted_by, after[0].delete_reason.as_deref()),
        (Some(7), None)
    );
    assert_eq!(
        (after[2].deleted_by, after[2].delete_reason.as_deref()),
        (Some(8), Some("spam"))
    );
    assert!(after.iter().all(Post::is_deleted));
}

#[test]
fn a_changeset_is_a_struct_of_which_the_none_fields_are_left_out() {
    let conn = &mut blog();
    restore(posts::table).execute(conn).unwrap();
    diesel::update(posts::table.with_deleted())
        .set((posts::deleted_by.eq(1), posts::delete_reason.eq("first")))
        .execute(conn)
        .unwrap();
    for (id, deleted_by, delete_reason) in [
        (1, None, None),
        (2, Some(7), None),
        (3, None, Some("why")),
        (4, Some(8), Some("both")),
    ] {
        let why = Why {
            deleted_by,
            delete_reason,
        };
        assert_eq!(
            soft_delete(posts::table.find(id)).with(&why).execute(conn),
            Ok(1)
        );
        let post = Post::with_deleted().find(id).get_result(conn).unwrap();
        assert!(post.is_deleted(), "{id}");
        assert_eq!(Some(post.updated_at), post.deleted_at);
        assert_eq!(post.deleted_by, deleted_by.or(Some(1)), "{id}");
        assert_eq!(
            post.delete_reason.as_deref(),
            delete_reason.or(Some("first")),
            "{id}"
        );
    }
}

#[test]
fn a_changeset_without_values_is_a_plain_soft_delete() {
    let conn = &mut blog();
    let nothing = Why {
        deleted_by: None,
        delete_reason: None,
    };
    assert_eq!(
        soft_delete(users::table.find(1))
            .with(None::<UserName>)
            .execute(conn),
        Ok(1)
    );
    assert_eq!(
        soft_delete(posts::table.find(1))
            .with(nothing)
            .execute(conn),
        Ok(1)
    );
    let some_of_tuple = (
        None::<diesel::dsl::Eq<posts::deleted_by, i32>>,
        posts::title.eq("gone"),
    );
    assert_eq!(
        soft_delete(posts::table.find(3))
            .with(some_of_tuple)
            .execute(conn),
        Ok(1)
    );
    let after = all_posts(conn);
    assert!(after[0].is_deleted());
    assert_eq!(
        (after[2].title.as_str(), after[2].deleted_by),
        ("gone", None)
    );
    assert!(all_users(conn)[0].is_deleted());
}

type UserName = diesel::dsl::Eq<users::name, &'static str>;

#[test]
fn a_changeset_computes_from_the_row() {
    let conn = &mut blog();
    let same_as_author = posts::deleted_by.eq(posts::user_id.nullable());
    assert_eq!(
        soft_delete(posts::table).with(same_as_author).execute(conn),
        Ok(2)
    );
    let after = all_posts(conn);
    assert_eq!(
        (after[0].deleted_by, after[2].deleted_by),
        (Some(1), Some(2))
    );
    assert_eq!(after[3].deleted_by, Some(3), "deleted before");
}

#[test]
fn a_changeset_takes_every_kind_of_target() {
    let conn = &mut blog();
    let sean = User::query().find(1).get_result(conn).unwrap();
    assert_eq!(
        soft_delete(&sean).with(users::name.eq("x")).execute(conn),
        Ok(1)
    );
    let posts_of_sean = Post::belonging_to(&sean);
    assert_eq!(
        soft_delete(posts_of_sean)
            .with(posts::deleted_by.eq(1))
            .execute(conn),
        Ok(1)
    );
    let target = posts::table
        .filter(posts::id.eq(3))
        .or_filter(posts::id.eq(2));
    assert_eq!(
        soft_delete(target)
            .with(posts::deleted_by.eq(9))
            .execute(conn),
        Ok(1)
    );
    let member = memberships::table.find((1, 1));
    assert_eq!(
        soft_delete(member)
            .with(memberships::role.eq("former"))
            .execute(conn),
        Ok(1)
    );
    let by: Vec<_> = all_posts(conn).iter().map(|post| post.deleted_by).collect();
    assert_eq!(by, [Some(1), Some(1), Some(9), Some(3)]);
}

// the assignments alone

#[test]
fn marked_deleted_is_an_assignment_of_an_update() {
    let conn = &mut blog();
    let changed = diesel::update(posts::table.active().find(1))
        .set((posts::title.eq("(gone)"), marked_deleted(posts::table)))
        .execute(conn);
    assert_eq!(changed, Ok(1));
    let post = Post::with_deleted().find(1).get_result(conn).unwrap();
    assert_eq!(post.title, "(gone)");
    assert_eq!(post.deleted_at, Some(post.updated_at));
    let changed = diesel::update(users::table.active())
        .set(marked_deleted(users::table))
        .execute(conn);
    assert_eq!(changed, Ok(2));
    assert!(all_users(conn).iter().all(User::is_deleted));
}

#[test]
fn marked_active_is_an_assignment_of_an_update() {
    let conn = &mut blog();
    let changed = diesel::update(posts::table.only_deleted().find(2))
        .set((marked_active(posts::table), posts::title.eq("Revived")))
        .execute(conn);
    assert_eq!(changed, Ok(1));
    let post = Post::query().find(2).get_result(conn).unwrap();
    assert_eq!((post.deleted_by, post.delete_reason), (None, None));
    assert_eq!(post.title, "Revived");
    assert!(post.updated_at > day(9));
}

// results

#[test]
fn a_look_up_after_each_operation_tells_the_state() {
    let conn = &mut blog();
    let state = |conn: &mut Conn| {
        RowState::from(
            User::with_deleted()
                .find(1)
                .get_result(conn)
                .optional()
                .unwrap(),
        )
    };
    assert!(matches!(state(conn), RowState::Active(_)));
    User::soft_delete_by_id(1).execute(conn).unwrap();
    assert!(matches!(state(conn), RowState::Deleted(_)));
    User::purge_by_id(1).execute(conn).unwrap();
    assert_eq!(state(conn), RowState::Missing);
}

#[test]
fn an_operation_rolls_back_with_its_transaction() {
    let conn = &mut blog();
    let before = all_posts(conn);
    let result: QueryResult<()> = conn.transaction(|conn| {
        assert_eq!(soft_delete(posts::table).execute(conn), Ok(2));
        assert_eq!(purge(posts::table).execute(conn), Ok(4));
        Err(diesel::result::Error::RollbackTransaction)
    });
    assert_eq!(result, Err(diesel::result::Error::RollbackTransaction));
    assert_eq!(all_posts(conn), before);
}

#[cfg(any(backend = "sqlite", backend = "postgres"))]
mod returning {
    use super::*;

    #[test]
    fn a_soft_delete_returns_expressions_of_its_rows() {
        let conn = &mut blog();
        let titles: Vec<String> = soft_delete(posts::table)
            .returning(posts::title)
            .get_results(conn)
            .unwrap();
        assert_eq!(titles.len(), 2);
        let again: Vec<String> = soft_delete(posts::table)
            .returning(posts::title)
            .get_results(conn)
            .unwrap();
        assert_eq!(again, [""; 0]);
        let (id, at): (i32, Option<chrono::NaiveDateTime>) = soft_delete(users::table.find(1))
            .at(day(8))
            .returning((users::id, users::deleted_at))
            .get_result(conn)
            .unwrap();
        assert_eq!((id, at), (1, Some(day(8))));
    }

    #[test]
    fn a_soft_delete_of_nothing_returns_not_found() {
        let conn = &mut blog();
        let gone = soft_delete(users::table.find(2))
            .returning(users::id)
            .get_result::<i32>(conn);
        assert_eq!(gone, Err(diesel::result::Error::NotFound));
        let gone = User::restore_by_id(1).get_result::<User>(conn).optional();
        assert_eq!(gone, Ok(None));
    }

    #[test]
    fn operations_return_models() {
        let conn = &mut blog();
        let post: Post = soft_delete(posts::table.find(1))
            .at(day(8))
            .returning(Post::as_returning())
            .get_result(conn)
            .unwrap();
        assert_eq!((post.deleted_at, post.updated_at), (Some(day(8)), day(8)));
        let post: Post = post
            .restore()
            .returning(Post::as_returning())
            .get_result(conn)
            .unwrap();
        assert_eq!((post.id, post.deleted_at), (1, None));
        let posts: Vec<Post> = purge(posts::table)
            .returning(Post::as_returning())
            .get_results(conn)
            .unwrap();
        let mut ids: Vec<_> = posts.iter().map(|post| post.id).collect();
        ids.sort_unstable();
        assert_eq!(ids, [2, 4]);
    }

    #[test]
    fn without_returning_the_whole_row_comes_back() {
        let conn = &mut blog();
        let user: User = soft_delete(users::table.find(1))
            .at(day(8))
            .get_result(conn)
            .unwrap();
        assert_eq!(
            user,
            User {
                id: 1,
                name: "Sean".into(),
                deleted_at: Some(day(8))
            }
        );
        let user: User = restore(users::table.find(1)).get_result(conn).unwrap();
        assert_eq!(user.deleted_at, None);
        let users: Vec<User> = purge(users::table).get_results(conn).unwrap();
        assert_eq!(users.iter().map(|user| user.id).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn a_soft_delete_with_a_changeset_returns_what_it_wrote() {
        let conn = &mut blog();
        let by: Option<i32> = soft_delete(posts::table.find(1))
            .with(posts::deleted_by.eq(7))
            .returning(posts::deleted_by)
            .get_result(conn)
            .unwrap();
        assert_eq!(by, Some(7));
        let post: Post = soft_delete(posts::table.find(3))
            .with(Why {
                deleted_by: None,
                delete_reason: None,
            })
            .get_result(conn)
            .unwrap();
        assert_eq!((post.id, post.deleted_by), (3, None));
    }

    #[test]
    fn a_predicate_is_returned() {
        let conn = &mut blog();
        let deleted: bool = soft_delete(comments::table.find(1))
            .returning(is_deleted(comments::table))
            .get_result(conn)
            .unwrap();
        assert!(deleted);
    }
}
