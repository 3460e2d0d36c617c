//! A forum under load: 64 connections at once, and a retention beside them.

use std::error::Error as StdError;
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use soft_delete_benches::forum::{Forum, Step};
use soft_delete_benches::schema::{batch, fill_tree, open, settle};
use soft_delete_benches::turns::median;
use soft_delete_benches::work::Way;
use soft_delete_benches::{page, scaled};
use soft_delete_runtime::Error;

const CONNECTIONS: u64 = 64;
const ROUNDS: u64 = 6;
/// A hundred users have as many posts between them as all the others.
const USERS: usize = 2_000;
const POSTS: usize = 5;
const COMMENTS: usize = 5;
/// Half of the steps on a post are about one of the last ones, and half of those on a user about one
/// of the hundred.
const RECENT: usize = 50;
/// How long a connection waits at most before it tries again, in milliseconds.
const BEFORE_RETRY: i32 = 20;
/// How long the retention waits between two runs.
const BETWEEN_RUNS: Duration = Duration::from_millis(100);

/// Numbers without a pattern, the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: i32) -> i32 {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let number = (bits ^ (bits >> 31)) % u64::from(count.unsigned_abs());
        i32::try_from(number).unwrap_or_default()
    }
}

/// The keys to choose from, and the next one.
struct Keys {
    users: i32,
    posts: i32,
    recent: Vec<AtomicI32>,
    next: AtomicI32,
}

impl Keys {
    fn filled() -> Self {
        let key = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        let posts = 2 * scaled(USERS) * POSTS;
        let recent = posts.saturating_sub(RECENT) + 1..=posts;
        Self {
            users: key(scaled(USERS) + 100),
            posts: key(posts),
            recent: recent.map(|post| AtomicI32::new(key(post))).collect(),
            next: AtomicI32::new(key(posts * COMMENTS) + 1),
        }
    }

    fn user(&self, dice: &mut Dice) -> i32 {
        match dice.below(2) {
            0 => self.users - dice.below(100),
            _ => 1 + dice.below(self.users),
        }
    }

    /// The place of one of the last posts.
    fn slot(&self, number: i32) -> &AtomicI32 {
        &self.recent[number.unsigned_abs() as usize % self.recent.len()]
    }

    fn post(&self, dice: &mut Dice) -> i32 {
        match dice.below(2) {
            0 => self.slot(dice.below(i32::MAX)).load(Relaxed),
            _ => 1 + dice.below(self.posts),
        }
    }

    /// 80 % reads, 15 % inserts, and 5 % deletions or restores of what the connection has deleted.
    fn step(&self, dice: &mut Dice, deleted: &mut Vec<Step>) -> Step {
        match dice.below(100) {
            0..20 => Step::Post(self.post(dice)),
            20..40 => Step::PostsOf(self.user(dice)),
            40..60 => Step::PostsBefore(self.post(dice)),
            60..80 => Step::CountComments(self.post(dice)),
            80..84 => Step::AddPost {
                id: self.next.fetch_add(1, Relaxed),
                user: self.user(dice),
            },
            84..95 => Step::AddComment {
                id: self.next.fetch_add(1, Relaxed),
                post: self.post(dice),
            },
            _ => match (dice.below(2), dice.below(10)) {
                (0, 0) => Step::DeleteUser(self.user(dice)),
                (0, _) => Step::DeletePost(self.post(dice)),
                _ => deleted.pop().unwrap_or(Step::PostsBefore(self.post(dice))),
            },
        }
    }
}

/// What a turn, or one connection in it, has done.
#[derive(Debug, Default)]
struct Done {
    steps: u64,
    refused: u64,
    conflicts: u64,
    inserted: u64,
    removed: usize,
}

impl Done {
    fn add(&mut self, other: &Done) {
        self.steps += other.steps;
        self.refused += other.refused;
        self.conflicts += other.conflicts;
        self.inserted += other.inserted;
        self.removed += other.removed;
    }
}

/// What the guide says, in its chapter on engines.
fn may_be_retried(error: &Error) -> bool {
    const MESSAGES: [&str; 4] = [
        "deadlock detected",
        "Deadlock found",
        "Lock wait timeout",
        "Record has changed since last read",
    ];
    let Error::Database(DieselError::DatabaseError(kind, info)) = error else {
        return false;
    };
    matches!(kind, DatabaseErrorKind::SerializationFailure)
        || MESSAGES.iter().any(|part| info.message().contains(part))
}

/// The time in which all connections work one way.
struct Turn<'a> {
    url: &'a str,
    way: Way,
    round: u64,
    keys: Keys,
    end: Instant,
}

fn join<C: Forum>(url: &str) -> C {
    match C::establish(url) {
        Ok(mut conn) => {
            batch(&mut conn, C::BEGIN);
            conn
        }
        Err(error) => panic!("{error}"),
    }
}

impl Turn<'_> {
    /// One of the connections.
    fn work<C: Forum>(&self, mut conn: C, number: u64) -> Done {
        let mut dice = Dice(self.round * CONNECTIONS + number);
        let mut done = Done::default();
        let mut deleted = Vec::new();
        let mut step = self.keys.step(&mut dice, &mut deleted);
        while Instant::now() < self.end {
            let result = match self.way {
                Way::Library => conn.by_library(step),
                Way::ByHand => conn.by_hand(step).map_err(Error::from),
            };
            match result {
                Ok(()) => self.note(step, &mut done, &mut deleted),
                Err(
                    Error::NotActive { .. }
                    | Error::ParentDeleted { .. }
                    | Error::Database(DieselError::NotFound),
                ) => done.refused += 1,
                Err(error) => {
                    self.after_conflict(&error, &mut conn, &mut done);
                    let pause = dice.below(BEFORE_RETRY).unsigned_abs();
                    thread::sleep(Duration::from_millis(pause.into()));
                    continue;
                }
            }
            done.steps += 1;
            step = self.keys.step(&mut dice, &mut deleted);
        }
        done
    }

    fn note(&self, step: Step, done: &mut Done, deleted: &mut Vec<Step>) {
        match step {
            Step::AddPost { id, .. } => {
                done.inserted += 1;
                self.keys.slot(id).store(id, Relaxed);
            }
            Step::AddComment { .. } => done.inserted += 1,
            Step::DeleteUser(user) => deleted.push(Step::RestoreUser(user)),
            Step::DeletePost(post) => deleted.push(Step::RestorePost(post)),
            _ => {}
        }
    }

    fn after_conflict<C: Forum>(&self, error: &Error, conn: &mut C, done: &mut Done) {
        assert!(may_be_retried(error), "{error:?}");
        done.conflicts += 1;
        if C::REOPEN && self.way == Way::ByHand {
            *conn = join(self.url);
        }
    }

    /// The retention: removes what was deleted more than a second ago.
    fn retain<C: Forum>(&self, mut conn: C) -> Done {
        let mut done = Done::default();
        while Instant::now() < self.end {
            let before = (Utc::now() - TimeDelta::seconds(1)).naive_utc();
            let rows = &mut done.removed;
            let result = match self.way {
                Way::Library => conn.purge_by_library(before, rows),
                Way::ByHand => conn.purge_by_hand(before, rows).map_err(Error::from),
            };
            if let Err(error) = result {
                self.after_conflict(&error, &mut conn, &mut done);
            }
            thread::sleep(BETWEEN_RUNS);
        }
        done
    }

    fn run<C: Forum>(&self, conns: Vec<C>, retention: C) -> Done {
        thread::scope(|scope| {
            let retention = scope.spawn(|| self.retain(retention));
            let workers: Vec<_> = (0..)
                .zip(conns)
                .map(|(number, conn)| scope.spawn(move || self.work(conn, number)))
                .collect();
            let mut all = Done::default();
            for thread in workers.into_iter().chain([retention]) {
                match thread.join() {
                    Ok(done) => all.add(&done),
                    Err(_) => panic!("a connection has failed"),
                }
            }
            all
        })
    }
}

/// A turn of one way on tables that are filled again: the steps per second, and what was done.
fn turn<C: Forum>(url: &str, conn: &mut C, way: Way, round: u64) -> QueryResult<(f64, Done)> {
    fill_tree(conn, scaled(USERS), POSTS, COMMENTS);
    settle(conn);
    let (_, filled) = conn.count()?;
    let conns = (0..CONNECTIONS).map(|_| join::<C>(url)).collect();
    let retention = join(url);
    let start = Instant::now();
    let turn = Turn {
        url,
        way,
        round,
        keys: Keys::filled(),
        end: start + Duration::from_millis(scaled(50_000) as u64),
    };
    let done = turn.run(conns, retention);
    let per_second = done.steps as f64 / start.elapsed().as_secs_f64();
    println!("{}: {per_second:.0} per second, {done:?}", way.name());
    let (astray, rows) = conn.count()?;
    assert_eq!(astray, 0, "active rows below deleted ones");
    assert_eq!(rows, filled + done.inserted as i64 - done.removed as i64);
    Ok((per_second, done))
}

fn measure<C: Forum>(name: &str, url: &str) -> Result<Vec<String>, Box<dyn StdError>> {
    let conn = &mut open::<C>(url)?;
    let mut all = [Done::default(), Done::default()];
    let mut rates = [Vec::new(), Vec::new()];
    for round in 0..ROUNDS {
        for index in 0..2 {
            let way = (index + round as usize) % 2;
            let (per_second, done) = turn(url, conn, Way::ALL[way], round)?;
            all[way].add(&done);
            rates[way].push(per_second);
        }
    }
    let [library, by_hand] = &rates;
    let ratios = library
        .iter()
        .zip(by_hand)
        .map(|(library, by_hand)| library / by_hand);
    let per_million =
        |done: &Done| format!("{:.0}", done.conflicts as f64 * 1e6 / done.steps as f64);
    let [by_library, by_hand_done] = &all;
    Ok(vec![
        name.to_owned(),
        (by_library.steps + by_hand_done.steps).to_string(),
        format!("{:.0}", median(library.iter().copied())),
        format!("{:.0}", median(by_hand.iter().copied())),
        format!("{:.3}", median(ratios)),
        per_million(by_library),
        per_million(by_hand_done),
    ])
}

fn main() -> Result<(), Box<dyn StdError>> {
    let mut table = Vec::new();
    if let Ok(url) = std::env::var("SOFT_DELETE_POSTGRES_URL") {
        table.push(measure::<PgConnection>("PostgreSQL", &url)?);
        batch(
            &mut PgConnection::establish(&url)?,
            "DROP SCHEMA soft_delete_benches CASCADE",
        );
    }
    for (name, variable) in [
        ("MariaDB", "SOFT_DELETE_MARIADB_URL"),
        ("MySQL", "SOFT_DELETE_MYSQL_URL"),
    ] {
        if let Ok(url) = std::env::var(variable) {
            table.push(measure::<MysqlConnection>(name, &url)?);
            batch(
                &mut MysqlConnection::establish(&url)?,
                "DROP DATABASE soft_delete_benches",
            );
        }
    }
    let head = [
        "64 connections",
        "operations",
        "library, per second",
        "by hand, per second",
        "ratio",
        "library, conflicts per million",
        "by hand, conflicts per million",
    ];
    page::write("load", &page::table(&head, &table));
    Ok(())
}
