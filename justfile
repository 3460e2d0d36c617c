# What people do here. Each recipe is a plain command that works without just.

_list:
    @{{ just_executable() }} --list --unsorted

# everything, on SQLite
test:
    cargo test

# what CI runs: also the lints, the docs, and the behaviour suite on PostgreSQL and MariaDB
ci:
    .ci/run

# accept the changed expansion snapshots and compile-fail output; then read the diff
bless:
    TRYBUILD=overwrite UPDATE_EXPECT=1 cargo test -p soft-delete-derive-tests

# the docs as docs.rs shows them
docs:
    cargo doc --no-deps -p soft-delete-runtime -p soft-delete-derive --all-features

# what everything costs, as ratios: writes BENCHMARKS.md and its plots. It takes libpq, valgrind,
# SOFT_DELETE_POSTGRES_URL for PostgreSQL, and an hour or two; SOFT_DELETE_BENCH_SCALE=0.01 for a look
bench *arguments:
    cargo bench -p soft-delete-benches --features async {{ arguments }}

# what CI runs of it: instructions and plans, which are the same on a busy machine
bench-quick:
    SOFT_DELETE_BENCH_SCALE=0.01 cargo bench -p soft-delete-benches --bench instructions --bench indexes
