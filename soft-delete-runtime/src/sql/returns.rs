//! What a statement gives back.

use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment};

/// The SQL type of a statement's rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Returns<ST>(PhantomData<ST>);

impl<ST> Returns<ST> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<ST, DB: Backend> QueryFragment<DB> for Returns<ST> {
    fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

/// What the user selects of the rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Selected<E>(pub(crate) E);

impl<E: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Selected<E> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}
