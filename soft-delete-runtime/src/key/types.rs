//! The Rust types of keys, for a hook that is handed them.

use diesel::sql_types::{
    BigInt, Binary, Bool, Date, Double, Float, Integer, SingleValue, SmallInt, SqlType, Text, Time,
    Timestamp,
};

/// A SQL type of a primary-key column, and the Rust type that holds a value of it.
///
/// Implement it for a type of your own to use
/// [`before_batch`](crate::PurgeExpired::before_batch) on a table that has it in its key.
#[diagnostic::on_unimplemented(
    message = "`before_batch` does not know a Rust type for key columns of SQL type `{Self}`",
    label = "a type of the table's primary key",
    note = "supported types: the numbers, text, bytes, dates and times of `diesel::sql_types`, and with the feature of the backend its own types",
    note = "for another one, implement `soft_delete_runtime::KeyType`"
)]
pub trait KeyType: SqlType + SingleValue {
    /// The Rust type.
    type Value: Send + Sync + 'static;
}

macro_rules! key_type {
    ($($sql_type:ty => $value:ty,)+) => {$(
        impl KeyType for $sql_type {
            type Value = $value;
        }
    )+};
}

key_type! {
    SmallInt => i16,
    Integer => i32,
    BigInt => i64,
    Float => f32,
    Double => f64,
    Bool => bool,
    Text => String,
    Binary => Vec<u8>,
}

#[cfg(feature = "chrono")]
key_type! {
    Date => chrono::NaiveDate,
    Time => chrono::NaiveTime,
    Timestamp => chrono::NaiveDateTime,
}

#[cfg(all(feature = "time", not(feature = "chrono")))]
key_type! {
    Date => time::Date,
    Time => time::Time,
    Timestamp => time::PrimitiveDateTime,
}

#[cfg(not(any(feature = "chrono", feature = "time")))]
const _: Option<(Date, Time, Timestamp)> = None;

#[cfg(feature = "mysql")]
key_type! {
    diesel::sql_types::TinyInt => i8,
    diesel::sql_types::Unsigned<diesel::sql_types::TinyInt> => u8,
    diesel::sql_types::Unsigned<SmallInt> => u16,
    diesel::sql_types::Unsigned<Integer> => u32,
    diesel::sql_types::Unsigned<BigInt> => u64,
}

#[cfg(feature = "postgres")]
key_type! {
    diesel::sql_types::Citext => String,
    diesel::sql_types::Uuid => UuidKey,
}

#[cfg(feature = "postgres")]
use self::uuid::UuidKey;

#[cfg(feature = "postgres")]
mod uuid {
    use diesel::deserialize::{self, FromSql, FromSqlRow};
    use diesel::expression::AsExpression;
    use diesel::pg::{Pg, PgValue};
    use diesel::serialize::{self, IsNull, Output, ToSql};
    use diesel::sql_types::Uuid;

    /// The bytes of a `Uuid` key.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
    #[diesel(sql_type = Uuid)]
    pub struct UuidKey(pub [u8; 16]);

    impl ToSql<Uuid, Pg> for UuidKey {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
            std::io::Write::write_all(out, &self.0)?;
            Ok(IsNull::No)
        }
    }

    impl FromSql<Uuid, Pg> for UuidKey {
        fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
            Ok(Self(value.as_bytes().try_into()?))
        }
    }
}

/// The SQL type of a primary key: a [`KeyType`], or a tuple of them.
#[diagnostic::on_unimplemented(
    message = "`before_batch` does not know a Rust type for a primary key of SQL type `{Self}`",
    label = "the type of the table's primary key",
    note = "for a type of your own, implement `soft_delete_runtime::KeyType`"
)]
pub trait KeyTypes {
    /// A value of it.
    type Value: Send + Sync + 'static;
}

impl<ST: KeyType> KeyTypes for ST {
    type Value = ST::Value;
}

macro_rules! several {
    ($(($($ST:ident)+))+) => {$(
        impl<$($ST: KeyType),+> KeyTypes for ($($ST,)+) {
            type Value = ($($ST::Value,)+);
        }
    )+};
}

several! {
    (A B)
    (A B C)
    (A B C D)
}
