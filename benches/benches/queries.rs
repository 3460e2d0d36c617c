//! The time of queries by criterion, and at the end their ratios.

use std::cell::RefCell;
use std::error::Error;
use std::time::Duration;

use criterion::{Criterion, SamplingMode};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use soft_delete_benches::queries::schema::{ACCOUNTS, Account, accounts, rows, tables};
use soft_delete_benches::queries::{Query, RUNS, Timed, by_hand, floor, library};
use soft_delete_benches::schema::Database;
use soft_delete_benches::turns::{Turns, time};
use soft_delete_benches::{page, plot, scaled};

const WAYS: [&str; 3] = ["library", "Diesel by hand", "prepared SQL"];
const LIBRARY: usize = 0;
const BY_HAND: usize = 1;
const FLOOR: usize = 2;

struct Bench {
    criterion: Criterion,
    rows: Vec<Vec<String>>,
    bars: Vec<plot::Bar>,
}

/// The most that the library may take of what Diesel takes by hand, and of the prepared SQL.
fn targets(query: Query, database: &str) -> (Option<f64>, Option<f64>) {
    match (query, database) {
        (Query::SoftDelete | Query::Restore, "PostgreSQL") => (Some(0.85), Some(1.1)),
        (Query::Purge, "PostgreSQL") => (None, Some(1.1)),
        _ => (None, None),
    }
}

impl Bench {
    /// Each query on one database; a connection to put the rows back, and one of each way.
    fn run<C: Database>(
        &mut self,
        database: &str,
        put_back: &mut dyn FnMut(&str),
        ways: &mut [&mut dyn Timed; 3],
    ) {
        for query in Query::ALL {
            let rows = rows::<C>(query);
            put_back(&rows);
            let mut turns = Turns::new(
                WAYS.len(),
                Box::new(|way| {
                    if !query.reads() {
                        put_back(&rows);
                    }
                    ways[way].time(query)
                }),
            );
            let name = format!("{} on {database}", query.name());
            measure(&mut self.criterion, &name, &WAYS, &mut turns);
            let (to_hand, to_floor) = targets(query, database);
            self.line(&name, &turns, to_hand, to_floor);
        }
    }

    fn line(&mut self, name: &str, turns: &Turns<'_>, to_hand: Option<f64>, to_floor: Option<f64>) {
        if turns.count() == 0 {
            return; // criterion was told to leave it out
        }
        let micros = |way| format!("{:.1}", turns.seconds(way) * 1e6 / RUNS as f64);
        let ratio = |to: usize, most: Option<f64>| {
            let most = most.map_or(String::new(), |most| format!(" (≤ {most})"));
            format!("{:.2}{most}", turns.ratio(LIBRARY, to))
        };
        self.rows.push(vec![
            name.to_owned(),
            micros(LIBRARY),
            micros(BY_HAND),
            micros(FLOOR),
            ratio(BY_HAND, to_hand),
            ratio(FLOOR, to_floor),
            format!("{:.2}", turns.ratio(BY_HAND, FLOOR)),
        ]);
        let to_hand = (name.to_owned(), turns.ratio(LIBRARY, BY_HAND), to_hand);
        self.bars.push(to_hand);
    }
}

/// Gives criterion the times of the ways.
fn measure(criterion: &mut Criterion, name: &str, ways: &[&str], turns: &mut Turns<'_>) {
    let turns = RefCell::new(turns);
    let mut group = criterion.benchmark_group(name);
    group.sampling_mode(SamplingMode::Flat);
    for (way, name) in ways.iter().enumerate() {
        group.bench_function(*name, |bencher| {
            bencher.iter_custom(|runs| turns.borrow_mut().take(way, runs));
        });
    }
    group.finish();
}

fn on_sqlite(bench: &mut Bench) -> Result<(), Box<dyn Error>> {
    let file = soft_delete_benches::schema::File::new("queries");
    let connect = || {
        let mut conn = SqliteConnection::establish(file.path())?;
        conn.batch_execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;")?;
        Ok::<_, Box<dyn Error>>(conn)
    };
    let (shared, mut fresh) = (RefCell::new(connect()?), connect()?);
    fresh.batch_execute(&tables::<SqliteConnection>(Query::Find))?;
    let bare = rusqlite::Connection::open(file.path())?;
    bare.execute_batch("PRAGMA synchronous = OFF;")?;
    let mut put_back = |sql: &str| {
        if let Err(error) = fresh.batch_execute(sql) {
            panic!("{error}");
        }
    };
    bench.run::<SqliteConnection>(
        "SQLite",
        &mut put_back,
        &mut [
            &mut library::on_sqlite(&shared),
            &mut by_hand::on_sqlite(&shared),
            &mut floor::on_sqlite(&bare)?,
        ],
    );
    Ok(())
}

#[cfg(feature = "postgres")]
fn on_postgres(bench: &mut Bench, url: &str) -> Result<(), Box<dyn Error>> {
    use soft_delete_benches::schema::open;

    let mut fresh: PgConnection = open(url)?;
    fresh.batch_execute(&tables::<PgConnection>(Query::Find))?;
    // that of each further connection, also of pgbench
    let options = "options=-csearch_path%3Dsoft_delete_benches%20-csynchronous_commit%3Doff";
    let sign = if url.contains('?') { '&' } else { '?' };
    let url = &format!("{url}{sign}{options}");
    let shared = RefCell::new(PgConnection::establish(url)?);
    let mut put_back = |sql: &str| {
        // the dead rows of one measurement are no burden to the next
        for sql in [sql, "VACUUM ANALYZE accounts", "VACUUM ANALYZE notes"] {
            if let Err(error) = fresh.batch_execute(sql) {
                panic!("{error}");
            }
        }
    };
    bench.run::<PgConnection>(
        "PostgreSQL",
        &mut put_back,
        &mut [
            &mut library::on_postgres(&shared),
            &mut by_hand::on_postgres(&shared),
            &mut floor::Libpq::new(url)?,
        ],
    );
    fresh.batch_execute("DROP SCHEMA soft_delete_benches CASCADE")?;
    Ok(())
}

/// A look-up by key as the docs write it, and as one often sees it.
fn first(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let mut conn = SqliteConnection::establish(":memory:")?;
    conn.batch_execute(&tables::<SqliteConnection>(Query::Find))?;
    let found = |found: QueryResult<Account>| assert!(found.is_ok());
    let mut turns = Turns::new(
        2,
        Box::new(|way| {
            time(|| {
                for id in (1..=ACCOUNTS).cycle().take(5 * RUNS) {
                    let id = i32::try_from(id).unwrap_or_default();
                    found(match way {
                        LIBRARY => Account::query().find(id).get_result(&mut conn),
                        _ => accounts::table
                            .filter(accounts::deleted_at.is_null())
                            .select(Account::as_select())
                            .find(id)
                            .first(&mut conn),
                    });
                }
            })
        }),
    );
    let ways = [
        "query().find(id).get_result(conn)",
        "..find(id).first(conn)",
    ];
    measure(
        criterion,
        "look-up by key on SQLite, two ways",
        &ways,
        &mut turns,
    );
    if turns.count() > 0 {
        let nanos = |way| turns.seconds(way) * 1e9 / (5 * RUNS) as f64;
        page::write(
            "first",
            &page::table(
                &["a look-up by key on SQLite", "ns", "ratio", "at most"],
                &[
                    vec![
                        format!("`{}`", ways[0]),
                        format!("{:.0}", nanos(0)),
                        format!("{:.2}", turns.ratio(0, 1)),
                        "0.50".into(),
                    ],
                    vec![
                        format!("`{}`", ways[1]),
                        format!("{:.0}", nanos(1)),
                        "1".into(),
                        String::new(),
                    ],
                ],
            ),
        );
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut bench = Bench {
        criterion: Criterion::default()
            .sample_size(scaled(40).max(10))
            .warm_up_time(Duration::from_millis(1))
            .measurement_time(Duration::from_millis(10))
            .without_plots()
            .configure_from_args(),
        rows: Vec::new(),
        bars: Vec::new(),
    };
    on_sqlite(&mut bench)?;
    #[cfg(feature = "postgres")]
    if let Ok(url) = std::env::var("SOFT_DELETE_POSTGRES_URL") {
        on_postgres(&mut bench, &url)?;
    }
    let head = [
        "time per query, µs",
        "library",
        "Diesel by hand",
        "prepared SQL",
        "ratio to Diesel",
        "ratio to prepared SQL",
        "Diesel to prepared SQL",
    ];
    page::write("queries", &page::table(&head, &bench.rows));
    plot::ratios("queries", "Time, relative to Diesel by hand", &bench.bars);
    first(&mut bench.criterion)
}
