//! What a condition can be for an active or a deleted row of one table.

use std::cmp::Ordering;

use sqlparser::ast::{
    BinaryOperator, CaseWhen, Expr, InTarget, JoinConstraint, JoinOperator, Query, Select, SetExpr,
    SetOperator, UnaryOperator,
};

use super::aggregate;
use super::marker::{Literal, MarkerValue, State};
use super::parts::{self, Part};
use super::source::{Condition, Source};
use super::truth::Truth;

/// A row of a source.
#[derive(Clone, Copy)]
pub(super) struct Row<'s, 'a> {
    pub(super) source: &'s Source<'a>,
    pub(super) state: State,
    /// Inside of a sub-select.
    inner: bool,
}

impl<'s, 'a> Row<'s, 'a> {
    pub(super) fn new(source: &'s Source<'a>, state: State) -> Self {
        Self {
            source,
            state,
            inner: false,
        }
    }

    /// What all conditions together can be.
    pub(super) fn all(&self, conditions: &[Condition<'_>]) -> Truth {
        conditions
            .iter()
            .map(|condition| match condition {
                Condition::Expr(e) => self.eval(e),
                Condition::Rows(query) => self.has_rows(query),
            })
            .fold(Truth::TRUE, Truth::and)
    }

    fn value(&self) -> &MarkerValue {
        self.source.watched.value(self.state)
    }

    fn is_marker(&self, e: &Expr) -> bool {
        self.source.is_marker(e, self.inner)
    }

    /// The first place where the marker is named, sub-selects aside.
    fn marker_in<'e>(&self, e: &'e Expr) -> Option<&'e Expr> {
        if self.is_marker(e) {
            return Some(e);
        }
        let mut first = None;
        parts::of_expr(e, &mut |part| {
            if let (None, Part::Expr(e)) = (first, part) {
                first = self.marker_in(e);
            }
        });
        first
    }

    pub(super) fn mentions_marker(&self, e: &Expr) -> bool {
        self.marker_in(e).is_some()
    }

    pub(super) fn eval(&self, e: &Expr) -> Truth {
        use BinaryOperator as Op;
        match e {
            Expr::Nested(e) => self.eval(e),
            Expr::UnaryOp {
                op: UnaryOperator::Not | UnaryOperator::BangNot,
                expr,
            } => self.own_predicate(e).unwrap_or_else(|| !self.eval(expr)),
            Expr::BinaryOp {
                left,
                op: Op::And,
                right,
            } => self.eval(left).and(self.eval(right)),
            Expr::BinaryOp {
                left,
                op: Op::Or,
                right,
            } => match self.is_with_deleted(e) {
                true => Truth::MEANT,
                false => self.eval(left).or(self.eval(right)),
            },
            Expr::BinaryOp { left, op, right } => self.compare(e, left, op, right),
            Expr::IsTrue(x) => self.eval(x).is(Truth::TRUE),
            Expr::IsNotTrue(x) => !self.eval(x).is(Truth::TRUE),
            Expr::IsFalse(x) => self.eval(x).is(Truth::FALSE),
            Expr::IsNotFalse(x) => !self.eval(x).is(Truth::FALSE),
            Expr::IsUnknown(x) => self.is_null(x),
            Expr::IsNotUnknown(x) => !self.is_null(x),
            Expr::IsNull(x) => self.is_null(x),
            Expr::IsNotNull(x) => !self.is_null(x),
            Expr::IsNotDistinctFrom(a, b) => self.same(e, a, b),
            Expr::IsDistinctFrom(a, b) => !self.same(e, a, b),
            Expr::In {
                expr,
                target,
                negated,
                ..
            } => self.negated(*negated, self.is_in(e, expr, target)),
            Expr::Exists { subquery, negated } => self.negated(*negated, self.has_rows(subquery)),
            Expr::Between {
                expr,
                low,
                high,
                negated,
            } if self.is_marker(expr) => {
                let bound = |e, holds| self.value().ordered(Literal::of(e).as_ref(), holds);
                let holds = bound(low, Ordering::is_ge).and(bound(high, Ordering::is_le));
                self.negated(*negated, holds)
            }
            Expr::Case {
                operand: None,
                conditions,
                else_result,
                ..
            } => self.case(conditions, else_result.as_deref()),
            Expr::Value(_) => Literal::of(e).map_or(Truth::UNKNOWN, |literal| literal.truth()),
            e if self.is_marker(e) => match self.own_predicate(e) {
                Some(truth) => truth,
                None => self.value().truth(),
            },
            e => self.other(e),
        }
    }

    /// Whether something is beside `with_deleted()` in an `OR`: an `or_filter` right after it.
    pub(super) fn is_beside_with_deleted(&self, e: &Expr) -> bool {
        use BinaryOperator as Op;
        match e {
            Expr::Nested(e) => self.is_beside_with_deleted(e),
            e if self.is_with_deleted(e) => false,
            Expr::BinaryOp {
                left,
                op: op @ (Op::And | Op::Or),
                right,
            } => {
                let sides = [left, right];
                let is_or = *op == Op::Or;
                sides.iter().any(|side| {
                    is_or && self.is_with_deleted(side) || self.is_beside_with_deleted(side)
                })
            }
            _ => false,
        }
    }

    /// Whether the condition says `with_deleted()`, which an `or_filter` further on does not take
    /// back.
    pub(super) fn says_with_deleted(&self, e: &Expr) -> bool {
        use BinaryOperator as Op;
        match e {
            e if self.is_with_deleted(e) => true,
            Expr::Nested(e) => self.says_with_deleted(e),
            Expr::BinaryOp {
                left,
                op: Op::And,
                right,
            } => self.says_with_deleted(left) || self.says_with_deleted(right),
            Expr::BinaryOp {
                left,
                op: Op::Or,
                right,
            } => [left, right]
                .into_iter()
                .any(|side| !self.is_with_deleted(side) && self.says_with_deleted(side)),
            _ => false,
        }
    }

    /// `(1=1 OR "users"."deleted_at" IS NULL)`, what `with_deleted()` writes.
    fn is_with_deleted(&self, e: &Expr) -> bool {
        match e {
            Expr::Nested(e) => self.is_with_deleted(e),
            Expr::BinaryOp {
                left,
                op: BinaryOperator::Or,
                right,
            } => is_one_equals_one(left) && self.mentions_marker(right),
            _ => false,
        }
    }

    /// What is not understood: meant, where it names the marker.
    fn other(&self, e: &Expr) -> Truth {
        self.own_predicate(e)
            .unwrap_or_else(|| match self.mentions_marker(e) {
                true => Truth::MEANT,
                false => Truth::UNKNOWN,
            })
    }

    fn own_predicate(&self, e: &Expr) -> Option<Truth> {
        let marker = self.marker_in(e)?;
        self.source.watched.own_predicate(e, marker, self.state)
    }

    fn negated(&self, negated: bool, truth: Truth) -> Truth {
        if negated { !truth } else { truth }
    }

    fn is_null(&self, e: &Expr) -> Truth {
        match e {
            Expr::Nested(e) => self.is_null(e),
            e if self.is_marker(e) => self.value().is_null(),
            e => self.eval(e).is(Truth::NULL),
        }
    }

    fn same(&self, e: &Expr, a: &Expr, b: &Expr) -> Truth {
        match self.sides(a, b) {
            Some((other, _)) => self.value().same_as(Literal::of(other).as_ref()),
            None => self.other(e),
        }
    }

    /// The side that the marker is compared with, and whether the marker is on the right.
    fn sides<'e>(&self, left: &'e Expr, right: &'e Expr) -> Option<(&'e Expr, bool)> {
        if self.is_marker(left) {
            Some((right, false))
        } else if self.is_marker(right) {
            Some((left, true))
        } else {
            None
        }
    }

    fn compare(&self, e: &Expr, left: &Expr, op: &BinaryOperator, right: &Expr) -> Truth {
        use BinaryOperator as Op;
        let Some((other, flipped)) = self.sides(left, right) else {
            return match (op, Literal::of(left), Literal::of(right)) {
                (_, Some(Literal::Null), _) | (_, _, Some(Literal::Null)) => self.other(e),
                (Op::Eq, Some(a), Some(b)) => Truth::of(a == b),
                (Op::NotEq, Some(a), Some(b)) => Truth::of(a != b),
                (Op::Xor, ..) => {
                    let (a, b) = (self.eval(left), self.eval(right));
                    a.and(!b).or(b.and(!a))
                }
                // `(deleted_at IS NULL) = TRUE`
                (Op::Eq, _, Some(Literal::Bool(true))) => self.eval(left),
                (Op::Eq, _, Some(Literal::Bool(false))) => !self.eval(left),
                _ => self.other(e),
            };
        };
        if let Some(truth) = self.own_predicate(e) {
            return truth;
        }
        let literal = Literal::of(other);
        let literal = literal.as_ref();
        let value = self.value();
        let holds: fn(Ordering) -> bool = match (op, flipped) {
            (Op::Eq, _) => return value.equals(literal),
            (Op::NotEq, _) => return !value.equals(literal),
            (Op::Spaceship | Op::Is, _) => return value.same_as(literal),
            (Op::IsNot, _) => return !value.same_as(literal),
            (Op::Lt, false) | (Op::Gt, true) => Ordering::is_lt,
            (Op::LtEq, false) | (Op::GtEq, true) => Ordering::is_le,
            (Op::Gt, false) | (Op::Lt, true) => Ordering::is_gt,
            (Op::GtEq, false) | (Op::LtEq, true) => Ordering::is_ge,
            _ => return value.equals(None),
        };
        value.ordered(literal, holds)
    }

    fn is_in(&self, e: &Expr, expr: &Expr, target: &InTarget) -> Truth {
        match target {
            InTarget::List(list) if self.is_marker(expr) => list
                .iter()
                .map(|one| self.value().equals(Literal::of(one).as_ref()))
                .fold(Truth::FALSE, Truth::or),
            InTarget::Subquery(query) if !self.mentions_marker(expr) => {
                match self.has_rows(query) {
                    Truth::FALSE => Truth::FALSE,
                    _ => Truth::UNKNOWN,
                }
            }
            _ => self.other(e),
        }
    }

    fn case(&self, conditions: &[CaseWhen], otherwise: Option<&Expr>) -> Truth {
        let mut result = Truth::NONE;
        for CaseWhen {
            condition,
            result: then,
        } in conditions
        {
            let condition = self.eval(condition);
            if condition.can_pass() {
                let meant = !condition.passes_unasked();
                result = result.union(if meant { Truth::MEANT } else { self.eval(then) });
            }
            if condition == Truth::TRUE {
                return result;
            }
        }
        result.union(otherwise.map_or(Truth::NULL, |e| self.eval(e)))
    }

    /// Whether a sub-select can find a row beside this one: `EXISTS`.
    fn has_rows(&self, query: &Query) -> Truth {
        self.set_has_rows(&query.body)
    }

    fn set_has_rows(&self, set: &SetExpr) -> Truth {
        match set {
            SetExpr::Select(select) => self.select_has_rows(select),
            SetExpr::Query(query) => self.has_rows(query),
            SetExpr::SetOperation {
                left, op, right, ..
            } => match op {
                SetOperator::Union => self.set_has_rows(left).union(self.set_has_rows(right)),
                _ => self.set_has_rows(left),
            },
            _ => Truth::TRUE_OR_FALSE,
        }
    }

    fn select_has_rows(&self, select: &Select) -> Truth {
        let mut shadowed = false;
        let mut conditions: Vec<_> = select.selection.iter().collect();
        for from in &select.from {
            shadowed |= self.source.is_shadowed_by(&from.relation);
            for join in &from.joins {
                shadowed |= self.source.is_shadowed_by(&join.relation);
                if let JoinOperator::Join(JoinConstraint::On(e))
                | JoinOperator::Inner(JoinConstraint::On(e)) = &join.join_operator
                {
                    conditions.push(e);
                }
            }
        }
        if aggregate::is_one_row(select) {
            return Truth::TRUE;
        }
        if shadowed {
            return Truth::TRUE_OR_FALSE;
        }
        let inner = Self {
            inner: true,
            ..*self
        };
        let all = conditions.into_iter().map(|e| inner.eval(e));
        let all = all.fold(Truth::TRUE, Truth::and);
        match (all.passes_unasked(), all.can_pass()) {
            (true, _) => Truth::TRUE_OR_FALSE,
            (false, true) => Truth::MEANT,
            (false, false) => Truth::FALSE,
        }
    }
}

fn is_one_equals_one(e: &Expr) -> bool {
    let one = Some(Literal::Number("1".to_owned()));
    match e {
        Expr::Nested(e) => is_one_equals_one(e),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Eq,
            right,
        } => Literal::of(left) == one && Literal::of(right) == one,
        _ => false,
    }
}
