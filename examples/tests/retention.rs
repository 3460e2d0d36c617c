//! The program `retention`, run as a person runs it, and killed as a person would not.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use diesel::prelude::*;

diesel::table! {
    users { id -> Integer }
}
diesel::table! {
    posts { id -> Integer, user_id -> Integer }
}
diesel::table! {
    comments { id -> Integer, post_id -> Integer }
}
diesel::joinable!(posts -> users (user_id));
diesel::joinable!(comments -> posts (post_id));
diesel::allow_tables_to_appear_in_same_query!(users, posts, comments);

/// The rows of 100 users: 50 expired, of which one is held; 25 deleted lately, of which one is held.
const ROWS: &str = "2100";

/// The program. `cargo test` builds it with the tests, `cargo test --test retention` does not.
fn program() -> PathBuf {
    let tests = std::env::current_exe().unwrap_or_default(); // target/debug/deps/..
    let target = tests.ancestors().nth(2).unwrap_or(Path::new("."));
    let program = target.join("examples").join("retention");
    let program = program.with_extension(std::env::consts::EXE_EXTENSION);
    if !program.exists() {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--example", "retention"]);
        if !cfg!(debug_assertions) {
            cargo.arg("--release");
        }
        let built = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).status();
        assert!(built.is_ok_and(|status| status.success()), "{program:?}");
    }
    program
}

/// A database file, removed in the end.
struct Database(PathBuf);

impl Database {
    fn new(test: &str) -> Self {
        let name = format!("soft-delete-retention-{test}-{}.sqlite", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    fn command(&self, options: &str) -> Command {
        let mut command = Command::new(program());
        command.args(["--rows", ROWS, "--database"]).arg(&self.0);
        command.args(options.split_whitespace());
        command
    }

    fn run(&self, options: &str) -> String {
        let output = self.command(options).output();
        let output = output.unwrap_or_else(|error| panic!("cargo test builds it: {error}"));
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    }

    /// How many rows of each table there are; each has its parent.
    fn rows(&self) -> [i64; 3] {
        let path = self.0.display().to_string();
        let count = || -> Result<[i64; 3], Box<dyn std::error::Error>> {
            let conn = &mut SqliteConnection::establish(&path)?;
            let with_parents = comments::table.inner_join(posts::table.inner_join(users::table));
            let comments: i64 = comments::table.count().get_result(conn)?;
            assert_eq!(with_parents.count().get_result(conn), Ok(comments));
            Ok([
                users::table.count().get_result(conn)?,
                posts::table.count().get_result(conn)?,
                comments,
            ])
        };
        count().unwrap_or_else(|error| panic!("{error}"))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", self.0.display()));
        }
    }
}

fn trees(users: i64) -> [i64; 3] {
    [users, 4 * users, 16 * users]
}

#[test]
fn it_removes_what_has_expired_and_keeps_what_is_held() {
    let database = Database::new("all");
    let said = database.run("--preview");
    assert!(
        said.contains("would go: 49 users, 196 posts, 784 comments; kept: 1 users"),
        "{said}"
    );
    assert_eq!(database.rows(), trees(100));
    let said = database.run("");
    assert!(
        said.contains("\ngone: 49 users, 196 posts, 784 comments; kept: 1 users"),
        "{said}"
    );
    assert_eq!(database.rows(), trees(51));
    let said = database.run("--older-than-days 5 --keep 60 --keep 61");
    assert!(
        said.contains("gone: 23 users") && said.contains("kept: 3 users"),
        "{said}"
    );
    assert_eq!(database.rows(), trees(28));
}

#[test]
fn a_run_of_a_few_batches_leaves_the_rest_to_the_next() {
    let database = Database::new("part");
    let said = database.run("--batch-size 10 --max-batches 2");
    assert!(
        said.contains("gone: 20 users") && said.contains("run it again"),
        "{said}"
    );
    assert_eq!(database.rows(), trees(80));
    let said = database.run("--batch-size 10");
    assert!(
        said.contains("gone: 29 users") && !said.contains("run it again"),
        "{said}"
    );
    assert_eq!(database.rows(), trees(51));
}

#[test]
fn killed_it_goes_on_at_the_next_start() {
    let database = Database::new("killed");
    database.run("--preview"); // fills it
    for run in 1..=3 {
        let mut command = database.command("--batch-size 1");
        let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = child.unwrap_or_else(|error| panic!("{error}"));
        let lines = child.stdout.take().map(BufReader::new);
        let first = lines.into_iter().flat_map(BufRead::lines).next();
        assert!(
            matches!(&first, Some(Ok(line)) if line.starts_with("batch 1:")),
            "{first:?}"
        );
        let _ = child.kill(); // SIGKILL: in a batch or between two
        let _ = child.wait();
        let [users, ..] = database.rows();
        assert_eq!(
            database.rows(),
            trees(users),
            "a tree goes whole or not at all"
        );
        assert!(users <= 100 - run, "what was removed stays removed");
    }
    database.run("");
    assert_eq!(database.rows(), trees(51));
}

#[test]
fn the_help_explains_it() {
    let help = Database::new("help").run("--help");
    for word in [
        "--database",
        "--rows",
        "--older-than-days",
        "--batch-size",
        "--keep",
        "Ctrl-C",
    ] {
        assert!(help.contains(word), "{help}");
    }
}
