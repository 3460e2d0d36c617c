//! Comments, and replies to them.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use soft_delete_runtime::prelude::*;

use crate::error::{Created, Error, Result, active};
use crate::model::{Comment, NewComment};
use crate::schema::{comments, posts};
use crate::server::Db;

/// The comment, if it is active.
pub(crate) async fn find(conn: &mut AsyncPgConnection, id: i32) -> Result<Comment> {
    let found = Comment::with_deleted().find(id);
    active(found.get_result(conn).await.optional()?)
}

pub(crate) async fn create(
    Db(mut conn): Db,
    Path(post): Path<i32>,
    Json(new): Json<NewComment>,
) -> Created<Comment> {
    crate::posts::find(&mut conn, post).await?;
    let made = conn
        .transaction(async |conn| {
            // whoever deletes the post now waits for the comment, and takes it along
            hold_active(posts::table.with_deleted().find(post))
                .execute(conn)
                .await?;
            if let Some(parent) = new.parent_id {
                let parent = comments::table.with_deleted().find(parent);
                hold_active(parent.filter(comments::post_id.eq(post)))
                    .execute(conn)
                    .await?;
            }
            let made = diesel::insert_into(comments::table)
                .values((new, comments::post_id.eq(post)))
                .returning(Comment::as_returning())
                .get_result(conn)
                .await?;
            Ok::<_, Error>(made)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(made)))
}

pub(crate) async fn read(Db(mut conn): Db, Path(id): Path<i32>) -> Result<Json<Comment>> {
    let comment = find(&mut conn, id).await?;
    Ok(Json(comment.shown()))
}

/// A moderator's decision: an update as any other. It reaches active comments only, because it says
/// so.
pub(crate) async fn moderate(
    Db(mut conn): Db,
    Path(id): Path<i32>,
    Json(removed): Json<bool>,
) -> Result<Json<Comment>> {
    find(&mut conn, id).await?;
    let comment = diesel::update(comments::table.active().find(id))
        .set(comments::removed.eq(removed))
        .returning(Comment::as_returning())
        .get_result(&mut conn)
        .await?;
    Ok(Json(comment.shown()))
}

crate::trash::delete_handler!(Comment);
crate::trash::restore_handler!(Comment);
