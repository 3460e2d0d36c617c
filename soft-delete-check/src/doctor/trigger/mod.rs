//! Triggers by which the database itself refuses what the library never does.
//!
//! What is wanted is written for each engine in its own file; this one compares it with what the
//! catalogue has.

mod mysql;
mod postgres;
mod sqlite;

use super::catalogue::TableKind;
use super::check::{Checks, Ends, Known};
use super::engine::Engine;
use super::finding::{Kind, Repair};

/// The triggers that are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Guards {
    pub(super) hard_deletes: bool,
    pub(super) children: bool,
    pub(super) frozen: bool,
    pub(super) at_commit: bool,
}

/// A trigger as it should be.
pub(super) struct Wanted<'a> {
    on: Known<'a>,
    name: String,
    /// What creates it, in place of an older one where the engine can; `HASH` stands for the hash.
    create: Vec<String>,
    /// What removes one of the name first, where the engine cannot.
    drop: Vec<String>,
}

/// Stands in the text for the hash of it.
const HASH: &str = "soft_delete_hash";

impl Wanted<'_> {
    /// A word of the body that tells it from one made of other facts.
    fn hash(&self) -> String {
        format!(
            "soft_delete_{}",
            fnv(self.create.iter().map(String::as_str))
        )
    }

    fn sql(&self, is_there: bool) -> Vec<String> {
        let hash = self.hash();
        let drop = self.drop.iter().filter(|_| is_there).cloned();
        let create = self.create.iter().map(|sql| sql.replace(HASH, &hash));
        drop.chain(create).collect()
    }
}

/// FNV-1a: the same in every build, as that of the standard library need not be.
fn fnv<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in texts.into_iter().flat_map(str::bytes) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{hash:016x}")
}

/// The name of a trigger, which every engine takes.
fn name(what: &str, parts: &[&str]) -> String {
    let name = format!("soft_delete_{what}_{}", parts.join("_"));
    if name.len() <= 63 {
        return name;
    }
    let mut end = 46;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{}", &name[..end], fnv([name.as_str()]))
}

impl<'a> Checks<'a> {
    /// Compares the triggers that are asked for with those that are there.
    pub(super) fn triggers(&mut self, guards: Guards) {
        let is_asked = guards.hard_deletes || guards.children || guards.frozen || guards.at_commit;
        if !is_asked {
            return;
        }
        let wanted = self.wanted(guards);
        for wanted in &wanted {
            let found = (wanted.on.table.triggers.iter())
                .find(|trigger| trigger.name.eq_ignore_ascii_case(&wanted.name));
            let (kind, why) = match found {
                Some(found) if found.body.contains(&wanted.hash()) => continue,
                Some(_) => (
                    Kind::StaleTrigger,
                    "the trigger was made from other facts, or changed since",
                ),
                None => (
                    Kind::MissingTrigger,
                    "nothing in the database refuses what the trigger would refuse",
                ),
            };
            let repair = Repair::sql(wanted.sql(found.is_some()));
            self.add(kind, wanted.on.facts, &wanted.name, why, repair);
        }
        for known in self.known().collect::<Vec<_>>() {
            for trigger in &known.table.triggers {
                let is_wanted = |wanted: &Wanted<'_>| {
                    wanted.on.number == known.number
                        && wanted.name.eq_ignore_ascii_case(&trigger.name)
                };
                if !wanted.iter().any(is_wanted) {
                    let why =
                        "the trigger is of the doctor's making, and is not asked for any more";
                    let sql = self.drop_trigger(known, &trigger.name);
                    self.add(
                        Kind::StaleTrigger,
                        known.facts,
                        &trigger.name,
                        why,
                        Repair::sql([sql]),
                    );
                }
            }
        }
    }

    fn wanted(&mut self, guards: Guards) -> Vec<Wanted<'a>> {
        let engine = self.engine;
        let mut wanted = Vec::new();
        let tables = self.known().filter(|known| {
            known.table.kind != TableKind::View && known.column(&known.facts.marker.name).is_some()
        });
        for known in tables {
            if guards.hard_deletes {
                wanted.push(match engine {
                    Engine::Postgres => postgres::hard_delete(known),
                    Engine::Sqlite => sqlite::hard_delete(known),
                    Engine::Mysql | Engine::MariaDb => mysql::hard_delete(engine, known),
                });
            }
            if guards.frozen {
                wanted.extend(match engine {
                    Engine::Postgres => Some(postgres::frozen(known)),
                    Engine::Sqlite => sqlite::frozen(known),
                    Engine::Mysql | Engine::MariaDb => mysql::frozen(engine, known),
                });
            }
        }
        for ends in self.relations_known() {
            if !ends.has_columns() {
                continue;
            }
            if guards.children {
                match engine {
                    Engine::Postgres => wanted.push(postgres::child(ends)),
                    Engine::Sqlite => wanted.extend(sqlite::child(ends)),
                    Engine::Mysql | Engine::MariaDb => wanted.extend(mysql::child(engine, ends)),
                }
            }
            if guards.at_commit {
                match engine {
                    Engine::Postgres if !ends.child.table.primary_key().is_empty() => {
                        wanted.push(postgres::at_commit(ends));
                    }
                    _ => self.no_such_trigger(ends),
                }
            }
        }
        wanted
    }

    fn no_such_trigger(&mut self, ends: Ends<'_>) {
        let why = match self.engine {
            Engine::Postgres => {
                "a look at the commit finds the row by its primary key, and the table has none"
                    .to_owned()
            }
            engine => format!(
                "{engine} has no trigger that waits for the commit, and an earlier one would refuse the restore of a tree"
            ),
        };
        let steps = ["do without `refuse_active_below_deleted_at_commit()` here"];
        let columns = ends.relation.foreign_key.join(", ");
        self.add(
            Kind::NoSuchTrigger,
            ends.child.facts,
            columns,
            why,
            Repair::steps(steps),
        );
    }

    fn drop_trigger(&self, known: Known<'_>, name: &str) -> String {
        match self.engine {
            Engine::Postgres => postgres::drop(known, name),
            engine => drop(engine, known, name),
        }
    }
}

/// The trigger's name with the schema that the facts name.
fn in_schema(engine: Engine, known: Known<'_>, name: &str) -> String {
    match &known.facts.schema {
        Some(schema) => format!("{}.{}", engine.quote(schema), engine.quote(name)),
        None => engine.quote(name),
    }
}

/// On SQLite, MySQL and MariaDB.
fn drop(engine: Engine, known: Known<'_>, name: &str) -> String {
    format!("DROP TRIGGER {};", in_schema(engine, known, name))
}

/// The conditions, joined by `AND`, that each pair of columns meets.
fn each(columns: impl IntoIterator<Item = String>) -> String {
    columns.into_iter().collect::<Vec<_>>().join(" AND ")
}

/// The columns that may change in a row that stays deleted: those that a deletion writes.
fn stamps(known: Known<'_>) -> Vec<&str> {
    let facts = known.facts;
    (std::iter::once(&facts.marker)
        .chain(&facts.operation)
        .chain(&facts.touch))
    .map(|column| column.name.as_str())
    .collect()
}

/// The others, without what the database computes by itself.
fn frozen_columns(known: Known<'_>) -> Vec<&str> {
    let stamps = stamps(known);
    (known.table.columns.iter())
        .filter(|column| column.generated.is_none())
        .map(|column| column.name.as_str())
        .filter(|column| !stamps.contains(column))
        .collect()
}
