//! What passes the conditions of a source.

use sqlparser::ast::{BinaryOperator, Expr};

use super::LeakKind;
use super::eval::Row;
use super::marker::State;
use super::source::{Condition, Source};
use super::truth::Truth;
use super::walk::Walk;

impl<'a> Walk<'a> {
    /// Asks of a source what passes its conditions.
    pub(super) fn judge(&mut self, source: &Source<'a>, kind: LeakKind) {
        let pass = |state| Row::new(source, state).all(&source.conditions);
        let (active, deleted) = (pass(State::Active), pass(State::Deleted));
        if self.reports_or_filter(source) {
            return;
        }
        let is_leak = match kind {
            LeakKind::Delete => active.can_pass(),
            _ => deleted.passes_unasked() && active.can_pass() && !says_with_deleted(source),
        };
        if is_leak {
            self.report(kind, source.watched, source.joined);
        } else if is_always_empty(source) {
            self.report(LeakKind::AlwaysEmpty, source.watched, source.joined);
        }
    }

    /// Whether `or_filter` follows `with_deleted()`, which it reports.
    pub(super) fn reports_or_filter(&mut self, source: &Source<'a>) -> bool {
        let row = Row::new(source, State::Deleted);
        let is = source.conditions.iter().any(|condition| match condition {
            Condition::Expr(e) => row.is_beside_with_deleted(e),
            Condition::Rows(_) => false,
        });
        if is {
            self.report(LeakKind::OrFilter, source.watched, source.joined);
        }
        is
    }
}

fn says_with_deleted(source: &Source<'_>) -> bool {
    let row = Row::new(source, State::Deleted);
    source.conditions.iter().any(|condition| match condition {
        Condition::Expr(e) => row.says_with_deleted(e),
        Condition::Rows(_) => false,
    })
}

/// Whether what is said of the marker holds for no row at all.
fn is_always_empty(source: &Source<'_>) -> bool {
    let holds_for = |state, from: usize| {
        let row = Row::new(source, state);
        let mut all = Truth::TRUE;
        for condition in &source.conditions[from..] {
            if let Condition::Expr(e) = condition {
                conjuncts(e, &mut |e| {
                    if row.mentions_marker(e) {
                        all = all.and(row.eval(e));
                    }
                });
            }
        }
        all.can_pass()
    };
    let absent = |from| holds_for(State::Absent, from);
    !holds_for(State::Active, 0)
        && !holds_for(State::Deleted, 0)
        && !source.outer_from.is_some_and(absent)
}

fn conjuncts<'e>(e: &'e Expr, each: &mut impl FnMut(&'e Expr)) {
    match e {
        Expr::Nested(e) => conjuncts(e, each),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => {
            conjuncts(left, each);
            conjuncts(right, each);
        }
        e => each(e),
    }
}
