//! What compiling many models takes: with the derive, without, and with scopes written by hand.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use soft_delete_benches::models::{Kind, package, write};
use soft_delete_benches::turns::Turns;
use soft_delete_benches::{page, plot, scaled};

/// The first warms up: it builds what the crates depend on.
const ROUNDS: usize = 3;

struct Bench {
    directory: PathBuf,
    models: usize,
}

impl Bench {
    fn cargo(&self, kind: Kind, used: bool, arguments: &[&str]) -> Result<(), Box<dyn Error>> {
        let crate_of = self.crate_of(kind, used);
        let status = Command::new(env!("CARGO"))
            .args(arguments)
            .arg("--quiet")
            .current_dir(crate_of)
            .env("CARGO_TARGET_DIR", self.directory.join("target"))
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .status()?;
        if !status.success() {
            return Err(format!("cargo {arguments:?} fails for {kind:?}").into());
        }
        Ok(())
    }

    fn crate_of(&self, kind: Kind, used: bool) -> PathBuf {
        self.directory.join(package(kind, used))
    }

    /// The user time of `cargo check` or `cargo build` of the crate alone, by kind, in turn.
    fn compile(&self, command: &str, used: bool) -> Turns<'_> {
        let command = command.to_owned();
        let mut turns = Turns::new(
            Kind::ALL.len(),
            Box::new(move |way| {
                let kind = Kind::ALL[way];
                let source = self.crate_of(kind, used).join("src/lib.rs");
                let touched = std::fs::read(&source).and_then(|code| std::fs::write(&source, code));
                let before = user_time_of_children();
                let done = self.cargo(kind, used, &[&command, "--lib"]);
                if let (Err(error), _) | (_, Err(error)) = (touched.map_err(Into::into), done) {
                    panic!("{error}");
                }
                user_time_of_children().saturating_sub(before)
            }),
        );
        for _ in 0..ROUNDS {
            turns.run();
        }
        turns
    }

    /// The size of a program that uses each model, in KiB.
    fn program(&self, kind: Kind, profile: &str) -> Result<u64, Box<dyn Error>> {
        let arguments = [
            "build",
            "--features",
            "program",
            "--bin",
            "program",
            "--profile",
            profile,
        ];
        self.cargo(kind, true, &arguments)?;
        let directory = if profile == "dev" { "debug" } else { profile };
        let program = self
            .directory
            .join("target")
            .join(directory)
            .join("program");
        Ok(std::fs::metadata(program)?.len() / 1024)
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

fn main() -> Result<(), Box<dyn Error>> {
    let bench = Bench {
        directory: Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile"),
        models: scaled(100),
    };
    for kind in Kind::ALL {
        for used in [false, true] {
            write(&bench.crate_of(kind, used), kind, used, bench.models)?;
        }
    }
    let (mut rows, mut bars) = (Vec::new(), Vec::new());
    for (used, command) in [(false, "check"), (false, "build"), (true, "build")] {
        let turns = bench.compile(command, used);
        let [plain, derived, by_hand] = [0, 1, 2].map(|way| turns.seconds(way));
        let name = format!(
            "`cargo {command}`{}",
            if used { ", each model used" } else { "" }
        );
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
            row.push(format!("{} KiB", bench.program(kind, profile)?));
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
