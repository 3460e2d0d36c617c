//! Relations: which rows go along with a row, and which forbid its deletion. Constants of the types.

use std::any::TypeId;
use std::marker::PhantomData;

use diesel::internal::table_macro::{Identifier, StaticQueryFragment};
use diesel::{Column, QueryResult, Table};

use crate::column::{Link, Links, SqlTypeOf, ValueColumn};
use crate::compat::{QualifiedName, parts_of};
use crate::foreign_key::{ChildColumn, ForeignKey, RestoreMatches, check_cascade};
use crate::marker::{MarkerType, Predicate, Stored};
use crate::moment::{Moment, Unit};
use crate::operation_id::OperationStored;
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

/// Whether operations on the table concern other tables: [`SingleTable`] or [`Tree`].
pub trait Shape {
    /// Concerning soft deletes and purges: the children.
    type Down;
    /// Concerning restores: the children and the parents.
    type Up;
}

/// One statement does it.
#[derive(Debug)]
pub enum SingleTable {}
/// Other tables are concerned.
#[derive(Debug)]
pub enum Tree {}

impl<P: ParentList> Shape for Related<(), P> {
    type Down = SingleTable;
    type Up = P::Shape;
}

impl<C, R, P> Shape for Related<(C, R), P> {
    type Down = Tree;
    type Up = Tree;
}

/// What is stated about a table, as a constant.
#[derive(Debug)]
pub struct Node {
    /// The type of the table.
    pub(crate) id: fn() -> TypeId,
    pub(crate) name: fn() -> Name,
    pub(crate) key: &'static [ValueColumn],
    pub(crate) marker: MarkerColumn,
    pub(crate) touch: Option<&'static Link<(&'static str, Stored)>>,
    pub(crate) clear: Option<&'static Link<&'static str>>,
    pub(crate) operation: Option<(ValueColumn, OperationStored)>,
    pub(crate) unit: Unit,
    children: Option<&'static Link<Relation>>,
    parents: Option<&'static Link<Relation>>,
}

#[derive(Debug, Clone)]
pub(crate) struct MarkerColumn {
    pub(crate) column: ValueColumn,
    pub(crate) active: Predicate,
    pub(crate) deleted: Predicate,
    pub(crate) stored: Stored,
    /// The unit that a moment is cut to, from that of the table.
    pub(crate) precision: fn(Unit) -> Unit,
}

/// A foreign key between two soft-delete tables, seen from one of them.
#[derive(Debug, Clone, Copy)]
pub struct Relation {
    pub(crate) kind: RelationKind,
    /// The columns of the child.
    pub(crate) foreign_key: &'static [ValueColumn],
    /// The columns of the parent.
    pub(crate) primary_key: &'static [ValueColumn],
    /// The table at the other end: a function, for a table may refer to itself.
    other: fn() -> &'static Node,
}

impl Relation {
    pub(crate) fn other(&self) -> &'static Node {
        (self.other)()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(hidden)]
pub enum RelationKind {
    Cascade,
    Restrict,
}

/// The name of a table, as `table!` keeps it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Name {
    Plain(&'static Identifier<'static>),
    InSchema(&'static QualifiedName),
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

    pub(crate) fn is(&self, other: &Node) -> bool {
        (self.id)() == (other.id)()
    }

    /// Refuses a moment that a column of the table cannot store.
    pub(crate) fn refuse_moment(&self, moment: Moment) -> QueryResult<()> {
        let touched = Links::of(self.touch).map(|(column, stored)| (*column, *stored));
        let marker = (self.marker.column.name, self.marker.stored);
        for (column, stored) in [marker].into_iter().chain(touched) {
            if let Err(why) = stored.refuse_moment(moment, self.unit) {
                let table = self.text();
                return Err(diesel::result::Error::QueryBuilderError(
                    format!("`{table}`.`{column}` cannot store the moment {moment:?}: {why}")
                        .into(),
                ));
            }
        }
        Ok(())
    }

    /// The name as it is quoted in a message, `schema.table`.
    pub(crate) fn text(&self) -> String {
        self.parts().join(".")
    }

    /// The name of the table, and before it that of its schema.
    pub(crate) fn parts(&self) -> Vec<String> {
        (self.name)().parts()
    }

    /// The children that a deletion concerns.
    pub(crate) fn children(&self) -> impl Iterator<Item = &'static Relation> {
        Links::of(self.children)
    }

    /// The parents that a restore concerns.
    pub(crate) fn parents(&self) -> impl Iterator<Item = &'static Relation> {
        Links::of(self.parents)
    }

    pub(crate) fn cascades(&self) -> impl Iterator<Item = &'static Relation> {
        self.children()
            .filter(|child| child.kind == RelationKind::Cascade)
    }

    pub(crate) fn restricts(&self) -> impl Iterator<Item = &'static Relation> {
        self.children()
            .filter(|child| child.kind == RelationKind::Restrict)
    }

    /// The parents that name it in `restrict`.
    pub(crate) fn restricting(&self) -> impl Iterator<Item = &'static Relation> {
        self.parents()
            .filter(|parent| parent.kind == RelationKind::Restrict)
    }

    /// The cascade to its own rows.
    pub(crate) fn self_cascade(&self) -> Option<&'static Relation> {
        self.cascades().find(|relation| relation.other().is(self))
    }

    /// The cascades that lead to it from other tables.
    pub(crate) fn cascade_parents(&self) -> impl Iterator<Item = &'static Relation> {
        self.parents()
            .filter(|parent| parent.kind == RelationKind::Cascade && !parent.other().is(self))
    }
}

impl Name {
    fn parts(self) -> Vec<String> {
        match self {
            Name::Plain(name) => vec![name.0.to_owned()],
            Name::InSchema(name) => parts_of(name),
        }
    }
}

/// What `table!` keeps a name in.
pub trait TableName: Sized {
    #[doc(hidden)]
    #[allow(private_interfaces)]
    fn name(this: &'static Self) -> Name;
}

impl TableName for Identifier<'static> {
    #[allow(private_interfaces)]
    fn name(this: &'static Self) -> Name {
        Name::Plain(this)
    }
}

impl TableName for QualifiedName {
    #[allow(private_interfaces)]
    fn name(this: &'static Self) -> Name {
        Name::InSchema(this)
    }
}

/// The relations of a table as constants.
pub trait RelationData<T>: Shape {
    /// Those that it names.
    const CHILDREN: Option<&'static Link<Relation>>;

    /// Those that name it.
    const PARENTS: Option<&'static Link<Relation>>;
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
            kind: check_cascade::<T, K::Table>(RelationKind::Cascade),
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
    C: ChildColumn + Column,
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
