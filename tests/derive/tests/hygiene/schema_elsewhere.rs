//! Tables that are named by a path.

// of the paths as they are written here, and of Diesel's own derives as well
#![allow(unused_qualifications)]

use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

pub(crate) mod schema {
    diesel::table! {
        users {
            id -> Integer,
            deleted_at -> Nullable<Timestamp>,
        }
    }
    diesel::table! {
        posts {
            id -> Integer,
            deleted_at -> Nullable<Timestamp>,
        }
    }
    diesel::table! {
        comments {
            id -> Integer,
            deleted_at -> Nullable<Timestamp>,
        }
    }
    diesel::table! {
        tags {
            id -> Integer,
            deleted_at -> Nullable<Timestamp>,
        }
    }
    diesel::table! {
        /// In a SQL schema.
        main.likes {
            id -> Integer,
            deleted_at -> Nullable<Timestamp>,
        }
    }
}

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
#[diesel(table_name = crate::schema_elsewhere::schema::users)]
struct User {
    id: i32,
}

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
#[diesel(table_name = self::schema::posts)]
struct Article {
    id: i32,
}

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
#[diesel(table_name = schema::comments)]
struct Comment {
    id: i32,
    #[diesel(column_name = "deleted_at")]
    gone: Option<chrono::NaiveDateTime>,
}

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
#[diesel(table_name = schema::likes)]
struct Like {
    id: i32,
}

soft_delete_table! { schema::tags(deleted_at) }

#[test]
fn a_table_can_be_named_by_a_path() {
    let table = |name| {
        format!(
            "CREATE TABLE {name} (id INTEGER PRIMARY KEY, deleted_at TIMESTAMP); INSERT INTO {name} VALUES (1, NULL);"
        )
    };
    let sql: String = ["users", "posts", "comments", "tags", "likes"]
        .map(table)
        .concat();
    let conn = &mut crate::database(&sql);
    assert_eq!(User::query().get_result(conn).map(|row| row.id), Ok(1));
    assert_eq!(Article::query().get_result(conn).map(|row| row.id), Ok(1));
    assert_eq!(Like::query().get_result(conn).map(|row| row.id), Ok(1));
    let comment = Comment::query().get_result(conn).expect("a comment");
    assert_eq!(
        (comment.id, comment.gone, comment.is_deleted()),
        (1, None, false)
    );
    assert_eq!(soft_delete(schema::tags::table).execute(conn), Ok(1));
}
