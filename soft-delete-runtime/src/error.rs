//! What can go wrong with a tree.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// Why an operation was refused or failed. It has changed nothing then; of a
/// [`purge_expired`](crate::purge_expired), the batches before the error stay done.
///
/// It converts into [`diesel::result::Error`], so `?` works in functions that return either. There,
/// `Database` and `RestoreConflict` are the error of the database again, and any other variant is a
/// [`QueryBuilderError`](DieselError::QueryBuilderError) that can be downcast to this type.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// Rows that refer to the target, or to what goes along with it, forbid it: active rows of a table
    /// that a `restrict` names; for a purge, any row of such a table, or an active descendant.
    Restricted {
        /// The table that they are in.
        table: String,
        /// How many there are. For a purge, an active row below another active row of the same table is
        /// not counted.
        count: i64,
    },
    /// A row cannot come back under a parent that is still deleted.
    ///
    /// Restore the parent, or say [`with_ancestors`](crate::types::TreeRestore::with_ancestors).
    ParentDeleted {
        /// The table of the parent.
        table: String,
    },
    /// A row that would come back violates a unique key or an exclusion constraint: another row has
    /// taken its place. It is of a tree; on a table without relations the error of the database, a
    /// [`UniqueViolation`](DatabaseErrorKind::UniqueViolation), is reported as it is.
    RestoreConflict {
        /// The name of the constraint or index. SQLite names the columns instead
        /// (`users.name, users.tenant`), except for an index on an expression.
        constraint: String,
        /// The error that the database reports.
        source: DieselError,
    },
    /// There is no active row to hold: those of the target are deleted, or not there.
    NotActive {
        /// The target's table.
        table: String,
    },
    /// Tables cascade to each other in a cycle. A table may cascade to itself, by one foreign key.
    Cycle {
        /// The tables, in the order of the cycle.
        tables: Vec<String>,
    },
    /// What Diesel reports.
    Database(DieselError),
}

impl Error {
    /// Of a restore: a unique violation is a conflict with a row made since, and so is that of an
    /// exclusion constraint.
    pub(crate) fn of_restore(error: DieselError) -> Self {
        use DatabaseErrorKind::{ExclusionViolation, UniqueViolation};
        match error {
            DieselError::DatabaseError(UniqueViolation | ExclusionViolation, ref info) => {
                Self::RestoreConflict {
                    constraint: info
                        .constraint_name()
                        .map_or_else(|| constraint_in(info.message()), str::to_owned),
                    source: error,
                }
            }
            error => Self::Database(error),
        }
    }
}

/// SQLite, MySQL and MariaDB name the constraint in the message alone:
///
/// - `UNIQUE constraint failed: users.name`, or `UNIQUE constraint failed: index 'users_name'` of an
///   index on an expression
/// - `Duplicate entry 'x' for key 'users.name'`, on MariaDB `Duplicate entry 'x' for key 'name'`;
///   the value may hold anything
fn constraint_in(message: &str) -> String {
    if let Some(columns) = message.strip_prefix("UNIQUE constraint failed: ") {
        let index = columns.strip_prefix("index '");
        return index
            .and_then(|index| index.strip_suffix('\''))
            .unwrap_or(columns)
            .to_owned();
    }
    let key = message
        .rsplit_once(" for key '")
        .and_then(|(_, key)| key.strip_suffix('\''));
    match key {
        Some(key) => key.split_once('.').map_or(key, |(_, key)| key).to_owned(),
        None => message.to_owned(),
    }
}

/// What Diesel reports is compared by its text: Diesel's own comparison has no answer for some of
/// its errors.
impl PartialEq for Error {
    fn eq(&self, other: &Self) -> bool {
        format!("{self:?}") == format!("{other:?}")
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Restricted { table, count } => {
                write!(
                    f,
                    "{count} row(s) of `{table}` still need a row that would be deleted: delete or move them first"
                )
            }
            Self::ParentDeleted { table } => write!(
                f,
                "the parent in `{table}` is still deleted: restore it first, or use `with_ancestors`"
            ),
            Self::RestoreConflict { constraint, .. } => {
                write!(
                    f,
                    "a row cannot come back: `{constraint}` has been taken again"
                )
            }
            Self::NotActive { table } => write!(
                f,
                "no active row of `{table}` to hold: it is deleted, or not there"
            ),
            Self::Cycle { tables } => {
                let tables = tables.join(" -> ");
                write!(
                    f,
                    "tables cascade in a cycle: {tables}: remove one `cascade`"
                )
            }
            Self::Database(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::RestoreConflict { source, .. } => Some(source),
            Self::Database(error) => error.source(),
            _ => None,
        }
    }
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::QueryBuilderError(error) => match error.downcast::<Self>() {
                Ok(own) => *own,
                Err(error) => Self::Database(DieselError::QueryBuilderError(error)),
            },
            error => Self::Database(error),
        }
    }
}

impl From<Error> for DieselError {
    fn from(error: Error) -> Self {
        match error {
            Error::Database(error) => error,
            Error::RestoreConflict { source, .. } => source,
            error => Self::QueryBuilderError(Box::new(error)),
        }
    }
}
