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
    name TEXT NOT NULL,
    deleted_at TIMESTAMP
);
CREATE UNIQUE INDEX folders_name ON folders (user_uuid, name) WHERE deleted_at IS NULL;

CREATE TABLE ciphers (
    uuid TEXT NOT NULL PRIMARY KEY,
    user_uuid TEXT NOT NULL REFERENCES users (uuid),
    folder_uuid TEXT REFERENCES folders (uuid) ON DELETE SET NULL,
    name TEXT NOT NULL,
    login TEXT NOT NULL,
    secret TEXT NOT NULL,
    updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    deleted_at TIMESTAMP
);
CREATE UNIQUE INDEX ciphers_name ON ciphers (user_uuid, name) WHERE deleted_at IS NULL;
-- what "empty the trash" looks for
CREATE INDEX ciphers_trash ON ciphers (deleted_at) WHERE deleted_at IS NOT NULL;
