//! Posts of many users: the tables, filled, with the indexes of the guide, and what they take.

use diesel::prelude::*;
use diesel::query_builder::SqlQuery;
use diesel::query_dsl::methods::LoadQuery;
use diesel::sql_types::{BigInt, Text};

use crate::scaled;
use crate::schema::{Database, batch};

/// The deleted rows expire in as many months, a month after the other.
pub const MONTHS: usize = 10;

/// How many users, of 100 posts each. A post in ten is deleted; another one in ten has a comment.
pub fn users() -> usize {
    scaled(100_000).div_ceil(100) * 100
}

/// What differs between the databases.
pub struct Layout {
    /// Takes out the indexes that there are, so that the tables fill faster.
    without: &'static str,
    indexes: &'static str,
    /// So many seconds after the beginning of 2025.
    moment: &'static str,
    /// Has the database count again.
    refresh: &'static str,
    /// A query of a [`Size`].
    size: &'static str,
    /// What gives back the room of rows that are gone.
    pub clear: &'static str,
}

const WITHOUT: &str =
    "DROP INDEX posts_title; DROP INDEX posts_user_id; DROP INDEX comments_post_id;";

/// The last is that of a trash of all users.
const PARTIAL: &str = "
    CREATE INDEX comments_post_id ON comments (post_id);
    CREATE INDEX posts_user_id ON posts (user_id);
    CREATE INDEX posts_by_user ON posts (user_id, id) WHERE deleted_at IS NULL;
    CREATE INDEX posts_trash ON posts (deleted_at) WHERE deleted_at IS NOT NULL;";

pub const SQLITE: Layout = Layout {
    without: WITHOUT,
    indexes: PARTIAL,
    moment: "datetime('2025-01-01', @ || ' seconds')",
    refresh: "ANALYZE",
    size: "SELECT page_count * page_size AS bytes, 0 AS of_indexes,
            freelist_count * page_size / 1048576 || ' MiB' AS dead
        FROM pragma_page_count, pragma_page_size, pragma_freelist_count",
    clear: "VACUUM",
};

pub const POSTGRES: Layout = Layout {
    without: WITHOUT,
    indexes: PARTIAL,
    moment: "TIMESTAMP '2025-01-01' + @ * INTERVAL '1 second'",
    refresh: "SELECT pg_stat_force_next_flush()",
    size: "SELECT pg_relation_size(relid) AS bytes, pg_indexes_size(relid) AS of_indexes,
            n_dead_tup || ' rows' AS dead
        FROM pg_stat_user_tables WHERE relid = 'posts'::regclass",
    clear: "VACUUM posts",
};

/// Each of its indexes ends in the key of the row.
pub const MYSQL: Layout = Layout {
    // no foreign key without its index
    without: "ALTER TABLE posts DROP FOREIGN KEY posts_ibfk_1;
        ALTER TABLE comments DROP FOREIGN KEY comments_ibfk_1;
        DROP INDEX posts_title ON posts; DROP INDEX posts_user_id ON posts;
        DROP INDEX comments_post_id ON comments;",
    indexes: "CREATE INDEX comments_post_id ON comments (post_id);
        CREATE INDEX posts_by_user ON posts (user_id, deleted_at);
        CREATE INDEX posts_trash ON posts (deleted_at);
        ALTER TABLE posts ADD FOREIGN KEY (user_id) REFERENCES users (id);
        ALTER TABLE comments ADD FOREIGN KEY (post_id) REFERENCES posts (id);",
    moment: "'2025-01-01' + INTERVAL @ SECOND",
    refresh: "ANALYZE TABLE posts",
    size: "SELECT CAST(data_length AS SIGNED) AS bytes, CAST(index_length AS SIGNED) AS of_indexes,
            CONCAT(data_free DIV 1048576, ' MiB') AS dead
        FROM information_schema.tables
        WHERE table_schema = DATABASE() AND table_name = 'posts'",
    clear: "OPTIMIZE TABLE posts",
};

/// What the posts take; on SQLite the whole file.
#[derive(QueryableByName)]
pub struct Size {
    #[diesel(sql_type = BigInt)]
    pub bytes: i64,
    #[diesel(sql_type = BigInt)]
    pub of_indexes: i64,
    /// Dead rows that are still there, or room that is free.
    #[diesel(sql_type = Text)]
    pub dead: String,
}

impl Layout {
    /// Fills the tables with active rows.
    pub fn fill<C: Database>(&self, conn: &mut C) {
        let users = users();
        batch(conn, C::EMPTY);
        batch(conn, self.without);
        let (of_users, of_posts) = (C::numbers(users), C::numbers(100 * users));
        batch(
            conn,
            &format!(
                "INSERT INTO users (id, name) {of_users} SELECT n, 'one of them' FROM numbers;
                 INSERT INTO posts (id, user_id, title)
                     {of_posts} SELECT n, 1 + n % {users}, 'what it is called, in a few words'
                     FROM numbers;
                 INSERT INTO comments (id, post_id, body) SELECT id, id, 'what one says of it'
                     FROM posts WHERE id % 10 = ((id - id % {users}) / {users} + 2) % 10;"
            ),
        );
        batch(conn, self.indexes);
        batch(conn, C::FILLED);
    }

    /// Deletes a post in ten and its comment, all over the table and over the months.
    pub fn delete<C: Database>(&self, conn: &mut C) {
        let users = users();
        let month = format!("((id - id % 10) / 10 % {MONTHS})");
        let seconds = format!("({month} * 2592000 + id % 2000000)");
        let moment = self.moment.replace('@', &seconds);
        for table in ["posts", "comments"] {
            let sql = format!(
                "UPDATE {table} SET deleted_at = {moment}
                     WHERE (id + (id - id % {users}) / {users}) % 10 = 0"
            );
            batch(conn, &sql);
        }
    }

    /// What the posts take now.
    pub fn size<C: Database>(&self, conn: &mut C) -> QueryResult<Size>
    where
        SqlQuery: for<'a> LoadQuery<'a, C, Size>,
    {
        batch(conn, self.refresh);
        diesel::sql_query(self.size).get_result(conn)
    }
}
