//! The facts of a table as plain data, for `soft-delete-check`.

use std::any::TypeId;

use diesel::Column;
use diesel::sql_types::{self, SqlType, is_nullable};

use crate::column::{Links, SqlTypeOf, ValueColumn};
use crate::marker::{Predicate, StorageClass};
use crate::moment::Unit;
use crate::operation_id::OperationStored;
use crate::relation::{Node, Relation, RelationKind};
use crate::table::{Clear, Marker, Operation, SoftDeleteTable, Touch};

/// What is stated about a table.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The schema, where `table!` names one.
    pub schema: Option<String>,
    /// The table.
    pub table: String,
    /// The marker column.
    pub marker: ColumnFacts,
    /// The SQL before and after the marker that holds for active rows.
    pub active: (&'static str, &'static str),
    /// The same for deleted rows.
    pub deleted: (&'static str, &'static str),
    /// What the marker holds; unknown for a type of the user's own without `MarkerType::SQL_LITERALS`.
    pub marks: Option<Marks>,
    /// What a marker of type `BigInt` counts in a second.
    pub per_second: i64,
    /// The columns that `touch` names.
    pub touch: Vec<ColumnFacts>,
    /// The columns that `clear` names.
    pub clear: Vec<ColumnFacts>,
    /// The column that `operation` names.
    pub operation: Option<ColumnFacts>,
    /// The foreign keys that refer to the table.
    pub children: Vec<RelationFacts>,
}

/// What a marker holds, as SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks {
    /// In a deleted row.
    pub deleted: String,
    /// In an active row.
    pub active: String,
}

/// A column that the facts name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnFacts {
    /// Its name.
    pub name: String,
    /// Its type.
    pub sql_type: ColumnType,
    /// Whether `table!` says `Nullable<..>`, where that is known.
    pub nullable: Option<bool>,
}

/// The SQL type that `table!` gives a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "Diesel's names")]
pub enum ColumnType {
    Bool,
    SmallInt,
    Integer,
    BigInt,
    Text,
    Binary,
    Timestamp,
    Datetime,
    Timestamptz,
    Uuid,
    /// Another one, or one that is not known here.
    Other,
}

/// A foreign key of a child, seen from its parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationFacts {
    /// `cascade`, otherwise `restrict`.
    pub cascade: bool,
    /// The schema of the child, where `table!` names one.
    pub schema: Option<String>,
    /// The child.
    pub child: String,
    /// Its columns.
    pub foreign_key: Vec<String>,
    /// The parent's columns.
    pub primary_key: Vec<String>,
}

/// A list of columns: `()` or `(column, rest)`.
pub trait ColumnList {
    /// Adds them.
    fn columns(to: &mut Vec<ColumnFacts>);
}

impl ColumnList for () {
    fn columns(_: &mut Vec<ColumnFacts>) {}
}

impl<C, R> ColumnList for (C, R)
where
    C: Column<SqlType: SqlType>,
    R: ColumnList,
{
    fn columns(to: &mut Vec<ColumnFacts>) {
        to.push(column::<C>());
        R::columns(to);
    }
}

/// A soft-delete table, or a tuple of up to 16 of them, in which tuples stand for more.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a soft-delete table, or a tuple of such tables",
    note = "add `#[derive(SoftDeletable)]` to a model of the table, or `soft_delete_table! {{ posts(deleted_at) }}` where it has none",
    note = "a tuple has up to 16 members, which can be tuples again"
)]
pub trait Tables {
    /// Adds the facts of each, and of the tables that their relations lead to, of whose columns
    /// less is known.
    #[doc(hidden)]
    fn facts(to: &mut Vec<Facts>);
}

impl<T> Tables for T
where
    T: SoftDeleteTable,
    Touch<T>: ColumnList,
    Clear<T>: ColumnList,
    Operation<T>: ColumnList,
{
    fn facts(to: &mut Vec<Facts>) {
        for (number, facts) in facts_of::<T>().into_iter().enumerate() {
            let same =
                |known: &&mut Facts| known.schema == facts.schema && known.table == facts.table;
            match to.iter_mut().find(same) {
                // the table itself: most is known here
                Some(known) if number == 0 => *known = facts,
                Some(_) => {}
                None => to.push(facts),
            }
        }
    }
}

macro_rules! tuples {
    () => {};
    ($first:ident $($table:ident)*) => {
        impl<$first: Tables, $($table: Tables),*> Tables for ($first, $($table,)*) {
            fn facts(to: &mut Vec<Facts>) {
                $first::facts(to);
                $($table::facts(to);)*
            }
        }
        tuples!($($table)*);
    };
}

tuples!(A B C D E F G H I J K L M N O P);

/// The facts of a table, and after them those of the tables that its relations lead to.
fn facts_of<T>() -> Vec<Facts>
where
    T: SoftDeleteTable,
    Touch<T>: ColumnList,
    Clear<T>: ColumnList,
    Operation<T>: ColumnList,
{
    let mut all = Vec::new();
    of_node(Node::of::<T>(), &mut all);
    if let Some(own) = all.first_mut() {
        own.marker = column::<Marker<T>>();
        own.touch.clear();
        Touch::<T>::columns(&mut own.touch);
        own.clear.clear();
        Clear::<T>::columns(&mut own.clear);
        let mut operation = Vec::new();
        Operation::<T>::columns(&mut operation);
        own.operation = operation.pop();
    }
    all
}

/// The facts of a node and of those that it leads to, each table once.
fn of_node(node: &Node, to: &mut Vec<Facts>) {
    let (schema, table) = name(node);
    if to
        .iter()
        .any(|known| known.schema == schema && known.table == table)
    {
        return;
    }
    let unknown = |name: &str, sql_type, nullable| ColumnFacts {
        name: name.to_owned(),
        sql_type,
        nullable,
    };
    to.push(Facts {
        schema,
        table,
        marker: unknown(
            node.marker.column.name,
            type_of(node.marker.stored),
            may_be_null(node.marker.stored),
        ),
        active: text(node.marker.active),
        deleted: text(node.marker.deleted),
        marks: marks(node.marker.stored),
        per_second: match node.unit {
            Unit::Seconds => 1,
            Unit::Millis => 1_000,
            Unit::Micros => 1_000_000,
            Unit::Nanos => 1_000_000_000,
        },
        touch: Links::of(node.touch)
            .map(|(name, stored)| unknown(name, type_of(*stored), None))
            .collect(),
        clear: Links::of(node.clear)
            .map(|name| unknown(name, ColumnType::Other, Some(true)))
            .collect(),
        operation: node
            .operation
            .map(|(column, stored)| unknown(column.name, operation_type(stored), Some(true))),
        children: node.children().map(relation).collect(),
    });
    for other in node.children().chain(node.parents()) {
        of_node(other.other(), to);
    }
}

fn relation(relation: &Relation) -> RelationFacts {
    let owned = |columns: &[ValueColumn]| {
        (columns.iter())
            .map(|column| column.name.to_owned())
            .collect()
    };
    let (schema, child) = name(relation.other());
    RelationFacts {
        cascade: relation.kind == RelationKind::Cascade,
        schema,
        child,
        foreign_key: owned(relation.foreign_key),
        primary_key: owned(relation.primary_key),
    }
}

/// The schema and the name of a table.
fn name(node: &Node) -> (Option<String>, String) {
    let mut parts = node.parts();
    let table = parts.pop().unwrap_or_default();
    (parts.pop(), table)
}

fn text(predicate: Predicate) -> (&'static str, &'static str) {
    (predicate.before, predicate.after)
}

fn column<C: Column<SqlType: SqlType>>() -> ColumnFacts {
    ColumnFacts {
        name: C::NAME.to_owned(),
        sql_type: sql_type::<SqlTypeOf<C>>(),
        nullable: Some(
            TypeId::of::<<SqlTypeOf<C> as SqlType>::IsNull>()
                == TypeId::of::<is_nullable::IsNullable>(),
        ),
    }
}

fn sql_type<ST: 'static>() -> ColumnType {
    fn is<ST: 'static, Other: SqlType<IsNull = is_nullable::NotNull>>() -> bool {
        let this = TypeId::of::<ST>();
        this == TypeId::of::<Other>() || this == TypeId::of::<sql_types::Nullable<Other>>()
    }
    #[cfg(feature = "postgres")]
    {
        if is::<ST, sql_types::Uuid>() {
            return ColumnType::Uuid;
        }
        if is::<ST, sql_types::Timestamptz>() {
            return ColumnType::Timestamptz;
        }
    }
    #[cfg(feature = "mysql")]
    if is::<ST, sql_types::Datetime>() {
        return ColumnType::Datetime;
    }
    #[cfg(feature = "sqlite")]
    if is::<ST, sql_types::TimestamptzSqlite>() {
        return ColumnType::Timestamptz;
    }
    match () {
        () if is::<ST, sql_types::Bool>() => ColumnType::Bool,
        () if is::<ST, sql_types::SmallInt>() => ColumnType::SmallInt,
        () if is::<ST, sql_types::Integer>() => ColumnType::Integer,
        () if is::<ST, sql_types::BigInt>() => ColumnType::BigInt,
        () if is::<ST, sql_types::Text>() => ColumnType::Text,
        () if is::<ST, sql_types::Binary>() => ColumnType::Binary,
        () if is::<ST, sql_types::Timestamp>() => ColumnType::Timestamp,
        () => ColumnType::Other,
    }
}

fn type_of(stored: StorageClass) -> ColumnType {
    match stored {
        StorageClass::Timestamp => ColumnType::Timestamp,
        StorageClass::Datetime => ColumnType::Datetime,
        StorageClass::Timestamptz | StorageClass::TimestamptzSqlite => ColumnType::Timestamptz,
        StorageClass::Epoch { .. } => ColumnType::BigInt,
        StorageClass::Literals {
            deleted: "TRUE",
            active: "FALSE",
        } => ColumnType::Bool,
        StorageClass::Literals { .. } | StorageClass::Unknown => ColumnType::Other,
    }
}

fn operation_type(stored: OperationStored) -> ColumnType {
    match stored {
        OperationStored::Text => ColumnType::Text,
        OperationStored::Binary => ColumnType::Binary,
        OperationStored::BigInt => ColumnType::BigInt,
        OperationStored::Uuid => ColumnType::Uuid,
    }
}

fn may_be_null(stored: StorageClass) -> Option<bool> {
    match stored {
        StorageClass::Timestamp
        | StorageClass::Datetime
        | StorageClass::Timestamptz
        | StorageClass::TimestamptzSqlite => Some(true),
        StorageClass::Epoch { active } => Some(active == "NULL"),
        StorageClass::Literals { .. } if type_of(stored) == ColumnType::Bool => Some(false),
        StorageClass::Literals { .. } | StorageClass::Unknown => None,
    }
}

fn marks(stored: StorageClass) -> Option<Marks> {
    let (deleted, active) = match stored {
        StorageClass::Timestamp
        | StorageClass::Datetime
        | StorageClass::Timestamptz
        | StorageClass::TimestamptzSqlite => ("'2026-01-01 00:00:00'", "NULL"),
        StorageClass::Epoch { active } => ("1", active),
        StorageClass::Literals { deleted, active } => (deleted, active),
        StorageClass::Unknown => return None,
    };
    Some(Marks {
        deleted: deleted.to_owned(),
        active: active.to_owned(),
    })
}
