//! The tables that the migrations make, on each of the three databases.

diesel::table! {
    users (uuid) { uuid -> Text, email -> Text, deleted_at -> Nullable<Timestamp> }
}

diesel::table! {
    folders (uuid) {
        uuid -> Text,
        user_uuid -> Text,
        parent_uuid -> Nullable<Text>,
        name -> Text,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    items (uuid) {
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

diesel::table! {
    attachments (uuid) { uuid -> Text, item_uuid -> Text, name -> Text }
}

diesel::table! {
    removed_files (uuid) { uuid -> Text }
}

diesel::joinable!(attachments -> items (item_uuid));
diesel::joinable!(folders -> users (user_uuid));
diesel::joinable!(items -> folders (folder_uuid));
diesel::joinable!(items -> users (user_uuid));
diesel::allow_tables_to_appear_in_same_query!(attachments, folders, items, users);
