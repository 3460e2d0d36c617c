//! Primary keys as values: what a retention carries from the look at a batch to its removal.

use std::hash::Hash;
use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::deserialize::FromSqlRow;
use diesel::expression::QueryMetadata;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::serialize::ToSql;
use diesel::sql_types::{
    BigInt, Binary, HasSqlType, Integer, SingleValue, SmallInt, SqlType, Text,
};

/// A SQL type of a primary-key column, and the Rust type that holds a value of it.
///
/// Implement it for a type of your own to use [`purge_expired`](crate::purge_expired) on a table
/// that has it in its key.
#[diagnostic::on_unimplemented(
    message = "`purge_expired` does not know a Rust type for key columns of SQL type `{Self}`",
    label = "a type of the table's primary key",
    note = "known are `SmallInt`, `Integer`, `BigInt`, `Text`, `Binary` and, with the feature `postgres`, `Uuid`",
    note = "for another one, implement `soft_delete_runtime::KeyType`"
)]
pub trait KeyType: SqlType + SingleValue {
    /// The Rust type.
    type Value: Eq + Hash + Clone + Send + 'static;
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
    Text => String,
    Binary => Vec<u8>,
}

#[cfg(feature = "postgres")]
mod uuid {
    use diesel::deserialize::{self, FromSql, FromSqlRow};
    use diesel::expression::AsExpression;
    use diesel::pg::{Pg, PgValue};
    use diesel::serialize::{self, IsNull, Output, ToSql};
    use diesel::sql_types::Uuid;

    /// The bytes of a `Uuid` key.
    #[derive(Debug, Clone, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
    #[diesel(sql_type = Uuid)]
    pub struct UuidKey(Vec<u8>);

    impl ToSql<Uuid, Pg> for UuidKey {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
            std::io::Write::write_all(out, &self.0)?;
            Ok(IsNull::No)
        }
    }

    impl FromSql<Uuid, Pg> for UuidKey {
        fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
            Ok(Self(value.as_bytes().to_vec()))
        }
    }

    impl super::KeyType for Uuid {
        type Value = UuidKey;
    }
}

/// The SQL type of a primary key: a [`KeyType`], or a tuple of them.
#[diagnostic::on_unimplemented(
    message = "`purge_expired` does not know a Rust type for a primary key of SQL type `{Self}`",
    label = "the type of the table's primary key",
    note = "known are `SmallInt`, `Integer`, `BigInt`, `Text`, `Binary` and, with the feature `postgres`, `Uuid`, and up to four of them together",
    note = "for another one, implement `soft_delete_runtime::KeyType`"
)]
pub trait KeyTypes {
    /// A value of it.
    type Value: Eq + Hash + Clone + Send + 'static;

    /// How many columns it has.
    const COLUMNS: usize;
}

/// [`KeyTypes`] on a backend.
pub trait KeyTypesOn<DB: Backend>: KeyTypes<Value: FromSqlRow<Self, DB>> + Sized {
    #[doc(hidden)]
    fn push<'b>(value: &'b Self::Value, out: AstPass<'_, 'b, DB>) -> QueryResult<()>;
}

impl<ST: KeyType> KeyTypes for ST {
    type Value = ST::Value;
    const COLUMNS: usize = 1;
}

impl<ST, DB> KeyTypesOn<DB> for ST
where
    ST: KeyType<Value: ToSql<ST, DB> + FromSqlRow<ST, DB>>,
    DB: Backend + HasSqlType<ST> + QueryMetadata<ST>,
{
    fn push<'b>(value: &'b ST::Value, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_bind_param::<ST, _>(value)
    }
}

macro_rules! composite_key_types {
    ($(($count:literal: $first:ident $first_index:tt $(, $ST:ident $index:tt)+))+) => {$(
        impl<$first: KeyType, $($ST: KeyType),+> KeyTypes for ($first, $($ST),+) {
            type Value = ($first::Value, $($ST::Value),+);
            const COLUMNS: usize = $count;
        }

        impl<$first, $($ST,)+ DB> KeyTypesOn<DB> for ($first, $($ST),+)
        where
            $first: KeyType<Value: ToSql<$first, DB>>,
            $($ST: KeyType<Value: ToSql<$ST, DB>>,)+
            DB: Backend + HasSqlType<$first> $(+ HasSqlType<$ST>)+,
            Self::Value: FromSqlRow<Self, DB>,
        {
            fn push<'b>(value: &'b Self::Value, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
                out.push_sql("(");
                out.push_bind_param::<$first, _>(&value.$first_index)?;
                $(
                    out.push_sql(", ");
                    out.push_bind_param::<$ST, _>(&value.$index)?;
                )+
                out.push_sql(")");
                Ok(())
            }
        }
    )+};
}

composite_key_types! {
    (2: A 0, B 1)
    (3: A 0, B 1, C 2)
    (4: A 0, B 1, C 2, D 3)
}

/// The primary key as it is compared with values: in parentheses, if it has several columns.
#[derive(Debug)]
pub(crate) struct KeyColumns<PK, ST> {
    key: PK,
    sql_type: PhantomData<fn() -> ST>,
}

impl<PK, ST> KeyColumns<PK, ST> {
    pub(crate) fn new(key: PK) -> Self {
        Self {
            key,
            sql_type: PhantomData,
        }
    }

    pub(crate) fn columns(&self) -> &PK {
        &self.key
    }
}

impl<PK, ST> KeyColumns<PK, ST> {
    /// `key IN (..) AND `, or with ` NOT IN (`.
    pub(crate) fn walk_one_of<'b, DB>(
        &'b self,
        one_of: &str,
        values: &'b [ST::Value],
        mut out: AstPass<'_, 'b, DB>,
    ) -> QueryResult<()>
    where
        DB: Backend,
        PK: QueryFragment<DB>,
        ST: KeyTypesOn<DB>,
    {
        self.walk_ast(out.reborrow())?;
        out.push_sql(one_of);
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                out.push_sql(", ");
            }
            ST::push(value, out.reborrow())?;
        }
        out.push_sql(") AND ");
        Ok(())
    }
}

impl<PK, ST, DB> QueryFragment<DB> for KeyColumns<PK, ST>
where
    DB: Backend,
    PK: QueryFragment<DB>,
    ST: KeyTypes,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if ST::COLUMNS == 1 {
            return self.key.walk_ast(out);
        }
        out.push_sql("(");
        self.key.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}
