//! Lists of active rows by the share of deleted ones, with an index and without; and what each
//! index costs a write. Fails where a list does not use the index.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

#[cfg(feature = "postgres")]
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use soft_delete_benches::schema::{Database, File, batch, fill_events, open, settle};
use soft_delete_benches::shares::{self, INDEXES, Lists};
use soft_delete_benches::turns::{Turns, time};
use soft_delete_benches::work::{Sizes, Way, Work};
use soft_delete_benches::{page, plot, scaled};

/// How many rows of a thousand are deleted.
const SHARES: [usize; 5] = [0, 500, 900, 990, 999];

/// The indexes that may be there beside those of the foreign keys: on a table, and of which rows.
const CANDIDATES: [(&str, &str); 6] = [
    ("foreign keys alone", ""),
    (
        "and `(deleted_at)`",
        "CREATE INDEX marker_@ ON @ (deleted_at);",
    ),
    (
        "and `(deleted_at) WHERE deleted_at IS NOT NULL`",
        "CREATE INDEX marker_@ ON @ (deleted_at) WHERE deleted_at IS NOT NULL;",
    ),
    (
        "and `(id) WHERE deleted_at IS NOT NULL`",
        "CREATE INDEX marker_@ ON @ (id) WHERE deleted_at IS NOT NULL;",
    ),
    (
        "and `(text) WHERE deleted_at IS NULL`",
        "CREATE INDEX marker_@ ON @ (#) WHERE deleted_at IS NULL;",
    ),
    (
        "and `(text, deleted_at)`",
        "CREATE INDEX marker_@ ON @ (#, deleted_at);",
    ),
];

/// The plan of a query.
type Plan<C> = fn(&mut C, &str) -> QueryResult<String>;

#[derive(Default)]
struct Bench {
    rows: Vec<Vec<String>>,
    lines: Vec<plot::Line>,
    without_index: Vec<String>,
}

impl Bench {
    fn lists<C: Database>(
        &mut self,
        database: &str,
        conn: &mut C,
        all: &[Lists<C>],
        plan: Plan<C>,
    ) {
        for lists in all {
            let mut lines = INDEXES.map(|index| {
                let name = format!("{}, {database}, {index} index", lists.kind);
                (name, Vec::new())
            });
            for share in SHARES {
                batch(conn, &lists.tables(scaled(1_000_000), share));
                let percent = share as f64 / 10.0;
                let mut row = vec![format!("{}, {database}, {percent} % deleted", lists.kind)];
                for (index, line) in INDEXES.into_iter().zip(&mut lines) {
                    batch(conn, &lists.index(index));
                    settle(conn);
                    let sql = (lists.sql)();
                    let plan = plan(conn, &sql).unwrap_or_else(|error| error.to_string());
                    if index == "partial" && !plan.contains("items_by_owner") {
                        self.without_index
                            .push(format!("{}: {sql}\n{plan}", row[0]));
                    }
                    let turns = turns(conn, lists, if index == "partial" { 15 } else { 4 });
                    if index == "partial" {
                        row.push(format!("{:.0}", turns.1 * 1e6));
                    }
                    row.push(format!("{:.2}", turns.0));
                    line.1.push((1000.0 / (1000 - share) as f64, turns.0));
                }
                self.rows.push(row);
            }
            if lists.kind == "timestamp" {
                self.lines.extend(lines);
            }
        }
    }
}

/// The ratio of the list to that of the table that holds only active rows, and its seconds.
fn turns<C: Database>(conn: &mut C, lists: &Lists<C>, rounds: usize) -> (f64, f64) {
    const QUERIES: i32 = 5;
    let mut turns = Turns::new(
        2,
        Box::new(|way| {
            let list = [lists.items, lists.active_items][way];
            time(|| {
                for owner in 0..QUERIES {
                    std::hint::black_box(list(conn, owner));
                }
            })
        }),
    );
    for _ in 0..rounds {
        turns.run();
    }
    (turns.ratio(0, 1), turns.seconds(0) / f64::from(QUERIES))
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    detail: String,
}

fn plan_on_sqlite(conn: &mut SqliteConnection, sql: &str) -> QueryResult<String> {
    let sql = sql.split(" -- binds").next().unwrap_or(sql);
    let lines = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load::<Line>(conn)?;
    Ok(lines.into_iter().map(|line| line.detail + "\n").collect())
}

/// The plan that a prepared statement has once and for all.
#[cfg(feature = "postgres")]
fn plan_on_postgres(conn: &mut PgConnection, sql: &str) -> QueryResult<String> {
    let sql = sql.split(" -- binds").next().unwrap_or(sql);
    conn.batch_execute(&format!(
        "SET plan_cache_mode = force_generic_plan;
         PREPARE one (INTEGER, BIGINT) AS {sql};
         CREATE OR REPLACE FUNCTION plan_of_one() RETURNS SETOF text LANGUAGE plpgsql AS
         $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN EXECUTE one (1, 100)'; END $$"
    ))?;
    let lines =
        diesel::sql_query("SELECT detail FROM plan_of_one() AS detail").load::<Line>(conn)?;
    conn.batch_execute("DEALLOCATE one; RESET plan_cache_mode")?;
    Ok(lines.into_iter().map(|line| line.detail + "\n").collect())
}

/// What one database does: opens anew, soft-deletes so many rows one by one, does a work.
struct Writes<'a, C> {
    database: &'a str,
    open: &'a dyn Fn() -> C,
    one_by_one: fn(&mut C, usize) -> Duration,
    work: fn(&mut C, Work, Way, Sizes) -> Duration,
}

fn sizes() -> Sizes {
    Sizes {
        events: scaled(100_000),
        ..Sizes::one(scaled(500), 20)
    }
}

/// What each index costs, as the ratio to the foreign keys alone.
fn writes<C: Database>(writes: &Writes<'_, C>) -> Vec<Vec<String>> {
    const KINDS: usize = 5;
    let mut table: Vec<Vec<String>> = CANDIDATES
        .iter()
        .map(|(name, _)| vec![format!("{}: {name}", writes.database)])
        .collect();
    let measure = |conn: &mut C, kind: usize| match kind {
        0 => (writes.one_by_one)(conn, scaled(2_000)),
        1 => (writes.work)(conn, Work::Cascade, Way::Library, sizes()),
        2 => (writes.work)(conn, Work::Restore, Way::Library, sizes()),
        3 => (writes.work)(conn, Work::Purge, Way::Library, sizes()),
        _ => (writes.work)(conn, Work::Retention, Way::Library, sizes()),
    };
    for kind in 0..KINDS {
        let mut turns = Turns::new(
            CANDIDATES.len(),
            Box::new(|way| {
                let mut conn = (writes.open)();
                for (table, text) in [
                    ("users", "name"),
                    ("posts", "title"),
                    ("comments", "body"),
                    ("events", "body"),
                ] {
                    let index = CANDIDATES[way].1.replace('@', table).replace('#', text);
                    if !index.is_empty() {
                        batch(&mut conn, &index);
                    }
                }
                measure(&mut conn, kind)
            }),
        );
        for _ in 0..6 {
            turns.run();
        }
        for (way, row) in table.iter_mut().enumerate() {
            row.push(format!("{:.2}", turns.ratio(way, 0)));
        }
    }
    table
}

macro_rules! one_by_one {
    ($name:ident, $Conn:ty) => {
        fn $name(conn: &mut $Conn, rows: usize) -> Duration {
            use soft_delete_benches::schema::events;
            use soft_delete_runtime::prelude::*;

            fill_events(conn, 3 * rows);
            settle(conn);
            time(|| {
                for row in 0..rows {
                    let id = i32::try_from(3 * row + 2).unwrap_or_default(); // an active one
                    let done = soft_delete(events::table.find(id)).execute(conn);
                    assert_eq!(done, Ok(1));
                }
            })
        }
    };
}

one_by_one!(one_by_one_on_sqlite, SqliteConnection);
#[cfg(feature = "postgres")]
one_by_one!(one_by_one_on_postgres, PgConnection);

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut bench = Bench::default();
    let mut costs = Vec::new();

    let file = File::new("indexes");
    let mut conn: SqliteConnection = open(file.path())?;
    bench.lists("SQLite", &mut conn, &shares::on_sqlite(), plan_on_sqlite);
    drop(conn);
    costs.extend(writes(&Writes {
        database: "SQLite",
        open: &|| opened(file.path()),
        one_by_one: one_by_one_on_sqlite,
        work: soft_delete_benches::work::filled_on_sqlite,
    }));
    #[cfg(feature = "postgres")]
    if let Ok(url) = std::env::var("SOFT_DELETE_POSTGRES_URL") {
        let mut conn: PgConnection = open(&url)?;
        bench.lists(
            "PostgreSQL",
            &mut conn,
            &shares::on_postgres(),
            plan_on_postgres,
        );
        drop(conn);
        costs.extend(writes(&Writes {
            database: "PostgreSQL",
            open: &|| opened(&url),
            one_by_one: one_by_one_on_postgres,
            work: soft_delete_benches::work::filled_on_postgres,
        }));
        opened::<PgConnection>(&url).batch_execute("DROP SCHEMA soft_delete_benches CASCADE")?;
    }

    let head = [
        "100 active rows of an owner",
        "µs, partial index",
        "partial index (≤ 1.1)",
        "plain index",
        "no index",
    ];
    page::write("shares", &page::table(&head, &bench.rows));
    plot::lines(
        "shares",
        "100 active rows, relative to a table that holds only those",
        ("rows there are for each active one", "ratio"),
        &bench.lines,
    );
    let head = [
        "indexes",
        "soft delete of one row",
        "cascade",
        "restore",
        "purge",
        "retention",
    ];
    page::write("index-writes", &page::table(&head, &costs));
    for plan in &bench.without_index {
        eprintln!("does not use the index: {plan}");
    }
    Ok(if bench.without_index.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn opened<C: Database>(url: &str) -> C {
    match open(url) {
        Ok(conn) => conn,
        Err(error) => panic!("{error}"),
    }
}
