//! The runtime under another name in `Cargo.toml`: `crate = ::trash`.

use diesel::prelude::*;
use trash::prelude::*;

diesel::table! {
    /// Those who can log in.
    users {
        /// The key.
        id -> Integer,
        /// Its rows are deleted where this is set.
        deleted_at -> Nullable<Timestamp>,
        /// When it was written.
        updated_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    /// What they write.
    posts {
        /// The key.
        id -> Integer,
        /// Its rows are deleted where this is not 0.
        deleted_at -> BigInt,
    }
}

/// One who can log in.
#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(crate = ::trash, touch = updated_at)]
pub struct User {
    /// The key.
    pub id: i32,
    /// Its row is deleted where this is set.
    pub deleted_at: Option<chrono::NaiveDateTime>,
}

soft_delete_table! { posts(deleted_at, unit = millis, crate = ::trash) }

#[cfg(test)]
mod tests {
    use diesel::connection::SimpleConnection;

    use super::*;

    #[test]
    fn a_renamed_runtime_is_found() -> QueryResult<()> {
        let conn = &mut SqliteConnection::establish(":memory:").expect("SQLite in memory");
        conn.batch_execute(
            "CREATE TABLE users (id INTEGER PRIMARY KEY, deleted_at TIMESTAMP, updated_at TIMESTAMP);
             INSERT INTO users VALUES (1, NULL, NULL);
             CREATE TABLE posts (id INTEGER PRIMARY KEY, deleted_at BIGINT NOT NULL);
             INSERT INTO posts VALUES (1, 0)",
        )?;
        let user = User::query().get_result(conn)?;
        assert_eq!(user.soft_delete().execute(conn), Ok(1));
        assert_eq!(trash::soft_delete(posts::table).execute(conn), Ok(1));
        assert_eq!(posts::table.active().count().get_result(conn), Ok(0_i64));
        Ok(())
    }
}
