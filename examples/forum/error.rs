//! What a request can end with, and the status that says so.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::pooled_connection::bb8::RunError;
use serde_json::{Value, json};
use soft_delete_runtime::{Error as TreeError, RowState, types::MarkerField};

pub(crate) type Result<T> = std::result::Result<T, Error>;
/// The answer of a request that creates a row.
pub(crate) type Created<T> = Result<(StatusCode, Json<T>)>;

#[derive(Debug)]
pub(crate) enum Error {
    /// 404: there never was one, or it has been purged.
    NotFound,
    /// 410: it is in the trash.
    Gone { deleted_at: Option<DateTime<Utc>> },
    /// 409: what it belongs to is in the trash.
    ParentDeleted { table: String },
    /// 409: the name has been given to another one.
    Taken,
    /// 503: no connection is free, or the database cannot be reached.
    Unavailable(RunError),
    /// 500.
    Tree(TreeError),
}

/// The row, if it is there and active: otherwise 404 or 410.
pub(crate) fn active<M>(found: Option<M>) -> Result<M>
where
    M: MarkerField<Field = Option<DateTime<Utc>>>,
{
    match RowState::from(found) {
        RowState::Active(row) => Ok(row),
        RowState::Deleted(row) => Err(Error::Gone {
            deleted_at: *row.marker_field(),
        }),
        RowState::Missing => Err(Error::NotFound),
    }
}

impl From<TreeError> for Error {
    fn from(error: TreeError) -> Self {
        match error {
            TreeError::ParentDeleted { table } | TreeError::NotActive { table } => {
                Self::ParentDeleted { table }
            }
            TreeError::RestoreConflict { .. } => Self::Taken,
            TreeError::Database(error) => error.into(),
            error => Self::Tree(error),
        }
    }
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Self::NotFound,
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Self::Taken,
            error => Self::Tree(error.into()),
        }
    }
}

impl From<RunError> for Error {
    fn from(error: RunError) -> Self {
        Self::Unavailable(error)
    }
}

impl Error {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Gone { .. } => StatusCode::GONE,
            Self::ParentDeleted { .. } | Self::Taken => StatusCode::CONFLICT,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Tree(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn body(&self) -> Value {
        match self {
            Self::NotFound => json!({ "error": "there is no such thing" }),
            Self::Gone { deleted_at } => {
                json!({ "error": "it is in the trash", "deleted_at": deleted_at })
            }
            Self::ParentDeleted { table } => {
                json!({ "error": "what it belongs to is in the trash", "table": table })
            }
            Self::Taken => json!({ "error": "the name is taken" }),
            Self::Unavailable(_) => json!({ "error": "try again later" }),
            Self::Tree(_) => json!({ "error": "that did not work" }),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        // the caller is not told what the database said, the log is
        match &self {
            Self::Unavailable(error) => eprintln!("error: {error}"),
            Self::Tree(error) => eprintln!("error: {error}"),
            _ => {}
        }
        (self.status(), Json(self.body())).into_response()
    }
}
