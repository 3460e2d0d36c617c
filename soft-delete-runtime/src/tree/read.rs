//! What is read of the tables of a tree: which rows, and which columns of them.

use std::collections::HashSet;

use super::graph::Member;
use super::stamp::Stamp;
use crate::column::{Recorded, ValueClass, ValueColumn};
use crate::engine::Engine;
use crate::key::{Keys, NoCase, Round, Rows};
use crate::relation::{Node, Relation};
use crate::sql::{Expr, Recursive, Select, Source, State};

/// Which rows an operation takes of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowFilter<'a> {
    pub(crate) state: State,
    pub(crate) stamp: Option<&'a Stamp>,
    /// Whether they are read without a lock.
    pub(crate) unlocked: bool,
}

impl<'a> RowFilter<'a> {
    pub(crate) fn in_state(state: State) -> Self {
        Self {
            state,
            stamp: None,
            unlocked: false,
        }
    }

    pub(crate) fn unlocked(self) -> Self {
        Self {
            unlocked: true,
            ..self
        }
    }

    pub(super) fn lock(&self, engine: Engine) -> &'static str {
        match self.unlocked {
            true => "",
            false => engine.lock_rows(),
        }
    }

    pub(crate) fn stamped(stamp: &'a Stamp) -> Self {
        Self {
            state: State::Deleted,
            stamp: Some(stamp),
            unlocked: false,
        }
    }

    pub(crate) fn condition(&self, node: &'static Node) -> Option<Expr<'a>> {
        self.stamp.map(|stamp| stamp.condition(node))
    }
}

/// A column that is read beside the key of a row.
#[derive(Debug, Clone)]
pub(crate) struct ReadColumn {
    pub(crate) expr: Expr<'static>,
    pub(crate) class: ValueClass,
}

impl ReadColumn {
    /// Whether the row is active: 1 or 0.
    pub(crate) fn is_active(node: &'static Node, recorded: Recorded) -> Self {
        let source = Source::Table(node);
        Self::flag(Expr::Is(source, State::Active), recorded)
    }

    /// 1 if the condition holds.
    pub(crate) fn flag(condition: Expr<'static>, recorded: Recorded) -> Self {
        Self {
            expr: Expr::Case(vec![(condition, Expr::Sql("1"))], Box::new(Expr::Sql("0"))),
            class: ValueClass::Flag(recorded),
        }
    }

    pub(crate) fn of(node: &'static Node, column: ValueColumn) -> Self {
        Self {
            expr: Expr::Value(Source::Table(node), column),
            class: (column.class)(),
        }
    }
}

/// The columns of the key of a row's parent in the same table, as the parent has it: text can be
/// equal that has other letters, and numbers that have other digits.
pub(crate) fn key_above(
    node: &'static Node,
    own: &Relation,
    lock: &'static str,
) -> Vec<ReadColumn> {
    const ABOVE: &str = "soft_delete_above";
    let above = Source::Alias(node, ABOVE);
    let of_parent = |column: ValueColumn| {
        let filter = Expr::equal_keys(
            (above, own.primary_key),
            (Source::Table(node), own.foreign_key),
        );
        let mut select = Select::new(above).values(&[column]).lock(lock);
        select.filter = filter;
        ReadColumn {
            expr: Expr::Query(Box::new(select)),
            class: (column.class)(),
        }
    };
    let columns = own.foreign_key.iter().zip(own.primary_key);
    columns
        .map(|(foreign, primary)| match (foreign.class)() {
            ValueClass::Text | ValueClass::AsText(_) | ValueClass::Unknown => of_parent(*primary),
            _ => ReadColumn::of(node, *foreign),
        })
        .collect()
}

pub(crate) fn with_columns<'a>(
    mut select: Select<'a>,
    node: &'static Node,
    extra: &[ReadColumn],
) -> Select<'a> {
    let key = node
        .key
        .iter()
        .map(|column| Expr::Value(Source::Table(node), *column));
    select.columns.extend(key);
    select
        .columns
        .extend(extra.iter().map(|column| column.expr.clone()));
    select
}

pub(crate) fn classes(node: &Node, extra: &[ReadColumn]) -> Vec<ValueClass> {
    let key = node.key.iter().map(|column| (column.class)());
    key.chain(extra.iter().map(|column| column.class)).collect()
}

/// The filters that find a table's rows by the keys of its parents: one where all keys fit into a
/// statement, else one for each relation and round.
pub(crate) fn by_parents<'a>(
    member: &Member,
    keys: &'a [Keys],
    no_case: &[NoCase],
    engine: Engine,
    arrays: bool,
) -> Vec<Expr<'a>> {
    let source = Source::Table(member.node);
    let edges = member.edges.iter().map(|edge| {
        let rounds = keys[edge.parent].rounds(engine, arrays).into_iter();
        let rounds = rounds.map(|round| round.compared(no_case[edge.parent]));
        let filters = rounds.map(|round| Expr::In(source, edge.relation.foreign_key, round));
        filters.collect::<Vec<_>>()
    });
    let mut edges: Vec<_> = edges.filter(|filters| !filters.is_empty()).collect();
    if edges.len() > 1 && edges.iter().all(|filters| filters.len() == 1) {
        return vec![Expr::Or(edges.drain(..).flatten().collect())];
    }
    edges.into_iter().flatten().collect()
}

/// A recursive query of a table that refers to itself.
pub(crate) fn below_itself<'a>(
    node: &'static Node,
    round: Round<'a>,
    rows: &RowFilter<'a>,
    extra: &[ReadColumn],
    engine: Engine,
) -> Select<'a> {
    let table = Source::Table(node);
    let key = node
        .key
        .iter()
        .map(|column| Expr::Column(table, column.name));
    let own = node.self_cascade().map_or(&[][..], |own| own.foreign_key);
    let to_rows = |columns: &'static [ValueColumn]| {
        let columns = columns.iter().enumerate();
        let pairs = columns
            .map(|(number, column)| Expr::Key(number).equal(Expr::Column(table, column.name)));
        pairs.collect::<Vec<_>>()
    };
    let is_first = Expr::In(table, node.key, round);
    let mut taken = Vec::new();
    if rows.state != State::Any {
        taken.push(Expr::Is(table, rows.state));
    }
    taken.extend(rows.condition(node));
    let mut first = Select::new(table).filter(is_first.clone());
    first.columns.extend(key.clone());
    let mut next = Select::new(Source::Rows)
        .join(table, to_rows(own))
        .lock(match engine {
            // the only place where InnoDB locks them
            Engine::Mysql => rows.lock(engine),
            Engine::Sqlite | Engine::Postgres => "",
        });
    next.columns.extend(key);
    next.filter.extend(taken.clone());
    let mut select = Select::new(Source::Rows)
        .join(table, to_rows(node.key))
        .lock(rows.lock(engine));
    if engine == Engine::Postgres {
        // a row can have been changed while this waited for its lock
        match rows.stamp {
            // the rows that a restore begins with are active by now
            Some(_) => select = select.filter(Expr::Or(vec![is_first, Expr::And(taken)])),
            None => select.filter.extend(taken),
        }
    }
    select.with = Some(Box::new(Recursive {
        key: node.key,
        first,
        next,
    }));
    with_columns(select, node, extra)
}

/// Without repeated keys; a key has that many columns.
pub(crate) fn distinct(rows: &Rows, key: usize) -> Rows {
    let mut seen = HashSet::new();
    rows.filter(|row| seen.insert(row[..key].to_vec()))
}

/// The statements that change a table's rows, by their keys or by those of their parents.
impl Member {
    /// Those with the keys.
    pub(crate) fn with_keys<'a>(
        &self,
        keys: &'a Keys,
        engine: Engine,
        arrays: bool,
    ) -> Vec<Expr<'a>> {
        let source = Source::Table(self.node);
        let rounds = keys.rounds(engine, arrays).into_iter();
        rounds
            .map(|round| Expr::In(source, self.node.key, round))
            .collect()
    }
}
