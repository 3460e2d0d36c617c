//! Statements: what they change, and the queries in them.

use sqlparser::ast::{
    Assignment, AssignmentTarget, ConflictTarget, CopySource, DeclareAssignment, Delete, Expr,
    FromTable, Insert, Merge, MergeAction, MergeClauseKind, MergeUpdateKind, OnConflictAction,
    OnInsert, SelectItem, SqliteOnConflict, Statement, TableFactor, TableObject, Update,
    UpdateTableFromKind, UtilityOption, Value,
};

use super::LeakKind;
use super::marker::Watched;
use super::parts;
use super::source::{Condition, Source, part, same_name};
use super::walk::Walk;

impl<'a> Walk<'a> {
    pub(super) fn statement(&mut self, statement: &'a Statement) {
        match statement {
            Statement::Query(query) => self.query(query),
            Statement::Update(update) => self.update(update),
            Statement::Delete(delete) => self.delete(delete),
            Statement::Insert(insert) => self.insert(insert),
            Statement::Merge(merge) => self.merge(merge),
            Statement::Truncate(truncate) => {
                for target in &truncate.table_names {
                    if let Some(watched) = self.find(&target.name) {
                        self.report(LeakKind::Delete, watched, false);
                    }
                }
            }
            Statement::Copy {
                source: CopySource::Table { table_name, .. },
                to: true,
                ..
            } => {
                if let Some(watched) = self.find(table_name) {
                    self.report(LeakKind::Read, watched, false);
                }
            }
            Statement::Copy {
                source: CopySource::Query(query),
                ..
            } => self.query(query),
            Statement::CreateTable(table) => table.query.iter().for_each(|query| self.query(query)),
            Statement::CreateView(view) => self.query(&view.query),
            Statement::Prepare { statement, .. } => self.statement(statement),
            // without ANALYZE nothing is read
            Statement::Explain {
                analyze,
                options,
                statement,
                ..
            } => {
                let mut options = options.iter().flatten();
                let is_analyze = |option: &UtilityOption| {
                    same_name(&option.name.value, "analyze") && !is_off(option.arg.as_ref())
                };
                if *analyze || options.any(is_analyze) {
                    self.statement(statement);
                }
            }
            Statement::Declare { stmts, .. } => {
                for declare in stmts {
                    declare.for_query.iter().for_each(|query| self.query(query));
                    if let Some(
                        DeclareAssignment::Expr(e)
                        | DeclareAssignment::Default(e)
                        | DeclareAssignment::For(e),
                    ) = &declare.assignment
                    {
                        self.expr(e);
                    }
                }
            }
            Statement::Call(function) => {
                parts::of_function(function, &mut |part| self.part(part));
            }
            _ => self.is_complete = false,
        }
    }

    fn update(&mut self, update: &'a Update) {
        let mut sources = self.targets(std::slice::from_ref(&update.table));
        let targets = sources.len();
        if let Some(UpdateTableFromKind::BeforeSet(from) | UpdateTableFromKind::AfterSet(from)) =
            &update.from
        {
            sources.extend(self.beside(from));
        }
        self.filter(&mut sources, update.selection.as_ref());
        update
            .assignments
            .iter()
            .for_each(|set| self.expr(&set.value));
        update
            .order_by
            .iter()
            .for_each(|order| self.expr(&order.expr));
        self.returning(update.returning.as_deref());
        for (index, source) in sources.iter().enumerate() {
            if index >= targets || !changes(&update.assignments, source) {
                self.judge(source, LeakKind::Read);
                continue;
            }
            if update.or == Some(SqliteOnConflict::Replace) {
                self.report(LeakKind::Delete, source.watched, false);
            }
            if !self.reports_or_filter(source) && !revives(&update.assignments, source.watched) {
                self.judge(source, LeakKind::Update);
            }
        }
    }

    fn delete(&mut self, delete: &'a Delete) {
        let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
        let mut sources = self.targets(from);
        // `DELETE u FROM users u ..`, `DELETE FROM u USING users u ..`, `DELETE FROM users u ..`
        let mut targets: Vec<_> = delete.tables.iter().filter_map(|t| part(t, 0)).collect();
        if targets.is_empty() {
            targets.extend(from.iter().filter_map(|tables| name_of(&tables.relation)));
        }
        if let Some(using) = &delete.using {
            let using = self.beside(using);
            sources.retain(|s| !using.iter().any(|u| same_name(u.alias, s.alias)));
            sources.extend(using);
        }
        self.filter(&mut sources, delete.selection.as_ref());
        delete
            .order_by
            .iter()
            .for_each(|order| self.expr(&order.expr));
        self.returning(delete.returning.as_deref());
        for source in &sources {
            match targets.iter().any(|target| same_name(target, source.alias)) {
                true => self.judge(source, LeakKind::Delete),
                false => self.judge(source, LeakKind::Read),
            }
        }
    }

    fn insert(&mut self, insert: &'a Insert) {
        insert.source.iter().for_each(|query| self.query(query));
        insert
            .assignments
            .iter()
            .for_each(|set| self.expr(&set.value));
        self.returning(insert.returning.as_deref());
        let TableObject::TableName(name) = &insert.table else {
            return;
        };
        let target = self.find(name);
        if let (Some(watched), true) = (target, replaces(insert)) {
            self.report(LeakKind::Delete, watched, false);
        }
        match &insert.on {
            Some(OnInsert::OnConflict(conflict)) => {
                if let OnConflictAction::DoUpdate(update) = &conflict.action {
                    update
                        .assignments
                        .iter()
                        .for_each(|set| self.expr(&set.value));
                    update.selection.iter().for_each(|e| self.expr(e));
                    let Some(watched) = target else { return };
                    let mut conditions: Vec<&Expr> = update.selection.iter().collect();
                    if let Some(ConflictTarget::Columns { columns, predicate }) =
                        &conflict.conflict_target
                    {
                        // active rows conflict with active rows alone
                        if columns.iter().any(|c| same_name(&c.value, &watched.marker)) {
                            return;
                        }
                        conditions.extend(predicate);
                    }
                    if assigned(&update.assignments, watched).is_some() {
                        return;
                    }
                    let alias = insert.table_alias.as_ref().map(|alias| &alias.alias);
                    let mut source = Source::new(watched, name, alias);
                    let conditions = conditions.into_iter().map(Condition::Expr);
                    source.conditions.extend(conditions);
                    self.judge(&source, LeakKind::Upsert);
                }
            }
            // which key it speaks of is not known
            Some(OnInsert::DuplicateKeyUpdate(assignments)) => {
                assignments.iter().for_each(|set| self.expr(&set.value));
            }
            _ => {}
        }
    }

    fn merge(&mut self, merge: &'a Merge) {
        use MergeClauseKind as On;
        self.expr(&merge.on);
        let mut target = Vec::new();
        self.target(&merge.table, &mut target);
        let mut using = Vec::new();
        self.factor(&merge.source, &mut using);
        let only_matched = merge
            .clauses
            .iter()
            .all(|clause| clause.clause_kind == On::Matched);
        for mut source in using {
            if only_matched {
                source.conditions.push(Condition::Expr(&merge.on));
            }
            source.joined = true;
            self.judge(&source, LeakKind::Read);
        }
        for clause in &merge.clauses {
            clause.predicate.iter().for_each(|e| self.expr(e));
            let kind = match &clause.action {
                MergeAction::Update(update) => {
                    let assignments = match &update.kind {
                        MergeUpdateKind::Set(assignments) => assignments.as_slice(),
                        MergeUpdateKind::Wildcard => &[],
                    };
                    assignments.iter().for_each(|set| self.expr(&set.value));
                    let revives = target
                        .iter()
                        .any(|target| revives(assignments, target.watched));
                    (!revives).then_some(LeakKind::Update)
                }
                MergeAction::Delete { .. } => Some(LeakKind::Delete),
                MergeAction::Insert(_) | MergeAction::DoNothing { .. } => None,
            };
            let (Some(kind), Some(target)) = (kind, target.first()) else {
                continue;
            };
            let on = (clause.clause_kind == On::Matched).then_some(&*merge.on);
            let conditions = on.into_iter().chain(&clause.predicate);
            let mut source = Source {
                conditions: conditions.map(Condition::Expr).collect(),
                ..*target
            };
            source.joined = true;
            self.judge(&source, kind);
        }
    }

    fn returning(&mut self, items: Option<&'a [SelectItem]>) {
        for item in items.unwrap_or_default() {
            parts::of_select_item(item, &mut |part| self.part(part));
        }
    }
}

fn replaces(insert: &Insert) -> bool {
    insert.replace_into || insert.or == Some(SqliteOnConflict::Replace)
}

fn name_of(factor: &TableFactor) -> Option<&str> {
    match factor {
        TableFactor::Table { name, alias, .. } => match alias {
            Some(alias) => Some(&alias.name.value),
            None => part(name, 0),
        },
        _ => None,
    }
}

/// The columns that are set, each with the table that it is said to be of.
fn columns(set: &Assignment) -> impl Iterator<Item = (Option<&str>, Option<&str>)> {
    let names = match &set.target {
        AssignmentTarget::ColumnName(name) => std::slice::from_ref(name),
        AssignmentTarget::Tuple(names) => names.as_slice(),
    };
    names.iter().map(|name| (part(name, 0), part(name, 1)))
}

/// Whether one of the assignments can be of this table: in `UPDATE a JOIN b SET b.x = ..` of `b`.
fn changes(assignments: &[Assignment], source: &Source<'_>) -> bool {
    let mut columns = assignments.iter().flat_map(columns);
    !source.joined
        || columns.any(|(_, table)| table.is_none_or(|table| same_name(table, source.alias)))
}

fn assigned<'e>(assignments: &'e [Assignment], watched: &Watched) -> Option<&'e Assignment> {
    let is_marker = |column: Option<&str>| column.is_some_and(|c| same_name(c, &watched.marker));
    let mut all = assignments.iter();
    all.find(|set| columns(set).any(|(column, _)| is_marker(column)))
}

/// `SET deleted_at = NULL`: deleted rows are meant. A bound value may be the same, and whoever wrote
/// it thought of the marker.
fn revives(assignments: &[Assignment], watched: &Watched) -> bool {
    assignments.iter().flat_map(values).any(|(column, value)| {
        column.is_some_and(|column| same_name(column, &watched.marker))
            && value.is_some_and(|value| is_bound(value) || watched.is_active_mark(value))
    })
}

/// The columns that are set, each with its value: also of `SET (name, deleted_at) = ('x', NULL)`.
fn values(set: &Assignment) -> impl Iterator<Item = (Option<&str>, Option<&Expr>)> {
    columns(set).enumerate().map(|(index, (column, _))| {
        let value = match (&set.target, &set.value) {
            (AssignmentTarget::ColumnName(_), value) => Some(value),
            (AssignmentTarget::Tuple(_), Expr::Tuple(list)) => list.get(index),
            // `('x')`
            (AssignmentTarget::Tuple(names), value) if names.len() == 1 => Some(value),
            (AssignmentTarget::Tuple(_), _) => None,
        };
        (column, value)
    })
}

/// Whether an option of a statement is said to be off: `(ANALYZE false)`.
fn is_off(option: Option<&Expr>) -> bool {
    let off = ["false", "off", "0"];
    option.is_some_and(|e| {
        let e = e.to_string();
        off.iter().any(|word| same_name(&e, word))
    })
}

fn is_bound(e: &Expr) -> bool {
    match e {
        Expr::Nested(e) | Expr::Cast { expr: e, .. } => is_bound(e),
        Expr::Value(value) => matches!(value.value, Value::Placeholder(_)),
        _ => false,
    }
}
