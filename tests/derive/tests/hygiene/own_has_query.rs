//! A model with a `HasQuery` of its own, which begins with our scope.

use diesel::prelude::*;
use soft_delete_runtime::dsl;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        name -> Text,
        deleted_at -> Nullable<Timestamp>,
    }
}

#[derive(Debug, HasQuery, Identifiable, SoftDeletable)]
#[diesel(base_query = users::table.active().order(users::name), base_query_type = diesel::dsl::Order<dsl::Active<users::table>, users::name>)]
#[soft_delete(no_default_scope)]
struct User {
    id: i32,
    name: String,
}

#[derive(Debug, HasQuery)]
#[diesel(table_name = users, base_query = users::table.filter(is_active(users::table)))]
struct Inferred {
    name: String,
}

#[test]
fn a_base_query_of_the_users_begins_with_the_scope() {
    let conn = &mut crate::database(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, deleted_at TIMESTAMP);
         INSERT INTO users VALUES (1, 'Tess', NULL), (2, 'Sean', NULL), (3, 'Gone', datetime('now'))",
    );
    let users = User::query().load(conn).expect("active users");
    assert_eq!(
        (users[0].id, users[0].name.as_str(), users.len()),
        (2, "Sean", 2)
    );
    let inferred = Inferred::query().load(conn).expect("active users");
    assert_eq!((inferred[0].name.as_str(), inferred.len()), ("Tess", 2));
}
