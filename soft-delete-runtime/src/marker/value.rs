//! The Rust types of a model's marker field.

/// A field type that tells whether its row is deleted: what
/// [`is_deleted`](crate::SoftDeletable::is_deleted) and [`RowState`](crate::RowState) read.
///
/// Implement it for the field type of a marker of your own ([`MarkerType`](crate::MarkerType) has an example).
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot be read as a soft-delete marker",
    label = "the marker's field has this type",
    note = "supported types: `bool`, `i64`, `Option<i64>`, `Option<SystemTime>`, and with the feature `chrono` or `time` of `soft-delete-runtime` the date and time types of that crate in an `Option`",
    note = "for a type of your own, implement `soft_delete_runtime::types::MarkerValue`"
)]
pub trait MarkerValue {
    /// Whether a row with this value is deleted.
    fn is_deleted(&self) -> bool;
}

/// A [`MarkerValue`] that keeps the moment of the deletion.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` does not keep the moment of the deletion",
    label = "the marker's field has this type",
    note = "supported types: `i64`, `Option<i64>` and the date and time types of `chrono` and `time` in an `Option`"
)]
pub trait MomentValue: MarkerValue {
    /// The moment as the field has it.
    type Moment;

    /// The moment of the deletion; `None` for an active row.
    fn deleted_at(&self) -> Option<Self::Moment>;
}

impl MarkerValue for bool {
    fn is_deleted(&self) -> bool {
        *self
    }
}

impl MarkerValue for i64 {
    fn is_deleted(&self) -> bool {
        *self != 0
    }
}

impl MomentValue for i64 {
    type Moment = i64;

    fn deleted_at(&self) -> Option<i64> {
        (*self != 0).then_some(*self)
    }
}

macro_rules! optional_value {
    ($value:ty $(, $parameter:ident: $bound:path)?) => {
        impl $(<$parameter: $bound>)? MarkerValue for Option<$value> {
            fn is_deleted(&self) -> bool {
                self.is_some()
            }
        }

        impl $(<$parameter: $bound>)? MomentValue for Option<$value> {
            type Moment = $value;

            fn deleted_at(&self) -> Option<$value> {
                self.clone()
            }
        }
    };
}

optional_value!(i64);
optional_value!(std::time::SystemTime);
#[cfg(feature = "chrono")]
optional_value!(chrono::NaiveDateTime);
#[cfg(feature = "chrono")]
optional_value!(chrono::DateTime<Tz>, Tz: chrono::TimeZone);
#[cfg(feature = "time")]
optional_value!(time::PrimitiveDateTime);
#[cfg(feature = "time")]
optional_value!(time::OffsetDateTime);
