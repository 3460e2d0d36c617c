//! The facts: what is stated about a table.

use diesel::Table;
use diesel::associations::HasTable;
use diesel::query_builder::QueryId;

use crate::column::{SqlTypeOf, TableColumn, ValueColumn};
use crate::compat::StaticQueryFragment;
use crate::marker::MarkerType;
use crate::moment::{Moment, Unit};
use crate::relation::{RelationData, TableName};
use crate::statement::{ClearColumns, OperationColumn, TouchColumns};

/// A table whose rows are marked as deleted instead of being removed.
///
/// `#[derive(SoftDeletable)]` on a model of the table states it, or
/// [`soft_delete_table!`](crate::soft_delete_table) where there is no model.
/// See [`TableFacts`] for what it consists of.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a soft-delete table",
    label = "it has no marker column",
    note = "add `#[derive(SoftDeletable)]` to a model of the table, or `soft_delete_table! {{ posts(deleted_at) }}` where it has none",
    note = "if a `cascade` or `restrict` names it, leave it out: the foreign key's `ON DELETE` alone decides whether rows without a marker are kept or removed"
)]
pub trait SoftDeleteTable:
    TableFacts<
    stated_once_in_the_crate_of_the_schema_by_soft_delete_table_or_a_model_others_need_shared_table,
>
{
    /// The moment at the precision that the marker stores.
    #[doc(hidden)]
    fn marker_moment(moment: Moment) -> Moment {
        moment.cut_to(SqlTypeOf::<Marker<Self>>::precision(Self::UNIT))
    }
}

#[diagnostic::do_not_recommend]
impl<T> SoftDeleteTable for T where T: TableFacts<stated_once_in_the_crate_of_the_schema_by_soft_delete_table_or_a_model_others_need_shared_table> {}

/// The facts of a [`SoftDeleteTable`]: associated types and constants, no logic.
///
/// The parameter is always the same type. The compiler prints its name where two models state the
/// facts of one table, and where a model states the facts of a table of another crate.
#[diagnostic::on_unimplemented(
    message = "this is not a soft-delete table",
    label = "it has no marker column",
    note = "if it is a table, add `#[derive(SoftDeletable)]` to a model of it, or `soft_delete_table! {{ posts(deleted_at) }}` where it has none",
    note = "if it is a query, pass only its table: `is_active(posts::table)`"
)]
pub trait TableFacts<Stated>:
    Table
    + HasTable<Table = Self>
    + StaticQueryFragment<Component: TableName>
    + QueryId
    + Default
    + Copy
    + Send
    + 'static
{
    /// The column that says "deleted": `column = deleted_at`.
    type Marker: TableColumn<Self, SqlType: MarkerType>;

    /// The columns set to the moment of a soft delete and of a restore: `touch = updated_at`.
    type Touch: TouchColumns<Self>;

    /// The columns that a restore sets to NULL: `clear(deleted_by, delete_reason)`.
    type Clear: ClearColumns<Self>;

    /// The column that gets one id per operation, `()` or `(column, ())`:
    /// `operation = deletion_id`.
    type Operation: OperationColumn<Self>;

    /// What goes along with a row of the table when it is deleted, and with what it goes along.
    type Relations: RelationData<Self>;

    /// A type of the place that states the facts: what else is stated there is tied to it, so that
    /// the compiler has one error where the facts are stated twice, or elsewhere.
    type Stated;

    /// The columns of the primary key.
    const KEY: &'static [ValueColumn];

    /// The unit of markers and touched columns of SQL type `BigInt`.
    const UNIT: Unit;
}

/// The value of [`TableFacts`]' parameter.
#[allow(non_camel_case_types)]
#[derive(Debug)]
pub enum stated_once_in_the_crate_of_the_schema_by_soft_delete_table_or_a_model_others_need_shared_table
{}

/// The marker column of a table.
pub type Marker<T> = <T as TableFacts<
    stated_once_in_the_crate_of_the_schema_by_soft_delete_table_or_a_model_others_need_shared_table,
>>::Marker;
pub(crate) type Touch<T> = <T as TableFacts<
    stated_once_in_the_crate_of_the_schema_by_soft_delete_table_or_a_model_others_need_shared_table,
>>::Touch;
pub(crate) type Clear<T> = <T as TableFacts<
    stated_once_in_the_crate_of_the_schema_by_soft_delete_table_or_a_model_others_need_shared_table,
>>::Clear;
pub(crate) type Operation<T> = <T as TableFacts<
    stated_once_in_the_crate_of_the_schema_by_soft_delete_table_or_a_model_others_need_shared_table,
>>::Operation;
pub(crate) type Stated<T> = <T as TableFacts<
    stated_once_in_the_crate_of_the_schema_by_soft_delete_table_or_a_model_others_need_shared_table,
>>::Stated;
pub(crate) type Relations<T> = <T as TableFacts<
    stated_once_in_the_crate_of_the_schema_by_soft_delete_table_or_a_model_others_need_shared_table,
>>::Relations;
