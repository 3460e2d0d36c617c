//! Times by criterion, and at the end their ratios.

use std::cell::RefCell;
use std::time::Duration;

use criterion::{Criterion, SamplingMode};
use soft_delete_benches::schema::{Database, open};
use soft_delete_benches::turns::{Measure, Pairs, Way};
use soft_delete_benches::work::{Sizes, Work, on_sqlite};
use soft_delete_benches::{memory, scaled};

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

    fn print(&self) {
        println!(
            "\n{:<28} {:>8} {:>12} {:>12} {:>7} {:>7} {:>6}",
            "what", "rows", "library, ms", "by hand, ms", "ratio", "target", "pairs"
        );
        for line in &self.lines {
            let target = line
                .target
                .map_or(String::new(), |target| format!("{target:.2}"));
            println!(
                "{:<28} {:>8} {:>12.2} {:>12.2} {:>7.3} {:>7} {:>6}",
                line.name,
                line.rows,
                line.library * 1e3,
                line.by_hand * 1e3,
                line.ratio,
                target,
                line.pairs,
            );
        }
    }
}

fn main() {
    if memory::is_measured() {
        return;
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
    bench.run("SQLite in memory", ":memory:", on_sqlite);
    let file = File::new("trees");
    bench.run("SQLite in a file", file.path(), on_sqlite);
    #[cfg(feature = "postgres")]
    if let Ok(url) = std::env::var("SOFT_DELETE_POSTGRES_URL") {
        use soft_delete_benches::work::on_postgres;
        bench.run("PostgreSQL", &url, on_postgres);
    }
    bench.print();
    for rows in [scaled(100_000), scaled(1_000_000)] {
        match memory::of_retention(file.path(), rows) {
            Some(peak) => println!("peak memory, {rows} rows removed: {peak} KiB"),
            None => println!("peak memory: this system does not tell"),
        }
    }
}
