//! The tables, and what soft deletes have to know of them. The models are in another crate.

use soft_delete_runtime::prelude::*;

diesel::table! {
    /// People.
    users {
        /// The key.
        id -> Integer,
        /// The name.
        name -> Text,
        /// When it was deleted.
        deleted_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    /// What they write.
    posts {
        /// The key.
        id -> Integer,
        /// Who wrote it.
        user_id -> Integer,
        /// When it was deleted.
        removed_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    /// Nothing is said of it here.
    tags {
        /// The key.
        id -> Integer,
        /// When it was deleted.
        deleted_at -> Nullable<Timestamp>,
    }
}
diesel::joinable!(posts -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(users, posts);

soft_delete_table! {
    users(deleted_at, cascade(posts::user_id), guarded)
    posts(removed_at, parents(user_id), guarded)
}
