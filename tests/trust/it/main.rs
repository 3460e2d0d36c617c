//! What the library survives, on real databases; `RELIABILITY.md` has the figures.
//!
//! Each module is small where it runs by default and long with `SOFT_DELETE_SOAK=1`, as `just soak`
//! runs it.

#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../../it/backend.rs"]
mod backend;
#[allow(dead_code)]
#[path = "../../it/guarded.rs"]
mod guarded;
#[allow(dead_code)]
#[path = "../../it/prelude.rs"]
mod prelude;

#[macro_use]
mod world;

#[cfg(any(backend = "postgres", backend = "mysql"))]
mod concurrency;
mod crashes;
#[cfg(backend = "mysql")]
mod galera;
mod hostile_names;
mod hostile_values;
mod killed_hooks;
mod kinds;
mod model;
mod place;
#[cfg(backend = "postgres")]
mod sharded;
mod state_machine;
mod steps;
mod worlds;

/// How often something is done: by default, and in the soak. `SOFT_DELETE_SOAK` may also be a
/// factor of the second.
fn times(usual: u32, soak: u32) -> u32 {
    match std::env::var("SOFT_DELETE_SOAK") {
        Ok(factor) => {
            let factor: f64 = factor.parse().unwrap();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let times = (f64::from(soak) * factor) as u32;
            times.max(1)
        }
        Err(_) => usual,
    }
}
