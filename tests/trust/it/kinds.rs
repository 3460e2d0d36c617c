//! The kinds of marker that a table of a random schema may have: its type, its column, and what it
//! says of the moment.

use chrono::NaiveDateTime;
use diesel::sql_types::{BigInt, Bool, Nullable, Timestamp};

macro_rules! kind {
    ($(#[$doc:meta])* $kind:ident: $sql:ty as $rust:ty, $column:expr, active $active:expr, $marker:ident by $read:expr) => {
        $(#[$doc])*
        pub mod $kind {
            use super::*;

            pub type Sql = $sql;
            pub type Rust = $rust;
            pub const COLUMN: &str = $column;
            /// The SQL of "the row is active" behind the column.
            pub const ACTIVE: &str = $active;
            pub const MARKER: crate::model::Marker = crate::model::Marker::$marker;

            /// The moment in microseconds, of a deleted row.
            pub fn micros(value: Rust) -> Option<i64> {
                let read: fn(Rust) -> Option<i64> = $read;
                read(value)
            }
        }
    };
}

kind! {
    moment: Nullable<Timestamp> as Option<NaiveDateTime>, "MOMENT NULL", active "IS NULL",
    Micros by |at| at.map(|at| at.and_utc().timestamp_micros())
}
kind! {
    flag: Bool as bool, "BOOLEAN NOT NULL DEFAULT false", active "= false",
    Nothing by |gone| gone.then_some(0)
}
kind! {
    seconds: BigInt as i64, "BIGINT NOT NULL DEFAULT 0", active "= 0",
    Seconds by |at| (at != 0).then_some(at * 1_000_000)
}
kind! {
    millis: BigInt as i64, "BIGINT NOT NULL DEFAULT 0", active "= 0",
    Millis by |at| (at != 0).then_some(at * 1_000)
}
kind! {
    micros: Nullable<BigInt> as Option<i64>, "BIGINT", active "IS NULL", Micros by |at| at
}
kind! {
    nanos: BigInt as i64, "BIGINT NOT NULL DEFAULT 0", active "= 0",
    Micros by |at| (at != 0).then_some(at / 1_000)
}
#[cfg(backend = "postgres")]
kind! {
    /// The type of date and time that only this backend has.
    native: Nullable<diesel::sql_types::Timestamptz> as Option<chrono::DateTime<chrono::Utc>>,
    "TIMESTAMPTZ", active "IS NULL", Micros by |at| at.map(|at| at.timestamp_micros())
}
#[cfg(backend = "mysql")]
kind! {
    /// The type of date and time that only this backend has.
    native: Nullable<diesel::sql_types::Datetime> as Option<NaiveDateTime>,
    "DATETIME(6) NULL", active "IS NULL", Micros by |at| at.map(|at| at.and_utc().timestamp_micros())
}
#[cfg(backend = "sqlite")]
kind! {
    /// The type of date and time that only this backend has.
    native: Nullable<diesel::sql_types::TimestamptzSqlite> as Option<chrono::DateTime<chrono::Utc>>,
    "TEXT", active "IS NULL", Micros by |at| at.map(|at| at.timestamp_micros())
}
