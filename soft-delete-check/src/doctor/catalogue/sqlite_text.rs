//! What SQLite keeps as the text of `CREATE` statements alone: predicates, expressions.

/// A word, or anything else that is not white space, of a statement, and where it is.
struct Token<'a> {
    text: &'a str,
    start: usize,
    end: usize,
    /// How many parentheses are open before it.
    depth: usize,
}

/// The condition of `CREATE INDEX .. WHERE condition`.
pub(super) fn predicate(create_index: &str) -> Option<String> {
    let tokens = tokens(create_index);
    let at = (tokens.iter())
        .position(|token| token.depth == 0 && token.text.eq_ignore_ascii_case("where"))?;
    let after: Vec<_> = tokens.into_iter().skip(at + 1).collect();
    Some(between(create_index, &after))
}

/// The keys of `CREATE INDEX .. ON table (key, ..)`, without their order and collation.
pub(super) fn keys(create_index: &str) -> Vec<String> {
    (items(create_index).iter())
        .map(|tokens| {
            let end = (tokens.iter())
                .position(|token| {
                    token.depth == 1
                        && ["asc", "desc", "collate"]
                            .iter()
                            .any(|word| token.text.eq_ignore_ascii_case(word))
                })
                .unwrap_or(tokens.len());
            between(create_index, &tokens[..end])
        })
        .collect()
}

/// The expression of a column that `CREATE TABLE .. (column type AS (expression), ..)` generates.
pub(super) fn generated(create_table: &str, column: &str) -> Option<String> {
    for tokens in items(create_table) {
        if !tokens
            .first()
            .is_some_and(|first| unquoted(first.text).eq_ignore_ascii_case(column))
        {
            continue;
        }
        let at = (tokens.iter())
            .position(|token| token.depth == 1 && token.text.eq_ignore_ascii_case("as"))?;
        let inner: Vec<_> = (tokens.into_iter().skip(at + 2))
            .take_while(|token| token.depth >= 2)
            .collect();
        // the closing parenthesis is as deep as what it closes
        let inner = match inner
            .iter()
            .position(|token| token.text == ")" && token.depth == 2)
        {
            Some(end) => between(create_table, &inner[..end]),
            None => between(create_table, &inner),
        };
        return Some(inner);
    }
    None
}

/// The tokens of each item of the first list in parentheses.
fn items(statement: &str) -> Vec<Vec<Token<'_>>> {
    let mut items = vec![Vec::new()];
    let list = (tokens(statement).into_iter())
        .skip_while(|token| token.depth == 0)
        .take_while(|token| !(token.depth == 1 && token.text == ")"));
    for token in list {
        if token.depth == 1 && token.text == "," {
            items.push(Vec::new());
        } else if let Some(item) = items.last_mut() {
            item.push(token);
        }
    }
    items
}

fn between(statement: &str, tokens: &[Token<'_>]) -> String {
    match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => statement[first.start..last.end].to_owned(),
        _ => String::new(),
    }
}

fn unquoted(name: &str) -> String {
    let mut chars = name.chars();
    match (chars.next(), chars.next_back()) {
        (Some('"'), Some('"')) => chars.as_str().replace("\"\"", "\""),
        (Some('`'), Some('`')) => chars.as_str().replace("``", "`"),
        (Some('['), Some(']')) => chars.as_str().to_owned(),
        _ => name.to_owned(),
    }
}

fn tokens(statement: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut depth = 0;
    let mut start = 0;
    while let Some(first) = statement[start..].chars().next() {
        let rest = &statement[start..];
        let length = match first {
            '"' | '`' | '\'' => quoted(rest, first),
            '[' => rest.find(']').map_or(rest.len(), |end| end + 1),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let text = &rest[..length];
        if first == ')' {
            // it belongs to what it closes
            tokens.push(Token {
                text,
                start,
                end: start + length,
                depth,
            });
            depth = depth.saturating_sub(1);
        } else {
            let is_comment = text.starts_with("--") || text.starts_with("/*");
            if !first.is_whitespace() && !is_comment {
                tokens.push(Token {
                    text,
                    start,
                    end: start + length,
                    depth,
                });
            }
            depth += usize::from(first == '(');
        }
        start += length;
    }
    tokens
}

/// The length of what begins with that quote; a doubled quote does not end it.
fn quoted(text: &str, quote: char) -> usize {
    let mut at = 1;
    while let Some(end) = text[at..].find(quote) {
        at += end + 1;
        if !text[at..].starts_with(quote) {
            return at;
        }
        at += 1;
    }
    text.len()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

#[cfg(test)]
mod tests {
    use super::{generated, keys, predicate};

    #[test]
    fn a_predicate_is_what_follows_the_outer_where() {
        let index = r#"CREATE UNIQUE INDEX "where" ON "t where" (lower("a, b") desc, [c)], 'it''s')
            /* where */ WHERE deleted_at IS NULL -- the active ones"#;
        assert_eq!(predicate(index).as_deref(), Some("deleted_at IS NULL"));
        assert_eq!(keys(index), [r#"lower("a, b")"#, "[c)]", "'it''s'"]);
        assert_eq!(predicate("CREATE INDEX i ON t (a)"), None);
    }

    #[test]
    fn a_generated_column_is_found_by_its_name() {
        let table = "CREATE TABLE t (id INTEGER, kind TEXT CHECK (kind IN ('a', 'as')),
            \"active name\" TEXT GENERATED ALWAYS AS (CASE WHEN (gone) IS NULL THEN f(x) END) STORED UNIQUE,
            b AS (1))";
        assert_eq!(
            generated(table, "active name").as_deref(),
            Some("CASE WHEN (gone) IS NULL THEN f(x) END")
        );
        assert_eq!(generated(table, "B").as_deref(), Some("1"));
        assert_eq!(generated(table, "kind"), None);
    }
}
