//! Verbs on models, and the state of a row.

use diesel::backend::Backend;
use diesel::dsl::{AsSelect, Find, Select};
use diesel::query_builder::QueryId;
use diesel::query_dsl::methods::{FilterDsl, FindDsl, SelectDsl};
use diesel::{HasQuery, Selectable, SelectableHelper};

use crate::marker::{MarkerValue, MomentValue};
use crate::operation::{Purge, Restore, SoftDelete, purge, restore, soft_delete};
use crate::scope::types::{OnlyDeleted, WithDeleted};
use crate::scope::{IsDeleted, ScopeDsl, WithDeletedDsl};
use crate::table::{Marker, SoftDeleteTable};
use crate::target::Target;

/// A model of a soft-delete table.
///
/// `#[derive(SoftDeletable)]` implements it, and with it come the scopes and operations below.
/// The scope "active rows" is Diesel's own [`HasQuery::query`](diesel::HasQuery::query).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model of a soft-delete table",
    label = "no `#[derive(SoftDeletable)]`",
    note = "add `#[derive(SoftDeletable)]` to it"
)]
#[doc(alias = "paranoid")]
pub trait SoftDeletable: Sized {
    /// The table.
    type Table: SoftDeleteTable;

    /// All rows, the deleted ones too, ready to load as `Self`.
    ///
    /// ```
    /// # include!("doctest_setup.rs");
    /// # fn main() -> QueryResult<()> {
    /// # let conn = &mut connection();
    /// let everyone = User::with_deleted().order(users::id).load(conn)?;
    /// assert_eq!(everyone.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    fn with_deleted<DB>() -> ModelWithDeleted<Self, DB>
    where
        DB: Backend,
        Self::Table: WithDeletedDsl,
        Self: SelectedFrom<WithDeleted<Self::Table>, DB>,
    {
        Self::selected_from(WithDeletedDsl::with_deleted(Self::Table::default()))
    }

    /// The deleted rows, ready to load as `Self`: what a trash lists.
    ///
    /// ```
    /// # include!("doctest_setup.rs");
    /// # fn main() -> QueryResult<()> {
    /// # let conn = &mut connection();
    /// let trash = User::only_deleted().load(conn)?;
    /// assert_eq!(trash[0].name, "Tess");
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "trash")]
    fn only_deleted<DB>() -> ModelOnlyDeleted<Self, DB>
    where
        DB: Backend,
        Self::Table: ScopeDsl + FilterDsl<IsDeleted<Marker<Self::Table>>>,
        Self: SelectedFrom<OnlyDeleted<Self::Table>, DB>,
    {
        Self::selected_from(ScopeDsl::only_deleted(Self::Table::default()))
    }

    /// [`soft_delete`](crate::soft_delete) of this row, found by its key.
    ///
    /// ```
    /// # include!("doctest_setup.rs");
    /// # fn main() -> QueryResult<()> {
    /// # let conn = &mut connection();
    /// let user = User::query().find(1).get_result(conn)?;
    /// assert_eq!(user.soft_delete().execute(conn), Ok(1));
    /// assert_eq!(user.restore().execute(conn), Ok(1));
    /// # Ok(())
    /// # }
    /// ```
    fn soft_delete<'a>(&'a self) -> SoftDelete<&'a Self>
    where
        &'a Self: Target,
    {
        soft_delete(self)
    }

    /// [`restore`](crate::restore) of this row, found by its key.
    #[doc(alias = "undelete")]
    #[doc(alias = "undo")]
    #[doc(alias = "recover")]
    fn restore<'a>(&'a self) -> Restore<&'a Self>
    where
        &'a Self: Target,
    {
        restore(self)
    }

    /// [`purge`](crate::purge) of this row, found by its key.
    #[doc(alias = "hard delete")]
    #[doc(alias = "force delete")]
    fn purge<'a>(&'a self) -> Purge<&'a Self>
    where
        &'a Self: Target,
    {
        purge(self)
    }

    /// [`soft_delete`](crate::soft_delete) of the row with that primary key.
    ///
    /// ```
    /// # include!("doctest_setup.rs");
    /// # fn main() {
    /// # let conn = &mut connection();
    /// assert_eq!(User::soft_delete_by_id(1).execute(conn), Ok(1));
    /// assert_eq!(User::restore_by_id(1).execute(conn), Ok(1));
    /// assert_eq!(User::purge_by_id(1).execute(conn), Ok(0)); // it is not deleted
    /// # }
    /// ```
    fn soft_delete_by_id<K>(key: K) -> SoftDeleteById<Self, K>
    where
        Self::Table: FoundBy<K>,
    {
        soft_delete(FindDsl::find(Self::Table::default(), key))
    }

    /// [`restore`](crate::restore) of the row with that primary key.
    fn restore_by_id<K>(key: K) -> RestoreById<Self, K>
    where
        Self::Table: FoundBy<K>,
    {
        restore(FindDsl::find(Self::Table::default(), key))
    }

    /// [`purge`](crate::purge) of the row with that primary key.
    fn purge_by_id<K>(key: K) -> PurgeById<Self, K>
    where
        Self::Table: FoundBy<K>,
    {
        purge(FindDsl::find(Self::Table::default(), key))
    }

    /// Whether this row was deleted when it was loaded.
    ///
    /// The model needs the marker's field.
    fn is_deleted(&self) -> bool
    where
        Self: MarkerField<Field: MarkerValue>,
    {
        self.marker_field().is_deleted()
    }

    /// When this row was deleted; `None` for an active row. It has the type of the field: an `i64`
    /// counts since 1970 in the table's [`Unit`](crate::Unit).
    ///
    /// The model needs the marker's field, of a type that keeps a moment.
    fn deleted_at(&self) -> Option<<Self::Field as MomentValue>::Moment>
    where
        Self: MarkerField<Field: MomentValue>,
    {
        self.marker_field().deleted_at()
    }
}

/// A table whose rows are found by a key of type `K`.
#[diagnostic::on_unimplemented(
    message = "`{K}` is not a key of `{Self}`",
    label = "it takes one value of the primary key's type",
    note = "that is `i32` for an `Integer`, `i64` for a `BigInt`, `&str` or `String` for a `Text`, and a tuple for a key of several columns",
    note = "several rows are named by a filter: `soft_delete(users::table.filter(users::id.eq_any(ids)))`"
)]
pub trait FoundBy<K>: FindDsl<K, Output: Target> {}

#[diagnostic::do_not_recommend]
impl<T: FindDsl<K, Output: Target>, K> FoundBy<K> for T {}

/// A model that can be selected from the query `Q`.
#[diagnostic::on_unimplemented(
    message = "the model `{Self}` is not `Selectable`",
    label = "not `Selectable`",
    note = "add `#[derive(Selectable)]` to it"
)]
pub trait SelectedFrom<Q, DB: Backend> {
    /// The query for the model.
    type Output;

    /// Selects it.
    fn selected_from(query: Q) -> Self::Output;
}

#[diagnostic::do_not_recommend]
impl<M, Q, DB> SelectedFrom<Q, DB> for M
where
    DB: Backend,
    M: SelectableHelper<DB, SelectExpression: QueryId>,
    Q: SelectDsl<AsSelect<M, DB>>,
{
    type Output = Select<Q, AsSelect<M, DB>>;

    fn selected_from(query: Q) -> Self::Output {
        SelectDsl::select(query, M::as_select())
    }
}

/// A model whose default scope, `Model::query()`, is derived.
pub trait ScopedModel<DB>: IsSelectable<DB> {}

/// A model that is [`Selectable`].
#[diagnostic::on_unimplemented(
    message = "the model `{Self}` is not `Selectable`, which `{Self}::query()` needs",
    label = "not `Selectable`",
    note = "add `#[derive(Selectable)]` to it, or `#[soft_delete(no_default_scope)]` to do without `{Self}::query()`"
)]
pub trait IsSelectable<DB> {}

#[diagnostic::do_not_recommend]
impl<M: Selectable<DB>, DB: Backend> IsSelectable<DB> for M {}

/// A `shared_table` model, whose table's facts are stated elsewhere.
pub trait SharedModel<T: StatedElsewhere> {}

/// A table whose facts are stated.
#[diagnostic::on_unimplemented(
    message = "no facts are stated of `{Self}`, the table of a `shared_table` model",
    label = "`shared_table` leaves the facts to another model or to `soft_delete_table!`",
    note = "add `soft_delete_table! {{ posts(deleted_at) }}` beside the `table!`, or remove `shared_table` where this is the only model of the table"
)]
pub trait StatedElsewhere {}

#[diagnostic::do_not_recommend]
impl<T: SoftDeleteTable> StatedElsewhere for T {}

/// A model that has a field for the marker.
#[diagnostic::on_unimplemented(
    message = "the model `{Self}` has no field for the marker column",
    label = "no field for the marker",
    note = "add the field, for instance `deleted_at: Option<chrono::NaiveDateTime>`, and derive `SoftDeletable`"
)]
pub trait MarkerField {
    /// The type of the field.
    type Field;

    /// The field.
    fn marker_field(&self) -> &Self::Field;
}

/// A model that has a field for the column `C`: how a model whose facts are stated elsewhere
/// (`shared_table`) gives its marker's field.
#[diagnostic::on_unimplemented(
    message = "the model `{Self}` has no field for the marker column",
    label = "no field for the marker",
    note = "add the field, for instance `deleted_at: Option<chrono::NaiveDateTime>`, and derive `SoftDeletable`"
)]
pub trait FieldOf<C> {
    /// The type of the field.
    type Field;

    /// The field.
    fn field(&self) -> &Self::Field;
}

/// The column that has the name of a field, if the table has one.
pub trait Named {
    /// It, or another type.
    type Column;
}

#[diagnostic::do_not_recommend]
impl<M> MarkerField for M
where
    M: SoftDeletable + FieldOf<Marker<M::Table>>,
{
    type Field = <M as FieldOf<Marker<M::Table>>>::Field;

    fn marker_field(&self) -> &Self::Field {
        self.field()
    }
}

/// What a look-up by key found: the difference between 200, 410 and 404.
///
/// ```
/// # include!("doctest_setup.rs");
/// use soft_delete_runtime::RowState;
///
/// # fn main() -> QueryResult<()> {
/// # let conn = &mut connection();
/// let status = |id: i32, conn: &mut SqliteConnection| -> QueryResult<u16> {
///     let found = User::with_deleted().find(id).get_result(conn).optional()?;
///     Ok(match RowState::from(found) {
///         RowState::Active(_) => 200,
///         RowState::Deleted(_) => 410,
///         RowState::Missing => 404,
///     })
/// };
/// assert_eq!((status(1, conn)?, status(2, conn)?, status(3, conn)?), (200, 410, 404));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RowState<M> {
    /// The row is there and not deleted.
    Active(M),
    /// The row is there and deleted.
    Deleted(M),
    /// There is no such row.
    Missing,
}

impl<M> RowState<M> {
    /// Whether the row is there and not deleted.
    pub const fn is_active(&self) -> bool {
        matches!(self, RowState::Active(_))
    }

    /// Whether the row is there and deleted.
    pub const fn is_deleted(&self) -> bool {
        matches!(self, RowState::Deleted(_))
    }

    /// Whether there is no such row.
    pub const fn is_missing(&self) -> bool {
        matches!(self, RowState::Missing)
    }

    /// The row, if it is active.
    pub fn active(self) -> Option<M> {
        match self {
            RowState::Active(row) => Some(row),
            RowState::Deleted(_) | RowState::Missing => None,
        }
    }
}

impl<M> From<Option<M>> for RowState<M>
where
    M: MarkerField<Field: MarkerValue>,
{
    fn from(found: Option<M>) -> Self {
        match found {
            Some(row) if row.marker_field().is_deleted() => RowState::Deleted(row),
            Some(row) => RowState::Active(row),
            None => RowState::Missing,
        }
    }
}

/// What `M::query()` selects.
pub(crate) type ActiveRows<M, DB> = Select<<M as HasQuery<DB>>::BaseQuery, AsSelect<M, DB>>;

/// The return type of [`Model::with_deleted()`](crate::SoftDeletable::with_deleted).
pub type ModelWithDeleted<M, DB> =
    <M as SelectedFrom<WithDeleted<<M as SoftDeletable>::Table>, DB>>::Output;
/// The return type of [`Model::only_deleted()`](crate::SoftDeletable::only_deleted).
pub type ModelOnlyDeleted<M, DB> =
    <M as SelectedFrom<OnlyDeleted<<M as SoftDeletable>::Table>, DB>>::Output;

/// The return type of [`Model::soft_delete_by_id(key)`](crate::SoftDeletable::soft_delete_by_id).
pub type SoftDeleteById<M, K> = SoftDelete<Find<<M as SoftDeletable>::Table, K>>;
/// The return type of [`Model::restore_by_id(key)`](crate::SoftDeletable::restore_by_id).
pub type RestoreById<M, K> = Restore<Find<<M as SoftDeletable>::Table, K>>;
/// The return type of [`Model::purge_by_id(key)`](crate::SoftDeletable::purge_by_id).
pub type PurgeById<M, K> = Purge<Find<<M as SoftDeletable>::Table, K>>;
