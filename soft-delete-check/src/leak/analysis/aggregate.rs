//! Selects that have one row: of aggregates, without a `GROUP BY`.

use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, Select,
    SelectItem,
};

use super::eval::Row;
use super::marker::Literal;
use super::parts::{self, Part};
use super::source::part;

const AGGREGATES: &[&str] = &[
    "count",
    "sum",
    "min",
    "max",
    "avg",
    "total",
    "group_concat",
    "string_agg",
    "array_agg",
    "json_agg",
    "jsonb_agg",
    "json_object_agg",
    "jsonb_object_agg",
    "json_arrayagg",
    "json_objectagg",
    "json_group_array",
    "json_group_object",
    "bool_and",
    "bool_or",
    "every",
    "bit_and",
    "bit_or",
    "stddev",
    "variance",
];

/// Whether the select has exactly one row, whatever it reads.
pub(super) fn is_one_row(select: &Select) -> bool {
    let no_groups =
        matches!(&select.group_by, GroupByExpr::Expressions(list, _) if list.is_empty());
    no_groups && items(select).any(|item| item.is_some_and(has_aggregate))
}

/// The rows of both states.
pub(super) type Both<'s, 'a> = [Row<'s, 'a>; 2];

/// Whether no aggregate counts deleted rows beside active ones: `COUNT(*) FILTER (WHERE deleted_at IS
/// NULL)`, `SUM(CASE WHEN deleted_at IS NULL THEN 1 ELSE 0 END)`.
pub(super) fn leaves_out(select: &Select, rows: Both<'_, '_>) -> bool {
    is_one_row(select) && items(select).all(|item| item.is_some_and(|e| is_scoped(e, rows)))
}

fn items(select: &Select) -> impl Iterator<Item = Option<&Expr>> {
    select.projection.iter().map(|item| match item {
        SelectItem::UnnamedExpr(e) | SelectItem::ExprWithAlias { expr: e, .. } => Some(e),
        _ => None,
    })
}

fn is_aggregate(function: &Function) -> bool {
    let name = part(&function.name, 0).unwrap_or_default();
    function.over.is_none()
        && (function.filter.is_some()
            || AGGREGATES
                .iter()
                .any(|known| name.eq_ignore_ascii_case(known)))
}

fn has_aggregate(e: &Expr) -> bool {
    if matches!(e, Expr::Function(function) if is_aggregate(function)) {
        return true;
    }
    let mut found = false;
    parts::of_expr(e, &mut |part| {
        if let Part::Expr(e) = part {
            found = found || has_aggregate(e);
        }
    });
    found
}

fn is_scoped(e: &Expr, rows: Both<'_, '_>) -> bool {
    match e {
        Expr::Nested(e) | Expr::Cast { expr: e, .. } => is_scoped(e, rows),
        Expr::BinaryOp { left, right, .. } => is_scoped(left, rows) && is_scoped(right, rows),
        Expr::Function(function) if is_aggregate(function) => match &function.filter {
            Some(filter) => !lets_both_pass(filter, rows),
            None => arguments(function).any(|e| e.is_some_and(|e| is_scoped_case(e, rows))),
        },
        Expr::Function(function) => {
            arguments(function).all(|e| e.is_some_and(|e| is_scoped(e, rows)))
        }
        e => Literal::of(e).is_some(),
    }
}

fn lets_both_pass(condition: &Expr, rows: Both<'_, '_>) -> bool {
    rows.iter().all(|row| row.eval(condition).passes_unasked())
}

fn is_scoped_case(e: &Expr, rows: Both<'_, '_>) -> bool {
    match e {
        Expr::Case {
            operand: None,
            conditions,
            else_result,
            ..
        } => {
            !conditions
                .iter()
                .any(|when| lets_both_pass(&when.condition, rows))
                && else_result
                    .as_deref()
                    .is_none_or(|e| Literal::of(e).is_some())
        }
        _ => false,
    }
}

fn arguments(function: &Function) -> impl Iterator<Item = Option<&Expr>> {
    let list = match &function.args {
        FunctionArguments::List(list) => list.args.as_slice(),
        _ => &[],
    };
    list.iter().map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(e)) => Some(e),
        _ => None,
    })
}
