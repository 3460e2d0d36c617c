//! Posts, with the thread of their comments.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use serde::Serialize;
use soft_delete_runtime::prelude::*;

use crate::error::{Created, Error, Result, active};
use crate::model::{Comment, NewPost, Post};
use crate::schema::{comments, communities, posts};
use crate::server::Db;
use crate::thread::{Entry, thread};

/// The post, if it is active.
pub(crate) async fn find(conn: &mut AsyncPgConnection, id: i32) -> Result<Post> {
    let found = Post::with_deleted().find(id);
    active(found.get_result(conn).await.optional()?)
}

pub(crate) async fn create(
    Db(mut conn): Db,
    Path(community): Path<i32>,
    Json(new): Json<NewPost>,
) -> Created<Post> {
    crate::communities::find(&mut conn, community).await?;
    let made = conn
        .transaction(async |conn| {
            // whoever deletes the community now waits for the post, and takes it along
            hold_active(communities::table.with_deleted().find(community))
                .execute(conn)
                .await?;
            let made = diesel::insert_into(posts::table)
                .values((new, posts::community_id.eq(community)))
                .returning(Post::as_returning())
                .get_result(conn)
                .await?;
            Ok::<_, Error>(made)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(made)))
}

#[derive(Serialize)]
pub(crate) struct Page {
    #[serde(flatten)]
    post: Post,
    comments: Vec<Entry>,
}

pub(crate) async fn read(Db(mut conn): Db, Path(id): Path<i32>) -> Result<Json<Page>> {
    let post = find(&mut conn, id).await?;
    let all = Comment::belonging_to(&post)
        .active()
        .order(comments::id)
        .select(Comment::as_select());
    let comments = thread(all.load(&mut conn).await?);
    let post = post.shown();
    Ok(Json(Page { post, comments }))
}

/// A moderator's decision: an update as any other. It reaches active posts only, because it says so.
pub(crate) async fn moderate(
    Db(mut conn): Db,
    Path(id): Path<i32>,
    Json(removed): Json<bool>,
) -> Result<Json<Post>> {
    find(&mut conn, id).await?;
    let post = diesel::update(posts::table.active().find(id))
        .set(posts::removed.eq(removed))
        .returning(Post::as_returning())
        .get_result(&mut conn)
        .await?;
    Ok(Json(post.shown()))
}

crate::trash::delete_handler!(Post);
crate::trash::restore_handler!(Post);
