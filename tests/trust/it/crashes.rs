//! Processes that are killed, connections that are cut, a disk that is full: what was under way has
//! happened whole or not at all, and the work goes on.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use diesel::prelude::*;
use soft_delete_runtime::Error;
use soft_delete_runtime::prelude::*;

use crate::backend::{Conn, execute_batch};
#[cfg(not(backend = "sqlite"))]
use crate::backend::{Engine, engine};
use crate::model::Rows;
use crate::place::{Dice, Isolation, Place, connect};
use crate::times;
use crate::world::World;
use crate::worlds::chain::{self, chain_a};
use crate::worlds::folders::{self, folders_a};

const TREES: i32 = 12;

// trees that are deleted and restored

/// Tree `n` has the rows `10 n` to `10 n + 3` in each table.
fn plant(conn: &mut Conn) {
    folders::It.create(conn);
    conn.transaction(|conn| {
        for root in (1..=TREES).map(|tree| tree * 10) {
            for id in root..root + 4 {
                folders::It.try_insert(conn, (0, id), &[Some(id - 1).filter(|_| id > root)])?;
                folders::It.try_insert(
                    conn,
                    (1, id),
                    &[Some(id), Some(id - 1).filter(|_| id > root)],
                )?;
                folders::It.try_insert(conn, (2, id), &[Some(id)])?;
            }
        }
        QueryResult::Ok(())
    })
    .unwrap();
}

/// The tables at one moment.
pub fn snapshot(world: &dyn World, conn: &mut Conn) -> Rows {
    Isolation::RepeatableRead.set(conn);
    conn.transaction(|conn| QueryResult::Ok(world.rows(conn)))
        .unwrap()
}

/// All rows of a tree are active, or deleted by one operation.
fn each_tree_is_whole(conn: &mut Conn) {
    let rows = snapshot(&folders::It, conn);
    assert_eq!(rows.len(), usize::try_from(TREES * 12).unwrap());
    for tree in 1..=TREES {
        let mut marks: Vec<_> = rows
            .iter()
            .filter(|(key, _)| key.1 / 10 == tree)
            .map(|(_, row)| row.deleted.clone())
            .collect();
        marks.dedup();
        assert_eq!(marks.len(), 1, "tree {tree} is torn: {marks:?}");
    }
}

/// Deletes and restores trees until something stops it.
fn toil(conn: &mut Conn, dice: &mut Dice) -> Error {
    loop {
        let tree = folders_a::table.find(dice.id(TREES) * 10);
        let done = match dice.below(2) {
            0 => soft_delete(tree).execute(conn),
            _ => restore(tree).execute(conn),
        };
        if let Err(error) = done {
            return error;
        }
    }
}

// a trash that is emptied

/// Chains that were deleted long ago; every fourth is needed by an order that stays.
fn fill_trash(conn: &mut Conn) {
    let present: Vec<i32> = chain_a::table.select(chain_a::id).load(conn).unwrap();
    conn.transaction(|conn| {
        for id in (1..=TREES * 4).filter(|id| !present.contains(id)) {
            chain::It.try_insert(conn, (0, id), &[])?;
            for table in 1..4 {
                chain::It.try_insert(conn, (table, id), &[Some(id)])?;
            }
            soft_delete(chain_a::table.find(id))
                .at(Utc::now() - TimeDelta::days(40))
                .execute(conn)?;
            if id % 4 == 0 {
                chain::It.try_insert(conn, (4, id), &[Some(id)])?;
            }
        }
        Ok::<_, Error>(())
    })
    .unwrap();
}

fn empty_trash(conn: &mut Conn) -> Result<(), Error> {
    purge_expired(chain_a::table)
        .older_than(TimeDelta::days(30))
        .batch_size(3)
        .execute(conn)
        .map(|_| ())
}

/// A chain is there with all of its rows or gone; what is needed is there.
fn each_chain_is_whole(conn: &mut Conn) -> usize {
    let rows = snapshot(&chain::It, conn);
    let mut left = 0;
    for id in 1..=TREES * 4 {
        let there: Vec<bool> = (0..4)
            .map(|table| rows.contains_key(&(table, id)))
            .collect();
        assert!(
            there.iter().all(|row| *row == there[0]),
            "chain {id} is torn: {there:?}"
        );
        assert!(there[0] || id % 4 != 0, "chain {id} is needed");
        left += usize::from(there[0]);
    }
    left
}

// killed

pub const WORK: &str = "SOFT_DELETE_TRUST_WORK";

#[test]
#[ignore = "the crash tests start and kill it"]
fn worker() {
    let work = std::env::var(WORK).unwrap();
    let (kind, place) = work.split_once(' ').unwrap();
    let mut conn = connect(place);
    println!("ready");
    match kind {
        "toil" => panic!("{:?}", toil(&mut conn, &mut Dice::new())),
        _ => loop {
            empty_trash(&mut conn).unwrap();
        },
    }
}

/// Starts a process, and kills it some time after it has begun to work: that many microseconds at
/// most.
pub fn kill_at_some_point(worker: &str, work: &str, dice: &mut Dice, longest: u32) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([worker, "--exact", "--ignored", "--nocapture"])
        .env(WORK, work)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ready = lines
        .map_while(Result::ok)
        .any(|line| line.ends_with("ready"));
    assert!(ready, "the worker did not start");
    std::thread::sleep(Duration::from_micros(u64::from(dice.below(longest))));
    child.kill().unwrap(); // SIGKILL
    child.wait().unwrap();
}

#[test]
fn a_process_killed_at_some_point_leaves_each_tree_whole() {
    let mut place = Place::new();
    plant(&mut place.first);
    let mut dice = Dice::new();
    let kills = times(4, 200);
    let work = format!("toil {}", place.name());
    for _ in 0..kills {
        kill_at_some_point("crashes::worker", &work, &mut dice, 80_000);
        each_tree_is_whole(&mut place.first);
    }
    // a server may be busy yet with what the last one has begun, and holds its rows so long
    execute_batch(&mut place.first, "UPDATE folders_a SET note = note");
    restore(folders_a::table.filter(folders_a::above_id.is_null()))
        .execute(&mut place.first)
        .unwrap();
    let active = folders_a::table.active().count();
    assert_eq!(
        active.get_result(&mut place.first),
        Ok(i64::from(TREES * 4))
    );
    println!("{kills} kills of tree operations");
}

#[test]
fn a_retention_killed_at_some_point_loses_nothing_and_goes_on() {
    let mut place = Place::new();
    chain::It.create(&mut place.first);
    let mut dice = Dice::new();
    let kills = times(4, 200);
    let work = format!("retention {}", place.name());
    let mut removed = 0;
    for _ in 0..kills {
        fill_trash(&mut place.first);
        kill_at_some_point("crashes::worker", &work, &mut dice, 80_000);
        removed += usize::try_from(TREES * 4).unwrap() - each_chain_is_whole(&mut place.first);
    }
    // a server may be busy yet with what the last one has begun
    while each_chain_is_whole(&mut place.first) > usize::try_from(TREES).unwrap() {
        empty_trash(&mut place.first).unwrap();
    }
    println!("{kills} kills of a retention, which removed {removed} chains");
}

// cut off

#[cfg(not(backend = "sqlite"))]
#[test]
fn a_connection_cut_at_some_point_is_an_error_and_leaves_each_tree_whole() {
    use std::sync::mpsc::channel;

    let mut place = Place::new();
    plant(&mut place.first);
    let cuts = times(8, 200);
    let (send, receive) = channel::<i32>();
    let (seen, proceed) = channel::<()>();
    std::thread::scope(|scope| {
        let name = place.name().to_owned();
        scope.spawn(move || {
            let mut dice = Dice::new();
            for _ in 0..cuts {
                let mut conn = connect(&name);
                send.send(number_of(&mut conn)).unwrap();
                let error = toil(&mut conn, &mut dice);
                assert!(matches!(error, Error::Database(_)), "{error:?}");
                proceed.recv().unwrap();
            }
        });
        let mut dice = Dice::new();
        for number in receive {
            std::thread::sleep(Duration::from_micros(u64::from(dice.below(20_000))));
            let cut = match engine() {
                Engine::Postgres => format!("SELECT pg_terminate_backend({number})"),
                _ => format!("KILL {number}"),
            };
            execute_batch(&mut place.first, &cut);
            seen.send(()).unwrap();
            each_tree_is_whole(&mut place.first);
        }
    });
    each_tree_is_whole(&mut place.first);
    println!("{cuts} cuts");
}

/// The server's number of the connection.
#[cfg(not(backend = "sqlite"))]
fn number_of(conn: &mut Conn) -> i32 {
    let number = match engine() {
        Engine::Postgres => "pg_backend_pid()",
        _ => "CAST(CONNECTION_ID() AS SIGNED INTEGER)",
    };
    let number = diesel::dsl::sql::<diesel::sql_types::Integer>(number);
    diesel::select(number).get_result(conn).unwrap()
}

// full

#[cfg(backend = "sqlite")]
mod full {
    use super::*;
    use crate::worlds::chain::chain_d;

    /// No more than so many pages beyond those in use.
    fn leave_pages(conn: &mut Conn, more: i64) {
        let pages =
            diesel::dsl::sql::<diesel::sql_types::BigInt>("page_count FROM pragma_page_count");
        let pages: i64 = diesel::select(pages).get_result(conn).unwrap();
        let most = pages + more;
        execute_batch(conn, &format!("PRAGMA max_page_count = {most}"));
    }

    fn chains(conn: &mut Conn, count: i32) {
        chain::It.create(conn);
        for id in 1..=count {
            chain::It.insert(conn, (0, id), &[]);
            for table in 1..4 {
                chain::It.insert(conn, (table, id), &[Some(id)]);
            }
        }
    }

    #[test]
    fn a_full_disk_at_each_point_of_a_deletion_changes_nothing() {
        let conn = &mut crate::backend::connection();
        let count = i32::try_from(times(500, 4_000)).unwrap();
        chains(conn, count);
        let before = chain::It.rows(conn);
        let mut refused = 0;
        loop {
            leave_pages(conn, refused);
            match soft_delete(chain_a::table).execute(conn) {
                Ok(rows) => {
                    assert_eq!(i32::try_from(rows).unwrap(), count * 4);
                    break;
                }
                Err(Error::Database(error)) => {
                    // though SQLite may have rolled back already
                    let told = error.to_string();
                    assert!(told.contains("disk is full"), "{told}");
                }
                Err(error) => panic!("{error:?}"),
            }
            assert_eq!(chain::It.rows(conn), before, "with {refused} pages");
            refused += 1;
        }
        assert!(refused > 5, "only {refused} pages");
        println!("full at {refused} points");
    }

    #[test]
    fn a_retention_empties_the_trash_on_a_full_disk() {
        let conn = &mut crate::backend::connection();
        chains(conn, 300);
        soft_delete(chain_a::table)
            .at(Utc::now() - TimeDelta::days(40))
            .execute(conn)
            .unwrap();
        leave_pages(conn, 0);
        empty_trash(conn).unwrap();
        assert_eq!(chain_d::table.count().get_result(conn), Ok(0_i64));
    }

    #[test]
    fn a_full_disk_within_the_callers_transaction_undoes_all_of_it() {
        let conn = &mut crate::backend::connection();
        chains(conn, 500);
        let before = chain::It.rows(conn);
        leave_pages(conn, 2);
        let done = conn.transaction(|conn| {
            soft_delete(chain_a::table.find(1)).execute(conn)?;
            soft_delete(chain_a::table).execute(conn)
        });
        assert!(matches!(done, Err(Error::Database(_))), "{done:?}");
        assert_eq!(chain::It.rows(conn), before);
        leave_pages(conn, 1_000);
        assert_eq!(soft_delete(chain_a::table).execute(conn).unwrap(), 2_000);
    }
}
