//! The trash: how it is emptied, and what is said of an operation.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::Query;
use chrono::TimeDelta;
use diesel_async::AsyncPgConnection;
use serde::{Deserialize, Serialize};
use soft_delete_runtime::prelude::*;
use soft_delete_runtime::{Error, Report};

use crate::error::Result;
use crate::schema::{comments, communities, posts};
use crate::server::Db;

/// The rows that an operation changed, by table.
#[derive(Serialize)]
pub(crate) struct Changed {
    rows: BTreeMap<String, usize>,
}

impl From<Report> for Changed {
    fn from(report: Report) -> Self {
        let rows = report.tables().map(|(table, rows)| (table.into(), rows));
        Self {
            rows: rows.collect(),
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct DeleteOptions {
    /// Only say what would go.
    #[serde(default)]
    pub(crate) preview: bool,
}

#[derive(Deserialize)]
pub(crate) struct RestoreOptions {
    /// What it belongs to comes back, too.
    #[serde(default)]
    pub(crate) with_ancestors: bool,
}

/// The handler that moves a row of the model to the trash, with all that belongs to it.
macro_rules! delete_handler {
    ($model:ident) => {
        pub(crate) async fn delete(
            Db(mut conn): Db,
            Path(id): Path<i32>,
            axum::extract::Query(options): axum::extract::Query<crate::trash::DeleteOptions>,
        ) -> Result<Json<crate::trash::Changed>> {
            let row: $model = find(&mut conn, id).await?;
            let report = match options.preview {
                true => row.soft_delete().preview(&mut conn).await?,
                false => row.soft_delete().report(&mut conn).await?,
            };
            Ok(Json(report.into()))
        }
    };
}
pub(crate) use delete_handler;

/// The handler that takes a row of the model out of the trash, with what went along with it.
macro_rules! restore_handler {
    ($model:ident) => {
        pub(crate) async fn restore(
            Db(mut conn): Db,
            Path(id): Path<i32>,
            axum::extract::Query(options): axum::extract::Query<crate::trash::RestoreOptions>,
        ) -> Result<Json<crate::trash::Changed>> {
            let found = $model::with_deleted().find(id);
            let row: $model = found.get_result(&mut conn).await?;
            let restore = match options.with_ancestors {
                true => row.restore().with_ancestors(),
                false => row.restore(),
            };
            Ok(Json(restore.report(&mut conn).await?.into()))
        }
    };
}
pub(crate) use restore_handler;

#[derive(Clone, Copy, Deserialize)]
#[serde(default)]
pub(crate) struct EmptyOptions {
    /// How long things are kept.
    pub(crate) days: u32,
    /// For each table: a request, or a turn of the background task, comes to an end.
    pub(crate) max_batches: usize,
    pub(crate) batch_size: usize,
}

impl Default for EmptyOptions {
    fn default() -> Self {
        Self {
            days: 30,
            max_batches: 10,
            batch_size: 1000,
        }
    }
}

#[derive(Serialize)]
pub(crate) struct Emptied {
    /// Whether nothing is left that could go: otherwise, come again.
    finished: bool,
    pub(crate) rows: BTreeMap<&'static str, usize>,
}

pub(crate) async fn empty(
    Db(mut conn): Db,
    Query(options): Query<EmptyOptions>,
) -> Result<Json<Emptied>> {
    Ok(Json(purge_trash(&mut conn, options).await?))
}

/// Parents first: what goes with a community or a post is not looked at again.
pub(crate) async fn purge_trash(
    conn: &mut AsyncPgConnection,
    options: EmptyOptions,
) -> std::result::Result<Emptied, Error> {
    let age = TimeDelta::days(options.days.into());
    let EmptyOptions {
        max_batches,
        batch_size,
        ..
    } = options;
    let done = [
        purge_expired(communities::table)
            .older_than(age)
            .batch_size(batch_size)
            .max_batches(max_batches)
            .execute(conn)
            .await?,
        purge_expired(posts::table)
            .older_than(age)
            .batch_size(batch_size)
            .max_batches(max_batches)
            .execute(conn)
            .await?,
        purge_expired(comments::table)
            .older_than(age)
            .batch_size(batch_size)
            .max_batches(max_batches)
            .execute(conn)
            .await?,
    ];
    let rows = ["communities", "posts", "comments"]
        .map(|table| (table, done.iter().map(|done| done.rows_of(table)).sum()));
    Ok(Emptied {
        finished: done.iter().all(|done| done.is_finished()),
        rows: rows.into(),
    })
}
