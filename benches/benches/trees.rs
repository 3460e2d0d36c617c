//! What trees take beside SQL by hand, as ratios; how a cascade grows with the rows, and an
//! operation with the relations; and the memory.

use std::error::Error;
use std::time::Duration;

#[cfg(any(feature = "postgres", feature = "mysql"))]
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use soft_delete_benches::ladder::{self, Ladder};
use soft_delete_benches::schema::{Database, File, batch, fill_tree, open, settle, tidy};
use soft_delete_benches::turns::Rounds;
use soft_delete_benches::work::{Sizes, Way, Work, on_sqlite};
use soft_delete_benches::{memory, page, plot, scaled};

const WAYS: usize = Way::ALL.len();

/// A database to measure on.
struct On<'a, C> {
    name: &'a str,
    url: &'a str,
    work: fn(&mut C, Work, Way, Sizes) -> Duration,
    ladders: &'a [Ladder<C>],
}

/// A tree, or many.
struct Scene {
    name: &'static str,
    sizes: Sizes,
    rounds: usize,
}

fn scenes() -> [Scene; 3] {
    [
        Scene {
            name: "11 rows",
            sizes: Sizes {
                users: scaled(500),
                ..Sizes::one(1, 9)
            },
            rounds: 12,
        },
        Scene {
            name: "21,001 rows",
            sizes: Sizes::one(scaled(1_000), 20),
            rounds: 12,
        },
        Scene {
            name: "100,000 by a filter, 10 below each",
            sizes: Sizes {
                by_filter: true,
                ..Sizes::one(scaled(100_000), 10)
            },
            rounds: 3,
        },
    ]
}

/// The most that the library may take, as a ratio.
fn target(work: Work, sizes: Sizes, on_postgres: bool) -> f64 {
    let many_small = sizes.users > 1;
    match work {
        _ if sizes.by_filter => 1.15,
        Work::Cascade if many_small && on_postgres => 1.0,
        Work::Cascade if many_small => 1.2,
        _ if many_small => 1.5,
        _ => work.target(),
    }
}

/// A row of the table.
struct Line {
    name: String,
    rows: usize,
    operations: usize,
    target: f64,
    rounds: Rounds,
}

impl Line {
    /// The time of an operation, in milliseconds.
    fn millis(&self, way: Way) -> f64 {
        self.rounds.seconds(way as usize) * 1e3 / self.operations as f64
    }

    fn ratio(&self) -> f64 {
        self.rounds
            .ratio(Way::Library as usize, Way::ByHand as usize)
    }
}

/// Deletes, restores, deletes again and purges, so many times each way.
fn measure<C: Database>(on: &On<'_, C>, conn: &mut C, scene: &Scene) -> [Rounds; 3] {
    let sizes = scene.sizes;
    let mut measured: [Rounds; 3] = Default::default();
    for round in 0..=scene.rounds {
        let mut times = [[Duration::ZERO; WAYS]; 3];
        for way in measured[0].order(WAYS) {
            fill_tree(conn, sizes.users, sizes.posts, sizes.comments);
            if round == 0 {
                settle(conn);
            }
            for (index, work) in Work::TREE.into_iter().enumerate() {
                if work == Work::Purge {
                    (on.work)(conn, Work::Cascade, Way::ByHand, sizes);
                }
                tidy(conn);
                times[index][way] = (on.work)(conn, work, Way::ALL[way], sizes);
            }
        }
        for (rounds, times) in measured.iter_mut().zip(times) {
            rounds.push(times.to_vec());
        }
    }
    measured
}

#[derive(Default)]
struct Bench {
    lines: Vec<Line>,
    growth: Vec<Vec<String>>,
    growth_lines: Vec<plot::Line>,
    ladders: Vec<Vec<String>>,
}

impl Bench {
    fn run<C: Database>(&mut self, on: &On<'_, C>) -> ConnectionResult<()> {
        let conn = &mut open::<C>(on.url)?;
        for scene in scenes() {
            self.lines(on, scene.name, scene.sizes, measure(on, conn, &scene));
        }
        self.ladders(on, conn);
        Ok(())
    }

    fn lines<C>(&mut self, on: &On<'_, C>, scene: &str, sizes: Sizes, measured: [Rounds; 3]) {
        for (work, rounds) in Work::TREE.into_iter().zip(measured) {
            let line = Line {
                name: format!("{} on {}, {scene}", work.name(), on.name),
                rows: sizes.rows(work),
                operations: sizes.operations(),
                target: target(work, sizes, on.name == "PostgreSQL"),
                rounds,
            };
            println!("{}: {:.3}", line.name, line.ratio());
            self.lines.push(line);
        }
    }

    /// A tree of more and more rows.
    fn grow<C: Database>(&mut self, on: &On<'_, C>) -> ConnectionResult<()> {
        let conn = &mut open::<C>(on.url)?;
        let mut points = [Vec::new(), Vec::new()];
        let all = [10, 100, 1_000, 10_000, 100_000, 1_000_000];
        let most = scaled(1_000_000);
        for below in all.into_iter().filter(|below| *below <= most) {
            let scene = Scene {
                name: "1,000,001 rows",
                sizes: Sizes::one(below / 10, 9),
                rounds: if below > 10_000 { 2 } else { 8 },
            };
            let measured = measure(on, conn, &scene);
            let (rows, cascade) = (scene.sizes.rows(Work::Cascade), &measured[0]);
            let micros = |way: Way| cascade.seconds(way as usize) * 1e6 / rows as f64;
            for (points, way) in points.iter_mut().zip(Way::ALL) {
                points.push((rows as f64, cascade.seconds(way as usize) * 1e3));
            }
            let mut row = vec![format!("{}, {rows} rows", on.name)];
            row.extend(Way::ALL.map(|way| format!("{:.2}", micros(way))));
            row.extend(
                measured
                    .each_ref()
                    .map(|rounds| format!("{:.2}", rounds.ratio(0, 1))),
            );
            self.growth.push(row);
            if below == 1_000_000 {
                self.lines(on, scene.name, scene.sizes, measured);
            }
        }
        let names = Way::ALL.map(|way| format!("{}, {}", on.name, way.name()));
        self.growth_lines.extend(names.into_iter().zip(points));
        Ok(())
    }

    /// Ladders: the time of a relation in each, beside that in the first.
    fn ladders<C: Database>(&mut self, on: &On<'_, C>, conn: &mut C) {
        for ladder in on.ladders {
            ladder.create(conn);
        }
        let mut measured: [Rounds; 3] = Default::default();
        for _ in 0..=6 {
            let mut times = [(); 3].map(|()| vec![Duration::ZERO; on.ladders.len()]);
            for index in measured[0].order(on.ladders.len()) {
                let taken = on.ladders[index].measure(conn);
                for (times, taken) in times.iter_mut().zip(taken) {
                    times[index] = taken;
                }
            }
            for (rounds, times) in measured.iter_mut().zip(times) {
                rounds.push(times);
            }
        }
        for (work, rounds) in Work::TREE.into_iter().zip(measured) {
            let first = rounds.seconds(0) / on.ladders[0].relations() as f64;
            for (index, ladder) in on.ladders.iter().enumerate() {
                let each = rounds.seconds(index) / ladder.relations() as f64;
                self.ladders.push(vec![
                    format!("{} on {}, {} levels", work.name(), on.name, ladder.levels()),
                    ladder.relations().to_string(),
                    format!("{:.2}", rounds.seconds(index) * 1e3),
                    format!("{:.1}", each * 1e6),
                    format!("{:.2}", each / first),
                ]);
            }
        }
        batch(conn, &ladder::drop(on.ladders));
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
                format!("{:.2}", line.millis(Way::Library)),
                format!("{:.2}", line.millis(Way::ByHand)),
                format!("{:.3}", line.ratio()),
                line.target.to_string(),
                line.rounds.count().to_string(),
            ]
        });
        page::write("trees", &page::table(&head, &rows.collect::<Vec<_>>()));
        let bars = self.lines.iter();
        let bars = bars.map(|line| (line.name.clone(), line.ratio(), Some(line.target)));
        let title = "Time, relative to SQL by hand";
        plot::ratios("trees", title, &bars.collect::<Vec<_>>());

        let head = [
            "a tree",
            "cascade, µs per row",
            "by hand, µs per row",
            "ratio",
            "of a restore",
            "of a purge",
        ];
        page::write("growth", &page::table(&head, &self.growth));
        let (title, axes) = ("A cascade by the number of its rows", ("rows", "ms"));
        plot::lines("growth", title, axes, &self.growth_lines);

        let head = [
            "each table refers to all above it",
            "relations",
            "ms",
            "µs per relation",
            "to 3 levels (≤ 2)",
        ];
        page::write("ladders", &page::table(&head, &self.ladders));
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
    let mut bench = Bench::default();
    let file = File::new("trees");
    let ladders = ladder::on_sqlite();
    let sqlite = |name, url| On {
        name,
        url,
        work: on_sqlite,
        ladders: &ladders,
    };
    bench.run(&sqlite("SQLite in memory", ":memory:"))?;
    bench.run(&sqlite("SQLite in a file", file.path()))?;
    bench.grow(&sqlite("SQLite", file.path()))?;
    #[cfg(feature = "postgres")]
    if let Ok(url) = std::env::var("SOFT_DELETE_POSTGRES_URL") {
        let on = On {
            name: "PostgreSQL",
            url: &url,
            work: soft_delete_benches::work::on_postgres,
            ladders: &ladder::on_postgres(),
        };
        bench.run(&on)?;
        bench.grow(&on)?;
        open::<PgConnection>(&url)?.batch_execute("DROP SCHEMA soft_delete_benches CASCADE")?;
    }
    #[cfg(feature = "mysql")]
    for (name, url) in [
        ("MariaDB", "SOFT_DELETE_MARIADB_URL"),
        ("MySQL", "SOFT_DELETE_MYSQL_URL"),
    ] {
        let Ok(url) = std::env::var(url) else {
            continue;
        };
        bench.run(&On {
            name,
            url: &url,
            work: soft_delete_benches::work::on_mysql,
            ladders: &ladder::on_mysql(),
        })?;
        open::<MysqlConnection>(&url)?.batch_execute("DROP DATABASE soft_delete_benches")?;
    }
    bench.write();
    write_memory(file.path());
    Ok(())
}
