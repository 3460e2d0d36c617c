//! What trees and retention take beside SQL by hand: times by criterion, and at the end their
//! ratios; how a cascade grows; and the memory.

use std::cell::RefCell;
use std::error::Error;
use std::time::Duration;

use criterion::{Criterion, SamplingMode};
#[cfg(feature = "postgres")]
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use soft_delete_benches::schema::{Database, File, open};
use soft_delete_benches::turns::{Measure, Turns};
use soft_delete_benches::work::{Sizes, Way, Work, on_sqlite};
use soft_delete_benches::{memory, page, plot, scaled};

/// A line of the table at the end.
struct Line {
    name: String,
    rows: usize,
    target: Option<f64>,
    library: f64,
    by_hand: f64,
    ratio: f64,
    pairs: usize,
}

struct Bench {
    criterion: Criterion,
    sizes: Sizes,
    lines: Vec<Line>,
}

impl Bench {
    /// Each work on one database.
    fn run<C: Database>(
        &mut self,
        database: &str,
        url: &str,
        measure: fn(&mut C, Work, Way, Sizes) -> Duration,
    ) {
        let sizes = self.sizes;
        for work in Work::ALL {
            let conn = RefCell::new(None);
            let measured: Measure<'_> = Box::new(|way| {
                let mut conn = conn.borrow_mut();
                let conn = conn.get_or_insert_with(|| match open::<C>(url) {
                    Ok(conn) => conn,
                    Err(error) => panic!("{error}"),
                });
                measure(conn, work, Way::ALL[way], sizes)
            });
            let turns = RefCell::new(Turns::new(Way::ALL.len(), measured));
            let name = format!("{} on {database}", work.name());
            let mut group = self.criterion.benchmark_group(&name);
            group.sampling_mode(SamplingMode::Flat);
            for way in Way::ALL {
                group.bench_function(way.name(), |bencher| {
                    bencher.iter_custom(|runs| turns.borrow_mut().take(way as usize, runs));
                });
            }
            group.finish();
            let turns = turns.borrow();
            if turns.count() > 0 {
                self.lines.push(Line {
                    name,
                    rows: sizes.rows(work),
                    target: work.target(),
                    library: turns.seconds(0),
                    by_hand: turns.seconds(1),
                    ratio: turns.ratio(0, 1),
                    pairs: turns.count(),
                });
            }
        }
    }

    fn write(&self) {
        let head = [
            "what",
            "rows",
            "library, ms",
            "by hand, ms",
            "ratio",
            "at most",
            "pairs",
        ];
        let rows = self.lines.iter().map(|line| {
            vec![
                line.name.clone(),
                line.rows.to_string(),
                format!("{:.2}", line.library * 1e3),
                format!("{:.2}", line.by_hand * 1e3),
                format!("{:.3}", line.ratio),
                line.target
                    .map_or(String::new(), |target| target.to_string()),
                line.pairs.to_string(),
            ]
        });
        page::write("trees", &page::table(&head, &rows.collect::<Vec<_>>()));
        let bars = self.lines.iter();
        let bars = bars.map(|line| (line.name.clone(), line.ratio, line.target));
        plot::ratios(
            "trees",
            "Time, relative to SQL by hand",
            &bars.collect::<Vec<_>>(),
        );
    }
}

/// The time of a cascade by the number of rows.
#[derive(Default)]
struct Growth {
    rows: Vec<Vec<String>>,
    lines: Vec<plot::Line>,
}

impl Growth {
    fn run<C: Database>(
        &mut self,
        database: &str,
        url: &str,
        measure: fn(&mut C, Work, Way, Sizes) -> Duration,
    ) -> ConnectionResult<()> {
        let conn = &mut open::<C>(url)?;
        let mut lines = Way::ALL.map(|way| (format!("{database}, {}", way.name()), Vec::new()));
        let all = [10, 100, 1_000, 10_000, 100_000, 1_000_000];
        let most = scaled(1_000_000);
        for descendants in all.into_iter().filter(|descendants| *descendants <= most) {
            // posts with nine comments each
            let sizes = Sizes {
                posts: descendants / 10,
                comments: 9,
                events: 0,
            };
            let rounds = if descendants > 10_000 { 3 } else { 8 };
            let mut turns = Turns::new(
                Way::ALL.len(),
                Box::new(|way| measure(conn, Work::Cascade, Way::ALL[way], sizes)),
            );
            for _ in 0..rounds {
                turns.run();
            }
            let rows = sizes.rows(Work::Cascade);
            for (way, line) in lines.iter_mut().enumerate() {
                line.1.push((rows as f64, turns.seconds(way) * 1e3));
            }
            self.rows.push(vec![
                format!("{database}, {rows} rows"),
                format!("{:.2}", turns.seconds(0) * 1e3),
                format!("{:.2}", turns.seconds(0) * 1e6 / rows as f64),
                format!("{:.2}", turns.seconds(1) * 1e6 / rows as f64),
                format!("{:.2}", turns.ratio(0, 1)),
            ]);
        }
        self.lines.extend(lines);
        Ok(())
    }

    fn write(&self) {
        let head = [
            "a cascade",
            "library, ms",
            "µs per row",
            "by hand, µs per row",
            "ratio",
        ];
        page::write("growth", &page::table(&head, &self.rows));
        let axes = ("rows", "ms");
        plot::lines(
            "growth",
            "A cascade by the number of its rows",
            axes,
            &self.lines,
        );
    }
}

/// The most memory that a process takes, by the number of rows.
fn write_memory(file: &str) {
    let mut table = Vec::new();
    for work in [Work::Cascade, Work::Retention] {
        for rows in [scaled(1_000), scaled(100_000), scaled(1_000_000)] {
            if let Some((rows, peak)) = memory::of(work, file, rows) {
                let name = format!("{}, {rows} rows", work.name());
                table.push(vec![name, peak.to_string()]);
            }
        }
    }
    let head = ["peak memory of a process on SQLite", "KiB"];
    page::write("memory", &page::table(&head, &table));
}

fn main() -> Result<(), Box<dyn Error>> {
    if memory::is_measured() {
        return Ok(());
    }
    let mut bench = Bench {
        criterion: Criterion::default()
            .sample_size(10)
            .warm_up_time(Duration::from_millis(1))
            .measurement_time(Duration::from_millis(10))
            .without_plots()
            .configure_from_args(),
        sizes: Sizes {
            posts: scaled(1_000),
            comments: 20,
            events: scaled(300_000),
        },
        lines: Vec::new(),
    };
    let mut growth = Growth::default();
    let file = File::new("trees");
    bench.run("SQLite in memory", ":memory:", on_sqlite);
    bench.run("SQLite in a file", file.path(), on_sqlite);
    growth.run("SQLite", file.path(), on_sqlite)?;
    #[cfg(feature = "postgres")]
    if let Ok(url) = std::env::var("SOFT_DELETE_POSTGRES_URL") {
        use soft_delete_benches::work::on_postgres;
        bench.run("PostgreSQL", &url, on_postgres);
        growth.run("PostgreSQL", &url, on_postgres)?;
        open::<PgConnection>(&url)?.batch_execute("DROP SCHEMA soft_delete_benches CASCADE")?;
    }
    bench.write();
    growth.write();
    write_memory(file.path());
    Ok(())
}
