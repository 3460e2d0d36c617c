//! The operations, each beside the same by hand.

use std::time::Duration;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::query_dsl::methods::ExecuteDsl;
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Integer, Timestamp};
use soft_delete_runtime::prelude::*;

use crate::schema::{Database, events, fill_events, fill_tree, posts, settle, users};
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
}

impl Work {
    /// Those on a tree.
    pub const TREE: [Work; 3] = [Work::Cascade, Work::Restore, Work::Purge];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Work::Cascade => "cascade",
            Work::Restore => "restore",
            Work::Purge => "purge",
            Work::Retention => "retention",
        }
    }

    /// The most that the library may take of a large tree, as a ratio.
    pub fn target(self) -> f64 {
        match self {
            Work::Cascade => 1.05,
            Work::Restore => 1.1,
            _ => 1.15,
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

/// How many rows, and how they are named.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// Each of which is a target, by its key.
    pub users: usize,
    /// Whether their posts are the target instead, all at once by a filter.
    pub by_filter: bool,
    /// Of each user.
    pub posts: usize,
    /// Of each post.
    pub comments: usize,
    /// In the table of which one third has expired.
    pub events: usize,
}

impl Sizes {
    /// A user with posts of so many comments each.
    pub const fn one(posts: usize, comments: usize) -> Self {
        Self {
            users: 1,
            by_filter: false,
            posts,
            comments,
            events: 0,
        }
    }

    /// How many rows the work changes in all.
    pub fn all_rows(self, work: Work) -> usize {
        match work {
            Work::Retention => self.events / 3,
            _ if self.by_filter => self.users * self.posts * (1 + self.comments),
            _ => self.users * (1 + self.posts * (1 + self.comments)),
        }
    }

    /// How many operations the work is.
    pub fn operations(self) -> usize {
        if self.by_filter { 1 } else { self.users }
    }

    /// How many rows an operation changes.
    pub fn rows(self, work: Work) -> usize {
        self.all_rows(work) / self.operations()
    }
}

/// When rows were deleted, and from when on they are kept.
pub fn moment(month: u32) -> NaiveDateTime {
    let day = NaiveDate::from_ymd_opt(2026, month, 1).unwrap_or_default();
    day.and_hms_opt(0, 0, 0).unwrap_or_default()
}

/// The statements that one would write by hand, for one transaction; `@user` is the key of the
/// target, and `@moment` that of the deletion.
pub fn by_hand<C: Database>(work: Work, by_filter: bool) -> Vec<String> {
    let (set, is) = match work {
        Work::Cascade => (Some("deleted_at = @moment"), "deleted_at IS NULL"),
        Work::Restore => (Some("deleted_at = NULL"), "deleted_at = @moment"),
        Work::Purge => (None, "deleted_at IS NOT NULL"),
        Work::Retention => {
            return vec!["DELETE FROM events WHERE deleted_at < '2026-02-01 00:00:00'".to_owned()];
        }
    };
    let change = |table: &str| match set {
        Some(set) => format!("UPDATE {table} SET {set}"),
        None => format!("DELETE FROM {table}"),
    };
    let posts_of = match by_filter {
        true => "title = 'chosen'",
        false => "user_id = @user",
    };
    let join = "comments JOIN posts ON posts.id = comments.post_id";
    let comments = match (C::JOINS, set) {
        (false, _) => format!(
            "{} WHERE {is} AND post_id IN (SELECT id FROM posts WHERE {is} AND {posts_of})",
            change("comments")
        ),
        (true, Some(set)) => format!(
            "UPDATE {join} SET comments.{set} WHERE comments.{is} AND posts.{is} AND {posts_of}"
        ),
        (true, None) => {
            format!("DELETE comments FROM {join} WHERE comments.{is} AND posts.{is} AND {posts_of}")
        }
    };
    let posts = format!("{} WHERE {is} AND {posts_of}", change("posts"));
    let users = format!("{} WHERE {is} AND id = @user", change("users"));
    match by_filter {
        true => vec![comments, posts],
        false => vec![comments, posts, users],
    }
}

/// One of them, with what it binds.
pub fn bound<C: Database>(sql: &str, user: i32) -> BoxedSqlQuery<'static, C::Backend, SqlQuery>
where
    C::Backend: HasSqlType<Timestamp> + HasSqlType<Integer>,
    NaiveDateTime: ToSql<Timestamp, C::Backend>,
    i32: ToSql<Integer, C::Backend>,
{
    let mut parts = sql.split('@');
    let mut query = diesel::sql_query(parts.next().unwrap_or_default()).into_boxed();
    for (index, part) in parts.enumerate() {
        query = match C::NUMBERED {
            true => query.sql(format!("${}", index + 1)),
            false => query.sql("?"),
        };
        query = match part.strip_prefix("user") {
            Some(rest) => query.bind::<Integer, _>(user).sql(rest),
            None => query
                .bind::<Timestamp, _>(moment(1))
                .sql(part.strip_prefix("moment").unwrap_or(part)),
        };
    }
    query
}

/// All of them, and the rows they changed.
pub fn run<C: Database>(conn: &mut C, statements: &[String], user: i32) -> QueryResult<usize>
where
    C::Backend: HasSqlType<Timestamp> + HasSqlType<Integer>,
    NaiveDateTime: ToSql<Timestamp, C::Backend>,
    i32: ToSql<Integer, C::Backend>,
    BoxedSqlQuery<'static, C::Backend, SqlQuery>: ExecuteDsl<C>,
{
    conn.transaction(|conn| {
        let statements = statements.iter();
        statements
            .map(|sql| bound::<C>(sql, user).execute(conn))
            .sum()
    })
}

macro_rules! on {
    ($name:ident, $fill:ident, $Conn:ty) => {
        /// Does a work on the rows that are there.
        pub fn $name(conn: &mut $Conn, work: Work, way: Way, sizes: Sizes) -> Duration {
            let statements = by_hand::<$Conn>(work, sizes.by_filter);
            let named = posts::table.filter(posts::title.eq("chosen"));
            let mut changed = 0;
            let mut one = |user: i32| {
                let chosen = users::table.find(user);
                let done = match (way, work, sizes.by_filter) {
                    (Way::Library, Work::Cascade, true) => {
                        soft_delete(named).at(moment(1)).execute(conn)
                    }
                    (Way::Library, Work::Cascade, false) => {
                        soft_delete(chosen).at(moment(1)).execute(conn)
                    }
                    (Way::Library, Work::Restore, true) => restore(named).execute(conn),
                    (Way::Library, Work::Restore, false) => restore(chosen).execute(conn),
                    (Way::Library, Work::Purge, true) => purge(named).execute(conn),
                    (Way::Library, Work::Purge, false) => purge(chosen).execute(conn),
                    (Way::Library, Work::Retention, _) => {
                        let expired = purge_expired(events::table).deleted_before(moment(2));
                        expired.execute(conn).map(|done| done.rows())
                    }
                    (Way::ByHand, _, _) => run(conn, &statements, user).map_err(Into::into),
                };
                match done {
                    Ok(rows) => changed += rows,
                    Err(error) => panic!("{work:?}: {error}"),
                }
            };
            let operations = i32::try_from(sizes.operations()).unwrap_or_default();
            let taken = time(|| (1..=operations).for_each(&mut one));
            assert_eq!(changed, sizes.all_rows(work), "{work:?}, {way:?}");
            taken
        }

        /// Puts the rows in place, and does the work once.
        pub fn $fill(conn: &mut $Conn, work: Work, way: Way, sizes: Sizes) -> Duration {
            if matches!(work, Work::Retention) {
                fill_events(conn, sizes.events);
            } else {
                fill_tree(conn, sizes.users, sizes.posts, sizes.comments);
            }
            if matches!(work, Work::Restore | Work::Purge) {
                $name(conn, Work::Cascade, Way::ByHand, sizes);
            }
            settle(conn);
            $name(conn, work, way, sizes)
        }
    };
}

on!(on_sqlite, filled_on_sqlite, SqliteConnection);
#[cfg(feature = "postgres")]
on!(on_postgres, filled_on_postgres, PgConnection);
#[cfg(feature = "mysql")]
on!(on_mysql, filled_on_mysql, MysqlConnection);
