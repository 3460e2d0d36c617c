//! From syntax to text: the expressions of a statement.

use diesel::QueryResult;
use diesel::query_builder::QueryFragment;

use super::backend::{Mark, TreeBackend};
use super::changes::ChangesFor;
use super::syntax::{Expr, Source, State, UndeclaredKey};
use super::walk::Walk;
use super::write::key_alias;
use crate::column::ValueColumn;
use crate::engine::Engine;
use crate::key::Value;
use crate::marker::{Predicate, StorageClass};
use crate::operation_id::OperationStored;

/// The name of a child's table within a statement.
pub(crate) const CHILD: &str = "soft_delete_child";

impl<'b, DB, W, A, R> Walk<'_, 'b, DB, W, A, R>
where
    DB: TreeBackend,
    W: QueryFragment<DB>,
    A: ChangesFor<DB>,
    R: QueryFragment<DB>,
{
    pub(super) fn expr(&mut self, expr: &'b Expr<'b>) -> QueryResult<()> {
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
            Expr::IsNoCase(node, column) => {
                self.sql("(SELECT COUNT(*) FROM (SELECT ");
                self.column(Source::Table(node), column.name)?;
                self.sql(" AS soft_delete_key FROM ");
                self.table(node)?;
                self.sql(" WHERE 1 = 0 UNION ALL SELECT 'a') AS t WHERE t.soft_delete_key = 'A')");
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
            Expr::InReferring(source, key, column, values) => {
                self.in_referring(*source, key, *column, values)?;
            }
            Expr::Keeping => self.statement.filter.walk_ast(self.out.reborrow())?,
            Expr::Moment(stored, unit) => self.moment(*stored, *unit)?,
            Expr::Active(stored) => self.sql(match stored {
                StorageClass::Epoch { active } | StorageClass::Literals { active, .. } => active,
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
    /// functions read it, and what they do not read has not expired. These functions read it faster
    /// than a pattern tells its format, so it is looked at only where they, which know milliseconds,
    /// cannot decide.
    fn expired(&mut self, source: Source) -> QueryResult<()> {
        let (Source::Table(node) | Source::Alias(node, _)) = source else {
            return Ok(());
        };
        let marker = &node.marker;
        let column = marker.column.name;
        let suffix = match marker.stored {
            _ if self.engine != Engine::Sqlite => None,
            StorageClass::Timestamp => Some(""),
            StorageClass::TimestamptzSqlite => Some("+00:00"),
            _ => None,
        };
        let Some(suffix) = suffix else {
            self.column(source, column)?;
            self.sql(" < ");
            return self.moment(marker.stored, node.unit);
        };
        self.sql("CASE");
        for (than, then) in [
            (" < JULIANDAY(", ") - 3e-8 THEN 1"),
            (" > JULIANDAY(", ") + 3e-8 THEN 0"),
        ] {
            self.sql(" WHEN JULIANDAY(");
            self.column(source, column)?;
            self.sql(")");
            self.sql(than);
            self.moment(marker.stored, node.unit)?;
            self.sql(then);
        }
        self.sql(" WHEN JULIANDAY(");
        self.column(source, column)?;
        self.sql(") IS NOT NULL AND ");
        self.column(source, column)?;
        self.sql(
            " GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]*",
        );
        self.sql(suffix);
        self.sql("' AND SUBSTR(");
        self.column(source, column)?;
        self.sql(", 20, LENGTH(");
        self.column(source, column)?;
        // `.5` and `.500` are one moment
        self.sql(&format!(
            ") - {}) NOT GLOB '*[^.0-9]*' THEN RTRIM(",
            19 + suffix.len()
        ));
        self.column(source, column)?;
        self.sql(", '+:.0') < RTRIM(");
        self.moment(marker.stored, node.unit)?;
        self.sql(", '+:.0')");
        self.sql(" ELSE JULIANDAY(");
        self.column(source, column)?;
        self.sql(") < JULIANDAY(");
        self.moment(marker.stored, node.unit)?;
        self.sql(") END");
        Ok(())
    }

    /// A row of a table that nothing is stated about refers to it.
    fn referred_to(&mut self, source: Source, key: &UndeclaredKey) -> QueryResult<()> {
        self.sql("EXISTS (SELECT 1 FROM ");
        self.referring_table(key)?;
        for (number, (child, parent)) in key.columns.iter().enumerate() {
            self.sql(if number == 0 { " WHERE " } else { " AND " });
            self.column(source, parent)?;
            self.sql(" = ");
            self.referring_column(child)?;
        }
        self.sql(")");
        Ok(())
    }

    /// The same of rows with these keys: by the index of the foreign key, which few rows have.
    fn in_referring(
        &mut self,
        source: Source,
        key: &UndeclaredKey,
        column: ValueColumn,
        values: &'b [Value],
    ) -> QueryResult<()> {
        let Some((child, _)) = key.columns.first() else {
            return Ok(()); // a foreign key has a column
        };
        self.column(source, column.name)?;
        self.sql(" IN (SELECT ");
        self.referring_column(child)?;
        self.sql(" FROM ");
        self.referring_table(key)?;
        self.sql(" WHERE ");
        self.referring_column(child)?;
        self.one_of(values, column)?;
        self.sql(")");
        Ok(())
    }

    fn referring_column(&mut self, column: &str) -> QueryResult<()> {
        self.out.push_identifier(CHILD)?;
        self.sql(".");
        self.out.push_identifier(column)
    }

    fn referring_table(&mut self, key: &UndeclaredKey) -> QueryResult<()> {
        for (number, part) in key.table.iter().enumerate() {
            self.sql(if number == 0 { "" } else { "." });
            self.out.push_identifier(part)?;
        }
        self.sql(" AS ");
        self.out.push_identifier(CHILD)
    }

    fn mark(&mut self, mark: Mark) -> QueryResult<()> {
        DB::push_mark(mark, self.statement.marks, self.out.reborrow())
    }

    /// The mark of a deleted row, or the moment in a touched column.
    fn moment(&mut self, stored: StorageClass, unit: crate::moment::Unit) -> QueryResult<()> {
        match stored {
            StorageClass::Timestamp => self.mark(Mark::Moment)?,
            StorageClass::Datetime => self.mark(Mark::MomentText)?,
            StorageClass::Timestamptz => {
                self.sql("(");
                self.mark(Mark::Moment)?;
                self.sql(" AT TIME ZONE 'UTC')");
            }
            StorageClass::TimestamptzSqlite => {
                self.sql("(");
                self.mark(Mark::Moment)?;
                self.sql(" || '+00:00')");
            }
            StorageClass::Epoch { .. } => self.mark(Mark::Epoch(unit))?,
            StorageClass::Literals { deleted, .. } => self.sql(deleted),
            // refused at compile time
            StorageClass::Unknown => {}
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
