CREATE TABLE users (id INTEGER PRIMARY KEY AUTO_INCREMENT, email VARCHAR(100) NOT NULL, handle VARCHAR(50),
    deleted_at DATETIME(6),
    active_email VARCHAR(100) AS (IF(deleted_at IS NULL, LOWER(email), NULL)) VIRTUAL,
    active_handle VARCHAR(50) AS (CASE WHEN deleted_at IS NULL AND handle <> 'it''s' THEN handle END) STORED,
    UNIQUE users_email (active_email), UNIQUE users_handle (active_handle));
CREATE TABLE posts (id INTEGER PRIMARY KEY AUTO_INCREMENT, user_id INTEGER NOT NULL, slug VARCHAR(50) NOT NULL,
    deleted_at DATETIME(6), updated_at DATETIME(6) NOT NULL, deleted_by INTEGER,
    active_slug VARCHAR(50) AS (IF(deleted_at IS NULL, slug, NULL)),
    UNIQUE posts_slug (user_id, active_slug), FOREIGN KEY (user_id) REFERENCES users (id));
CREATE TABLE comments (id INTEGER PRIMARY KEY AUTO_INCREMENT, post_id INTEGER NOT NULL, deleted_at DATETIME(6),
    FOREIGN KEY (post_id) REFERENCES posts (id));
CREATE TABLE orders (id INTEGER PRIMARY KEY AUTO_INCREMENT, user_id INTEGER NOT NULL, number INTEGER NOT NULL,
    deleted_at BIGINT NOT NULL DEFAULT 0, UNIQUE (number, deleted_at), FOREIGN KEY (user_id) REFERENCES users (id));
CREATE TABLE flags (id INTEGER PRIMARY KEY AUTO_INCREMENT, kind VARCHAR(20) NOT NULL, deleted BOOLEAN NOT NULL DEFAULT FALSE,
    active_kind VARCHAR(20) AS (IF(NOT deleted, kind, NULL)), UNIQUE flags_kind (active_kind));
