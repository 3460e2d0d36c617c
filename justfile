# What people do here. Each recipe is a plain command that works without just.

_list:
    @{{ just_executable() }} --list --unsorted

# everything, on SQLite
test:
    cargo test

# what CI runs: also the lints, the docs, and the suites on PostgreSQL, MariaDB and MySQL
ci:
    .ci/run

# accept the changed expansions, compile-fail output and SQL of operations; then read the diff
bless:
    TRYBUILD=overwrite UPDATE_EXPECT=1 cargo test -p soft-delete-derive-tests --no-fail-fast
    UPDATE_EXPECT=1 cargo test -p soft-delete-golden-tests

# the docs as docs.rs shows them
docs:
    cargo doc --no-deps -p soft-delete-runtime -p soft-delete-derive --all-features

# what everything costs, as ratios: writes BENCHMARKS.md and its plots. It takes libpq, libmariadb and
# valgrind, SOFT_DELETE_POSTGRES_URL, SOFT_DELETE_MARIADB_URL and SOFT_DELETE_MYSQL_URL for the servers,
# and about three hours; SOFT_DELETE_BENCH_SCALE=0.01 for a look
bench *arguments:
    cargo bench -p soft-delete-benches --features async,mysql {{ arguments }}

# what CI runs of it: instructions and plans, which are the same on a busy machine
bench-quick:
    SOFT_DELETE_BENCH_SCALE=0.01 cargo bench -p soft-delete-benches --bench instructions --bench indexes

# the long runs of the trust suite, an hour or more; RELIABILITY.md has their figures
soak:
    SOFT_DELETE_SOAK=1 cargo test -p soft-delete-trust-tests -- --nocapture
    SOFT_DELETE_SOAK=1 cargo test -p soft-delete-trust-tests --no-default-features --features postgres -- --nocapture
    SOFT_DELETE_SOAK=1 cargo test -p soft-delete-trust-tests --no-default-features --features mysql -- --nocapture
    PROPTEST_CASES=334000 cargo test --release -p soft-delete-derive-tests --test expand never_panics

# the behaviour and trust suites on a Galera cluster, which it starts and stops; takes root on Debian
galera:
    tests/engines/galera start
    trap 'tests/engines/galera stop' EXIT && \
        SOFT_DELETE_MYSQL_URL=mysql://root@127.0.0.1:33071/test \
        cargo test -p soft-delete-tests --no-default-features --features mysql && \
        cargo test -p soft-delete-trust-tests --no-default-features --features mysql galera -- --ignored --test-threads 1 --nocapture

# the trust suite on PostgreSQL behind pgbouncer, and with partitions in another server
sharded:
    tests/engines/postgres start
    trap 'tests/engines/postgres stop' EXIT && \
        cargo test -p soft-delete-trust-tests --no-default-features --features postgres sharded -- --ignored --test-threads 1 --nocapture

# the behaviour and trust suites on every engine that Debian has; the head of the script says what it takes
engines: && galera sharded
    tests/engines/run
