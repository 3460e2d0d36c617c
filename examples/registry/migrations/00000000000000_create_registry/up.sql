CREATE TABLE users (
    id SERIAL PRIMARY KEY,
    login TEXT NOT NULL UNIQUE
);

CREATE TABLE teams (
    id SERIAL PRIMARY KEY,
    login TEXT NOT NULL UNIQUE
);

CREATE TABLE crates (
    id SERIAL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

CREATE TABLE crate_owners (
    crate_id INTEGER NOT NULL REFERENCES crates,
    -- of a user or of a team, as the kind says
    owner_id INTEGER NOT NULL,
    owner_kind SMALLINT NOT NULL CHECK (owner_kind IN (0, 1)),
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    deleted BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (crate_id, owner_id, owner_kind)
);
-- "the crates of": the predicate of the scopes has no bind parameter, so that a prepared statement
-- can use it
CREATE INDEX crate_owners_active ON crate_owners (owner_id, owner_kind) WHERE NOT deleted;

CREATE TABLE crate_owner_invitations (
    crate_id INTEGER NOT NULL REFERENCES crates,
    invited_user_id INTEGER NOT NULL REFERENCES users,
    invited_by_user_id INTEGER NOT NULL REFERENCES users,
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (crate_id, invited_user_id)
);

-- Who did what: rows are only ever added. A column of crate_owners would forget who removed an
-- owner as soon as that owner is added again.
CREATE TABLE owner_actions (
    id BIGSERIAL PRIMARY KEY,
    crate_id INTEGER NOT NULL REFERENCES crates,
    owner_id INTEGER NOT NULL,
    owner_kind SMALLINT NOT NULL,
    actor_id INTEGER NOT NULL REFERENCES users,
    action TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX owner_actions_crate ON owner_actions (crate_id);
