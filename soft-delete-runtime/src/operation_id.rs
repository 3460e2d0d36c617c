//! The id that every row of one operation gets, where a table has a column for it.

use std::hash::{BuildHasher, RandomState};

use diesel::backend::Backend;
use diesel::expression::{AsExpression, TypedExpressionType};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{BigInt, Binary, HasSqlType, Nullable, Text};

use crate::column::NullableType;

/// The id of one operation: a random UUID (version 4), and its forms in the columns that can keep it.
///
/// | SQL type of the column | form |
/// | --- | --- |
/// | `Nullable<Text>` | `8-4-4-4-12` hexadecimal digits, as a UUID is written |
/// | `Nullable<Binary>` | the 16 bytes |
/// | `Nullable<BigInt>` | a random number of 63 bits, never negative |
/// | `Nullable<Uuid>` (feature `postgres`) | the 16 bytes |
#[derive(Clone, PartialEq, Eq, Hash, AsExpression)]
#[diesel(sql_type = BigInt)]
#[diesel(sql_type = Binary)]
#[diesel(sql_type = Text)]
#[cfg_attr(feature = "postgres", diesel(sql_type = diesel::sql_types::Uuid))]
pub struct OperationId {
    bytes: [u8; 16],
    text: String,
    int: i64,
}

impl OperationId {
    /// An id that no other operation has.
    pub(crate) fn new() -> Self {
        // two hashers, each keyed at random by the standard library
        let [high, low] = [0_u8, 1].map(|part| {
            RandomState::new().hash_one((part, std::time::SystemTime::now(), std::process::id()))
        });
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&high.to_be_bytes());
        bytes[8..].copy_from_slice(&low.to_be_bytes());
        bytes[6] = bytes[6] & 0x0f | 0x40; // a UUID of version 4
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Self {
            bytes,
            text: [
                &hex[..8],
                &hex[8..12],
                &hex[12..16],
                &hex[16..20],
                &hex[20..],
            ]
            .join("-"),
            int: i64::from_be_bytes(low.to_be_bytes()) & i64::MAX,
        }
    }

    /// The bytes, as a UUID has them.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.bytes
    }

    /// As it is kept in a `Nullable<BigInt>`.
    pub fn as_i64(&self) -> i64 {
        self.int
    }

    pub(crate) fn as_text(&self) -> &String {
        &self.text
    }

    pub(crate) fn as_int(&self) -> &i64 {
        &self.int
    }
}

impl std::fmt::Debug for OperationId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OperationId({self})")
    }
}

impl std::fmt::Display for OperationId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

macro_rules! delegated {
    ($sql_type:ty, $value:ty, $this:ident => $part:expr) => {
        impl<DB> ToSql<$sql_type, DB> for OperationId
        where
            DB: Backend + HasSqlType<$sql_type>,
            $value: ToSql<$sql_type, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                let $this = self;
                <$value as ToSql<$sql_type, DB>>::to_sql($part, out)
            }
        }
    };
}

delegated!(BigInt, i64, this => &this.int);
delegated!(Text, str, this => &this.text);
delegated!(Binary, [u8], this => &this.bytes);

#[cfg(feature = "postgres")]
impl ToSql<diesel::sql_types::Uuid, diesel::pg::Pg> for OperationId {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, diesel::pg::Pg>) -> serialize::Result {
        std::io::Write::write_all(out, &self.bytes)?;
        Ok(serialize::IsNull::No)
    }
}

/// How a column keeps the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationStored {
    /// In a `Nullable<Text>`.
    Text,
    /// In a `Nullable<Binary>`.
    Binary,
    /// In a `Nullable<BigInt>`.
    BigInt,
    /// In a `Nullable<Uuid>`.
    Uuid,
}

/// A SQL type that can keep an [`OperationId`].
#[diagnostic::on_unimplemented(
    message = "a column of SQL type `{Self}` cannot keep the id of an operation",
    label = "not a type for `operation`",
    note = "supported types: `Nullable<Text>`, `Nullable<Binary>`, `Nullable<BigInt>` and, with the feature `postgres`, `Nullable<Uuid>`"
)]
pub trait OperationType: NullableType + TypedExpressionType + Sized {
    /// How it keeps it.
    const STORED: OperationStored;

    /// The Rust type of what is written.
    type Id: AsExpression<Self>;

    /// What to write.
    fn id(id: OperationId) -> Self::Id;
}

impl OperationType for Nullable<Text> {
    const STORED: OperationStored = OperationStored::Text;
    type Id = OperationId;

    fn id(id: OperationId) -> OperationId {
        id
    }
}

impl OperationType for Nullable<Binary> {
    const STORED: OperationStored = OperationStored::Binary;
    type Id = OperationId;

    fn id(id: OperationId) -> OperationId {
        id
    }
}

impl OperationType for Nullable<BigInt> {
    const STORED: OperationStored = OperationStored::BigInt;
    type Id = OperationId;

    fn id(id: OperationId) -> OperationId {
        id
    }
}

#[cfg(feature = "postgres")]
impl OperationType for Nullable<diesel::sql_types::Uuid> {
    const STORED: OperationStored = OperationStored::Uuid;
    type Id = OperationId;

    fn id(id: OperationId) -> OperationId {
        id
    }
}
