//! How long others wait while a third of a table is removed: one that reads, and one that writes.

use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use soft_delete_benches::schema::{Database, File, batch, events, fill_events, open, settle};
use soft_delete_benches::work::{Way, Work, by_hand, moment};
use soft_delete_benches::{page, scaled};
use soft_delete_runtime::purge_expired;

const READ: &str = "SELECT body FROM events WHERE id = @";
const WRITE: &str = "UPDATE events SET body = 'what else happened' WHERE id = @";

/// The longest time that one statement takes, on rows all over the table, until it is over.
fn longest<C: Database>(mut conn: C, statement: &str, rows: usize, over: &AtomicBool) -> Duration {
    let mut longest = Duration::ZERO;
    let mut row = 1;
    while !over.load(Ordering::Relaxed) {
        row = (row * 48_271) % 2_147_483_647; // no pattern that the removal could go along with
        let sql = statement.replace('@', &(1 + row % rows).to_string());
        let start = Instant::now();
        let done = conn.batch_execute(&sql);
        longest = longest.max(start.elapsed());
        assert!(done.is_ok(), "{done:?}");
        thread::sleep(Duration::from_millis(1));
    }
    longest
}

struct Removal<'a, C> {
    database: &'a str,
    /// Opens a further connection to the tables.
    join: &'a (dyn Fn() -> C + Sync),
    remove: fn(&mut C) -> Option<usize>,
}

impl<C: Database + Send> Removal<'_, C> {
    fn measure(&self, conn: &mut C, rows: usize, table: &mut Vec<Vec<String>>) {
        for way in Way::ALL {
            fill_events(conn, rows);
            settle(conn);
            let over = AtomicBool::new(false);
            let pause = |statement: &'static str| longest((self.join)(), statement, rows, &over);
            let (taken, read, written) = thread::scope(|scope| {
                let reader = scope.spawn(|| pause(READ));
                let writer = scope.spawn(|| pause(WRITE));
                thread::sleep(Duration::from_millis(50)); // both are at work
                let start = Instant::now();
                match way {
                    Way::Library => assert_eq!((self.remove)(conn), Some(rows / 3)),
                    Way::ByHand => by_hand::<C>(Work::Retention, false)
                        .iter()
                        .for_each(|sql| batch(conn, sql)),
                }
                let taken = start.elapsed();
                over.store(true, Ordering::Relaxed);
                let longest = |waiting: thread::ScopedJoinHandle<'_, _>| {
                    waiting.join().unwrap_or(Duration::MAX)
                };
                (taken, longest(reader), longest(writer))
            });
            let millis = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1e3);
            let way = match way {
                Way::Library => "in batches of 1,000",
                Way::ByHand => "one `DELETE`",
            };
            table.push(vec![
                format!("{}, {way}", self.database),
                (rows / 3).to_string(),
                millis(taken),
                millis(read),
                millis(written),
            ]);
        }
    }
}

macro_rules! remove {
    ($name:ident, $Conn:ty) => {
        fn $name(conn: &mut $Conn) -> Option<usize> {
            let expired = purge_expired(events::table).deleted_before(moment(2));
            match expired.execute(conn) {
                Ok(done) => Some(done.rows()),
                Err(error) => panic!("{error}"),
            }
        }
    };
}

remove!(remove_on_sqlite, SqliteConnection);
#[cfg(feature = "postgres")]
remove!(remove_on_postgres, PgConnection);

fn joined<C: Database>(url: &str, settings: &str) -> C {
    match C::establish(url) {
        Ok(mut conn) => {
            batch(&mut conn, settings);
            conn
        }
        Err(error) => panic!("{error}"),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    const SQLITE: &str =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 600000;";
    let rows = scaled(3_000_000) / 3 * 3;
    let mut table = Vec::new();
    let file = File::new("pauses");
    let mut conn: SqliteConnection = open(file.path())?;
    batch(&mut conn, SQLITE);
    let removal = Removal {
        database: "SQLite",
        join: &|| joined(file.path(), SQLITE),
        remove: remove_on_sqlite,
    };
    removal.measure(&mut conn, rows, &mut table);
    #[cfg(feature = "postgres")]
    if let Ok(url) = std::env::var("SOFT_DELETE_POSTGRES_URL") {
        const SCHEMA: &str = "SET search_path = soft_delete_benches; SET synchronous_commit = off;";
        let mut conn: PgConnection = open(&url)?;
        let removal = Removal {
            database: "PostgreSQL",
            join: &|| joined(&url, SCHEMA),
            remove: remove_on_postgres,
        };
        removal.measure(&mut conn, rows, &mut table);
        batch(&mut conn, "DROP SCHEMA soft_delete_benches CASCADE");
    }
    let head = [
        "expired rows of a table removed",
        "rows",
        "in all, ms",
        "longest read, ms",
        "longest write, ms",
    ];
    page::write("pauses", &page::table(&head, &table));
    Ok(())
}
