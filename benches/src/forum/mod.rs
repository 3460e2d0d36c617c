//! A forum as a program: what it does on users, posts and comments, by the library and by hand, with
//! the same guarantees.

mod by_hand;
mod by_library;

use chrono::NaiveDateTime;
use diesel::dsl::Eq;
use diesel::prelude::*;
use soft_delete_runtime::Error;

use crate::schema::{Database, comments, posts, users};

/// How many trees a batch of the retention removes.
const BATCH: u16 = 100;

/// What a connection does next, with the keys of the rows.
#[derive(Debug, Clone, Copy)]
pub enum Step {
    /// Reads it.
    Post(i32),
    /// Reads those of the user.
    PostsOf(i32),
    /// Reads some shortly before it, with their users.
    PostsBefore(i32),
    /// Of the post.
    CountComments(i32),
    /// Below a user that is held.
    AddPost {
        /// Its key.
        id: i32,
        /// Whose it is.
        user: i32,
    },
    /// Below a post that is held.
    AddComment {
        /// Its key.
        id: i32,
        /// What it is about.
        post: i32,
    },
    /// With posts and comments.
    DeleteUser(i32),
    /// With comments.
    DeletePost(i32),
    /// With what went along.
    RestoreUser(i32),
    /// With what went along.
    RestorePost(i32),
}

type NewPost = (
    Eq<posts::id, i32>,
    Eq<posts::user_id, i32>,
    Eq<posts::title, &'static str>,
);

fn new_post(id: i32, user: i32) -> NewPost {
    let title = posts::title.eq("a new one");
    (posts::id.eq(id), posts::user_id.eq(user), title)
}

type NewComment = (
    Eq<comments::id, i32>,
    Eq<comments::post_id, i32>,
    Eq<comments::body, &'static str>,
);

fn new_comment(id: i32, post: i32) -> NewComment {
    let body = comments::body.eq("what one says of it");
    (comments::id.eq(id), comments::post_id.eq(post), body)
}

/// The program on a connection, twice.
pub trait Forum: Database + Send {
    /// What a connection begins with.
    const BEGIN: &'static str;
    /// Whether a connection has to be opened again after a conflict in a query that is kept
    /// prepared: see "After an error, mind your own queries" in the guide.
    const REOPEN: bool;

    /// A step by the library.
    fn by_library(&mut self, step: Step) -> Result<(), Error>;
    /// A step by hand; `NotFound` where the library refuses it.
    fn by_hand(&mut self, step: Step) -> QueryResult<()>;
    /// Removes the trees that were deleted before, and adds up the rows of each batch.
    fn purge_by_library(&mut self, before: NaiveDateTime, rows: &mut usize) -> Result<(), Error>;
    /// The same by hand.
    fn purge_by_hand(&mut self, before: NaiveDateTime, rows: &mut usize) -> QueryResult<()>;
    /// How many active rows are below a deleted one, and how many rows there are.
    fn count(&mut self) -> QueryResult<(i64, i64)>;
}

macro_rules! forum {
    ($name:ident, $Conn:ty, $begin:literal, $reopen:literal) => {
        impl Forum for $Conn {
            const BEGIN: &'static str = $begin;
            const REOPEN: bool = $reopen;

            fn by_library(&mut self, step: Step) -> Result<(), Error> {
                by_library::$name::step(self, step)
            }

            fn by_hand(&mut self, step: Step) -> QueryResult<()> {
                by_hand::$name::step(self, step)
            }

            fn purge_by_library(
                &mut self,
                before: NaiveDateTime,
                rows: &mut usize,
            ) -> Result<(), Error> {
                by_library::$name::purge(self, before, rows)
            }

            fn purge_by_hand(
                &mut self,
                before: NaiveDateTime,
                rows: &mut usize,
            ) -> QueryResult<()> {
                by_hand::$name::purge(self, before, rows)
            }

            fn count(&mut self) -> QueryResult<(i64, i64)> {
                let below_users = posts::table
                    .inner_join(users::table)
                    .filter(posts::deleted_at.is_null())
                    .filter(users::deleted_at.is_not_null());
                let below_posts = comments::table
                    .inner_join(posts::table)
                    .filter(comments::deleted_at.is_null())
                    .filter(posts::deleted_at.is_not_null());
                let astray: [i64; 2] = [
                    below_users.count().get_result(self)?,
                    below_posts.count().get_result(self)?,
                ];
                let rows: [i64; 3] = [
                    users::table.count().get_result(self)?,
                    posts::table.count().get_result(self)?,
                    comments::table.count().get_result(self)?,
                ];
                Ok((astray.iter().sum(), rows.iter().sum()))
            }
        }
    };
}

forum!(
    postgres,
    PgConnection,
    "SET search_path = soft_delete_benches; SET synchronous_commit = off;",
    false
);
forum!(mysql, MysqlConnection, "USE soft_delete_benches;", true);
