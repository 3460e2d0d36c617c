//! Which watched tables a statement reads or changes without a word about deleted rows. It knows
//! SQL, and nothing of Diesel.

mod aggregate;
mod eval;
mod judge;
mod marker;
mod parts;
mod source;
mod statement;
#[cfg(test)]
mod tests;
pub(super) mod tokens;
mod truth;
mod walk;

use sqlparser::dialect::{MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;

use self::tokens::{Executed, Statement};
use self::walk::Walk;
use super::leak::LeakKind;

pub(crate) use self::marker::Watched;

/// The SQL that a connection speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
    Mysql,
}

impl Dialect {
    const ALL: [Self; 3] = [Self::Postgres, Self::Mysql, Self::Sqlite];

    /// That of a database URL: what is not a server's names a file of SQLite.
    pub(crate) fn of_url(url: &str) -> Self {
        let starts = |schemes: &[&str]| schemes.iter().any(|scheme| url.starts_with(scheme));
        let is_libpq = |word: &str| {
            let keys = ["host=", "dbname=", "user=", "service="];
            keys.iter().any(|key| word.starts_with(key))
        };
        if starts(&["mysql://"]) {
            Self::Mysql
        } else if starts(&["postgres://", "postgresql://"]) || url.split_whitespace().any(is_libpq)
        {
            Self::Postgres
        } else {
            Self::Sqlite
        }
    }

    /// The likely one of a text.
    pub(crate) fn guess(sql: &str) -> Self {
        let has = |text: &str| sql.contains(text);
        if has("/*!") || has("/*M!") || (has("`") && !has("\"")) {
            Self::Mysql
        } else if has("`") || (has("?") && !has("$1")) {
            Self::Sqlite
        } else {
            Self::Postgres
        }
    }

    fn parser(self) -> Box<dyn sqlparser::dialect::Dialect> {
        match self {
            Self::Sqlite => Box::new(SQLiteDialect {}),
            Self::Postgres => Box::new(PostgreSqlDialect {}),
            Self::Mysql => Box::new(MySqlDialect {}),
        }
    }
}

/// Something wrong with a statement.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Finding {
    pub(crate) kind: LeakKind,
    /// The table; `None` where the statement could not be read and none is named.
    pub(crate) table: Option<String>,
    /// Whether the table is a side of a join.
    pub(crate) joined: bool,
}

/// What is wrong with the statements of a text.
///
/// It may take much of the stack: a condition in parentheses in parentheses is a call in a call.
///
/// Which version a server of MySQL or MariaDB has is not known, so a text is read both with the
/// comments that not every one executes and without.
pub(crate) fn analyse(sql: &str, server: Dialect, watched: &[Watched]) -> Vec<Finding> {
    if server != Dialect::Mysql || !tokens::has_executable(sql) {
        return analyse_as(sql, server, Executed::No, watched);
    }
    let mut findings = analyse_as(sql, server, Executed::Maybe, watched);
    for finding in analyse_as(sql, server, Executed::Always, watched) {
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    }
    findings
}

fn analyse_as(sql: &str, server: Dialect, executed: Executed, watched: &[Watched]) -> Vec<Finding> {
    let others = Dialect::ALL.into_iter().filter(|other| *other != server);
    let mut likely = None;
    for dialect in std::iter::once(server).chain(others) {
        let Ok(statements) = tokens::statements(sql, dialect, executed) else {
            continue;
        };
        let statements: Vec<_> = statements
            .iter()
            .map(|statement| analyse_one(statement, dialect, watched))
            .collect();
        if statements.iter().all(Result::is_ok) {
            likely = Some(statements);
            break;
        }
        likely.get_or_insert(statements);
    }
    match likely {
        Some(statements) => {
            let findings = statements.into_iter();
            findings
                .flat_map(|each| each.unwrap_or_else(|findings| findings))
                .collect()
        }
        None => not_read(sql, watched),
    }
}

/// An error, with what there is to say about it, for a statement that the dialect does not have.
///
/// Of a statement of the library's own it is said only that it cannot be parsed.
fn analyse_one(
    statement: &Statement,
    dialect: Dialect,
    watched: &[Watched],
) -> Result<Vec<Finding>, Vec<Finding>> {
    let tokens = tokens::for_parser(&statement.tokens, dialect);
    let parser = dialect.parser();
    let parser = Parser::new(&*parser).with_recursion_limit(RECURSION_LIMIT);
    let not_parsed = || not_parsed(watched, |name| tokens::names(&tokens, name));
    match parser.with_tokens(tokens.clone()).parse_statements() {
        Ok(_) if statement.is_ours => Ok(Vec::new()),
        Ok(parsed) => {
            let mut walk = Walk::new(watched);
            parsed
                .iter()
                .for_each(|statement| walk.statement(statement));
            match walk.is_complete || !tokens::may_read(&tokens) {
                true => Ok(walk.findings),
                false => Err(not_parsed()),
            }
        }
        Err(_) if tokens::reads_no_rows(&tokens) => Err(Vec::new()),
        Err(_) if statement.is_ours => Err(vec![not_parsed_finding(None)]),
        Err(_) => Err(not_parsed()),
    }
}

const RECURSION_LIMIT: usize = 4_000;

/// What there is to say of a text that nobody could read.
pub(crate) fn not_read(sql: &str, watched: &[Watched]) -> Vec<Finding> {
    not_parsed(watched, |name| tokens::contains_word(sql, name))
}

/// One finding for each table that the text names, or one for none.
fn not_parsed(watched: &[Watched], is_named: impl Fn(&str) -> bool) -> Vec<Finding> {
    let named = watched.iter().filter(|w| is_named(&w.table));
    let findings: Vec<_> = named
        .map(|w| not_parsed_finding(Some(w.table.clone())))
        .collect();
    match findings.is_empty() {
        true => vec![not_parsed_finding(None)],
        false => findings,
    }
}

fn not_parsed_finding(table: Option<String>) -> Finding {
    Finding {
        kind: LeakKind::NotParsed,
        table,
        joined: false,
    }
}
