//! SQL as data: the statements of a tree are put together from pieces and walked by one query node.

use std::borrow::Cow;

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Binary, HasSqlType, Text};
use diesel::{Expression, QueryResult};

use super::dialect::{self, Dialect};
use crate::marker::{Epoch, Predicate, Stored};
use crate::moment::{Moment, Unit};
use crate::operation_id::{OperationId, OperationStored};
use crate::relation::{Name, Node, QualifiedName};
use crate::statement::{NoReturning, Returning};

/// A part of a statement.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    Sql(Cow<'static, str>),
    Identifier(Cow<'static, str>),
    Table(Name),
    /// `WITH RECURSIVE `
    Recursive,
    /// [`dialect::JOINED_ON_MARIADB`].
    Joined,
    /// The same in a `DELETE` from the table.
    JoinedDelete(Box<Piece>),
    /// The target's `WHERE`, and what goes on after it: ` AND `, or ` WHERE ` if it has none.
    Target,
    /// The target's `WHERE` alone.
    TargetAlone,
    /// `, ` and the changeset of `soft_delete_with`, if it has anything.
    Changes,
    /// The predicate of `keeping`, in the place of the changeset.
    Keeping,
    Moment,
    MomentText,
    Epoch(Unit),
    OperationText,
    OperationBytes,
    OperationInt,
}

/// A statement, or a part of one.
#[derive(Debug, Clone, Default)]
pub struct Sql(Vec<Piece>);

impl Sql {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn sql(mut self, sql: impl Into<Cow<'static, str>>) -> Self {
        self.0.push(Piece::Sql(sql.into()));
        self
    }

    pub(super) fn name(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.0.push(Piece::Identifier(name.into()));
        self
    }

    pub(super) fn table(mut self, node: &Node) -> Self {
        self.0.push(Piece::Table(node.table));
        self
    }

    pub(super) fn column(self, node: &Node, column: &'static str) -> Self {
        self.table(node).sql(".").name(column)
    }

    /// `"t"."a", "t"."b"`
    pub(super) fn columns(mut self, node: &Node, columns: &[&'static str]) -> Self {
        for (index, column) in columns.iter().enumerate() {
            if index > 0 {
                self = self.sql(", ");
            }
            self = self.column(node, column);
        }
        self
    }

    /// `"t"."a"`, or `("t"."a", "t"."b")`
    pub(super) fn key(self, node: &Node, columns: &[&'static str]) -> Self {
        match columns {
            [column] => self.column(node, column),
            columns => self.sql("(").columns(node, columns).sql(")"),
        }
    }

    pub(super) fn predicate(self, node: &Node, predicate: Predicate) -> Self {
        self.sql(predicate.before)
            .column(node, node.marker.name)
            .sql(predicate.after)
    }

    pub(super) fn append(mut self, other: Sql) -> Self {
        self.0.extend(other.0);
        self
    }

    pub(super) fn target(mut self) -> Self {
        self.0.push(Piece::Target);
        self
    }

    pub(super) fn target_alone(mut self) -> Self {
        self.0.push(Piece::TargetAlone);
        self
    }

    pub(super) fn changes(mut self) -> Self {
        self.0.push(Piece::Changes);
        self
    }

    /// `WITH RECURSIVE `
    pub(super) fn with_recursive(mut self) -> Self {
        self.0.push(Piece::Recursive);
        self
    }

    /// `UPDATE "t" SET `
    pub(super) fn update(node: &Node) -> Self {
        let mut sql = Sql::new().sql("UPDATE ").table(node);
        sql.0.push(Piece::Joined);
        sql.sql(" SET ")
    }

    /// What follows `DELETE FROM "t"`, to make it one of several tables on MariaDB.
    pub(super) fn joined_delete(mut self, node: &Node) -> Self {
        // the comment could end in the table's name
        if !node.table.text().contains('*') {
            let table = Box::new(Piece::Table(node.table));
            self.0.push(Piece::JoinedDelete(table));
        }
        self
    }

    /// `WITH RECURSIVE rows (columns) AS (base UNION step) SELECT wanted FROM rows`
    pub(super) fn recursive(
        rows: &str,
        columns: &[String],
        base: Sql,
        step: Sql,
        wanted: Sql,
    ) -> Self {
        Sql::new()
            .with_recursive()
            .name(rows.to_owned())
            .sql(" (")
            .append(super::plan::names(columns))
            .sql(") AS (")
            .append(base)
            .sql(" UNION ")
            .append(step)
            .sql(") SELECT ")
            .append(wanted)
            .sql(" FROM ")
            .name(rows.to_owned())
    }

    /// Whether it begins as a query does.
    pub(super) fn is_a_query(&self) -> bool {
        matches!(self.0.first(), Some(Piece::Sql(head)) if head.starts_with("SELECT"))
    }

    /// How many queries in it find rows from rows.
    fn recursions(&self) -> usize {
        let pieces = self.0.iter();
        pieces
            .filter(|piece| matches!(piece, Piece::Recursive))
            .count()
    }

    pub(super) fn keeping(mut self) -> Self {
        self.0.push(Piece::Keeping);
        self
    }

    /// Walks what is in it but the parts of a statement: target, changeset, predicate.
    pub(crate) fn walk<'b, DB: TreeBackend>(
        &'b self,
        binds: &'b Binds,
        mut out: AstPass<'_, 'b, DB>,
    ) -> QueryResult<()> {
        for piece in &self.0 {
            DB::push(piece, binds, out.reborrow())?;
        }
        Ok(())
    }

    /// The mark of a deleted row, or the moment in a touched column.
    pub(super) fn moment(mut self, stored: Stored, unit: Unit) -> Self {
        match stored {
            Stored::Timestamp => self.0.push(Piece::Moment),
            Stored::Datetime => self.0.push(Piece::MomentText),
            Stored::Timestamptz => {
                self = self.sql("(");
                self.0.push(Piece::Moment);
                self = self.sql(" AT TIME ZONE 'UTC')");
            }
            Stored::TimestamptzSqlite => {
                self = self.sql("(");
                self.0.push(Piece::Moment);
                self = self.sql(" || '+00:00')");
            }
            Stored::Epoch { .. } => self.0.push(Piece::Epoch(unit)),
            Stored::Literals { deleted, .. } => self = self.sql(deleted),
            // refused at compile time
            Stored::Unknown => {}
        }
        self
    }

    pub(super) fn operation(mut self, stored: OperationStored) -> Self {
        match stored {
            OperationStored::Text => self.0.push(Piece::OperationText),
            OperationStored::Binary => self.0.push(Piece::OperationBytes),
            OperationStored::BigInt => self.0.push(Piece::OperationInt),
            OperationStored::Uuid => {
                self = self.sql("CAST(");
                self.0.push(Piece::OperationText);
                self = self.sql(" AS uuid)");
            }
        }
        self
    }

    /// Joins parts.
    pub(super) fn join(parts: impl IntoIterator<Item = Sql>, separator: &'static str) -> Self {
        let mut joined = Sql::new();
        for (index, part) in parts.into_iter().enumerate() {
            if index > 0 {
                joined = joined.sql(separator);
            }
            joined = joined.append(part);
        }
        joined
    }
}

/// The values that the statements of one operation bind.
#[derive(Debug, Clone)]
pub struct Binds {
    pub(super) moment: Moment,
    #[cfg(any(feature = "chrono", feature = "time"))]
    calendar: crate::marker::WithoutOffset,
    /// The same as text, which MySQL takes for a `datetime`; bound as a `timestamp`, a moment
    /// after 2038 would become NULL.
    text: String,
    epochs: [Epoch; 4],
    pub(super) operation: OperationId,
}

impl Binds {
    pub(crate) fn new(moment: Moment, operation: OperationId) -> Self {
        #[cfg(any(feature = "chrono", feature = "time"))]
        let calendar = crate::marker::WithoutOffset::from(moment);
        Self {
            moment,
            #[cfg(any(feature = "chrono", feature = "time"))]
            calendar,
            #[cfg(any(feature = "chrono", feature = "time"))]
            text: calendar.to_string(),
            #[cfg(not(any(feature = "chrono", feature = "time")))]
            text: String::new(), // no column has such a type then

            epochs: [Unit::Seconds, Unit::Millis, Unit::Micros, Unit::Nanos]
                .map(|unit| Epoch::new(moment, unit).not_zero()),
            operation,
        }
    }

    fn epoch(&self, unit: Unit) -> &Epoch {
        &self.epochs[unit as usize]
    }
}

/// A backend on which the statements of a tree can be written: SQLite, PostgreSQL, MySQL, and
/// `#[derive(MultiConnection)]` enums over them.
pub trait TreeBackend: Backend + HasSqlType<BigInt> + 'static {
    #[doc(hidden)]
    #[allow(private_interfaces)]
    fn push<'b>(piece: &'b Piece, binds: &'b Binds, out: AstPass<'_, 'b, Self>) -> QueryResult<()>;
}

impl<DB> TreeBackend for DB
where
    DB: Backend + HasSqlType<BigInt> + HasSqlType<Text> + HasSqlType<Binary> + 'static,
    Epoch: ToSql<BigInt, DB>,
    i64: ToSql<BigInt, DB>,
    String: ToSql<Text, DB>,
    [u8]: ToSql<Binary, DB>,
    QualifiedName: QueryFragment<DB>,
    Binds: PushMoment<DB>,
{
    #[allow(private_interfaces)]
    fn push<'b>(
        piece: &'b Piece,
        binds: &'b Binds,
        mut out: AstPass<'_, 'b, Self>,
    ) -> QueryResult<()> {
        match piece {
            Piece::Sql(sql) => {
                out.push_sql(sql);
                Ok(())
            }
            Piece::Identifier(name) => out.push_identifier(name),
            Piece::Recursive => {
                out.push_sql("WITH RECURSIVE ");
                Ok(())
            }
            Piece::Table(Name::Plain(name)) => name.walk_ast(out),
            Piece::Table(Name::InSchema(name)) => name.walk_ast(out),
            Piece::Moment => binds.push_moment(out),
            Piece::MomentText => out.push_bind_param::<Text, _>(&binds.text),
            Piece::Epoch(unit) => out.push_bind_param::<BigInt, _>(binds.epoch(*unit)),
            Piece::OperationText => out.push_bind_param::<Text, _>(binds.operation.as_text()),
            Piece::OperationBytes => {
                out.push_bind_param::<Binary, [u8]>(&binds.operation.as_bytes()[..])
            }
            Piece::OperationInt => out.push_bind_param::<BigInt, _>(binds.operation.as_int()),
            // the statement walks these itself
            Piece::Target
            | Piece::TargetAlone
            | Piece::Changes
            | Piece::Keeping
            | Piece::Joined
            | Piece::JoinedDelete(_) => Ok(()),
        }
    }
}

/// Binds the moment as a date and time, where a library for those is on.
pub trait PushMoment<DB: Backend> {
    #[doc(hidden)]
    fn push_moment<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()>;
}

#[cfg(any(feature = "chrono", feature = "time"))]
impl<DB> PushMoment<DB> for Binds
where
    DB: Backend + HasSqlType<diesel::sql_types::Timestamp>,
    crate::marker::WithoutOffset: ToSql<diesel::sql_types::Timestamp, DB>,
{
    fn push_moment<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_bind_param::<diesel::sql_types::Timestamp, _>(&self.calendar)
    }
}

#[cfg(not(any(feature = "chrono", feature = "time")))]
impl<DB: Backend> PushMoment<DB> for Binds {
    fn push_moment<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(()) // no column has such a type then
    }
}

/// A statement of a tree, ready to run.
#[derive(Debug)]
pub struct TreeStatement<'a, W, A, R> {
    pub(crate) sql: &'a Sql,
    pub(crate) binds: &'a Binds,
    pub(crate) where_clause: &'a W,
    pub(crate) changes: &'a A,
    pub(crate) returning: R,
}

impl<'a, W, A> TreeStatement<'a, W, A, NoReturning> {
    /// The same statement, with a result.
    pub(crate) fn with<R>(self, returning: R) -> TreeStatement<'a, W, A, R> {
        TreeStatement {
            sql: self.sql,
            binds: self.binds,
            where_clause: self.where_clause,
            changes: self.changes,
            returning,
        }
    }
}

impl<W, A, R, DB> QueryFragment<DB> for TreeStatement<'_, W, A, R>
where
    DB: TreeBackend,
    W: QueryFragment<DB>,
    A: QueryFragment<DB>,
    R: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if self.sql.is_a_query() {
            Dialect::keep_no_query(out.reborrow());
        }
        let recursions = self.sql.recursions();
        let may_be_mysql = Dialect::of::<DB>().may_be_mysql();
        let mut pieces = &self.sql.0[..];
        match pieces {
            [Piece::Sql(head), rest @ ..] if recursions > 0 && may_be_mysql => {
                let (verb, head) = head.split_once(' ').unwrap_or((head, ""));
                out.push_sql(dialect::ANY_DEPTH_ON_MARIADB);
                out.push_sql(verb);
                out.push_sql(dialect::ANY_DEPTH_ON_MYSQL);
                out.push_sql(head);
                pieces = rest;
            }
            _ => {}
        }
        for piece in pieces {
            match piece {
                Piece::Target => {
                    if self.where_clause.is_noop(out.backend())? {
                        out.push_sql(" WHERE ");
                    } else {
                        self.where_clause.walk_ast(out.reborrow())?;
                        out.push_sql(" AND ");
                    }
                }
                Piece::TargetAlone => self.where_clause.walk_ast(out.reborrow())?,
                Piece::Changes => {
                    if !self.changes.is_noop(out.backend())? {
                        out.push_sql(", ");
                        self.changes.walk_ast(out.reborrow())?;
                    }
                }
                Piece::Keeping => self.changes.walk_ast(out.reborrow())?,
                // MariaDB 10.11 can crash where one recursive query is in another
                Piece::Joined if may_be_mysql && recursions == 0 => {
                    out.push_sql(dialect::JOINED_ON_MARIADB);
                }
                Piece::JoinedDelete(table) if may_be_mysql && recursions <= 1 => {
                    out.push_sql("/*M! USING ");
                    DB::push(table, self.binds, out.reborrow())?;
                    out.push_sql("*/");
                }
                Piece::Joined | Piece::JoinedDelete(_) => {}
                piece => DB::push(piece, self.binds, out.reborrow())?,
            }
        }
        self.returning.walk_ast(out)
    }
}

/// The result of a statement that counts.
#[derive(Debug, Clone, Copy)]
pub struct Count;
/// The result of a statement that counts by table: the number of a table and that of rows.
#[derive(Debug, Clone, Copy)]
pub struct CountByTable;

/// The result of a statement that asks for keys of the SQL type `ST`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keys<ST>(std::marker::PhantomData<ST>);

impl<ST> Keys<ST> {
    pub(crate) fn new() -> Self {
        Self(std::marker::PhantomData)
    }
}

impl<W, A, ST> Query for TreeStatement<'_, W, A, Keys<ST>> {
    type SqlType = ST;
}

impl<ST, DB: Backend> QueryFragment<DB> for Keys<ST> {
    fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        Ok(())
    }
}

impl<W, A> Query for TreeStatement<'_, W, A, Count> {
    type SqlType = BigInt;
}

impl<W, A> Query for TreeStatement<'_, W, A, CountByTable> {
    type SqlType = (BigInt, BigInt);
}

impl<W, A, T, E: Expression> Query for TreeStatement<'_, W, A, Returning<T, E>> {
    type SqlType = E::SqlType;
}

macro_rules! nothing_to_add {
    ($result:ident) => {
        impl<DB: Backend> QueryFragment<DB> for $result {
            fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
                Ok(())
            }
        }
    };
}

nothing_to_add!(Count);
nothing_to_add!(CountByTable);

// The SQL is made at run time, so it is what the prepared statement is kept by.
impl<W, A, R> QueryId for TreeStatement<'_, W, A, R> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}
