CREATE TABLE users (id INTEGER PRIMARY KEY, uid INTEGER UNIQUE, email TEXT NOT NULL, handle TEXT NOT NULL UNIQUE, deleted_at TIMESTAMP);
CREATE UNIQUE INDEX users_email ON users (email);
CREATE UNIQUE INDEX users_long ON users (lower(email), uid) WHERE uid > 3;
CREATE UNIQUE INDEX users_marked ON users (email, deleted_at);
CREATE INDEX users_trash ON users (deleted_at);
CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (uid) ON DELETE CASCADE, slug TEXT NOT NULL,
    deleted_at TIMESTAMP NOT NULL DEFAULT 0, updated_at TIMESTAMP NOT NULL);
CREATE INDEX posts_user_id ON posts (user_id) WHERE deleted_at IS NULL;
CREATE TABLE comments (id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL, deleted_at TIMESTAMP);
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE SET NULL, number INTEGER NOT NULL,
    deleted_at BIGINT);
CREATE INDEX orders_user_id ON orders (number, user_id);
CREATE TABLE flags (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, deleted BOOLEAN NOT NULL DEFAULT FALSE);
CREATE UNIQUE INDEX flags_kind ON flags (kind, deleted);
CREATE UNIQUE INDEX flags_kind_of_active ON flags (kind) WHERE deleted IS NOT TRUE;
CREATE TABLE logs (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));
