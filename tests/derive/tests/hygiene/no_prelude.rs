//! A module without any prelude, where Diesel's own derives do not compile.

#![no_implicit_prelude]

use ::diesel::sql_types::{Integer, Nullable, Timestamp};

use crate::no_prelude_schema::{posts, users};

::soft_delete_runtime::soft_delete_table! { posts(deleted, unit = nanos, guarded) }

#[derive(::std::fmt::Debug, ::soft_delete_runtime::SoftDeletable)]
#[soft_delete(touch = updated_at, clear(deleted_by), guarded)]
struct User {
    id: i32,
    deleted_at: ::std::option::Option<::chrono::NaiveDateTime>,
}

type Row = (i32, ::std::option::Option<::chrono::NaiveDateTime>);

impl<DB> ::diesel::Queryable<(Integer, Nullable<Timestamp>), DB> for User
where
    DB: ::diesel::backend::Backend,
    Row: ::diesel::deserialize::FromStaticSqlRow<(Integer, Nullable<Timestamp>), DB>,
{
    type Row = Row;

    fn build((id, deleted_at): Row) -> ::diesel::deserialize::Result<Self> {
        ::std::result::Result::Ok(Self { id, deleted_at })
    }
}

impl<DB: ::diesel::backend::Backend> ::diesel::Selectable<DB> for User {
    type SelectExpression = (users::id, users::deleted_at);

    fn construct_selection() -> Self::SelectExpression {
        (users::id, users::deleted_at)
    }
}

#[test]
fn without_a_prelude_the_derive_works() {
    use ::diesel::{HasQuery, RunQueryDsl};
    use ::soft_delete_runtime::SoftDeletable;

    let conn = &mut crate::database(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, deleted_at TIMESTAMP, updated_at TIMESTAMP, deleted_by INTEGER);
         INSERT INTO users VALUES (1, NULL, datetime('now'), NULL);
         CREATE TABLE posts (id INTEGER PRIMARY KEY, deleted BIGINT NOT NULL);
         INSERT INTO posts VALUES (1, 0)",
    );
    let user: User = User::query().get_result(conn).expect("an active user");
    ::std::assert_eq!((user.id, user.deleted_at), (1, user.deleted_at()));
    let deleted = User::soft_delete_by_id(1).execute(conn);
    ::std::assert_eq!(deleted, ::std::result::Result::Ok(1));
    let deleted = ::soft_delete_runtime::soft_delete(posts::table).execute(conn);
    ::std::assert_eq!(deleted, ::std::result::Result::Ok(1));
}
