//! Names and values of a statement on their way to text.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::AstPass;

use super::backend::TreeBackend;
use super::syntax::Source;
use crate::column::{ValueClass, ValueColumn};
use crate::engine::Engine;
use crate::key::{Codec, Round, Value, places};
use crate::relation::Node;

/// The name of the rows of a recursive query.
pub(super) const ROWS: &str = "soft_delete_rows";

/// What names and values are written to.
pub(super) struct Writer<'a, 'b, DB: Backend> {
    pub(super) engine: Engine,
    /// Whether values have a raw form.
    pub(super) raw: bool,
    pub(super) out: AstPass<'a, 'b, DB>,
}

impl<'b, DB: TreeBackend> Writer<'_, 'b, DB> {
    pub(super) fn sql(&mut self, sql: &str) {
        self.out.push_sql(sql);
    }

    pub(super) fn table(&mut self, node: &Node) -> QueryResult<()> {
        DB::push_name((node.name)(), self.out.reborrow())
    }

    pub(super) fn from(&mut self, source: Source) -> QueryResult<()> {
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

    pub(super) fn column(&mut self, source: Source, column: &str) -> QueryResult<()> {
        match source {
            Source::Table(node) => self.table(node)?,
            Source::Alias(_, alias) => self.out.push_identifier(alias)?,
            Source::Rows => self.out.push_identifier(ROWS)?,
        }
        self.sql(".");
        self.out.push_identifier(column)
    }

    /// `"t"."a"`, or `("t"."a", "t"."b")`
    pub(super) fn key(&mut self, source: Source, columns: &[ValueColumn]) -> QueryResult<()> {
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

    /// A column whose value is read: as text, where it has no form that the backend reads, or one
    /// that PostgreSQL does not compare with text as it is (`CHAR(n)` has blanks at its end).
    pub(super) fn value(&mut self, source: Source, column: ValueColumn) -> QueryResult<()> {
        let as_text = match (column.class)() {
            _ if self.raw => false,
            ValueClass::AsText(_) => true,
            ValueClass::Text => self.engine == Engine::Postgres,
            _ => false,
        };
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

    pub(super) fn bound(&mut self, value: &'b Value, column: ValueColumn) -> QueryResult<()> {
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

    pub(super) fn is_in(
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
            let collation = |place| match round.no_case().contains(place) {
                true => " COLLATE NOCASE",
                false => "",
            };
            for (place, (column, value)) in columns.iter().zip(*prefix).enumerate() {
                self.column(source, column.name)?;
                self.sql(collation(place));
                self.sql(" = ");
                self.bound(value, *column)?;
                self.sql(" AND ");
            }
            self.column(source, last_column.name)?;
            self.sql(collation(columns.len()));
            self.one_of(last, *last_column)?;
        }
        if several {
            self.sql(")");
        }
        Ok(())
    }

    pub(super) fn one_of(&mut self, values: &'b [Value], column: ValueColumn) -> QueryResult<()> {
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
pub(super) fn key_alias(number: usize) -> String {
    format!("k{number}")
}
