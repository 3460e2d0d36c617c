//! Tuple structs, composite primary keys, models without the marker, names that Diesel infers.

use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        name -> Text,
        deleted_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    members (team_id, user_id) {
        team_id -> Integer,
        user_id -> Integer,
        deleted -> Bool,
    }
}
diesel::table! {
    user_groups {
        id -> Integer,
        #[sql_name = "when"]
        deleted_at -> Nullable<Timestamp>,
    }
}

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
struct User(
    #[diesel(column_name = id)] i32,
    #[diesel(column_name = deleted_at)] Option<chrono::NaiveDateTime>,
);

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
#[diesel(primary_key(team_id, user_id))]
#[soft_delete(column = deleted)]
struct Member {
    team_id: i32,
    user_id: i32,
}

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
struct UserGroup {
    id: i32,
    deleted_at: Option<chrono::NaiveDateTime>,
}

#[test]
fn a_tuple_struct_has_the_markers_field() {
    let conn = &mut crate::database(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, deleted_at TIMESTAMP);
         INSERT INTO users VALUES (1, 'Sean', NULL)",
    );
    let user = User::query().get_result(conn).expect("an active user");
    assert_eq!((user.0, user.1, user.is_deleted()), (1, None, false));
    assert_eq!(user.soft_delete().execute(conn), Ok(1));
}

#[test]
fn a_composite_key_finds_one_row() {
    let conn = &mut crate::database(
        "CREATE TABLE members (team_id INTEGER, user_id INTEGER, deleted BOOL NOT NULL);
         INSERT INTO members VALUES (1, 1, 0), (1, 2, 0)",
    );
    assert_eq!(Member::soft_delete_by_id((1, 2)).execute(conn), Ok(1));
    let member = Member::query().get_result(conn).expect("an active member");
    assert_eq!((member.team_id, member.user_id), (1, 1));
    assert_eq!(member.soft_delete().execute(conn), Ok(1));
}

#[test]
fn a_column_is_known_by_its_rust_name() {
    let conn = &mut crate::database(
        r#"CREATE TABLE user_groups (id INTEGER PRIMARY KEY, "when" TIMESTAMP);
           INSERT INTO user_groups VALUES (1, NULL)"#,
    );
    let group = UserGroup::query()
        .get_result(conn)
        .expect("an active group");
    assert_eq!(
        (group.id, group.deleted_at, group.is_deleted()),
        (1, None, false)
    );
    assert_eq!(group.soft_delete().execute(conn), Ok(1));
}
