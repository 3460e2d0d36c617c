use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::Utc;
use clap::{CommandFactory, Parser};
use diesel::connection::SimpleConnection;

use crate::Cli;
use crate::command::Answer;
#[cfg(any(feature = "postgres", feature = "mysql"))]
use crate::database::connect;
use crate::database::{Conn, open};
use crate::files::Files;
use crate::trash;

const WORK: &str = "f0000000"; // a folder, with these in it:
const SERVERS: &str = "f1000000"; // a folder, with this in it:
const ROUTER: &str = "c0000000"; // an item, with these two
const CODES: &str = "a0000000";
const CONFIG: &str = "a1000000";
const WIKI: &str = "c4000000"; // an item in the folder Work
const BANK: &str = "c1000000"; // an item in no folder
const FORUM: &str = "c2000000"; // in the trash for 40 days

#[derive(Clone, Copy)]
enum Engine {
    Sqlite,
    #[cfg(feature = "postgres")]
    Postgres,
    #[cfg(feature = "mysql")]
    Mysql,
}

/// A vault with what `seed` puts into it, in a database or schema of its own.
struct Vault {
    conn: Conn,
    files: Files,
    remove: String,
}

impl Vault {
    fn new(engine: Engine) -> Self {
        let (address, remove) = place(engine);
        let conn = open(&address).unwrap_or_else(|error| panic!("{error}"));
        let mut vault = Vault {
            conn,
            files: Files(std::env::temp_dir().join(new_name())),
            remove,
        };
        vault.ok("seed");
        vault
    }

    fn run(&mut self, arguments: &str) -> Result<(Answer, String), String> {
        let words = ["vault"].into_iter().chain(arguments.split(' '));
        let cli = Cli::try_parse_from(words).map_err(|error| error.to_string())?;
        let mut out = Vec::new();
        let answer = cli.command.run(&mut self.conn, &self.files, &mut out);
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

    /// The attachments whose files are there.
    fn files(&self) -> Vec<String> {
        let files = std::fs::read_dir(&self.files.0).into_iter().flatten();
        let names = files.flatten().map(|file| file.file_name());
        let mut names: Vec<_> = names
            .map(|name| name.to_string_lossy()[..8].to_string())
            .collect();
        names.sort();
        names
    }

    /// Empties the trash, and is killed at a point between a commit and the removal of its files.
    fn is_killed_while_it_empties_the_trash(&mut self) {
        let emptying = AssertUnwindSafe(|| {
            trash::remove_expired(&mut self.conn, Utc::now(), |_| panic!("killed"))
        });
        assert!(catch_unwind(emptying).is_err());
    }

    fn refused(&mut self, arguments: &str) -> String {
        match self.run(arguments) {
            Err(error) => error,
            other => panic!("{arguments}: {other:?}"),
        }
    }
}

impl Drop for Vault {
    fn drop(&mut self) {
        let _ = self.conn.batch_execute(&self.remove);
        let _ = std::fs::remove_dir_all(&self.files.0);
    }
}

/// The address of an empty place, and the statement that removes it.
fn place(engine: Engine) -> (String, String) {
    match engine {
        Engine::Sqlite => (":memory:".into(), String::new()),
        #[cfg(feature = "postgres")]
        Engine::Postgres => {
            let name = new_name();
            let server = server(
                "SOFT_DELETE_POSTGRES_URL",
                "postgres://postgres@127.0.0.1:5432/test",
            );
            create_schema(&server, &name);
            let sign = if server.contains('?') { '&' } else { '?' };
            let address = format!("{server}{sign}options=-csearch_path%3D{name}");
            (address, format!("DROP SCHEMA {name} CASCADE"))
        }
        #[cfg(feature = "mysql")]
        Engine::Mysql => {
            let name = new_name();
            let server = server("SOFT_DELETE_MYSQL_URL", "mysql://root@127.0.0.1:3306/test");
            create_schema(&server, &name);
            let database = server.rfind('/').unwrap_or_default();
            let address = format!("{}/{name}", &server[..database]);
            (address, format!("DROP SCHEMA {name}"))
        }
    }
}

fn new_name() -> String {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static NAMES: AtomicUsize = AtomicUsize::new(0);
    let number = NAMES.fetch_add(1, Ordering::Relaxed);
    format!("soft_delete_vault_{}_{number}", std::process::id())
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
fn server(variable: &str, default: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| default.into())
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
fn create_schema(server: &str, name: &str) {
    let mut conn = connect(server).unwrap_or_else(|error| panic!("{server}: {error}"));
    let created = conn.batch_execute(&format!("CREATE SCHEMA {name}"));
    assert_eq!(created, Ok(()), "{server}");
}

#[cfg(feature = "doctor")]
fn the_database_is_what_the_facts_say(vault: &mut Vault) {
    // the hook of `trash::remove_expired` sees to attachments
    let attachments = match &vault.conn {
        Conn::Sqlite(_) => "undeclared_fk(attachments.item_uuid)",
        #[cfg(feature = "postgres")]
        Conn::Postgres(_) => "undeclared_fk(attachments.attachments_item_uuid_fkey)",
        #[cfg(feature = "mysql")]
        Conn::Mysql(_) => "undeclared_fk(attachments.attachments_ibfk_1)",
    };
    let doctor = soft_delete_check::doctor(crate::schema::users::table).with_data();
    let doctor = doctor.allow(attachments);
    let doctor = match &vault.conn {
        // without partial indexes it is what the trash is found by
        #[cfg(feature = "mysql")]
        Conn::Mysql(_) => doctor.allow("marker_index"),
        _ => doctor,
    };
    let findings = doctor.examine(&mut vault.conn);
    let findings = findings.unwrap_or_else(|error| panic!("{error}"));
    assert!(findings.is_empty(), "{findings}");
}

/// A forgotten name is dead code.
macro_rules! on_each_database {
    ($($(#[$only:meta])* $test:ident),* $(,)?) => {
        mod sqlite {
            $($(#[$only])* #[test] fn $test() { super::$test(&mut super::Vault::new(super::Engine::Sqlite)); })*
        }
        #[cfg(feature = "postgres")]
        mod postgres {
            $($(#[$only])* #[test] fn $test() { super::$test(&mut super::Vault::new(super::Engine::Postgres)); })*
        }
        #[cfg(feature = "mysql")]
        mod mysql {
            $($(#[$only])* #[test] fn $test() { super::$test(&mut super::Vault::new(super::Engine::Mysql)); })*
        }
    };
}

on_each_database![
    #[cfg(feature = "doctor")]
    the_database_is_what_the_facts_say,
    a_deleted_item_moves_from_the_list_to_the_trash,
    show_tells_active_deleted_and_missing_apart,
    a_folder_takes_what_is_in_it_along_at_any_depth,
    a_preview_says_what_would_go_and_changes_nothing,
    a_restored_folder_has_in_it_what_went_along_with_it_and_no_more,
    nothing_comes_back_into_a_place_that_is_deleted_unless_with_its_ancestors,
    an_attachment_is_where_its_item_is,
    deleting_twice_or_restoring_what_is_active_is_a_404,
    a_purge_removes_what_is_in_the_trash_alone,
    emptying_the_trash_keeps_what_was_deleted_lately,
    a_deleted_folder_is_emptied_with_all_that_is_in_it,
    a_killed_run_loses_no_file_of_a_row_and_the_next_removes_what_it_left,
    a_file_whose_row_never_came_is_removed,
    a_name_in_the_trash_can_be_taken_again_and_then_not_be_restored,
    what_is_new_goes_to_an_active_place,
    a_key_may_be_cut_short_as_long_as_it_is_clear,
    a_deleted_user_comes_back_with_what_they_had,
];

fn a_deleted_item_moves_from_the_list_to_the_trash(vault: &mut Vault) {
    assert!(vault.ok("list").contains(BANK));
    vault.ok(&format!("delete {BANK}"));
    assert!(!vault.ok("list").contains(BANK));
    assert!(vault.ok("trash --user ada@example.org").contains(BANK));
    assert!(!vault.ok("trash --user ben@example.org").contains(BANK));
}

fn show_tells_active_deleted_and_missing_apart(vault: &mut Vault) {
    assert!(vault.ok(&format!("show {CODES}")).contains("1234 5678"));
    for (key, detail) in [(BANK, "correct horse"), (WORK, "folders: 1\nitems:   1")] {
        let shown = vault.ok(&format!("show {key}"));
        assert!(
            shown.starts_with("200") && shown.contains(detail),
            "{shown}"
        );
        vault.ok(&format!("delete {key}"));
        assert_eq!(vault.answer(&format!("show {key}")), Answer::Gone);
    }
    assert_eq!(vault.answer("show nothing"), Answer::NotFound);
}

fn a_folder_takes_what_is_in_it_along_at_any_depth(vault: &mut Vault) {
    let said = vault.ok(&format!("delete {WORK}"));
    assert!(said.contains("(2 folders, 2 items)"), "{said}");
    let (list, trash) = (vault.ok("list"), vault.ok("trash"));
    for key in [WORK, SERVERS, ROUTER, WIKI] {
        assert!(!list.contains(key) && trash.contains(key), "{list}{trash}");
    }
    assert!(!list.contains(CODES), "{list}");
    assert!(trash.contains("Router (in Servers/)"), "{trash}");
}

fn a_preview_says_what_would_go_and_changes_nothing(vault: &mut Vault) {
    let before = vault.ok("list");
    for key in [WORK, ROUTER, BANK] {
        let preview = vault.ok(&format!("delete {key} --preview"));
        assert_eq!(vault.ok("list"), before);
        let said = vault.ok(&format!("delete {key}"));
        assert_eq!(preview, said.replace("moved to", "would be moved to"));
        vault.ok(&format!("restore {key}"));
    }
    assert_eq!(vault.ok("list"), before);
}

fn a_restored_folder_has_in_it_what_went_along_with_it_and_no_more(vault: &mut Vault) {
    vault.ok(&format!("delete {WIKI}"));
    let before = vault.ok("list");
    vault.ok(&format!("delete {WORK}"));
    let said = vault.ok(&format!("restore {WORK}"));
    assert!(said.contains("(2 folders, 1 item)"), "{said}");
    assert_eq!(vault.ok("list"), before);
}

fn nothing_comes_back_into_a_place_that_is_deleted_unless_with_its_ancestors(vault: &mut Vault) {
    vault.ok(&format!("delete {WORK}"));
    for key in [ROUTER, SERVERS] {
        let refused = vault.refused(&format!("restore {key}"));
        assert!(
            refused.contains("the folder that it is in is deleted too"),
            "{refused}"
        );
        assert!(refused.contains("--with-ancestors"), "{refused}");
    }
    vault.ok(&format!("restore {ROUTER} --with-ancestors"));
    let list = vault.ok("list");
    for key in [WORK, SERVERS, ROUTER, CODES, CONFIG] {
        assert!(list.contains(key), "{list}");
    }
    assert!(!list.contains(WIKI), "{list}");
    vault.ok(&format!("restore {WIKI}"));
}

fn an_attachment_is_where_its_item_is(vault: &mut Vault) {
    let refused = vault.refused(&format!("delete {CODES}"));
    assert!(refused.contains("goes with its item"), "{refused}");
    vault.ok(&format!("delete {ROUTER}"));
    assert_eq!(vault.answer(&format!("show {CODES}")), Answer::Gone);
    vault.ok(&format!("restore {ROUTER}"));
    assert!(vault.ok(&format!("show {CODES}")).contains("1234 5678"));
}

fn deleting_twice_or_restoring_what_is_active_is_a_404(vault: &mut Vault) {
    for key in [BANK, ROUTER, WORK] {
        assert_eq!(vault.answer(&format!("restore {key}")), Answer::NotFound);
        vault.ok(&format!("delete {key}"));
        assert_eq!(vault.answer(&format!("delete {key}")), Answer::NotFound);
        assert_eq!(
            vault.answer(&format!("delete {key} --preview")),
            Answer::NotFound
        );
    }
}

fn a_purge_removes_what_is_in_the_trash_alone(vault: &mut Vault) {
    for key in [WIKI, SERVERS, WORK] {
        assert_eq!(vault.answer(&format!("purge {key}")), Answer::NotFound);
        assert_eq!(vault.answer(&format!("show {key}")), Answer::Ok);
        vault.ok(&format!("delete {key}"));
        vault.ok(&format!("purge {key}"));
        assert_eq!(vault.answer(&format!("show {key}")), Answer::NotFound);
    }
    assert_eq!(vault.answer(&format!("show {BANK}")), Answer::Ok);
    assert_eq!(vault.files(), [""; 0]);
}

fn emptying_the_trash_keeps_what_was_deleted_lately(vault: &mut Vault) {
    vault.ok(&format!("delete {BANK}"));
    assert_eq!(vault.ok("empty-trash"), "removed for good: 1 item\n");
    assert_eq!(vault.answer(&format!("show {FORUM}")), Answer::NotFound);
    assert_eq!(vault.answer(&format!("show {BANK}")), Answer::Gone);
    assert!(vault.ok("empty-trash").starts_with("nothing"));
    vault.ok("empty-trash --older-than-days 0");
    assert_eq!(vault.ok("trash"), "");
    assert_eq!(vault.answer(&format!("show {ROUTER}")), Answer::Ok);
}

fn a_deleted_folder_is_emptied_with_all_that_is_in_it(vault: &mut Vault) {
    vault.ok(&format!("delete {WORK}"));
    vault.ok("delete-user ben@example.org");
    assert_eq!(
        vault.ok("empty-trash --older-than-days 0"),
        "removed for good: 1 user, 2 folders, 4 items, 2 attachments\n"
    );
    let list = vault.ok("list");
    assert_eq!(list.lines().count(), 2, "{list}"); // Ada and her bank
    assert!(!vault.ok("users").contains("ben@"));
    assert_eq!(vault.files(), [""; 0]);
}

fn a_killed_run_loses_no_file_of_a_row_and_the_next_removes_what_it_left(vault: &mut Vault) {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    vault.ok(&format!("attach {BANK} {file}"));
    let bank = vault
        .files()
        .into_iter()
        .find(|key| ![CODES, CONFIG].contains(&key.as_str()));
    let bank = bank.unwrap_or_default();
    vault.ok(&format!("delete {ROUTER}"));
    vault.is_killed_while_it_empties_the_trash();
    assert_eq!(vault.answer(&format!("show {CODES}")), Answer::NotFound);
    assert_eq!(vault.files().len(), 3);

    assert!(vault.ok("empty-trash").starts_with("nothing"));
    assert_eq!(vault.files(), [bank.as_str()]);
    assert!(vault.ok(&format!("show {bank}")).contains("[package]"));
}

fn a_file_whose_row_never_came_is_removed(vault: &mut Vault) {
    let written = vault.files.write(&mut vault.conn, "e0000000", b"lost");
    assert!(written.is_ok());
    assert_eq!(vault.files(), [CODES, CONFIG, "e0000000"]);
    vault.ok("empty-trash");
    assert_eq!(vault.files(), [CODES, CONFIG]);
}

fn a_name_in_the_trash_can_be_taken_again_and_then_not_be_restored(vault: &mut Vault) {
    let item = "add --user ada@example.org --name Wiki --folder Work";
    let folder = "add-folder --user ada@example.org --name Servers";
    assert_eq!(vault.refused(item), "there is already an item of that name");
    assert_eq!(
        vault.refused(folder),
        "there is already a folder of that name"
    );
    vault.ok(&format!("delete {WIKI}"));
    vault.ok(&format!("delete {SERVERS}"));
    vault.ok(item);
    vault.ok(folder);
    let before = vault.ok("list");
    let refused = vault.refused(&format!("restore {WIKI}"));
    assert_eq!(refused, "there is already an item of that name");
    let refused = vault.refused(&format!("restore {SERVERS}"));
    assert_eq!(refused, "there is already a folder of that name");
    assert_eq!(vault.ok("list"), before);
}

fn what_is_new_goes_to_an_active_place(vault: &mut Vault) {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    vault.ok(&format!("attach {BANK} {file}"));
    assert!(vault.ok("list").contains("Cargo.toml"));
    vault.ok(&format!("delete {BANK}"));
    assert_eq!(vault.answer(&format!("attach {BANK} {file}")), Answer::Gone);
    assert_eq!(
        vault.answer(&format!("attach nothing {file}")),
        Answer::NotFound
    );
    vault.refused(&format!("attach {WORK} {file}"));

    let add = "add --user ada@example.org --name Printer --folder Servers";
    vault.ok(&format!("delete {WORK}"));
    assert!(vault.refused(add).contains("no active folder Servers"));
    vault.ok(&format!("restore {WORK}"));
    vault.ok(add);
    assert!(
        vault
            .refused(&add.replace("ada", "eve"))
            .contains("no active user")
    );
}

fn a_key_may_be_cut_short_as_long_as_it_is_clear(vault: &mut Vault) {
    assert!(vault.ok("show f0").contains("Work"));
    assert!(vault.ok("show C0").contains("Router"));
    assert!(vault.refused("delete c").contains("more than one key"));
    assert!(vault.refused("delete %").contains("a key has letters"));
}

fn a_deleted_user_comes_back_with_what_they_had(vault: &mut Vault) {
    let before = vault.ok("list");
    vault.ok("delete-user ada@example.org");
    assert!(!vault.ok("list").contains("ada@"));
    assert!(vault.ok("users").contains("ada@example.org      deleted"));
    vault.refused("trash --user ada@example.org");
    assert_eq!(
        vault.answer("delete-user ada@example.org"),
        Answer::NotFound
    );
    let refused = vault.refused(&format!("restore {BANK}"));
    assert!(refused.contains("the user whose it is"), "{refused}");
    vault.ok("delete-user ada@example.org --undo");
    assert_eq!(vault.ok("list"), before);
    assert_eq!(
        vault.answer("delete-user ada@example.org --undo"),
        Answer::NotFound
    );

    // the address may have been taken meanwhile
    vault.ok("delete-user ada@example.org");
    vault.ok("add-user ada@example.org");
    vault.refused("add-user ada@example.org");
    let refused = vault.refused("delete-user ada@example.org --undo");
    assert_eq!(refused, "there is already a user with that address");
    vault.refused("seed");
}

#[test]
fn the_command_line_is_well_formed() {
    Cli::command().debug_assert();
    let help = Cli::command().render_long_help().to_string();
    assert!(help.contains("restore c0 --with-ancestors"), "{help}");
}

#[test]
fn the_address_of_a_server_is_never_the_name_of_a_file() {
    for address in ["oracle://127.0.0.1/vault", "http://example.org"] {
        let error = open(address).err().map(|error| error.to_string());
        let error = error.unwrap_or_default();
        assert!(error.contains("unknown to this build"), "{error}");
    }
}
