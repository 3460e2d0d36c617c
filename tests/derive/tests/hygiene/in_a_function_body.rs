//! Tables and models that are declared in a function.

#[test]
fn a_model_in_a_function_body_is_like_any_other() {
    use diesel::prelude::*;
    use soft_delete_runtime::prelude::*;

    diesel::table! {
        users {
            id -> Integer,
            deleted_at -> Nullable<Timestamp>,
        }
    }

    #[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
    #[diesel(table_name = users)]
    #[soft_delete(guarded)]
    struct User {
        id: i32,
        deleted_at: Option<chrono::NaiveDateTime>,
    }

    let conn = &mut crate::database(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, deleted_at TIMESTAMP);
         INSERT INTO users VALUES (1, NULL)",
    );
    assert_eq!(User::soft_delete_by_id(1).execute(conn), Ok(1));
    let user = User::only_deleted()
        .get_result(conn)
        .expect("a deleted user");
    assert_eq!((user.id, user.deleted_at), (1, user.deleted_at()));
}
