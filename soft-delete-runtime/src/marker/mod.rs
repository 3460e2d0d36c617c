//! The SQL types of markers, and what each means.

mod epoch;
mod predicate;
mod storage_class;
mod value;

use diesel::expression::{AsExpression, TypedExpressionType};
use diesel::sql_types::{BigInt, Bool, Nullable, SqlType};

pub use self::epoch::Epoch;
pub use self::predicate::Predicate;
pub use self::storage_class::StorageClass;
pub use self::value::{MarkerValue, MomentValue};
use crate::moment::{Moment, Unit};

/// A SQL type whose columns can be the marker of a soft-delete table.
///
/// | SQL type | active | deleted | a soft delete writes | feature |
/// | --- | --- | --- | --- | --- |
/// | `Nullable<Timestamp>` | `IS NULL` | `IS NOT NULL` | now, UTC, microseconds | `chrono` or `time` |
/// | `Nullable<Timestamptz>` | `IS NULL` | `IS NOT NULL` | the same | and `postgres` |
/// | `Nullable<Datetime>` | `IS NULL` | `IS NOT NULL` | the same | and `mysql` |
/// | `Nullable<TimestamptzSqlite>` | `IS NULL` | `IS NOT NULL` | the same | and `sqlite` |
/// | `Bool` | `NOT deleted` | `deleted` | true | |
/// | `BigInt` | `= 0` | `!= 0` | now, in the table's [`Unit`] | |
/// | `Nullable<BigInt>` | `IS NULL` | `IS NOT NULL` | the same | |
///
/// On MySQL prefer `Nullable<Datetime>`: a `Timestamp` there ends in the year 2038.
///
/// # A type of your own
///
/// The trait is open. A status column is the usual case: implement it for the SQL type that the
/// schema gives the column.
///
/// ```
/// use diesel::prelude::*;
/// use diesel::deserialize::{self, FromSql, FromSqlRow};
/// use diesel::serialize::{self, Output, ToSql};
/// use soft_delete_runtime::prelude::*;
/// use soft_delete_runtime::{MarkerType, Moment, Unit, types::{MarkerValue, Predicate}};
///
/// #[derive(diesel::sql_types::SqlType, diesel::query_builder::QueryId)]
/// #[diesel(sqlite_type(name = "Text"))]
/// pub struct StatusType;
///
/// #[derive(Debug, Clone, Copy, PartialEq, diesel::expression::AsExpression, FromSqlRow)]
/// #[diesel(sql_type = StatusType)]
/// pub enum Status {
///     Draft,
///     Published,
///     Deleted,
/// }
///
/// impl MarkerType for StatusType {
///     const ACTIVE: Predicate = Predicate::new("(", " <> 'deleted')");
///     const DELETED: Predicate = Predicate::new("(", " = 'deleted')");
///     type Value = Status;
///
///     fn value(deleted: Option<Moment>, _: Unit) -> Status {
///         match deleted {
///             Some(_) => Status::Deleted,
///             None => Status::Draft, // what a restore makes of it
///         }
///     }
/// }
///
/// impl MarkerValue for Status {                       // gives models `is_deleted()`
///     fn is_deleted(&self) -> bool {
///         *self == Status::Deleted
///     }
/// }
/// # impl ToSql<StatusType, diesel::sqlite::Sqlite> for Status {
/// #     fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, diesel::sqlite::Sqlite>) -> serialize::Result {
/// #         out.set_value(match self {
/// #             Status::Draft => "draft",
/// #             Status::Published => "published",
/// #             Status::Deleted => "deleted",
/// #         });
/// #         Ok(serialize::IsNull::No)
/// #     }
/// # }
/// # impl FromSql<StatusType, diesel::sqlite::Sqlite> for Status {
/// #     fn from_sql(bytes: diesel::sqlite::SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
/// #         match <String as FromSql<diesel::sql_types::Text, diesel::sqlite::Sqlite>>::from_sql(bytes)?.as_str() {
/// #             "draft" => Ok(Status::Draft),
/// #             "published" => Ok(Status::Published),
/// #             "deleted" => Ok(Status::Deleted),
/// #             other => Err(format!("no status: {other}").into()),
/// #         }
/// #     }
/// # }
///
/// diesel::table! {
///     use diesel::sql_types::*;
///     use super::StatusType;
///     posts { id -> Integer, status -> StatusType }
/// }
///
/// #[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
/// #[diesel(table_name = posts)]
/// #[soft_delete(column = status)]
/// struct Post { id: i32, status: Status }
///
/// # fn main() -> QueryResult<()> {
/// # let conn = &mut SqliteConnection::establish(":memory:").unwrap();
/// # diesel::sql_query("CREATE TABLE posts (id INTEGER PRIMARY KEY, status TEXT NOT NULL)").execute(conn)?;
/// # diesel::sql_query("INSERT INTO posts VALUES (1, 'published')").execute(conn)?;
/// Post::soft_delete_by_id(1).execute(conn)?;
/// assert_eq!(posts::table.active().count().get_result(conn), Ok(0));
/// let post = Post::with_deleted().find(1).get_result(conn)?;
/// assert_eq!((post.status, post.is_deleted()), (Status::Deleted, true));
/// # assert_eq!(post.id, 1);
/// # let _ = Status::Published;
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "a column of SQL type `{Self}` cannot be used as a soft-delete marker",
    label = "not the type of a marker",
    note = "supported types: `Nullable<Timestamp>`, `Nullable<Timestamptz>`, `Nullable<Datetime>`, `Nullable<TimestamptzSqlite>`, `Bool`, `BigInt` and `Nullable<BigInt>`",
    note = "date and time types need the feature `chrono` or `time` of `soft-delete-runtime`; `Timestamptz` needs `postgres`, `Datetime` needs `mysql`, `TimestamptzSqlite` needs `sqlite` as well",
    note = "for a type of your own, implement `soft_delete_runtime::MarkerType`"
)]
pub trait MarkerType: SqlType + TypedExpressionType + Sized {
    /// True for active rows.
    const ACTIVE: Predicate;

    /// True for deleted rows; the opposite of [`ACTIVE`](Self::ACTIVE).
    const DELETED: Predicate;

    /// Whether `ACTIVE` is true of NULL, which is the marker of an absent row of an outer join.
    #[doc(hidden)]
    const NULL_IS_ACTIVE: bool = false;

    /// The Rust type of what is written.
    type Value: AsExpression<Self>;

    /// What to write: the mark of a row deleted at that moment, or that of an active row.
    ///
    /// `unit` is the table's, and concerns columns of SQL type `BigInt`.
    fn value(deleted: Option<Moment>, unit: Unit) -> Self::Value;

    /// The SQL of the deleted and of the active mark, `("'deleted'", "'draft'")`.
    ///
    /// A type of your own needs it where its table is in a tree (`cascade`), whose statements are
    /// written without the Rust type at hand.
    const SQL_LITERALS: Option<(&'static str, &'static str)> = None;

    #[doc(hidden)]
    const MARK: StorageClass = match Self::SQL_LITERALS {
        Some((deleted, active)) => StorageClass::Literals { deleted, active },
        None => StorageClass::Unknown,
    };

    /// The precision that a moment is kept at; only a `BigInt` has a coarser one than microseconds.
    #[doc(hidden)]
    fn precision(unit: Unit) -> Unit {
        let _ = unit;
        Unit::Micros
    }
}

/// A [`MarkerType`] that keeps the moment of the deletion.
///
/// It is what [`deleted_before`](crate::ScopeDsl::deleted_before) and
/// [`deleted_since`](crate::ScopeDsl::deleted_since) need.
#[diagnostic::on_unimplemented(
    message = "a marker of SQL type `{Self}` does not keep the moment of the deletion",
    label = "no moment to compare with",
    note = "a date and time marker or an epoch in a `BigInt` does"
)]
pub trait MomentMarker: MarkerType + MomentType {
    /// Whether an active row has a value too, which a comparison of moments has to exclude.
    const SENTINEL: bool;
}

/// A SQL type that can hold a moment: of a marker, or of a column named by `touch`.
#[diagnostic::on_unimplemented(
    message = "a column of SQL type `{Self}` cannot hold the moment of an operation",
    label = "`touch` sets a date and time column or an epoch in a `BigInt`",
    note = "date and time types need the feature `chrono` or `time` of `soft-delete-runtime`; `Timestamptz` needs `postgres`, `Datetime` needs `mysql`, `TimestamptzSqlite` needs `sqlite` as well"
)]
pub trait MomentType: SqlType + TypedExpressionType + Sized {
    #[doc(hidden)]
    const STORED: StorageClass;

    /// The precision it is kept at, where the table's unit is `unit`.
    fn precision(unit: Unit) -> Unit;

    /// The Rust type of what is written.
    type Moment: AsExpression<Self>;

    /// What to write.
    fn moment(moment: Moment, unit: Unit) -> Self::Moment;
}

/// A SQL type that has a `unit`.
#[diagnostic::on_unimplemented(
    message = "`unit` is for a marker of SQL type `BigInt`, and this one is `{Self}`",
    label = "remove `unit`",
    note = "date and time markers are written in UTC, cut to microseconds"
)]
pub trait EpochType: MomentType {}

const NULL: Predicate = Predicate::new("(", " IS NULL)");
const NOT_NULL: Predicate = Predicate::new("(", " IS NOT NULL)");

impl MarkerType for Bool {
    const ACTIVE: Predicate = Predicate::new("(NOT ", ")");
    // a column is closed without parentheses
    const DELETED: Predicate = Predicate::new("", "");
    const SQL_LITERALS: Option<(&'static str, &'static str)> = Some(("TRUE", "FALSE"));
    type Value = bool;

    fn value(deleted: Option<Moment>, _: Unit) -> bool {
        deleted.is_some()
    }
}

impl MarkerType for BigInt {
    const ACTIVE: Predicate = Predicate::new("(", " = 0)");
    const DELETED: Predicate = Predicate::new("(", " != 0)");
    const MARK: StorageClass = StorageClass::Epoch { active: "0" };
    type Value = Epoch;

    fn value(deleted: Option<Moment>, unit: Unit) -> Epoch {
        match deleted {
            Some(moment) => Epoch::new(moment, unit).not_zero(),
            None => Epoch::ACTIVE,
        }
    }

    fn precision(unit: Unit) -> Unit {
        unit
    }
}

impl MomentMarker for BigInt {
    const SENTINEL: bool = true;
}

impl EpochType for BigInt {}
impl EpochType for Nullable<BigInt> {}

impl MomentType for BigInt {
    const STORED: StorageClass = StorageClass::Epoch { active: "0" };
    type Moment = Epoch;

    fn precision(unit: Unit) -> Unit {
        unit
    }

    fn moment(moment: Moment, unit: Unit) -> Epoch {
        Epoch::new(moment, unit)
    }
}

impl MomentType for Nullable<BigInt> {
    const STORED: StorageClass = StorageClass::Epoch { active: "NULL" };
    type Moment = Option<Epoch>;

    fn precision(unit: Unit) -> Unit {
        unit
    }

    fn moment(moment: Moment, unit: Unit) -> Option<Epoch> {
        Some(Epoch::new(moment, unit))
    }
}

macro_rules! nullable_marker {
    ($sql_type:ty, $value:ty) => {
        impl MarkerType for Nullable<$sql_type> {
            const ACTIVE: Predicate = NULL;
            const DELETED: Predicate = NOT_NULL;
            const NULL_IS_ACTIVE: bool = true;
            const MARK: StorageClass = <Self as MomentType>::STORED;
            type Value = Option<$value>;

            fn value(deleted: Option<Moment>, unit: Unit) -> Option<$value> {
                deleted.map(|moment| <$sql_type>::moment(moment, unit))
            }

            fn precision(unit: Unit) -> Unit {
                <$sql_type as MomentType>::precision(unit)
            }
        }

        impl MomentMarker for Nullable<$sql_type> {
            const SENTINEL: bool = false;
        }
    };
}

#[cfg(any(feature = "chrono", feature = "time"))]
macro_rules! date_and_time {
    ($sql_type:ty, $value:ty, $stored:ident) => {
        impl MomentType for $sql_type {
            const STORED: StorageClass = StorageClass::$stored;
            type Moment = $value;

            fn precision(_: Unit) -> Unit {
                Unit::Micros
            }

            fn moment(moment: Moment, _: Unit) -> $value {
                moment.into()
            }
        }

        impl MomentType for Nullable<$sql_type> {
            const STORED: StorageClass = StorageClass::$stored;
            type Moment = Option<$value>;

            fn precision(_: Unit) -> Unit {
                Unit::Micros
            }

            fn moment(moment: Moment, _: Unit) -> Option<$value> {
                Some(moment.into())
            }
        }

        nullable_marker!($sql_type, $value);
    };
}

nullable_marker!(BigInt, Epoch);

#[cfg(feature = "chrono")]
mod calendar {
    pub(crate) type WithoutOffset = chrono::NaiveDateTime;
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    pub(super) type WithOffset = chrono::DateTime<chrono::Utc>;
}

#[cfg(all(feature = "time", not(feature = "chrono")))]
mod calendar {
    pub(crate) type WithoutOffset = time::PrimitiveDateTime;
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    pub(super) type WithOffset = time::OffsetDateTime;
}

#[cfg(any(feature = "chrono", feature = "time"))]
pub(crate) use calendar::WithoutOffset;

#[cfg(any(feature = "chrono", feature = "time"))]
date_and_time!(diesel::sql_types::Timestamp, WithoutOffset, Timestamp);
#[cfg(all(any(feature = "chrono", feature = "time"), feature = "postgres"))]
date_and_time!(
    diesel::sql_types::Timestamptz,
    calendar::WithOffset,
    Timestamptz
);
#[cfg(all(any(feature = "chrono", feature = "time"), feature = "mysql"))]
date_and_time!(diesel::sql_types::Datetime, WithoutOffset, Datetime);
#[cfg(all(any(feature = "chrono", feature = "time"), feature = "sqlite"))]
date_and_time!(
    diesel::sql_types::TimestamptzSqlite,
    calendar::WithOffset,
    TimestamptzSqlite
);
