//! Keys: the values of primary and foreign keys, which an operation carries from a look at rows to
//! their change.

mod codec;
mod keys;
mod known;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;
mod types;
mod value;

pub(crate) use self::codec::Codec;
pub use self::codec::TypedValues;
pub(crate) use self::keys::{Keys, NoCase, Round, places};
pub use self::types::{KeyType, KeyTypes};
pub(crate) use self::value::Rows;
pub use self::value::Value;
