//! The forum by hand. Every tree is locked from the top down: the row itself, then the posts, then
//! the comments. An insert and a restore hold the parent in share mode.

use chrono::{NaiveDateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Integer;
use diesel::{delete, insert_into, update};

use super::{BATCH, Step, new_comment, new_post};
use crate::schema::{comments, posts, users};

/// What an active row has.
const NONE: Option<NaiveDateTime> = None;

/// Keeps a row active until the transaction ends; `NotFound` if it is deleted.
macro_rules! share {
    ($conn:ident, $table:ident, $key:expr) => {
        $table::table
            .find($key)
            .filter($table::deleted_at.is_null())
            .select($table::id)
            .for_share()
            .get_result::<i32>($conn)?
    };
}

/// The same in words that MariaDB knows too.
macro_rules! share_in_sql {
    ($conn:ident, $table:ident, $key:expr) => {{
        let begin = concat!("SELECT id FROM ", stringify!($table), " WHERE id = ");
        let end = " AND deleted_at IS NULL LOCK IN SHARE MODE";
        let held = sql::<Integer>(begin).bind::<Integer, _>($key).sql(end);
        held.get_result::<i32>($conn)?
    }};
}

/// Updates posts, and gives their keys.
macro_rules! update_returning {
    ($conn:ident, $posts:expr, $moment:expr) => {
        update($posts)
            .set(posts::deleted_at.eq($moment))
            .returning(posts::id)
            .get_results::<i32>($conn)?
    };
}

/// The same where there is no `RETURNING`.
macro_rules! lock_and_update {
    ($conn:ident, $posts:expr, $moment:expr) => {{
        let keys: Vec<i32> = $posts.select(posts::id).for_update().load($conn)?;
        update(posts::table.filter(posts::id.eq_any(&keys)))
            .set(posts::deleted_at.eq($moment))
            .execute($conn)?;
        keys
    }};
}

/// Removes one batch after the other.
macro_rules! purge_table {
    ($conn:ident, $table:ident, $before:ident, $rows:ident, $remove:ident) => {
        let mut last = Some(0);
        while let Some(after) = last {
            let (keys, removed) = $conn.transaction(|conn| {
                let keys: Vec<i32> = $table::table
                    .filter($table::deleted_at.lt($before))
                    .filter($table::id.gt(after))
                    .order($table::id)
                    .limit(BATCH.into())
                    .select($table::id)
                    .for_update()
                    .skip_locked()
                    .load(conn)?;
                let removed = match keys.is_empty() {
                    true => 0,
                    false => $remove(conn, &keys)?,
                };
                QueryResult::Ok((keys, removed))
            })?;
            *$rows += removed;
            let is_full = keys.len() == usize::from(BATCH);
            last = keys.last().copied().filter(|_| is_full);
        }
    };
}

macro_rules! by_hand {
    ($name:ident, $Conn:ty, $share:ident, $update_posts:ident) => {
        pub mod $name {
            use super::*;

            pub fn step(conn: &mut $Conn, step: Step) -> QueryResult<()> {
                match step {
                    Step::Post(post) => {
                        let post = posts::table.find(post).filter(posts::deleted_at.is_null());
                        let title = post.select(posts::title);
                        title.get_result::<String>(conn).optional()?;
                    }
                    Step::PostsOf(user) => {
                        posts::table
                            .filter(posts::user_id.eq(user))
                            .filter(posts::deleted_at.is_null())
                            .select((posts::id, posts::title))
                            .load::<(i32, String)>(conn)?;
                    }
                    Step::PostsBefore(post) => {
                        posts::table
                            .inner_join(users::table)
                            .filter(posts::deleted_at.is_null())
                            .filter(users::deleted_at.is_null())
                            .filter(posts::id.between(post - 100, post))
                            .order(posts::id.desc())
                            .limit(20)
                            .select((posts::title, users::name))
                            .load::<(String, String)>(conn)?;
                    }
                    Step::CountComments(post) => {
                        comments::table
                            .filter(comments::post_id.eq(post))
                            .filter(comments::deleted_at.is_null())
                            .count()
                            .get_result::<i64>(conn)?;
                    }
                    Step::AddPost { id, user } => conn.transaction(|conn| {
                        $share!(conn, users, user);
                        let new = insert_into(posts::table).values(new_post(id, user));
                        new.execute(conn).map(|_| ())
                    })?,
                    Step::AddComment { id, post } => conn.transaction(|conn| {
                        $share!(conn, posts, post);
                        let new = insert_into(comments::table).values(new_comment(id, post));
                        new.execute(conn).map(|_| ())
                    })?,
                    Step::DeleteUser(user) => conn.transaction(|conn| delete_user(conn, user))?,
                    Step::DeletePost(post) => conn.transaction(|conn| delete_post(conn, post))?,
                    Step::RestoreUser(user) => conn.transaction(|conn| restore_user(conn, user))?,
                    Step::RestorePost(post) => conn.transaction(|conn| restore_post(conn, post))?,
                }
                Ok(())
            }

            fn delete_user(conn: &mut $Conn, user: i32) -> QueryResult<()> {
                let now = Utc::now().naive_utc();
                let active = users::table.find(user).filter(users::deleted_at.is_null());
                let set = update(active).set(users::deleted_at.eq(now));
                if set.execute(conn)? == 0 {
                    return Ok(());
                }
                let of_user = posts::table.filter(posts::user_id.eq(user));
                let active = of_user.filter(posts::deleted_at.is_null());
                let keys = $update_posts!(conn, active, now);
                delete_comments(conn, &keys, now)
            }

            fn delete_post(conn: &mut $Conn, post: i32) -> QueryResult<()> {
                let now = Utc::now().naive_utc();
                let active = posts::table.find(post).filter(posts::deleted_at.is_null());
                let set = update(active).set(posts::deleted_at.eq(now));
                match set.execute(conn)? {
                    0 => Ok(()),
                    _ => delete_comments(conn, &[post], now),
                }
            }

            fn delete_comments(
                conn: &mut $Conn,
                posts: &[i32],
                now: NaiveDateTime,
            ) -> QueryResult<()> {
                let below = comments::table.filter(comments::post_id.eq_any(posts));
                let active = below.filter(comments::deleted_at.is_null());
                let set = update(active).set(comments::deleted_at.eq(now));
                set.execute(conn).map(|_| ())
            }

            fn restore_user(conn: &mut $Conn, user: i32) -> QueryResult<()> {
                let row = users::table.find(user);
                let deleted_at = row.select(users::deleted_at).for_update();
                let found: Option<Option<_>> = deleted_at.get_result(conn).optional()?;
                let Some(moment) = found.flatten() else {
                    return Ok(());
                };
                let set = update(row).set(users::deleted_at.eq(NONE));
                set.execute(conn)?;
                let of_user = posts::table.filter(posts::user_id.eq(user));
                let deleted = of_user.filter(posts::deleted_at.eq(moment));
                let keys = $update_posts!(conn, deleted, NONE);
                restore_comments(conn, &keys, moment)
            }

            fn restore_post(conn: &mut $Conn, post: i32) -> QueryResult<()> {
                let row = posts::table.find(post);
                let columns = row.select((posts::user_id, posts::deleted_at));
                let found: Option<(i32, Option<_>)> = columns.get_result(conn).optional()?;
                let Some((user, Some(moment))) = found else {
                    return Ok(());
                };
                $share!(conn, users, user);
                let deleted = row.filter(posts::deleted_at.eq(moment));
                let set = update(deleted).set(posts::deleted_at.eq(NONE));
                match set.execute(conn)? {
                    0 => Ok(()),
                    _ => restore_comments(conn, &[post], moment),
                }
            }

            fn restore_comments(
                conn: &mut $Conn,
                posts: &[i32],
                moment: NaiveDateTime,
            ) -> QueryResult<()> {
                let below = comments::table.filter(comments::post_id.eq_any(posts));
                let deleted = below.filter(comments::deleted_at.eq(moment));
                let set = update(deleted).set(comments::deleted_at.eq(NONE));
                set.execute(conn).map(|_| ())
            }

            pub fn purge(
                conn: &mut $Conn,
                before: NaiveDateTime,
                rows: &mut usize,
            ) -> QueryResult<()> {
                purge_table!(conn, users, before, rows, remove_users);
                purge_table!(conn, posts, before, rows, remove_posts);
                Ok(())
            }

            fn remove_users(conn: &mut $Conn, keys: &[i32]) -> QueryResult<usize> {
                let below = posts::table.filter(posts::user_id.eq_any(keys));
                let below: Vec<i32> = below.select(posts::id).for_update().load(conn)?;
                let rows = remove_posts(conn, &below)?;
                let these = users::table.filter(users::id.eq_any(keys));
                Ok(rows + delete(these).execute(conn)?)
            }

            /// The foreign keys refuse it if an active row is among those below.
            fn remove_posts(conn: &mut $Conn, keys: &[i32]) -> QueryResult<usize> {
                let below = comments::table.filter(comments::post_id.eq_any(keys));
                let deleted = below.filter(comments::deleted_at.is_not_null());
                let rows = delete(deleted).execute(conn)?;
                let these = posts::table.filter(posts::id.eq_any(keys));
                let deleted = these.filter(posts::deleted_at.is_not_null());
                Ok(rows + delete(deleted).execute(conn)?)
            }
        }
    };
}

by_hand!(postgres, PgConnection, share, update_returning);
by_hand!(mysql, MysqlConnection, share_in_sql, lock_and_update);
