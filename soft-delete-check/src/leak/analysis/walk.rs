//! Every query of a statement, each by itself.

use std::mem;

use sqlparser::ast::{
    Distinct, Expr, Join, JoinConstraint, JoinOperator, NamedWindowExpr, ObjectName, Query, Select,
    SetExpr, TableFactor, TableWithJoins, With,
};

use super::aggregate;
use super::eval::Row;
use super::marker::{State, Watched};
use super::parts::{self, Part};
use super::source::{Condition, Source, part, same_name};
use super::{Finding, LeakKind};

pub(super) struct Walk<'a> {
    watched: &'a [Watched],
    /// The names of `WITH` that are in sight.
    ctes: Vec<&'a str>,
    pub(super) findings: Vec<Finding>,
    /// Whether all statements were looked into.
    pub(super) is_complete: bool,
}

impl<'a> Walk<'a> {
    pub(super) fn new(watched: &'a [Watched]) -> Self {
        Self {
            watched,
            ctes: Vec::new(),
            findings: Vec::new(),
            is_complete: true,
        }
    }

    pub(super) fn find(&self, name: &ObjectName) -> Option<&'a Watched> {
        let (table, schema) = (part(name, 0)?, part(name, 1));
        let mut named = self.watched.iter().filter(|w| same_name(&w.table, table));
        match schema {
            None => {
                let first = named.clone().next();
                named.find(|w| w.schema.is_none()).or(first)
            }
            Some(schema) => {
                let of_schema =
                    |w: &&Watched| w.schema.as_deref().is_some_and(|s| same_name(s, schema));
                let exact = named.clone().find(of_schema);
                exact.or_else(|| named.find(|w| w.schema.is_none()))
            }
        }
    }

    pub(super) fn report(&mut self, kind: LeakKind, watched: &Watched, joined: bool) {
        let finding = Finding {
            kind,
            table: Some(watched.table.clone()),
            joined,
        };
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    /// The sub-queries in an expression.
    pub(super) fn expr(&mut self, e: &'a Expr) {
        parts::of_expr(e, &mut |part| self.part(part));
    }

    pub(super) fn part(&mut self, part: Part<'a>) {
        match part {
            Part::Expr(e) => self.expr(e),
            Part::Query(query) => self.query(query),
        }
    }

    pub(super) fn query(&mut self, query: &'a Query) {
        let outside = self.ctes.len();
        if let Some(with) = &query.with {
            self.with(with);
        }
        self.set(&query.body);
        parts::of_query_end(query, &mut |part| self.part(part));
        self.ctes.truncate(outside);
    }

    fn with(&mut self, with: &'a With) {
        let names = with
            .cte_tables
            .iter()
            .map(|cte| cte.alias.name.value.as_str());
        if with.recursive {
            self.ctes.extend(names);
        }
        for cte in &with.cte_tables {
            self.query(&cte.query);
            if !with.recursive {
                self.ctes.push(&cte.alias.name.value);
            }
        }
    }

    fn set(&mut self, set: &'a SetExpr) {
        match set {
            SetExpr::Select(select) => self.select(select),
            SetExpr::Query(query) => self.query(query),
            SetExpr::SetOperation { left, right, .. } => {
                self.set(left);
                self.set(right);
            }
            SetExpr::Values(values) => {
                let all = values.rows.iter().flat_map(|row| row.iter());
                all.for_each(|e| self.expr(e));
            }
            SetExpr::Insert(statement)
            | SetExpr::Update(statement)
            | SetExpr::Delete(statement)
            | SetExpr::Merge(statement) => self.statement(statement),
            SetExpr::Table(table) => {
                let named = |w: &&Watched| {
                    let name = table.table_name.as_ref().map(|name| name.value.as_str());
                    name.is_some_and(|name| same_name(&w.table, name))
                };
                if let Some(watched) = self.watched.iter().find(named) {
                    self.report(LeakKind::Read, watched, false);
                }
            }
        }
    }

    fn select(&mut self, select: &'a Select) {
        let mut sources = self.from(&select.from);
        for condition in [&select.selection, &select.having, &select.qualify] {
            self.filter(&mut sources, condition.as_ref());
        }
        for item in &select.projection {
            parts::of_select_item(item, &mut |part| self.part(part));
        }
        parts::of_group_by(&select.group_by, &mut |part| self.part(part));
        if let Some(Distinct::On(list)) = &select.distinct {
            list.iter().for_each(|e| self.expr(e));
        }
        for window in &select.named_window {
            if let NamedWindowExpr::WindowSpec(window) = &window.1 {
                parts::of_window(window, &mut |part| self.part(part));
            }
        }
        for source in &sources {
            let rows = [State::Active, State::Deleted].map(|state| Row::new(source, state));
            if !aggregate::leaves_out(select, rows) {
                self.judge(source, LeakKind::Read);
            }
        }
    }

    /// `WHERE`: for all tables.
    pub(super) fn filter(&mut self, sources: &mut [Source<'a>], condition: Option<&'a Expr>) {
        if let Some(e) = condition {
            self.expr(e);
            let all = sources.iter_mut();
            all.for_each(|source| source.conditions.push(Condition::Expr(e)));
        }
    }

    pub(super) fn from(&mut self, from: &'a [TableWithJoins]) -> Vec<Source<'a>> {
        let mut sources = Vec::new();
        for tables in from {
            let before = sources.len();
            self.tables(tables, &mut sources);
            require_rows(&tables.relation, &mut sources[..before]);
        }
        if from.len() > 1 {
            sources.iter_mut().for_each(|source| source.joined = true);
        }
        sources
    }

    /// What a statement reads beside what it changes.
    pub(super) fn beside(&mut self, from: &'a [TableWithJoins]) -> Vec<Source<'a>> {
        let mut sources = self.from(from);
        sources.iter_mut().for_each(|source| source.joined = true);
        sources
    }

    /// What a statement changes. Alone it is a table, even where a name of `WITH` is the same.
    pub(super) fn targets(&mut self, from: &'a [TableWithJoins]) -> Vec<Source<'a>> {
        match from {
            [only] if only.joins.is_empty() => {
                let mut sources = Vec::new();
                self.target(&only.relation, &mut sources);
                sources
            }
            from => self.from(from),
        }
    }

    pub(super) fn target(&mut self, factor: &'a TableFactor, sources: &mut Vec<Source<'a>>) {
        let ctes = mem::take(&mut self.ctes);
        self.factor(factor, sources);
        self.ctes = ctes;
    }

    fn tables(&mut self, tables: &'a TableWithJoins, sources: &mut Vec<Source<'a>>) {
        let start = sources.len();
        self.factor(&tables.relation, sources);
        for join in &tables.joins {
            let right = sources.len();
            self.factor(&join.relation, sources);
            let (left, right) = sources[start..].split_at_mut(right - start);
            self.join(join, left, right);
        }
        if !tables.joins.is_empty() {
            let all = sources[start..].iter_mut();
            all.for_each(|source| source.joined = true);
        }
    }

    /// `ON` concerns the rows of a side that the join does not keep without a partner.
    fn join(&mut self, join: &'a Join, left: &mut [Source<'a>], right: &mut [Source<'a>]) {
        use JoinOperator as Op;
        let (constraint, keeps_left, keeps_right) = match &join.join_operator {
            Op::Join(on) | Op::Inner(on) | Op::CrossJoin(on) | Op::StraightJoin(on) => {
                (Some(on), false, false)
            }
            Op::Semi(on) | Op::LeftSemi(on) | Op::RightSemi(on) => (Some(on), false, false),
            Op::Left(on) | Op::LeftOuter(on) => (Some(on), true, false),
            Op::Right(on) | Op::RightOuter(on) => (Some(on), false, true),
            Op::FullOuter(on) => (Some(on), true, true),
            Op::Anti(on) | Op::LeftAnti(on) | Op::RightAnti(on) => (Some(on), true, true),
            Op::AsOf { constraint, .. } => (Some(constraint), false, false),
            Op::CrossApply | Op::ArrayJoin | Op::InnerArrayJoin => (None, false, false),
            Op::OuterApply | Op::LeftArrayJoin => (None, true, false),
        };
        if let Some(JoinConstraint::On(e)) = constraint {
            self.expr(e);
            for (sources, keeps) in [(&mut *left, keeps_left), (&mut *right, keeps_right)] {
                if !keeps {
                    let all = sources.iter_mut();
                    all.for_each(|source| source.conditions.push(Condition::Expr(e)));
                }
            }
        }
        if !keeps_left {
            require_rows(&join.relation, left);
        }
        if keeps_left {
            right.iter_mut().for_each(Source::make_outer);
        }
        if keeps_right {
            left.iter_mut().for_each(Source::make_outer);
        }
    }

    pub(super) fn factor(&mut self, factor: &'a TableFactor, sources: &mut Vec<Source<'a>>) {
        match factor {
            TableFactor::Table {
                name,
                alias,
                args: None,
                ..
            } => {
                let is_cte = match name.0.as_slice() {
                    [_] => part(name, 0)
                        .is_some_and(|name| self.ctes.iter().any(|cte| same_name(cte, name))),
                    _ => false,
                };
                if let (false, Some(watched)) = (is_cte, self.find(name)) {
                    let alias = alias.as_ref().map(|alias| &alias.name);
                    sources.push(Source::new(watched, name, alias));
                }
            }
            TableFactor::Table {
                args: Some(args), ..
            } => parts::arguments(&args.args, &mut |part| self.part(part)),
            TableFactor::Derived { subquery, .. } => self.query(subquery),
            TableFactor::NestedJoin {
                table_with_joins, ..
            } => self.tables(table_with_joins, sources),
            TableFactor::Function { args, .. } => {
                parts::arguments(args, &mut |part| self.part(part));
            }
            TableFactor::TableFunction { expr, .. }
            | TableFactor::JsonTable {
                json_expr: expr, ..
            }
            | TableFactor::OpenJsonTable {
                json_expr: expr, ..
            }
            | TableFactor::UnpivotExpr {
                expression: expr, ..
            }
            | TableFactor::XmlTable {
                row_expression: expr,
                ..
            } => self.expr(expr),
            TableFactor::UNNEST { array_exprs, .. } => {
                array_exprs.iter().for_each(|e| self.expr(e));
            }
            TableFactor::Pivot { table, .. }
            | TableFactor::Unpivot { table, .. }
            | TableFactor::MatchRecognize { table, .. } => self.factor(table, sources),
            TableFactor::SemanticView { .. } => {}
        }
    }
}

/// A lateral sub-select without rows leaves out the row on its left.
fn require_rows<'a>(factor: &'a TableFactor, left: &mut [Source<'a>]) {
    if let TableFactor::Derived {
        lateral: true,
        subquery,
        ..
    } = factor
    {
        let all = left.iter_mut();
        all.for_each(|source| source.conditions.push(Condition::Rows(subquery)));
    }
}
