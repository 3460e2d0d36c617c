//! The allow-list.

use std::panic::catch_unwind;

use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use soft_delete_check::{Allow, LeakGuard};
use soft_delete_runtime::prelude::*;

use crate::program::{count_all, registry};
use crate::schema::*;

/// What `assert_only` says.
fn complaint(guard: &LeakGuard, allowed: &[Allow]) -> Option<String> {
    let guard = guard.clone();
    let allowed = allowed.to_vec();
    let panic = catch_unwind(move || guard.assert_only(&allowed)).err()?;
    Some(
        panic
            .downcast_ref::<String>()
            .expect("a panic with a text")
            .clone(),
    )
}

#[test]
fn a_program_like_a_registry_is_clean_with_one_entry() -> QueryResult<()> {
    let (mut conn, guard) = guarded();
    let conn = &mut conn;
    owners::table
        .find((1, 2))
        .active()
        .count()
        .get_result::<i64>(conn)?;
    soft_delete(owners::table.find((1, 2))).execute(conn)?;
    registry::list::all_owners(conn)?;
    registry::add_again(conn, 2)?;
    let allowed = [Allow::read("owners").within("registry::list")];
    assert_eq!(complaint(&guard, &allowed), None);
    let other = [Allow::read("owners").within("registry::audit")];
    let complaint = complaint(&guard, &other).expect("another module");
    assert!(
        complaint.contains("registry::list::all_owners"),
        "{complaint}"
    );
    assert!(complaint.contains("matched nothing"), "{complaint}");
    Ok(())
}

#[test]
fn an_entry_is_for_one_kind_and_table() -> QueryResult<()> {
    let (mut conn, guard) = guarded();
    count_all(&mut conn)?;
    assert_eq!(complaint(&guard, &[Allow::read("users")]), None);
    assert!(complaint(&guard, &[]).is_some());
    assert!(complaint(&guard, &[Allow::update("users")]).is_some());
    assert!(complaint(&guard, &[Allow::read("posts")]).is_some());
    Ok(())
}

#[test]
fn an_entry_that_matched_nothing_is_refused_by_name() -> QueryResult<()> {
    let (mut conn, guard) = guarded();
    count_all(&mut conn)?;
    let stale = Allow::delete("posts")
        .sql("DELETE FROM posts")
        .within("cleanup");
    let complaint = complaint(&guard, &[Allow::read("users"), stale]).expect("it is stale");
    let entry = r#"Allow::delete("posts").sql("DELETE FROM posts").within("cleanup")"#;
    assert!(complaint.contains(entry), "{complaint}");
    assert!(!complaint.contains("reads deleted rows"), "{complaint}");
    Ok(())
}

#[test]
fn a_pattern_is_compared_by_words() -> QueryResult<()> {
    let (mut conn, guard) = guarded();
    users::table
        .filter(users::id.eq_any([1, 2, 3]))
        .filter(users::name.eq("Ada"))
        .select(users::id)
        .load::<i32>(&mut conn)?;
    let same = [
        "SELECT `users`.`id` FROM `users` WHERE ((`users`.`id` IN (?, ?, ?)) AND (`users`.`name` = ?))",
        "select users.id from users where ((users.id in (?)) and (users.name = ?))",
        r#"SELECT "users"."id" FROM "users" WHERE (("users"."id" IN ($1, $2)) AND ("users"."name" = $3));"#,
        "SELECT users.id -- by name\n  FROM users WHERE ((users.id IN (?, ?)) AND (users.name = ?))",
        "SELECT .. FROM users WHERE ..",
        "..",
    ];
    for pattern in same {
        assert_eq!(
            complaint(&guard, &[Allow::read("users").sql(pattern)]),
            None,
            "{pattern}"
        );
    }
    let other = [
        "SELECT users.id FROM users",
        "SELECT users.id FROM users WHERE (users.name = ?)",
        "SELECT users.name FROM users WHERE ((users.id IN (?)) AND (users.name = ?))",
        "SELECT .. FROM users",
        "",
    ];
    for pattern in other {
        assert!(
            complaint(&guard, &[Allow::read("users").sql(pattern)]).is_some(),
            "{pattern}"
        );
    }
    Ok(())
}

#[test]
fn a_long_statement_is_compared_at_once() -> QueryResult<()> {
    let (mut conn, guard) = guarded();
    let mut query = users::table.into_boxed();
    for id in 0..300 {
        query = query.or_filter(users::id.eq(id));
    }
    query.select(users::id).load::<i32>(&mut conn)?;
    let pattern = "SELECT .. FROM users WHERE .. id .. id .. id .. id .. id ..";
    let read = |pattern: String| Allow::read("users").sql(pattern);
    assert_eq!(complaint(&guard, &[read(pattern.to_owned())]), None);
    assert!(complaint(&guard, &[read(format!("{pattern} nothing"))]).is_some());
    Ok(())
}

#[test]
fn rows_of_an_insert_may_be_any_number() -> QueryResult<()> {
    let (mut conn, guard) = guarded();
    let insert = |ids: &[i32]| {
        let rows = vec!["(?, ?)"; ids.len()].join(", ");
        format!("REPLACE INTO users (id, name) VALUES {rows}")
    };
    for ids in [&[7][..], &[8, 9]] {
        let mut query = diesel::sql_query(insert(ids)).into_boxed::<diesel::sqlite::Sqlite>();
        for id in ids {
            query = query.bind::<Integer, _>(*id).bind::<Text, _>("x");
        }
        query.execute(&mut conn)?;
    }
    let allowed = Allow::delete("users").sql("REPLACE INTO users (id, name) VALUES (?, ?)");
    assert_eq!(complaint(&guard, &[allowed]), None);
    Ok(())
}
