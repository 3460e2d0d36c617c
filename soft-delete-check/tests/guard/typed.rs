//! The scopes and joins of the library on guarded connections: none of them is a leak.

use crate::schema::*;
use diesel::prelude::*;
use soft_delete_check::{Allow, LeakGuard, LeakKind};
use soft_delete_runtime::prelude::*;

#[test]
fn with_deleted_is_meant() -> QueryResult<()> {
    let (mut conn, guard) = guarded();
    let conn = &mut conn;
    User::with_deleted().find(1).get_result::<User>(conn)?;
    users::table
        .with_deleted()
        .count()
        .get_result::<i64>(conn)?;
    users::table
        .with_deleted()
        .into_boxed()
        .filter(users::id.gt(1))
        .count()
        .get_result::<i64>(conn)?;
    users::table
        .with_deleted()
        .into_boxed()
        .filter(users::id.eq(1))
        .or_filter(users::id.eq(2))
        .count()
        .get_result::<i64>(conn)?;
    users::table
        .filter(users::id.gt(1))
        .with_deleted()
        .count()
        .get_result::<i64>(conn)?;
    owners::table
        .with_deleted()
        .count()
        .get_result::<i64>(conn)?;
    diesel::update(users::table.with_deleted().find(1))
        .set(users::name.eq("Eve"))
        .execute(conn)?;
    let u = diesel::alias!(users as u);
    u.with_deleted()
        .select(u.field(users::id))
        .load::<i32>(conn)?;
    u.active().select(u.field(users::id)).load::<i32>(conn)?;
    users::table
        .left_join(posts::table)
        .filter(is_active(users::table))
        .filter(is_active_or_absent(posts::table))
        .count()
        .get_result::<i64>(conn)?;
    users::table
        .left_join(owners::table)
        .filter(is_active(users::table))
        .filter(is_active_or_absent(owners::table))
        .count()
        .get_result::<i64>(conn)?;
    users::table
        .inner_join_active(posts::table.on(posts::user_id.eq(users::id)))
        .filter(is_active(users::table))
        .count()
        .get_result::<i64>(conn)?;
    users::table
        .deleted_roots()
        .select(users::id)
        .load::<i32>(conn)?;
    guard.assert_only(&[]);
    Ok(())
}

#[test]
fn an_or_filter_right_after_it_is_reported_before_it_takes_all_rows() -> QueryResult<()> {
    let (mut conn, guard) = guarded();
    let conn = &mut conn;
    let nobody = || users::table.with_deleted().or_filter(users::id.eq(77));
    nobody().count().get_result::<i64>(conn)?;
    soft_delete(nobody()).execute(conn)?;
    let leaks = guard.leaks();
    let kinds: Vec<_> = leaks.iter().map(|leak| leak.kind).collect();
    assert_eq!(kinds, [LeakKind::OrFilter, LeakKind::OrFilter]);
    Ok(())
}

#[test]
fn setting_the_marker_is_meant() -> QueryResult<()> {
    let (mut conn, guard) = guarded();
    let conn = &mut conn;
    diesel::update(users::table.find(1))
        .set(marked_active(users::table))
        .execute(conn)?;
    diesel::update(users::table.find(1))
        .set(users::deleted_at.eq(None::<chrono::NaiveDateTime>))
        .execute(conn)?;
    guard.assert_only(&[]);
    Ok(())
}

#[test]
fn an_upsert_that_leaves_deleted_rows_alone_is_written_as_the_report_says() -> QueryResult<()> {
    use diesel::query_dsl::methods::FilterDsl;

    let (mut conn, guard) = guarded();
    let upsert = diesel::insert_into(users::table)
        .values((users::id.eq(1), users::name.eq("Eve")))
        .on_conflict(users::id)
        .do_update()
        .set(users::name.eq("Eve"));
    upsert.execute(&mut conn)?;
    let leaks = guard.leaks();
    let import = "`use diesel::query_dsl::methods::FilterDsl`";
    assert!(leaks[0].instead().contains(import), "{}", leaks[0]);
    let (mut conn, guard) = guarded();
    upsert.filter(is_active(users::table)).execute(&mut conn)?;
    guard.assert_only(&[]);
    Ok(())
}

#[test]
fn a_purge_that_includes_active_rows_is_meant_and_the_filter_of_its_target_is_judged()
-> QueryResult<()> {
    let (mut conn, guard) = guarded();
    let conn = &mut conn;
    purge(owners::table.find((1, 2)))
        .including_active()
        .preview(conn)?;
    purge(owners::table.find((1, 2)))
        .including_active()
        .execute(conn)?;
    guard.assert_only(&[]);
    let authors = posts::table.select(posts::user_id);
    purge(users::table.filter(users::id.ne_all(authors)))
        .including_active()
        .execute(conn)?;
    guard.assert_only(&[Allow::read("posts")]);
    Ok(())
}

mod by_operation {
    diesel::table! {
        folders { id -> Integer, deleted -> Bool, deletion_id -> Nullable<Text> }
    }
    diesel::table! {
        files {
            id -> Integer,
            folder_id -> Integer,
            deleted -> Bool,
            deletion_id -> Nullable<Text>,
        }
    }
    soft_delete_runtime::soft_delete_table! {
        folders(deleted, cascade(files::folder_id), operation = deletion_id)
        files(deleted, parents(folder_id), operation = deletion_id)
    }
}

#[test]
fn roots_that_are_told_by_the_operation_are_no_leak() -> QueryResult<()> {
    use by_operation::{files, folders};
    let mut conn = SqliteConnection::establish(":memory:").expect("SQLite opens in memory");
    diesel::connection::SimpleConnection::batch_execute(
        &mut conn,
        "CREATE TABLE folders (id INTEGER PRIMARY KEY, deleted BOOLEAN NOT NULL, deletion_id TEXT);
         CREATE TABLE files (
             id INTEGER PRIMARY KEY, folder_id INTEGER NOT NULL, deleted BOOLEAN NOT NULL,
             deletion_id TEXT);",
    )?;
    let guard = LeakGuard::watching((folders::table, files::table)).collects();
    conn.set_instrumentation(guard.clone());
    let roots = files::table.deleted_roots().select(files::id);
    assert_eq!(roots.load::<i32>(&mut conn)?, [0; 0]);
    guard.assert_only(&[]);
    Ok(())
}
