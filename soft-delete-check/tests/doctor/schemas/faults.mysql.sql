CREATE TABLE users (id INTEGER PRIMARY KEY AUTO_INCREMENT, uid INTEGER, email VARCHAR(100) NOT NULL, handle VARCHAR(50) NOT NULL,
    deleted_at DATETIME, long_email VARCHAR(100) AS (IF(uid > 3, email, NULL)),
    UNIQUE uid (uid), UNIQUE handle (handle), UNIQUE users_email (email(20)), UNIQUE users_long (long_email, uid),
    UNIQUE users_marked (email, deleted_at), INDEX users_trash (deleted_at));
CREATE TABLE posts (id INTEGER PRIMARY KEY AUTO_INCREMENT, user_id INTEGER NOT NULL, slug VARCHAR(50) NOT NULL,
    deleted_at DATETIME(6) NOT NULL, updated_at DATE NOT NULL,
    CONSTRAINT posts_owner FOREIGN KEY (user_id) REFERENCES users (uid) ON DELETE CASCADE);
CREATE TABLE comments (id INTEGER PRIMARY KEY AUTO_INCREMENT, post_id INTEGER NOT NULL, deleted_at DATETIME(6));
CREATE TABLE orders (id INTEGER PRIMARY KEY AUTO_INCREMENT, user_id INTEGER, number INTEGER NOT NULL,
    deleted_at BIGINT, UNIQUE orders_number (user_id, number),
    CONSTRAINT orders_owner FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL);
CREATE TABLE flags (id INTEGER PRIMARY KEY AUTO_INCREMENT, kind VARCHAR(20) NOT NULL, deleted BOOLEAN NOT NULL DEFAULT FALSE,
    UNIQUE flags_kind (kind, deleted));
CREATE TABLE logs (id INTEGER PRIMARY KEY AUTO_INCREMENT, user_id INTEGER,
    CONSTRAINT logs_owner FOREIGN KEY (user_id) REFERENCES users (id));
