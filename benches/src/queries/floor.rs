//! The least that the queries cost: statements prepared once, without Diesel.

#[cfg(feature = "postgres")]
use std::{fs, io, path::PathBuf, process::Command, time::Duration};

use chrono::Utc;

use super::schema::{Account, Note};
use super::{Query, Run};
#[cfg(feature = "postgres")]
use super::{RUNS, Timed};

/// Their SQL, with SQLite's placeholders.
fn sql(query: Query) -> &'static str {
    match query {
        Query::Find => {
            "SELECT id, group_id, name, deleted_at FROM accounts WHERE deleted_at IS NULL AND id = ?1"
        }
        Query::List => {
            "SELECT id, group_id, name, deleted_at FROM accounts
             WHERE deleted_at IS NULL AND group_id = ?1"
        }
        Query::Joined => {
            "SELECT a.id, a.group_id, a.name, a.deleted_at, n.id, n.account_id, n.body
             FROM accounts a INNER JOIN notes n ON n.account_id = a.id AND n.deleted_at IS NULL
             WHERE a.deleted_at IS NULL AND a.group_id = ?1"
        }
        Query::SoftDelete => {
            "UPDATE accounts SET deleted_at = ?2 WHERE id = ?1 AND deleted_at IS NULL"
        }
        Query::Restore => {
            "UPDATE accounts SET deleted_at = NULL WHERE id = ?1 AND deleted_at IS NOT NULL"
        }
        Query::Purge => "DELETE FROM accounts WHERE id = ?1 AND deleted_at IS NOT NULL",
    }
}

macro_rules! account {
    ($row:ident) => {
        Account {
            id: $row.get(0)?,
            group_id: $row.get(1)?,
            name: $row.get(2)?,
            deleted_at: $row.get(3)?,
        }
    };
}

macro_rules! note {
    ($row:ident) => {
        Note {
            id: $row.get(4)?,
            account_id: $row.get(5)?,
            body: $row.get(6)?,
        }
    };
}

/// The queries on a connection of rusqlite.
pub fn on_sqlite(conn: &rusqlite::Connection) -> rusqlite::Result<impl Run + '_> {
    let mut statements = Vec::new();
    for query in Query::ALL {
        statements.push(conn.prepare(sql(query))?);
    }
    Ok(move |query, number| {
        let statement = &mut statements[query as usize];
        match query {
            Query::Find => statement
                .query_row([number], |row| Ok(account!(row)))
                .map(|row| std::hint::black_box([row]).len()),
            Query::List => statement
                .query_map([number], |row| Ok(account!(row)))
                .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                .map(|rows| std::hint::black_box(rows).len()),
            Query::Joined => statement
                .query_map([number], |row| Ok((account!(row), note!(row))))
                .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                .map(|rows| std::hint::black_box(rows).len()),
            Query::SoftDelete => statement.execute((number, Utc::now().naive_utc())),
            Query::Restore | Query::Purge => statement.execute([number]),
        }
        .unwrap_or_else(|error| panic!("{query:?}: {error}"))
    })
}

/// The queries on PostgreSQL's client library, by `pgbench`: nothing reads the values of the rows.
#[cfg(feature = "postgres")]
pub struct Libpq<'a> {
    url: &'a str,
    folder: PathBuf,
}

#[cfg(feature = "postgres")]
impl<'a> Libpq<'a> {
    /// Asks the server by that URL.
    pub fn new(url: &'a str) -> io::Result<Self> {
        let name = format!("soft-delete-benches-pgbench-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder)?;
        Ok(Self { url, folder })
    }

    /// The time of each run, in microseconds. The first ones fill the caches of the connection.
    fn micros(&self, query: Query) -> io::Result<Vec<u64>> {
        const FIRST: usize = 20;
        let next = if query.rows() > 1 {
            "(:id + 1) % 10"
        } else {
            ":id + 1"
        };
        let sql = sql(query)
            .replace("?1", ":id")
            .replace("?2", ":now::timestamp");
        let sql = sql.split_whitespace().collect::<Vec<_>>().join(" ");
        let script = self.folder.join("script");
        fs::write(&script, format!("\\set id {next}\n{sql};\n"))?;
        let log = self.folder.join("log");
        let said = Command::new("pgbench")
            .args([
                "--no-vacuum",
                "--protocol",
                "prepared",
                "--log",
                "--log-prefix",
            ])
            .arg(&log)
            .args(["--define", "id=0", "--define"])
            .arg(format!("now={}", Utc::now().naive_utc()))
            .args(["--transactions", &(FIRST + RUNS).to_string(), "--file"])
            .arg(script)
            .arg(self.url)
            .output()?;
        assert!(
            said.status.success(),
            "{}",
            String::from_utf8_lossy(&said.stderr)
        );
        let mut micros = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if path.file_name().is_some_and(|name| name != "script") {
                let lines = fs::read_to_string(&path)?;
                let of_run = |line: &str| line.split(' ').nth(2)?.parse::<u64>().ok();
                micros.extend(lines.lines().filter_map(of_run));
                fs::remove_file(path)?;
            }
        }
        Ok(micros.split_off(FIRST))
    }
}

#[cfg(feature = "postgres")]
impl Timed for Libpq<'_> {
    fn time(&mut self, query: Query) -> Duration {
        match self.micros(query) {
            Ok(micros) => Duration::from_micros(micros.iter().sum()),
            Err(error) => panic!("pgbench: {error}"),
        }
    }
}

#[cfg(feature = "postgres")]
impl Drop for Libpq<'_> {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
