//! The operations, each beside the same by hand.

use std::time::Duration;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::query_dsl::LoadQuery;
use diesel::query_dsl::methods::ExecuteDsl;
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Integer, Timestamp};
use soft_delete_runtime::prelude::*;

use crate::schema::{Database, events, fill_events, fill_tree, settle, users};
use crate::turns::time;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// The soft delete of one user with posts and comments.
    Cascade,
    /// Its restore.
    Restore,
    /// Its removal.
    Purge,
    /// The removal of the expired third of a table; by hand in one `DELETE`.
    Retention,
    /// The same; by hand in batches of 1,000 that leave out what another worker has locked.
    Batches,
}

impl Work {
    /// All.
    pub const ALL: [Work; 5] = [
        Work::Cascade,
        Work::Restore,
        Work::Purge,
        Work::Retention,
        Work::Batches,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Work::Cascade => "cascade",
            Work::Restore => "restore",
            Work::Purge => "purge",
            Work::Retention => "retention",
            Work::Batches => "retention beside batches",
        }
    }

    /// The most that the library may take, as a ratio.
    pub fn target(self) -> Option<f64> {
        match self {
            Work::Cascade => Some(1.05),
            Work::Retention => Some(1.25),
            Work::Restore | Work::Purge | Work::Batches => None,
        }
    }
}

/// How it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Through the library.
    Library,
    /// The SQL written by hand.
    ByHand,
}

impl Way {
    /// Both.
    pub const ALL: [Way; 2] = [Way::Library, Way::ByHand];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Way::Library => "library",
            Way::ByHand => "by hand",
        }
    }
}

/// How many rows.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// Of the one user.
    pub posts: usize,
    /// Of each post.
    pub comments: usize,
    /// In the table of which one third has expired.
    pub events: usize,
}

impl Sizes {
    fn tree(self) -> usize {
        1 + self.posts + self.posts * self.comments
    }

    /// How many rows the work changes.
    pub fn rows(self, work: Work) -> usize {
        match work {
            Work::Retention | Work::Batches => self.events / 3,
            _ => self.tree(),
        }
    }
}

/// When rows were deleted, and from when on they are kept.
pub fn moment(month: u32) -> NaiveDateTime {
    let day = NaiveDate::from_ymd_opt(2026, month, 1).unwrap_or_default();
    day.and_hms_opt(0, 0, 0).unwrap_or_default()
}

/// The statements that one would write by hand, for one transaction; `$1` is the moment.
pub fn by_hand(work: Work) -> &'static [&'static str] {
    match work {
        Work::Cascade => &[
            "UPDATE comments SET deleted_at = $1 WHERE deleted_at IS NULL AND post_id IN
                 (SELECT id FROM posts WHERE user_id = 1 AND deleted_at IS NULL)",
            "UPDATE posts SET deleted_at = $1 WHERE deleted_at IS NULL AND user_id = 1",
            "UPDATE users SET deleted_at = $1 WHERE deleted_at IS NULL AND id = 1",
        ],
        Work::Restore => &[
            "UPDATE comments SET deleted_at = NULL WHERE deleted_at = $1 AND post_id IN
                 (SELECT id FROM posts WHERE user_id = 1 AND deleted_at = $1)",
            "UPDATE posts SET deleted_at = NULL WHERE deleted_at = $1 AND user_id = 1",
            "UPDATE users SET deleted_at = NULL WHERE deleted_at = $1 AND id = 1",
        ],
        Work::Purge => &[
            "DELETE FROM comments WHERE deleted_at IS NOT NULL AND post_id IN
                 (SELECT id FROM posts WHERE user_id = 1 AND deleted_at IS NOT NULL)",
            "DELETE FROM posts WHERE deleted_at IS NOT NULL AND user_id = 1",
            "DELETE FROM users WHERE deleted_at IS NOT NULL AND id = 1",
        ],
        Work::Retention | Work::Batches => {
            &["DELETE FROM events WHERE deleted_at < '2026-02-01 00:00:00'"]
        }
    }
}

/// One of them, with what it binds.
pub fn bound<DB>(sql: &str) -> BoxedSqlQuery<'static, DB, SqlQuery>
where
    DB: Backend + HasSqlType<Timestamp>,
    NaiveDateTime: ToSql<Timestamp, DB>,
{
    let query = diesel::sql_query(sql).into_boxed();
    match sql.contains("$1") {
        true => query.bind::<Timestamp, _>(moment(1)),
        false => query,
    }
}

/// All of them, and the rows they changed.
pub fn run<C: Database>(conn: &mut C, work: Work) -> QueryResult<usize>
where
    C::Backend: HasSqlType<Timestamp>,
    NaiveDateTime: ToSql<Timestamp, C::Backend>,
    BoxedSqlQuery<'static, C::Backend, SqlQuery>: ExecuteDsl<C>,
{
    conn.transaction(|conn| {
        let statements = by_hand(work).iter();
        statements.map(|sql| bound(sql).execute(conn)).sum()
    })
}

#[derive(QueryableByName)]
struct Gone {
    #[diesel(sql_type = Integer)]
    id: i32,
}

/// The rows removed, by hand in batches.
fn batches<C: Database>(conn: &mut C) -> QueryResult<usize>
where
    for<'a> BoxedSqlQuery<'static, C::Backend, SqlQuery>: LoadQuery<'a, C, Gone>,
    C::Backend: HasSqlType<Integer>,
    i32: ToSql<Integer, C::Backend>,
{
    let mut rows = 0;
    let mut last = Some(0);
    while let Some(after) = last {
        let batch = diesel::sql_query(C::REMOVE_BATCH)
            .into_boxed()
            .bind::<Integer, _>(after);
        let gone: Vec<Gone> = conn.transaction(|conn| batch.load(conn))?;
        rows += gone.len();
        last = gone.iter().map(|row| row.id).max();
    }
    Ok(rows)
}

macro_rules! on {
    ($name:ident, $Conn:ty) => {
        /// Puts the rows back, and does the work once.
        pub fn $name(conn: &mut $Conn, work: Work, way: Way, sizes: Sizes) -> Duration {
            if matches!(work, Work::Retention | Work::Batches) {
                fill_events(conn, sizes.events);
            } else {
                fill_tree(conn, sizes.posts, sizes.comments);
            }
            if matches!(work, Work::Restore | Work::Purge) {
                assert!(run(conn, Work::Cascade).is_ok());
            }
            settle(conn);
            let sean = users::table.find(1);
            let expired = purge_expired(events::table).deleted_before(moment(2));
            let mut done = None;
            let taken = time(|| match (way, work) {
                (Way::Library, Work::Cascade) => {
                    done = soft_delete(sean).at(moment(1)).execute(conn).ok();
                }
                (Way::Library, Work::Restore) => done = restore(sean).execute(conn).ok(),
                (Way::Library, Work::Purge) => done = purge(sean).execute(conn).ok(),
                (Way::Library, Work::Retention | Work::Batches) => {
                    done = expired.execute(conn).ok().map(|done| done.rows());
                }
                (Way::ByHand, Work::Batches) => done = batches(conn).ok(),
                (Way::ByHand, _) => done = run(conn, work).ok(),
            });
            assert_eq!(done, Some(sizes.rows(work)), "{work:?}");
            taken
        }
    };
}

on!(on_sqlite, SqliteConnection);
#[cfg(feature = "postgres")]
on!(on_postgres, PgConnection);
