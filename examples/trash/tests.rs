use clap::{CommandFactory, Parser};
use diesel::SqliteConnection;

use crate::command::Answer;
use crate::{Cli, open};

const MAIL: &str = "c0c0c0c0-0000-4000-8000-000000000001";
const BANK: &str = "c0c0c0c0-0000-4000-8000-000000000002";
const OLD: &str = "c0c0c0c0-0000-4000-8000-000000000003";
const WORK: &str = "f0f0f0f0-0000-4000-8000-000000000001";

/// A vault with what `seed` puts into it.
struct Vault(SqliteConnection);

impl Vault {
    fn new() -> Self {
        let mut vault = Vault(open(":memory:").unwrap_or_else(|error| panic!("{error}")));
        vault.ok("seed");
        vault
    }

    fn run(&mut self, arguments: &str) -> Result<(Answer, String), String> {
        let words = ["trash"].into_iter().chain(arguments.split(' '));
        let cli = Cli::try_parse_from(words).map_err(|error| error.to_string())?;
        let mut out = Vec::new();
        let answer = cli.command.run(&mut self.0, &mut out);
        let answer = answer.map_err(|error| error.to_string())?;
        Ok((answer, String::from_utf8_lossy(&out).into_owned()))
    }

    fn ok(&mut self, arguments: &str) -> String {
        match self.run(arguments) {
            Ok((Answer::Ok, out)) => out,
            other => panic!("{arguments}: {other:?}"),
        }
    }

    fn answer(&mut self, arguments: &str) -> Answer {
        match self.run(arguments) {
            Ok((answer, _)) => answer,
            Err(error) => panic!("{arguments}: {error}"),
        }
    }
}

#[test]
fn the_command_line_is_well_formed() {
    Cli::command().debug_assert();
    let help = Cli::command().render_long_help().to_string();
    assert!(help.contains("empty-trash --older-than-days 30"), "{help}");
}

#[test]
fn a_deleted_item_moves_from_the_list_to_the_trash() {
    let mut vault = Vault::new();
    assert!(vault.ok("list").contains(BANK));
    vault.ok(&format!("delete {BANK}"));
    assert!(!vault.ok("list").contains(BANK));
    assert!(vault.ok("trash --user ada@example.org").contains(BANK));
    assert!(!vault.ok("trash --user ben@example.org").contains(BANK));
}

#[test]
fn show_tells_active_deleted_and_missing_apart() {
    let mut vault = Vault::new();
    assert_eq!(vault.answer(&format!("show {BANK}")), Answer::Ok);
    vault.ok(&format!("delete {BANK}"));
    assert_eq!(vault.answer(&format!("show {BANK}")), Answer::Gone);
    assert_eq!(vault.answer("show nothing"), Answer::NotFound);
}

#[test]
fn a_restored_item_is_as_it_was() {
    let mut vault = Vault::new();
    let before = vault.ok("list");
    vault.ok(&format!("delete {BANK}"));
    vault.ok(&format!("restore {BANK}"));
    assert_eq!(vault.ok("list"), before);
}

#[test]
fn deleting_twice_or_restoring_what_is_active_is_a_404() {
    let mut vault = Vault::new();
    assert_eq!(vault.answer(&format!("restore {BANK}")), Answer::NotFound);
    vault.ok(&format!("delete {BANK}"));
    assert_eq!(vault.answer(&format!("delete {BANK}")), Answer::NotFound);
}

#[test]
fn emptying_the_trash_keeps_what_was_deleted_lately() {
    let mut vault = Vault::new();
    vault.ok(&format!("delete {BANK}"));
    assert!(vault.ok("empty-trash").contains("1 items"));
    assert_eq!(vault.answer(&format!("show {OLD}")), Answer::NotFound);
    assert_eq!(vault.answer(&format!("show {BANK}")), Answer::Gone);
    vault.ok("empty-trash --older-than-days 0");
    assert_eq!(vault.ok("trash"), "");
    assert_eq!(vault.answer(&format!("show {MAIL}")), Answer::Ok);
}

#[test]
fn the_items_of_a_deleted_folder_are_listed_without_it() {
    let mut vault = Vault::new();
    assert!(vault.ok("list").contains("Work       Mail"));
    vault.ok(&format!("delete {WORK}"));
    let list = vault.ok("list");
    assert!(list.contains(MAIL) && !list.contains("Work"), "{list}");
    vault.ok("empty-trash --older-than-days 0");
    assert!(vault.ok("list").contains(MAIL));
}

#[test]
fn a_name_in_the_trash_can_be_taken_again_and_then_not_be_restored() {
    let mut vault = Vault::new();
    let add = "add --user ada@example.org --name Bank --folder Money";
    assert_eq!(
        vault.run(add),
        Err("there is already an item of that name".to_string())
    );
    vault.ok(&format!("delete {BANK}"));
    vault.ok(add);
    assert!(vault.ok("list").contains("Money      Bank"));
    assert_eq!(
        vault.run(&format!("restore {BANK}")),
        Err("there is already an item of that name".to_string())
    );
}

#[test]
fn a_deleted_user_has_no_list_until_restored() {
    let mut vault = Vault::new();
    let before = vault.ok("list");
    vault.ok("delete-user ada@example.org");
    assert!(!vault.ok("list").contains("ada@"));
    assert!(vault.ok("users").contains("deleted"));
    assert!(vault.run("trash --user ada@example.org").is_err());
    vault.ok("delete-user ada@example.org --undo");
    assert_eq!(vault.ok("list"), before);
    vault.ok("add-user cleo@example.org");
    assert!(vault.run("add-user cleo@example.org").is_err());
    assert!(vault.run("seed").is_err());
}
