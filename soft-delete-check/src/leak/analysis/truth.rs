//! Three-valued logic over sets: all that a condition can be.

/// The values that a condition can have, as a set.
///
/// Beside SQL's three there is [`MEANT`](Self::MEANT): the marker compared with a value that is not
/// known here. Its author thought of the marker, so it counts as `NULL` where a forgotten predicate
/// is looked for, and as anything where rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Truth(u8);

impl Truth {
    // in the order of SQL's logic: AND is the smaller one, OR the greater one
    pub(super) const FALSE: Self = Self(1);
    pub(super) const NULL: Self = Self(2);
    pub(super) const MEANT: Self = Self(4);
    pub(super) const TRUE: Self = Self(8);
    pub(super) const NONE: Self = Self(0);
    pub(super) const TRUE_OR_FALSE: Self = Self(8 | 1);
    /// A condition on other columns.
    pub(super) const UNKNOWN: Self = Self(8 | 2 | 1);

    pub(super) fn of(value: bool) -> Self {
        if value { Self::TRUE } else { Self::FALSE }
    }

    /// Whether a row can pass without a word about the marker that could have stopped it.
    pub(super) fn passes_unasked(self) -> bool {
        self.0 & Self::TRUE.0 != 0
    }

    /// Whether a row can pass.
    pub(super) fn can_pass(self) -> bool {
        self.0 & (Self::TRUE.0 | Self::MEANT.0) != 0
    }

    pub(super) fn and(self, other: Self) -> Self {
        self.pairs(other, u8::min)
    }

    pub(super) fn or(self, other: Self) -> Self {
        self.pairs(other, u8::max)
    }

    /// Either set of values.
    pub(super) fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn pairs(self, other: Self, combine: fn(u8, u8) -> u8) -> Self {
        let mut all = Self::NONE;
        for a in self.values() {
            for b in other.values() {
                all = all.union(Self(combine(a.0, b.0)));
            }
        }
        all
    }

    fn values(self) -> impl Iterator<Item = Self> {
        [Self::FALSE, Self::NULL, Self::MEANT, Self::TRUE]
            .into_iter()
            .filter(move |value| self.0 & value.0 != 0)
    }

    fn map(self, change: impl Fn(Self) -> Self) -> Self {
        self.values()
            .fold(Self::NONE, |all, value| all.union(change(value)))
    }

    /// `x IS value`, which is never NULL. `value` is one of SQL's three.
    pub(super) fn is(self, value: Self) -> Self {
        self.map(|each| match each {
            Self::MEANT => Self::MEANT,
            each => Self::of(each == value),
        })
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        self.map(|value| match value {
            Self::TRUE => Self::FALSE,
            Self::FALSE => Self::TRUE,
            other => other,
        })
    }
}
