//! From the graph to statements: the portable form.

use super::dialect::Dialect;
use super::graph::{Edge, Graph, Member};
use super::sql::Sql;
use super::step::{Meaning, Step};
use crate::marker::{Predicate, Stored};
use crate::moment::Moment;
use crate::relation::{Kind, Node, Relation};

/// Which rows of its tables an operation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Active,
    Deleted,
    Any,
}

impl State {
    fn of(self, node: &Node) -> Option<Predicate> {
        match self {
            State::Active => Some(node.marker.active),
            State::Deleted => Some(node.marker.deleted),
            State::Any => None,
        }
    }
}

/// A graph, and the rows of it that are meant.
pub(super) struct Plan<'a> {
    pub(super) graph: &'a Graph,
    pub(super) state: State,
}

impl Plan<'_> {
    /// The moment at the precision that every column it is written to stores.
    pub(super) fn storable(&self, moment: Moment) -> Moment {
        let members = self.graph.tables.iter();
        members.fold(moment, |moment, member| (member.node.storable)(moment))
    }

    fn member(&self, table: usize) -> &Member {
        &self.graph.tables[table]
    }

    /// ` WHERE` of the target, in the state; of the first table only.
    pub(super) fn of_target(&self, sql: Sql) -> Sql {
        let node = &self.graph.root().node;
        match self.state.of(node) {
            Some(predicate) => sql.target().predicate(node, predicate),
            None => sql.target_alone(),
        }
    }

    /// ` WHERE (state) AND condition`
    fn in_state(&self, sql: Sql, node: &Node, condition: Sql) -> Sql {
        let sql = sql.sql(" WHERE ");
        match self.state.of(node) {
            Some(predicate) => sql
                .predicate(node, predicate)
                .sql(" AND ")
                .append(condition),
            None => sql.append(condition),
        }
    }

    /// The keys of the rows that the operation takes of a table: a `SELECT`.
    pub(super) fn keys(&self, table: usize) -> Sql {
        let base = self.first_keys(table, "");
        match &self.member(table).own {
            Some(own) => self.with_own_children(table, own, base),
            None => base,
        }
    }

    /// The same, without those that are found in the table itself.
    fn first_keys(&self, table: usize, column: &'static str) -> Sql {
        let member = self.member(table);
        let node = &member.node;
        let key = member.key().unwrap_or_default();
        let select = || {
            Sql::new()
                .sql("SELECT ")
                .columns(node, key)
                .sql(column)
                .sql(" FROM ")
                .table(node)
        };
        if table == 0 {
            return self.of_target(select());
        }
        let ways = member.edges.iter();
        Sql::join(
            ways.map(|edge| self.in_state(select(), node, self.below(node, edge))),
            " UNION ",
        )
    }

    /// A recursive query: those keys, and those of the rows below them in the same table.
    fn with_own_children(&self, table: usize, own: &Relation, base: Sql) -> Sql {
        let node = &self.member(table).node;
        let rows = format!("soft_delete_rows_{table}");
        let columns = numbered(own.primary_key.len());
        let child = Sql::new()
            .sql("SELECT ")
            .columns(node, &own.primary_key)
            .sql(" FROM ")
            .table(node)
            .sql(" INNER JOIN ")
            .name(rows.clone())
            .sql(" ON ")
            .append(equal_to(node, &own.foreign_key, &rows));
        let child = match self.state.of(node) {
            Some(predicate) => child.sql(" WHERE ").predicate(node, predicate),
            None => child,
        };
        Sql::recursive(&rows, &columns, base, child, names(&columns))
    }

    /// ` ORDER BY <depth> DESC`, for an engine that checks a foreign key row by row: a table that
    /// refers to itself has to lose its rows from the bottom. `None` if it does not.
    pub(super) fn deepest_first(&self, table: usize) -> Option<Sql> {
        let node = &self.member(table).node;
        let own: Vec<_> = node.to_itself().collect();
        let key = &own.first()?.primary_key;
        let same = key.iter().zip(numbered(key.len())).map(|(key, number)| {
            Sql::new()
                .name("soft_delete_depths")
                .sql(".")
                .name(number)
                .sql(" = ")
                .column(node, key)
        });
        Some(
            Sql::new()
                .sql(" ORDER BY (SELECT MAX(")
                .name("depth")
                .sql(") FROM (")
                .append(self.depths(table, key, &own))
                .sql(") AS ")
                .name("soft_delete_depths")
                .sql(" WHERE ")
                .append(Sql::join(same, " AND "))
                .sql(") DESC"),
        )
    }

    /// A recursive query: the keys, and how far below the first ones they are by any of those ways.
    fn depths(&self, table: usize, key: &[&'static str], own: &[&Relation]) -> Sql {
        let node = &self.member(table).node;
        let rows = format!("soft_delete_rows_{table}");
        let mut columns = numbered(key.len());
        columns.push("depth".to_owned());
        let depth = || Sql::new().name(rows.clone()).sql(".").name("depth");
        let ways = own
            .iter()
            .map(|relation| equal_to(node, &relation.foreign_key, &rows));
        let in_state = |sql: Sql| match self.state.of(node) {
            Some(predicate) => sql.sql(" WHERE ").predicate(node, predicate),
            None => sql,
        };
        let child = Sql::new()
            .sql("SELECT ")
            .columns(node, key)
            .sql(", ")
            .append(depth())
            .sql(" + 1 FROM ")
            .table(node)
            .sql(" INNER JOIN ")
            .name(rows.clone())
            .sql(" ON (")
            .append(Sql::join(ways, " OR "))
            // rows that are below each other would be found ever deeper
            .sql(") AND ")
            .append(depth())
            .sql(" < (")
            .append(in_state(
                Sql::new().sql("SELECT COUNT(*) FROM ").table(node),
            ))
            .sql(") AND NOT (")
            .append(equal_to(node, key, &rows))
            .sql(")");
        let base = self.first_keys(table, ", 0");
        Sql::recursive(&rows, &columns, base, in_state(child), names(&columns))
    }

    /// `fk IN (keys of the parent)`
    fn below(&self, node: &Node, edge: &Edge) -> Sql {
        within(
            Sql::new().key(node, &edge.relation.foreign_key),
            self.keys(edge.parent),
        )
    }

    /// One statement for each way that leads to the table: `head WHERE state AND ...`.
    pub(super) fn for_each_way(&self, table: usize, head: &dyn Fn(&Node) -> Sql) -> Vec<Sql> {
        let member = self.member(table);
        let node = &member.node;
        if let Some(own) = &member.own {
            let key = Sql::new().key(node, &own.primary_key);
            return vec![self.in_state(head(node), node, within(key, self.keys(table)))];
        }
        if table == 0 {
            return vec![self.of_target(head(node))];
        }
        let ways = member.edges.iter();
        ways.map(|edge| self.in_state(head(node), node, self.below(node, edge)))
            .collect()
    }

    /// The rows below the target in its own table: `head WHERE state AND ...`.
    pub(super) fn below_target(&self, head: Sql) -> Option<Sql> {
        let root = self.graph.root();
        let node = &root.node;
        let own = root.own.as_ref()?;
        let key = || Sql::new().key(node, &own.primary_key);
        let select = Sql::new()
            .sql("SELECT ")
            .columns(node, &own.primary_key)
            .sql(" FROM ")
            .table(node);
        let below = within(key(), self.keys(0))
            .sql(" AND NOT (")
            .append(within(key(), self.of_target(select)))
            .sql(")");
        Some(self.in_state(head, node, below))
    }

    /// What every operation begins with: nobody else writes what it is about, and it knows how many
    /// rows the target has. Were the target's filter to look at rows that change before its own, the
    /// number would differ in the end. `target` is what that statement names, under another head.
    pub(super) fn begin(
        &self,
        dialect: Dialect,
        target: impl Fn(fn(&Node) -> Sql) -> Sql,
    ) -> Vec<Step> {
        let how = match dialect.has_one_writer() {
            true => "",
            false => " FOR UPDATE",
        };
        let write_lock = || take_write_lock(&self.graph.root().node);
        let expected = Step {
            meaning: Meaning::Expected,
            ..dialect.locked(target(dialect.lock_head()), how)
        };
        let begin = dialect.has_one_writer().then(write_lock);
        begin.into_iter().chain([expected]).collect()
    }

    /// The tables with children, parents first, are locked before their children are looked at;
    /// those of the first table's rows that the target names are locked already.
    pub(super) fn locks(&self, dialect: Dialect) -> Vec<Step> {
        if dialect.has_one_writer() {
            return Vec::new();
        }
        let head = dialect.lock_head();
        let root = self.below_target(head(&self.graph.root().node));
        let others = (1..self.graph.tables.len())
            .filter(|table| !self.member(*table).node.children.is_empty())
            .flat_map(|table| {
                let rows = self.for_each_way(table, &head);
                rows.into_iter().map(move |rows| (table, rows))
            });
        root.into_iter()
            .map(|rows| (0, rows))
            .chain(others)
            .map(|(table, rows)| match self.member(table).own {
                Some(_) => dialect.locked_all(rows, " FOR UPDATE"),
                None => dialect.locked(rows, " FOR UPDATE"),
            })
            .collect()
    }

    /// For each `restrict` of a table in the graph, a count that has to be zero: of the rows in
    /// `forbidding` state that do not go along themselves.
    pub(super) fn restrictions(&self, forbidding: State) -> Vec<Step> {
        let mut steps = Vec::new();
        for (table, member) in self.graph.tables.iter().enumerate() {
            let relations = member.node.children.iter();
            for relation in relations.filter(|relation| relation.kind == Kind::Restrict) {
                let child = (relation.other)();
                let count = Sql::new()
                    .sql("SELECT COUNT(*) FROM ")
                    .table(&child)
                    .sql(" WHERE ");
                let count = match forbidding.of(&child) {
                    Some(predicate) => count.predicate(&child, predicate).sql(" AND "),
                    None => count,
                };
                let mut count = count.append(within(
                    Sql::new().key(&child, &relation.foreign_key),
                    self.keys(table),
                ));
                if let Some(inside) = self.graph.position(child.table) {
                    count = count.sql(" AND ").append(self.not_taken(inside));
                }
                steps.push(Step {
                    sql: count,
                    meaning: Meaning::Restricted(child.table.text()),
                });
            }
        }
        steps
    }

    /// Rows of the table that the operation does not take.
    fn not_taken(&self, table: usize) -> Sql {
        let member = self.member(table);
        let node = &member.node;
        match member.key() {
            Some(key) => {
                let key = Sql::new().key(node, key);
                Sql::new()
                    .sql("NOT (")
                    .append(within(key, self.keys(table)))
                    .sql(")")
            }
            None => {
                let ways = member.edges.iter().map(|edge| self.below(node, edge));
                Sql::new()
                    .sql("(")
                    .append(Sql::join(ways, " OR "))
                    .sql(") IS NOT TRUE")
            }
        }
    }

    /// For each cascade, a count that has to be zero: of the active rows below what goes.
    pub(super) fn active_below(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        for member in &self.graph.tables {
            let node = &member.node;
            let own = member.own.iter().map(|own| {
                let table = self.graph.position(node.table).unwrap_or_default();
                within(Sql::new().key(node, &own.foreign_key), self.keys(table))
            });
            let ways = member.edges.iter().map(|edge| self.below(node, edge));
            for way in ways.chain(own) {
                steps.push(Step {
                    sql: Sql::new()
                        .sql("SELECT COUNT(*) FROM ")
                        .table(node)
                        .sql(" WHERE ")
                        .predicate(node, node.marker.active)
                        .sql(" AND ")
                        .append(way),
                    meaning: Meaning::Restricted(node.table.text()),
                });
            }
        }
        steps
    }

    /// How many rows of each table the operation takes.
    pub(super) fn counts(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        for (table, member) in self.graph.tables.iter().enumerate() {
            let node = &member.node;
            let ways = if member.edges.len() > 1 && member.own.is_none() {
                // a row that two ways lead to is one row
                let any = member.edges.iter().map(|edge| self.below(node, edge));
                let any = Sql::new().sql("(").append(Sql::join(any, " OR ")).sql(")");
                vec![self.in_state(select_one(node), node, any)]
            } else {
                self.for_each_way(table, &select_one)
            };
            steps.extend(ways.into_iter().map(|rows| Step {
                sql: count_rows(rows),
                meaning: Meaning::Counted(table),
            }));
        }
        steps
    }
}

/// `SELECT 1 FROM "t"`
pub(super) fn select_one(node: &Node) -> Sql {
    Sql::new().sql("SELECT 1 AS one FROM ").table(node)
}

/// `UPDATE "t" SET "marker" = "marker"`
fn update_nothing(node: &Node) -> Sql {
    let marker = node.marker.name;
    Sql::update(node).name(marker).sql(" = ").name(marker)
}

/// An `UPDATE` of no row. SQLite takes the lock for writing at the first statement that writes: it
/// waits for it then, and fails if it has read before.
pub(super) fn take_write_lock(node: &Node) -> Step {
    Step {
        sql: update_nothing(node).sql(" WHERE 1 = 0"),
        meaning: Meaning::Finished,
    }
}

pub(super) fn count_rows(rows: Sql) -> Sql {
    Sql::new()
        .sql("SELECT COUNT(*) FROM (")
        .append(rows)
        .sql(") AS counted")
}

/// How an engine that has several writers locks rows, without bringing them here: by a query, or,
/// where it is not known to have one for that, by a change that changes nothing.
impl Dialect {
    pub(super) fn lock_head(self) -> fn(&Node) -> Sql {
        match self {
            Self::Portable => update_nothing,
            _ => select_one,
        }
    }

    /// `rows` begin with the head.
    pub(super) fn locked(self, rows: Sql, how: &'static str) -> Step {
        Step {
            sql: match self {
                Self::Portable => rows,
                _ => count_rows(rows.sql(how)),
            },
            meaning: Meaning::Locked,
        }
    }

    /// The same, of rows that are found from one another.
    pub(super) fn locked_all(self, rows: Sql, how: &'static str) -> Step {
        Step {
            meaning: Meaning::LockedAll,
            ..self.locked(rows, how)
        }
    }

    /// The rows of `parent` that the relation leads to from others, held as they are.
    pub(super) fn held(self, parent: &Node, relation: &Relation, foreign_keys: Sql) -> Step {
        let foreign_keys = match self {
            // MySQL changes no table that it reads at the same time: so they are read before
            Self::Portable => Sql::new()
                .sql("SELECT * FROM (")
                .append(foreign_keys)
                .sql(" LIMIT 9223372036854775807) AS ")
                .name("soft_delete_read"),
            _ => foreign_keys,
        };
        let key = Sql::new().key(parent, &relation.primary_key);
        let parents = self.lock_head()(parent).sql(" WHERE ");
        self.locked(parents.append(within(key, foreign_keys)), self.hold())
    }
}

/// `key IN (rows)`
pub(super) fn within(key: Sql, rows: Sql) -> Sql {
    key.sql(" IN (").append(rows).sql(")")
}

/// `"t"."fk" = "rows"."k0" AND ..`
pub(super) fn equal_to(node: &Node, columns: &[&'static str], rows: &str) -> Sql {
    let pairs = columns.iter().zip(numbered(columns.len()));
    Sql::join(
        pairs.map(|(column, number)| {
            Sql::new()
                .column(node, column)
                .sql(" = ")
                .name(rows.to_owned())
                .sql(".")
                .name(number)
        }),
        " AND ",
    )
}

/// `k0, k1`
pub(super) fn numbered(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("k{number}")).collect()
}

pub(super) fn names(names: &[String]) -> Sql {
    Sql::join(names.iter().map(|name| Sql::new().name(name.clone())), ", ")
}

/// `UPDATE "t" SET <the mark of a deletion>`
pub(super) fn update_deleted(node: &Node) -> Sql {
    let mut sql = Sql::update(node)
        .name(node.marker.name)
        .sql(" = ")
        .moment(node.marker.stored, node.unit);
    for (column, stored) in &node.touch {
        sql = sql
            .sql(", ")
            .name(*column)
            .sql(" = ")
            .moment(*stored, node.unit);
    }
    if let Some((column, stored)) = node.operation {
        sql = sql.sql(", ").name(column).sql(" = ").operation(stored);
    }
    sql
}

/// What a restore writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Restoring {
    /// Everything.
    Whole,
    /// The mark and the operation's id: the row may yet have to be handed over.
    Mark,
    /// The rest.
    Rest,
}

/// `UPDATE "t" SET <the mark of an active row>`; `None` where there is nothing to write.
pub(super) fn update_active(node: &Node, what: Restoring) -> Option<Sql> {
    let mut assignments = Vec::new();
    let assign = |column: &'static str| Sql::new().name(column).sql(" = ");
    if what != Restoring::Rest {
        assignments.push(assign(node.marker.name).sql(active_mark(node.marker.stored)));
        if let Some((column, _)) = node.operation {
            assignments.push(assign(column).sql("NULL"));
        }
    }
    if what != Restoring::Mark {
        for (column, stored) in &node.touch {
            assignments.push(assign(column).moment(*stored, node.unit));
        }
        for column in &node.clear {
            assignments.push(assign(column).sql("NULL"));
        }
    }
    if assignments.is_empty() {
        return None;
    }
    Some(Sql::update(node).append(Sql::join(assignments, ", ")))
}

fn active_mark(stored: Stored) -> &'static str {
    match stored {
        Stored::Epoch { active } | Stored::Literals { active, .. } => active,
        _ => "NULL",
    }
}

/// `DELETE FROM "t"`
pub(super) fn delete_from(node: &Node) -> Sql {
    Sql::new().sql("DELETE FROM ").table(node)
}

/// The same as one of several tables, on MariaDB: before 11.1 it turns an `IN` into a join there, and
/// reads and locks the whole table in the other form. To any other engine `USING` is a comment.
pub(super) fn delete_from_joined(node: &Node) -> Sql {
    delete_from(node).joined_delete(node)
}
