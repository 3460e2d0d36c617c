//! Models of tables of another crate, which states their facts.

use diesel::prelude::*;
use soft_delete_runtime::prelude::*;
use soft_delete_two_crates_schema::{posts, users};

/// Its field tells whether it is deleted: the facts say which one it is.
#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
#[diesel(table_name = users)]
#[soft_delete(shared_table)]
pub struct User {
    /// The key.
    pub id: i32,
    /// The name.
    pub name: String,
    /// When it was deleted.
    pub deleted_at: Option<chrono::NaiveDateTime>,
}

/// The marker has another name than the default.
#[derive(Debug, Queryable, Selectable, Identifiable, Associations, SoftDeletable)]
#[diesel(table_name = posts, belongs_to(User))]
#[soft_delete(shared_table)]
pub struct Post {
    /// The key.
    pub id: i32,
    /// Who wrote it.
    pub user_id: i32,
    /// When it was deleted.
    pub removed_at: Option<chrono::NaiveDateTime>,
}

#[cfg(test)]
mod tests {
    use diesel::connection::SimpleConnection;

    use super::*;

    fn database() -> SqliteConnection {
        let mut conn = SqliteConnection::establish(":memory:").expect("SQLite in memory");
        conn.batch_execute(
            "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, deleted_at TIMESTAMP);
             CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, removed_at TIMESTAMP);
             INSERT INTO users VALUES (1, 'Sean', NULL), (2, 'Tess', NULL);
             INSERT INTO posts VALUES (1, 1, NULL), (2, 1, '2026-01-05 00:00:00'), (3, 2, NULL);",
        )
        .expect("the tables");
        conn
    }

    #[test]
    fn models_of_another_crates_schema_are_scoped() {
        let conn = &mut database();
        let sean = User::query().find(1).get_result(conn).expect("Sean");
        assert_eq!((sean.name.as_str(), sean.is_deleted()), ("Sean", false));
        let posts = Post::belonging_to(&sean).active().count().get_result(conn);
        assert_eq!(posts, Ok(1_i64));
        let removed = Post::only_deleted().get_result(conn).expect("a post");
        assert_eq!((removed.id, removed.user_id), (2, 1));
        assert!(removed.is_deleted() && removed.deleted_at() == removed.removed_at);
    }

    #[test]
    fn a_cascade_stated_beside_the_schema_takes_the_children_along() {
        let conn = &mut database();
        let sean = User::query().find(1).get_result(conn).expect("Sean");
        assert!(matches!(sean.soft_delete().execute(conn), Ok(2)));
        assert_eq!(posts::table.active().count().get_result(conn), Ok(1_i64));
        assert!(matches!(User::restore_by_id(1).execute(conn), Ok(2)));
        assert_eq!(
            posts::table.only_deleted().select(posts::id).load(conn),
            Ok(vec![2])
        );
    }
    #[test]
    fn guarded_tables_of_another_crate_speak_where_they_are_queried() {
        let conn = &mut database();
        let active = users::table.active().count();
        assert_eq!(active.get_result(conn), Ok(2_i64));
        #[expect(deprecated)]
        let all = posts::table.count();
        assert_eq!(all.get_result(conn), Ok(3_i64));
    }
}
