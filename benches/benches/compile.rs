//! What compiling many models takes: with the derive, without, and with scopes written by hand.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use soft_delete_benches::models::{Kind, package, write};
use soft_delete_benches::turns::{Rounds, Turns};
use soft_delete_benches::wide::{self, Wide};
use soft_delete_benches::work::Way;
use soft_delete_benches::{page, plot, scaled};

/// What is compiled again after: nothing but the time of the file, all of it anew; or a column of one
/// model, by what incremental compilation keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Nothing,
    OneModel,
}

/// The column that is changed.
const COLUMN: &str = "visible";

/// The first warms up: it builds what the crates depend on.
const ROUNDS: usize = 3;

struct Bench {
    directory: PathBuf,
    models: usize,
}

impl Bench {
    fn cargo(
        &self,
        package: &str,
        arguments: &[&str],
        change: Change,
    ) -> Result<(), Box<dyn Error>> {
        let (target, incremental) = match change {
            Change::Nothing => ("target", "0"),
            Change::OneModel => ("incremental", "1"),
        };
        let status = Command::new(env!("CARGO"))
            .args(arguments)
            .arg("--quiet")
            .current_dir(self.directory.join(package))
            .env("CARGO_TARGET_DIR", self.directory.join(target))
            .env("CARGO_INCREMENTAL", incremental)
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .status()?;
        if !status.success() {
            return Err(format!("cargo {arguments:?} fails for {package}").into());
        }
        Ok(())
    }

    /// The user time of `cargo check` or `cargo build` of each of the crates alone, in turn.
    fn compile(&self, command: &str, packages: Vec<String>, change: Change) -> Turns<'_> {
        let command = command.to_owned();
        let mut changes = 0;
        let mut turns = Turns::new(
            packages.len(),
            Box::new(move |way| {
                let package = &packages[way];
                let source = self.directory.join(package).join("src/lib.rs");
                changes += 1;
                let name = match change {
                    Change::Nothing => COLUMN.to_owned(),
                    Change::OneModel => format!("{COLUMN}_{changes}"),
                };
                let code = std::fs::read_to_string(&source);
                // in the first table and its model
                let write =
                    |code: &String| std::fs::write(&source, code.replacen(COLUMN, &name, 2));
                let changed = code.as_ref().map_err(ToString::to_string);
                let changed =
                    changed.and_then(|code| write(code).map_err(|error| error.to_string()));
                let before = user_time_of_children();
                let done = self.cargo(package, &[&command, "--lib"], change);
                let taken = user_time_of_children().saturating_sub(before);
                let put_back = code.map(|code| std::fs::write(&source, code));
                match (changed, done, put_back) {
                    (Ok(()), Ok(()), Ok(Ok(()))) => taken,
                    failed => panic!("{failed:?}"),
                }
            }),
        );
        for _ in 0..ROUNDS {
            turns.run();
        }
        turns
    }

    /// Builds the program of a crate.
    fn program(&self, package: &str, profile: &str) -> Result<PathBuf, Box<dyn Error>> {
        let arguments = [
            "build",
            "--features",
            "program",
            "--bin",
            "program",
            "--profile",
            profile,
        ];
        self.cargo(package, &arguments, Change::Nothing)?;
        let directory = if profile == "dev" { "debug" } else { profile };
        let program = self
            .directory
            .join("target")
            .join(directory)
            .join("program");
        // the next one has the same name
        let copy = self.directory.join(package).join(profile);
        std::fs::copy(program, &copy)?;
        Ok(copy)
    }
}

/// As the system tells it, in hundredths of a second.
fn user_time_of_children() -> Duration {
    const CHILDREN: usize = 13; // the field `cutime`, counted from behind the name
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let (_, fields) = stat.rsplit_once(')').unwrap_or_default();
    let ticks = fields.split_whitespace().nth(CHILDREN);
    Duration::from_millis(10 * ticks.and_then(|ticks| ticks.parse().ok()).unwrap_or(0))
}

fn kib(file: &Path) -> std::io::Result<u64> {
    Ok(std::fs::metadata(file)?.len() / 1024)
}

/// Runs a program of [`wide`], which prints a line for each operation: its nanoseconds, and the
/// statements and bytes of its SQL.
fn operations(program: &Path) -> Result<[[u64; 3]; 3], Box<dyn Error>> {
    let output = Command::new(program).output()?;
    let printed = String::from_utf8(output.stdout)?;
    let numbers = printed.split_whitespace().map(str::parse);
    let numbers = numbers.collect::<Result<Vec<u64>, _>>()?;
    let lines: Vec<[u64; 3]> = numbers
        .chunks_exact(3)
        .map(|line| [line[0], line[1], line[2]])
        .collect();
    let lines = lines.try_into();
    lines.map_err(|_| {
        format!(
            "{} fails: {}",
            program.display(),
            String::from_utf8_lossy(&output.stderr)
        )
        .into()
    })
}

/// A program of many tables, beside the same by hand.
fn wide(bench: &Bench) -> Result<(), Box<dyn Error>> {
    let wide = Wide::new(scaled(300).max(60));
    let packages = Way::ALL.map(wide::package);
    for (way, package) in Way::ALL.into_iter().zip(packages) {
        wide.write(&bench.directory.join(package), way)?;
    }
    let mut rows = Vec::new();
    for command in ["check", "build"] {
        let packages = packages.map(str::to_owned).to_vec();
        let turns = bench.compile(command, packages, Change::Nothing);
        let [library, by_hand] = [0, 1].map(|way| format!("{:.2} s", turns.seconds(way)));
        let ratio = format!("{:.2}", turns.ratio(0, 1));
        rows.push(vec![format!("`cargo {command}`"), library, by_hand, ratio]);
    }
    let programs = [
        bench.program(packages[0], "release")?,
        bench.program(packages[1], "release")?,
    ];
    let sizes = [kib(&programs[0])?, kib(&programs[1])?];
    let [library, by_hand] = sizes.map(|size| format!("{size} KiB"));
    let ratio = format!("{:.2}", sizes[0] as f64 / sizes[1] as f64);
    rows.push(vec![
        "program, `release` with LTO".into(),
        library,
        by_hand,
        ratio,
    ]);

    let mut rounds = [Rounds::default(), Rounds::default(), Rounds::default()];
    let mut sql = Vec::new();
    for _ in 0..=10 {
        let mut times = [[Duration::ZERO; 2]; 3];
        for way in rounds[0].order(Way::ALL.len()) {
            let lines = operations(&programs[way])?;
            for (times, line) in times.iter_mut().zip(lines) {
                times[way] = Duration::from_nanos(line[0]);
            }
            if Way::ALL[way] == Way::Library {
                sql = lines.to_vec();
            }
        }
        for (rounds, times) in rounds.iter_mut().zip(times) {
            rounds.push(times.to_vec());
        }
    }
    for ((name, rounds), sql) in ["soft delete", "restore", "purge"]
        .iter()
        .zip(rounds)
        .zip(sql)
    {
        let [library, by_hand] = [0, 1].map(|way| format!("{:.2} ms", rounds.seconds(way) * 1e3));
        let name = format!("{name}: {} statements, {} bytes", sql[1], sql[2]);
        rows.push(vec![
            name,
            library,
            by_hand,
            format!("{:.2}", rounds.ratio(0, 1)),
        ]);
    }
    let head = [
        &*format!("{} tables, {} relations", wide.tables(), wide.relations()),
        "library",
        "by hand",
        "ratio",
    ];
    let text = format!(
        "{} levels at most; the operations are on a row in the middle, of {} tables with a row in each:\n\n{}",
        wide.levels(),
        wide.reached().len(),
        page::table(&head, &rows)
    );
    page::write("wide", &text);
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let bench = Bench {
        directory: Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile"),
        models: scaled(100),
    };
    // each takes a while, so either can be asked for alone
    let asked = |name: &str| std::env::args().any(|argument| argument == name);
    if !asked("models") {
        wide(&bench)?;
    }
    if asked("wide") {
        return Ok(());
    }
    for kind in Kind::ALL {
        for used in [false, true] {
            let directory = bench.directory.join(package(kind, used));
            write(&directory, kind, used, bench.models)?;
        }
    }
    let (mut rows, mut bars) = (Vec::new(), Vec::new());
    for (used, command, change) in [
        (false, "check", Change::Nothing),
        (false, "build", Change::Nothing),
        (true, "build", Change::Nothing),
        (true, "check", Change::OneModel),
        (true, "build", Change::OneModel),
    ] {
        let packages = Kind::ALL.map(|kind| package(kind, used));
        let turns = bench.compile(command, packages.to_vec(), change);
        let [plain, derived, by_hand] = [0, 1, 2].map(|way| turns.seconds(way));
        let name = match (used, change) {
            (false, _) => format!("`cargo {command}`"),
            (true, Change::Nothing) => format!("`cargo {command}`, each model used"),
            (true, Change::OneModel) => {
                format!("`cargo {command}`, each model used, after a change in one (incremental)")
            }
        };
        let target = (!used).then_some(1.1);
        // used, the one without has nothing to use
        let to = if used { 2 } else { 0 };
        let of = [plain, derived, by_hand][to];
        let row = vec![
            name.clone(),
            format!("{plain:.2}"),
            format!("{derived:.2}"),
            format!("{by_hand:.2}"),
            format!("{:.3}", turns.ratio(1, 0)),
            format!("{:.3}", turns.ratio(2, 0)),
            format!("{:.3}", turns.ratio(1, 2)),
            format!("{:.1}", (derived - of) * 1e3 / bench.models as f64),
        ];
        println!("{}", row.join(" | ")); // the whole takes half an hour
        rows.push(row);
        bars.push((name, turns.ratio(1, to), target));
    }
    let head = [
        "seconds of user time",
        "Diesel's derives",
        "and `SoftDeletable`",
        "and scopes by hand",
        "`SoftDeletable` to none",
        "by hand to none",
        "`SoftDeletable` to by hand",
        "ms per model",
    ];
    let mut sizes = Vec::new();
    for profile in ["dev", "release"] {
        let mut row = vec![format!("a program that uses each model, {profile}")];
        for kind in Kind::ALL {
            let program = bench.program(&package(kind, true), profile)?;
            row.push(format!("{} KiB", kib(&program)?));
        }
        sizes.push(row);
    }
    let text = format!(
        "{} models of 10 columns:\n\n{}\n{}",
        bench.models,
        page::table(&head, &rows),
        page::table(&["size", "unused", "`SoftDeletable`", "by hand"], &sizes),
    );
    page::write("compile", &text);
    plot::ratios(
        "compile",
        "User time of compiling, relative to Diesel's derives alone",
        &bars,
    );
    Ok(())
}
