use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    tags {
        id -> Integer,
        user_id -> Integer,
    }
}
diesel::table! {
    posts {
        id -> Integer,
        tag_id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}
diesel::joinable!(tags -> users (user_id));
diesel::joinable!(posts -> tags (tag_id));
diesel::allow_tables_to_appear_in_same_query!(users, tags, posts);
soft_delete_table! {
    users(deleted_at)
    posts(deleted_at)
}

fn main() {
    let _ = users::table.left_join_active(tags::table.inner_join_active(posts::table));
}
