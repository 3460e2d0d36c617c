//! A Galera cluster of three nodes, which `tests/engines/galera start` starts:
//! `cargo test -p soft-delete-trust-tests --no-default-features --features mysql galera -- --ignored --test-threads 1`

use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering::Relaxed};
use std::thread;

use chrono::{TimeDelta, Utc};
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use soft_delete_runtime::Error;
use soft_delete_runtime::prelude::*;

use crate::backend::{Conn, execute_batch};
use crate::concurrency::may_be_retried;
use crate::model::{Model, Rows};
use crate::place::Dice;
use crate::times;
use crate::world::World;
use crate::worlds::chain::{self, chain_a, chain_b};

fn node(number: u32) -> Conn {
    let mut conn = Conn::establish(&format!("mysql://root@127.0.0.1:3306{number}/test")).unwrap();
    // a read sees what other nodes have committed before it
    execute_batch(&mut conn, "SET wsrep_sync_wait = 1");
    conn
}

fn galera(arguments: &[&str]) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../engines/galera");
    let status = Command::new(script).args(arguments).status().unwrap();
    assert!(status.success(), "galera {arguments:?}");
}

/// Empty tables in the cluster.
fn create() -> Conn {
    let mut conn = node(1);
    execute_batch(
        &mut conn,
        "DROP TABLE IF EXISTS chain_e, chain_d, chain_c, chain_b, chain_a",
    );
    chain::It.create(&mut conn);
    conn
}

fn insert_chains(conn: &mut Conn, ids: std::ops::RangeInclusive<i32>) -> QueryResult<()> {
    conn.transaction(|conn| {
        for id in ids {
            chain::It.try_insert(conn, (0, id), &[])?;
            for table in 1..4 {
                chain::It.try_insert(conn, (table, id), &[Some(id)])?;
            }
        }
        Ok(())
    })
}

fn check(rows: &Rows) {
    let model = Model {
        schema: chain::It.schema(),
        rows: rows.clone(),
    };
    model.check();
}

#[test]
#[ignore = "takes a Galera cluster"]
fn of_two_nodes_that_delete_one_tree_the_later_is_told_and_succeeds_at_the_next_attempt() {
    let mut first = create();
    let mut second = node(2);
    insert_chains(&mut first, 1..=3).unwrap();
    let mut attempt = |conflict: bool| {
        first.transaction(|first| {
            let rows = soft_delete(chain_a::table.filter(chain_a::id.le(2))).execute(first)?;
            if conflict {
                soft_delete(chain_a::table.find(1)).execute(&mut second)?;
            }
            Ok::<_, Error>(rows)
        })
    };
    let error = DieselError::from(attempt(true).unwrap_err());
    assert!(may_be_retried(&error), "{error:?}");
    assert_eq!(attempt(false).unwrap(), 4);
    check(&chain::It.rows(&mut second));
}

#[test]
#[ignore = "takes a Galera cluster"]
fn retentions_on_two_nodes_at_once_lose_nothing() {
    let mut conn = create();
    let count = i32::try_from(times(200, 4_000)).unwrap();
    insert_chains(&mut conn, 1..=count).unwrap();
    let old = Utc::now() - TimeDelta::days(1);
    soft_delete(chain_a::table)
        .at(old)
        .execute(&mut conn)
        .unwrap();
    let gone = AtomicI64::new(0);
    let conflicts = AtomicU32::new(0);
    thread::scope(|scope| {
        for number in [1, 2] {
            let (gone, conflicts) = (&gone, &conflicts);
            scope.spawn(move || {
                let mut conn = node(number);
                loop {
                    let mut removed = 0;
                    let done = purge_expired(chain_a::table)
                        .older_than(TimeDelta::hours(1))
                        .batch_size(10)
                        .after_batch(|progress, ()| removed = progress.rows())
                        .execute(&mut conn);
                    gone.fetch_add(i64::try_from(removed).unwrap(), Relaxed);
                    if let Err(error) = done {
                        let error = DieselError::from(error);
                        assert!(may_be_retried(&error), "{error:?}");
                        conflicts.fetch_add(1, Relaxed);
                    }
                    let left = chain_a::table.count();
                    if left.get_result::<i64>(&mut conn).unwrap() == 0 {
                        break;
                    }
                }
            });
        }
    });
    assert_eq!(gone.load(Relaxed), i64::from(count) * 4);
    println!("{count} trees, {conflicts:?} conflicts");
}

#[test]
#[ignore = "takes a Galera cluster"]
fn a_node_killed_at_some_point_loses_nothing_that_it_has_confirmed() {
    let mut survivor = create();
    insert_chains(&mut survivor, 1..=40).unwrap();
    let rounds = times(1, 10);
    for round in 0..rounds {
        let killed = AtomicBool::new(false);
        // odd chains belong to the node that is killed: the last mark that it has confirmed
        let confirmed = thread::scope(|scope| {
            let doomed = scope.spawn(|| {
                let mut conn = node(3);
                let mut dice = Dice::new();
                let mut marks = [None; 41];
                loop {
                    let id = dice.id(20) * 2 - 1;
                    let row = chain_a::table.find(id);
                    let done = match dice.below(2) {
                        0 => soft_delete(row).execute(&mut conn).map(|rows| (rows, true)),
                        _ => restore(row).execute(&mut conn).map(|rows| (rows, false)),
                    };
                    let mark = &mut marks[usize::try_from(id).unwrap()];
                    match done {
                        Ok((0, _)) => {}
                        Ok((_, deleted)) => *mark = Some(deleted),
                        Err(_) if killed.load(Relaxed) => {
                            *mark = None; // it may have been done or not
                            break marks;
                        }
                        Err(error) => {
                            let error = DieselError::from(error);
                            assert!(may_be_retried(&error), "{error:?}");
                        }
                    }
                }
            });
            let busy = scope.spawn(|| {
                // the survivors go on
                let mut conn = node(1);
                let mut dice = Dice::new();
                let mut done = 0;
                while !killed.load(Relaxed) || done < 50 {
                    let row = chain_a::table.find(dice.id(20) * 2);
                    let result = match dice.below(2) {
                        0 => soft_delete(row).execute(&mut conn),
                        _ => restore(row).execute(&mut conn),
                    };
                    match result {
                        Ok(_) => done += 1,
                        Err(error) => {
                            let error = DieselError::from(error);
                            assert!(may_be_retried(&error), "{error:?}");
                        }
                    }
                }
            });
            thread::sleep(std::time::Duration::from_millis(500));
            killed.store(true, Relaxed);
            galera(&["kill", "3"]);
            busy.join().unwrap();
            doomed.join().unwrap()
        });
        let rows = chain::It.rows(&mut survivor);
        check(&rows);
        assert_eq!(rows, chain::It.rows(&mut node(2)));
        for (id, mark) in (0..).zip(confirmed) {
            let Some(deleted) = mark else { continue };
            for table in 0..4 {
                assert_eq!(rows[&(table, id)].deleted.is_some(), deleted, "chain {id}");
            }
        }
        galera(&["rejoin", "3"]);
        assert_eq!(rows, chain::It.rows(&mut node(3)));
        println!(
            "round {round}: {} confirmed",
            confirmed.iter().flatten().count()
        );
    }
}

#[test]
#[ignore = "takes a Galera cluster"]
fn who_holds_a_parent_that_is_deleted_on_another_node_is_told() {
    let mut first = create();
    let mut second = node(2);
    insert_chains(&mut first, 1..=1).unwrap();
    let inserted = first.transaction(|first| {
        hold_active(chain_a::table.find(1)).execute(first)?;
        soft_delete(chain_a::table.find(1)).execute(&mut second)?;
        chain::It.try_insert(first, (1, 2), &[Some(1)])?;
        Ok::<_, Error>(())
    });
    let error = DieselError::from(inserted.unwrap_err());
    assert!(may_be_retried(&error), "{error:?}");
    let active = chain_b::table.active().count();
    assert_eq!(active.get_result(&mut first), Ok(0_i64));
}
