//! What the benches measure: each operation beside what one would write by hand.
//!
//! `just bench` runs them all at full size, and writes `BENCHMARKS.md`. Each is a program of its
//! own: `cargo bench -p soft-delete-benches --bench instructions`. With `--features postgres,mysql`
//! and `SOFT_DELETE_POSTGRES_URL`, `SOFT_DELETE_MARIADB_URL` and `SOFT_DELETE_MYSQL_URL` they run on
//! those too. `SOFT_DELETE_BENCH_SCALE` multiplies the
//! sizes, and what is not of full size is printed and not written.

pub mod callgrind;
#[cfg(all(feature = "postgres", feature = "mysql"))]
pub mod forum;
pub mod ladder;
pub mod memory;
pub mod models;
pub mod page;
pub mod plot;
pub mod queries;
pub mod rows;
pub mod schema;
pub mod shares;
pub mod turns;
pub mod wide;
pub mod work;

/// `SOFT_DELETE_BENCH_SCALE`, or full size.
fn scale() -> f64 {
    let scale = std::env::var("SOFT_DELETE_BENCH_SCALE").ok();
    scale.and_then(|scale| scale.parse().ok()).unwrap_or(1.0)
}

/// A size, times `SOFT_DELETE_BENCH_SCALE`.
pub fn scaled(size: usize) -> usize {
    ((size as f64 * scale()) as usize).max(1)
}

/// Whether the figures are those of the page.
pub fn is_full() -> bool {
    scale() >= 1.0
}
