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

/// The statements of a text; of a server that executes comments (`/*! .. */`, `/*M! .. */`), with
/// what is in them.
pub(crate) fn statements(
    sql: &str,
    dialect: Dialect,
    server: Dialect,
) -> Result<Vec<Statement>, String> {
    let mut all = Vec::new();
    let mut statement = Statement::default();
    let mut depth = 0;
    let mut tokens = Vec::new();
    tokenize(sql, dialect, server, &mut tokens)?;
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
        strip_set_statement(&mut statement.tokens);
    }
    all.push(statement);
    all.retain(|statement| !statement.tokens.is_empty());
    Ok(all)
}

fn tokenize(
    sql: &str,
    dialect: Dialect,
    server: Dialect,
    to: &mut Vec<Token>,
) -> Result<(), String> {
    let parser = dialect.parser();
    let tokens = Tokenizer::new(&*parser, sql).tokenize();
    for token in tokens.map_err(|error| error.to_string())? {
        match &token {
            Token::Whitespace(Whitespace::MultiLineComment(comment)) => match executable(comment) {
                Some(content) if server == Dialect::Mysql => {
                    tokenize(content, dialect, server, to)?;
                }
                _ => to.push(token),
            },
            _ => to.push(token),
        }
    }
    Ok(())
}

fn executable(comment: &str) -> Option<&str> {
    let content = comment
        .strip_prefix("M!")
        .or_else(|| comment.strip_prefix('!'))?;
    Some(content.trim_start_matches(|c: char| c.is_ascii_digit()))
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

/// MariaDB's `SET STATEMENT max_statement_time = 5 FOR SELECT ..`
fn strip_set_statement(tokens: &mut Vec<Token>) {
    if is(tokens.last(), "FOR") && is(tokens.first(), "SET") && is(tokens.get(1), "STATEMENT") {
        tokens.clear();
    }
}

/// The tokens as the parser takes them.
pub(super) fn for_parser(tokens: &[Token], dialect: Dialect) -> Vec<Token> {
    let mut rest = simplified(tokens);
    if is(rest.first(), "TABLE") {
        rest.splice(..1, [word("SELECT"), Token::Mul, word("FROM")]);
    }
    if dialect == Dialect::Mysql {
        // `||` joins texts on Diesel's connections to MySQL
        let ands = rest.iter_mut().filter(|token| **token == Token::Overlap);
        ands.for_each(|token| *token = word("AND"));
        if is(rest.first(), "UPDATE") {
            rest = with_joined_targets(rest);
        }
    }
    rest
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

/// Without row locks, with `IS NULL` for `ISNULL`, and with `LIKE` for SQLite's `GLOB`.
fn simplified(tokens: &[Token]) -> Vec<Token> {
    let mut rest = Vec::with_capacity(tokens.len());
    let mut index = 0;
    while index < tokens.len() {
        let length = lock_length(&tokens[index..]);
        let is_call = tokens.get(index + 1) == Some(&Token::LParen);
        if is(tokens.get(index), "ISNULL") && !is_call {
            rest.extend([word("IS"), word("NULL")]);
        } else if is(tokens.get(index), "GLOB") && is_pattern(tokens.get(index + 1)) {
            rest.push(word("LIKE"));
        } else if length == 0 {
            rest.push(tokens[index].clone());
        }
        index += length.max(1);
    }
    rest
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
    let starts = |at: usize, words: &[&str]| {
        let mut words = words.iter().enumerate();
        words.all(|(index, word)| is(tokens.get(at + index), word))
    };
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
        Some(Token::Word(word)) => !READ.contains(&word.keyword),
        _ => false,
    }
}
