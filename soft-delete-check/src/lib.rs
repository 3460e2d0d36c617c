//! What tests use beside [`soft-delete-runtime`](https://docs.rs/soft-delete-runtime).

mod leak;

pub use self::leak::{Allow, And, CallSite, Kind, Leak, LeakGuard, Watching};
