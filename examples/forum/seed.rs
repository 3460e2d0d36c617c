//! Something to play with. The keys count from 1 in a new database, so that a tour can be written
//! down.

use chrono::{TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use soft_delete_runtime::Error;
use soft_delete_runtime::prelude::*;

use crate::Result;
use crate::schema::{comments, communities, posts};

pub(crate) async fn fill(conn: &mut AsyncPgConnection) -> Result<()> {
    let there = communities::table.count().get_result::<i64>(conn).await?;
    if there > 0 {
        return Err("the database has communities already: seed takes an empty one".into());
    }
    conn.transaction(seed).await?;
    Ok(())
}

async fn seed(conn: &mut AsyncPgConnection) -> std::result::Result<(), Error> {
    let mut made = Vec::new();
    for name in ["cooking", "gardening"] {
        let new = diesel::insert_into(communities::table).values(communities::name.eq(name));
        made.push(new.returning(communities::id).get_result(conn).await?);
    }
    let communities: Vec<i32> = std::mem::take(&mut made);
    for (community, author, title) in [
        (0, "ada", "How long do you boil an egg?"),
        (0, "ben", "The best pan"),
        (1, "cleo", "Slugs"),
    ] {
        let new = diesel::insert_into(posts::table).values((
            posts::community_id.eq(communities[community]),
            posts::author.eq(author),
            posts::title.eq(title),
            posts::body.eq("I would like to know what you think."),
        ));
        made.push(new.returning(posts::id).get_result(conn).await?);
    }
    let posts: Vec<i32> = std::mem::take(&mut made);
    for (post, reply_to, author, body) in [
        (0, None, "ben", "Six minutes."),
        (0, Some(0), "ada", "From cold water?"),
        (0, Some(1), "ben", "From boiling water."),
        (0, None, "cleo", "I fry mine."),
        (1, None, "ada", "Cast iron."),
        (2, None, "ben", "Beer."),
    ] {
        let new = diesel::insert_into(comments::table).values((
            comments::post_id.eq(posts[post]),
            comments::parent_id.eq(reply_to.map(|comment: usize| made[comment])),
            comments::author.eq(author),
            comments::body.eq(body),
        ));
        made.push(new.returning(comments::id).get_result(conn).await?);
    }
    // in the trash for 40 days already
    soft_delete(posts::table.find(posts[2]))
        .at(Utc::now() - TimeDelta::days(40))
        .execute(conn)
        .await?;
    Ok(())
}
