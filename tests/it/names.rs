//! The types that our functions return have names.

use crate::prelude::*;
use diesel::dsl::auto_type;
use soft_delete_runtime::dsl as soft;
use soft_delete_runtime::prelude::*;
use soft_delete_runtime::{marked_active, marked_deleted};

use crate::backend::DB;
use crate::schema::*;

// in signatures

fn readers() -> soft::Active<users::table> {
    users::table.active()
}

fn trash_of(
    user: &User,
) -> soft::OnlyDeleted<diesel::dsl::Filter<posts::table, diesel::dsl::Eq<posts::user_id, &i32>>> {
    Post::belonging_to(user).only_deleted()
}

fn boxed_readers<'a>() -> soft::Active<users::BoxedQuery<'a, DB>> {
    users::table.into_boxed().active()
}

fn expired() -> soft::DeletedBefore<posts::table> {
    posts::table.deleted_before(day(3))
}

fn recent() -> soft::DeletedSince<memberships::table> {
    memberships::table.deleted_since(day(3))
}

fn with_posts() -> soft::LeftJoinActive<users::table, posts::table> {
    users::table.left_join_active(posts::table)
}

fn with_comments()
-> soft::InnerJoinActive<users::table, soft::InnerJoinActive<posts::table, comments::table>> {
    users::table.inner_join_active(posts::table.inner_join_active(comments::table))
}

fn everyone() -> soft::ModelWithDeleted<User, DB> {
    User::with_deleted()
}

fn gone() -> soft::ModelOnlyDeleted<User, DB> {
    User::only_deleted()
}

fn is_reader() -> soft::is_active<users::table> {
    is_active(users::table)
}

fn is_gone() -> soft::is_deleted<users::table> {
    is_deleted(users::table)
}

fn delete_user(user: &User) -> soft::SoftDelete<&User> {
    soft_delete(user)
}

fn delete_user_by_key(id: i32) -> soft::SoftDelete<diesel::dsl::Find<users::table, i32>> {
    soft_delete(users::table.find(id))
}

type DeletePost = soft::SoftDelete<diesel::dsl::Find<posts::table, i32>>;

fn delete_by(
    id: i32,
    by: i32,
) -> soft::With<DeletePost, diesel::dsl::Eq<posts::deleted_by, Option<i32>>> {
    soft_delete(posts::table.find(id)).with(posts::deleted_by.eq(Some(by)))
}

fn restore_all() -> soft::Restore<users::table> {
    restore(users::table)
}

fn purge_user(user: &User) -> soft::Purge<&User> {
    purge(user)
}

fn by_id() -> (
    soft::SoftDeleteById<User, i32>,
    soft::RestoreById<User, i32>,
    soft::PurgeById<User, i32>,
) {
    (
        User::soft_delete_by_id(1),
        User::restore_by_id(1),
        User::purge_by_id(1),
    )
}

#[test]
fn the_aliases_name_what_the_functions_return() {
    let conn = &mut blog();
    let sean = everyone().find(1).get_result(conn).unwrap();
    let count = |query: QueryResult<i64>| query.unwrap();
    assert_eq!(count(readers().count().get_result(conn)), 2);
    assert_eq!(count(trash_of(&sean).count().get_result(conn)), 1);
    assert_eq!(count(boxed_readers().count().get_result(conn)), 2);
    assert_eq!(count(expired().count().get_result(conn)), 1);
    assert_eq!(count(recent().count().get_result(conn)), 1);
    assert_eq!(count(with_posts().count().get_result(conn)), 3);
    assert_eq!(count(with_comments().count().get_result(conn)), 1);
    assert_eq!(gone().load(conn).unwrap().len(), 1);
    assert_eq!(
        count(users::table.filter(is_reader()).count().get_result(conn)),
        2
    );
    assert_eq!(
        count(users::table.filter(is_gone()).count().get_result(conn)),
        1
    );
    assert_eq!(delete_user(&sean).execute(conn), Ok(1));
    assert_eq!(delete_user_by_key(3).execute(conn), Ok(1));
    assert_eq!(delete_by(1, 7).execute(conn), Ok(1));
    assert_eq!(restore_all().execute(conn), Ok(3));
    assert_eq!(purge_user(&sean).execute(conn), Ok(0));
    let (delete, restore, purge) = by_id();
    assert_eq!(delete.execute(conn), Ok(1));
    assert_eq!(restore.execute(conn), Ok(1));
    assert_eq!(purge.execute(conn), Ok(0));
}

// under auto_type

#[auto_type]
fn named<'a>(name: &'a str) -> _ {
    users::table
        .filter(users::name.eq(name))
        .filter(soft::is_active(users::table))
}

#[auto_type]
fn trash() -> _ {
    posts::table
        .filter(soft::is_deleted(posts::table))
        .select(posts::title)
}

#[auto_type]
fn first_readers() -> _ {
    let readers: soft::Active<users::table> = users::table.active();
    readers.order(users::id).limit(1_i64)
}

#[auto_type]
fn delete(id: i32) -> _ {
    soft::soft_delete(posts::table.find(id))
}

#[auto_type]
fn delete_at(id: i32, moment: chrono::NaiveDateTime) -> _ {
    let delete: soft::SoftDelete<diesel::dsl::Find<posts::table, i32>> =
        soft::soft_delete(posts::table.find(id)).at(moment);
    delete
}

#[auto_type]
fn delete_because<'a>(id: i32, why: &'a str) -> _ {
    let changes: diesel::dsl::Eq<posts::delete_reason, Option<&'a str>> =
        posts::delete_reason.eq(Some(why));
    let delete: soft::With<DeletePost, diesel::dsl::Eq<posts::delete_reason, Option<&'a str>>> =
        soft::soft_delete(posts::table.find(id)).with(changes);
    delete
}

#[auto_type]
fn bring_back(id: i32) -> _ {
    soft::restore(posts::table.find(id))
}

#[auto_type]
fn remove(id: i32) -> _ {
    soft::purge(posts::table.find(id))
}

#[auto_type]
fn active_mark() -> _ {
    soft::marked_active(users::table)
}

#[auto_type]
fn deleted_mark() -> _ {
    soft::marked_deleted(users::table)
}

#[test]
fn auto_type_finds_the_types() {
    let conn = &mut blog();
    assert_eq!(named("Sean").count().get_result(conn), Ok(1_i64));
    assert_eq!(named("Tess").count().get_result(conn), Ok(0_i64));
    assert_eq!(
        trash().order(posts::id).load::<String>(conn).unwrap(),
        ["Draft", "Rant"]
    );
    assert_eq!(first_readers().load::<User>(conn).unwrap().len(), 1);
    assert_eq!(delete(1).execute(conn), Ok(1));
    assert_eq!(bring_back(1).execute(conn), Ok(1));
    assert_eq!(delete_at(1, day(9)).execute(conn), Ok(1));
    assert_eq!(bring_back(1).execute(conn), Ok(1));
    assert_eq!(delete_because(1, "why").execute(conn), Ok(1));
    assert_eq!(remove(1).execute(conn), Ok(1));
    assert_eq!(
        diesel::update(users::table.with_deleted())
            .set(active_mark())
            .execute(conn),
        Ok(3)
    );
    assert_eq!(
        diesel::update(users::table.active())
            .set(deleted_mark())
            .execute(conn),
        Ok(3)
    );
    let _: fn(users::table) -> soft::marked_active<users::table> = marked_active;
    let _: fn(users::table) -> soft::marked_deleted<users::table> = marked_deleted;
}

#[derive(HasQuery)]
#[diesel(table_name = posts, base_query = posts::table.filter(soft::is_active(posts::table)))]
struct Title {
    title: String,
}

#[test]
fn a_base_query_is_scoped() {
    let conn = &mut blog();
    let titles: Vec<Title> = Title::query().order(posts::id).load(conn).unwrap();
    let titles: Vec<_> = titles.iter().map(|title| title.title.as_str()).collect();
    assert_eq!(titles, ["Hello", "Farewell"]);
}

#[auto_type]
fn readers_by_name() -> _ {
    soft::active(users::table).order(users::name)
}

#[derive(HasQuery, Identifiable, SoftDeletable)]
#[diesel(table_name = comments, base_query = soft::active(comments::table).filter(comments::id.gt(1_i32)))]
#[soft_delete(shared_table, no_default_scope)]
struct LaterComment {
    id: i32,
}

#[auto_type]
fn posts_or_none() -> _ {
    users::table
        .left_join(posts::table)
        .filter(soft::is_active_or_absent(posts::table))
        .select(users::id)
}

#[test]
fn the_scope_is_a_function_for_auto_type_and_base_query() {
    let conn = &mut blog();
    let names = readers_by_name().select(users::name).load::<String>(conn);
    assert_eq!(names.unwrap(), ["Jim", "Sean"]);
    let later = LaterComment::query().load(conn).unwrap();
    assert_eq!(
        later.iter().map(|comment| comment.id).collect::<Vec<_>>(),
        [3]
    );
    let ids = posts_or_none().order(users::id).load::<i32>(conn);
    assert_eq!(ids.unwrap(), [1, 2, 3]);
}

#[test]
fn the_function_takes_aliases_and_queries() {
    let conn = &mut blog();
    let reader = diesel::alias!(users as reader);
    let active = soft::active(reader).count().get_result(conn);
    assert_eq!(active, Ok(2_i64));
    let active = soft::active(users::table.filter(users::id.gt(1)));
    assert_eq!(active.count().get_result(conn), Ok(1_i64));
    let active = soft::active(users::table.into_boxed::<DB>());
    assert_eq!(active.count().get_result(conn), Ok(2_i64));
}
