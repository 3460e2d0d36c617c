use clap::{CommandFactory, Parser};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use soft_delete_examples::create_schema;
use tokio::runtime::Runtime;

use crate::command::Result;
use crate::seed::TEAM;
use crate::{Cli, MIGRATIONS, open, schema};

/// A registry with what `seed` puts into it, in a schema of its own.
struct Registry {
    runtime: Runtime,
    conn: AsyncPgConnection,
    schema: String,
    address: String,
}

impl Registry {
    fn new() -> Self {
        Self::build().unwrap_or_else(|error| panic!("{error}"))
    }

    fn build() -> Result<Self> {
        let runtime = Runtime::new()?; // with threads: the migrations take them
        let (schema, address) = runtime.block_on(create_schema("registry"))?;
        let conn = runtime.block_on(open(&address, MIGRATIONS))?;
        let mut registry = Self {
            runtime,
            conn,
            schema,
            address,
        };
        registry.ok("seed");
        Ok(registry)
    }

    fn run(&mut self, arguments: &str) -> Result<String> {
        self.runtime.block_on(run(&mut self.conn, arguments))
    }

    fn ok(&mut self, arguments: &str) -> String {
        self.run(arguments)
            .unwrap_or_else(|error| panic!("{arguments}: {error}"))
    }

    fn refused(&mut self, arguments: &str) -> String {
        match self.run(arguments) {
            Ok(out) => panic!("{arguments}: {out}"),
            Err(error) => error.to_string(),
        }
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let drop = format!("DROP SCHEMA {} CASCADE", self.schema);
        let _ = self.runtime.block_on(self.conn.batch_execute(&drop));
    }
}

async fn run(conn: &mut AsyncPgConnection, arguments: &str) -> Result<String> {
    let words = ["registry"].into_iter().chain(arguments.split(' '));
    let cli = Cli::try_parse_from(words)?;
    cli.command.run(conn).await
}

#[cfg(feature = "doctor")]
#[test]
fn the_database_is_what_the_facts_say() {
    let mut registry = Registry::new();
    let doctor = soft_delete_check::doctor(schema::crate_owners::table).with_data();
    let findings = registry
        .runtime
        .block_on(doctor.examine(&mut registry.conn));
    let findings = findings.unwrap_or_else(|error| panic!("{error}"));
    assert!(findings.is_empty(), "{findings}");
}

#[test]
fn a_removed_owner_is_left_out_of_every_list() {
    let mut registry = Registry::new();
    assert_eq!(registry.ok("crates --owner ben"), "parser\nrouter\n");
    assert_eq!(registry.ok("owners parser"), format!("ada\nben\n{TEAM}\n"));
    assert!(registry.ok("crates").contains("parser       owners: 3"));

    registry.ok("remove parser ben --as ada");
    assert_eq!(registry.ok("crates --owner ben"), "router\n");
    assert_eq!(registry.ok("owners parser"), format!("ada\n{TEAM}\n"));
    assert!(registry.ok("crates").contains("parser       owners: 2"));
    let all = registry.ok("owners parser --all");
    assert!(all.contains("ben                removed"), "{all}");
}

#[test]
fn an_owner_added_again_is_the_old_row_revived() {
    let mut registry = Registry::new();
    registry.ok("remove parser ben --as ada");
    registry.ok("invite parser ben --as ada");
    assert_eq!(registry.ok("invitations --as ben"), "parser       by ada\n");
    assert!(!registry.ok("owners parser").contains("ben")); // not before he says yes
    let said = registry.ok("accept parser --as ben");
    assert!(said.starts_with("ben owns parser again"), "{said}");
    assert_eq!(registry.ok("invitations --as ben"), "");
    assert_eq!(registry.ok("crates --owner ben"), "parser\nrouter\n");
    assert_eq!(registry.ok("owners parser --all").lines().count(), 3);

    let said = registry.ok("accept router --as cleo");
    assert_eq!(said, "cleo owns router\n");
}

#[test]
fn a_user_and_a_team_are_told_apart_though_their_ids_are_one() {
    let mut registry = Registry::new(); // Ada and the team have the id 1
    registry.ok(&format!("remove parser {TEAM} --as ada"));
    assert_eq!(registry.ok("owners parser"), "ada\nben\n");
    assert_eq!(registry.ok(&format!("crates --owner {TEAM}")), "");
    assert_eq!(registry.ok("crates --owner ada"), "parser\n");
    registry.ok(&format!("invite parser {TEAM} --as ben"));
    assert_eq!(registry.ok(&format!("crates --owner {TEAM}")), "parser\n");
}

#[test]
fn only_an_owner_can_invite_and_remove_others() {
    let mut registry = Registry::new();
    registry.ok("remove parser ben --as ada");
    for command in [
        "invite parser cleo --as ben",
        "remove parser ada --as ben",
        "remove parser ada --as cleo",
    ] {
        assert!(registry.refused(command).contains("does not own parser"));
    }
    assert_eq!(
        registry.refused("remove parser ben --as ada"),
        "ben does not own parser"
    );
    assert_eq!(registry.ok("owners parser"), format!("ada\n{TEAM}\n"));
}

#[test]
fn the_last_user_stays_and_nothing_is_noted() {
    let mut registry = Registry::new();
    registry.ok("remove parser ada --as ada");
    let audit = registry.ok("audit parser");
    let refused = registry.refused("remove parser ben --as ben"); // the team is no user
    assert!(refused.contains("the last user"), "{refused}");
    assert_eq!(registry.ok("owners parser"), format!("ben\n{TEAM}\n"));
    assert_eq!(registry.ok("audit parser"), audit);
}

#[test]
fn two_owners_who_remove_each_other_at_once_do_not_both_succeed() {
    let mut registry = Registry::new();
    let remove = |arguments: &'static str| {
        let address = registry.address.clone();
        // spawned: what the commands return can go from thread to thread
        registry.runtime.spawn(async move {
            let mut conn = AsyncPgConnection::establish(&address).await?;
            run(&mut conn, arguments).await
        })
    };
    let both = [
        remove("remove parser ben --as ada"),
        remove("remove parser ada --as ben"),
    ];
    let removed = both.map(|task| {
        let done = registry.runtime.block_on(task);
        done.unwrap_or_else(|error| panic!("{error}")).is_ok()
    });
    assert_eq!(removed.iter().filter(|removed| **removed).count(), 1);
    let owners = registry.ok("owners parser");
    assert_eq!(owners.contains("ada"), removed[0], "{owners}");
}

#[test]
fn the_audit_tells_who_removed_whom_even_of_an_owner_who_is_back() {
    let mut registry = Registry::new();
    registry.ok("remove parser ben --as ada");
    registry.ok("invite parser ben --as ada");
    registry.ok("accept parser --as ben");
    registry.ok(&format!("remove parser {TEAM} --as ben"));
    let audit = registry.ok("audit parser");
    let actions: Vec<&str> = audit
        .lines()
        .map(|line| &line["2026-01-01 00:00:00  ".len()..])
        .collect();
    assert_eq!(
        actions,
        [
            "ada published",
            "ada invited ben",
            "ben accepted",
            "ada added github:acme:core",
            "ada removed ben",
            "ada invited ben",
            "ben accepted",
            "ben removed github:acme:core",
        ]
    );
}

#[test]
fn an_invitation_is_sent_once_and_answered_once() {
    let mut registry = Registry::new();
    let again = registry.refused("invite router cleo --as ben");
    assert!(again.contains("has been invited already"), "{again}");
    assert!(
        registry
            .refused("invite router ben --as ben")
            .contains("owns router already")
    );
    registry.ok("decline router --as cleo");
    for answer in ["accept router --as cleo", "decline router --as cleo"] {
        assert_eq!(registry.refused(answer), "there is no such invitation");
    }
    assert_eq!(registry.ok("owners router"), "ben\n");
}

#[test]
fn what_is_not_there_is_named() {
    let mut registry = Registry::new();
    assert_eq!(
        registry.refused("owners nothing"),
        "there is no crate nothing"
    );
    assert_eq!(
        registry.refused("crates --owner eve"),
        "there is no user eve"
    );
    assert_eq!(
        registry.refused("crates --owner a:b"),
        "there is no team a:b"
    );
    assert!(
        registry
            .refused("publish parser --as ada")
            .contains("already a crate")
    );
    assert!(registry.refused("add-user ada").contains("already a user"));
    assert!(registry.refused("seed").contains("an empty one"));
    registry.ok("add-user eve");
    registry.ok("publish lexer --as eve");
    assert_eq!(registry.ok("crates --owner eve"), "lexer\n");
}

#[test]
fn the_command_line_is_well_formed() {
    Cli::command().debug_assert();
    let help = Cli::command().render_long_help().to_string();
    assert!(help.contains("remove parser ben --as ada"), "{help}");
}
