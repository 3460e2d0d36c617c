//! Statements as tokens, without what the parser does not know and nobody here asks about.

use std::mem;

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, Tokenizer, Whitespace};

use super::Dialect;

/// The comment in statements of trees and retention, whose SQL is the library's own.
const OURS: &str = "soft-delete";

/// One of the statements of a text.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Statement {
    /// Neither spaces nor comments.
    pub(crate) tokens: Vec<Token>,
    /// It begins with `/* soft-delete */`.
    pub(crate) is_ours: bool,
}

/// Which comments a server executes: `/*! .. */`, `/*!80000 .. */`, `/*M! .. */`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Executed {
    No,
    /// Those that any server of the kind executes.
    Always,
    /// Those that some server executes.
    Maybe,
}

/// The statements of a text, with what is in executed comments.
pub(crate) fn statements(
    sql: &str,
    dialect: Dialect,
    executed: Executed,
) -> Result<Vec<Statement>, String> {
    let mut all = Vec::new();
    let mut statement = Statement::default();
    let mut depth = 0;
    let mut tokens = Vec::new();
    tokenize(sql, dialect, executed, &mut tokens)?;
    for token in tokens {
        match token {
            Token::Whitespace(Whitespace::MultiLineComment(comment)) => {
                let leads = statement.tokens.is_empty();
                statement.is_ours |= leads && comment.trim() == OURS;
            }
            Token::Whitespace(_) => {}
            Token::SemiColon if depth == 0 => all.push(mem::take(&mut statement)),
            token => {
                depth = body_depth(&statement.tokens, &token, depth);
                statement.tokens.push(token);
            }
        }
        strip_beginning(&mut statement.tokens);
    }
    all.push(statement);
    all.retain(|statement| !statement.tokens.is_empty());
    Ok(all)
}

fn tokenize(
    sql: &str,
    dialect: Dialect,
    executed: Executed,
    to: &mut Vec<Token>,
) -> Result<(), String> {
    let parser = dialect.parser();
    // the tokenizer would execute each `/*! .. */`
    let sql = sql.replace("/*!", HELD_BACK);
    let tokens = Tokenizer::new(&*parser, &sql).tokenize();
    for token in tokens.map_err(|error| error.to_string())? {
        match &token {
            Token::Whitespace(Whitespace::MultiLineComment(comment)) => {
                match executable(comment, executed) {
                    Some(content) => tokenize(content, dialect, executed, to)?,
                    None => to.push(token),
                }
            }
            _ => to.push(token),
        }
    }
    Ok(())
}

const HELD_BACK: &str = "/*\u{1}!";

/// Whether what a server of this dialect does with some comment depends on its version, or on whether
/// it is MariaDB.
pub(crate) fn has_executable(sql: &str) -> bool {
    sql.contains("/*!") || sql.contains("/*M!")
}

/// The content of a comment, if it is executed. MariaDB leaves those for MySQL 5.7 and later out, and
/// MySQL those for MariaDB.
fn executable(comment: &str, executed: Executed) -> Option<&str> {
    const OF_ALL: u32 = 50_700;
    let of_mariadb = comment.strip_prefix("M!");
    let content = of_mariadb.or_else(|| comment.strip_prefix(&HELD_BACK[2..]))?;
    let rest = content.trim_start_matches(|c: char| c.is_ascii_digit());
    let version = &content[..content.len() - rest.len()];
    let is_old = version.is_empty() || version.parse().is_ok_and(|version: u32| version < OF_ALL);
    let is_executed = match executed {
        Executed::No => false,
        Executed::Always => of_mariadb.is_none() && is_old,
        Executed::Maybe => true,
    };
    is_executed.then_some(rest)
}

/// How deep a token leads into the body of a trigger or a procedure, whose statements are not
/// executed now.
fn body_depth(before: &[Token], token: &Token, depth: usize) -> usize {
    let has_body = is(before.first(), "CREATE")
        && before.iter().take(8).any(|token| {
            let kinds = ["TRIGGER", "PROCEDURE", "FUNCTION", "EVENT"];
            kinds.iter().any(|kind| is(Some(token), kind))
        });
    if !has_body {
        0
    } else if is(Some(token), "BEGIN") || (depth > 0 && is(Some(token), "CASE")) {
        depth + 1
    } else if is(Some(token), "END") {
        depth.saturating_sub(1)
    } else if is(before.last(), "END")
        && ["IF", "LOOP", "WHILE", "REPEAT"]
            .iter()
            .any(|word| is(Some(token), word))
    {
        // `END IF` closed nothing that was counted
        depth + 1
    } else {
        depth
    }
}

pub(crate) fn is(token: Option<&Token>, keyword: &str) -> bool {
    matches!(token, Some(Token::Word(word))
        if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(keyword))
}

/// MariaDB's `SET STATEMENT max_statement_time = 5 FOR SELECT ..`, `BEGIN NOT ATOMIC SELECT ..`
fn strip_beginning(tokens: &mut Vec<Token>) {
    let is_set_statement = begins(tokens, &["SET", "STATEMENT"]) && is(tokens.last(), "FOR");
    if is_set_statement || begins(tokens, &["BEGIN", "NOT", "ATOMIC"]) {
        tokens.clear();
    }
}

fn begins(tokens: &[Token], words: &[&str]) -> bool {
    let mut words = words.iter().enumerate();
    words.all(|(index, word)| is(tokens.get(index), word))
}

/// The tokens as the parser takes them.
pub(super) fn for_parser(tokens: &[Token], dialect: Dialect) -> Vec<Token> {
    let mut rest = simplified(tokens);
    if is(rest.first(), "TABLE") {
        rest.splice(..1, [word("SELECT"), Token::Mul, word("FROM")]);
    }
    if dialect == Dialect::Mysql {
        strip_modifiers(&mut rest);
        if is(rest.first(), "DO") || (is(rest.first(), "SET") && has_select(&rest)) {
            // the values are judged: `SELECT @a = (SELECT ..)`
            rest[0] = word("SELECT");
        }
        // `||` joins texts on Diesel's connections to MySQL
        for token in &mut rest {
            match token {
                Token::Overlap => *token = word("AND"),
                Token::ExclamationMark => *token = word("NOT"),
                token if is(Some(token), "DIV") => *token = Token::Div,
                _ => {}
            }
        }
        if is(rest.first(), "UPDATE") {
            rest = with_joined_targets(rest);
        }
    }
    rest
}

/// What comes before the rest of a statement in MySQL and MariaDB, and the parser does not know:
/// `DELETE QUICK FROM ..`, `ANALYZE FORMAT=JSON SELECT ..`, which executes it.
fn strip_modifiers(tokens: &mut Vec<Token>) {
    if is(tokens.first(), "ANALYZE") {
        let length = match is(tokens.get(1), "FORMAT") {
            true => 4,
            false => 1,
        };
        let executes = ["SELECT", "WITH", "INSERT", "REPLACE", "UPDATE", "DELETE"];
        let next = tokens.get(length);
        if next == Some(&Token::LParen) || executes.iter().any(|verb| is(next, verb)) {
            tokens.drain(..length);
        }
    }
    let modifiers: &[&str] = match tokens.first() {
        first if is(first, "DELETE") => &["LOW_PRIORITY", "QUICK", "IGNORE"],
        first if is(first, "UPDATE") => &["LOW_PRIORITY", "IGNORE"],
        _ => &[],
    };
    while modifiers.iter().any(|modifier| is(tokens.get(1), modifier)) {
        tokens.remove(1);
    }
}

/// `UPDATE users CROSS JOIN posts SET ..` for `UPDATE users, posts SET ..`
fn with_joined_targets(tokens: Vec<Token>) -> Vec<Token> {
    let mut rest = Vec::with_capacity(tokens.len());
    let mut depth = 0_usize;
    let mut before_set = true;
    for token in tokens {
        before_set &= !is(Some(&token), "SET");
        match token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        match token {
            Token::Comma if before_set && depth == 0 => rest.extend([word("CROSS"), word("JOIN")]),
            token => rest.push(token),
        }
    }
    rest
}

/// Without row locks, and in words that the parser knows: with `IS NULL` for `ISNULL`, with `LIKE` for
/// SQLite's `GLOB` and for `SOUNDS LIKE`, with `BETWEEN` for `BETWEEN SYMMETRIC`. What a window frame
/// excludes is left out.
fn simplified(tokens: &[Token]) -> Vec<Token> {
    let mut rest = Vec::with_capacity(tokens.len());
    let mut index = 0;
    while index < tokens.len() {
        let length = lock_length(&tokens[index..]).max(exclusion_length(&tokens[index..]));
        let is_call = tokens.get(index + 1) == Some(&Token::LParen);
        if is(tokens.get(index), "ISNULL") && !is_call {
            rest.extend([word("IS"), word("NULL")]);
        } else if is(tokens.get(index), "GLOB") && is_pattern(tokens.get(index + 1)) {
            rest.push(word("LIKE"));
        } else if begins(&tokens[index..], &["SOUNDS", "LIKE"])
            || (is(tokens.get(index), "SYMMETRIC") && is(rest.last(), "BETWEEN"))
        {
            // the rest says enough
        } else if length == 0 {
            rest.push(tokens[index].clone());
        }
        index += length.max(1);
    }
    rest
}

/// `EXCLUDE CURRENT ROW` and its kin, the end of a window frame.
fn exclusion_length(tokens: &[Token]) -> usize {
    const EXCLUSIONS: &[&[&str]] = &[
        &["EXCLUDE", "CURRENT", "ROW"],
        &["EXCLUDE", "NO", "OTHERS"],
        &["EXCLUDE", "GROUP"],
        &["EXCLUDE", "TIES"],
    ];
    let found = EXCLUSIONS.iter().find(|words| begins(tokens, words));
    found.map_or(0, |words| words.len())
}

/// What tells the operator `GLOB` from a column of that name.
fn is_pattern(token: Option<&Token>) -> bool {
    matches!(
        token,
        Some(Token::SingleQuotedString(_) | Token::Placeholder(_) | Token::Question)
    )
}

fn word(keyword: &str) -> Token {
    Token::make_keyword(keyword)
}

/// How many tokens a row lock has: the parser knows some of `FOR NO KEY UPDATE OF users SKIP
/// LOCKED`, `LOCK IN SHARE MODE` and their kin, and none says what is read.
fn lock_length(tokens: &[Token]) -> usize {
    const LOCKS: &[&[&str]] = &[
        &["FOR", "NO", "KEY", "UPDATE"],
        &["FOR", "KEY", "SHARE"],
        &["FOR", "UPDATE"],
        &["FOR", "SHARE"],
    ];
    let starts = |at: usize, words: &[&str]| begins(&tokens[at.min(tokens.len())..], words);
    if starts(0, &["LOCK", "IN", "SHARE", "MODE"]) {
        return 4 + wait_length(&tokens[4..]);
    }
    let Some(lock) = LOCKS.iter().find(|lock| starts(0, lock)) else {
        return 0;
    };
    let mut length = lock.len();
    if starts(length, &["OF"]) {
        length += 1;
        while matches!(tokens.get(length), Some(Token::Word(_))) {
            length += 1;
            match tokens.get(length) {
                Some(Token::Comma | Token::Period) => length += 1,
                _ => break,
            }
        }
    }
    length + wait_length(&tokens[length..])
}

fn wait_length(tokens: &[Token]) -> usize {
    let first = |word| is(tokens.first(), word);
    if first("NOWAIT") {
        1
    } else if (first("SKIP") && is(tokens.get(1), "LOCKED"))
        || (first("WAIT") && matches!(tokens.get(1), Some(Token::Number(..))))
    {
        2
    } else {
        0
    }
}

/// Whether the statement is about the schema, the session or a transaction.
pub(super) fn reads_no_rows(tokens: &[Token]) -> bool {
    const READ: &[Keyword] = &[
        Keyword::SELECT,
        Keyword::WITH,
        Keyword::VALUES,
        Keyword::TABLE,
        Keyword::INSERT,
        Keyword::REPLACE,
        Keyword::UPDATE,
        Keyword::DELETE,
        Keyword::MERGE,
        Keyword::TRUNCATE,
        Keyword::COPY,
        Keyword::DECLARE,
        Keyword::PREPARE,
        Keyword::EXPLAIN,
    ];
    match tokens.iter().find(|token| **token != Token::LParen) {
        Some(Token::Word(word)) => !READ.contains(&word.keyword) && !may_read(tokens),
        _ => false,
    }
}

/// Whether a statement that is none of those which read rows may read some all the same: by a
/// sub-select, or by the text of another statement. What is created reads nothing now.
pub(super) fn may_read(tokens: &[Token]) -> bool {
    let is_of_schema = ["CREATE", "ALTER", "DROP", "GRANT", "REVOKE"]
        .iter()
        .any(|verb| is(tokens.first(), verb));
    is(tokens.first(), "HANDLER")
        || begins(tokens, &["EXECUTE", "IMMEDIATE"])
        || (!is_of_schema && has_select(tokens))
}

fn has_select(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| is(Some(token), "SELECT"))
}

/// Whether the statement names something, maybe in the text of another statement.
pub(super) fn names(tokens: &[Token], name: &str) -> bool {
    let has_text = ["EXECUTE", "PREPARE"]
        .iter()
        .any(|verb| is(tokens.first(), verb));
    tokens.iter().any(|token| match token {
        Token::Word(word) => word.value.eq_ignore_ascii_case(name),
        Token::SingleQuotedString(text) | Token::DoubleQuotedString(text) => {
            has_text && contains_word(text, name)
        }
        _ => false,
    })
}

pub(super) fn contains_word(sql: &str, name: &str) -> bool {
    let mut words = sql.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.any(|word| word.eq_ignore_ascii_case(name))
}
