//! The moment of an operation, and the units it is written in.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// A point in time in UTC, cut to microseconds: the precision that every backend stores.
///
/// It is made from the date and time types of `chrono` and `time` (features of the same names);
/// a value without an offset is taken as UTC.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use soft_delete_runtime::Moment;
///
/// let precise: DateTime<Utc> = "2026-01-31T12:00:00.123456789Z".parse()?;
/// let cut: DateTime<Utc> = "2026-01-31T12:00:00.123456Z".parse()?;
/// assert_eq!(Moment::from(precise), Moment::from(cut));
/// assert_eq!(Moment::from(cut).to_string(), "2026-01-31T12:00:00.123456Z");
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    micros: i64,
}

const FIRST_PORTABLE: i64 = -62_135_596_800_000_000;
const LAST_PORTABLE: i64 = 253_402_300_799_999_999;

impl Moment {
    /// The moment of the call, by the clock of this machine.
    pub fn now() -> Self {
        let micros = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => i128::try_from(after.as_micros()).unwrap_or(i128::MAX),
            Err(before) => -i128::try_from(before.duration().as_micros()).unwrap_or(i128::MAX),
        };
        Self::from_wide(micros)
    }

    /// Microseconds since 1970-01-01 00:00 UTC; negative before it.
    pub fn unix_micros(self) -> i64 {
        self.micros
    }

    /// The start of the unit that the moment lies in.
    pub(crate) fn cut_to(self, unit: Unit) -> Self {
        let size = unit.micros();
        Self {
            micros: self.micros.div_euclid(size) * size,
        }
    }

    /// The count of `unit` since 1970; `None` where that does not fit into a `BigInt`.
    pub(crate) fn epoch(self, unit: Unit) -> Option<i64> {
        match unit {
            Unit::Nanos => self.micros.checked_mul(1_000),
            other => Some(self.micros.div_euclid(other.micros())),
        }
    }

    /// Whether it is in the years 1 to 9999: not every backend has others, or puts them in order.
    pub(crate) fn is_portable(self) -> bool {
        (FIRST_PORTABLE..=LAST_PORTABLE).contains(&self.micros)
    }

    fn from_wide(micros: i128) -> Self {
        let micros = micros.clamp(i64::MIN.into(), i64::MAX.into());
        Self {
            micros: i64::try_from(micros).unwrap_or(i64::MAX),
        }
    }
}

/// For how long rows have been deleted.
///
/// It is made from [`std::time::Duration`], `chrono::TimeDelta` and `time::Duration`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Age {
    micros: i64,
}

impl Age {
    pub(crate) fn is_negative(self) -> bool {
        self.micros < 0
    }

    /// The moment that much before; beyond what a moment can be, the first one.
    pub(crate) fn before(self, moment: Moment) -> Moment {
        Moment {
            micros: moment.micros.saturating_sub(self.micros),
        }
    }
}

impl From<std::time::Duration> for Age {
    fn from(age: std::time::Duration) -> Self {
        Self {
            micros: i64::try_from(age.as_micros()).unwrap_or(i64::MAX),
        }
    }
}

#[cfg(feature = "chrono")]
impl From<chrono::TimeDelta> for Age {
    fn from(age: chrono::TimeDelta) -> Self {
        let beyond = if age < chrono::TimeDelta::zero() {
            i64::MIN
        } else {
            i64::MAX
        };
        Self {
            micros: match age.num_microseconds() {
                Some(0) if age < chrono::TimeDelta::zero() => -1,
                micros => micros.unwrap_or(beyond),
            },
        }
    }
}

#[cfg(feature = "time")]
impl From<time::Duration> for Age {
    fn from(age: time::Duration) -> Self {
        let beyond = if age.is_negative() {
            i64::MIN
        } else {
            i64::MAX
        };
        Self {
            micros: match i64::try_from(age.whole_microseconds()) {
                Ok(0) if age.is_negative() => -1,
                micros => micros.unwrap_or(beyond),
            },
        }
    }
}

/// As RFC 3339 writes it: `2026-01-31T12:00:00.123456Z`, without the fraction where it is 0.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.micros.div_euclid(1_000_000);
        let (year, month, day) = date_of(seconds.div_euclid(86_400));
        let time = seconds.rem_euclid(86_400);
        let (hour, minute, second) = (time / 3_600, time / 60 % 60, time % 60);
        // with a sign where four digits do not do, as ISO 8601 has it
        let year = match year {
            0..=9_999 => format!("{year:04}"),
            _ => format!("{year:+05}"),
        };
        let fraction = match self.micros.rem_euclid(1_000_000) {
            0 => String::new(),
            micros => format!(".{micros:06}"),
        };
        f.pad(&format!(
            "{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z"
        ))
    }
}

/// The date that many days after 1970-01-01, in the Gregorian calendar.
///
/// It is here for builds with neither chrono nor time. Years begin in March, so that the leap day
/// is the last day of one, and days are counted from the start of a cycle of 400 years.
fn date_of(days: i64) -> (i64, i64, i64) {
    const CYCLE: i64 = 146_097;
    const FROM_0000_MARCH: i64 = 719_468;

    let days = days + FROM_0000_MARCH;
    let (cycle, day) = (days.div_euclid(CYCLE), days.rem_euclid(CYCLE));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153; // 0 is March
    let day = day - (153 * month + 2) / 5 + 1;
    let (next_year, month) = if month < 10 {
        (0, month + 3)
    } else {
        (1, month - 9)
    };
    (cycle * 400 + year + next_year, month, day)
}

/// The unit of a marker of SQL type `BigInt`: `#[soft_delete(unit = millis)]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Unit {
    /// Seconds since 1970-01-01 00:00 UTC, the default.
    #[default]
    Seconds,
    /// Milliseconds.
    Millis,
    /// Microseconds.
    Micros,
    /// Nanoseconds; they fit for moments from the year 1677 to 2262.
    Nanos,
}

impl Unit {
    /// How many microseconds it takes; a finer unit counts as one.
    const fn micros(self) -> i64 {
        match self {
            Unit::Seconds => 1_000_000,
            Unit::Millis => 1_000,
            Unit::Micros | Unit::Nanos => 1,
        }
    }
}

#[cfg(feature = "chrono")]
mod chrono_moments {
    use super::Moment;
    use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};

    impl<Tz: TimeZone> From<DateTime<Tz>> for Moment {
        fn from(moment: DateTime<Tz>) -> Self {
            Self {
                micros: moment.timestamp_micros(),
            }
        }
    }

    impl From<NaiveDateTime> for Moment {
        fn from(moment: NaiveDateTime) -> Self {
            moment.and_utc().into()
        }
    }

    impl From<Moment> for DateTime<Utc> {
        /// A moment outside of chrono's calendar becomes its first or its last one.
        fn from(moment: Moment) -> Self {
            DateTime::from_timestamp_micros(moment.micros).unwrap_or(if moment.micros < 0 {
                DateTime::<Utc>::MIN_UTC
            } else {
                DateTime::<Utc>::MAX_UTC
            })
        }
    }

    impl From<Moment> for NaiveDateTime {
        fn from(moment: Moment) -> Self {
            DateTime::<Utc>::from(moment).naive_utc()
        }
    }
}

#[cfg(feature = "time")]
mod time_moments {
    use super::Moment;
    use time::{OffsetDateTime, PrimitiveDateTime};

    impl From<OffsetDateTime> for Moment {
        fn from(moment: OffsetDateTime) -> Self {
            Self::from_wide(moment.unix_timestamp_nanos().div_euclid(1_000))
        }
    }

    impl From<PrimitiveDateTime> for Moment {
        fn from(moment: PrimitiveDateTime) -> Self {
            moment.assume_utc().into()
        }
    }

    impl From<Moment> for OffsetDateTime {
        /// A moment outside of time's calendar becomes its first or its last one.
        fn from(moment: Moment) -> Self {
            let nanos = i128::from(moment.micros) * 1_000;
            OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(if nanos < 0 {
                PrimitiveDateTime::MIN.assume_utc()
            } else {
                PrimitiveDateTime::MAX.assume_utc()
            })
        }
    }

    impl From<Moment> for PrimitiveDateTime {
        fn from(moment: Moment) -> Self {
            let moment = OffsetDateTime::from(moment);
            PrimitiveDateTime::new(moment.date(), moment.time())
        }
    }
}
