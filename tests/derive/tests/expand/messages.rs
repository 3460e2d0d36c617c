//! Each message of the macros' catalogue is in some compile-fail case.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The string literals of `errors.rs`, by the name of their constant or function.
fn catalogue() -> BTreeMap<String, Vec<String>> {
    let source = include_str!("../../../../soft-delete-derive/src/errors.rs");
    let file = syn::parse_file(source).expect("errors.rs");
    let mut messages = BTreeMap::new();
    for item in file.items {
        let (name, tokens) = match item {
            syn::Item::Const(item) => (item.ident, quote::ToTokens::into_token_stream(item.expr)),
            syn::Item::Fn(item) => (
                item.sig.ident,
                quote::ToTokens::into_token_stream(item.block),
            ),
            _ => continue,
        };
        let literals = literals(tokens).into_iter();
        // not a separator or the like
        let sentences = literals
            .filter(|text| text.split_whitespace().count() > 1)
            .collect();
        messages.insert(name.to_string(), sentences);
    }
    messages
}

fn literals(tokens: proc_macro2::TokenStream) -> Vec<String> {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            proc_macro2::TokenTree::Group(group) => literals(group.stream()),
            proc_macro2::TokenTree::Literal(literal) => {
                syn::parse2::<syn::LitStr>(proc_macro2::TokenTree::from(literal).into())
                    .map(|text| text.value())
                    .into_iter()
                    .collect()
            }
            _ => Vec::new(),
        })
        .collect()
}

/// The first lines of all errors in the expected output of the compile-fail cases.
fn printed(folder: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            lines.extend(printed(&path));
        } else if path.extension().is_some_and(|end| end == "stderr") {
            let text = fs::read_to_string(&path).expect("a text");
            // the message of a constant is printed by the compiler
            let errors = text.lines().filter_map(|line| {
                line.strip_prefix("error: ")
                    .or_else(|| line.strip_prefix("error[E0080]: evaluation panicked: "))
            });
            lines.extend(errors.map(|line| said(line).to_owned()));
        }
    }
    lines
}

/// What the compiler prints of a deprecated method, without its name.
fn said(line: &str) -> &str {
    let method = line.strip_prefix("use of deprecated method `");
    let said = method.and_then(|method| method.split_once("`: "));
    said.map_or(line, |(_, said)| said)
}

/// Whether a line is the message, with anything in its `{}`.
fn is(message: &str, line: &str) -> bool {
    let mut rest = Some(line);
    for (index, fixed) in message
        .split('{')
        .map(|part| part.split_once('}').map_or(part, |(_, after)| after))
        .enumerate()
    {
        rest = rest.and_then(|rest| match index {
            0 => rest.strip_prefix(fixed),
            _ => rest.find(fixed).map(|at| &rest[at + fixed.len()..]),
        });
    }
    rest.is_some()
}

#[test]
fn each_message_is_in_a_compile_fail_case() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let printed = printed(&cases);
    let catalogue = catalogue();
    assert!(catalogue.len() > 5, "the catalogue is read");
    for (name, sentences) in catalogue {
        assert_eq!(sentences.len(), 1, "{name} is one message");
        for message in sentences {
            assert!(
                printed.iter().any(|line| is(&message, line)),
                "no compile-fail case for {name}: {message}"
            );
        }
    }
}

#[test]
fn each_message_begins_in_lower_case_and_says_what_to_do() {
    for (name, sentences) in catalogue() {
        for message in sentences {
            let first = message.chars().next();
            assert!(
                first.is_some_and(|first| !first.is_uppercase()) && !message.ends_with('.'),
                "{name}: {message}"
            );
            let todo = ["write", "use", "remove", "add", "derive", "name"];
            if message.starts_with("expected `") {
                continue; // the right form is what to write
            }
            let (_, last) = message.rsplit_once(": ").expect("a colon");
            let says = last.split([' ', ',']).any(|word| todo.contains(&word));
            assert!(says || last.contains("remove"), "{name}: {message}");
        }
    }
}
