//! Moments in a `BigInt`.

use diesel::backend::Backend;
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{BigInt, HasSqlType};

use crate::moment::{Moment, Unit};

/// The count of a unit since 1970 that goes into a `BigInt`.
///
/// A moment that has none, or whose count means "active", is an error when the statement runs,
/// before anything is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression)]
#[diesel(sql_type = BigInt)]
pub struct Epoch(Result<i64, &'static str>);

impl Epoch {
    pub(super) const ACTIVE: Self = Self(Ok(0));

    pub(crate) fn new(moment: Moment, unit: Unit) -> Self {
        Self(moment.epoch(unit).ok_or(
            "the moment lies outside the years 1677 to 2262, the only ones that nanoseconds in a BigInt reach",
        ))
    }

    /// The reason why there is no such count.
    pub(super) fn refused(self) -> Result<(), &'static str> {
        self.0.map(|_| ())
    }

    pub(crate) fn not_zero(self) -> Self {
        match self.0 {
            Ok(0) => Self(Err(
                "the moment is written as 0, which means \"active\" to a marker of type BigInt",
            )),
            _ => self,
        }
    }
}

impl<DB> ToSql<BigInt, DB> for Epoch
where
    DB: Backend + HasSqlType<BigInt>,
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        match &self.0 {
            Ok(count) => count.to_sql(out),
            Err(why) => Err((*why).into()),
        }
    }
}
