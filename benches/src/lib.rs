//! What the benches measure: each operation beside the SQL that one would write by hand.
//!
//! `cargo bench -p soft-delete-benches` runs them on SQLite; with `--features postgres` and
//! `SOFT_DELETE_POSTGRES_URL` on PostgreSQL too. `SOFT_DELETE_BENCH_SCALE` multiplies the sizes.

pub mod memory;
pub mod pairs;
pub mod schema;
pub mod work;

/// A size, times `SOFT_DELETE_BENCH_SCALE`.
pub fn scaled(size: usize) -> usize {
    let scale = std::env::var("SOFT_DELETE_BENCH_SCALE").ok();
    let scale: f64 = scale.and_then(|scale| scale.parse().ok()).unwrap_or(1.0);
    ((size as f64 * scale) as usize).max(1)
}
