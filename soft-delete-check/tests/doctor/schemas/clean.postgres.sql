CREATE TABLE users (id SERIAL PRIMARY KEY, email TEXT NOT NULL, handle TEXT, deleted_at TIMESTAMP,
    active_handle TEXT GENERATED ALWAYS AS (CASE WHEN deleted_at IS NULL THEN handle END) STORED UNIQUE);
CREATE UNIQUE INDEX users_email ON users (lower(email)) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX users_long ON users (email) WHERE deleted_at IS NULL AND length(email) > 3;
CREATE INDEX users_trash ON users (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE TABLE posts (id SERIAL PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users, slug TEXT NOT NULL,
    deleted_at TIMESTAMP, updated_at TIMESTAMP NOT NULL, deleted_by INTEGER);
CREATE INDEX posts_user_id ON posts (user_id, id);
CREATE UNIQUE INDEX posts_slug ON posts (user_id, (CASE WHEN deleted_at IS NULL THEN lower(slug) END) DESC);
CREATE TABLE comments (id SERIAL PRIMARY KEY, post_id INTEGER NOT NULL REFERENCES posts (id), deleted_at TIMESTAMP);
CREATE INDEX comments_post_id ON comments USING hash (post_id);
CREATE TABLE orders (id SERIAL PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id), number INTEGER NOT NULL,
    deleted_at BIGINT NOT NULL DEFAULT 0, UNIQUE (number, deleted_at));
CREATE INDEX orders_user_id ON orders (user_id) WHERE user_id IS NOT NULL;
CREATE TABLE flags (id SERIAL PRIMARY KEY, kind TEXT NOT NULL, deleted BOOLEAN NOT NULL DEFAULT FALSE);
CREATE UNIQUE INDEX flags_kind ON flags (kind) WHERE NOT deleted;
