//! An operation that is one statement, where more than its count is asked for.

use diesel::expression::expression_types::Untyped;
use diesel::query_builder::{Query, QueryFragment, QueryId};

use crate::column::ValueClass;
use crate::connection::{Kind, single_count};
use crate::error::Error;
use crate::relation::Node;
use crate::statement::SingleStatement;
use crate::tree::Report;

pub(super) async fn execute<K, C, O>(operation: O, conn: &mut C) -> Result<usize, Error>
where
    K: Kind<C>,
    O: QueryFragment<K::Backend> + QueryId,
{
    let executing = K::execute(conn, operation);
    Ok(executing.await?)
}

pub(super) async fn report<K, C, O>(operation: O, conn: &mut C) -> Result<Report, Error>
where
    K: Kind<C>,
    O: SingleStatement + QueryFragment<K::Backend> + QueryId,
{
    let (moment, id) = operation.mark();
    let executing = K::execute(conn, operation);
    let rows = executing.await?;
    Ok(Report::of_table(Node::of::<O::Table>(), rows, moment, id))
}

pub(super) async fn preview<K, C, O>(operation: O, conn: &mut C) -> Result<Report, Error>
where
    K: Kind<C>,
    O: SingleStatement,
    O::Count: Query<SqlType = Untyped> + QueryFragment<K::Backend> + QueryId,
{
    let (moment, id) = operation.mark();
    let counting = K::read(conn, operation.count(), vec![ValueClass::Count]);
    let rows = single_count(&counting.await?)?;
    let rows = usize::try_from(rows).unwrap_or(usize::MAX);
    Ok(Report::of_table(Node::of::<O::Table>(), rows, moment, id))
}
