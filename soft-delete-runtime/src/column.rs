//! Columns: what an operation has to know of them and of their types.

use std::any::TypeId;

use diesel::sql_types::is_nullable::NotNull;
use diesel::sql_types::{self, Nullable, SqlType};
use diesel::{Column, Expression, SelectableExpression};

use diesel::expression::ValidGrouping;
use diesel::query_builder::QueryId;

/// The SQL type of an expression.
pub(crate) type SqlTypeOf<C> = <C as Expression>::SqlType;

/// A SQL type that has NULL.
#[diagnostic::on_unimplemented(
    message = "`clear` sets a column to NULL, which a column of SQL type `{Self}` cannot be",
    label = "not a nullable column",
    note = "name nullable columns only"
)]
pub trait NullableType: SqlType {}

impl<ST> NullableType for Nullable<ST> where ST: SqlType<IsNull = NotNull> {}

/// Blanket-implemented alias for the bounds of a column that `table!` makes.
pub trait TableColumn<T>:
    Column<Table = T, SqlType: SqlType>
    + SelectableExpression<T>
    + ValidGrouping<()>
    + QueryId
    + Default
    + Copy
    + Send
    + 'static
{
}

impl<C, T> TableColumn<T> for C where
    C: Column<Table = T, SqlType: SqlType>
        + SelectableExpression<T>
        + ValidGrouping<()>
        + QueryId
        + Default
        + Copy
        + Send
        + 'static
{
}

/// A column whose values an operation reads and binds again: of a key, or of a stamp.
#[derive(Debug, Clone, Copy)]
pub struct ValueColumn {
    pub(crate) name: &'static str,
    pub(crate) class: fn() -> ValueClass,
}

impl ValueColumn {
    pub(crate) const fn of<C: Column<SqlType: 'static>>() -> Self {
        Self {
            name: C::NAME,
            class: ValueClass::of::<C::SqlType>,
        }
    }
}

/// How a value is read and bound where the backend's type does not tell the engine, so that
/// there is no raw form of it: on a `MultiConnection`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueClass {
    SmallInt,
    Integer,
    BigInt,
    Text,
    Binary,
    /// A number that is 1 or 0.
    Flag(Recorded),
    /// A number of rows.
    Count,
    /// As text; the name is what PostgreSQL casts it back to.
    AsText(&'static str),
    Unknown,
}

/// What a record of statements, which has no rows, takes a flag for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recorded {
    No,
    Yes,
    /// There is a row of each kind.
    Both,
}

macro_rules! classes {
    ($id:ident: $($sql_type:ty => $class:expr,)+) => {
        $(
            if $id == TypeId::of::<$sql_type>() || $id == TypeId::of::<Nullable<$sql_type>>() {
                return $class;
            }
        )+
    };
}

impl ValueClass {
    pub(crate) fn of<ST: 'static>() -> Self {
        let id = TypeId::of::<ST>();
        classes! { id:
            sql_types::SmallInt => Self::SmallInt,
            sql_types::Integer => Self::Integer,
            sql_types::BigInt => Self::BigInt,
            sql_types::Text => Self::Text,
            sql_types::Binary => Self::Binary,
            sql_types::Bool => Self::AsText("boolean"),
            sql_types::Date => Self::AsText("date"),
            sql_types::Time => Self::AsText("time"),
            sql_types::Timestamp => Self::AsText("timestamp"),
            sql_types::Numeric => Self::AsText("numeric"),
            sql_types::Float => Self::AsText("real"),
            sql_types::Double => Self::AsText("double precision"),
        }
        #[cfg(feature = "postgres")]
        classes! { id:
            sql_types::Uuid => Self::AsText("uuid"),
            sql_types::Timestamptz => Self::AsText("timestamptz"),
            sql_types::Citext => Self::AsText("citext"),
            sql_types::Inet => Self::AsText("inet"),
            sql_types::Cidr => Self::AsText("cidr"),
        }
        #[cfg(feature = "mysql")]
        classes! { id:
            sql_types::Unsigned<sql_types::SmallInt> => Self::Integer,
            sql_types::Unsigned<sql_types::Integer> => Self::BigInt,
            sql_types::Unsigned<sql_types::BigInt> => Self::AsText("numeric"),
            sql_types::TinyInt => Self::AsText("smallint"),
            sql_types::Datetime => Self::AsText("timestamp"),
        }
        #[cfg(feature = "sqlite")]
        classes! { id:
            sql_types::TimestamptzSqlite => Self::AsText("timestamptz"),
        }
        Self::Unknown
    }
}

/// A list that a constant can hold.
#[derive(Debug)]
pub struct Link<V: 'static> {
    pub(crate) value: V,
    pub(crate) rest: Option<&'static Link<V>>,
}

/// The entries of a list.
#[derive(Debug)]
pub(crate) struct Links<V: 'static>(Option<&'static Link<V>>);

impl<V: 'static> Links<V> {
    pub(crate) fn of(first: Option<&'static Link<V>>) -> Self {
        Self(first)
    }
}

impl<V> Iterator for Links<V> {
    type Item = &'static V;

    fn next(&mut self) -> Option<&'static V> {
        let link = self.0?;
        self.0 = link.rest;
        Some(&link.value)
    }
}

/// The columns of a primary key, in order.
///
/// `Form` tells a key of one column from one of several; it is inferred.
pub trait KeyColumns<Form> {
    /// The columns.
    const COLUMNS: &'static [ValueColumn];
}

/// A key of one column.
#[derive(Debug)]
pub enum OneColumn {}
/// A key of several columns.
#[derive(Debug)]
pub enum SeveralColumns {}

impl<C: Column<SqlType: 'static>> KeyColumns<OneColumn> for C {
    const COLUMNS: &'static [ValueColumn] = &[ValueColumn::of::<C>()];
}

macro_rules! several_columns {
    ($(($($column:ident)+))+) => {$(
        impl<$($column: Column<SqlType: 'static>),+> KeyColumns<SeveralColumns> for ($($column,)+) {
            const COLUMNS: &'static [ValueColumn] = &[$(ValueColumn::of::<$column>()),+];
        }
    )+};
}

several_columns! {
    (A)
    (A B)
    (A B C)
    (A B C D)
    (A B C D E)
    (A B C D E F)
    (A B C D E F G)
    (A B C D E F G H)
    (A B C D E F G H I)
    (A B C D E F G H I J)
    (A B C D E F G H I J K)
    (A B C D E F G H I J K L)
    (A B C D E F G H I J K L M)
    (A B C D E F G H I J K L M N)
    (A B C D E F G H I J K L M N O)
    (A B C D E F G H I J K L M N O P)
}

/// The columns of the primary key of a table, of a form that is inferred.
pub const fn key_columns<PK: KeyColumns<Form>, Form>() -> &'static [ValueColumn] {
    PK::COLUMNS
}
