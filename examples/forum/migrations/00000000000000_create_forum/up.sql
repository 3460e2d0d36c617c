CREATE TABLE communities (
    id SERIAL PRIMARY KEY,
    name TEXT NOT NULL,
    deleted_at TIMESTAMPTZ,
    -- one id for each operation: a restore brings back what has the same
    deletion_id UUID
);
-- the name of a deleted community is free again
CREATE UNIQUE INDEX communities_name ON communities (name) WHERE deleted_at IS NULL;

CREATE TABLE posts (
    id SERIAL PRIMARY KEY,
    community_id INTEGER NOT NULL REFERENCES communities,
    author TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    -- by a moderator: the text is hidden, the row is not deleted
    removed BOOLEAN NOT NULL DEFAULT FALSE,
    deleted_at TIMESTAMPTZ,
    deletion_id UUID
);
CREATE INDEX posts_community ON posts (community_id);

CREATE TABLE comments (
    id SERIAL PRIMARY KEY,
    post_id INTEGER NOT NULL REFERENCES posts,
    -- what it replies to
    parent_id INTEGER REFERENCES comments,
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    removed BOOLEAN NOT NULL DEFAULT FALSE,
    deleted_at TIMESTAMPTZ,
    deletion_id UUID
);
CREATE INDEX comments_post ON comments (post_id);
CREATE INDEX comments_parent ON comments (parent_id);

-- what "empty the trash" looks for
CREATE INDEX communities_trash ON communities (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX posts_trash ON posts (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX comments_trash ON comments (deleted_at) WHERE deleted_at IS NOT NULL;
