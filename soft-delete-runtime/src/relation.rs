//! Relations: what goes along with a row. They are types, and data once a tree is walked.

use std::marker::PhantomData;

use diesel::internal::table_macro::{Identifier, InfixNode, StaticQueryFragment};
use diesel::sql_types::IntoNullable;
use diesel::{Column, Expression, Table};

use crate::marker::{MarkerType, MomentMarker, Predicate, Stored};
use crate::moment::{Moment, Unit};
use crate::operation_id::OperationStored;
use crate::statement::{ClearColumns, OperationColumn, TouchColumns};
use crate::table::{
    Clear, Marker, Operation, Relations, SoftDeleteTable, SqlTypeOf, Touch, storable,
};

/// The relations of a table: the children that it names, and the parents that name it.
///
/// Both are lists: `()`, or `(entry, rest)`. Entries are [`Cascade`] and [`Restrict`] for children,
/// [`Parent`] for parents.
#[derive(Debug)]
pub struct Related<Children, Parents>(PhantomData<(Children, Parents)>);

/// The relations of a table that has none: an operation on it is one statement.
pub type Leaf = Related<(), ()>;

/// `cascade(posts::user_id)`: the children go with the row. `K` is the tuple of the foreign key.
#[derive(Debug)]
pub struct Cascade<K>(PhantomData<K>);

/// `restrict(orders::user_id)`: the children forbid the deletion.
#[derive(Debug)]
pub struct Restrict<K>(PhantomData<K>);

/// A column that another table may cascade by; whether one does is the constant.
#[derive(Debug)]
pub struct Parent<C, const CASCADES: bool>(PhantomData<C>);

/// Whether operations on the table have a tree to walk: [`Alone`] or [`InTree`].
pub trait Shape {
    /// Concerning soft deletes and purges: the children.
    type Down;
    /// Concerning restores: the children and the parents.
    type Up;
}

/// One statement does it.
#[derive(Debug)]
pub enum Alone {}
/// Other tables are concerned.
#[derive(Debug)]
pub enum InTree {}

impl<P: ParentList> Shape for Related<(), P> {
    type Down = Alone;
    type Up = P::Shape;
}

impl<C, R, P> Shape for Related<(C, R), P> {
    type Down = InTree;
    type Up = InTree;
}

/// What is stated about a table, as data.
#[derive(Debug, Clone)]
pub struct Node {
    pub(crate) table: Name,
    pub(crate) marker: MarkerColumn,
    pub(crate) touch: Vec<(&'static str, Stored)>,
    pub(crate) clear: Vec<&'static str>,
    pub(crate) operation: Option<(&'static str, OperationStored)>,
    pub(crate) unit: Unit,
    pub(crate) storable: fn(Moment) -> Moment,
    pub(crate) children: Vec<Relation>,
    pub(crate) parents: Vec<Relation>,
}

#[derive(Debug, Clone)]
pub(crate) struct MarkerColumn {
    pub(crate) name: &'static str,
    pub(crate) active: Predicate,
    pub(crate) deleted: Predicate,
    pub(crate) stored: Stored,
}

/// A foreign key between two soft-delete tables, seen from one of them.
#[derive(Debug, Clone)]
pub struct Relation {
    pub(crate) kind: Kind,
    /// The columns of the child.
    pub(crate) foreign_key: Vec<&'static str>,
    /// The columns of the parent.
    pub(crate) primary_key: Vec<&'static str>,
    /// The table at the other end.
    pub(crate) other: fn() -> Node,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Cascade,
    Restrict,
}

/// The name of a table, as `table!` keeps it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Name {
    Plain(&'static Identifier<'static>),
    InSchema(&'static QualifiedName),
}

pub(crate) type QualifiedName = InfixNode<Identifier<'static>, Identifier<'static>, &'static str>;

impl Node {
    pub(crate) fn of<T: SoftDeleteTable>() -> Self {
        let mut node = Self {
            table: <T as StaticQueryFragment>::Component::name(T::STATIC_COMPONENT),
            marker: MarkerColumn {
                name: Marker::<T>::NAME,
                active: SqlTypeOf::<Marker<T>>::ACTIVE,
                deleted: SqlTypeOf::<Marker<T>>::DELETED,
                stored: SqlTypeOf::<Marker<T>>::MARK,
            },
            touch: Vec::new(),
            clear: Vec::new(),
            operation: Operation::<T>::stored(),
            unit: T::UNIT,
            storable: storable::<T>,
            children: Vec::new(),
            parents: Vec::new(),
        };
        Touch::<T>::columns(&mut node.touch);
        Clear::<T>::columns(&mut node.clear);
        Relations::<T>::relations(&mut node);
        node
    }
}

impl Name {
    /// The name as it is quoted in a message, `schema.table`.
    pub(crate) fn text(self) -> String {
        match self {
            Name::Plain(name) => name.0.to_owned(),
            // its parts are private to Diesel, except to `Debug`
            Name::InSchema(name) => {
                let debug = format!("{name:?}");
                let parts: Vec<_> = debug
                    .split("Identifier(\"")
                    .skip(1)
                    .filter_map(|part| part.split("\")").next())
                    .collect();
                parts.join(".")
            }
        }
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Name::Plain(a), Name::Plain(b)) => a.0 == b.0,
            (Name::InSchema(_), Name::InSchema(_)) => self.text() == other.text(),
            _ => false,
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

/// Relations that can be walked.
pub trait RelationData<T>: Shape {
    /// The columns that the table knows to cascade to it, for the check of those that do.
    const PARENTS: Option<&'static Link>;

    /// Adds them to a node.
    fn relations(node: &mut Node);
}

impl<T, C, P> RelationData<T> for Related<C, P>
where
    Self: Shape,
    C: ChildList<T>,
    P: ParentList,
{
    const PARENTS: Option<&'static Link> = P::COLUMNS;

    fn relations(node: &mut Node) {
        C::relations(&mut node.children);
        P::relations(&mut node.parents);
    }
}

/// A list of [`Cascade`] and [`Restrict`].
pub trait ChildList<T> {
    /// Adds them.
    fn relations(to: &mut Vec<Relation>);
}

impl<T> ChildList<T> for () {
    fn relations(_: &mut Vec<Relation>) {}
}

impl<T, K, R> ChildList<T> for (Cascade<K>, R)
where
    T: SoftDeleteTable,
    K: ForeignKey<T::PrimaryKey>,
    T: Linked<K::Table>,
    R: ChildList<T>,
{
    fn relations(to: &mut Vec<Relation>) {
        const { check_cascade::<T, K::Table>() };
        to.push(K::relation(Kind::Cascade, Node::of::<K::Table>));
        R::relations(to);
    }
}

impl<T, K, R> ChildList<T> for (Restrict<K>, R)
where
    T: SoftDeleteTable,
    K: ForeignKey<T::PrimaryKey>,
    R: ChildList<T>,
{
    fn relations(to: &mut Vec<Relation>) {
        to.push(K::relation(Kind::Restrict, Node::of::<K::Table>));
        R::relations(to);
    }
}

/// A list of [`Parent`].
pub trait ParentList {
    /// [`InTree`] if one of the columns cascades.
    type Shape;

    /// Those that cascade.
    const COLUMNS: Option<&'static Link>;

    /// Adds those that cascade.
    fn relations(to: &mut Vec<Relation>);
}

/// A list of names that a constant can hold.
#[derive(Debug)]
pub struct Link {
    name: &'static str,
    rest: Option<&'static Link>,
}

impl ParentList for () {
    type Shape = Alone;
    const COLUMNS: Option<&'static Link> = None;

    fn relations(_: &mut Vec<Relation>) {}
}

impl<C, R: ParentList> ParentList for (Parent<C, false>, R) {
    type Shape = R::Shape;
    const COLUMNS: Option<&'static Link> = R::COLUMNS;

    fn relations(to: &mut Vec<Relation>) {
        R::relations(to);
    }
}

impl<C, R> ParentList for (Parent<C, true>, R)
where
    C: CascadeColumn + Column,
    R: ParentList,
{
    type Shape = InTree;
    const COLUMNS: Option<&'static Link> = Some(&Link {
        name: C::NAME,
        rest: R::COLUMNS,
    });

    fn relations(to: &mut Vec<Relation>) {
        to.push(C::ForeignKey::relation(
            Kind::Cascade,
            Node::of::<C::Parent>,
        ));
        R::relations(to);
    }
}

/// The (last) column of a foreign key that a `cascade(...)` names: how a table learns of the
/// parents that it goes with.
pub trait CascadeColumn {
    /// The table that cascades.
    type Parent: SoftDeleteTable;

    /// The whole foreign key.
    type ForeignKey: ForeignKey<<Self::Parent as Table>::PrimaryKey>;
}

/// Asks whether some table cascades by the column `C`.
#[derive(Debug)]
pub struct Probe<C>(PhantomData<C>);

impl<C: CascadeColumn> Probe<C> {
    /// One does: an inherent constant goes before that of a trait.
    pub const CASCADES: bool = true;
}

/// The answer of a [`Probe`] otherwise.
pub trait NotCascaded {
    /// None does.
    const CASCADES: bool = false;
}

impl<C> NotCascaded for Probe<C> {}

/// A table that cascades by a column has to be known to the child, or a restore of the child
/// could not look at it.
pub const fn assert_knows_parent<T, C>(message: &str)
where
    T: SoftDeleteTable,
    C: Column<Table = T>,
{
    let mut link = <Relations<T> as RelationData<T>>::PARENTS;
    while let Some(Link { name, rest }) = link {
        if same(name.as_bytes(), C::NAME.as_bytes()) {
            return;
        }
        link = *rest;
    }
    panic!("{}", message);
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

    #[doc(hidden)]
    #[allow(private_interfaces)]
    fn relation(kind: Kind, other: fn() -> Node) -> Relation;
}

/// What two ends of a cascade need beyond [`Linked`].
const fn check_cascade<T: SoftDeleteTable, Child: SoftDeleteTable>() {
    let ends = (
        SqlTypeOf::<Marker<T>>::MARK,
        SqlTypeOf::<Marker<Child>>::MARK,
    );
    assert!(
        !matches!(ends, (Stored::Unknown, _) | (_, Stored::Unknown)),
        "a marker of a type of your own needs `MarkerType::WRITES` where its table is in a tree"
    );
    assert!(
        !matches!(ends, (Stored::Epoch { .. }, Stored::Epoch { .. }))
            || T::UNIT as u8 == Child::UNIT as u8,
        "`cascade` needs markers of one `unit` at both ends"
    );
}

/// Two columns of one SQL type, nullable or not.
#[diagnostic::on_unimplemented(
    message = "the foreign-key column `{Self}` and the key column `{Key}` have different SQL types",
    label = "does not refer to that key",
    note = "the columns of a foreign key stand in the order of the primary key"
)]
pub trait RefersTo<Key> {}

impl<C, Key, ST> RefersTo<Key> for C
where
    C: Expression<SqlType: IntoNullable<Nullable = ST>>,
    Key: Expression<SqlType: IntoNullable<Nullable = ST>>,
{
}

impl<C, PK> ForeignKey<PK> for (C,)
where
    PK: Column,
    C: Column<Table: SoftDeleteTable> + RefersTo<PK>,
{
    type Table = C::Table;

    #[allow(private_interfaces)]
    fn relation(kind: Kind, other: fn() -> Node) -> Relation {
        Relation {
            kind,
            foreign_key: vec![C::NAME],
            primary_key: vec![PK::NAME],
            other,
        }
    }
}

macro_rules! composite_key {
    ($(($first:ident, $first_key:ident) $(, ($column:ident, $key:ident))+;)+) => {$(
        impl<$first, $first_key, $($column, $key),+> ForeignKey<($first_key, $($key),+)>
            for ($first, $($column),+)
        where
            $first_key: Column,
            $first: Column<Table: SoftDeleteTable> + RefersTo<$first_key>,
            $($key: Column, $column: Column<Table = $first::Table> + RefersTo<$key>,)+
        {
            type Table = $first::Table;

            #[allow(private_interfaces)]
            fn relation(kind: Kind, other: fn() -> Node) -> Relation {
                Relation {
                    kind,
                    foreign_key: vec![$first::NAME, $($column::NAME),+],
                    primary_key: vec![$first_key::NAME, $($key::NAME),+],
                    other,
                }
            }
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
    message = "a restore of `{Self}` could not tell which rows of `{Child}` went along",
    label = "`cascade` needs markers of one SQL type that keeps the moment at both ends, or an `operation` column at both ends",
    note = "give both tables a column like `deletion_id -> Nullable<Text>` and say `operation = deletion_id`, or markers of the same date and time type"
)]
pub trait Linked<Child> {}

#[diagnostic::do_not_recommend]
impl<T, Child> Linked<Child> for T
where
    T: SoftDeleteTable,
    Child: SoftDeleteTable,
    (Operation<T>, Marker<T>): SameStamp<(Operation<Child>, Marker<Child>)>,
{
}

/// [`Linked`], by the columns: `(operation column, marker)` at both ends.
#[diagnostic::on_unimplemented(
    message = "a restore could not tell which rows one operation took: the parent keeps `{Self}`, the child `{Child}`",
    label = "`cascade` needs markers of one SQL type that keeps the moment at both ends, or an `operation` column at both ends",
    note = "give both tables a column like `deletion_id -> Nullable<Text>` and say `operation = deletion_id`, or markers of the same date and time type"
)]
pub trait SameStamp<Child> {}

impl<A, B, M, N, ST> SameStamp<((B, ()), N)> for ((A, ()), M)
where
    A: Expression<SqlType = ST>,
    B: Expression<SqlType = ST>,
{
}

impl<M, N, ST: MomentMarker> SameStamp<((), N)> for ((), M)
where
    M: Expression<SqlType = ST>,
    N: Expression<SqlType = ST>,
{
}

impl<A, M, N, ST: MomentMarker> SameStamp<((), N)> for ((A, ()), M)
where
    M: Expression<SqlType = ST>,
    N: Expression<SqlType = ST>,
{
}

impl<B, M, N, ST: MomentMarker> SameStamp<((B, ()), N)> for ((), M)
where
    M: Expression<SqlType = ST>,
    N: Expression<SqlType = ST>,
{
}
