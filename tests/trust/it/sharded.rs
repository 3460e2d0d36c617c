//! PostgreSQL through pgbouncer, and with partitions in another server, as
//! `tests/engines/postgres start` starts them:
//! `cargo test -p soft-delete-trust-tests --no-default-features --features postgres sharded -- --ignored --test-threads 1`

use diesel::connection::CacheSize;
use diesel::prelude::*;

use crate::backend::{Conn, execute_batch};
use crate::concurrency::crowd_at;
use crate::place::Isolation;
use crate::state_machine::walk_at_random;
use crate::times;
use crate::world::World;
use crate::worlds::{WORLDS, chain, diamond, folders, loops};

fn connect(port: u32, database: &str) -> Conn {
    Conn::establish(&format!("postgres://postgres@127.0.0.1:{port}/{database}")).unwrap()
}

/// A pooler in transaction mode knows no prepared statements of a session.
fn pooled() -> Conn {
    let mut conn = connect(54330, "test");
    conn.set_prepared_statement_cache_size(CacheSize::Disabled);
    conn
}

fn empty_schema(conn: &mut Conn) {
    execute_batch(
        conn,
        "DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public",
    );
}

#[test]
#[ignore = "takes pgbouncer"]
fn random_sequences_through_pgbouncer_follow_the_rules() {
    let mut conn = pooled();
    empty_schema(&mut conn);
    for world in WORLDS {
        world.create(&mut conn);
    }
    walk_at_random(conn, WORLDS, times(50, 1_000));
}

#[test]
#[ignore = "takes pgbouncer"]
fn many_at_once_through_pgbouncer() {
    let mut conn = pooled();
    empty_schema(&mut conn);
    loops::It.create(&mut conn);
    crowd_at(&loops::It, Isolation::ReadCommitted, &pooled);
}

/// The tables of a schema, of which one is partitioned: two partitions are here and two there.
fn create_sharded(near: &mut Conn, world: &dyn World, partitioned: usize) {
    let mut far = connect(54332, "sharded");
    for conn in [&mut *near, &mut far] {
        empty_schema(conn);
    }
    execute_batch(
        near,
        "CREATE EXTENSION postgres_fdw;
         CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw
             OPTIONS (host '127.0.0.1', port '54332', dbname 'sharded');
         CREATE USER MAPPING FOR postgres SERVER far OPTIONS (user 'postgres', password_required 'false')",
    );
    for (number, table) in world.schema().tables.iter().enumerate() {
        let (name, columns) = (table.name, world.sql(number));
        if number != partitioned {
            execute_batch(near, &format!("CREATE TABLE {name} ({columns})"));
            continue;
        }
        execute_batch(
            near,
            &format!("CREATE TABLE {name} ({columns}) PARTITION BY HASH (id)"),
        );
        for part in 0..4 {
            let values = format!("FOR VALUES WITH (MODULUS 4, REMAINDER {part})");
            let part = format!("{name}_{part}");
            if part.ends_with(['0', '1']) {
                execute_batch(
                    near,
                    &format!("CREATE TABLE {part} PARTITION OF {name} {values}"),
                );
            } else {
                execute_batch(&mut far, &format!("CREATE TABLE {part} ({columns})"));
                execute_batch(
                    near,
                    &format!("CREATE FOREIGN TABLE {part} PARTITION OF {name} {values} SERVER far"),
                );
            }
        }
    }
}

#[test]
#[ignore = "takes two servers"]
fn random_sequences_over_partitions_in_another_server_follow_the_rules() {
    // not one that cascades to itself: the two servers do not share what a statement sees
    let worlds: [(&dyn World, usize); 3] = [(&chain::It, 1), (&diamond::It, 3), (&folders::It, 2)];
    for (world, partitioned) in worlds {
        let mut near = connect(54331, "sharded");
        execute_batch(&mut near, "SET client_min_messages = warning");
        create_sharded(&mut near, world, partitioned);
        walk_at_random(near, &[world], times(20, 300));
    }
}
