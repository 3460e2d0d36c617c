//! The README's table says what Diesel says.

// the traces of soft-delete-check are no part of it
#![cfg(not(feature = "doctor"))]

use chrono::NaiveDateTime;
use diesel::debug_query;
use diesel::pg::Pg;
use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

const README: &str = include_str!("../../README.md");

diesel::table! {
    users { id -> Integer, name -> Text, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    posts {
        id -> Integer,
        user_id -> Integer,
        deleted_at -> Nullable<Timestamp>,
        deleted_by -> Nullable<Integer>,
    }
}
diesel::joinable!(posts -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(users, posts);

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(guarded)]
#[allow(dead_code)]
struct User {
    id: i32,
    name: String,
}

#[derive(Queryable, Selectable, Identifiable, Associations, SoftDeletable)]
#[diesel(belongs_to(User))]
#[soft_delete(guarded)]
#[allow(dead_code)]
struct Post {
    id: i32,
    user_id: i32,
}

fn sql(query: &impl diesel::query_builder::QueryFragment<Pg>) -> String {
    let sql = debug_query::<Pg, _>(query).to_string();
    sql.split(" -- binds")
        .next()
        .unwrap_or_default()
        .to_string()
}

/// The row of the table whose call, spaces aside, is that of the test.
fn assert_row(call: &str, sql: &str) {
    let call = call.split_whitespace().collect::<String>();
    let row = README.lines().find(|line| {
        line.split_whitespace()
            .collect::<String>()
            .starts_with(&format!("|`{call}`|"))
    });
    let row = row.unwrap_or_else(|| panic!("the README has no row for {call}"));
    assert!(row.contains(&format!("| `{sql}` |")), "{row}\n{sql}");
}

macro_rules! rows {
    ($($call:expr),* $(,)?) => { $( assert_row(stringify!($call), &sql(&$call)); )* };
}

#[test]
fn the_table_of_calls_says_what_diesel_says() {
    let t = NaiveDateTime::default();
    let user = User {
        id: 1,
        name: String::new(),
    };
    let post = Post { id: 1, user_id: 1 };
    rows![
        User::query(),
        User::with_deleted(),
        User::only_deleted(),
        users::table.active().count(),
        users::table.deleted_before(t).count(),
        Post::belonging_to(&user).active().count(),
        soft_delete(&user),
        soft_delete(&post).with(posts::deleted_by.eq(7)),
        User::restore_by_id(1),
        purge(users::table),
    ];
}

#[test]
fn the_fragments_are_in_the_sql() {
    let predicate = sql(&users::table.with_deleted().filter(is_active(users::table)));
    assert!(
        predicate.ends_with(r#" WHERE ("users"."deleted_at" IS NULL)"#),
        "{predicate}"
    );
    let join = sql(&users::table.left_join_active(posts::table).count());
    let on = r#"LEFT OUTER JOIN "posts" ON (("posts"."user_id" = "users"."id") AND ("posts"."deleted_at" IS NULL))"#;
    assert!(join.contains(on), "{join}");
    assert!(README.contains(&format!("| `{on}` |")));
}

#[test]
fn an_or_stays_inside_of_its_filter() {
    let clause = |sql: String| {
        format!(
            "\nWHERE {}\n",
            sql.split(" WHERE ").nth(1).unwrap_or_default()
        )
    };
    let one = users::id.eq(1);
    let ada = users::name.eq("Ada");
    let open = clause(sql(&users::table.active().filter(one).or_filter(ada)));
    let shut = clause(sql(&users::table.active().filter(one.or(ada))));
    assert!(README.contains(&open), "{open}");
    assert!(README.contains(&shut), "{shut}");
}

#[test]
fn the_readme_is_short() {
    assert!(README.lines().count() <= 200);
}
