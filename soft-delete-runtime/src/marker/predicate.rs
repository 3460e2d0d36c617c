//! Predicates as text.

/// A predicate on one column: the SQL before the column and the SQL after it.
///
/// It is text, so it cannot carry a bind parameter: a prepared statement can use a partial index
/// whose condition is the same text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Predicate {
    pub(crate) before: &'static str,
    pub(crate) after: &'static str,
}

impl Predicate {
    /// `Predicate::new("(", " <> 'deleted')")` is `("posts"."status" <> 'deleted')`.
    ///
    /// The parentheses keep it right inside of any expression.
    pub const fn new(before: &'static str, after: &'static str) -> Self {
        Self { before, after }
    }
}
