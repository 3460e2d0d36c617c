#[allow(unused_imports)]
use diesel::prelude::*;
#[allow(unused_imports)]
use soft_delete_runtime::Error;
#[allow(unused_imports)]
use soft_delete_runtime::prelude::*;

diesel::table! {
    folders {
        id -> Integer,
        name -> Text,
        deleted_at -> Nullable<Timestamp>,
        deleted_by -> Nullable<Integer>,
        deletion_id -> Nullable<Text>,
    }
}
diesel::table! {
    files {
        id -> Integer,
        folder_id -> Integer,
        name -> Text,
        deleted_at -> Nullable<Timestamp>,
        deleted_by -> Nullable<Integer>,
        deletion_id -> Nullable<Text>,
    }
}
diesel::allow_tables_to_appear_in_same_query!(folders, files);

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(cascade(files::folder_id), clear(deleted_by), operation = deletion_id, guarded)]
#[allow(dead_code)]
struct Folder {
    id: i32,
    name: String,
}

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(clear(deleted_by), operation = deletion_id, guarded)]
#[allow(dead_code)]
struct File {
    id: i32,
    folder_id: i32,
    name: String,
}

/// Two folders of two files each; a name is unique among the active folders.
#[allow(dead_code)]
fn connection() -> SqliteConnection {
    use diesel::connection::SimpleConnection;
    let mut conn = SqliteConnection::establish(":memory:").unwrap();
    conn.batch_execute(
        "CREATE TABLE folders (id INTEGER PRIMARY KEY, name TEXT NOT NULL,
             deleted_at TIMESTAMP, deleted_by INTEGER, deletion_id TEXT);
         CREATE UNIQUE INDEX folders_name ON folders (name) WHERE deleted_at IS NULL;
         CREATE TABLE files (id INTEGER PRIMARY KEY, folder_id INTEGER NOT NULL REFERENCES folders,
             name TEXT NOT NULL, deleted_at TIMESTAMP, deleted_by INTEGER, deletion_id TEXT);
         INSERT INTO folders (id, name) VALUES (1, 'Letters'), (2, 'Photos');
         INSERT INTO files (id, folder_id, name) VALUES
             (1, 1, 'to Sean'), (2, 1, 'to Tess'), (3, 2, 'Rome'), (4, 2, 'Oslo');",
    )
    .unwrap();
    conn
}
