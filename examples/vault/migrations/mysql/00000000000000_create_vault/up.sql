-- There are no partial indexes: a generated column that is NULL in deleted rows makes a name unique
-- among active ones. All markers have microseconds, for those of a tree are compared.
CREATE TABLE users (
    uuid VARCHAR(36) NOT NULL PRIMARY KEY,
    email VARCHAR(255) NOT NULL,
    deleted_at DATETIME(6),
    -- the address of a deleted user is free again
    active_email VARCHAR(255) AS (IF(deleted_at IS NULL, email, NULL)),
    UNIQUE INDEX users_email (active_email),
    INDEX users_trash (deleted_at)
);

CREATE TABLE folders (
    uuid VARCHAR(36) NOT NULL PRIMARY KEY,
    user_uuid VARCHAR(36) NOT NULL,
    parent_uuid VARCHAR(36),
    name VARCHAR(255) NOT NULL,
    deleted_at DATETIME(6),
    active_name VARCHAR(255) AS (IF(deleted_at IS NULL, name, NULL)),
    FOREIGN KEY (user_uuid) REFERENCES users (uuid),
    FOREIGN KEY (parent_uuid) REFERENCES folders (uuid),
    UNIQUE INDEX folders_name (user_uuid, active_name),
    INDEX folders_trash (deleted_at)
);

CREATE TABLE items (
    uuid VARCHAR(36) NOT NULL PRIMARY KEY,
    user_uuid VARCHAR(36) NOT NULL,
    folder_uuid VARCHAR(36),
    name VARCHAR(255) NOT NULL,
    login TEXT NOT NULL,
    secret TEXT NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    deleted_at DATETIME(6),
    active_name VARCHAR(255) AS (IF(deleted_at IS NULL, name, NULL)),
    FOREIGN KEY (user_uuid) REFERENCES users (uuid),
    FOREIGN KEY (folder_uuid) REFERENCES folders (uuid),
    UNIQUE INDEX items_name (user_uuid, active_name),
    INDEX items_trash (deleted_at)
);

-- each row is a file
CREATE TABLE attachments (
    uuid VARCHAR(36) NOT NULL PRIMARY KEY,
    item_uuid VARCHAR(36) NOT NULL,
    name VARCHAR(255) NOT NULL,
    FOREIGN KEY (item_uuid) REFERENCES items (uuid)
);

-- the files of attachments that are gone, until they are removed
CREATE TABLE removed_files (
    uuid VARCHAR(36) NOT NULL PRIMARY KEY
);
