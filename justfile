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

# what trees and retention cost beside SQL by hand; with `--features postgres` and
# SOFT_DELETE_POSTGRES_URL on PostgreSQL too; SOFT_DELETE_BENCH_SCALE=0.1 for a quick look
bench *arguments:
    cargo bench -p soft-delete-benches {{ arguments }}
