//! What is reported of a statement that a connection executes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use diesel::connection::{InstrumentationEvent, SimpleConnection};
use diesel::prelude::*;
use diesel::sql_types::Text;
use soft_delete_check::{LeakGuard, LeakKind};
use soft_delete_runtime::prelude::*;

use crate::schema::*;

#[test]
fn a_leak_has_all_that_one_needs_to_repair_it() -> QueryResult<()> {
    let (mut conn, guard) = guarded();
    users::table
        .filter(users::name.eq("Ada"))
        .select(users::id)
        .load::<i32>(&mut conn)?;
    let leaks = guard.leaks();
    let [leak] = leaks.as_slice() else {
        panic!("one leak: {leaks:?}");
    };
    assert_eq!(leak.kind, LeakKind::Read);
    assert_eq!(leak.table, "users");
    assert_eq!(
        leak.statement,
        "SELECT `users`.`id` FROM `users` WHERE (`users`.`name` = ?)"
    );
    let call_site = leak.call_site.as_ref().expect("this function has a name");
    let function = "connection::a_leak_has_all_that_one_needs_to_repair_it";
    assert!(call_site.function.ends_with(function), "{call_site}");
    if let Some(file) = &call_site.file {
        assert!(file.ends_with("tests/guard/connection.rs"), "{call_site}");
        assert!(call_site.line.is_some(), "{call_site}");
    }
    assert_eq!(leak.thread.as_deref(), Some(function));
    assert!(leak.instead().contains("`users::table.active()`"), "{leak}");
    assert!(
        leak.instead().contains("users.deleted_at IS NULL"),
        "{leak}"
    );
    let report = leak.to_string();
    for part in [
        "reads deleted rows of `users`",
        leak.statement.as_str(),
        function,
    ] {
        assert!(report.contains(part), "{report}");
    }
    Ok(())
}

#[test]
fn what_the_library_offers_is_clean() -> QueryResult<()> {
    let (mut conn, guard) = guarded();
    let conn = &mut conn;
    User::query().order(users::name).load(conn)?;
    User::only_deleted().load::<User>(conn)?;
    let ada = User::query().find(1).get_result(conn)?;
    Post::belonging_to(&ada)
        .active()
        .count()
        .get_result::<i64>(conn)?;
    users::table.active().count().get_result::<i64>(conn)?;
    users::table
        .only_deleted()
        .into_boxed()
        .filter(users::id.gt(1))
        .count()
        .get_result::<i64>(conn)?;
    users::table
        .deleted_before(chrono::Utc::now())
        .count()
        .get_result::<i64>(conn)?;
    owners::table
        .find((1, 1))
        .active()
        .count()
        .get_result::<i64>(conn)?;
    owners::table
        .only_deleted()
        .count()
        .get_result::<i64>(conn)?;
    users::table
        .left_join_active(posts::table)
        .filter(is_active(users::table))
        .select((users::name, posts::title.nullable()))
        .load::<(String, Option<String>)>(conn)?;
    users::table
        .inner_join_active(owners::table)
        .filter(is_active(users::table))
        .select(users::name)
        .load::<String>(conn)?;
    soft_delete(users::table.find(1)).execute(conn)?;
    restore(users::table.find(1)).execute(conn)?;
    owners::table.find((1, 2)).soft_delete_here(conn)?;
    User::soft_delete_by_id(2).execute(conn)?;
    purge(posts::table.filter(posts::user_id.eq(2))).execute(conn)?;
    diesel::insert_into(owners::table)
        .values((owners::crate_id.eq(1), owners::owner_id.eq(2)))
        .on_conflict(owners::table.primary_key())
        .do_update()
        .set(marked_active(owners::table))
        .execute(conn)?;
    guard.assert_only(&[]);
    assert_eq!(guard.not_parsed(), 0);
    Ok(())
}

/// As a program may wrap it.
trait SoftDeleteHere {
    fn soft_delete_here(self, conn: &mut SqliteConnection) -> QueryResult<usize>;
}

impl SoftDeleteHere for diesel::dsl::Find<owners::table, (i32, i32)> {
    fn soft_delete_here(self, conn: &mut SqliteConnection) -> QueryResult<usize> {
        soft_delete(self).execute(conn)
    }
}

#[test]
fn what_forgets_is_reported_by_its_kind() -> QueryResult<()> {
    let (mut conn, guard) = guarded();
    let conn = &mut conn;
    let mut kinds = Vec::new();
    let mut found = |guard: &LeakGuard| {
        let leaks = guard.leaks();
        kinds.extend(
            leaks[kinds.len()..]
                .iter()
                .map(|leak| (leak.kind, leak.table.clone()))
                .collect::<Vec<_>>(),
        );
        kinds.len()
    };

    users::table
        .inner_join_active(posts::table)
        .count()
        .get_result::<i64>(conn)?;
    assert_eq!(found(&guard), 1);
    User::query().or_filter(users::name.eq("Ben")).load(conn)?;
    assert_eq!(found(&guard), 2);
    diesel::update(users::table.find(1))
        .set(users::name.eq("Eve"))
        .execute(conn)?;
    assert_eq!(found(&guard), 3);
    diesel::delete(posts::table.find(1)).execute(conn)?;
    assert_eq!(found(&guard), 4);
    diesel::insert_into(users::table)
        .values((users::id.eq(1), users::name.eq("Ada")))
        .on_conflict(users::id)
        .do_update()
        .set(users::name.eq("Ada"))
        .execute(conn)?;
    assert_eq!(found(&guard), 5);
    User::query().only_deleted().load(conn)?;
    assert_eq!(found(&guard), 6);
    diesel::sql_query("SELECT crate_id FROM owners").execute(conn)?;
    assert_eq!(found(&guard), 7);

    let expected = [
        (LeakKind::Read, "users"),
        (LeakKind::Read, "users"),
        (LeakKind::Update, "users"),
        (LeakKind::Delete, "posts"),
        (LeakKind::Upsert, "users"),
        (LeakKind::AlwaysEmpty, "users"),
        (LeakKind::Read, "owners"),
    ];
    let kinds: Vec<_> = kinds
        .iter()
        .map(|(kind, table)| (*kind, table.as_str()))
        .collect();
    assert_eq!(kinds, expected);
    Ok(())
}

#[test]
fn each_statement_of_a_batch_is_judged() -> QueryResult<()> {
    let (mut conn, guard) = guarded();
    conn.batch_execute("SELECT 1; DELETE FROM posts WHERE id = 1; CREATE TABLE x (id INTEGER)")?;
    let kinds: Vec<_> = guard.leaks().iter().map(|leak| leak.kind).collect();
    assert_eq!(kinds, [LeakKind::Delete]);
    Ok(())
}

#[test]
fn a_guard_that_panics_stops_the_statement() {
    let mut conn = connection();
    let guard = watching().panics();
    conn.set_instrumentation(guard.clone());
    let delete = || diesel::delete(posts::table).execute(&mut conn);
    let panic = catch_unwind(AssertUnwindSafe(delete)).expect_err("it is a hard delete");
    let message = panic.downcast_ref::<String>().expect("a panic with a text");
    assert!(
        message.contains("removes active rows of `posts`"),
        "{message}"
    );
    assert!(
        message.contains("a_guard_that_panics_stops_the_statement"),
        "{message}"
    );
    // nothing was executed, the connection and the guard go on
    assert_eq!(
        posts::table.active().count().get_result(&mut conn),
        Ok(2_i64)
    );
    assert_eq!(guard.leaks().len(), 1);
}

#[test]
fn a_guard_that_panics_lets_what_is_allowed_pass() -> QueryResult<()> {
    use soft_delete_check::Allow;
    let mut conn = connection();
    let guard = watching()
        .allow([Allow::read("posts"), Allow::read("users")])
        .panics();
    conn.set_instrumentation(guard.clone());
    assert_eq!(posts::table.count().get_result(&mut conn), Ok(2_i64));
    let stale = catch_unwind(|| guard.assert_only(&[])).expect_err("one entry is not needed");
    let stale = stale.downcast_ref::<String>().expect("a panic with a text");
    assert!(stale.contains(r#"Allow::read("users")"#), "{stale}");
    assert!(!stale.contains(r#"Allow::read("posts")"#), "{stale}");
    Ok(())
}

#[test]
fn a_statement_is_reported_once_for_each_place() -> QueryResult<()> {
    let (mut conn, guard) = guarded();
    for _ in 0..3 {
        users::table.count().get_result::<i64>(&mut conn)?;
    }
    assert_eq!(guard.leaks().len(), 1);
    crate::program::count_all(&mut conn)?;
    assert_eq!(guard.leaks().len(), 2);
    Ok(())
}

#[test]
fn another_instrumentation_sees_the_events_too() -> QueryResult<()> {
    let mut conn = connection();
    let log = Arc::new(Mutex::new(Vec::new()));
    let to = log.clone();
    let guard = watching().collects();
    conn.set_instrumentation(guard.clone().and(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            to.lock().expect("nothing panics").push(query.to_string());
        }
    }));
    users::table.count().get_result::<i64>(&mut conn)?;
    assert_eq!(guard.leaks().len(), 1);
    let log = log.lock().expect("nothing panics");
    assert!(log.iter().any(|text| text.contains("COUNT(*)")), "{log:?}");
    Ok(())
}

#[test]
fn a_statement_is_not_cut_where_a_literal_of_it_looks_like_the_values() -> QueryResult<()> {
    let (mut conn, guard) = guarded();
    let statements = [
        "SELECT ' -- binds: [', id FROM users",
        "SELECT 1 /* -- binds: [ */ FROM users",
        "SELECT id AS ` -- binds: []` FROM users",
    ];
    for statement in statements {
        diesel::sql_query(statement).execute(&mut conn)?;
    }
    let leaks = guard.leaks();
    let found: Vec<_> = leaks.iter().map(|leak| leak.statement.as_str()).collect();
    assert_eq!(found, statements);
    Ok(())
}

#[test]
fn values_are_no_part_of_what_is_reported() -> QueryResult<()> {
    let (mut conn, guard) = guarded();
    let secret = "SELECT -- binds: [1] FROM posts; DELETE FROM users";
    users::table
        .active()
        .filter(users::name.eq(secret))
        .count()
        .get_result::<i64>(&mut conn)?;
    guard.assert_only(&[]);
    users::table
        .filter(users::name.eq(secret))
        .count()
        .get_result::<i64>(&mut conn)?;
    let leaks = guard.leaks();
    assert_eq!(leaks.len(), 1);
    assert!(!leaks[0].to_string().contains("DELETE"), "{}", leaks[0]);
    Ok(())
}

/// A value that cannot be bound.
#[derive(Debug, diesel::expression::AsExpression)]
#[diesel(sql_type = Text)]
struct NoValue;

impl diesel::serialize::ToSql<Text, diesel::sqlite::Sqlite> for NoValue {
    fn to_sql<'b>(
        &'b self,
        _: &mut diesel::serialize::Output<'b, '_, diesel::sqlite::Sqlite>,
    ) -> diesel::serialize::Result {
        Err("it has no value".into())
    }
}

#[test]
fn a_query_that_cannot_be_printed_does_no_harm() {
    let (mut conn, guard) = guarded();
    let query = users::table.filter(users::name.eq(NoValue)).count();
    let error = query
        .get_result::<i64>(&mut conn)
        .expect_err("it cannot be executed either");
    assert!(error.to_string().contains("it has no value"), "{error}");
    assert!(guard.leaks().len() + guard.not_parsed() >= 1);
    assert_eq!(
        users::table.active().count().get_result(&mut conn),
        Ok(2_i64)
    );
}

#[test]
fn deep_conditions_need_no_stack_of_the_caller() -> QueryResult<()> {
    let (mut conn, guard) = guarded();
    let deep = format!(
        "SELECT id FROM users WHERE {}deleted_at IS NULL{}",
        "(".repeat(900),
        ")".repeat(900)
    );
    // SQLite itself refuses it, after it was read
    let _ = diesel::sql_query(&deep).execute(&mut conn);
    let leak = format!(
        "SELECT id FROM users WHERE {}id > 0{}",
        "(".repeat(90),
        ")".repeat(90)
    );
    diesel::sql_query(&leak).execute(&mut conn)?;
    let statements: Vec<_> = guard
        .leaks()
        .into_iter()
        .map(|leak| leak.statement)
        .collect();
    assert_eq!(statements, [leak]);
    Ok(())
}

mod multi {
    use diesel::prelude::*;

    #[derive(diesel::MultiConnection)]
    pub enum Conn {
        Sqlite(SqliteConnection),
    }
}

#[test]
fn the_caller_is_not_what_a_derive_has_written() -> QueryResult<()> {
    let (conn, guard) = guarded();
    let mut conn = multi::Conn::Sqlite(conn);
    users::table.count().get_result::<i64>(&mut conn)?;
    let leaks = guard.leaks();
    let call_site = leaks[0]
        .call_site
        .as_ref()
        .expect("this function has a name");
    let function = "the_caller_is_not_what_a_derive_has_written";
    assert!(call_site.function.ends_with(function), "{call_site}");
    Ok(())
}

#[test]
fn the_report_has_a_leak_of_several_threads_once() {
    let (_, guard) = guarded();
    let work = || {
        let mut conn = connection();
        conn.set_instrumentation(guard.clone());
        crate::program::count_all(&mut conn).expect("it counts");
    };
    std::thread::scope(|scope| {
        for name in ["a", "b", "c"] {
            let thread = std::thread::Builder::new().name(name.to_owned());
            thread.spawn_scoped(scope, work).expect("a thread");
        }
    });
    assert_eq!(guard.leaks().len(), 3);
    let panic = catch_unwind(|| guard.assert_only(&[])).expect_err("there are leaks");
    let report = panic.downcast_ref::<String>().expect("a panic with a text");
    assert_eq!(report.matches("program::count_all").count(), 1, "{report}");
    assert!(report.contains("(in 3 threads)"), "{report}");
}
