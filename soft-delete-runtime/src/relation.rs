//! Relations as data: which rows go along with a row, and which forbid its deletion.

use std::any::TypeId;

use diesel::QueryResult;

use crate::column::{Link, Links, ValueColumn};
use crate::compat::{Identifier, QualifiedName, parts_of};
use crate::marker::{Predicate, StorageClass};
use crate::moment::{Moment, Unit};
use crate::operation_id::OperationStored;

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

/// What is stated about a table, as a constant.
#[derive(Debug)]
pub struct Node {
    /// The type of the table.
    pub(crate) id: fn() -> TypeId,
    pub(crate) name: fn() -> Name,
    pub(crate) key: &'static [ValueColumn],
    pub(crate) marker: MarkerColumn,
    pub(crate) touch: Option<&'static Link<(&'static str, StorageClass)>>,
    pub(crate) clear: Option<&'static Link<&'static str>>,
    pub(crate) operation: Option<(ValueColumn, OperationStored)>,
    pub(crate) unit: Unit,
    pub(crate) children: Option<&'static Link<Relation>>,
    pub(crate) parents: Option<&'static Link<Relation>>,
}

#[derive(Debug, Clone)]
pub(crate) struct MarkerColumn {
    pub(crate) column: ValueColumn,
    pub(crate) active: Predicate,
    pub(crate) deleted: Predicate,
    pub(crate) stored: StorageClass,
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
    pub(crate) other: fn() -> &'static Node,
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

impl Node {
    pub(crate) fn is(&self, other: &Node) -> bool {
        (self.id)() == (other.id)()
    }

    /// Whether the marker keeps the moment of the deletion.
    pub(crate) fn keeps_moment(&self) -> bool {
        !matches!(
            self.marker.stored,
            StorageClass::Literals { .. } | StorageClass::Unknown
        )
    }

    /// Whether moments of the two tables can be told equal.
    pub(crate) fn has_moments_of(&self, other: &Node) -> bool {
        let same = self.marker.stored == other.marker.stored && self.unit == other.unit;
        self.keeps_moment() && same
    }

    /// Refuses a moment that a column of the table cannot store.
    pub(crate) fn refuse_moment(&self, moment: Moment) -> QueryResult<()> {
        let touched = Links::of(self.touch).map(|(column, stored)| (*column, *stored));
        let marker = (self.marker.column.name, self.marker.stored);
        for (column, stored) in [marker].into_iter().chain(touched) {
            if let Err(why) = stored.refuse_moment(moment, self.unit) {
                let table = self.text();
                return Err(diesel::result::Error::QueryBuilderError(
                    format!("`{table}`.`{column}` cannot store the moment {moment}: {why}").into(),
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
