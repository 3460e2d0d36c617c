//! Communities, with the list of their posts.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use diesel::dsl::count;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Serialize;
use soft_delete_runtime::prelude::*;

use crate::error::{Created, Result, active};
use crate::model::{Community, NewCommunity};
use crate::schema::{comments, communities, posts};
use crate::server::Db;
use crate::trash::Changed;

pub(crate) async fn list(Db(mut conn): Db) -> Result<Json<Vec<Community>>> {
    let all = Community::query().order(communities::name);
    Ok(Json(all.load(&mut conn).await?))
}

/// The community, if it is active.
pub(crate) async fn find(conn: &mut AsyncPgConnection, id: i32) -> Result<Community> {
    let found = Community::with_deleted().find(id);
    active(found.get_result(conn).await.optional()?)
}

pub(crate) async fn create(Db(mut conn): Db, Json(new): Json<NewCommunity>) -> Created<Community> {
    let made = diesel::insert_into(communities::table)
        .values(new)
        .returning(Community::as_returning())
        .get_result(&mut conn)
        .await?;
    Ok((StatusCode::CREATED, Json(made)))
}

#[derive(Serialize)]
pub(crate) struct Page {
    #[serde(flatten)]
    community: Community,
    posts: Vec<Line>,
}

#[derive(Serialize, Queryable)]
pub(crate) struct Line {
    id: i32,
    author: String,
    title: String,
    comments: i64,
}

pub(crate) async fn read(Db(mut conn): Db, Path(id): Path<i32>) -> Result<Json<Page>> {
    let community = find(&mut conn, id).await?;
    // a post without comments is in the list, for the predicate of theirs is in the join
    let posts = posts::table
        .left_join_active(comments::table)
        .filter(posts::community_id.eq(id))
        .filter(posts::removed.eq(false))
        .filter(is_active(posts::table))
        .group_by(posts::id)
        .order(posts::id.desc())
        .select((
            posts::id,
            posts::author,
            posts::title,
            count(comments::id.nullable()),
        ))
        .load(&mut conn)
        .await?;
    Ok(Json(Page { community, posts }))
}

crate::trash::delete_handler!(Community);

pub(crate) async fn restore(Db(mut conn): Db, Path(id): Path<i32>) -> Result<Json<Changed>> {
    let found = Community::with_deleted().find(id);
    let community: Community = found.get_result(&mut conn).await?;
    Ok(Json(community.restore().report(&mut conn).await?.into()))
}
