//! What a retention takes: with rows among the others that cannot go, beside batches by hand, and
//! on a chain of rows that refer to each other.

use std::error::Error;
use std::process::Command;

use diesel::insert_into;
use diesel::prelude::*;
use soft_delete_benches::schema::{Database, File, batch, events, fill_events, open, settle};
use soft_delete_benches::turns::{Turns, time};
use soft_delete_benches::work::{Way, moment};
use soft_delete_benches::{memory, page, scaled};
use soft_delete_runtime::{Progress, purge_expired, soft_delete_table};

diesel::table! {
    // what the hook writes
    archive { id -> Integer, body -> Text }
}
diesel::table! {
    // each row the parent of the next
    nodes { id -> Integer, parent_id -> Nullable<Integer>, deleted_at -> Nullable<Timestamp> }
}

soft_delete_table! { nodes(deleted_at, cascade(nodes::parent_id), parents(parent_id)) }

/// Refer to events, and no relation states it.
const HOLDS: &str = "
    DROP TABLE IF EXISTS holds;
    CREATE TABLE holds (
        id INTEGER PRIMARY KEY, event_id INTEGER NOT NULL REFERENCES events (id));
    CREATE INDEX holds_event_id ON holds (event_id);";

const ARCHIVE: &str = "
    DROP TABLE IF EXISTS archive;
    CREATE TABLE archive (id INTEGER PRIMARY KEY, body VARCHAR(100) NOT NULL);";

const NODES: &str = "
    DROP TABLE IF EXISTS nodes;
    CREATE TABLE nodes (
        id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES nodes (id), deleted_at TIMESTAMP);
    CREATE INDEX nodes_parent_id ON nodes (parent_id);";

const CHAIN: usize = 1_000;

/// A database, and what is done on it.
struct On<C> {
    name: &'static str,
    url: String,
    /// What a further connection begins with.
    join: &'static str,
    /// One `DELETE` of a chain.
    remove_chain: &'static str,
    expired: fn(&mut C, bool) -> Progress,
    by_hand: fn(&mut C, bool) -> usize,
    chain: fn(&mut C) -> usize,
}

macro_rules! on {
    ($name:ident, $Conn:ty, [$($lock:tt)*]) => {
        mod $name {
            use super::*;

            /// The hook: copies the rows that are about to go.
            fn copy(conn: &mut $Conn, keys: &[i32]) -> QueryResult<()> {
                let going = events::table.filter(events::id.eq_any(keys));
                let copies = going.select((events::id, events::body));
                insert_into(archive::table)
                    .values(copies)
                    .into_columns((archive::id, archive::body))
                    .execute(conn)
                    .map(|_| ())
            }

            pub fn expired(conn: &mut $Conn, with_hook: bool) -> Progress {
                let retention = purge_expired(events::table).deleted_before(moment(2));
                let done = match with_hook {
                    true => retention
                        .before_batch(|conn: &mut $Conn, rows| copy(conn, rows.keys()))
                        .execute(conn),
                    false => retention.execute(conn),
                };
                match done {
                    Ok(done) => done,
                    Err(error) => panic!("{error}"),
                }
            }

            /// The same in batches by hand.
            pub fn by_hand(conn: &mut $Conn, with_hook: bool) -> usize {
                let (mut rows, mut last) = (0, Some(0));
                while let Some(after) = last {
                    let removed = conn.transaction(|conn| {
                        let keys: Vec<i32> = events::table
                            .filter(events::deleted_at.lt(moment(2)))
                            .filter(events::id.gt(after))
                            .order(events::id)
                            .limit(1_000)
                            .select(events::id)
                            $($lock)*
                            .load(conn)?;
                        if with_hook {
                            copy(conn, &keys)?;
                        }
                        let going = events::table.filter(events::id.eq_any(&keys));
                        rows += diesel::delete(going).execute(conn)?;
                        QueryResult::Ok(keys)
                    });
                    match removed {
                        Ok(keys) => last = keys.last().copied().filter(|_| keys.len() == 1_000),
                        Err(error) => panic!("{error}"),
                    }
                }
                rows
            }

            pub fn chain(conn: &mut $Conn) -> usize {
                let expired = purge_expired(nodes::table).deleted_before(moment(2));
                match expired.execute(conn) {
                    Ok(done) => done.rows(),
                    Err(error) => panic!("{error}"),
                }
            }
        }
    };
}

on!(sqlite, SqliteConnection, []);
#[cfg(feature = "postgres")]
on!(postgres, PgConnection, [.for_update().skip_locked()]);
#[cfg(feature = "mysql")]
on!(mysql, MysqlConnection, [.for_update().skip_locked()]);

/// Fills the table of events anew, and refers to some of the expired ones, all over the table.
fn fill<C: Database>(conn: &mut C, rows: usize, held: usize) {
    batch(conn, "DROP TABLE IF EXISTS holds;");
    fill_events(conn, rows);
    batch(conn, HOLDS);
    batch(conn, ARCHIVE);
    // most of them refer to active rows
    let active = rows / 30;
    batch(
        conn,
        &format!(
            "INSERT INTO holds (id, event_id) {} SELECT n, 3 * n - 1 FROM numbers;",
            C::numbers(active)
        ),
    );
    if let Some(distance) = (rows / 3).checked_div(held) {
        batch(
            conn,
            &format!(
                "INSERT INTO holds (id, event_id)
                     {} SELECT {active} + n, 3 * n * {distance} FROM numbers;",
                C::numbers(held)
            ),
        );
    }
    settle(conn);
}

fn fill_chain<C: Database>(conn: &mut C) {
    batch(conn, NODES);
    batch(
        conn,
        &format!(
            "INSERT INTO nodes (id, parent_id, deleted_at)
                 {} SELECT n, CASE WHEN n > 1 THEN n - 1 END,
                     CAST('2026-01-01 00:00:00' AS {})
                 FROM numbers ORDER BY n;",
            C::numbers(CHAIN),
            C::MOMENT,
        ),
    );
    settle(conn);
}

/// The tables of the page.
#[derive(Default)]
struct Figures {
    held: Vec<Vec<String>>,
    memory: Vec<Vec<String>>,
    ratios: Vec<Vec<String>>,
}

impl Figures {
    fn measure<C: Database>(&mut self, on: &On<C>) -> ConnectionResult<()> {
        let conn = &mut open::<C>(&on.url)?;
        self.with_and_without_held(on, conn);
        for with_hook in [false, true] {
            self.beside_batches(on, conn, with_hook);
        }
        self.chain(on, conn);
        for expired in [scaled(100_000), scaled(1_000_000)] {
            self.peak(on, conn, expired);
        }
        Ok(())
    }

    /// One row in a thousand of the expired ones cannot go.
    fn with_and_without_held<C: Database>(&mut self, on: &On<C>, conn: &mut C) {
        let expired = scaled(1_000_000);
        let held = [expired / 1_000, 0];
        let mut turns = Turns::new(
            held.len(),
            Box::new(|way| {
                fill(conn, 3 * expired, held[way]);
                let mut done = None;
                let taken = time(|| done = Some((on.expired)(conn, false)));
                let done = done.map(|done| (done.rows(), done.skipped()));
                assert_eq!(done, Some((expired - held[way], held[way])));
                taken
            }),
        );
        for _ in 0..4 {
            turns.run();
        }
        self.held.push(vec![
            on.name.to_owned(),
            expired.to_string(),
            held[0].to_string(),
            format!("{:.0}", turns.seconds(0) * 1e3),
            format!("{:.0}", turns.seconds(1) * 1e3),
            format!("{:.3}", turns.ratio(0, 1)),
        ]);
    }

    fn beside_batches<C: Database>(&mut self, on: &On<C>, conn: &mut C, with_hook: bool) {
        let expired = scaled(100_000);
        let mut turns = Turns::new(
            Way::ALL.len(),
            Box::new(|way| {
                fill(conn, 3 * expired, 0);
                let mut rows = 0;
                let taken = time(|| match Way::ALL[way] {
                    Way::Library => rows = (on.expired)(conn, with_hook).rows(),
                    Way::ByHand => rows = (on.by_hand)(conn, with_hook),
                });
                assert_eq!(rows, expired);
                taken
            }),
        );
        for _ in 0..13 {
            turns.run();
        }
        let hook = if with_hook { "with" } else { "without" };
        let what = format!("batches {hook} a hook on {}", on.name);
        self.ratio(what, expired, &turns, 1.05);
    }

    fn chain<C: Database>(&mut self, on: &On<C>, conn: &mut C) {
        let mut turns = Turns::new(
            Way::ALL.len(),
            Box::new(|way| {
                fill_chain(conn);
                time(|| match Way::ALL[way] {
                    Way::Library => assert_eq!((on.chain)(conn), CHAIN),
                    Way::ByHand => batch(conn, on.remove_chain),
                })
            }),
        );
        for _ in 0..25 {
            turns.run();
        }
        self.ratio(format!("a chain on {}", on.name), CHAIN, &turns, 3.0);
    }

    fn ratio(&mut self, what: String, rows: usize, turns: &Turns<'_>, target: f64) {
        self.ratios.push(vec![
            what,
            rows.to_string(),
            format!("{:.2}", turns.seconds(0) * 1e3),
            format!("{:.2}", turns.seconds(1) * 1e3),
            format!("{:.3}", turns.ratio(0, 1)),
            target.to_string(),
            turns.count().to_string(),
        ]);
    }

    /// The most memory that a process takes, with rows that cannot go.
    fn peak<C: Database>(&mut self, on: &On<C>, conn: &mut C, expired: usize) {
        fill(conn, 3 * expired, expired / 1_000);
        let output = std::env::current_exe().and_then(|program| {
            Command::new(program)
                .env(MEASURED, on.name)
                .env(URL, &on.url)
                .output()
        });
        let said = output
            .ok()
            .and_then(|output| String::from_utf8(output.stdout).ok());
        let peak = said.as_deref().map(str::trim).unwrap_or("not known");
        self.memory.push(vec![
            format!("{}, {expired} rows", on.name),
            peak.to_owned(),
        ]);
    }

    fn write(&self) {
        let held = [
            "expired rows, with some that cannot go",
            "rows",
            "cannot go",
            "ms",
            "without them, ms",
            "ratio (≤ 1.5)",
        ];
        let memory = ["peak memory of a process, with rows that cannot go", "KiB"];
        let ratios = [
            "what",
            "rows",
            "library, ms",
            "by hand, ms",
            "ratio",
            "at most",
            "pairs",
        ];
        let text = [
            page::table(&held, &self.held),
            page::table(&memory, &self.memory),
            page::table(&ratios, &self.ratios),
        ];
        page::write("retention", &text.join("\n"));
    }
}

/// Set where this process has been started to be measured: the name of the database, and its URL.
const MEASURED: &str = "SOFT_DELETE_BENCHES_RETENTION";
const URL: &str = "SOFT_DELETE_BENCHES_RETENTION_URL";

/// Empties the trash, and prints the most memory that it took.
fn say_peak<C: Database>(on: &On<C>, url: &str) -> ConnectionResult<()> {
    let mut conn = C::establish(url)?;
    batch(&mut conn, on.join);
    assert!((on.expired)(&mut conn, false).skipped() > 0);
    println!("{}", memory::peak().unwrap_or_default());
    Ok(())
}

fn on_sqlite(url: &str) -> On<SqliteConnection> {
    On {
        name: "SQLite",
        url: url.to_owned(),
        join: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;",
        remove_chain: "DELETE FROM nodes WHERE deleted_at < '2026-02-01 00:00:00'",
        expired: sqlite::expired,
        by_hand: sqlite::by_hand,
        chain: sqlite::chain,
    }
}

#[cfg(feature = "postgres")]
fn on_postgres(url: &str) -> On<PgConnection> {
    On {
        name: "PostgreSQL",
        url: url.to_owned(),
        join: "SET search_path = soft_delete_benches; SET synchronous_commit = off;",
        remove_chain: "DELETE FROM nodes WHERE deleted_at < '2026-02-01 00:00:00'",
        expired: postgres::expired,
        by_hand: postgres::by_hand,
        chain: postgres::chain,
    }
}

#[cfg(feature = "mysql")]
fn on_mysql(name: &'static str, url: &str) -> On<MysqlConnection> {
    On {
        name,
        url: url.to_owned(),
        join: "USE soft_delete_benches;",
        // InnoDB looks at a foreign key at each row: from the last one on
        remove_chain: "DELETE FROM nodes WHERE deleted_at < '2026-02-01 00:00:00' ORDER BY id DESC",
        expired: mysql::expired,
        by_hand: mysql::by_hand,
        chain: mysql::chain,
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    if let (Ok(name), Ok(url)) = (std::env::var(MEASURED), std::env::var(URL)) {
        match name.as_str() {
            #[cfg(feature = "postgres")]
            "PostgreSQL" => say_peak(&on_postgres(&url), &url)?,
            #[cfg(feature = "mysql")]
            "MariaDB" | "MySQL" => say_peak(&on_mysql("MySQL", &url), &url)?,
            _ => say_peak(&on_sqlite(&url), &url)?,
        }
        return Ok(());
    }
    let mut figures = Figures::default();
    let file = File::new("retention");
    figures.measure(&on_sqlite(file.path()))?;
    #[cfg(feature = "postgres")]
    if let Ok(url) = std::env::var("SOFT_DELETE_POSTGRES_URL") {
        figures.measure(&on_postgres(&url))?;
        batch(
            &mut PgConnection::establish(&url)?,
            "DROP SCHEMA soft_delete_benches CASCADE",
        );
    }
    #[cfg(feature = "mysql")]
    for (name, variable) in [
        ("MariaDB", "SOFT_DELETE_MARIADB_URL"),
        ("MySQL", "SOFT_DELETE_MYSQL_URL"),
    ] {
        if let Ok(url) = std::env::var(variable) {
            figures.measure(&on_mysql(name, &url))?;
            batch(
                &mut MysqlConnection::establish(&url)?,
                "DROP DATABASE soft_delete_benches",
            );
        }
    }
    figures.write();
    Ok(())
}
