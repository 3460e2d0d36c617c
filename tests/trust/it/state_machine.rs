//! Random sequences on random schemas do what the rules say, step by step.
//!
//! `PROPTEST_CASES` or `SOFT_DELETE_SOAK` say how many there are. Seeds of failures are kept in
//! `regressions/`, and tried first.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use diesel::prelude::*;
use proptest::prelude::*;
use proptest::test_runner::{FileFailurePersistence, TestRunner};

use crate::backend::{self, Conn};
use crate::steps::{Step, run, steps};
use crate::times;
use crate::world::World;
use crate::worlds::WORLDS;

/// What the sequence does is undone, also where it fails.
fn run_undone(world: &dyn World, conn: &mut Conn, steps: &[Step]) {
    let mut outcome = Ok(());
    let undone = conn.transaction(|conn| {
        outcome = catch_unwind(AssertUnwindSafe(|| run(world, conn, steps)));
        Err::<(), _>(diesel::result::Error::RollbackTransaction)
    });
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
    assert_eq!(undone, Err(diesel::result::Error::RollbackTransaction));
}

#[test]
fn random_sequences_on_random_schemas_follow_the_rules() {
    let mut conn = backend::connection();
    for world in WORLDS {
        world.create(&mut conn);
    }
    walk_at_random(conn, WORLDS, times(200, 10_000));
}

/// So many sequences, each on one of the schemas.
pub fn walk_at_random(conn: Conn, worlds: &[&dyn World], cases: u32) {
    let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/regressions/state_machine.txt");
    let cases = std::env::var("PROPTEST_CASES").map_or(cases, |cases| cases.parse().unwrap());
    let config = ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(seeds))),
        max_shrink_iters: 3_000,
        cases,
        ..ProptestConfig::default()
    };
    let conn = RefCell::new(conn);
    let sequence = (0..worlds.len(), steps());
    let mut runner = TestRunner::new(config);
    let outcome = runner.run(&sequence, |(world, steps)| {
        run_undone(worlds[world], &mut conn.borrow_mut(), &steps);
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    println!("{cases} sequences");
}
