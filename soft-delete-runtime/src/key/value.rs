//! Values of keys and stamps: read from the database, and bound again as they were read.

use std::any::Any;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::query_builder::AstPass;
use diesel::result::Error as DieselError;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Binary, HasSqlType, Integer, SmallInt, Text};

use crate::column::ValueClass;
use crate::engine::Engine;

/// A value as the database gave it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// NULL.
    Null,
    /// A whole number.
    Int(i64),
    /// The bits of a floating-point number.
    Real(u64),
    /// Text.
    Text(Box<str>),
    /// Bytes.
    Bytes(Box<[u8]>),
    /// The number of a type, and the bytes that the driver gave.
    Raw(u32, Box<[u8]>),
}

impl Value {
    /// The text that it is.
    pub(crate) fn as_text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.to_string()),
            Self::Bytes(bytes) | Self::Raw(_, bytes) => String::from_utf8(bytes.to_vec()).ok(),
            Self::Null | Self::Int(_) | Self::Real(_) => None,
        }
    }

    /// The whole number that it is.
    pub(crate) fn as_int(&self) -> Option<i64> {
        // PostgreSQL's `bigint`, `smallint` and `integer` begin with the highest byte
        const BIG_ENDIAN: [u32; 3] = [20, 21, 23];
        match self {
            Self::Int(number) => Some(*number),
            Self::Raw(kind, bytes) if bytes.len() <= 8 => {
                let of_bytes = |bytes: &mut dyn Iterator<Item = &u8>| {
                    bytes.fold(0_i64, |sum, byte| sum << 8 | i64::from(*byte))
                };
                Some(match BIG_ENDIAN.contains(kind) {
                    true => of_bytes(&mut bytes.iter()),
                    false => of_bytes(&mut bytes.iter().rev()),
                })
            }
            _ => None,
        }
    }

    /// Whether it is a number that is not 0.
    pub(crate) fn is_true(&self) -> bool {
        self.as_int().is_some_and(|number| number != 0)
    }
}

/// Rows of values, one after another.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    width: usize,
    values: Vec<Value>,
}

impl Rows {
    pub(crate) fn new(width: usize) -> Self {
        let values = Vec::new();
        Self { width, values }
    }

    pub(crate) fn push(&mut self, value: Value) {
        self.values.push(value);
    }

    pub(crate) fn push_row(&mut self, row: &[Value]) {
        self.values.extend_from_slice(row);
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len() / self.width.max(1)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub(crate) fn iter(&self) -> std::slice::ChunksExact<'_, Value> {
        self.values.chunks_exact(self.width.max(1))
    }

    pub(crate) fn append(&mut self, mut other: Rows) {
        self.width = other.width;
        self.values.append(&mut other.values);
    }

    /// The rows for which it holds.
    pub(crate) fn filter(&self, mut holds: impl FnMut(&[Value]) -> bool) -> Rows {
        let rows = self.iter().filter(|row| holds(row)).flatten();
        Rows {
            width: self.width,
            values: rows.cloned().collect(),
        }
    }

    /// Some of the columns of each row.
    pub(crate) fn columns(&self, columns: std::ops::Range<usize>) -> Rows {
        let rows = self.iter().flat_map(|row| &row[columns.clone()]);
        Rows {
            width: columns.len(),
            values: rows.cloned().collect(),
        }
    }
}

/// How values of a backend are read and bound.
pub(crate) struct Codec<DB: Backend> {
    /// The engine, where the backend's type tells it: its values have a raw form then.
    pub(crate) engine: Option<Engine>,
    pub(crate) read: Read<DB>,
    pub(crate) push: Push<DB>,
    pub(crate) push_array: PushArray<DB>,
}

type Read<DB> = for<'a> fn(<DB as Backend>::RawValue<'a>, ValueClass) -> deserialize::Result<Value>;
type Push<DB> = for<'a, 'b> fn(&'b Value, AstPass<'a, 'b, DB>) -> QueryResult<()>;
type PushArray<DB> = for<'a, 'b> fn(&'b [Value], AstPass<'a, 'b, DB>) -> QueryResult<()>;

impl<DB: TypedValues> Codec<DB> {
    pub(crate) fn of() -> Self {
        // the codec of a known backend is one of `DB` where `DB` is that backend
        #[cfg(feature = "sqlite")]
        if let Some(codec) = (&super::sqlite::CODEC as &dyn Any).downcast_ref::<Self>() {
            return *codec;
        }
        #[cfg(feature = "postgres")]
        if let Some(codec) = (&super::postgres::CODEC as &dyn Any).downcast_ref::<Self>() {
            return *codec;
        }
        #[cfg(feature = "mysql")]
        if let Some(codec) = (&super::mysql::CODEC as &dyn Any).downcast_ref::<Self>() {
            return *codec;
        }
        let _: Option<&dyn Any> = None;
        Self {
            engine: None,
            read: read_typed::<DB>,
            push: push_typed::<DB>,
            push_array: |_, _| Err(unexpected("an array")),
        }
    }
}

impl<DB: Backend> Clone for Codec<DB> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<DB: Backend> Copy for Codec<DB> {}

/// A backend that reads and binds the common types: SQLite, PostgreSQL, MySQL, and
/// `#[derive(MultiConnection)]` enums over them.
pub trait TypedValues:
    Backend
    + HasSqlType<SmallInt>
    + HasSqlType<Integer>
    + HasSqlType<BigInt>
    + HasSqlType<Text>
    + HasSqlType<Binary>
    + 'static
{
    #[doc(hidden)]
    fn read_class(raw: Self::RawValue<'_>, class: ValueClassOf) -> deserialize::Result<Value>;
    #[doc(hidden)]
    fn push_value<'b>(value: &'b Value, out: AstPass<'_, 'b, Self>) -> QueryResult<()>;
}

/// A [`ValueClass`], hidden.
#[derive(Debug, Clone, Copy)]
pub struct ValueClassOf(ValueClass);

impl<DB> TypedValues for DB
where
    DB: Backend
        + HasSqlType<SmallInt>
        + HasSqlType<Integer>
        + HasSqlType<BigInt>
        + HasSqlType<Text>
        + HasSqlType<Binary>
        + 'static,
    i16: FromSql<SmallInt, DB>,
    i32: FromSql<Integer, DB>,
    i64: FromSql<BigInt, DB> + ToSql<BigInt, DB>,
    String: FromSql<Text, DB>,
    str: ToSql<Text, DB>,
    Vec<u8>: FromSql<Binary, DB>,
    [u8]: ToSql<Binary, DB>,
{
    fn read_class(
        raw: DB::RawValue<'_>,
        ValueClassOf(class): ValueClassOf,
    ) -> deserialize::Result<Value> {
        Ok(match class {
            ValueClass::SmallInt => {
                Value::Int(<i16 as FromSql<SmallInt, DB>>::from_sql(raw)?.into())
            }
            ValueClass::Integer | ValueClass::Flag(_) => {
                Value::Int(<i32 as FromSql<Integer, DB>>::from_sql(raw)?.into())
            }
            ValueClass::BigInt | ValueClass::Count => {
                Value::Int(<i64 as FromSql<BigInt, DB>>::from_sql(raw)?)
            }
            ValueClass::Text | ValueClass::AsText(_) => {
                Value::Text(<String as FromSql<Text, DB>>::from_sql(raw)?.into())
            }
            ValueClass::Binary => {
                Value::Bytes(<Vec<u8> as FromSql<Binary, DB>>::from_sql(raw)?.into())
            }
            ValueClass::Unknown => return Err(Box::new(unexpected("a key of that type"))),
        })
    }

    fn push_value<'b>(value: &'b Value, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        match value {
            Value::Int(value) => out.push_bind_param::<BigInt, _>(value),
            Value::Text(value) => out.push_bind_param::<Text, str>(value),
            Value::Bytes(value) => out.push_bind_param::<Binary, [u8]>(value),
            Value::Null | Value::Real(_) | Value::Raw(..) => Err(unexpected("a raw value")),
        }
    }
}

fn read_typed<DB: TypedValues>(
    raw: DB::RawValue<'_>,
    class: ValueClass,
) -> deserialize::Result<Value> {
    DB::read_class(raw, ValueClassOf(class))
}

fn push_typed<'b, DB: TypedValues>(value: &'b Value, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
    DB::push_value(value, out)
}

/// Not reached: values are bound on the connection that they were read on.
pub(super) fn unexpected(what: &str) -> DieselError {
    DieselError::QueryBuilderError(format!("this connection cannot bind {what}").into())
}
