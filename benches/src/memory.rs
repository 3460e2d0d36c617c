//! How much memory a retention takes, by the number of rows: that of a process of its own.

use std::process::Command;

use diesel::prelude::*;
use soft_delete_runtime::purge_expired;

use crate::schema::{events, fill_events, open};
use crate::work::moment;

const DATABASE: &str = "SOFT_DELETE_BENCHES_PURGE";

/// Whether this process has been started to be measured; then it does so, and says it.
pub fn is_measured() -> bool {
    let Ok(file) = std::env::var(DATABASE) else {
        return false;
    };
    let rows = SqliteConnection::establish(&file)
        .ok()
        .and_then(|mut conn| {
            let retention = purge_expired(events::table).deleted_before(moment(2));
            retention.execute(&mut conn).ok().map(|done| done.rows())
        });
    println!(
        "{} {}",
        rows.unwrap_or_default(),
        peak().unwrap_or_default()
    );
    true
}

/// The most memory that this process has had, in KiB, where the system tells it.
fn peak() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

/// The peak in KiB of a process that removes so many rows, one third of a table in a file.
pub fn of_retention(file: &str, rows: usize) -> Option<usize> {
    let mut conn: SqliteConnection = open(file).ok()?;
    fill_events(&mut conn, 3 * rows);
    drop(conn);
    let program = std::env::current_exe().ok()?;
    let output = Command::new(program).env(DATABASE, file).output().ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    let (removed, peak) = said.trim().split_once(' ')?;
    assert_eq!(removed.parse(), Ok(rows));
    peak.parse().ok().filter(|peak| *peak > 0)
}
