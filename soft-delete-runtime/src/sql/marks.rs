//! The values that an operation writes.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::AstPass;
#[cfg(any(feature = "chrono", feature = "time"))]
use diesel::{serialize::ToSql, sql_types::HasSqlType};

use crate::marker::Epoch;
use crate::moment::{Moment, Unit};
use crate::operation_id::OperationId;

/// The values that an operation writes.
#[derive(Debug, Clone)]
pub(crate) struct Marks {
    pub(crate) moment: Moment,
    pub(crate) operation: Option<OperationId>,
    #[cfg(any(feature = "chrono", feature = "time"))]
    calendar: crate::marker::WithoutOffset,
    /// The same as text, which MySQL takes for a `datetime`; bound as a `timestamp`, a moment
    /// after 2038 would become NULL.
    pub(super) text: String,
    epochs: [Epoch; 4],
}

impl Marks {
    pub(crate) fn new(moment: Moment, operation: Option<OperationId>) -> Self {
        #[cfg(any(feature = "chrono", feature = "time"))]
        let calendar = crate::marker::WithoutOffset::from(moment);
        Self {
            moment,
            operation,
            #[cfg(any(feature = "chrono", feature = "time"))]
            calendar,
            #[cfg(any(feature = "chrono", feature = "time"))]
            text: calendar.to_string(),
            #[cfg(not(any(feature = "chrono", feature = "time")))]
            text: String::new(), // no column has such a type then
            epochs: [Unit::Seconds, Unit::Millis, Unit::Micros, Unit::Nanos]
                .map(|unit| Epoch::new(moment, unit)),
        }
    }

    pub(super) fn epoch(&self, unit: Unit) -> &Epoch {
        &self.epochs[unit as usize]
    }
}

/// Binds the moment as a date and time, where a library for those is on.
pub trait PushMoment<DB: Backend> {
    #[doc(hidden)]
    fn push_moment<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()>;
}

#[cfg(any(feature = "chrono", feature = "time"))]
impl<DB> PushMoment<DB> for Marks
where
    DB: Backend + HasSqlType<diesel::sql_types::Timestamp>,
    crate::marker::WithoutOffset: ToSql<diesel::sql_types::Timestamp, DB>,
{
    fn push_moment<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_bind_param::<diesel::sql_types::Timestamp, _>(&self.calendar)
    }
}

#[cfg(not(any(feature = "chrono", feature = "time")))]
impl<DB: Backend> PushMoment<DB> for Marks {
    fn push_moment<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(()) // no column has such a type then
    }
}
