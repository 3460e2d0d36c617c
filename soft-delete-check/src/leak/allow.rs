//! Statements that mean what they do.

use std::fmt;

use sqlparser::tokenizer::Token;

use super::analysis::Dialect;
use super::analysis::tokens::{self, Executed};
use super::leak::{Leak, LeakKind};

/// An entry of an allow-list: a statement that is intended, where the statement itself cannot say so.
///
/// Where it can, let it: `.with_deleted()` for a read or a target, `purge(..)` for a hard delete. An
/// entry is for the rest: raw SQL, or the side of a join that is to have deleted rows too.
///
/// ```
/// use soft_delete_check::Allow;
///
/// // any read of the table
/// Allow::read("audit_log");
/// // one statement, whatever quotes it
/// Allow::read("users").sql("SELECT COUNT(*) FROM users WHERE users.id IN (?)");
/// // `..` is any number of words
/// Allow::read("users").sql("SELECT .. FROM users WHERE users.email = ?");
/// // what a function or module executes
/// Allow::read("crate_owners").within("registry::list");
/// ```
#[derive(Debug, Clone)]
#[must_use = "an entry is for `assert_only` or `allow`"]
pub struct Allow {
    kind: LeakKind,
    table: String,
    sql: Option<String>,
    within: Option<String>,
}

macro_rules! constructors {
    ($($(#[$doc:meta])* $name:ident $kind:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(table: impl Into<String>) -> Self {
            Self {
                kind: LeakKind::$kind,
                table: table.into(),
                sql: None,
                within: None,
            }
        }
    )*};
}

impl Allow {
    constructors! {
        /// Reads of the table that return deleted rows: [`LeakKind::Read`].
        read Read;
        /// Updates of its deleted rows: [`LeakKind::Update`].
        update Update;
        /// Upserts that change its deleted rows: [`LeakKind::Upsert`].
        upsert Upsert;
        /// Statements that remove its active rows: [`LeakKind::Delete`].
        delete Delete;
        /// Queries that find nothing: [`LeakKind::AlwaysEmpty`].
        always_empty AlwaysEmpty;
        /// An `or_filter` right after `with_deleted()`: [`LeakKind::OrFilter`].
        or_filter OrFilter;
        /// Statements that name it and cannot be parsed: [`LeakKind::NotParsed`].
        not_parsed NotParsed;
    }

    /// Only this statement.
    ///
    /// Compared are words: quotes, case, spaces and comments do not matter, `?`, `$1` and `$2` are
    /// the same, and so are lists of them of any length. `..` stands for any words.
    pub fn sql(mut self, pattern: impl Into<String>) -> Self {
        self.sql = Some(pattern.into());
        self
    }

    /// Only what this function executes, directly or through others, or what the functions of this
    /// module or type execute. It takes a path, or the end or the middle of one:
    /// `registry::list::crates` is within `registry::list`, and within `list`.
    ///
    /// The paths are those of the program's symbols. With `debug = "line-tables-only"` the compiler
    /// keeps names without paths, and no name of an `async fn`: build tests with `debug = 1`, or without
    /// debug information.
    pub fn within(mut self, path: impl Into<String>) -> Self {
        self.within = Some(path.into());
        self
    }

    pub(super) fn matches(&self, leak: &Leak) -> bool {
        self.kind == leak.kind
            && self.table.eq_ignore_ascii_case(&leak.table)
            && self
                .sql
                .as_ref()
                .is_none_or(|pattern| matches_words(&words(pattern), &words(&leak.statement)))
            && self
                .within
                .as_ref()
                .is_none_or(|path| leak.frames.iter().any(|frame| frame.is_within(path)))
    }
}

impl fmt::Display for Allow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.kind {
            LeakKind::Read => "read",
            LeakKind::Update => "update",
            LeakKind::Upsert => "upsert",
            LeakKind::Delete => "delete",
            LeakKind::AlwaysEmpty => "always_empty",
            LeakKind::OrFilter => "or_filter",
            LeakKind::NotParsed => "not_parsed",
        };
        write!(f, "Allow::{name}({:?})", self.table)?;
        if let Some(sql) = &self.sql {
            write!(f, ".sql({sql:?})")?;
        }
        if let Some(within) = &self.within {
            write!(f, ".within({within:?})")?;
        }
        Ok(())
    }
}

const ANY: &str = "..";

/// The words of a statement, as they are compared.
fn words(sql: &str) -> Vec<String> {
    let dialect = Dialect::guess(sql);
    let executed = match dialect {
        Dialect::Mysql => Executed::Maybe,
        _ => Executed::No,
    };
    let Ok(statements) = tokens::statements(sql, dialect, executed) else {
        return sql
            .split_whitespace()
            .map(str::to_ascii_lowercase)
            .collect();
    };
    let mut words: Vec<String> = Vec::new();
    for token in statements.iter().flat_map(|statement| &statement.tokens) {
        let word = match token {
            Token::Word(word) => word.value.to_ascii_lowercase(),
            Token::Placeholder(_) | Token::Question => "?".to_owned(),
            Token::Period if words.last().is_some_and(|last| last == "." || last == ANY) => {
                words.pop();
                ANY.to_owned()
            }
            token => token.to_string(),
        };
        words.push(word);
        shorten(&mut words);
    }
    words
}

/// Takes `?, ?` for `?`, and the rows `(?), (?)` for `(?)`.
fn shorten(words: &mut Vec<String>) {
    for list in [
        ["?", ",", "?"].as_slice(),
        &["(", "?", ")", ",", "(", "?", ")"],
    ] {
        let start = words.len().checked_sub(list.len());
        let ends_with = start.is_some_and(|start| words[start..].iter().eq(list));
        if ends_with {
            words.truncate(words.len() - list.len() / 2 - 1);
        }
    }
}

/// Only the last `..` takes more words than it had to: those before it found their words as early as
/// can be.
fn matches_words(pattern: &[String], words: &[String]) -> bool {
    let (mut at, mut next) = (0, 0);
    let mut last_any = None;
    while let Some(word) = words.get(next) {
        match pattern.get(at) {
            Some(expected) if expected == ANY => {
                at += 1;
                last_any = Some((at, next));
            }
            Some(expected) if expected == word => {
                at += 1;
                next += 1;
            }
            _ => {
                let Some((after, taken)) = last_any else {
                    return false;
                };
                (at, next) = (after, taken + 1);
                last_any = Some((after, next));
            }
        }
    }
    pattern[at..].iter().all(|rest| rest == ANY)
}
