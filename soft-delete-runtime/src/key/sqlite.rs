//! Values of SQLite, which keep the type that they are stored with.

use diesel::QueryResult;
use diesel::deserialize::{self, FromSql};
use diesel::query_builder::AstPass;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Binary, Double, Text};
use diesel::sqlite::{Sqlite, SqliteType};

use super::codec::Codec;
use super::value::{Value, unexpected};
use crate::column::ValueClass;
use crate::engine::Engine;

pub(super) const CODEC: Codec<Sqlite> = Codec {
    engine: Some(Engine::Sqlite),
    read,
    push,
    push_array: |_, _| Err(unexpected("an array")),
};

fn read(
    mut raw: <Sqlite as diesel::backend::Backend>::RawValue<'_>,
    _: ValueClass,
) -> deserialize::Result<Value> {
    Ok(match raw.value_type() {
        None => Value::Null,
        Some(SqliteType::Text) => {
            Value::Text(<String as FromSql<Text, Sqlite>>::from_sql(raw)?.into())
        }
        Some(SqliteType::Binary) => Value::Bytes(raw.read_blob().into()),
        Some(SqliteType::Double | SqliteType::Float) => Value::Real(raw.read_double().to_bits()),
        Some(_) => Value::Int(raw.read_long()),
    })
}

fn push<'b>(value: &'b Value, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
    match value {
        Value::Int(value) => out.push_bind_param::<BigInt, _>(value),
        Value::Text(value) => out.push_bind_param::<Text, str>(value),
        Value::Bytes(value) => out.push_bind_param::<Binary, [u8]>(value),
        Value::Real(_) => out.push_bind_param::<Double, _>(value),
        Value::Null | Value::Raw(..) => Err(unexpected("a raw value")),
    }
}

impl ToSql<Double, Sqlite> for Value {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        match self {
            Value::Real(bits) => out.set_value(f64::from_bits(*bits)),
            _ => return Ok(IsNull::Yes),
        }
        Ok(IsNull::No)
    }
}
