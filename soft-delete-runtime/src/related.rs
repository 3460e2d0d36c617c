//! The relations of a table as types, and what follows from them as constants.

use std::any::TypeId;
use std::marker::PhantomData;

use diesel::{Column, Table};

use crate::column::{Link, SqlTypeOf, ValueColumn};
use crate::compat::StaticQueryFragment;
use crate::foreign_key::{
    ChildColumn, ForeignKey, RestoreMatches,
    a_foreign_key_is_named_once_by_one_parent_in_the_crate_of_both_tables as NamedOnce,
};
use crate::marker::MarkerType;
use crate::relation::{
    MarkerColumn, Node, Relation, RelationData, RelationKind, Shape, SingleTable, TableName, Tree,
};
use crate::statement::{ClearColumns, OperationColumn, TouchColumns};
use crate::table::{Clear, Marker, Operation, Relations, SoftDeleteTable, Touch};

/// The relations of a table: the children that it names, and the parents that name it.
///
/// Both are lists: `()`, or `(entry, rest)`. Entries are [`Cascade`] and [`Restrict`] for children,
/// [`Parent`] for parents.
#[derive(Debug)]
pub struct Related<Children, Parents>(PhantomData<(Children, Parents)>);

/// `cascade(posts::user_id)`: the children go with the row. `K` is the tuple of the foreign key.
#[derive(Debug)]
pub struct Cascade<K>(PhantomData<K>);

/// `restrict(orders::user_id)`: the children forbid the deletion.
#[derive(Debug)]
pub struct Restrict<K>(PhantomData<K>);

/// A column by which another table may have named this one; the constant says whether one did.
#[derive(Debug)]
pub struct Parent<C, const NAMED: bool>(PhantomData<C>);

impl<P: ParentList> Shape for Related<(), P> {
    type Down = SingleTable;
    type Up = P::Shape;
}

impl<C, R, P> Shape for Related<(C, R), P> {
    type Down = Tree;
    type Up = Tree;
}

/// The [`Node`] of a table.
trait TableNode {
    const NODE: &'static Node;
}

impl<T: SoftDeleteTable> TableNode for T {
    const NODE: &'static Node = &Node {
        id: TypeId::of::<T>,
        name: || <T as StaticQueryFragment>::Component::name(T::STATIC_COMPONENT),
        key: T::KEY,
        marker: MarkerColumn {
            column: ValueColumn::of::<Marker<T>>(),
            active: SqlTypeOf::<Marker<T>>::ACTIVE,
            deleted: SqlTypeOf::<Marker<T>>::DELETED,
            stored: SqlTypeOf::<Marker<T>>::MARK,
            precision: SqlTypeOf::<Marker<T>>::precision,
        },
        touch: Touch::<T>::COLUMNS,
        clear: Clear::<T>::COLUMNS,
        operation: Operation::<T>::COLUMN,
        unit: T::UNIT,
        children: <Relations<T> as RelationData<T>>::CHILDREN,
        parents: <Relations<T> as RelationData<T>>::PARENTS,
    };
}

impl Node {
    pub(crate) fn of<T: SoftDeleteTable>() -> &'static Self {
        T::NODE
    }
}

impl<T, C, P> RelationData<T> for Related<C, P>
where
    Self: Shape,
    C: ChildList<T>,
    P: ParentList,
{
    const CHILDREN: Option<&'static Link<Relation>> = C::RELATIONS;
    const PARENTS: Option<&'static Link<Relation>> = P::RELATIONS;
}

/// A list of [`Cascade`] and [`Restrict`].
pub trait ChildList<T> {
    /// The list as a constant.
    const RELATIONS: Option<&'static Link<Relation>>;
}

impl<T> ChildList<T> for () {
    const RELATIONS: Option<&'static Link<Relation>> = None;
}

impl<T, K, R> ChildList<T> for (Cascade<K>, R)
where
    T: SoftDeleteTable,
    K: ForeignKey<T::PrimaryKey>,
    T: RestoreMatches<K::Table>,
    R: ChildList<T>,
{
    const RELATIONS: Option<&'static Link<Relation>> = Some(&Link {
        value: Relation {
            kind: RelationKind::Cascade,
            foreign_key: K::FOREIGN,
            primary_key: K::PRIMARY,
            other: Node::of::<K::Table>,
        },
        rest: R::RELATIONS,
    });
}

impl<T, K, R> ChildList<T> for (Restrict<K>, R)
where
    T: SoftDeleteTable,
    K: ForeignKey<T::PrimaryKey>,
    R: ChildList<T>,
{
    const RELATIONS: Option<&'static Link<Relation>> = Some(&Link {
        value: Relation {
            kind: RelationKind::Restrict,
            foreign_key: K::FOREIGN,
            primary_key: K::PRIMARY,
            other: Node::of::<K::Table>,
        },
        rest: R::RELATIONS,
    });
}

/// A list of [`Parent`].
pub trait ParentList {
    /// [`Tree`] if another table names one of the columns.
    type Shape;

    /// Those that another table names, as a constant.
    const RELATIONS: Option<&'static Link<Relation>>;
}

impl ParentList for () {
    type Shape = SingleTable;
    const RELATIONS: Option<&'static Link<Relation>> = None;
}

impl<C, R: ParentList> ParentList for (Parent<C, false>, R) {
    type Shape = R::Shape;
    const RELATIONS: Option<&'static Link<Relation>> = R::RELATIONS;
}

impl<C, R> ParentList for (Parent<C, true>, R)
where
    C: ChildColumn<NamedOnce> + Column,
    R: ParentList,
{
    type Shape = Tree;
    const RELATIONS: Option<&'static Link<Relation>> = Some(&Link {
        value: Relation {
            kind: C::KIND,
            foreign_key: <C::ForeignKey as ForeignKey<<C::Parent as Table>::PrimaryKey>>::FOREIGN,
            primary_key: <C::ForeignKey as ForeignKey<<C::Parent as Table>::PrimaryKey>>::PRIMARY,
            other: Node::of::<C::Parent>,
        },
        rest: R::RELATIONS,
    });
}
