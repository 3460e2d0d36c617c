//! What tests use beside [`soft-delete-runtime`](https://docs.rs/soft-delete-runtime).

pub mod doctor;

#[doc(inline)]
pub use self::doctor::doctor;
