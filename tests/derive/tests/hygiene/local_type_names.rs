//! A module that has types and traits of the names of the prelude.

#![allow(dead_code)]

use diesel::prelude::*;
use soft_delete_runtime::SoftDeletable as _;

diesel::table! {
    users {
        id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}

mod model {
    use diesel::prelude::*;

    use super::users;

    type Deleted = std::option::Option<chrono::NaiveDateTime>;

    struct Option;
    struct Vec;
    struct Result;
    struct String;
    struct Box;
    struct Self_;
    struct Unit;
    struct Leaf;
    struct Active;
    #[allow(non_camel_case_types)]
    struct i64;
    trait Default {}
    trait Clone {}
    trait Into {}
    trait SoftDeletable {}
    trait ScopeDsl {}
    trait TableFacts {}

    #[derive(Queryable, Selectable, Identifiable, soft_delete_runtime::SoftDeletable)]
    #[soft_delete(guarded)]
    pub(super) struct User {
        pub(super) id: i32,
        deleted_at: Deleted,
    }

    impl std::fmt::Debug for User {
        fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(out, "User {}", self.id)
        }
    }
}

#[test]
fn local_types_of_the_preludes_names_are_not_in_the_way() {
    let conn = &mut crate::database(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, deleted_at TIMESTAMP);
         INSERT INTO users VALUES (1, NULL)",
    );
    let user = model::User::query()
        .get_result(conn)
        .expect("an active user");
    assert_eq!(user.soft_delete().execute(conn), Ok(1));
}
