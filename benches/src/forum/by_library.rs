//! The forum by the library.

use chrono::NaiveDateTime;
use diesel::insert_into;
use diesel::prelude::*;
use soft_delete_runtime::Error;
use soft_delete_runtime::prelude::*;

use super::{BATCH, Step, new_comment, new_post};
use crate::schema::{comments, posts, users};

macro_rules! purge_table {
    ($conn:ident, $table:ident, $before:ident, $rows:ident) => {
        let mut counted = 0;
        purge_expired($table::table)
            .deleted_before($before)
            .batch_size(BATCH.into())
            .after_batch(|progress, ()| {
                *$rows += progress.rows() - counted;
                counted = progress.rows();
            })
            .execute($conn)?;
    };
}

macro_rules! by_library {
    ($name:ident, $Conn:ty) => {
        pub mod $name {
            use super::*;

            pub fn step(conn: &mut $Conn, step: Step) -> Result<(), Error> {
                match step {
                    Step::Post(post) => {
                        let post = posts::table.active().find(post).select(posts::title);
                        post.get_result::<String>(conn).optional()?;
                    }
                    Step::PostsOf(user) => {
                        let of_user = posts::table.active().filter(posts::user_id.eq(user));
                        let shown = of_user.select((posts::id, posts::title));
                        shown.load::<(i32, String)>(conn)?;
                    }
                    Step::PostsBefore(post) => {
                        posts::table
                            .active()
                            .inner_join_active(users::table)
                            .filter(posts::id.between(post - 100, post))
                            .order(posts::id.desc())
                            .limit(20)
                            .select((posts::title, users::name))
                            .load::<(String, String)>(conn)?;
                    }
                    Step::CountComments(post) => {
                        let of_post = comments::table.active().filter(comments::post_id.eq(post));
                        of_post.count().get_result::<i64>(conn)?;
                    }
                    Step::AddPost { id, user } => conn.transaction(|conn| {
                        hold_active(users::table.find(user)).execute(conn)?;
                        let new = insert_into(posts::table).values(new_post(id, user));
                        new.execute(conn)?;
                        Ok::<_, Error>(())
                    })?,
                    Step::AddComment { id, post } => conn.transaction(|conn| {
                        hold_active(posts::table.find(post)).execute(conn)?;
                        let new = insert_into(comments::table).values(new_comment(id, post));
                        new.execute(conn)?;
                        Ok::<_, Error>(())
                    })?,
                    Step::DeleteUser(user) => {
                        soft_delete(users::table.find(user)).execute(conn)?;
                    }
                    Step::DeletePost(post) => {
                        soft_delete(posts::table.find(post)).execute(conn)?;
                    }
                    Step::RestoreUser(user) => {
                        restore(users::table.find(user)).execute(conn)?;
                    }
                    Step::RestorePost(post) => {
                        restore(posts::table.find(post)).execute(conn)?;
                    }
                }
                Ok(())
            }

            pub fn purge(
                conn: &mut $Conn,
                before: NaiveDateTime,
                rows: &mut usize,
            ) -> Result<(), Error> {
                purge_table!(conn, users, before, rows);
                purge_table!(conn, posts, before, rows);
                Ok(())
            }
        }
    };
}

by_library!(postgres, PgConnection);
by_library!(mysql, MysqlConnection);
