//! The tables that the tests examine: their facts. What the database has differs from test to test.

use soft_delete_runtime::soft_delete_table;

diesel::table! {
    users { id -> Integer, email -> Text, handle -> Nullable<Text>, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    posts {
        id -> Integer,
        user_id -> Integer,
        slug -> Text,
        deleted_at -> Nullable<Timestamp>,
        updated_at -> Timestamp,
        deleted_by -> Nullable<Integer>,
    }
}
diesel::table! {
    comments { id -> Integer, post_id -> Integer, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    orders { id -> Integer, user_id -> Integer, number -> Integer, deleted_at -> BigInt }
}
diesel::table! {
    flags { id -> Integer, kind -> Text, deleted -> Bool }
}

soft_delete_table! {
    users(deleted_at, cascade(posts::user_id), restrict(orders::user_id))
    posts(deleted_at, cascade(comments::post_id), parents(user_id), touch = updated_at, clear(deleted_by))
    comments(deleted_at, parents(post_id))
    orders(deleted_at, parents(user_id))
    flags(deleted)
}
