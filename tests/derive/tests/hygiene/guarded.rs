//! Guarded tables, wherever they are and whatever they are called.
//!
//! An `#[expect]` fails where nothing speaks, and all other code fails where something does.

use diesel::dsl::auto_type;
use diesel::prelude::*;
use diesel::query_dsl::methods;
use diesel::sqlite::Sqlite;
use soft_delete_runtime::prelude::*;

mod schema {
    diesel::table! {
        users {
            id -> Integer,
            name -> Text,
            deleted_at -> Nullable<Timestamp>,
        }
    }
    diesel::table! {
        posts {
            id -> Integer,
            user_id -> Integer,
            deleted_at -> Nullable<Timestamp>,
        }
    }
    diesel::joinable!(posts -> users (user_id));
    diesel::allow_tables_to_appear_in_same_query!(users, posts);
}

/// The tables under names of their own.
mod renamed {
    pub(super) use super::schema::posts;
    pub(super) use super::schema::users as people;
}

use self::renamed::{people, posts};

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
#[diesel(table_name = people)]
#[soft_delete(guarded, cascade(posts::user_id))]
struct User {
    id: i32,
    name: String,
}

#[derive(
    Debug, Queryable, Selectable, Identifiable, Insertable, AsChangeset, Associations, SoftDeletable,
)]
#[diesel(table_name = posts, belongs_to(User))]
#[soft_delete(guarded)]
struct Post {
    id: i32,
    user_id: i32,
}

/// Its columns are in scope, by names that functions have for their parameters.
mod columns {
    // of the table, which is in scope too
    #![allow(unused_qualifications)]

    use super::*;

    diesel::table! {
        tags {
            id -> Integer,
            predicate -> Integer,
            selection -> Integer,
            expr -> Integer,
            limit -> Integer,
            rhs -> Integer,
            deleted -> Bool,
        }
    }
    use self::tags::dsl::*;

    soft_delete_table! { tags(deleted, guarded) }

    #[test]
    fn columns_may_have_the_names_of_parameters() {
        #[expect(deprecated)]
        let first = tags.filter(limit.eq(rhs)).select((id, predicate));
        let text = super::sql(&first.filter(selection.eq(expr)));
        assert!(
            text.starts_with("SELECT `tags`.`id`, `tags`.`predicate`"),
            "{text}"
        );
    }
}

macro_rules! schema {
    ($table:ident, $model:ident, $marker:ident) => {
        diesel::table! {
            $table {
                id -> Integer,
                $marker -> Nullable<Timestamp>,
            }
        }

        #[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
        #[diesel(table_name = $table)]
        #[soft_delete(column = $marker, guarded)]
        struct $model {
            id: i32,
        }
    };
}
schema!(drafts, Draft, gone_at);

/// What a table's own query is made of where the table is any.
fn first_by<T, P>(table: T, predicate: P) -> diesel::dsl::Filter<T, P>
where
    T: methods::FilterDsl<P>,
{
    table.filter(predicate)
}

#[auto_type]
fn owner(id: i32) -> _ {
    let active: soft_delete_runtime::dsl::Active<people::table> = people::table.active();
    active.filter(people::id.eq(id))
}

fn sql<Q: diesel::query_builder::QueryFragment<Sqlite>>(query: &Q) -> String {
    diesel::debug_query::<Sqlite, _>(query).to_string()
}

/// That the two are one type, and one text.
fn same<Q: diesel::query_builder::QueryFragment<Sqlite>>(guarded: &Q, diesels: &Q) {
    assert_eq!(sql(guarded), sql(diesels));
}

#[test]
fn each_method_speaks_and_is_diesels_own() {
    let users = people::table;
    let one = people::id.eq(1);
    #[expect(deprecated)]
    let found = people::table.filter(one);
    same(&found, &QueryDsl::filter(users, one));
    #[expect(deprecated)]
    let found = people::table.find(1);
    same(&found, &QueryDsl::find(users, 1));
    #[expect(deprecated)]
    let found = people::table.select((people::id, people::name));
    same(&found, &QueryDsl::select(users, (people::id, people::name)));
    #[expect(deprecated)]
    let found = people::table.count();
    same(&found, &QueryDsl::count(users));
    #[expect(deprecated)]
    let found = people::table.order((people::name.desc(), people::id));
    same(
        &found,
        &QueryDsl::order(users, (people::name.desc(), people::id)),
    );
    #[expect(deprecated)]
    let found = people::table.order_by(people::id);
    same(&found, &QueryDsl::order_by(users, people::id));
    #[expect(deprecated)]
    let found = people::table.limit(1);
    same(&found, &QueryDsl::limit(users, 1));
    #[expect(deprecated)]
    let found = people::table.inner_join(posts::table);
    same(&found, &QueryDsl::inner_join(users, posts::table));
    #[expect(deprecated)]
    let found = people::table.left_join(posts::table.on(posts::user_id.eq(people::id)));
    let on = posts::table.on(posts::user_id.eq(people::id));
    same(&found, &QueryDsl::left_join(users, on));
    #[expect(deprecated)]
    let found = people::table.into_boxed::<Sqlite>();
    same(&found, &QueryDsl::into_boxed(users));
    #[expect(deprecated)]
    let found = people::table.for_update();
    let _: diesel::dsl::ForUpdate<people::table> = found; // SQLite has none
}

#[test]
fn what_names_its_rows_is_silent() {
    let conn = &mut crate::database(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, deleted_at TIMESTAMP);
         INSERT INTO users VALUES (1, 'Sean', NULL), (2, 'Tess', datetime('now'));
         CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, deleted_at TIMESTAMP);
         CREATE TABLE drafts (id INTEGER PRIMARY KEY, gone_at TIMESTAMP);
         INSERT INTO drafts VALUES (1, NULL)",
    );
    let sean = User::query().find(1).get_result(conn).expect("Sean");
    assert_eq!((sean.id, sean.name.as_str()), (1, "Sean"));
    assert_eq!(User::with_deleted().load(conn).map(|all| all.len()), Ok(2));
    let all = people::table.with_deleted().count();
    assert_eq!(all.get_result(conn), Ok(2_i64));
    let deleted = people::table.only_deleted().select(people::id);
    assert_eq!(deleted.load(conn), Ok(vec![2]));
    assert_eq!(owner(1).select(people::id).load(conn), Ok(vec![sean.id]));
    let tess = first_by(people::table, people::id.eq(2));
    assert_eq!(
        tess.load::<(i32, String, Option<chrono::NaiveDateTime>)>(conn)
            .map(|rows| rows.len()),
        Ok(1)
    );

    let post = Post { id: 1, user_id: 1 };
    let inserted = diesel::insert_into(posts::table)
        .values(&post)
        .execute(conn);
    assert_eq!(inserted, Ok(1));
    assert_eq!(diesel::update(&post).set(&post).execute(conn), Ok(1));
    let own = Post::belonging_to(&sean).active().select(posts::id);
    assert_eq!(own.load(conn), Ok(vec![1]));
    assert_eq!(
        Post::belonging_to(&sean)
            .select(Post::as_select())
            .load(conn)
            .map(|posts| posts.len()),
        Ok(1)
    );

    assert_eq!(sean.soft_delete().execute(conn).ok(), Some(2));
    assert_eq!(User::restore_by_id(1).execute(conn).ok(), Some(2));
    let target = people::table.with_deleted().find(1);
    let changed = diesel::update(target).set(people::name.eq("Ben"));
    assert_eq!(changed.execute(conn), Ok(1));
    assert_eq!(soft_delete(target).execute(conn).ok(), Some(2));

    let draft = Draft::query().get_result(conn).expect("a draft");
    assert_eq!(soft_delete(&draft).execute(conn), Ok(1));
    #[expect(deprecated)]
    let found = drafts::table.find(draft.id);
    assert_eq!(found.select(drafts::id).get_result(conn), Ok(1));
}
