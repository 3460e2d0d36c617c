//! The codec of a backend, known by its type.

use std::any::Any;

use super::codec::{Codec, TypedValues, push_typed, read_typed};
use super::value::unexpected;

impl<DB: TypedValues> Codec<DB> {
    pub(crate) fn of() -> Self {
        // the codec of a known backend is one of `DB` where `DB` is that backend
        #[cfg(feature = "sqlite")]
        if let Some(codec) = (&super::sqlite::CODEC as &dyn Any).downcast_ref::<Self>() {
            return *codec;
        }
        #[cfg(feature = "postgres")]
        if let Some(codec) = (&super::postgres::CODEC as &dyn Any).downcast_ref::<Self>() {
            return *codec;
        }
        #[cfg(feature = "mysql")]
        if let Some(codec) = (&super::mysql::CODEC as &dyn Any).downcast_ref::<Self>() {
            return *codec;
        }
        let _: Option<&dyn Any> = None;
        Self {
            engine: None,
            read: read_typed::<DB>,
            push: push_typed::<DB>,
            push_array: |_, _| Err(unexpected("an array")),
        }
    }
}
