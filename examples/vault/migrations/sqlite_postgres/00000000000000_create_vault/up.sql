CREATE TABLE users (
    uuid TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    deleted_at TIMESTAMP
);
-- the address of a deleted user is free again
CREATE UNIQUE INDEX users_email ON users (email) WHERE deleted_at IS NULL;

CREATE TABLE folders (
    uuid TEXT NOT NULL PRIMARY KEY,
    user_uuid TEXT NOT NULL REFERENCES users (uuid),
    parent_uuid TEXT REFERENCES folders (uuid),
    name TEXT NOT NULL,
    deleted_at TIMESTAMP
);
CREATE UNIQUE INDEX folders_name ON folders (user_uuid, name) WHERE deleted_at IS NULL;
CREATE INDEX folders_user ON folders (user_uuid);
CREATE INDEX folders_parent ON folders (parent_uuid);

CREATE TABLE items (
    uuid TEXT NOT NULL PRIMARY KEY,
    user_uuid TEXT NOT NULL REFERENCES users (uuid),
    folder_uuid TEXT REFERENCES folders (uuid),
    name TEXT NOT NULL,
    login TEXT NOT NULL,
    secret TEXT NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    deleted_at TIMESTAMP
);
CREATE UNIQUE INDEX items_name ON items (user_uuid, name) WHERE deleted_at IS NULL;
CREATE INDEX items_user ON items (user_uuid);
CREATE INDEX items_folder ON items (folder_uuid);

-- each row is a file
CREATE TABLE attachments (
    uuid TEXT NOT NULL PRIMARY KEY,
    item_uuid TEXT NOT NULL REFERENCES items (uuid),
    name TEXT NOT NULL
);
CREATE INDEX attachments_item ON attachments (item_uuid);

-- the files of attachments that are gone, until they are removed
CREATE TABLE removed_files (
    uuid TEXT NOT NULL PRIMARY KEY
);

-- what "empty the trash" looks for
CREATE INDEX users_trash ON users (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX folders_trash ON folders (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX items_trash ON items (deleted_at) WHERE deleted_at IS NOT NULL;
