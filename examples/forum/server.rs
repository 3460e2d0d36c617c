//! The routes, the connection that each handler gets, and what happens in the background.

use std::time::Duration;

use axum::Router;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::routing::{get, post, put};
use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::AsyncDieselConnectionManager;
use diesel_async::pooled_connection::bb8;
use serde_json::json;

use crate::error::{Error, Result};
use crate::trash::{EmptyOptions, purge_trash};
use crate::{comments, communities, posts, trash};

pub(crate) type Pool = bb8::Pool<AsyncPgConnection>;

pub(crate) fn router(pool: Pool) -> Router {
    Router::new()
        .route(
            "/communities",
            get(communities::list).post(communities::create),
        )
        .route(
            "/communities/{id}",
            get(communities::read).delete(communities::delete),
        )
        .route("/communities/{id}/restore", post(communities::restore))
        .route("/communities/{id}/posts", post(posts::create))
        .route("/posts/{id}", get(posts::read).delete(posts::delete))
        .route("/posts/{id}/restore", post(posts::restore))
        .route("/posts/{id}/removed", put(posts::moderate))
        .route("/posts/{id}/comments", post(comments::create))
        .route(
            "/comments/{id}",
            get(comments::read).delete(comments::delete),
        )
        .route("/comments/{id}/restore", post(comments::restore))
        .route("/comments/{id}/removed", put(comments::moderate))
        .route("/trash/empty", post(trash::empty))
        .with_state(pool)
}

pub(crate) async fn pool(database: &str) -> std::result::Result<Pool, bb8::RunError> {
    let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new(database);
    Ok(Pool::builder().max_size(8).build(manager).await?)
}

/// A connection of the pool. If the client hangs up, its handler is dropped: the pool then closes a
/// connection whose transaction is open, which undoes what was half done.
pub(crate) struct Db(pub(crate) bb8::PooledConnection<'static, AsyncPgConnection>);

impl<S> FromRequestParts<S> for Db
where
    S: Send + Sync,
    Pool: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, state: &S) -> Result<Self> {
        Ok(Self(Pool::from_ref(state).get_owned().await?))
    }
}

/// Empties the trash now and then: a few batches, so that the connection is soon free again.
pub(crate) async fn keep_trash_empty(pool: Pool, every: Duration, options: EmptyOptions) {
    let mut turns = tokio::time::interval(every);
    loop {
        turns.tick().await;
        if let Err(error) = turn(&pool, options).await {
            eprintln!("the trash is not emptied: {error:?}");
        }
    }
}

async fn turn(pool: &Pool, options: EmptyOptions) -> Result<()> {
    let emptied = purge_trash(&mut *pool.get().await?, options).await?;
    println!("removed for good: {}", json!(emptied.rows));
    Ok(())
}
