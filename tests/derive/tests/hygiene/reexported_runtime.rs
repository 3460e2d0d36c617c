//! The runtime under the name of a crate that re-exports it.

use diesel::prelude::*;

use self::library::soft::prelude::*;

/// A library that wraps the runtime, as its users see it.
mod library {
    pub(crate) use soft_delete_runtime as soft;
}

diesel::table! {
    users {
        id -> Integer,
        deleted_at -> Nullable<Timestamp>,
        updated_at -> Timestamp,
    }
}
diesel::table! {
    posts {
        id -> Integer,
        deleted_at -> BigInt,
    }
}

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(crate = crate::reexported_runtime::library::soft, touch = updated_at, guarded)]
struct User {
    id: i32,
    deleted_at: Option<chrono::NaiveDateTime>,
}

soft_delete_table! { posts(deleted_at, unit = micros, guarded, crate = crate::reexported_runtime::library::soft) }

#[test]
fn the_runtime_can_be_reexported() {
    let conn = &mut crate::database(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, deleted_at TIMESTAMP, updated_at TIMESTAMP);
         INSERT INTO users VALUES (1, NULL, NULL)",
    );
    assert_eq!(User::soft_delete_by_id(1).execute(conn), Ok(1));
    let user = User::only_deleted()
        .get_result(conn)
        .expect("a deleted user");
    assert_eq!((user.id, user.deleted_at), (1, user.deleted_at()));
    assert_eq!(
        posts::table
            .active()
            .into_boxed::<diesel::sqlite::Sqlite>()
            .count()
            .get_result::<i64>(conn)
            .ok(),
        None
    );
}
