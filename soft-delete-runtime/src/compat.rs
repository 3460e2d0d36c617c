//! What is taken of Diesel that it does not promise to keep: its `internal` module, and methods that
//! its docs leave out.

use std::any::TypeId;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::internal::table_macro::InfixNode;
use diesel::query_builder::{QueryFragment, QueryId};

/// What `.bind(..)` and `AsExpression` make of a value, to say which type an assigned column has.
pub(crate) use diesel::internal::derives::as_expression::Bound as DieselBound;
/// The parts of a query's type, to see the table that it reads and where it joins others.
pub(crate) use diesel::internal::table_macro::{
    BoxedSelectStatement, FromClause, Inner, Join, JoinOn, LeftOuter, SelectStatement,
};
/// The name of a table, as `table!` keeps it.
pub(crate) use diesel::internal::table_macro::{Identifier, StaticQueryFragment};
/// What `inner_join` and `left_join` do for tables, queries and aliases alike.
pub(crate) use diesel::query_dsl::InternalJoinDsl;

/// The name of a table in a schema, as `table!` keeps it.
pub(crate) type QualifiedName = InfixNode<Identifier<'static>, Identifier<'static>, &'static str>;

/// The schema and the table of a qualified name, which Diesel shows to `Debug` alone.
pub(crate) fn parts_of(name: &QualifiedName) -> Vec<String> {
    let debug = format!("{name:?}");
    let parts = debug.split("Identifier(\"").skip(1);
    let parts = parts.filter_map(|part| part.split_once("\")"));
    parts.map(|(part, _)| part.to_owned()).collect()
}

/// A query's `WHERE`.
trait HasWhere {
    type Where: 'static;
}

impl<F, S, D, W: 'static> HasWhere for SelectStatement<F, S, D, W> {
    type Where = W;
}

/// The type of the `WHERE` of a query that has none.
type NoWhere = <SelectStatement<(), (), ()> as HasWhere>::Where;

/// Whether there is no `WHERE`. Where its SQL is known by its type it is not walked.
pub(crate) fn is_no_where<DB: Backend, W: QueryFragment<DB> + QueryId>(
    part: &W,
    backend: &DB,
) -> QueryResult<bool> {
    if W::HAS_STATIC_QUERY_ID {
        Ok(TypeId::of::<W::QueryId>() == TypeId::of::<NoWhere>())
    } else {
        is_empty(part, backend)
    }
}

/// Whether a part of a statement writes nothing: no `WHERE`, or a changeset without a change.
pub(crate) fn is_empty<DB: Backend>(
    part: &impl QueryFragment<DB>,
    backend: &DB,
) -> QueryResult<bool> {
    part.is_noop(backend)
}
