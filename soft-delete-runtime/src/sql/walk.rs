//! From syntax to text.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Binary, Text};
use diesel::{Expression, QueryResult};

use super::{
    Body, ChangesFor, Delete, Expr, Limit, Marks, PushMoment, Recursive, Select, Source, State,
    Statement, UndeclaredKey, Update,
};
use crate::column::{ValueClass, ValueColumn};
use crate::compat::QualifiedName;
use crate::engine::Engine;
use crate::key::{Codec, Round, TypedValues, Value, places};
use crate::marker::{Epoch, Predicate, Stored};
use crate::operation_id::OperationStored;
use crate::relation::{Name, Node};

/// A backend on which the statements of a tree can be written: SQLite, PostgreSQL, MySQL, and
/// `#[derive(MultiConnection)]` enums over them.
pub trait TreeBackend: TypedValues {
    #[doc(hidden)]
    #[allow(private_interfaces)]
    fn push_name(name: Name, out: AstPass<'_, '_, Self>) -> QueryResult<()>;
    #[doc(hidden)]
    #[allow(private_interfaces)]
    fn push_mark<'b>(mark: Mark, marks: &'b Marks, out: AstPass<'_, 'b, Self>) -> QueryResult<()>;
}

/// What is bound of [`Marks`].
#[derive(Debug, Clone, Copy)]
pub(crate) enum Mark {
    Moment,
    MomentText,
    Epoch(crate::moment::Unit),
    OperationText,
    OperationBytes,
    OperationInt,
}

impl<DB> TreeBackend for DB
where
    DB: TypedValues,
    Epoch: ToSql<BigInt, DB>,
    i64: ToSql<BigInt, DB>,
    String: ToSql<Text, DB>,
    [u8]: ToSql<Binary, DB>,
    QualifiedName: QueryFragment<DB>,
    Marks: PushMoment<DB>,
{
    #[allow(private_interfaces)]
    fn push_name(name: Name, out: AstPass<'_, '_, DB>) -> QueryResult<()> {
        match name {
            Name::Plain(name) => name.walk_ast(out),
            Name::InSchema(name) => name.walk_ast(out),
        }
    }

    #[allow(private_interfaces)]
    fn push_mark<'b>(
        mark: Mark,
        marks: &'b Marks,
        mut out: AstPass<'_, 'b, DB>,
    ) -> QueryResult<()> {
        if let Mark::Moment = mark {
            return marks.push_moment(out);
        }
        if let Mark::MomentText = mark {
            return out.push_bind_param::<Text, _>(&marks.text);
        }
        if let Mark::Epoch(unit) = mark {
            return out.push_bind_param::<BigInt, _>(marks.epoch(unit));
        }
        let operation = marks
            .operation
            .as_ref()
            .expect("made where a column keeps it");
        match mark {
            Mark::OperationBytes => out.push_bind_param::<Binary, [u8]>(&operation.as_bytes()[..]),
            Mark::OperationInt => out.push_bind_param::<BigInt, _>(operation.as_int()),
            _ => out.push_bind_param::<Text, _>(operation.as_text()),
        }
    }
}

/// The SQL type of a statement's rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Returns<ST>(PhantomData<ST>);

impl<ST> Returns<ST> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<ST, DB: Backend> QueryFragment<DB> for Returns<ST> {
    fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

/// What the user selects of the rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Selected<E>(pub(crate) E);

impl<E: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Selected<E> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

impl<W, A, E: Expression> Query for Statement<'_, W, A, Selected<E>> {
    type SqlType = E::SqlType;
}

impl<W, A, ST> Query for Statement<'_, W, A, Returns<ST>> {
    type SqlType = ST;
}

// The SQL is made at run time, so it is what the prepared statement is kept by.
impl<W, A, R> QueryId for Statement<'_, W, A, R> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<W, A, R, DB> QueryFragment<DB> for Statement<'_, W, A, R>
where
    DB: TreeBackend,
    W: QueryFragment<DB>,
    A: ChangesFor<DB>,
    R: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let Codec { engine, .. } = Codec::<DB>::of();
        let mut walk = Walk {
            statement: self,
            writer: Writer {
                engine: self.engine,
                raw: engine.is_some(),
                out,
            },
        };
        walk.trace();
        walk.body(&self.body)
    }
}

/// A statement on its way to text.
struct Walk<'a, 'b, DB: Backend, W, A, R> {
    statement: &'b Statement<'b, W, A, R>,
    writer: Writer<'a, 'b, DB>,
}

impl<'a, 'b, DB: Backend, W, A, R> Deref for Walk<'a, 'b, DB, W, A, R> {
    type Target = Writer<'a, 'b, DB>;

    fn deref(&self) -> &Self::Target {
        &self.writer
    }
}

impl<DB: Backend, W, A, R> DerefMut for Walk<'_, '_, DB, W, A, R> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.writer
    }
}

/// What names and values are written to.
struct Writer<'a, 'b, DB: Backend> {
    engine: Engine,
    /// Whether values have a raw form.
    raw: bool,
    out: AstPass<'a, 'b, DB>,
}

const ROWS: &str = "soft_delete_rows";

impl<'b, DB, W, A, R> Walk<'_, 'b, DB, W, A, R>
where
    DB: TreeBackend,
    W: QueryFragment<DB>,
    A: ChangesFor<DB>,
    R: QueryFragment<DB>,
{
    /// Tells a test which statements are not written by the user; the target's filter is.
    fn trace(&mut self) {
        let of_target = matches!(&self.statement.body, Body::Select(select) if select.of_target);
        if cfg!(feature = "check") && !of_target {
            self.sql("/* soft-delete */ ");
        }
    }

    fn body(&mut self, body: &'b Body<'b>) -> QueryResult<()> {
        match body {
            Body::Select(select) => {
                self.engine.disable_statement_cache(self.out.reborrow());
                self.select(select)
            }
            Body::Update(update) => self.update(update),
            Body::Delete(delete) => self.delete(delete),
            Body::With(parts) => self.with(parts),
            Body::Text(sql) => {
                self.engine.disable_statement_cache(self.out.reborrow());
                self.sql(sql);
                Ok(())
            }
        }
    }

    fn with(&mut self, parts: &'b [Body<'b>]) -> QueryResult<()> {
        let Some((main, parts)) = parts.split_last() else {
            return Ok(());
        };
        for (number, part) in parts.iter().enumerate() {
            self.sql(if number == 0 { "WITH " } else { ", " });
            self.out
                .push_identifier(&format!("soft_delete_part_{number}"))?;
            self.sql(" AS (");
            self.body(part)?;
            self.sql(")");
        }
        if !parts.is_empty() {
            self.sql(" ");
        }
        self.body(main)
    }

    fn select(&mut self, select: &'b Select<'b>) -> QueryResult<()> {
        if let Some(with) = &select.with {
            self.recursive(with)?;
        }
        self.sql("SELECT ");
        if select.with.is_some() && self.engine == Engine::Mysql {
            // a comment to MariaDB
            self.sql("/*+ SET_VAR(cte_max_recursion_depth = 4294967295) */ ");
        }
        match &select.columns[..] {
            [] => self.statement.result.walk_ast(self.out.reborrow())?,
            columns => self.list(columns, ", ")?,
        }
        self.sql(" FROM ");
        self.from(select.from)?;
        if let Some(join) = &select.join {
            let join_word = match self.engine {
                Engine::Mysql => " STRAIGHT_JOIN ",
                Engine::Sqlite => " CROSS JOIN ",
                Engine::Postgres => " INNER JOIN ",
            };
            self.sql(join_word);
            self.from(join.joined)?;
            self.sql(" ON ");
            self.list(&join.on, " AND ")?;
        }
        if select.of_target {
            self.target(&select.filter)?;
        } else {
            self.filter(&select.filter)?;
        }
        if !select.order.is_empty() {
            self.sql(" ORDER BY ");
            self.list(&select.order, ", ")?;
        }
        if let Some(Limit(rows)) = select.limit {
            self.sql(&format!(" LIMIT {rows}"));
        }
        self.sql(select.lock);
        Ok(())
    }

    fn recursive(&mut self, with: &'b Recursive<'b>) -> QueryResult<()> {
        self.sql("WITH RECURSIVE ");
        self.out.push_identifier(ROWS)?;
        for number in 0..with.key.len() {
            self.sql(if number == 0 { " (" } else { ", " });
            self.out.push_identifier(&key_alias(number))?;
        }
        self.sql(") AS (");
        self.select(&with.first)?;
        self.sql(" UNION ");
        self.select(&with.next)?;
        self.sql(") ");
        Ok(())
    }

    fn update(&mut self, update: &'b Update<'b>) -> QueryResult<()> {
        self.sql("UPDATE ");
        self.table(update.table)?;
        self.sql(" SET ");
        let changes = self.statement.changes;
        changes.walk_changes((update.table.id)(), self.out.reborrow())?;
        for (number, (column, value)) in update.set.iter().enumerate() {
            if number > 0 {
                self.sql(", ");
            }
            self.out.push_identifier(column)?;
            self.sql(" = ");
            self.expr(value)?;
        }
        self.filter(&update.filter)
    }

    fn delete(&mut self, delete: &'b Delete<'b>) -> QueryResult<()> {
        self.sql("DELETE FROM ");
        self.table(delete.table)?;
        self.filter(&delete.filter)?;
        if let Some((column, keys)) = delete.order {
            self.out.unsafe_to_cache_prepared();
            self.sql(" ORDER BY FIELD(");
            self.column(Source::Table(delete.table), column.name)?;
            for key in keys {
                self.sql(", ");
                self.bound(key, column)?;
            }
            self.sql(")");
        }
        Ok(())
    }

    /// ` WHERE` of the target, and what goes with it.
    fn target(&mut self, filter: &'b [Expr<'b>]) -> QueryResult<()> {
        let target = self.statement.filter;
        if target.is_noop(self.out.backend())? {
            return self.filter(filter);
        }
        target.walk_ast(self.out.reborrow())?;
        for expr in filter {
            self.sql(" AND ");
            self.expr(expr)?;
        }
        Ok(())
    }

    fn filter(&mut self, filter: &'b [Expr<'b>]) -> QueryResult<()> {
        if !filter.is_empty() {
            self.sql(" WHERE ");
        }
        self.list(filter, " AND ")
    }

    fn list(&mut self, list: &'b [Expr<'b>], separator: &str) -> QueryResult<()> {
        for (number, expr) in list.iter().enumerate() {
            if number > 0 {
                self.sql(separator);
            }
            self.expr(expr)?;
        }
        Ok(())
    }

    fn expr(&mut self, expr: &'b Expr<'b>) -> QueryResult<()> {
        match expr {
            Expr::Sql(sql) => self.sql(sql),
            Expr::Column(source, column) => self.column(*source, column)?,
            Expr::Value(source, column) => self.value(*source, *column)?,
            Expr::Key(number) => self.column(Source::Rows, &key_alias(*number))?,
            Expr::Is(source, state) => self.is(*source, *state)?,
            Expr::In(source, columns, round) => self.is_in(*source, columns, round)?,
            Expr::Equal(a, b) => {
                self.expr(a)?;
                self.sql(" = ");
                self.expr(b)?;
            }
            Expr::IsNull(expr) => {
                self.expr(expr)?;
                self.sql(" IS NULL");
            }
            Expr::And(list) => self.grouped(list, " AND ")?,
            Expr::Or(list) => self.grouped(list, " OR ")?,
            Expr::Exists(select) | Expr::NotExists(select) => {
                self.sql(match expr {
                    Expr::NotExists(_) => "NOT EXISTS (",
                    _ => "EXISTS (",
                });
                self.select(select)?;
                self.sql(")");
            }
            Expr::Query(select) => {
                self.sql("(");
                self.select(select)?;
                self.sql(")");
            }
            Expr::Coalesce(list) => {
                self.sql("COALESCE");
                self.grouped(list, ", ")?;
            }
            Expr::Case(cases, otherwise) => {
                self.sql("CASE");
                for (condition, value) in cases {
                    self.sql(" WHEN ");
                    self.expr(condition)?;
                    self.sql(" THEN ");
                    self.expr(value)?;
                }
                self.sql(" ELSE ");
                self.expr(otherwise)?;
                self.sql(" END");
            }
            Expr::InQuery(source, columns, select) => {
                self.key(*source, columns)?;
                self.sql(" IN (");
                self.select(select)?;
                self.sql(")");
            }
            Expr::Bound(value, column) => self.bound(value, *column)?,
            Expr::After(source, columns, key) => self.after(*source, columns, key)?,
            Expr::Expired(source) => self.expired(*source)?,
            Expr::ReferredTo(source, key) => self.referred_to(*source, key)?,
            Expr::Keeping => self.statement.filter.walk_ast(self.out.reborrow())?,
            Expr::Moment(stored, unit) => self.moment(*stored, *unit)?,
            Expr::Active(stored) => self.sql(match stored {
                Stored::Epoch { active } | Stored::Literals { active, .. } => active,
                _ => "NULL",
            }),
            Expr::Operation(stored) => self.operation(*stored)?,
        }
        Ok(())
    }

    fn grouped(&mut self, list: &'b [Expr<'b>], separator: &str) -> QueryResult<()> {
        self.sql("(");
        self.list(list, separator)?;
        self.sql(")");
        Ok(())
    }

    fn is(&mut self, source: Source, state: State) -> QueryResult<()> {
        let (Source::Table(node) | Source::Alias(node, _)) = source else {
            return Ok(()); // rows of a recursive query have no marker
        };
        let Predicate { before, after } = match state {
            State::Active => node.marker.active,
            State::Deleted => node.marker.deleted,
            State::Any => return Ok(()),
        };
        self.sql(before);
        self.column(source, node.marker.column.name)?;
        self.sql(after);
        Ok(())
    }

    /// The key is greater: as a row where the engine compares rows by its index.
    fn after(
        &mut self,
        source: Source,
        columns: &[ValueColumn],
        key: &'b [Value],
    ) -> QueryResult<()> {
        if self.engine != Engine::Mysql {
            self.key(source, columns)?;
            self.sql(" > ");
            let several = key.len() > 1;
            self.sql(if several { "(" } else { "" });
            for (number, (column, value)) in columns.iter().zip(key).enumerate() {
                self.sql(if number == 0 { "" } else { ", " });
                self.bound(value, *column)?;
            }
            self.sql(if several { ")" } else { "" });
            return Ok(());
        }
        let ((Some(column), columns), Some((value, key))) =
            ((columns.first(), columns.get(1..)), key.split_first())
        else {
            return Ok(());
        };
        let columns = columns.unwrap_or_default();
        self.sql("(");
        self.column(source, column.name)?;
        self.sql(" > ");
        self.bound(value, *column)?;
        if !columns.is_empty() {
            self.sql(" OR (");
            self.column(source, column.name)?;
            self.sql(" = ");
            self.bound(value, *column)?;
            self.sql(" AND ");
            self.after(source, columns, key)?;
            self.sql(")");
        }
        self.sql(")");
        Ok(())
    }

    /// The marker is before the moment. On SQLite a moment that is not in Diesel's own format (one
    /// with an offset or a `T`, a Julian day, a year of five digits) is compared as SQLite's
    /// functions read it, and what they do not read has not expired.
    fn expired(&mut self, source: Source) -> QueryResult<()> {
        let (Source::Table(node) | Source::Alias(node, _)) = source else {
            return Ok(());
        };
        let marker = &node.marker;
        let column = marker.column.name;
        let suffix = match marker.stored {
            _ if self.engine != Engine::Sqlite => None,
            Stored::Timestamp => Some(""),
            Stored::TimestamptzSqlite => Some("+00:00"),
            _ => None,
        };
        let Some(suffix) = suffix else {
            self.column(source, column)?;
            self.sql(" < ");
            return self.moment(marker.stored, node.unit);
        };
        self.sql("CASE WHEN ");
        self.column(source, column)?;
        self.sql(
            " GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]*",
        );
        self.sql(suffix);
        self.sql("' AND SUBSTR(");
        self.column(source, column)?;
        self.sql(", 20, LENGTH(");
        self.column(source, column)?;
        self.sql(&format!(
            ") - {}) NOT GLOB '*[^.0-9]*' THEN +",
            19 + suffix.len()
        ));
        self.column(source, column)?;
        self.sql(" < ");
        self.moment(marker.stored, node.unit)?;
        self.sql(" ELSE JULIANDAY(");
        self.column(source, column)?;
        self.sql(") < JULIANDAY(");
        self.moment(marker.stored, node.unit)?;
        self.sql(") END");
        Ok(())
    }

    /// A row of a table that nothing is stated about refers to it.
    fn referred_to(&mut self, source: Source, key: &UndeclaredKey) -> QueryResult<()> {
        const CHILD: &str = "soft_delete_child";
        self.sql("EXISTS (SELECT 1 FROM ");
        for (number, part) in key.table.iter().enumerate() {
            self.sql(if number == 0 { "" } else { "." });
            self.out.push_identifier(part)?;
        }
        self.sql(" AS ");
        self.out.push_identifier(CHILD)?;
        for (number, (child, parent)) in key.columns.iter().enumerate() {
            self.sql(if number == 0 { " WHERE " } else { " AND " });
            self.out.push_identifier(CHILD)?;
            self.sql(".");
            self.out.push_identifier(child)?;
            self.sql(" = ");
            self.column(source, parent)?;
        }
        self.sql(")");
        Ok(())
    }

    fn mark(&mut self, mark: Mark) -> QueryResult<()> {
        DB::push_mark(mark, self.statement.marks, self.out.reborrow())
    }

    /// The mark of a deleted row, or the moment in a touched column.
    fn moment(&mut self, stored: Stored, unit: crate::moment::Unit) -> QueryResult<()> {
        match stored {
            Stored::Timestamp => self.mark(Mark::Moment)?,
            Stored::Datetime => self.mark(Mark::MomentText)?,
            Stored::Timestamptz => {
                self.sql("(");
                self.mark(Mark::Moment)?;
                self.sql(" AT TIME ZONE 'UTC')");
            }
            Stored::TimestamptzSqlite => {
                self.sql("(");
                self.mark(Mark::Moment)?;
                self.sql(" || '+00:00')");
            }
            Stored::Epoch { .. } => self.mark(Mark::Epoch(unit))?,
            Stored::Literals { deleted, .. } => self.sql(deleted),
            // refused at compile time
            Stored::Unknown => {}
        }
        Ok(())
    }

    fn operation(&mut self, stored: OperationStored) -> QueryResult<()> {
        match stored {
            OperationStored::Text => self.mark(Mark::OperationText),
            OperationStored::Binary => self.mark(Mark::OperationBytes),
            OperationStored::BigInt => self.mark(Mark::OperationInt),
            OperationStored::Uuid => {
                self.sql("CAST(");
                self.mark(Mark::OperationText)?;
                self.sql(" AS uuid)");
                Ok(())
            }
        }
    }
}

impl<'b, DB: TreeBackend> Writer<'_, 'b, DB> {
    fn sql(&mut self, sql: &str) {
        self.out.push_sql(sql);
    }

    fn table(&mut self, node: &Node) -> QueryResult<()> {
        DB::push_name((node.name)(), self.out.reborrow())
    }

    fn from(&mut self, source: Source) -> QueryResult<()> {
        match source {
            Source::Table(node) => self.table(node),
            Source::Alias(node, alias) => {
                self.table(node)?;
                self.sql(" AS ");
                self.out.push_identifier(alias)
            }
            Source::Rows => self.out.push_identifier(ROWS),
        }
    }

    fn column(&mut self, source: Source, column: &str) -> QueryResult<()> {
        match source {
            Source::Table(node) => self.table(node)?,
            Source::Alias(_, alias) => self.out.push_identifier(alias)?,
            Source::Rows => self.out.push_identifier(ROWS)?,
        }
        self.sql(".");
        self.out.push_identifier(column)
    }

    /// `"t"."a"`, or `("t"."a", "t"."b")`
    fn key(&mut self, source: Source, columns: &[ValueColumn]) -> QueryResult<()> {
        let several = columns.len() > 1;
        for (number, column) in columns.iter().enumerate() {
            match number {
                0 if several => self.sql("("),
                0 => {}
                _ => self.sql(", "),
            }
            self.column(source, column.name)?;
        }
        if several {
            self.sql(")");
        }
        Ok(())
    }

    /// A column whose value is read: as text, where it has no form that the backend reads.
    fn value(&mut self, source: Source, column: ValueColumn) -> QueryResult<()> {
        let as_text = !self.raw && matches!((column.class)(), ValueClass::AsText(_));
        if !as_text {
            return self.column(source, column.name);
        }
        self.sql("CAST(");
        self.column(source, column.name)?;
        let text = match self.engine {
            Engine::Mysql => " AS CHAR)",
            Engine::Sqlite | Engine::Postgres => " AS TEXT)",
        };
        self.sql(text);
        Ok(())
    }

    fn bound(&mut self, value: &'b Value, column: ValueColumn) -> QueryResult<()> {
        let codec = Codec::<DB>::of();
        match (column.class)() {
            ValueClass::AsText(name) if !self.raw && self.engine == Engine::Postgres => {
                self.sql("CAST(");
                (codec.push)(value, self.out.reborrow())?;
                self.sql(" AS ");
                self.sql(name);
                self.sql(")");
                Ok(())
            }
            _ => (codec.push)(value, self.out.reborrow()),
        }
    }

    fn is_in(
        &mut self,
        source: Source,
        columns: &[ValueColumn],
        round: &Round<'b>,
    ) -> QueryResult<()> {
        if !round.has_common_text() {
            self.out.unsafe_to_cache_prepared();
        }
        let groups = round.groups();
        let several = groups.len() > 1 || columns.len() > 1;
        if several {
            self.sql("(");
        }
        for (number, (prefix, last)) in groups.iter().enumerate() {
            if number > 0 {
                self.sql(" OR ");
            }
            let Some((last_column, columns)) = columns.split_last() else {
                continue;
            };
            for (column, value) in columns.iter().zip(*prefix) {
                self.column(source, column.name)?;
                self.sql(" = ");
                self.bound(value, *column)?;
                self.sql(" AND ");
            }
            self.column(source, last_column.name)?;
            self.one_of(last, *last_column)?;
        }
        if several {
            self.sql(")");
        }
        Ok(())
    }

    fn one_of(&mut self, values: &'b [Value], column: ValueColumn) -> QueryResult<()> {
        let codec = Codec::<DB>::of();
        if codec.engine == Some(Engine::Postgres) {
            self.sql(" = ANY(");
            (codec.push_array)(values, self.out.reborrow())?;
            self.sql(")");
            return Ok(());
        }
        self.sql(" IN (");
        let last = values.last();
        let repeated = std::iter::repeat_n(last, places(values.len()) - values.len());
        let values = values.iter().chain(repeated.flatten());
        for (number, value) in values.enumerate() {
            if number > 0 {
                self.sql(", ");
            }
            self.bound(value, column)?;
        }
        self.sql(")");
        Ok(())
    }
}

/// `key IN (..)`, as a part of a query of the user's.
pub(crate) fn walk_in<'b, DB: TreeBackend>(
    node: &'static Node,
    round: &Round<'b>,
    engine: Engine,
    out: AstPass<'_, 'b, DB>,
) -> QueryResult<()> {
    let codec = Codec::<DB>::of();
    let mut writer = Writer {
        engine,
        raw: codec.engine.is_some(),
        out,
    };
    writer.is_in(Source::Table(node), node.key, round)
}

/// The name of a column of recursive rows.
fn key_alias(number: usize) -> String {
    format!("k{number}")
}
