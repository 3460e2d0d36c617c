//! What the compiler checks of the foreign keys in `cascade` and `restrict`.

use std::marker::PhantomData;

use diesel::sql_types::IntoNullable;
use diesel::{Column, Expression, Table};

use crate::column::{SqlTypeOf, ValueColumn};
use crate::marker::{MarkerType, MomentMarker, StorageClass};
use crate::relation::{RelationData, RelationKind};
use crate::statement::{ClearColumns, OperationColumn, TouchColumns};
use crate::table::{Clear, Marker, Operation, Relations, SoftDeleteTable, Touch};

/// The (last) column of a foreign key that a `cascade(...)` or `restrict(...)` names: how the
/// child's table learns of its parent.
///
/// The parameter has one value. Its name is what the compiler prints where two lists name one foreign
/// key, and where the child's table is another crate's.
pub trait ChildColumn<Named> {
    /// The table that names it.
    type Parent: SoftDeleteTable;

    /// The whole foreign key.
    type ForeignKey: ForeignKey<<Self::Parent as Table>::PrimaryKey>;

    /// In which of the two.
    const KIND: RelationKind;
}

/// The value of [`ChildColumn`]'s parameter.
#[allow(non_camel_case_types)]
#[derive(Debug)]
pub enum a_foreign_key_is_named_once_by_one_parent_in_the_crate_of_both_tables {}

/// Asks whether some table names the column `C`.
#[derive(Debug)]
pub struct Probe<C>(PhantomData<C>);

impl<C> Probe<C>
where
    C: ChildColumn<a_foreign_key_is_named_once_by_one_parent_in_the_crate_of_both_tables>,
{
    /// One does: an inherent constant takes precedence over that of a trait.
    pub const NAMED: bool = true;
}

/// The answer of a [`Probe`] otherwise.
pub trait NotNamed {
    /// None does.
    const NAMED: bool = false;
}

impl<C> NotNamed for Probe<C> {}

/// What a `cascade` or `restrict` needs of the table of its column `C`.
#[track_caller]
pub const fn assert_is_child<T, C>(messages: Messages)
where
    T: SoftDeleteTable,
    C: Column<Table = T>
        + ChildColumn<a_foreign_key_is_named_once_by_one_parent_in_the_crate_of_both_tables>,
{
    let foreign_key = <C::ForeignKey as ForeignKey<<C::Parent as Table>::PrimaryKey>>::FOREIGN;
    assert!(!writes::<T>(foreign_key), "{}", messages.written);
    assert!(knows_parent::<T, C>(), "{}", messages.unknown);
    if matches!(C::KIND, RelationKind::Cascade) {
        assert_stamps_match::<C::Parent, T>(messages.units, messages.literals);
    }
}

/// The messages of [`assert_is_child`].
#[derive(Debug, Clone, Copy)]
pub struct Messages {
    /// An operation writes the foreign key, and takes the row from its parent.
    pub written: &'static str,
    /// The child does not name the column: a restore of it could not look at the parent.
    pub unknown: &'static str,
    /// The markers count in two units.
    pub units: &'static str,
    /// A marker has no SQL of its own.
    pub literals: &'static str,
}

const fn knows_parent<T: SoftDeleteTable, C: Column>() -> bool {
    let mut link = <Relations<T> as RelationData<T>>::PARENTS;
    while let Some(relation) = link {
        let columns = relation.value.foreign_key;
        let last = columns[columns.len() - 1].name;
        if same(last.as_bytes(), C::NAME.as_bytes()) {
            return true;
        }
        link = relation.rest;
    }
    false
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    let mut index = 0;
    while index < a.len() && index < b.len() {
        if a[index] != b[index] {
            return false;
        }
        index += 1;
    }
    a.len() == b.len()
}

/// The columns of a foreign key: a tuple that matches the primary key `PK`, column by column.
#[diagnostic::on_unimplemented(
    message = "the foreign key `{Self}` does not match the primary key `{PK}`",
    label = "another number of columns, or other SQL types",
    note = "name the columns in the order of the primary key, in parentheses if there are several: `cascade((posts::org_id, posts::user_id))`"
)]
pub trait ForeignKey<PK> {
    /// The table that has the columns.
    type Table: SoftDeleteTable;

    /// Its columns.
    #[doc(hidden)]
    const FOREIGN: &'static [ValueColumn];
    /// The columns that they refer to.
    #[doc(hidden)]
    const PRIMARY: &'static [ValueColumn];
}

/// What the two ends of a cascade need beyond [`RestoreMatches`].
#[track_caller]
const fn assert_stamps_match<T, Child>(units: &str, literals: &str)
where
    T: SoftDeleteTable,
    Child: SoftDeleteTable,
{
    let ends = (
        SqlTypeOf::<Marker<T>>::MARK,
        SqlTypeOf::<Marker<Child>>::MARK,
    );
    assert!(
        !matches!(
            ends,
            (StorageClass::Unknown, _) | (_, StorageClass::Unknown)
        ),
        "{}",
        literals
    );
    assert!(
        !matches!(
            ends,
            (StorageClass::Epoch { .. }, StorageClass::Epoch { .. })
        ) || T::UNIT as u8 == Child::UNIT as u8,
        "{}",
        units
    );
}

/// An operation that writes the primary key takes the row from all that refers to it.
#[track_caller]
pub const fn assert_no_key_is_written<T: SoftDeleteTable>(message: &str) {
    assert!(!writes::<T>(T::KEY), "{}", message);
}

/// Whether an operation writes one of the columns.
const fn writes<T: SoftDeleteTable>(columns: &[ValueColumn]) -> bool {
    let mut index = 0;
    while index < columns.len() {
        if is_written::<T>(columns[index].name) {
            return true;
        }
        index += 1;
    }
    false
}

const fn is_written<T: SoftDeleteTable>(name: &str) -> bool {
    let name = name.as_bytes();
    let mut written = same(name, <Marker<T> as Column>::NAME.as_bytes());
    let mut touch = Touch::<T>::COLUMNS;
    while let Some(column) = touch {
        written = written || same(name, column.value.0.as_bytes());
        touch = column.rest;
    }
    let mut clear = Clear::<T>::COLUMNS;
    while let Some(column) = clear {
        written = written || same(name, column.value.as_bytes());
        clear = column.rest;
    }
    match Operation::<T>::COLUMN {
        Some((column, _)) => written || same(name, column.name.as_bytes()),
        None => written,
    }
}

/// Two columns of one SQL type, nullable or not.
#[diagnostic::on_unimplemented(
    message = "the foreign-key column `{Self}` and the key column `{Key}` have different SQL types",
    label = "does not refer to that key",
    note = "the columns of a foreign key are in the order of the primary key"
)]
pub trait SameSqlType<Key> {}

impl<C, Key, ST> SameSqlType<Key> for C
where
    C: Expression<SqlType: IntoNullable<Nullable = ST>>,
    Key: Expression<SqlType: IntoNullable<Nullable = ST>>,
{
}

impl<C, PK> ForeignKey<PK> for (C,)
where
    PK: Column<SqlType: 'static>,
    C: Column<Table: SoftDeleteTable, SqlType: 'static> + SameSqlType<PK>,
{
    type Table = C::Table;
    const FOREIGN: &'static [ValueColumn] = &[ValueColumn::of::<C>()];
    const PRIMARY: &'static [ValueColumn] = &[ValueColumn::of::<PK>()];
}

macro_rules! composite_key {
    ($(($first:ident, $first_key:ident) $(, ($column:ident, $key:ident))+;)+) => {$(
        impl<$first, $first_key, $($column, $key),+> ForeignKey<($first_key, $($key),+)>
            for ($first, $($column),+)
        where
            $first_key: Column<SqlType: 'static>,
            $first: Column<Table: SoftDeleteTable, SqlType: 'static> + SameSqlType<$first_key>,
            $($key: Column<SqlType: 'static>, $column: Column<Table = $first::Table, SqlType: 'static> + SameSqlType<$key>,)+
        {
            type Table = $first::Table;
            const FOREIGN: &'static [ValueColumn] =
                &[ValueColumn::of::<$first>(), $(ValueColumn::of::<$column>()),+];
            const PRIMARY: &'static [ValueColumn] =
                &[ValueColumn::of::<$first_key>(), $(ValueColumn::of::<$key>()),+];
        }
    )+};
}

composite_key! {
    (A, KA), (B, KB);
    (A, KA), (B, KB), (C, KC);
    (A, KA), (B, KB), (C, KC), (D, KD);
}

/// Two tables of which a restore can tell what one operation took: by the operation's id where
/// both keep one, else by the moment, where both keep it in columns of one SQL type.
#[diagnostic::on_unimplemented(
    message = "cannot cascade from `{Self}` to `{Child}`: their markers cannot be matched on restore",
    label = "`cascade` needs at both ends markers of one SQL type that keeps the moment, or `operation` columns of one SQL type",
    note = "give both tables a column like `deletion_id -> Nullable<Text>` and state `operation = deletion_id`, or markers of the same date and time type"
)]
pub trait RestoreMatches<Child> {}

#[diagnostic::do_not_recommend]
impl<T, Child> RestoreMatches<Child> for T
where
    T: SoftDeleteTable,
    Child: SoftDeleteTable,
    (Operation<T>, Marker<T>): StampsMatch<(Operation<Child>, Marker<Child>)>,
{
}

/// [`RestoreMatches`], by the columns: `(operation column, marker)` at both ends.
#[diagnostic::on_unimplemented(
    message = "cannot cascade: the parent keeps `{Self}` and the child `{Child}`, which cannot be matched on restore",
    label = "`cascade` needs at both ends markers of one SQL type that keeps the moment, or `operation` columns of one SQL type",
    note = "give both tables a column like `deletion_id -> Nullable<Text>` and state `operation = deletion_id`, or markers of the same date and time type"
)]
pub trait StampsMatch<Child> {}

impl<A, B, M, N, ST> StampsMatch<((B, ()), N)> for ((A, ()), M)
where
    A: Expression<SqlType = ST>,
    B: Expression<SqlType = ST>,
{
}

impl<M, N, ST: MomentMarker> StampsMatch<((), N)> for ((), M)
where
    M: Expression<SqlType = ST>,
    N: Expression<SqlType = ST>,
{
}

impl<A, M, N, ST: MomentMarker> StampsMatch<((), N)> for ((A, ()), M)
where
    M: Expression<SqlType = ST>,
    N: Expression<SqlType = ST>,
{
}

impl<B, M, N, ST: MomentMarker> StampsMatch<((B, ()), N)> for ((), M)
where
    M: Expression<SqlType = ST>,
    N: Expression<SqlType = ST>,
{
}
