//! From syntax to text: the clauses of a statement.

use std::ops::{Deref, DerefMut};

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::{Expression, QueryResult};

use super::backend::TreeBackend;
use super::changes::ChangesFor;
use super::returns::{Returns, Selected};
use super::syntax::{
    Body, Delete, Expr, Hold, Limit, Recursive, Select, Source, Statement, Update,
};
use super::write::{ROWS, Writer, key_alias};
use crate::compat::is_empty;
use crate::engine::Engine;
use crate::key::Codec;

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
pub(super) struct Walk<'a, 'b, DB: Backend, W, A, R> {
    pub(super) statement: &'b Statement<'b, W, A, R>,
    pub(super) writer: Writer<'a, 'b, DB>,
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
            Body::Hold(hold) => {
                self.engine.disable_statement_cache(self.out.reborrow());
                self.hold(hold)
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

    pub(super) fn select(&mut self, select: &'b Select<'b>) -> QueryResult<()> {
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

    fn hold(&mut self, hold: &'b Hold<'b>) -> QueryResult<()> {
        self.sql("WITH ");
        self.named_rows(hold.rows.columns.len())?;
        self.select(&hold.rows)?;
        self.sql(") SELECT ");
        let mut first = 0;
        for (number, (parent, key)) in hold.parents.iter().enumerate() {
            let parent = Source::Table(parent);
            self.sql(if number == 0 { "(" } else { ", (" });
            // a query that counts cannot lock on PostgreSQL
            self.sql("SELECT COUNT(*) FROM (SELECT 1 AS held FROM ");
            self.from(parent)?;
            self.sql(" WHERE ");
            self.key(parent, key)?;
            self.sql(" IN (SELECT ");
            for column in 0..key.len() {
                self.sql(if column == 0 { "" } else { ", " });
                self.column(Source::Rows, &key_alias(first + column))?;
            }
            first += key.len();
            self.sql(" FROM ");
            self.from(Source::Rows)?;
            self.sql(")");
            self.sql(hold.lock);
            self.sql(") AS soft_delete_held)");
        }
        Ok(())
    }

    /// `soft_delete_rows (k0, k1) AS (`
    fn named_rows(&mut self, columns: usize) -> QueryResult<()> {
        self.out.push_identifier(ROWS)?;
        for number in 0..columns {
            self.sql(if number == 0 { " (" } else { ", " });
            self.out.push_identifier(&key_alias(number))?;
        }
        self.sql(") AS (");
        Ok(())
    }

    fn recursive(&mut self, with: &'b Recursive<'b>) -> QueryResult<()> {
        self.sql("WITH RECURSIVE ");
        self.named_rows(with.key.len())?;
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
        if is_empty(&target, self.out.backend())? {
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

    pub(super) fn list(&mut self, list: &'b [Expr<'b>], separator: &str) -> QueryResult<()> {
        for (number, expr) in list.iter().enumerate() {
            if number > 0 {
                self.sql(separator);
            }
            self.expr(expr)?;
        }
        Ok(())
    }
}
