//! The changesets of `.with(..)`, by the table that they are for.

use std::any::TypeId;
use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment};

use crate::compat::is_empty;
use crate::relation::Node;
use crate::table::SoftDeleteTable;

/// A changeset of the table `T`, and those before it.
#[derive(Debug, Clone, Copy)]
pub struct ChangesOf<T, C, Rest> {
    table: PhantomData<fn() -> T>,
    changes: C,
    rest: Rest,
}

impl<T, C, Rest> ChangesOf<T, C, Rest> {
    pub(crate) fn new(changes: C, rest: Rest) -> Self {
        Self {
            table: PhantomData,
            changes,
            rest,
        }
    }
}

/// The changesets of an operation.
pub trait Changes {
    /// Adds the tables that they are for.
    #[doc(hidden)]
    #[allow(private_interfaces)]
    fn tables(to: &mut Vec<&'static Node>);
}

/// [`Changes`] on a backend: `()`, or [`ChangesOf`].
pub trait ChangesFor<DB: Backend>: Changes {
    /// Walks those of one table, each followed by a comma.
    #[doc(hidden)]
    fn walk_changes<'b>(&'b self, table: TypeId, out: AstPass<'_, 'b, DB>) -> QueryResult<()>;
}

impl Changes for () {
    #[allow(private_interfaces)]
    fn tables(_: &mut Vec<&'static Node>) {}
}

impl<DB: Backend> ChangesFor<DB> for () {
    fn walk_changes<'b>(&'b self, _: TypeId, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

impl<T: SoftDeleteTable, C, Rest: Changes> Changes for ChangesOf<T, C, Rest> {
    #[allow(private_interfaces)]
    fn tables(to: &mut Vec<&'static Node>) {
        Rest::tables(to);
        to.push(Node::of::<T>());
    }
}

impl<T, C, Rest, DB> ChangesFor<DB> for ChangesOf<T, C, Rest>
where
    DB: Backend,
    T: SoftDeleteTable,
    C: QueryFragment<DB>,
    Rest: ChangesFor<DB>,
{
    fn walk_changes<'b>(&'b self, table: TypeId, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.rest.walk_changes(table, out.reborrow())?;
        if table == TypeId::of::<T>() && !is_empty(&self.changes, out.backend())? {
            self.changes.walk_ast(out.reborrow())?;
            out.push_sql(", ");
        }
        Ok(())
    }
}
