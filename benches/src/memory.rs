//! How much memory a work takes, by the number of rows: that of a process of its own.

use std::process::Command;

use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

use crate::schema::{events, fill_events, fill_tree, open, users};
use crate::work::{Work, moment};

const DATABASE: &str = "SOFT_DELETE_BENCHES_DATABASE";
const WORK: &str = "SOFT_DELETE_BENCHES_WORK";

/// Whether this process has been started to be measured; then it does so, and says it.
pub fn is_measured() -> bool {
    let (Ok(file), Ok(work)) = (std::env::var(DATABASE), std::env::var(WORK)) else {
        return false;
    };
    let rows = SqliteConnection::establish(&file)
        .ok()
        .and_then(|mut conn| {
            if work == Work::Retention.name() {
                let retention = purge_expired(events::table).deleted_before(moment(2));
                return retention.execute(&mut conn).ok().map(|done| done.rows());
            }
            let cascade = soft_delete(users::table.find(1)).at(moment(1));
            cascade.execute(&mut conn).ok()
        });
    println!(
        "{} {}",
        rows.unwrap_or_default(),
        peak().unwrap_or_default()
    );
    true
}

/// The most memory that this process has had, in KiB, where the system tells it.
pub fn peak() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

/// The peak in KiB of a process that does the work on about so many rows, and how many they were:
/// the expired third of a table, or a user with twenty comments a post.
pub fn of(work: Work, file: &str, rows: usize) -> Option<(usize, usize)> {
    let mut conn: SqliteConnection = open(file).ok()?;
    match work {
        Work::Retention => fill_events(&mut conn, 3 * rows),
        _ => fill_tree(&mut conn, 1, (rows / 21).max(1), 20),
    }
    drop(conn);
    let program = std::env::current_exe().ok()?;
    let output = Command::new(program)
        .env(DATABASE, file)
        .env(WORK, work.name())
        .output()
        .ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    let (done, peak) = said.trim().split_once(' ')?;
    let peak = peak.parse().ok().filter(|peak| *peak > 0)?;
    Some((done.parse().ok()?, peak))
}
