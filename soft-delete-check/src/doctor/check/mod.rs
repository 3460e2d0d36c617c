//! The checks: each compares facts with the catalogue and adds what it finds.

mod data;
mod foreign_key;
mod index;
mod relation;
mod table;
mod unique;

use soft_delete_runtime::__private::{Facts, RelationFacts};

use super::catalogue::{Catalogue, Column, Place, Table};
use super::engine::Engine;
use super::evaluate::Evaluated;
use super::finding::{Finding, Kind, Repair};

pub(super) struct Checks<'a> {
    pub(super) engine: Engine,
    pub(super) facts: &'a [Facts],
    pub(super) catalogue: &'a Catalogue,
    pub(super) evaluated: &'a Evaluated,
    pub(super) findings: Vec<Finding>,
}

/// A table of the facts that the catalogue has.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) number: usize,
    pub(super) facts: &'a Facts,
    pub(super) table: &'a Table,
}

/// A relation of which the catalogue has both tables.
#[derive(Clone, Copy)]
pub(super) struct Ends<'a> {
    pub(super) parent: Known<'a>,
    pub(super) child: Known<'a>,
    pub(super) relation: &'a RelationFacts,
}

impl<'a> Checks<'a> {
    pub(super) fn new(
        engine: Engine,
        facts: &'a [Facts],
        catalogue: &'a Catalogue,
        evaluated: &'a Evaluated,
    ) -> Self {
        Self {
            engine,
            facts,
            catalogue,
            evaluated,
            findings: Vec::new(),
        }
    }

    pub(super) fn add(
        &mut self,
        kind: Kind,
        facts: &Facts,
        subject: impl Into<String>,
        why: impl Into<String>,
        repair: Repair,
    ) {
        self.findings.push(Finding {
            kind,
            table: shown(facts),
            subject: subject.into(),
            why: why.into(),
            repair,
        });
    }

    pub(super) fn known(&self) -> impl Iterator<Item = Known<'a>> + use<'a> {
        (self.facts.iter().zip(&self.catalogue.tables).enumerate()).filter_map(
            |(number, (facts, table))| {
                Some(Known {
                    number,
                    facts,
                    table: table.as_ref()?,
                })
            },
        )
    }

    pub(super) fn relations_known(&self) -> Vec<Ends<'a>> {
        let known: Vec<_> = self.known().collect();
        let child_of = |relation: &RelationFacts| {
            let is = |known: &&Known<'a>| {
                known.facts.schema == relation.schema && known.facts.table == relation.child
            };
            known.iter().find(is).copied()
        };
        let mut relations = Vec::new();
        for &parent in &known {
            for relation in &parent.facts.children {
                if let Some(child) = child_of(relation) {
                    relations.push(Ends {
                        parent,
                        child,
                        relation,
                    });
                }
            }
        }
        relations
    }

    /// A table as it is named in SQL: as the facts name it, or from elsewhere with its schema.
    pub(super) fn place(&self, place: &Place) -> String {
        let known = self.known().find(|known| known.table.place == *place);
        match known {
            Some(known) => quoted(self.engine, known.facts),
            None if self.is_here(place) => self.engine.quote(&place.name),
            None => format!(
                "{}.{}",
                self.engine.quote(&place.schema),
                self.engine.quote(&place.name)
            ),
        }
    }

    /// The same for a reader.
    pub(super) fn shown_place(&self, place: &Place) -> String {
        let known = self.known().find(|known| known.table.place == *place);
        match known {
            Some(known) => shown(known.facts),
            None if self.is_here(place) => place.name.clone(),
            None => format!("{}.{}", place.schema, place.name),
        }
    }

    /// Whether a table of the facts that is named without its schema is in the same one.
    fn is_here(&self, place: &Place) -> bool {
        self.known()
            .any(|known| known.facts.schema.is_none() && known.table.place.schema == place.schema)
    }
}

impl<'a> Known<'a> {
    pub(super) fn column(self, name: &str) -> Option<&'a Column> {
        self.table.column(name)
    }
}

/// A table as `table!` names it.
pub(super) fn shown(facts: &Facts) -> String {
    match &facts.schema {
        Some(schema) => format!("{schema}.{}", facts.table),
        None => facts.table.clone(),
    }
}

/// The same, quoted.
pub(super) fn quoted(engine: Engine, facts: &Facts) -> String {
    match &facts.schema {
        Some(schema) => format!("{}.{}", engine.quote(schema), engine.quote(&facts.table)),
        None => engine.quote(&facts.table),
    }
}

/// The condition that holds for active rows, of the marker or of what stands for it.
pub(super) fn active(facts: &Facts, marker: &str) -> String {
    let (before, after) = facts.active;
    format!("{before}{marker}{after}").trim().to_owned()
}

/// The condition that holds for deleted rows.
pub(super) fn deleted(facts: &Facts, marker: &str) -> String {
    let (before, after) = facts.deleted;
    format!("{before}{marker}{after}").trim().to_owned()
}
