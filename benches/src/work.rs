//! The operations, each beside the same by hand.

use std::time::Duration;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

use crate::schema::{batch, events, fill_events, fill_tree, settle, users};
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
    /// The removal of the expired third of a table.
    Retention,
}

impl Work {
    /// All.
    pub const ALL: [Work; 4] = [Work::Cascade, Work::Restore, Work::Purge, Work::Retention];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Work::Cascade => "cascade",
            Work::Restore => "restore",
            Work::Purge => "purge",
            Work::Retention => "retention",
        }
    }

    /// The most that the library may take, as a ratio.
    pub fn target(self) -> Option<f64> {
        match self {
            Work::Cascade => Some(1.05),
            Work::Retention => Some(1.25),
            Work::Restore | Work::Purge => None,
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
            Work::Retention => self.events / 3,
            _ => self.tree(),
        }
    }
}

/// When rows were deleted, and from when on they are kept.
pub fn moment(month: u32) -> NaiveDateTime {
    let day = NaiveDate::from_ymd_opt(2026, month, 1).unwrap_or_default();
    day.and_hms_opt(0, 0, 0).unwrap_or_default()
}

const POSTS: &str = "SELECT id FROM posts WHERE user_id = 1 AND deleted_at";
const DELETED: &str = "'2026-01-01 00:00:00'";

/// The statements that one would write by hand, for one transaction.
pub fn by_hand(work: Work) -> String {
    match work {
        Work::Cascade => format!(
            "UPDATE comments SET deleted_at = {DELETED}
                 WHERE deleted_at IS NULL AND post_id IN ({POSTS} IS NULL);
             UPDATE posts SET deleted_at = {DELETED} WHERE deleted_at IS NULL AND user_id = 1;
             UPDATE users SET deleted_at = {DELETED} WHERE deleted_at IS NULL AND id = 1;"
        ),
        Work::Restore => format!(
            "UPDATE comments SET deleted_at = NULL
                 WHERE deleted_at = {DELETED} AND post_id IN ({POSTS} = {DELETED});
             UPDATE posts SET deleted_at = NULL WHERE deleted_at = {DELETED} AND user_id = 1;
             UPDATE users SET deleted_at = NULL WHERE deleted_at IS NOT NULL AND id = 1;"
        ),
        Work::Purge => format!(
            "DELETE FROM comments
                 WHERE deleted_at IS NOT NULL AND post_id IN ({POSTS} IS NOT NULL);
             DELETE FROM posts WHERE deleted_at IS NOT NULL AND user_id = 1;
             DELETE FROM users WHERE deleted_at IS NOT NULL AND id = 1;"
        ),
        Work::Retention => "DELETE FROM events WHERE deleted_at < '2026-02-01 00:00:00';".into(),
    }
}

macro_rules! on {
    ($name:ident, $Conn:ty) => {
        /// Puts the rows back, and does the work once.
        pub fn $name(conn: &mut $Conn, work: Work, way: Way, sizes: Sizes) -> Duration {
            if work == Work::Retention {
                fill_events(conn, sizes.events);
            } else {
                fill_tree(conn, sizes.posts, sizes.comments);
            }
            if matches!(work, Work::Restore | Work::Purge) {
                batch(conn, &by_hand(Work::Cascade));
            }
            settle(conn);
            let sean = users::table.find(1);
            let expired = purge_expired(events::table).deleted_before(moment(2));
            let sql = by_hand(work);
            let mut done = None;
            let taken = time(|| match (way, work) {
                (Way::Library, Work::Cascade) => {
                    done = soft_delete_at(sean, moment(1)).execute(conn).ok();
                }
                (Way::Library, Work::Restore) => done = restore(sean).execute(conn).ok(),
                (Way::Library, Work::Purge) => done = purge(sean).execute(conn).ok(),
                (Way::Library, Work::Retention) => {
                    done = expired.execute(conn).ok().map(|done| done.rows());
                }
                (Way::ByHand, _) => {
                    let _ = conn.transaction(|conn| {
                        batch(conn, &sql);
                        diesel::QueryResult::Ok(())
                    });
                    done = Some(sizes.rows(work));
                }
            });
            assert_eq!(done, Some(sizes.rows(work)), "{work:?}");
            taken
        }
    };
}

on!(on_sqlite, SqliteConnection);
#[cfg(feature = "postgres")]
on!(on_postgres, PgConnection);
