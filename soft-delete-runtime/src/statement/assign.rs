//! Assignments: what the `SET` of a soft delete and of a restore consists of.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::expression::AsExpression;
use diesel::query_builder::{AsChangeset, AstPass, QueryFragment, QueryId};
use diesel::serialize::{IsNull, Output, Result, ToSql};
use diesel::sql_types::is_nullable::NotNull;
use diesel::sql_types::{Nullable, SqlType};
use diesel::{Column, QueryResult};

use crate::column::{Link, NullableType, SqlTypeOf, TableColumn, ValueColumn};
use crate::compat::DieselBound;
use crate::marker::{MomentType, StorageClass};
use crate::moment::{Moment, Unit};
use crate::operation_id::{OperationId, OperationStored, OperationType};

/// `"column" = value`, and the assignments after it: a Diesel changeset.
#[derive(Debug, Clone, Copy)]
pub struct Assign<C, E, Rest = ()> {
    column: PhantomData<C>,
    value: E,
    rest: Rest,
}

/// `, ` and an assignment.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Comma<A>(A);

impl<C, E, Rest> Assign<C, E, Rest> {
    pub(super) fn new(value: E, rest: Rest) -> Self {
        Self {
            column: PhantomData,
            value,
            rest,
        }
    }
}

impl<C, E, Rest> QueryId for Assign<C, E, Rest>
where
    C: 'static,
    E: QueryId,
    Rest: QueryId,
{
    type QueryId = Assign<C, E::QueryId, Rest::QueryId>;

    const HAS_STATIC_QUERY_ID: bool = E::HAS_STATIC_QUERY_ID && Rest::HAS_STATIC_QUERY_ID;
}

impl<C, E, Rest, DB> QueryFragment<DB> for Assign<C, E, Rest>
where
    DB: Backend,
    C: Column,
    E: QueryFragment<DB>,
    Rest: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_identifier(C::NAME)?;
        out.push_sql(" = ");
        self.value.walk_ast(out.reborrow())?;
        self.rest.walk_ast(out)
    }
}

impl<A, DB> QueryFragment<DB> for Comma<A>
where
    DB: Backend,
    A: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(", ");
        self.0.walk_ast(out)
    }
}

impl<C, E, Rest> AsChangeset for Assign<C, E, Rest>
where
    C: Column,
{
    type Target = C::Table;
    type Changeset = Self;

    fn as_changeset(self) -> Self {
        self
    }
}

/// A value as Diesel binds it to a column.
pub(super) type Bound<C, V> = <V as AsExpression<SqlTypeOf<C>>>::Expression;
type BoundNull<ST> = DieselBound<ST, Null>;
type MomentBind<C> = Bound<C, <SqlTypeOf<C> as MomentType>::Moment>;

/// The columns that `touch` names: `()` or `(column, rest)`.
pub trait TouchColumns<T> {
    /// Their assignments, before those of `Rest`.
    type Assign<Rest>;

    /// Sets each to the moment.
    fn assign<Rest>(moment: Moment, unit: Unit, rest: Rest) -> Self::Assign<Rest>;

    /// They as a constant.
    const COLUMNS: Option<&'static Link<(&'static str, StorageClass)>>;
}

impl<T> TouchColumns<T> for () {
    type Assign<Rest> = Rest;

    fn assign<Rest>(_: Moment, _: Unit, rest: Rest) -> Rest {
        rest
    }

    const COLUMNS: Option<&'static Link<(&'static str, StorageClass)>> = None;
}

impl<T, C, R> TouchColumns<T> for (C, R)
where
    C: TableColumn<T, SqlType: MomentType>,
    R: TouchColumns<T>,
{
    type Assign<Rest> = Comma<Assign<C, MomentBind<C>, R::Assign<Rest>>>;

    fn assign<Rest>(moment: Moment, unit: Unit, rest: Rest) -> Self::Assign<Rest> {
        Comma(Assign::new(
            SqlTypeOf::<C>::moment(moment, unit).as_expression(),
            R::assign(moment, unit, rest),
        ))
    }

    const COLUMNS: Option<&'static Link<(&'static str, StorageClass)>> = Some(&Link {
        value: (C::NAME, SqlTypeOf::<C>::STORED),
        rest: R::COLUMNS,
    });
}

/// The columns that `clear` names: `()` or `(column, rest)`.
pub trait ClearColumns<T> {
    /// Their assignments, before those of `Rest`.
    type Assign<Rest>;

    /// Sets each to NULL.
    fn assign<Rest>(rest: Rest) -> Self::Assign<Rest>;

    /// They as a constant.
    const COLUMNS: Option<&'static Link<&'static str>>;
}

impl<T> ClearColumns<T> for () {
    type Assign<Rest> = Rest;

    fn assign<Rest>(rest: Rest) -> Rest {
        rest
    }

    const COLUMNS: Option<&'static Link<&'static str>> = None;
}

impl<T, C, R> ClearColumns<T> for (C, R)
where
    C: TableColumn<T, SqlType: NullableType>,
    R: ClearColumns<T>,
{
    type Assign<Rest> = Comma<Assign<C, BoundNull<SqlTypeOf<C>>, R::Assign<Rest>>>;

    fn assign<Rest>(rest: Rest) -> Self::Assign<Rest> {
        Comma(Assign::new(BoundNull::new(Null), R::assign(rest)))
    }

    const COLUMNS: Option<&'static Link<&'static str>> = Some(&Link {
        value: C::NAME,
        rest: R::COLUMNS,
    });
}

/// The column that `operation` names: `()` or `(column, ())`. A restore sets it to NULL, as if
/// `clear` named it.
pub trait OperationColumn<T>: ClearColumns<T> {
    /// Its assignment, or none.
    type Assign;

    /// Sets it to a new id, which is made where there is a column for it.
    fn assign_new(id: &mut Option<OperationId>) -> <Self as OperationColumn<T>>::Assign;

    /// The column as a constant.
    const COLUMN: Option<(ValueColumn, OperationStored)>;
}

impl<T> OperationColumn<T> for () {
    type Assign = ();

    fn assign_new(_: &mut Option<OperationId>) {}

    const COLUMN: Option<(ValueColumn, OperationStored)> = None;
}

impl<T, C> OperationColumn<T> for (C, ())
where
    C: TableColumn<T, SqlType: OperationType>,
{
    type Assign = Comma<Assign<C, Bound<C, <SqlTypeOf<C> as OperationType>::Id>>>;

    fn assign_new(id: &mut Option<OperationId>) -> <Self as OperationColumn<T>>::Assign {
        let id = id.insert(OperationId::new()).clone();
        Comma(Assign::new(SqlTypeOf::<C>::id(id).as_expression(), ()))
    }

    const COLUMN: Option<(ValueColumn, OperationStored)> =
        Some((ValueColumn::of::<C>(), SqlTypeOf::<C>::STORED));
}

/// NULL, bound to a column of any SQL type.
#[derive(Debug, Clone, Copy)]
pub struct Null;

impl<ST, DB> ToSql<Nullable<ST>, DB> for Null
where
    DB: Backend,
    ST: SqlType<IsNull = NotNull>,
{
    fn to_sql<'b>(&'b self, _: &mut Output<'b, '_, DB>) -> Result {
        Ok(IsNull::Yes)
    }
}
