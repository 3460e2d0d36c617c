//! Section 4 on joins: the predicate is in `ON`.

use crate::prelude::*;
use soft_delete_runtime::prelude::*;

use crate::backend::DB;
use crate::schema::*;

type Pair = (String, Option<String>);

fn pair(left: &str, right: Option<&str>) -> Pair {
    (left.into(), right.map(Into::into))
}

/// `pairs("Sean: Hello, Jim: none")`: what each is joined with, or none.
fn pairs(text: &str) -> Vec<Pair> {
    let pairs = text.split(", ").map(|text| text.split_once(": ").unwrap());
    pairs
        .map(|(left, right)| pair(left, (right != "none").then_some(right)))
        .collect()
}

#[test]
fn a_left_join_keeps_the_parent_without_its_deleted_children() {
    let conn = &mut blog();
    let rows = users::table
        .left_join_active(posts::table)
        .select((users::name, posts::title.nullable()))
        .order((users::id, posts::id));
    assert_eq!(
        rows.load(conn),
        Ok(pairs("Sean: Hello, Tess: Farewell, Jim: none"))
    );

    // a parent that has deleted children alone stays too
    soft_delete(posts::table.find(1)).execute(conn).unwrap();
    let rows = users::table
        .left_join_active(posts::table)
        .filter(is_active(users::table))
        .select((users::name, posts::title.nullable()))
        .order(users::id);
    assert_eq!(rows.load(conn), Ok(pairs("Sean: none, Jim: none")));
}

#[test]
fn an_inner_join_leaves_the_deleted_children_out() {
    let conn = &mut blog();
    let rows: Vec<(String, String)> = users::table
        .inner_join_active(posts::table)
        .select((users::name, posts::title))
        .order(posts::id)
        .load(conn)
        .unwrap();
    assert_eq!(
        rows,
        [
            ("Sean".into(), "Hello".into()),
            ("Tess".into(), "Farewell".into())
        ]
    );
    let rows: Vec<(String, String)> = users::table
        .inner_join_active(posts::table)
        .filter(is_active(users::table))
        .select((users::name, posts::title))
        .load(conn)
        .unwrap();
    assert_eq!(rows, [("Sean".into(), "Hello".into())]);
}

#[test]
fn a_child_joins_its_active_parent() {
    let conn = &mut blog();
    let rows = posts::table
        .left_join_active(users::table)
        .select((posts::title, users::name.nullable()))
        .order(posts::id);
    assert_eq!(
        rows.load(conn),
        Ok(pairs(
            "Hello: Sean, Draft: Sean, Farewell: none, Rant: none"
        ))
    );
    let rows: Vec<String> = posts::table
        .inner_join_active(users::table)
        .filter(is_active(posts::table))
        .select(posts::title)
        .load(conn)
        .unwrap();
    assert_eq!(rows, ["Hello"]);
}

#[test]
fn joins_load_models() {
    let conn = &mut blog();
    let rows: Vec<(User, Option<Post>)> = users::table
        .left_join_active(posts::table)
        .filter(is_active(users::table))
        .select((User::as_select(), Option::<Post>::as_select()))
        .order(users::id)
        .load(conn)
        .unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].1.as_ref().unwrap().title, "Hello");
    assert_eq!(rows[1].1, None);
}

#[test]
fn the_default_selection_of_a_join_is_that_of_diesel() {
    let conn = &mut blog();
    let rows: Vec<(User, Post)> = users::table
        .inner_join_active(posts::table)
        .order(posts::id)
        .load(conn)
        .unwrap();
    assert_eq!(
        rows.iter()
            .map(|(user, post)| (user.id, post.id))
            .collect::<Vec<_>>(),
        [(1, 1), (2, 3)]
    );
    let rows: Vec<(User, Option<Post>)> = users::table
        .left_join_active(posts::table)
        .order(users::id)
        .load(conn)
        .unwrap();
    let ids: Vec<_> = rows
        .iter()
        .map(|(user, post)| (user.id, post.as_ref().map(|p| p.id)))
        .collect();
    assert_eq!(ids, [(1, Some(1)), (2, Some(3)), (3, None)]);
}

#[test]
fn joins_nest_two_levels_deep() {
    let conn = &mut blog();
    let rows: Vec<(String, Option<String>, Option<String>)> = users::table
        .left_join_active(posts::table.left_join_active(comments::table))
        .select((
            users::name,
            posts::title.nullable(),
            comments::body.nullable(),
        ))
        .order(users::id)
        .load(conn)
        .unwrap();
    assert_eq!(
        rows,
        [
            ("Sean".into(), Some("Hello".into()), Some("Welcome".into())),
            ("Tess".into(), Some("Farewell".into()), None),
            ("Jim".into(), None, None),
        ]
    );
    let rows: Vec<(String, String)> = users::table
        .inner_join_active(posts::table.inner_join_active(comments::table))
        .select((users::name, comments::body))
        .load(conn)
        .unwrap();
    assert_eq!(rows, [("Sean".into(), "Welcome".into())]);
}

#[test]
fn joins_chain_from_the_middle() {
    let conn = &mut blog();
    let rows: Vec<(i32, Option<String>, Option<String>)> = posts::table
        .left_join_active(users::table)
        .left_join_active(comments::table)
        .select((posts::id, users::name.nullable(), comments::body.nullable()))
        .order(posts::id)
        .load(conn)
        .unwrap();
    assert_eq!(
        rows,
        [
            (1, Some("Sean".into()), Some("Welcome".into())),
            (2, Some("Sean".into()), Some("Lost".into())),
            (3, None, None),
            (4, None, None),
        ]
    );
}

#[test]
fn soft_delete_and_plain_tables_mix() {
    let conn = &mut blog();
    let rows = users::table
        .left_join_active(memberships::table.inner_join(teams::table))
        .select((users::name, teams::name.nullable()))
        .order(users::id);
    assert_eq!(
        rows.load(conn),
        Ok(pairs("Sean: Core, Tess: Core, Jim: none"))
    );

    let rows = teams::table
        .left_join(memberships::table.inner_join_active(users::table))
        .select((teams::name, users::name.nullable()))
        .order((teams::id, users::id));
    assert_eq!(
        rows.load(conn),
        Ok(pairs("Core: Sean, Core: Jim, Docs: Sean"))
    );

    let rows = teams::table
        .left_join_active(memberships::table.inner_join_active(users::table))
        .select((teams::name, users::name.nullable()))
        .order((teams::id, users::id));
    assert_eq!(rows.load(conn), Ok(pairs("Core: Sean, Docs: none")));

    let rows: Vec<(i32, Option<String>)> = memberships::table
        .left_join(teams::table)
        .inner_join_active(users::table)
        .filter(is_active(memberships::table))
        .select((memberships::user_id, teams::name.nullable()))
        .load(conn)
        .unwrap();
    assert_eq!(rows, [(1, Some("Core".into()))]);
}

#[test]
fn an_explicit_on_takes_the_bare_predicate() {
    let conn = &mut blog();
    let rows = users::table
        .left_join(posts::table.on(posts::user_id.eq(users::id).and(is_active(posts::table))))
        .filter(is_active(users::table))
        .select((users::name, posts::title.nullable()))
        .order(users::id);
    assert_eq!(rows.load(conn), Ok(pairs("Sean: Hello, Jim: none")));
}

#[test]
fn a_predicate_in_where_on_the_nullable_side_means_what_it_says() {
    let conn = &mut blog();
    // a user without posts has no post's marker either: NULL, so "not deleted"
    let names: Vec<String> = users::table
        .left_join(posts::table)
        .filter(is_active(posts::table))
        .select(users::name)
        .order(users::id)
        .load(conn)
        .unwrap();
    assert_eq!(names, ["Sean", "Tess", "Jim"]);
    let names: Vec<String> = users::table
        .left_join(posts::table)
        .filter(is_deleted(posts::table))
        .select(users::name)
        .order(users::id)
        .load(conn)
        .unwrap();
    assert_eq!(names, ["Sean", "Tess"]);
}

#[test]
fn a_table_joined_twice_is_scoped_by_alias() {
    let conn = &mut blog();
    let (author, deleter) = diesel::alias!(users as author, users as deleter);
    let rows: Vec<(String, String, String)> = posts::table
        .inner_join(author.on(author.field(users::id).eq(posts::user_id)))
        .inner_join(deleter.on(deleter.field(users::id).nullable().eq(posts::deleted_by)))
        .filter(is_deleted(author))
        .filter(is_active(deleter))
        .select((
            posts::title,
            author.field(users::name),
            deleter.field(users::name),
        ))
        .load(conn)
        .unwrap();
    assert_eq!(rows, [("Rant".into(), "Tess".into(), "Jim".into())]);
}

#[test]
fn an_alias_beside_its_table_is_scoped_on_its_own() {
    let conn = &mut blog();
    let other = diesel::alias!(posts as other);
    let rows = posts::table
        .left_join(
            other.on(other
                .field(posts::user_id)
                .eq(posts::user_id)
                .and(other.field(posts::id).ne(posts::id))
                .and(is_deleted(other))),
        )
        .filter(is_active(posts::table))
        .select((posts::title, other.field(posts::title).nullable()))
        .order(posts::id);
    assert_eq!(rows.load(conn), Ok(pairs("Hello: Draft, Farewell: Rant")));
}

#[test]
fn an_alias_is_joined_by_its_declared_relation() {
    let conn = &mut blog();
    let author = diesel::alias!(users as author);
    let titles: Vec<String> = posts::table
        .inner_join_active(author)
        .filter(is_active(posts::table))
        .select(posts::title)
        .load(conn)
        .unwrap();
    assert_eq!(titles, ["Hello"]);
    let rows: Vec<Pair> = posts::table
        .left_join_active(author)
        .select((posts::title, author.field(users::name).nullable()))
        .order(posts::id)
        .load(conn)
        .unwrap();
    assert_eq!(rows[0], pair("Hello", Some("Sean")));
    assert_eq!(rows[2], pair("Farewell", None));
}

#[test]
fn an_alias_is_read_alone() {
    let conn = &mut blog();
    let reader = diesel::alias!(users as reader);
    let names: Vec<String> = reader
        .filter(is_active(reader))
        .select(reader.field(users::name))
        .order(reader.field(users::id))
        .load(conn)
        .unwrap();
    assert_eq!(names, ["Sean", "Jim"]);
}

#[test]
fn scoped_joins_box_count_and_group() {
    let conn = &mut blog();
    let mut boxed = users::table
        .left_join_active(posts::table)
        .into_boxed::<DB>();
    boxed = boxed.filter(is_active(users::table));
    let rows = boxed
        .select((users::name, posts::title.nullable()))
        .order(users::id);
    assert_eq!(rows.load(conn), Ok(pairs("Sean: Hello, Jim: none")));

    let count: i64 = users::table
        .inner_join_active(posts::table)
        .count()
        .get_result(conn)
        .unwrap();
    assert_eq!(count, 2);

    let per_user: Vec<(i32, i64)> = users::table
        .left_join_active(posts::table)
        .group_by(users::id)
        .select((users::id, diesel::dsl::count(posts::id.nullable())))
        .order(users::id)
        .load(conn)
        .unwrap();
    assert_eq!(per_user, [(1, 1), (2, 1), (3, 0)]);
}

#[test]
fn a_filtered_query_is_joined() {
    let conn = &mut blog();
    let titles: Vec<String> = users::table
        .active()
        .filter(users::name.eq("Sean"))
        .inner_join_active(posts::table)
        .select(posts::title)
        .load(conn)
        .unwrap();
    assert_eq!(titles, ["Hello"]);
    let writers: Vec<User> = User::query().inner_join(posts::table).load(conn).unwrap();
    assert_eq!(
        writers.iter().map(|user| user.id).collect::<Vec<_>>(),
        [1, 1]
    );
    let writers: Vec<User> = User::query()
        .inner_join_active(posts::table)
        .load(conn)
        .unwrap();
    assert_eq!(writers.iter().map(|user| user.id).collect::<Vec<_>>(), [1]);
}

#[test]
fn a_join_by_a_hand_written_on_leaves_the_deleted_rows_out() {
    let conn = &mut blog();
    let written = posts::table.on(posts::user_id.eq(users::id).and(posts::id.ge(1)));
    let rows = users::table
        .left_join_active(written)
        .select((users::name, posts::title.nullable()))
        .order(users::id);
    assert_eq!(
        rows.load(conn),
        Ok(pairs("Sean: Hello, Tess: Farewell, Jim: none"))
    );
    let titles: Vec<String> = users::table
        .active()
        .inner_join_active(written)
        .select(posts::title)
        .load(conn)
        .unwrap();
    assert_eq!(titles, ["Hello"]);
}

#[test]
fn tables_without_a_declared_relation_are_joined_by_a_hand_written_on() {
    let conn = &mut blog();
    let ids: Vec<(i32, i32)> = comments::table
        .inner_join_active(users::table.on(users::id.eq(comments::id)))
        .select((comments::id, users::id))
        .order(comments::id)
        .load(conn)
        .unwrap();
    assert_eq!(ids, [(1, 1), (3, 3)]);
}

#[test]
fn aliases_are_joined_by_a_hand_written_on() {
    let conn = &mut blog();
    let (author, deleter) = diesel::alias!(users as author, users as deleter);
    let rows: Vec<(String, Option<String>, Option<String>)> = posts::table
        .left_join_active(author.on(author.field(users::id).eq(posts::user_id)))
        .left_join_active(deleter.on(deleter.field(users::id).nullable().eq(posts::deleted_by)))
        .select((
            posts::title,
            author.field(users::name).nullable(),
            deleter.field(users::name).nullable(),
        ))
        .order(posts::id)
        .load(conn)
        .unwrap();
    let some = |name: &str| Some(name.to_string());
    assert_eq!(
        rows,
        [
            ("Hello".into(), some("Sean"), None),
            ("Draft".into(), some("Sean"), some("Sean")),
            ("Farewell".into(), None, None),
            ("Rant".into(), None, some("Jim")),
        ]
    );
}

#[test]
fn an_alias_is_joined_to_others() {
    let conn = &mut blog();
    let author = diesel::alias!(users as author);
    let titles: Vec<String> = author
        .active()
        .inner_join_active(posts::table.on(posts::user_id.eq(author.field(users::id))))
        .select(posts::title)
        .load(conn)
        .unwrap();
    assert_eq!(titles, ["Hello"]);
    let titles: Vec<Option<String>> = author
        .left_join_active(posts::table.on(posts::user_id.eq(author.field(users::id))))
        .select(posts::title.nullable())
        .order(author.field(users::id))
        .load(conn)
        .unwrap();
    assert_eq!(
        titles,
        [Some("Hello".into()), Some("Farewell".into()), None]
    );
}

#[test]
fn a_nested_join_is_joined_by_a_hand_written_on() {
    let conn = &mut blog();
    let commented = posts::table.inner_join_active(comments::table);
    let rows = users::table
        .left_join_active(commented.on(posts::user_id.eq(users::id)))
        .select((users::name, comments::body.nullable()))
        .order(users::id);
    assert_eq!(
        rows.load(conn),
        Ok(pairs("Sean: Welcome, Tess: none, Jim: none"))
    );
}

#[test]
fn the_scopes_of_an_alias_are_those_of_its_table() {
    let conn = &mut blog();
    let reader = diesel::alias!(users as reader);
    let names = |found: QueryResult<Vec<String>>| found.unwrap();
    let query = reader
        .active()
        .select(reader.field(users::name))
        .order(reader.field(users::id));
    assert_eq!(names(query.load(conn)), ["Sean", "Jim"]);
    let query = reader.only_deleted().select(reader.field(users::name));
    assert_eq!(names(query.load(conn)), ["Tess"]);
    let query = reader.filter(reader.field(users::id).gt(1)).active();
    assert_eq!(
        names(query.select(reader.field(users::name)).load(conn)),
        ["Jim"]
    );
    let query = reader
        .into_boxed::<DB>()
        .only_deleted()
        .select(reader.field(users::name));
    assert_eq!(names(query.load(conn)), ["Tess"]);
    let query = reader
        .deleted_before(day(6))
        .select(reader.field(users::name));
    assert_eq!(names(query.load(conn)), ["Tess"]);
    let query = reader
        .deleted_since(day(6))
        .select(reader.field(users::name));
    assert_eq!(names(query.load(conn)), [""; 0]);
}
