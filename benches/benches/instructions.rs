//! Instructions per query on SQLite, counted by callgrind; fails where a ratio is too high.

use std::cell::RefCell;
use std::path::Path;
use std::process::ExitCode;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use soft_delete_benches::callgrind::{count, counted, is_counting};
use soft_delete_benches::queries::schema::tables;
use soft_delete_benches::queries::{Query, Run, by_hand, floor, library};
use soft_delete_benches::turns::median;
use soft_delete_benches::{page, plot};

/// The library, Diesel by hand, rusqlite.
const WAYS: usize = 3;
/// In turn, so that each finds the memory in many states: how the allocator fares differs by more
/// than the ways do. The median counts.
const ROUNDS: usize = 9;
/// How often a query runs in each.
const RUNS: usize = 20;

/// Runs a query a few times, each time with another number; of groups, if it reads a group.
fn run(way: &mut dyn Run, query: Query, numbers: &mut impl Iterator<Item = i32>) {
    for number in numbers.take(RUNS) {
        let number = if query.rows() > 1 {
            number % 10
        } else {
            number
        };
        assert_eq!(way.run(query, number), query.rows(), "{query:?}");
    }
}

/// Runs everything: each query, in each round each way.
fn run_all() -> Result<(), Box<dyn std::error::Error>> {
    for query in Query::ALL {
        let tables = tables::<SqliteConnection>(query);
        let connect = || {
            let mut conn = SqliteConnection::establish(":memory:")?;
            conn.batch_execute(&tables)?;
            Ok::<_, Box<dyn std::error::Error>>(RefCell::new(conn))
        };
        let (one, other) = (connect()?, connect()?);
        let bare = rusqlite::Connection::open_in_memory()?;
        bare.execute_batch(&tables)?;
        let mut ways: [&mut dyn Run; WAYS] = [
            &mut library::on_sqlite(&one),
            &mut by_hand::on_sqlite(&other),
            &mut floor::on_sqlite(&bare)?,
        ];
        let mut numbers = [(); WAYS].map(|()| 1..);
        for (way, numbers) in ways.iter_mut().zip(&mut numbers) {
            run(*way, query, numbers);
        }
        for _ in 0..ROUNDS {
            for (way, numbers) in ways.iter_mut().zip(&mut numbers) {
                counted(&mut || run(*way, query, numbers));
            }
        }
    }
    Ok(())
}

/// The most that the library may take of what Diesel takes by hand. A `DELETE` is Diesel's own
/// either way; an `UPDATE` of Diesel's is prepared anew each time, and ours is not.
fn limit(query: Query) -> f64 {
    if query.reads() || query == Query::Purge {
        1.005
    } else {
        1.0
    }
}

/// The ratios, and whether each is within its limit.
fn report(counts: &[u64]) -> bool {
    let (mut rows, mut bars) = (Vec::new(), Vec::new());
    for (query, counts) in Query::ALL.into_iter().zip(counts.chunks(ROUNDS * WAYS)) {
        let [library, by_hand, bare] = [0, 1, 2].map(|way| {
            let counts = counts.iter().skip(way).step_by(WAYS);
            median(counts.map(|count| *count as f64 / RUNS as f64))
        });
        let ratio = library / by_hand;
        rows.push(vec![
            query.name().to_owned(),
            format!("{library:.0}"),
            format!("{by_hand:.0}"),
            format!("{bare:.0}"),
            format!("{ratio:.4}"),
            format!("{:.3}", limit(query)),
            format!("{:.2}", library / bare),
            format!("{:.2}", by_hand / bare),
        ]);
        bars.push((query.name().to_owned(), ratio, Some(limit(query))));
    }
    let head = [
        "instructions per query",
        "library",
        "Diesel by hand",
        "rusqlite",
        "ratio to Diesel",
        "at most",
        "to rusqlite",
        "Diesel to rusqlite",
    ];
    page::write("instructions", &page::table(&head, &rows));
    plot::ratios(
        "instructions",
        "Instructions on SQLite, relative to Diesel by hand",
        &bars,
    );
    rows.len() == Query::ALL.len() && bars.iter().all(|(_, ratio, limit)| Some(*ratio) <= *limit)
}

fn main() -> ExitCode {
    if is_counting() {
        if let Err(error) = run_all() {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
        return ExitCode::SUCCESS;
    }
    let profiles = Path::new(env!("CARGO_TARGET_TMPDIR")).join("callgrind");
    match count(&profiles) {
        Ok(counts) if report(&counts) => ExitCode::SUCCESS,
        Ok(_) => {
            eprintln!(
                "a query takes more instructions than it may; its profile is in {}",
                profiles.display()
            );
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
