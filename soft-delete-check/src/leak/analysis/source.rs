//! A watched table in a `FROM`, with the conditions that its rows have to meet.

use sqlparser::ast::{Expr, Ident, ObjectName, ObjectNamePart, Query, TableAlias, TableFactor};

use super::marker::Watched;

/// A watched table that a query reads or changes.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub(super) watched: &'a Watched,
    pub(super) alias: &'a str,
    pub(super) schema: Option<&'a str>,
    /// Each has to hold.
    pub(super) conditions: Vec<Condition<'a>>,
    /// The conditions from this one on also judge the row that an outer join makes up.
    pub(super) outer_from: Option<usize>,
    /// Whether it was joined to something.
    pub(super) joined: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Condition<'a> {
    Expr(&'a Expr),
    /// A lateral sub-select: no row of it, no row.
    Rows(&'a Query),
}

impl<'a> Source<'a> {
    pub(super) fn new(
        watched: &'a Watched,
        name: &'a ObjectName,
        alias: Option<&'a Ident>,
    ) -> Self {
        let schema = match alias {
            None => part(name, 1),
            Some(_) => None,
        };
        Self {
            watched,
            alias: alias.map_or(&watched.table, |alias| &alias.value),
            schema,
            conditions: Vec::new(),
            outer_from: None,
            joined: false,
        }
    }

    /// An outer join may leave this side out.
    pub(super) fn make_outer(&mut self) {
        self.outer_from.get_or_insert(self.conditions.len());
    }

    /// Whether the expression is the marker of this source. In a sub-select (`inner`) a name
    /// without a table is a column of that one.
    pub(super) fn is_marker(&self, e: &Expr, inner: bool) -> bool {
        let is_marker = |column: &Ident| same_name(&column.value, &self.watched.marker);
        match e {
            Expr::Nested(e) => self.is_marker(e, inner),
            Expr::Identifier(column) => !inner && is_marker(column),
            Expr::CompoundIdentifier(path) => match path.as_slice() {
                [table, column] => is_marker(column) && same_name(&table.value, self.alias),
                [.., schema, table, column] => {
                    let same_schema = self.schema.is_none_or(|own| same_name(&schema.value, own));
                    is_marker(column) && same_name(&table.value, self.alias) && same_schema
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether the table of a sub-select takes this one's name.
    pub(super) fn is_shadowed_by(&self, factor: &TableFactor) -> bool {
        let is_ours = |alias: &Option<TableAlias>| {
            let alias = alias.as_ref();
            alias.is_some_and(|alias| same_name(&alias.name.value, self.alias))
        };
        match factor {
            TableFactor::Table { name, alias, .. } => {
                let named = match alias {
                    Some(alias) => Some(alias.name.value.as_str()),
                    None => part(name, 0),
                };
                named.is_some_and(|named| same_name(named, self.alias))
            }
            TableFactor::Derived { alias, .. }
            | TableFactor::Function { alias, .. }
            | TableFactor::TableFunction { alias, .. }
            | TableFactor::UNNEST { alias, .. }
            | TableFactor::JsonTable { alias, .. } => is_ours(alias),
            TableFactor::NestedJoin {
                table_with_joins: tables,
                alias,
            } => {
                let mut joins = tables.joins.iter();
                is_ours(alias)
                    || self.is_shadowed_by(&tables.relation)
                    || joins.any(|join| self.is_shadowed_by(&join.relation))
            }
            _ => false,
        }
    }
}

/// The table (0), schema (1) or database (2) that a name says.
pub(super) fn part(name: &ObjectName, from_end: usize) -> Option<&str> {
    match name.0.iter().rev().nth(from_end)? {
        ObjectNamePart::Identifier(ident) => Some(&ident.value),
        ObjectNamePart::Function(_) => None,
    }
}

/// Engines differ in what case means; two tables that differ in case alone are one here.
pub(super) fn same_name(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}
