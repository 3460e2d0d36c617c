//! Values of MySQL and MariaDB: the bytes, and the type that the driver said.

use std::io::Write;

use diesel::QueryResult;
use diesel::deserialize;
use diesel::mysql::{Mysql, MysqlType, MysqlValue};
use diesel::query_builder::AstPass;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::HasSqlType;

use super::codec::Codec;
use super::value::{Value, unexpected};
use crate::column::ValueClass;
use crate::engine::Engine;

pub(super) const CODEC: Codec<Mysql> = Codec {
    engine: Some(Engine::Mysql),
    read,
    push,
    push_array: |_, _| Err(unexpected("an array")),
};

/// A type, by its place in [`TYPES`].
#[derive(Debug, Clone, Copy)]
struct Typed<const PLACE: usize>;

/// What a value can be; the last one is what everything else is bound as.
const TYPES: [MysqlType; 16] = [
    MysqlType::Tiny,
    MysqlType::UnsignedTiny,
    MysqlType::Short,
    MysqlType::UnsignedShort,
    MysqlType::Long,
    MysqlType::UnsignedLong,
    MysqlType::LongLong,
    MysqlType::UnsignedLongLong,
    MysqlType::Float,
    MysqlType::Double,
    MysqlType::Numeric,
    MysqlType::Time,
    MysqlType::Date,
    MysqlType::DateTime,
    MysqlType::Timestamp,
    MysqlType::Blob,
];

/// The place of text: enums and sets are compared as text too.
const STRING: u32 = 16;

impl<const PLACE: usize> HasSqlType<Typed<PLACE>> for Mysql {
    fn metadata(_: &mut Self::MetadataLookup) -> MysqlType {
        TYPES.get(PLACE).copied().unwrap_or(MysqlType::String)
    }
}

// the codec of any backend takes the value
#[expect(clippy::needless_pass_by_value)]
fn read(raw: MysqlValue<'_>, class: ValueClass) -> deserialize::Result<Value> {
    let is_text = || class != ValueClass::Binary && std::str::from_utf8(raw.as_bytes()).is_ok();
    let place = match raw.value_type() {
        MysqlType::String | MysqlType::Enum | MysqlType::Set => STRING,
        // MariaDB says so of a UUID and of an address, and compares them with text alone
        MysqlType::Blob if is_text() => STRING,
        other => {
            let place = TYPES.iter().position(|known| *known == other);
            u32::try_from(place.unwrap_or(TYPES.len() - 1))?
        }
    };
    let bytes = raw.as_bytes();
    let bytes = &bytes[..width(raw.value_type()).min(bytes.len())];
    Ok(Value::Raw(place, bytes.into()))
}

/// How many bytes a value of that type has at most. Diesel-async reads all whole numbers as eight,
/// and binds as many as the type has.
fn width(of: MysqlType) -> usize {
    match of {
        MysqlType::Tiny | MysqlType::UnsignedTiny => 1,
        MysqlType::Short | MysqlType::UnsignedShort => 2,
        MysqlType::Long | MysqlType::UnsignedLong => 4,
        _ => usize::MAX,
    }
}

fn push<'b>(value: &'b Value, mut out: AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
    macro_rules! push_as {
        ($place:expr, $($known:literal),+) => {
            match $place {
                $($known => out.push_bind_param::<Typed<$known>, _>(value),)+
                _ => Err(unexpected("a value of that type")),
            }
        };
    }
    match value {
        Value::Raw(place, _) => {
            push_as!(
                *place, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
            )
        }
        _ => Err(unexpected("a value that is not raw")),
    }
}

impl<const PLACE: usize> ToSql<Typed<PLACE>, Mysql> for Value {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
        match self {
            Value::Raw(_, bytes) => out.write_all(bytes)?,
            _ => return Ok(IsNull::Yes),
        }
        Ok(IsNull::No)
    }
}
