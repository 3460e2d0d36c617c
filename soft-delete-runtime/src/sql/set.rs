//! Assignments: the mark of a deleted or an active row, and the columns beside it.

use super::syntax::Expr;
use crate::column::{Links, ValueColumn};
use crate::key::Value;
use crate::relation::Node;

/// The assignments of a soft delete.
pub(crate) fn set_deleted<'a>(node: &Node) -> Vec<(&'static str, Expr<'a>)> {
    let marker = &node.marker;
    let mut set = vec![(marker.column.name, Expr::Moment(marker.stored, node.unit))];
    set.extend(touched(node));
    if let Some((column, stored)) = node.operation {
        set.push((column.name, Expr::Operation(stored)));
    }
    set
}

/// The assignments of a restore.
pub(crate) fn set_active<'a>(node: &Node) -> Vec<(&'static str, Expr<'a>)> {
    let marker = &node.marker;
    let mut set = vec![(marker.column.name, Expr::Active(marker.stored))];
    set.extend(touched(node));
    set.extend(Links::of(node.clear).map(|column| (*column, Expr::Sql("NULL"))));
    if let Some((column, _)) = node.operation {
        set.push((column.name, Expr::Sql("NULL")));
    }
    set
}

/// The assignments that give a row another stamp: a moment, an operation's id, or both.
pub(crate) fn set_stamp<'a>(
    node: &Node,
    moment: Option<&'a Value>,
    operation: &'a Value,
) -> Vec<(&'static str, Expr<'a>)> {
    let bound = |column: ValueColumn, value: &'a Value| match value {
        Value::Null => (column.name, Expr::Sql("NULL")),
        value => (column.name, Expr::Bound(value, column)),
    };
    let mut set: Vec<_> = moment
        .map(|moment| bound(node.marker.column, moment))
        .into_iter()
        .collect();
    if let Some((column, _)) = node.operation {
        set.push(bound(column, operation));
    }
    set
}

fn touched<'a>(node: &Node) -> impl Iterator<Item = (&'static str, Expr<'a>)> {
    let unit = node.unit;
    Links::of(node.touch).map(move |(column, stored)| (*column, Expr::Moment(*stored, unit)))
}
