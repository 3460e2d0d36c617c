//! The tables that the migrations make.

diesel::table! {
    users (uuid) {
        uuid -> Text,
        email -> Text,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    folders (uuid) {
        uuid -> Text,
        user_uuid -> Text,
        name -> Text,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    ciphers (uuid) {
        uuid -> Text,
        user_uuid -> Text,
        folder_uuid -> Nullable<Text>,
        name -> Text,
        login -> Text,
        secret -> Text,
        updated_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::joinable!(folders -> users (user_uuid));
diesel::joinable!(ciphers -> users (user_uuid));
diesel::joinable!(ciphers -> folders (folder_uuid));
diesel::allow_tables_to_appear_in_same_query!(users, folders, ciphers);
