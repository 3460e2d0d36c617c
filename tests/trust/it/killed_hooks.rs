//! A process killed within a retention whose hooks write rows and files: what the hooks wrote and
//! what was removed agree.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use diesel::prelude::*;
use soft_delete_runtime::Error;
use soft_delete_runtime::prelude::*;

use crate::backend::{Conn, execute_batch};
use crate::crashes::{WORK, kill_at_some_point, snapshot};
use crate::place::{Dice, Isolation, Place, connect};
use crate::times;
use crate::world::World;
use crate::worlds::chain::{self, chain_a};

diesel::table! {
    // of a chain, without a marker: each row a file in a folder
    attachments (a_id) { a_id -> Integer, name -> Text }
}
diesel::table! {
    // what the hook copies
    archive { id -> Integer }
}
diesel::table! {
    // the files that are to be removed
    removed_files (name) { name -> Text }
}

const CHAINS: i32 = 48;

/// Where the files of a place are.
fn folder(place: &str) -> PathBuf {
    let place = Path::new(place).file_name().unwrap().to_str().unwrap();
    std::env::temp_dir().join(format!("{place}_files"))
}

fn create(conn: &mut Conn, folder: &Path) {
    chain::It.create(conn);
    execute_batch(
        conn,
        "CREATE TABLE attachments (a_id INTEGER PRIMARY KEY, name VARCHAR(100) NOT NULL, \
         FOREIGN KEY (a_id) REFERENCES chain_a (id)); \
         CREATE TABLE archive (id INTEGER PRIMARY KEY); \
         CREATE TABLE removed_files (name VARCHAR(100) PRIMARY KEY)",
    );
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir(folder).unwrap();
}

/// Chains that were deleted long ago, with ids of their own in each round. Every fourth is needed
/// by an order, until the next round.
fn fill_trash(conn: &mut Conn, round: u32, folder: &Path) {
    let first = 1 + i32::try_from(round).unwrap() * CHAINS;
    execute_batch(conn, "DELETE FROM chain_e");
    conn.transaction(|conn| {
        for id in first..first + CHAINS {
            chain::It.try_insert(conn, (0, id), &[])?;
            for table in 1..4 {
                chain::It.try_insert(conn, (table, id), &[Some(id)])?;
            }
            let name = id.to_string();
            std::fs::write(folder.join(&name), &name).unwrap();
            diesel::insert_into(attachments::table)
                .values((attachments::a_id.eq(id), attachments::name.eq(&name)))
                .execute(conn)?;
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

/// Something may happen meanwhile.
fn pause() {
    std::thread::sleep(Duration::from_micros(200));
}

/// Removes the files that a run left which was killed.
fn remove_left(conn: &mut Conn, folder: &Path) -> QueryResult<()> {
    let names: Vec<String> = removed_files::table
        .select(removed_files::name)
        .load(conn)?;
    for name in names {
        let _ = std::fs::remove_file(folder.join(&name));
        diesel::delete(removed_files::table.find(name)).execute(conn)?;
    }
    Ok(())
}

/// As the guide says: rows that hang on a batch go in its transaction, and files after the commit.
fn empty_trash(conn: &mut Conn, place: &str) -> Result<(), Error> {
    let folder = &folder(place);
    remove_left(conn, folder)?;
    purge_expired(chain_a::table)
        .older_than(TimeDelta::days(30))
        .batch_size(3)
        .before_batch(|conn: &mut Conn, rows| {
            let going = chain_a::table.with_deleted().filter(rows.filter());
            diesel::insert_into(archive::table)
                .values(going.select(chain_a::id))
                .into_columns(archive::id)
                .execute(conn)?;
            let hanging = || attachments::table.filter(attachments::a_id.eq_any(rows.keys()));
            let names: Vec<String> = hanging().select(attachments::name).load(conn)?;
            let listed = names.iter().map(|name| removed_files::name.eq(name));
            diesel::insert_into(removed_files::table)
                .values(listed.collect::<Vec<_>>())
                .execute(conn)?;
            diesel::delete(hanging()).execute(conn)?;
            for id in rows.keys() {
                std::fs::write(folder.join(format!("{id}.exported")), "").unwrap();
            }
            pause();
            Ok::<_, Error>(names)
        })
        .after_batch(|_, names| {
            pause();
            for name in names {
                std::fs::remove_file(folder.join(name)).unwrap();
            }
        })
        .execute(conn)
        .map(|_| ())
}

#[test]
#[ignore = "the test below starts and kills it"]
fn worker() {
    let place = std::env::var(WORK).unwrap();
    let mut conn = connect(&place);
    println!("ready");
    loop {
        empty_trash(&mut conn, &place).unwrap();
    }
}

/// What is there after a kill.
struct Left {
    chains: usize,
    /// Files whose rows have gone.
    files: usize,
}

fn hooks_and_removals_agree(conn: &mut Conn, folder: &Path, rounds: u32) -> Left {
    Isolation::RepeatableRead.set(conn);
    let (rows, archived, attached, listed) = conn
        .transaction(|conn| {
            let archived: Vec<i32> = archive::table.select(archive::id).load(conn)?;
            let attached: Vec<(i32, String)> = attachments::table.load(conn)?;
            let listed: Vec<String> = removed_files::table
                .select(removed_files::name)
                .load(conn)?;
            QueryResult::Ok((chain::It.rows(conn), archived, attached, listed))
        })
        .unwrap();
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    let archived: BTreeSet<i32> = archived.into_iter().collect();
    let attached: BTreeSet<i32> = attached.into_iter().map(|(id, _)| id).collect();
    let listed: BTreeSet<String> = listed.into_iter().collect();
    let mut left = Left {
        chains: 0,
        files: 0,
    };
    for id in 1..=i32::try_from(rounds).unwrap() * CHAINS {
        let there = rows.contains_key(&(0, id));
        for table in 1..4 {
            assert_eq!(rows.contains_key(&(table, id)), there, "chain {id} is torn");
        }
        assert!(
            there || !rows.contains_key(&(4, id)),
            "chain {id} is needed"
        );
        // what was written to the database
        assert_eq!(archived.contains(&id), !there, "the copy of chain {id}");
        assert_eq!(
            attached.contains(&id),
            there,
            "the attachment of chain {id}"
        );
        // what was written beside it
        let name = id.to_string();
        let file = files.contains(&name);
        assert!(file || !there, "the file of chain {id} is lost");
        assert!(
            !file || there || listed.contains(&name),
            "nobody removes the file of chain {id}"
        );
        assert!(
            !listed.contains(&name) || !there,
            "the file of chain {id} would be removed"
        );
        let exported = files.contains(&format!("{id}.exported"));
        assert!(there || exported, "chain {id} went without its export");
        left.chains += usize::from(there);
        left.files += usize::from(file && !there);
    }
    left
}

#[test]
fn what_the_hooks_of_a_killed_retention_wrote_and_what_it_removed_agree() {
    let mut place = Place::new();
    let name = place.name().to_owned();
    let folder = folder(&name);
    create(&mut place.first, &folder);
    let mut dice = Dice::new();
    let kills = times(4, 200);
    let (mut within, mut files) = (0, 0);
    for round in 0..kills {
        fill_trash(&mut place.first, round, &folder);
        let longest = if cfg!(backend = "sqlite") {
            30_000
        } else {
            200_000
        };
        kill_at_some_point("killed_hooks::worker", &name, &mut dice, longest);
        let left = hooks_and_removals_agree(&mut place.first, &folder, round + 1);
        let needed = snapshot(&chain::It, &mut place.first);
        let needed = needed.keys().filter(|key| key.0 == 4).count();
        within += u32::from(left.chains > needed);
        files += left.files;
    }
    // a server may be busy yet with what the last one has begun
    let needed = usize::try_from(CHAINS / 4).unwrap();
    let mut left = Left {
        chains: usize::MAX,
        files: 0,
    };
    while left.chains > needed {
        empty_trash(&mut place.first, &name).unwrap();
        left = hooks_and_removals_agree(&mut place.first, &folder, kills);
    }
    remove_left(&mut place.first, &folder).unwrap();
    assert_eq!(left.files, 0);
    assert_eq!(
        removed_files::table.count().get_result(&mut place.first),
        Ok(0_i64)
    );
    std::fs::remove_dir_all(&folder).unwrap();
    println!(
        "{kills} kills of a retention with hooks, {within} before its end; {files} files left"
    );
}
