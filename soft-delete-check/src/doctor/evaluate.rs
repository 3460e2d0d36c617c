//! What predicates and generated columns are for an active and for a deleted row, asked of the
//! engine itself: it evaluates them on rows that are made up. Nothing is read from the tables.

use std::collections::HashMap;

use diesel::QueryResult;
use soft_delete_runtime::__private::{Facts, Marks};

use super::catalogue::{Catalogue, Key, Table};
use super::connection::Ask;
use super::engine::{Database, Engine};

/// What a condition is. Of an expression: whether it has a value (`None`: it is NULL) that is another
/// than the marker's.
type Value = Option<bool>;

/// The values of an expression on four rows: an active and a deleted one, with all other columns
/// NULL and with a value in each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Values {
    pub(super) active: [Value; 2],
    pub(super) deleted: [Value; 2],
}

impl Values {
    /// Of a condition: no deleted row meets it, and that it is deleted is the reason. `None` where
    /// none of the rows meets it for other reasons, though it `names` the marker.
    pub(super) fn leaves_deleted_out(self, names: bool) -> Option<bool> {
        let never = matches!(
            self.deleted,
            [Some(false), None | Some(false)] | [None, None]
        );
        match never && self.active == self.deleted {
            true if names => None,
            true => Some(false),
            false => Some(never),
        }
    }

    /// Of a condition: a row whose other columns have values meets it, active or deleted.
    pub(super) fn keeps_both(self) -> bool {
        self.active[1] == Some(true) && self.deleted[1] == Some(true)
    }

    /// Of a condition: it holds for active rows, and for them alone, whatever else is in them.
    pub(super) fn is_of_the_marker_alone(self) -> bool {
        self.active == [Some(true); 2] && self.deleted == [Some(false); 2]
    }

    /// Of a key: it is NULL in a deleted row, and has a value in an active one.
    pub(super) fn is_null_if_deleted(self) -> bool {
        self.active[1].is_some() && self.deleted == [None, None]
    }

    /// Of a key: it is the marker in a deleted row, and not NULL in an active one.
    pub(super) fn is_marker_if_deleted(self) -> bool {
        self.active.iter().all(Value::is_some) && self.deleted == [Some(false); 2]
    }
}

/// The expressions of each table, and what they are.
#[derive(Debug, Default)]
pub(super) struct Evaluated(HashMap<(usize, Use, String), Values>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Use {
    Condition,
    Key,
}

/// An expression of a table.
struct Expression<'a> {
    table: usize,
    is: Use,
    sql: String,
    /// The marker, quoted.
    marker: String,
    /// Four rows of the table.
    rows: &'a str,
}

/// So many in one query: SQLite takes 500.
const AT_ONCE: usize = 100;

impl Evaluated {
    /// Evaluates all predicates and keys of the tables: a query for each hundred.
    pub(super) async fn new<K: Ask<C>, C>(
        database: &mut Database<'_, K, C>,
        facts: &[Facts],
        catalogue: &Catalogue,
    ) -> QueryResult<Self> {
        let tables: Vec<_> = (facts.iter().zip(&catalogue.tables).enumerate())
            .filter_map(|(number, (facts, table))| {
                let table = table.as_ref()?;
                Some((number, table, rows(database.engine, facts, table)?))
            })
            .collect();
        let mut expressions = Vec::new();
        for (number, table, rows) in &tables {
            let marker = database.engine.quote(&facts[*number].marker.name);
            expressions.extend(expressions_of(*number, table, &marker, rows));
        }
        let mut evaluated = Self::default();
        let mut parts: Vec<&[Expression<'_>]> = expressions.chunks(AT_ONCE).collect();
        while let Some(part) = parts.pop() {
            match ask(database, part).await? {
                Some(values) => {
                    for (expression, values) in part.iter().zip(values) {
                        let key = (expression.table, expression.is, expression.sql.clone());
                        evaluated.0.insert(key, values);
                    }
                }
                // the engine refuses one of them: which?
                None if part.len() > 1 => {
                    let (first, second) = part.split_at(part.len() / 2);
                    parts.extend([first, second]);
                }
                None => {}
            }
        }
        Ok(evaluated)
    }

    /// The values of a predicate, if it could be evaluated.
    pub(super) fn condition(&self, table: usize, sql: &str) -> Option<Values> {
        self.0
            .get(&(table, Use::Condition, sql.to_owned()))
            .copied()
    }

    /// The values of an expression that is a key.
    pub(super) fn key(&self, table: usize, sql: &str) -> Option<Values> {
        self.0.get(&(table, Use::Key, sql.to_owned())).copied()
    }
}

/// The predicates of the table's indexes, and the expressions of its unique keys.
fn expressions_of<'a>(
    number: usize,
    table: &Table,
    marker: &str,
    rows: &'a str,
) -> Vec<Expression<'a>> {
    let conditions = (table.indexes.iter())
        .filter_map(|index| index.predicate.as_deref())
        .map(|sql| (Use::Condition, sql));
    let keys = (table.indexes.iter())
        .filter(|index| index.unique && !index.primary)
        .flat_map(|index| &index.keys)
        .filter_map(|key| expression(table, key))
        .map(|sql| (Use::Key, sql));
    let mut all: Vec<_> = conditions.chain(keys).collect();
    all.sort_unstable();
    all.dedup();
    (all.into_iter())
        .map(|(is, sql)| Expression {
            table: number,
            is,
            sql: sql.to_owned(),
            marker: marker.to_owned(),
            rows,
        })
        .collect()
}

impl Expression<'_> {
    /// Its value on each row, as text.
    fn select(&self, engine: Engine, number: usize) -> String {
        let Self {
            sql, rows, marker, ..
        } = self;
        let text = engine.text_type();
        let value = match self.is {
            Use::Condition => {
                format!("CASE WHEN ({sql}) THEN 'true' WHEN NOT ({sql}) THEN 'false' END")
            }
            Use::Key => format!(
                "CASE WHEN ({sql}) IS NULL THEN NULL \
                 WHEN CAST(({sql}) AS {text}) = CAST({marker} AS {text}) THEN 'false' ELSE 'true' END"
            ),
        };
        format!("SELECT {number}, soft_delete_row, {value} FROM {rows}")
    }
}

/// What a key is computed by, if it is.
pub(super) fn expression<'a>(table: &'a Table, key: &'a Key) -> Option<&'a str> {
    match key {
        Key::Expression(sql) => Some(sql),
        Key::Column(name) | Key::Prefix(name, _) => table.column(name)?.generated.as_deref(),
    }
}

/// The values of each expression; none where the engine refuses one of them.
async fn ask<K: Ask<C>, C>(
    database: &mut Database<'_, K, C>,
    expressions: &[Expression<'_>],
) -> QueryResult<Option<Vec<Values>>> {
    let engine = database.engine;
    let parts: Vec<_> = (expressions.iter().enumerate())
        .map(|(number, expression)| expression.select(engine, number))
        .collect();
    let query = parts.join(" UNION ALL ");
    let Some(rows) = database.try_rows::<3>(&query, "r.c0, r.c1").await? else {
        return Ok(None);
    };
    let mut all = vec![Values::default(); expressions.len()];
    for [number, row, value] in rows {
        let number: Option<usize> = number.and_then(|number| number.parse().ok());
        let Some(values) = number.and_then(|number| all.get_mut(number)) else {
            continue;
        };
        let value = value.map(|value| value == "true");
        match row.as_deref() {
            Some("0") => values.active[0] = value,
            Some("1") => values.deleted[0] = value,
            Some("2") => values.active[1] = value,
            _ => values.deleted[1] = value,
        }
    }
    Ok(Some(all))
}

/// Four rows as a table of that name: `(..) AS users`.
fn rows(engine: Engine, facts: &Facts, table: &Table) -> Option<String> {
    let Marks { active, deleted } = facts.marks.as_ref()?;
    let filled = [
        (0, active, false),
        (1, deleted, false),
        (2, active, true),
        (3, deleted, true),
    ];
    let name = engine.quote(&table.place.name);
    Some(match engine {
        Engine::Postgres => {
            let rows = filled.map(|(row, mark, is_filled)| {
                format!("({row}, {})", record(engine, facts, table, mark, is_filled))
            });
            format!(
                "(SELECT made.n AS soft_delete_row, made_row.* FROM (VALUES {}) AS made(n, record), \
                 LATERAL jsonb_populate_record(NULL::{}.{name}, made.record) AS made_row) AS {name}",
                rows.join(", "),
                engine.quote(&table.place.schema)
            )
        }
        _ => {
            let rows = filled.map(|(row, mark, is_filled)| {
                let columns: String = (table.columns.iter())
                    .filter(|column| column.generated.is_none())
                    .map(|column| {
                        let value = if column.name == facts.marker.name {
                            mark
                        } else {
                            column
                                .sample
                                .as_deref()
                                .filter(|_| is_filled)
                                .unwrap_or("NULL")
                        };
                        format!(", {value} AS {}", engine.quote(&column.name))
                    })
                    .collect();
                format!("SELECT {row} AS soft_delete_row{columns}")
            });
            format!("({}) AS {name}", rows.join(" UNION ALL "))
        }
    })
}

/// The row as `jsonb_build_object(..)`, a hundred arguments at most in each.
fn record(engine: Engine, facts: &Facts, table: &Table, mark: &str, is_filled: bool) -> String {
    let samples = (table.columns.iter())
        .filter(|column| is_filled && column.name != facts.marker.name)
        .filter_map(|column| Some((column.name.as_str(), column.sample.as_deref()?)));
    let values: Vec<_> = std::iter::once((facts.marker.name.as_str(), mark))
        .chain(samples)
        .map(|(name, value)| format!("{}, {value}", engine.text(name)))
        .collect();
    let objects: Vec<_> = (values.chunks(40))
        .map(|values| format!("jsonb_build_object({})", values.join(", ")))
        .collect();
    objects.join(" || ")
}
