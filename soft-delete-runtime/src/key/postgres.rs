//! Values of PostgreSQL: the bytes, and the type that the server said. Many go in one array.

use std::io::Write;

use diesel::QueryResult;
use diesel::deserialize;
use diesel::pg::{Pg, PgTypeMetadata, PgValue};
use diesel::query_builder::AstPass;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::HasSqlType;

use super::codec::Codec;
use super::value::{Value, unexpected};
use crate::column::ValueClass;
use crate::engine::Engine;

pub(super) const CODEC: Codec<Pg> = Codec {
    engine: Some(Engine::Postgres),
    read,
    push,
    push_array,
};

/// A type by its number; the server infers what is 0.
#[derive(Debug, Clone, Copy)]
struct Typed<const OID: u32>;

impl<const OID: u32> HasSqlType<Typed<OID>> for Pg {
    fn metadata(_: &mut Self::MetadataLookup) -> PgTypeMetadata {
        PgTypeMetadata::new(OID, 0)
    }
}

const TEXT: u32 = 25;
const VARCHAR: u32 = 1043;

fn read(raw: PgValue<'_>, _: ValueClass) -> deserialize::Result<Value> {
    let oid = match raw.get_oid().get() {
        // the same bytes, and the operators are those of `text`
        VARCHAR => TEXT,
        oid => oid,
    };
    Ok(Value::Raw(oid, raw.as_bytes().into()))
}

/// Binds with the type that was read, where it is one of PostgreSQL's own: the column that it is
/// compared with may be a wider or a narrower one.
macro_rules! push_as {
    ($oid:expr, $value:expr, $out:expr, $($known:literal => $bound:literal),+) => {
        match $oid {
            $($known => $out.push_bind_param::<Typed<$bound>, _>($value),)+
            _ => $out.push_bind_param::<Typed<0>, _>($value),
        }
    };
}

fn push<'b>(value: &'b Value, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
    match value {
        Value::Raw(oid, _) => push_as!(*oid, value, out,
            17 => 17, 20 => 20, 21 => 21, 23 => 23, 25 => 25, 1042 => 1042, 1082 => 1082,
            1114 => 1114, 1184 => 1184, 1700 => 1700, 2950 => 2950),
        _ => Err(unexpected("a value that is not raw")),
    }
}

fn push_array<'b>(values: &'b [Value], mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
    match values.first() {
        Some(Value::Raw(oid, _)) => push_as!(*oid, values, out,
            17 => 1001, 20 => 1016, 21 => 1005, 23 => 1007, 25 => 1009, 1042 => 1014, 1082 => 1182,
            1114 => 1115, 1184 => 1185, 1700 => 1231, 2950 => 2951),
        _ => Err(unexpected("a value that is not raw")),
    }
}

impl<const OID: u32> ToSql<Typed<OID>, Pg> for Value {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        match self {
            Value::Raw(_, bytes) => out.write_all(bytes)?,
            _ => return Ok(IsNull::Yes),
        }
        Ok(IsNull::No)
    }
}

/// The values as one array of one dimension.
impl<const OID: u32> ToSql<Typed<OID>, Pg> for [Value] {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let element = match self.first() {
            Some(Value::Raw(oid, _)) => *oid,
            _ => 0,
        };
        let length = |length: usize| i32::try_from(length).map(i32::to_be_bytes);
        out.write_all(&1_i32.to_be_bytes())?; // dimensions
        out.write_all(&0_i32.to_be_bytes())?; // no NULL
        out.write_all(&element.to_be_bytes())?;
        out.write_all(&length(self.len())?)?;
        out.write_all(&1_i32.to_be_bytes())?; // the first index
        for value in self {
            let Value::Raw(_, bytes) = value else {
                return Err(Box::new(unexpected("a value that is not raw")));
            };
            out.write_all(&length(bytes.len())?)?;
            out.write_all(bytes)?;
        }
        Ok(IsNull::No)
    }
}
