//! A module that has modules of the names of the crates which generated code needs.
//!
//! Diesel's own derives name `diesel` and do not compile here, so the model is not loaded.

/// Not the crate.
mod diesel {}
/// Not the crate.
mod soft_delete_runtime {}
/// Not the crate.
mod std {}
/// Not the crate.
mod core {}

mod schema {
    ::diesel::table! {
        users {
            id -> Integer,
            deleted_at -> Nullable<Timestamp>,
        }
    }
}

use self::schema::users;

#[derive(Debug, ::soft_delete_runtime::SoftDeletable)]
#[soft_delete(no_default_scope, guarded)]
struct User {
    deleted_at: Option<::chrono::NaiveDateTime>,
}

#[test]
fn local_modules_of_the_crates_names_are_not_in_the_way() {
    use ::diesel::RunQueryDsl;
    use ::soft_delete_runtime::SoftDeletable;

    let conn = &mut crate::database(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, deleted_at TIMESTAMP);
         INSERT INTO users VALUES (1, NULL)",
    );
    assert_eq!(User::soft_delete_by_id(1).execute(conn), Ok(1));
    assert!(!User { deleted_at: None }.is_deleted());
}
