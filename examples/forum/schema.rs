//! The tables that the migrations make.

diesel::table! {
    communities (id) {
        id -> Integer,
        name -> Text,
        deleted_at -> Nullable<Timestamptz>,
        deletion_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    posts (id) {
        id -> Integer,
        community_id -> Integer,
        author -> Text,
        title -> Text,
        body -> Text,
        created_at -> Timestamptz,
        removed -> Bool,
        deleted_at -> Nullable<Timestamptz>,
        deletion_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    comments (id) {
        id -> Integer,
        post_id -> Integer,
        parent_id -> Nullable<Integer>,
        author -> Text,
        body -> Text,
        created_at -> Timestamptz,
        removed -> Bool,
        deleted_at -> Nullable<Timestamptz>,
        deletion_id -> Nullable<Uuid>,
    }
}

diesel::joinable!(posts -> communities (community_id));
diesel::joinable!(comments -> posts (post_id));
diesel::allow_tables_to_appear_in_same_query!(communities, posts, comments);
