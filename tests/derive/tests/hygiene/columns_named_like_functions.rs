//! Columns with the names of functions and methods of the prelude.

use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        active -> Bool,
        is_active -> Bool,
        is_deleted -> Bool,
        restore -> Bool,
        purge -> Bool,
    }
}

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(column = is_deleted)]
struct User {
    id: i32,
    is_deleted: bool,
}

fn database() -> SqliteConnection {
    crate::database(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, active BOOLEAN NOT NULL, is_active BOOLEAN NOT NULL,
             is_deleted BOOLEAN NOT NULL, restore BOOLEAN NOT NULL, purge BOOLEAN NOT NULL);
         INSERT INTO users VALUES (1, true, true, false, true, false), (2, true, false, true, true, false);",
    )
}

#[test]
fn columns_imported_in_a_function_go_before_the_prelude() {
    use self::users::dsl::*;
    use soft_delete_runtime::dsl as soft;

    let conn = &mut database();
    let by_column = users.filter(is_deleted.and(active).and(restore).and(purge.eq(false)));
    assert_eq!(by_column.select(id).load(conn), Ok(vec![2]));
    let by_column = users.filter(is_active).select(id);
    assert_eq!(by_column.load(conn), Ok(vec![1]));
    let by_predicate = users.filter(soft::is_deleted(users)).select(id);
    assert_eq!(by_predicate.load(conn), Ok(vec![2]));
    assert_eq!(soft::active(users).select(id).load(conn), Ok(vec![1]));
    assert_eq!(users.active().select(id).load(conn), Ok(vec![1]));
    assert_eq!(soft_delete(users.find(1)).execute(conn), Ok(1));
    assert_eq!(soft::restore(users.find(2)).execute(conn), Ok(1));
}

/// The columns of a module, where one of them is named.
mod at_the_top {
    use diesel::prelude::*;
    use soft_delete_runtime::prelude::*;

    use super::users::dsl::is_deleted;
    #[allow(clippy::wildcard_imports)]
    use super::users::dsl::*;

    #[test]
    fn a_column_imported_by_name_goes_before_the_prelude() {
        let conn = &mut super::database();
        let deleted = users.only_deleted().filter(is_deleted).select(id);
        assert_eq!(deleted.load(conn), Ok(vec![2]));
    }
}

#[test]
fn the_model_has_a_method_of_the_columns_name() {
    let conn = &mut database();
    let user = User::query().get_result(conn).expect("an active user");
    assert_eq!(
        (user.id, user.is_deleted, user.is_deleted()),
        (1, false, false)
    );
}
