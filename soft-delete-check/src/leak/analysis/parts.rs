//! The parts of an expression. There is no wildcard, so that a new version of the parser cannot
//! bring an expression that nothing looks into.

use sqlparser::ast::{
    AccessExpr, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause,
    FunctionArguments, GroupByExpr, GroupByWithModifier, InTarget, JsonPathElem, LimitClause,
    OrderBy, OrderByExpr, OrderByKind, Query, SelectItem, SelectItemQualifiedWildcardKind,
    Subscript, WindowFrameBound, WindowSpec, WindowType,
};

/// An expression, or a query in one.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part<'a> {
    Expr(&'a Expr),
    Query(&'a Query),
}

type Found<'a, 'f> = &'f mut dyn FnMut(Part<'a>);

/// What the expression directly consists of.
pub(super) fn of_expr<'a>(e: &'a Expr, found: Found<'a, '_>) {
    let mut all = |list: &[&'a Expr]| list.iter().for_each(|e| found(Part::Expr(e)));
    match e {
        Expr::Identifier(_)
        | Expr::CompoundIdentifier(_)
        | Expr::Value(_)
        | Expr::TypedString(_)
        | Expr::MatchAgainst { .. }
        | Expr::Wildcard(_)
        | Expr::QualifiedWildcard(..) => {}
        Expr::IsFalse(e)
        | Expr::IsNotFalse(e)
        | Expr::IsTrue(e)
        | Expr::IsNotTrue(e)
        | Expr::IsNull(e)
        | Expr::IsNotNull(e)
        | Expr::IsUnknown(e)
        | Expr::IsNotUnknown(e)
        | Expr::IsJson { expr: e, .. }
        | Expr::IsNormalized { expr: e, .. }
        | Expr::UnaryOp { expr: e, .. }
        | Expr::Cast { expr: e, .. }
        | Expr::Extract { expr: e, .. }
        | Expr::Ceil { expr: e, .. }
        | Expr::Floor { expr: e, .. }
        | Expr::Collate { expr: e, .. }
        | Expr::Nested(e)
        | Expr::Prefixed { value: e, .. }
        | Expr::Named { expr: e, .. }
        | Expr::OuterJoin(e)
        | Expr::Prior(e) => all(&[e]),
        Expr::IsDistinctFrom(a, b)
        | Expr::IsNotDistinctFrom(a, b)
        | Expr::BinaryOp {
            left: a, right: b, ..
        }
        | Expr::RLike {
            expr: a,
            pattern: b,
            ..
        }
        | Expr::AnyOp {
            left: a, right: b, ..
        }
        | Expr::AllOp {
            left: a, right: b, ..
        }
        | Expr::AtTimeZone {
            timestamp: a,
            time_zone: b,
        }
        | Expr::Position { expr: a, r#in: b } => all(&[a, b]),
        Expr::Between {
            expr, low, high, ..
        } => all(&[expr, low, high]),
        Expr::Like {
            expr,
            pattern,
            escape_char,
            ..
        }
        | Expr::ILike {
            expr,
            pattern,
            escape_char,
            ..
        }
        | Expr::SimilarTo {
            expr,
            pattern,
            escape_char,
            ..
        } => {
            all(&[expr, pattern]);
            escape_char.iter().for_each(|e| all(&[e]));
        }
        Expr::Convert { expr, styles, .. } => {
            all(&[expr]);
            exprs(styles, found);
        }
        Expr::Substring {
            expr,
            substring_from,
            substring_for,
            ..
        } => {
            all(&[expr]);
            let options = [substring_from, substring_for];
            options.into_iter().flatten().for_each(|e| all(&[e]));
        }
        Expr::Trim {
            trim_what,
            expr,
            trim_characters,
            ..
        } => {
            all(&[expr]);
            trim_what.iter().for_each(|e| all(&[e]));
            exprs(trim_characters.iter().flatten(), found);
        }
        Expr::Overlay {
            expr,
            overlay_what,
            overlay_from,
            overlay_for,
        } => {
            all(&[expr, overlay_what, overlay_from]);
            overlay_for.iter().for_each(|e| all(&[e]));
        }
        Expr::Case {
            operand,
            conditions,
            else_result,
            ..
        } => {
            let ends = [operand, else_result];
            ends.into_iter().flatten().for_each(|e| all(&[e]));
            conditions
                .iter()
                .for_each(|when| all(&[&when.condition, &when.result]));
        }
        Expr::GroupingSets(sets) | Expr::Cube(sets) | Expr::Rollup(sets) => {
            exprs(sets.iter().flatten(), found);
        }
        Expr::Tuple(list) | Expr::Struct { values: list, .. } => exprs(list, found),
        Expr::Array(array) => exprs(&array.elem, found),
        Expr::Dictionary(fields) => fields.iter().for_each(|field| all(&[&field.value])),
        Expr::Map(map) => map
            .entries
            .iter()
            .for_each(|entry| all(&[&entry.key, &entry.value])),
        Expr::Interval(interval) => all(&[&interval.value]),
        Expr::Lambda(lambda) => all(&[&lambda.body]),
        Expr::MemberOf(member) => all(&[&member.value, &member.array]),
        Expr::In { expr, target, .. } => {
            all(&[expr]);
            match target {
                InTarget::List(list) => exprs(list, found),
                InTarget::Subquery(query) => found(Part::Query(query)),
                InTarget::Unnest(e) => found(Part::Expr(e)),
                InTarget::Table { args, .. } => arguments(args.iter().flatten(), found),
            }
        }
        Expr::Exists { subquery, .. } | Expr::Subquery(subquery) => found(Part::Query(subquery)),
        Expr::Function(function) => of_function(function, found),
        Expr::CompoundFieldAccess { root, access_chain } => {
            all(&[root]);
            for access in access_chain {
                match access {
                    AccessExpr::Dot(e) => found(Part::Expr(e)),
                    AccessExpr::Subscript(Subscript::Index { index }) => found(Part::Expr(index)),
                    AccessExpr::Subscript(Subscript::Slice {
                        lower_bound,
                        upper_bound,
                        stride,
                    }) => exprs(
                        [lower_bound, upper_bound, stride].into_iter().flatten(),
                        found,
                    ),
                }
            }
        }
        Expr::JsonAccess { value, path } => {
            all(&[value]);
            for element in &path.path {
                match element {
                    JsonPathElem::Dot { .. } => {}
                    JsonPathElem::Bracket { key } | JsonPathElem::ColonBracket { key } => {
                        found(Part::Expr(key));
                    }
                }
            }
        }
    }
}

fn exprs<'a>(list: impl IntoIterator<Item = &'a Expr>, found: Found<'a, '_>) {
    list.into_iter().for_each(|e| found(Part::Expr(e)));
}

pub(super) fn of_function<'a>(function: &'a Function, found: Found<'a, '_>) {
    for list in [&function.parameters, &function.args] {
        match list {
            FunctionArguments::None => {}
            FunctionArguments::Subquery(query) => found(Part::Query(query)),
            FunctionArguments::List(list) => {
                arguments(&list.args, found);
                for clause in &list.clauses {
                    match clause {
                        FunctionArgumentClause::Where(e) | FunctionArgumentClause::Limit(e) => {
                            found(Part::Expr(e));
                        }
                        FunctionArgumentClause::OrderBy(list) => of_order(list, found),
                        FunctionArgumentClause::Having(bound) => found(Part::Expr(&bound.1)),
                        FunctionArgumentClause::IgnoreOrRespectNulls(_)
                        | FunctionArgumentClause::OnOverflow(_)
                        | FunctionArgumentClause::Separator(_)
                        | FunctionArgumentClause::JsonNullClause(_)
                        | FunctionArgumentClause::JsonReturningClause(_) => {}
                    }
                }
            }
        }
    }
    of_order(&function.within_group, found);
    function.filter.iter().for_each(|e| found(Part::Expr(e)));
    if let Some(WindowType::WindowSpec(window)) = &function.over {
        of_window(window, found);
    }
}

pub(super) fn arguments<'a>(list: impl IntoIterator<Item = &'a FunctionArg>, found: Found<'a, '_>) {
    for argument in list {
        let (FunctionArg::Named { arg, .. }
        | FunctionArg::ExprNamed { arg, .. }
        | FunctionArg::Unnamed(arg)) = argument;
        if let FunctionArgExpr::Expr(e) = arg {
            found(Part::Expr(e));
        }
    }
}

pub(super) fn of_window<'a>(window: &'a WindowSpec, found: Found<'a, '_>) {
    exprs(&window.partition_by, found);
    of_order(&window.order_by, found);
    if let Some(frame) = &window.window_frame {
        for bound in [Some(&frame.start_bound), frame.end_bound.as_ref()]
            .into_iter()
            .flatten()
        {
            match bound {
                WindowFrameBound::Preceding(Some(e)) | WindowFrameBound::Following(Some(e)) => {
                    found(Part::Expr(e));
                }
                WindowFrameBound::CurrentRow
                | WindowFrameBound::Preceding(None)
                | WindowFrameBound::Following(None) => {}
            }
        }
    }
}

fn of_order<'a>(list: &'a [OrderByExpr], found: Found<'a, '_>) {
    list.iter().for_each(|order| found(Part::Expr(&order.expr)));
}

pub(super) fn of_select_item<'a>(item: &'a SelectItem, found: Found<'a, '_>) {
    match item {
        SelectItem::UnnamedExpr(e)
        | SelectItem::ExprWithAlias { expr: e, .. }
        | SelectItem::ExprWithAliases { expr: e, .. }
        | SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::Expr(e), _) => {
            found(Part::Expr(e));
        }
        SelectItem::QualifiedWildcard(..) | SelectItem::Wildcard(_) => {}
    }
}

pub(super) fn of_group_by<'a>(group_by: &'a GroupByExpr, found: Found<'a, '_>) {
    let (GroupByExpr::All(modifiers) | GroupByExpr::Expressions(_, modifiers)) = group_by;
    if let GroupByExpr::Expressions(list, _) = group_by {
        exprs(list, found);
    }
    for modifier in modifiers {
        if let GroupByWithModifier::GroupingSets(e) = modifier {
            found(Part::Expr(e));
        }
    }
}

/// `ORDER BY`, `LIMIT`, `OFFSET` and `FETCH` of a query.
pub(super) fn of_query_end<'a>(query: &'a Query, found: Found<'a, '_>) {
    if let Some(OrderBy {
        kind: OrderByKind::Expressions(list),
        ..
    }) = &query.order_by
    {
        of_order(list, found);
    }
    match &query.limit_clause {
        Some(LimitClause::LimitOffset {
            limit,
            offset,
            limit_by,
        }) => {
            exprs(limit, found);
            exprs(offset.as_ref().map(|offset| &offset.value), found);
            exprs(limit_by, found);
        }
        Some(LimitClause::OffsetCommaLimit { offset, limit }) => exprs([offset, limit], found),
        None => {}
    }
    let quantity = query
        .fetch
        .as_ref()
        .and_then(|fetch| fetch.quantity.as_ref());
    exprs(quantity, found);
}
