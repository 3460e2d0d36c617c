//! The assignments of a soft delete and of a restore.

use diesel::expression::AsExpression;

use super::assign::{Assign, Bound, ClearColumns, OperationColumn, TouchColumns};
use crate::column::SqlTypeOf;
use crate::marker::MarkerType;
use crate::moment::Moment;
use crate::operation_id::OperationId;
use crate::table::{Clear, Marker, Operation, SoftDeleteTable, Touch};

type MarkerBind<C> = Bound<C, <SqlTypeOf<C> as MarkerType>::Value>;

/// The assignments that mark a row of `T` as deleted: what
/// [`marked_deleted`](crate::marked_deleted) returns.
pub type MarkDeleted<T> = Assign<
    Marker<T>,
    MarkerBind<Marker<T>>,
    <Touch<T> as TouchColumns<T>>::Assign<<Operation<T> as OperationColumn<T>>::Assign>,
>;

/// The assignments that mark a row of `T` as active: what
/// [`marked_active`](crate::marked_active) returns.
pub type MarkActive<T> = Assign<
    Marker<T>,
    MarkerBind<Marker<T>>,
    <Touch<T> as TouchColumns<T>>::Assign<
        <Clear<T> as ClearColumns<T>>::Assign<<Operation<T> as ClearColumns<T>>::Assign<()>>,
    >,
>;

pub(crate) fn mark_deleted<T: SoftDeleteTable>(
    moment: Moment,
    id: &mut Option<OperationId>,
) -> MarkDeleted<T> {
    let moment = T::marker_moment(moment);
    Assign::new(
        bound_marker::<T>(Some(moment)),
        Touch::<T>::assign(moment, T::UNIT, Operation::<T>::assign_new(id)),
    )
}

pub(crate) fn mark_active<T: SoftDeleteTable>(moment: Moment) -> MarkActive<T> {
    let moment = T::marker_moment(moment);
    Assign::new(
        bound_marker::<T>(None),
        Touch::<T>::assign(
            moment,
            T::UNIT,
            Clear::<T>::assign(Operation::<T>::assign(())),
        ),
    )
}

fn bound_marker<T: SoftDeleteTable>(deleted: Option<Moment>) -> MarkerBind<Marker<T>> {
    SqlTypeOf::<Marker<T>>::value(deleted, T::UNIT).as_expression()
}
