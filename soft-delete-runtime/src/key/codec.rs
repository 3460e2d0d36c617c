//! Codecs: how the values of a backend are read and bound.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::query_builder::AstPass;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Binary, HasSqlType, Integer, SmallInt, Text};

use super::value::{Value, unexpected};
use crate::column::ValueClass;
use crate::engine::Engine;

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

pub(super) fn read_typed<DB: TypedValues>(
    raw: DB::RawValue<'_>,
    class: ValueClass,
) -> deserialize::Result<Value> {
    DB::read_class(raw, ValueClassOf(class))
}

pub(super) fn push_typed<'b, DB: TypedValues>(
    value: &'b Value,
    out: AstPass<'_, 'b, DB>,
) -> QueryResult<()> {
    DB::push_value(value, out)
}
