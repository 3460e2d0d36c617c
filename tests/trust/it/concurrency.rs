//! Many at once over the same trees: whoever loses is told so in a way that can be retried, and in
//! the end nothing is lost, counted twice or active under a deleted parent.

use std::sync::Barrier;
use std::sync::atomic::{AtomicI32, AtomicI64, AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use soft_delete_runtime::Error;
use soft_delete_runtime::prelude::*;

use crate::backend::{Conn, Engine, engine, execute_batch};
use crate::model::{Kind, Model};
use crate::place::{Dice, Isolation, Place, connect};
use crate::times;
use crate::world::{Batches, Run, World, with_ids};
use crate::worlds::{chain, folders, loops, threads, tree};

/// Whether another attempt may succeed, by what Diesel says. MySQL's deadlocks are serialization
/// failures to it, but for one that a `COMMIT` reports; that, PostgreSQL's deadlocks and a row that has
/// changed since a transaction of MariaDB began have only their message.
pub fn may_be_retried(error: &DieselError) -> bool {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => true,
        DieselError::DatabaseError(_, info) => {
            let message = info.message();
            let told = [
                "deadlock detected",
                "Deadlock found",
                "Lock wait timeout",
                "Record has changed since last read",
            ];
            told.iter().any(|told| message.contains(told))
        }
        _ => false,
    }
}

/// The rows that came, went and were marked, as the reports say.
#[derive(Debug, Default)]
struct Ledger {
    next: AtomicI32,
    rows: AtomicI64,
    deleted: AtomicI64,
    retries: AtomicU32,
    refusals: AtomicU32,
}

struct Crowd {
    world: &'static dyn World,
    ledger: Ledger,
}

/// What one transaction adds to the ledger.
#[derive(Default)]
struct Entry {
    rows: i64,
    deleted: i64,
}

impl Crowd {
    fn one_of_them(&self, conn: &mut Conn, steps: u32) {
        let mut dice = Dice::new();
        for _ in 0..steps {
            let numbers = [dice.next(), dice.next(), dice.next()];
            self.settle(conn, &mut |conn| self.step(conn, numbers));
        }
    }

    /// Repeats a transaction until it is done or refused.
    fn settle(&self, conn: &mut Conn, step: &mut dyn FnMut(&mut Conn) -> Result<Entry, Error>) {
        let mut last = None;
        for attempt in 0..1_000 {
            // those that met would meet again
            let most = attempt.min(20);
            thread::sleep(Duration::from_millis(Dice::new().below(most).into()));
            match step(conn) {
                Ok(entry) => {
                    self.ledger.rows.fetch_add(entry.rows, Relaxed);
                    self.ledger.deleted.fetch_add(entry.deleted, Relaxed);
                    return;
                }
                Err(
                    Error::Restricted { .. }
                    | Error::ParentDeleted { .. }
                    | Error::NotActive { .. },
                ) => {
                    self.ledger.refusals.fetch_add(1, Relaxed);
                    return;
                }
                Err(error) => {
                    assert!(matches!(error, Error::Database(_)), "{error:?}");
                    let error = DieselError::from(error);
                    assert!(may_be_retried(&error), "{error:?}");
                    self.ledger.retries.fetch_add(1, Relaxed);
                    last = Some(error);
                }
            }
        }
        panic!("a thousand attempts are not enough: {last:?}");
    }

    fn step(&self, conn: &mut Conn, numbers: [u64; 3]) -> Result<Entry, Error> {
        let dice = &mut Dice::of(numbers[0]);
        let tables = u32::try_from(self.world.schema().tables.len()).unwrap();
        let table = usize::try_from(dice.below(tables)).unwrap();
        let last = self.ledger.next.load(Relaxed);
        // among the last ones: there they meet
        let id = last - Dice::of(numbers[1]).id(last.min(60)) + 1;
        let signed = |rows: usize| i64::try_from(rows).unwrap();
        match dice.below(20) {
            0..=6 => conn.transaction(|conn| self.insert(conn, table, numbers)),
            7..=10 => {
                let done = self.world.soft_delete(
                    conn,
                    table,
                    &with_ids(&[id]),
                    Utc::now(),
                    Run::Report,
                )?;
                Ok(Entry {
                    deleted: signed(done.rows),
                    ..Entry::default()
                })
            }
            11..=16 => {
                let ancestors = dice.below(3) == 0;
                let done =
                    self.world
                        .restore(conn, table, &with_ids(&[id]), ancestors, Run::Report)?;
                Ok(Entry {
                    deleted: -signed(done.rows),
                    ..Entry::default()
                })
            }
            17 => {
                let done = self
                    .world
                    .purge(conn, table, &with_ids(&[id]), false, Run::Report)?;
                Ok(Entry {
                    rows: -signed(done.rows),
                    deleted: -signed(done.rows),
                })
            }
            18 => {
                self.world
                    .soft_delete(conn, table, &with_ids(&[id]), Utc::now(), Run::Preview)?;
                self.world
                    .restore(conn, table, &with_ids(&[id]), false, Run::Preview)?;
                Ok(Entry::default())
            }
            _ => {
                let batches = Batches {
                    cutoff: Utc::now() - TimeDelta::milliseconds(20),
                    size: 3,
                    most: Some(1),
                };
                let done = self.world.purge_expired(conn, table, batches, Run::Report);
                let gone = done.transpose()?.map_or(0, |progress| progress.rows());
                Ok(Entry {
                    rows: -signed(gone),
                    deleted: -signed(gone),
                })
            }
        }
    }

    /// A row below parents that are held.
    fn insert(&self, conn: &mut Conn, table: usize, numbers: [u64; 3]) -> Result<Entry, Error> {
        let id = self.ledger.next.fetch_add(1, Relaxed) + 1;
        let dice = &mut Dice::of(numbers[2]);
        let mut parents = Vec::new();
        for relation in self.world.schema().relations {
            if relation.child != table {
                continue;
            }
            if relation.kind == Kind::Restrict && dice.below(2) == 0 {
                parents.push(None);
                continue;
            }
            let table = self.world.schema().tables[relation.parent].name;
            let parent = some_id(conn, table, dice)?;
            if let Some(parent) = parent {
                self.world.hold(conn, (relation.parent, parent))?;
            }
            parents.push(parent);
        }
        self.world.try_insert(conn, (table, id), &parents)?;
        Ok(Entry {
            rows: 1,
            deleted: 0,
        })
    }

    fn check(&self, conn: &mut Conn) {
        let rows = self.world.rows(conn);
        let deleted = rows.values().filter(|row| row.deleted.is_some()).count();
        let told = |count: &AtomicI64| usize::try_from(count.load(Relaxed)).unwrap();
        let ledger = &self.ledger;
        assert_eq!(rows.len(), told(&ledger.rows), "{ledger:?}");
        assert_eq!(deleted, told(&ledger.deleted), "{ledger:?}");
        let model = Model {
            schema: self.world.schema(),
            rows,
        };
        model.check();
    }
}

/// Some row of the table, deleted or not.
fn some_id(conn: &mut Conn, table: &str, dice: &mut Dice) -> QueryResult<Option<i32>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Integer)]
        id: i32,
    }
    let rows: Vec<Row> =
        diesel::sql_query(format!("SELECT id FROM {table} ORDER BY id DESC LIMIT 12"))
            .load(conn)?;
    let count = u32::try_from(rows.len()).unwrap();
    if count == 0 {
        return Ok(None);
    }
    let number = usize::try_from(dice.below(count)).unwrap();
    Ok(rows.get(number).map(|row| row.id))
}

/// Eight at once on one schema.
fn crowd(world: &'static dyn World, isolation: Isolation) {
    let mut place = Place::new();
    world.create(&mut place.first);
    let name = place.name().to_owned();
    crowd_at(world, isolation, &|| {
        let mut conn = connect(&name);
        isolation.set(&mut conn);
        if engine() == Engine::Mysql {
            execute_batch(&mut conn, "SET innodb_lock_wait_timeout = 2");
        }
        conn
    });
}

/// The same where the tables are already, by connections of that kind.
pub fn crowd_at(world: &'static dyn World, level: Isolation, connect: &(dyn Fn() -> Conn + Sync)) {
    let mut conn = connect();
    let crowd = Crowd {
        world,
        ledger: Ledger::default(),
    };
    for _ in 0..40 {
        let numbers = [0, 0, Dice::new().next()];
        let tables = u64::try_from(world.schema().tables.len()).unwrap();
        let table = usize::try_from(numbers[2] % tables).unwrap();
        crowd.settle(&mut conn, &mut |conn| {
            conn.transaction(|conn| crowd.insert(conn, table, numbers))
        });
    }
    let steps = times(40, 1_500);
    thread::scope(|scope| {
        for _ in 0..8 {
            let crowd = &crowd;
            scope.spawn(move || crowd.one_of_them(&mut connect(), steps));
        }
    });
    crowd.check(&mut conn);
    println!(
        "{} {level:?}: {} steps, {:?}",
        world.name(),
        steps * 8,
        crowd.ledger
    );
}

macro_rules! crowds {
    ($($world:ident $committed:ident $serializable:ident;)+) => {$(
        #[test]
        fn $committed() {
            crowd(&$world::It, Isolation::ReadCommitted);
        }

        #[test]
        fn $serializable() {
            crowd(&$world::It, Isolation::Serializable);
        }
    )+};
}

crowds! {
    chain many_at_once_on_a_chain_read_committed many_at_once_on_a_chain_serializable;
    tree many_at_once_on_a_tree_read_committed many_at_once_on_a_tree_serializable;
    folders many_at_once_on_folders_read_committed many_at_once_on_folders_serializable;
    threads many_at_once_on_threads_read_committed many_at_once_on_threads_serializable;
    loops many_at_once_on_a_diamond_read_committed many_at_once_on_a_diamond_serializable;
}

// the default of MySQL; on PostgreSQL it does not see what is below a parent that was held
#[cfg(backend = "mysql")]
#[test]
fn many_at_once_on_a_diamond_repeatable_read() {
    crowd(&loops::It, Isolation::RepeatableRead);
}

// what the loser is told

fn two_chains() -> Place {
    let mut place = Place::new();
    let conn = &mut place.first;
    chain::It.create(conn);
    for id in [1, 2] {
        chain::It.insert(conn, (0, id), &[]);
        chain::It.insert(conn, (1, id), &[Some(id)]);
    }
    place
}

#[test]
fn of_two_that_delete_in_opposite_orders_one_is_told_and_succeeds_at_the_next_attempt() {
    let place = two_chains();
    let both_have_one = Barrier::new(2);
    let losses = AtomicU32::new(0);
    thread::scope(|scope| {
        for order in [[1, 2], [2, 1]] {
            let mut conn = place.connect();
            // MySQL locks what it reads at a higher level, and that is all of a small table
            Isolation::ReadCommitted.set(&mut conn);
            let (both_have_one, losses) = (&both_have_one, &losses);
            scope.spawn(move || {
                let mut attempts = 0;
                loop {
                    attempts += 1;
                    let done = conn.transaction(|conn| {
                        soft_delete(chain::chain_a::table.find(order[0])).execute(conn)?;
                        if attempts == 1 {
                            both_have_one.wait();
                        }
                        soft_delete(chain::chain_a::table.find(order[1])).execute(conn)
                    });
                    let Err(error) = done else { break };
                    let error = DieselError::from(error);
                    assert!(may_be_retried(&error), "{error:?}");
                    losses.fetch_add(1, Relaxed);
                }
            });
        }
    });
    assert!(losses.load(Relaxed) >= 1);
    let mut conn = place.connect();
    let active = chain::chain_b::table.active().count();
    assert_eq!(active.get_result(&mut conn), Ok(0_i64));
}

#[cfg(backend = "postgres")]
#[test]
fn a_serialization_failure_is_typed_and_the_transaction_succeeds_when_tried_again() {
    let mut place = two_chains();
    let mut second = place.connect();
    Isolation::Serializable.set(&mut second);
    let mut attempt = |between: bool| {
        second.transaction(|second| {
            let seen = chain::chain_b::table
                .active()
                .count()
                .get_result::<i64>(second)?;
            if between {
                soft_delete(chain::chain_a::table.find(1)).execute(&mut place.first)?;
            }
            soft_delete(chain::chain_a::table).execute(second)?;
            Ok::<_, Error>(seen)
        })
    };
    let error = attempt(true).unwrap_err();
    assert!(
        matches!(
            &error,
            Error::Database(DieselError::DatabaseError(
                DatabaseErrorKind::SerializationFailure,
                _
            ))
        ),
        "{error:?}"
    );
    assert_eq!(attempt(false).unwrap(), 1);
}

// who waits for whom

/// Two connections, of which the second does not wait for a lock.
fn two_of_which_one_is_impatient(world: &dyn World) -> (Place, Conn) {
    let mut place = Place::new();
    world.create(&mut place.first);
    let mut second = place.connect();
    let impatient = match engine() {
        Engine::Postgres => "SET lock_timeout = '100ms'",
        _ => "SET innodb_lock_wait_timeout = 1",
    };
    execute_batch(&mut second, impatient);
    Isolation::ReadCommitted.set(&mut second);
    (place, second)
}

fn gave_up_waiting<T: std::fmt::Debug>(done: &Result<T, Error>) -> bool {
    let told = format!("{done:?}");
    told.contains("lock timeout") || told.contains("Lock wait timeout")
}

#[test]
fn a_restore_waits_for_a_deletion_under_way_of_the_parent_in_its_own_table() {
    let (mut place, mut second) = two_of_which_one_is_impatient(&folders::It);
    let conn = &mut place.first;
    folders::It.insert(conn, (0, 1), &[None]);
    folders::It.insert(conn, (0, 2), &[Some(1)]);
    let row = |id| folders::folders_a::table.find(id);
    soft_delete(row(2)).execute(conn).unwrap();
    conn.transaction(|conn| {
        soft_delete(row(1)).execute(conn)?;
        let done = restore(row(2)).execute(&mut second);
        assert!(gave_up_waiting(&done), "{done:?}");
        Ok::<_, Error>(())
    })
    .unwrap();
    let refused = restore(row(2)).execute(&mut second);
    assert!(
        matches!(refused, Err(Error::ParentDeleted { .. })),
        "{refused:?}"
    );
}

#[test]
fn a_restore_waits_for_a_deletion_under_way_of_another_parent_of_what_comes_back() {
    let (mut place, mut second) = two_of_which_one_is_impatient(&loops::It);
    let conn = &mut place.first;
    loops::It.insert(conn, (0, 1), &[]);
    loops::It.insert(conn, (1, 1), &[Some(1)]);
    loops::It.insert(conn, (2, 1), &[Some(1)]);
    loops::It.insert(conn, (3, 1), &[Some(1), Some(1), None]);
    soft_delete(loops::loops_b::table.find(1))
        .execute(conn)
        .unwrap();
    conn.transaction(|conn| {
        soft_delete(loops::loops_c::table.find(1)).execute(conn)?;
        let done = restore(loops::loops_b::table.find(1)).execute(&mut second);
        assert!(gave_up_waiting(&done), "{done:?}");
        Ok::<_, Error>(())
    })
    .unwrap();
    let back = restore(loops::loops_b::table.find(1))
        .report(&mut second)
        .unwrap();
    assert_eq!((back.rows_of("loops_b"), back.rows_of("loops_d")), (1, 0));
}

#[test]
fn a_restore_waits_for_a_deletion_under_way_of_what_a_row_below_needs() {
    let (mut place, mut second) = two_of_which_one_is_impatient(&tree::It);
    let conn = &mut place.first;
    tree::It.insert(conn, (0, 1), &[]);
    tree::It.insert(conn, (1, 1), &[Some(1)]);
    tree::It.insert(conn, (2, 1), &[Some(1)]);
    tree::It.insert(conn, (3, 1), &[Some(1), Some(1)]);
    soft_delete(tree::tree_b::table.find(1))
        .execute(conn)
        .unwrap();
    conn.transaction(|conn| {
        soft_delete(tree::tree_c::table.find(1)).execute(conn)?;
        let done = restore(tree::tree_b::table.find(1)).execute(&mut second);
        assert!(gave_up_waiting(&done), "{done:?}");
        Ok::<_, Error>(())
    })
    .unwrap();
    let refused = restore(tree::tree_b::table.find(1)).execute(&mut second);
    assert!(
        matches!(refused, Err(Error::ParentDeleted { .. })),
        "{refused:?}"
    );
}

#[test]
fn a_restore_with_ancestors_waits_for_a_deletion_under_way_of_the_last_parent_up() {
    let (mut place, mut second) = two_of_which_one_is_impatient(&chain::It);
    let conn = &mut place.first;
    chain::It.insert(conn, (0, 1), &[]);
    chain::It.insert(conn, (1, 1), &[Some(1)]);
    chain::It.insert(conn, (2, 1), &[Some(1)]);
    soft_delete(chain::chain_b::table.find(1))
        .execute(conn)
        .unwrap();
    let restore_all = |conn: &mut Conn| {
        restore(chain::chain_c::table.find(1))
            .with_ancestors()
            .execute(conn)
    };
    conn.transaction(|conn| {
        soft_delete(chain::chain_a::table.find(1)).execute(conn)?;
        let done = restore_all(&mut second);
        assert!(gave_up_waiting(&done), "{done:?}");
        Ok::<_, Error>(())
    })
    .unwrap();
    assert_eq!(restore_all(&mut second).unwrap(), 3);
}

// retention

#[test]
fn two_retention_workers_share_the_work_and_lose_nothing() {
    let mut place = Place::new();
    folders::It.create(&mut place.first);
    let rows = times(300, 20_000);
    let mut conn = place.connect();
    conn.transaction(|conn| {
        for id in 1..=i32::try_from(rows).unwrap() {
            // every fifth at the top
            let above = Some(id - 1).filter(|_| id % 5 != 1);
            folders::It.try_insert(conn, (0, id), &[above])?;
            folders::It.try_insert(conn, (1, id), &[Some(id), None])?;
            folders::It.try_insert(conn, (2, id), &[Some(id)])?;
        }
        let old = Utc::now() - TimeDelta::days(1);
        soft_delete(folders::folders_a::table).at(old).execute(conn)
    })
    .unwrap();
    let gone = AtomicI64::new(0);
    let batches = [AtomicU32::new(0), AtomicU32::new(0)];
    thread::scope(|scope| {
        for batches in &batches {
            let mut conn = place.connect();
            let gone = &gone;
            scope.spawn(move || {
                let mut left = 1;
                while left > 0 {
                    let mut seen = 0;
                    let done = purge_expired(folders::folders_a::table)
                        .older_than(TimeDelta::hours(1))
                        .batch_size(20)
                        .after_batch(|progress, ()| {
                            let rows = i64::try_from(progress.rows()).unwrap();
                            gone.fetch_add(rows - seen, Relaxed);
                            seen = rows;
                            batches.fetch_add(1, Relaxed);
                        })
                        .execute(&mut conn);
                    if let Err(error) = done {
                        // InnoDB locks more than the rows: the batch is undone, and the run goes on
                        let error = DieselError::from(error);
                        let may_happen = engine() == Engine::Mysql && may_be_retried(&error);
                        assert!(may_happen, "{error:?}");
                    }
                    let count = folders::folders_a::table.count();
                    left = count.get_result::<i64>(&mut conn).unwrap();
                }
            });
        }
    });
    assert_eq!(gone.load(Relaxed), i64::from(rows) * 3);
    println!("{rows} folders, batches of the two: {batches:?}");
}
