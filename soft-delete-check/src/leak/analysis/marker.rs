//! What the marker of an active and of a deleted row can be.

use sqlparser::ast::{BinaryOperator, Expr, InTarget, UnaryOperator, Value};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

use super::truth::Truth;

/// A soft-delete table whose reads are looked at.
#[derive(Debug, Clone)]
pub(crate) struct Watched {
    pub(crate) schema: Option<String>,
    pub(crate) table: String,
    pub(crate) marker: String,
    active: MarkerValue,
    deleted: MarkerValue,
    /// The predicate of active rows, with [`PLACE`] for the marker.
    active_text: String,
    deleted_text: String,
}

const PLACE: &str = "the_marker";

/// Which rows are asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Active,
    Deleted,
    /// There is none: the other side of a left join found no row.
    Absent,
}

/// What is known of the marker's value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum MarkerValue {
    Null,
    OneOf(Vec<Literal>),
    /// Not null, and none of these.
    NoneOf(Vec<Literal>),
    Unknown,
}

impl Watched {
    pub(crate) fn new(
        schema: Option<String>,
        table: String,
        marker: String,
        active: (&str, &str),
        deleted: (&str, &str),
    ) -> Self {
        let parse = |(before, after)| {
            let sql = format!("{before}{PLACE}{after}");
            let parser = Parser::new(&GenericDialect {}).try_with_sql(&sql);
            parser.and_then(|mut parser| parser.parse_expr()).ok()
        };
        let (active, deleted) = (parse(active), parse(deleted));
        let value =
            |predicate: &Option<Expr>| predicate.as_ref().map_or(MarkerValue::Unknown, value_under);
        let text = |predicate: &Option<Expr>| predicate.as_ref().map(bare).unwrap_or_default();
        Self {
            schema,
            table,
            marker,
            active: value(&active),
            deleted: value(&deleted),
            active_text: text(&active),
            deleted_text: text(&deleted),
        }
    }

    /// The predicate of active rows, `(users.deleted_at IS NULL)`.
    pub(crate) fn active_sql(&self) -> String {
        let marker = format!("{}.{}", self.table, self.marker);
        self.active_text.replace(PLACE, &marker)
    }

    pub(super) fn value(&self, state: State) -> &MarkerValue {
        match state {
            State::Active => &self.active,
            State::Deleted => &self.deleted,
            State::Absent => &MarkerValue::Null,
        }
    }

    /// The table's own predicate, word by word: for markers whose values tell nothing.
    pub(super) fn own_predicate(&self, e: &Expr, marker: &Expr, state: State) -> Option<Truth> {
        if self.active != MarkerValue::Unknown && self.deleted != MarkerValue::Unknown {
            return None;
        }
        let written = bare(e).replace(&marker.to_string(), PLACE);
        let is = |text: &str, of: State| match state {
            State::Absent => None,
            _ => (written == text).then_some(Truth::of(state == of)),
        };
        is(&self.active_text, State::Active).or_else(|| is(&self.deleted_text, State::Deleted))
    }

    /// Whether this is what an active row has.
    pub(super) fn is_active_mark(&self, e: &Expr) -> bool {
        match (&self.active, Literal::of(e)) {
            (MarkerValue::Null, Some(literal)) => literal == Literal::Null,
            (MarkerValue::OneOf(list), Some(literal)) => list.iter().all(|one| *one == literal),
            _ => false,
        }
    }
}

fn bare(e: &Expr) -> String {
    match e {
        Expr::Nested(e) => bare(e),
        e => e.to_string(),
    }
}

/// The marker's value where the predicate holds.
fn value_under(predicate: &Expr) -> MarkerValue {
    let is_place = |e: &Expr| bare(e) == PLACE;
    match predicate {
        Expr::Nested(e) => value_under(e),
        Expr::IsNull(e) if is_place(e) => MarkerValue::Null,
        Expr::IsNotNull(e) if is_place(e) => MarkerValue::NoneOf(Vec::new()),
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr,
        } if is_place(expr) => MarkerValue::OneOf(vec![Literal::Bool(false)]),
        e if is_place(e) => MarkerValue::OneOf(vec![Literal::Bool(true)]),
        Expr::BinaryOp { left, op, right } if is_place(left) => match (op, Literal::of(right)) {
            (BinaryOperator::Eq, Some(literal)) => MarkerValue::OneOf(vec![literal]),
            (BinaryOperator::NotEq, Some(literal)) => MarkerValue::NoneOf(vec![literal]),
            _ => MarkerValue::Unknown,
        },
        Expr::In {
            expr,
            target: InTarget::List(list),
            negated,
            ..
        } if is_place(expr) => match list.iter().map(Literal::of).collect() {
            Some(list) if *negated => MarkerValue::NoneOf(list),
            Some(list) => MarkerValue::OneOf(list),
            None => MarkerValue::Unknown,
        },
        _ => MarkerValue::Unknown,
    }
}

/// A value that stands in the statement.
#[derive(Debug, Clone)]
pub(super) enum Literal {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
}

impl Literal {
    pub(super) fn of(e: &Expr) -> Option<Self> {
        match e {
            Expr::Nested(e) | Expr::Cast { expr: e, .. } => Self::of(e),
            Expr::UnaryOp {
                op: UnaryOperator::Minus,
                expr,
            } => match Self::of(expr)? {
                Self::Number(number) => Some(Self::Number(format!("-{number}"))),
                _ => None,
            },
            Expr::Value(value) => match &value.value {
                Value::Null => Some(Self::Null),
                Value::Boolean(value) => Some(Self::Bool(*value)),
                Value::Number(number, _) => Some(Self::Number(number.clone())),
                Value::SingleQuotedString(text) | Value::DoubleQuotedString(text) => {
                    Some(Self::Text(text.clone()))
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Null => None,
            Self::Bool(value) => Some(*value),
            Self::Number(number) => number.parse::<f64>().ok().map(|number| number != 0.0),
            Self::Text(text) => match text.to_ascii_lowercase().as_str() {
                "t" | "true" | "1" => Some(true),
                "f" | "false" | "0" => Some(false),
                _ => None,
            },
        }
    }

    /// What it is as a condition.
    pub(super) fn truth(&self) -> Truth {
        match self {
            Self::Null => Truth::NULL,
            literal => literal.as_bool().map_or(Truth::UNKNOWN, Truth::of),
        }
    }
}

impl PartialEq for Literal {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => a == b || (number(a) == number(b)),
            (Self::Bool(bool), other) | (other, Self::Bool(bool)) => other.as_bool() == Some(*bool),
            _ => false,
        }
    }
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok()
}

impl MarkerValue {
    /// `marker IS NULL`
    pub(super) fn is_null(&self) -> Truth {
        match self {
            Self::Null => Truth::TRUE,
            Self::OneOf(_) | Self::NoneOf(_) => Truth::FALSE,
            Self::Unknown => Truth::MEANT,
        }
    }

    /// The marker by itself, as a condition.
    pub(super) fn truth(&self) -> Truth {
        match self {
            Self::Null => Truth::NULL,
            Self::OneOf(list) => union(list.iter().map(Literal::truth)),
            Self::NoneOf(list) if list.iter().any(|one| one.as_bool() == Some(false)) => {
                Truth::TRUE
            }
            _ => Truth::MEANT,
        }
    }

    /// `marker = other`; nothing is known of the other value where it is `None`.
    pub(super) fn equals(&self, other: Option<&Literal>) -> Truth {
        match (self, other) {
            (Self::Null, _) | (_, Some(Literal::Null)) => Truth::NULL,
            (Self::OneOf(list), Some(other)) => {
                union(list.iter().map(|one| Truth::of(one == other)))
            }
            (Self::NoneOf(list), Some(other)) if list.contains(other) => Truth::FALSE,
            _ => Truth::MEANT,
        }
    }

    /// `marker IS NOT DISTINCT FROM other`
    pub(super) fn same_as(&self, other: Option<&Literal>) -> Truth {
        match (self, other) {
            (_, Some(Literal::Null)) => self.is_null(),
            (Self::Null, Some(_)) => Truth::FALSE,
            (Self::Null, None) => Truth::MEANT,
            (value, other) => value.equals(other),
        }
    }

    /// `marker < other` and its kin: `holds` says of which order.
    pub(super) fn ordered(
        &self,
        other: Option<&Literal>,
        holds: fn(std::cmp::Ordering) -> bool,
    ) -> Truth {
        match (self, other) {
            (Self::Null, _) | (_, Some(Literal::Null)) => Truth::NULL,
            (Self::OneOf(list), Some(Literal::Number(other))) => union(list.iter().map(|one| {
                let order = match one {
                    Literal::Number(one) => {
                        number(one).and_then(|one| one.partial_cmp(&number(other)?))
                    }
                    _ => None,
                };
                order.map_or(Truth::MEANT, |order| Truth::of(holds(order)))
            })),
            _ => Truth::MEANT,
        }
    }
}

fn union(values: impl Iterator<Item = Truth>) -> Truth {
    values.fold(Truth::NONE, Truth::union)
}
