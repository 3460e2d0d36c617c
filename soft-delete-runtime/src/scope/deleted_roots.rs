//! The rows that an operation deleted by themselves, and not along with a parent: what a trash lists.

use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::{Alias, AliasSource};
use diesel::sql_types::Bool;

use super::predicate::HasMarker;
use crate::compat::{QualifiedName, StaticQueryFragment};
use crate::marker::Predicate;
use crate::relation::{Name, Node, Relation, RelationKind};
use crate::table::SoftDeleteTable;

/// What [`deleted_roots`](crate::ScopeDsl::deleted_roots) filters by, on the table or alias `S`.
///
/// Its SQL follows from the facts of the table, so that a prepared statement is kept by its type.
#[derive(Debug, QueryId)]
pub struct IsDeletedRoot<S>(PhantomData<fn() -> S>);

impl<S> IsDeletedRoot<S> {
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<S> Clone for IsDeletedRoot<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for IsDeletedRoot<S> {}

impl<S> Expression for IsDeletedRoot<S> {
    type SqlType = Bool;
}

// As a column has it. Without a bound on `S`, what is said of a table without facts is that it has none.
impl<S> ValidGrouping<()> for IsDeletedRoot<S> {
    type IsAggregate = is_aggregate::No;
}

impl<S, QS: ?Sized> AppearsOnTable<QS> for IsDeletedRoot<S> where
    S: HasMarker<Marker: AppearsOnTable<QS>>
{
}

impl<S, QS: ?Sized> SelectableExpression<QS> for IsDeletedRoot<S> where
    S: HasMarker<Marker: SelectableExpression<QS>>
{
}

impl<S, DB> QueryFragment<DB> for IsDeletedRoot<S>
where
    DB: Backend,
    S: Qualifier<DB>,
    QualifiedName: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let node = Node::of::<S::Table>();
        let Predicate { before, after } = node.marker.deleted;
        let cascades = |relation: &&Relation| relation.kind == RelationKind::Cascade;
        let mut parents = node.parents().filter(cascades).enumerate().peekable();
        let has_parents = parents.peek().is_some();
        if has_parents {
            out.push_sql("(");
        }
        out.push_sql(before);
        column::<S, DB>(node.marker.column.name, out.reborrow())?;
        out.push_sql(after);
        for (index, relation) in parents {
            let alias = format!("soft_delete_parent_{index}");
            out.push_sql(" AND NOT EXISTS (");
            went_along::<S, DB>(node, relation, &alias, out.reborrow())?;
            out.push_sql(")");
        }
        if has_parents {
            out.push_sql(")");
        }
        Ok(())
    }
}

/// The parent of one relation that has the row's stamp: `SELECT 1 FROM "users" AS "p" WHERE
/// "p"."id" = "posts"."user_id" AND "p"."deleted_at" = "posts"."deleted_at"`.
///
/// A restore goes by the same: the operation's id where both rows have one, else the moment.
fn went_along<S, DB>(
    node: &Node,
    relation: &Relation,
    alias: &str,
    mut out: AstPass<'_, '_, DB>,
) -> QueryResult<()>
where
    DB: Backend,
    S: Qualifier<DB>,
    QualifiedName: QueryFragment<DB>,
{
    let parent = relation.other();
    let key = relation.primary_key.iter().zip(relation.foreign_key);
    let key = key.map(|(theirs, ours)| (theirs.name, ours.name));
    out.push_sql("SELECT 1 FROM ");
    match (parent.name)() {
        Name::Plain(name) => name.walk_ast(out.reborrow())?,
        Name::InSchema(name) => name.walk_ast(out.reborrow())?,
    }
    out.push_sql(" AS ");
    out.push_identifier(alias)?;
    for (index, pair) in key.enumerate() {
        out.push_sql(if index == 0 { " WHERE " } else { " AND " });
        equal::<S, DB>(alias, pair, out.reborrow())?;
    }
    out.push_sql(" AND ");
    let moments = (parent.marker.column.name, node.marker.column.name);
    let (Some((of_parent, _)), Some((own, _))) = (&parent.operation, &node.operation) else {
        return equal::<S, DB>(alias, moments, out);
    };
    // a statement of the user's that makes the parent active leaves its id
    let Predicate { before, after } = parent.marker.deleted;
    out.push_sql(before);
    of_alias(alias, parent.marker.column.name, out.reborrow())?;
    out.push_sql(after);
    out.push_sql(" AND ");
    let ids = (of_parent.name, own.name);
    if !parent.has_moments_of(node) {
        return equal::<S, DB>(alias, ids, out);
    }
    out.push_sql("(");
    equal::<S, DB>(alias, ids, out.reborrow())?;
    out.push_sql(" OR ((");
    of_alias(alias, of_parent.name, out.reborrow())?;
    out.push_sql(" IS NULL OR ");
    column::<S, DB>(own.name, out.reborrow())?;
    out.push_sql(" IS NULL) AND ");
    equal::<S, DB>(alias, moments, out.reborrow())?;
    out.push_sql("))");
    Ok(())
}

/// `"p"."deleted_at" = "posts"."deleted_at"`
fn equal<S: Qualifier<DB>, DB: Backend>(
    alias: &str,
    (of_parent, own): (&str, &str),
    mut out: AstPass<'_, '_, DB>,
) -> QueryResult<()> {
    of_alias(alias, of_parent, out.reborrow())?;
    out.push_sql(" = ");
    column::<S, DB>(own, out)
}

fn of_alias<DB: Backend>(alias: &str, name: &str, mut out: AstPass<'_, '_, DB>) -> QueryResult<()> {
    out.push_identifier(alias)?;
    out.push_sql(".");
    out.push_identifier(name)
}

fn column<S: Qualifier<DB>, DB: Backend>(
    name: &str,
    mut out: AstPass<'_, '_, DB>,
) -> QueryResult<()> {
    S::walk_qualifier(out.reborrow())?;
    out.push_sql(".");
    out.push_identifier(name)
}

/// A table or an alias, as it qualifies a column.
pub trait Qualifier<DB: Backend> {
    /// The table.
    type Table: SoftDeleteTable;

    /// `"posts"`
    fn walk_qualifier(out: AstPass<'_, '_, DB>) -> QueryResult<()>;
}

impl<T, DB> Qualifier<DB> for T
where
    T: SoftDeleteTable,
    DB: Backend,
    <T as StaticQueryFragment>::Component: QueryFragment<DB>,
{
    type Table = T;

    fn walk_qualifier(out: AstPass<'_, '_, DB>) -> QueryResult<()> {
        T::STATIC_COMPONENT.walk_ast(out)
    }
}

impl<A, DB> Qualifier<DB> for Alias<A>
where
    A: AliasSource<Target: SoftDeleteTable>,
    DB: Backend,
{
    type Table = A::Target;

    fn walk_qualifier(mut out: AstPass<'_, '_, DB>) -> QueryResult<()> {
        out.push_identifier(A::NAME)
    }
}
