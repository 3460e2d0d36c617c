//! Models with lifetimes, type parameters, const parameters and `where` clauses.

use std::borrow::Cow;
use std::fmt::Debug;

use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        name -> Text,
        deleted_at -> Nullable<Timestamp>,
    }
}

soft_delete_table! { users(deleted_at) }

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
#[diesel(table_name = users)]
#[soft_delete(shared_table)]
struct Borrowed<'a> {
    id: i32,
    name: Cow<'a, str>,
}

#[derive(Debug, Identifiable, SoftDeletable)]
#[diesel(table_name = users)]
#[soft_delete(shared_table, no_default_scope)]
struct Generic<'a, T: Debug = i64, const N: usize = 2>
where
    T: Clone,
{
    id: i32,
    deleted_at: Option<T>,
    tags: [&'a str; N],
}

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
#[diesel(table_name = users)]
#[soft_delete(shared_table)]
struct Named<T>
where
    T: Clone,
{
    id: i32,
    name: T,
}

#[test]
fn models_with_parameters_have_the_scopes_and_the_operations() {
    let conn = &mut crate::database(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, deleted_at TIMESTAMP);
         INSERT INTO users VALUES (1, 'Sean', NULL)",
    );
    let sean = Borrowed::query().get_result(conn).expect("an active user");
    assert_eq!(sean.name, "Sean");
    assert_eq!(sean.soft_delete().execute(conn), Ok(1));

    let sean: Named<String> = Named::only_deleted()
        .get_result(conn)
        .expect("a deleted user");
    assert_eq!(sean.name, "Sean");
    assert_eq!(sean.restore().execute(conn), Ok(1));

    let generic = Generic {
        id: 1,
        deleted_at: Some(1_i64),
        tags: ["a", "b"],
    };
    assert!(generic.is_deleted() && generic.tags.len() == 2);
    assert_eq!(generic.soft_delete().execute(conn), Ok(1));
    assert_eq!(generic.purge().execute(conn), Ok(1));
}
