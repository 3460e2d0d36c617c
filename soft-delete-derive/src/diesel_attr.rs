//! Reads Diesel's own attribute, `#[diesel(...)]`.
//!
//! It may have any of Diesel's keys, so the top-level tokens are scanned for the one that is needed.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::{Attribute, Ident, LitStr, Path};

/// `table_name = users`
pub(crate) fn table_name(attributes: &[Attribute]) -> Option<Path> {
    let value = value_of("table_name", attributes)?;
    match syn::parse2::<LitStr>(value.clone()) {
        Ok(text) => text.parse_with(Path::parse_mod_style).ok(),
        Err(_) => Path::parse_mod_style.parse2(value).ok(),
    }
}

/// `column_name = deleted_at`; a keyword is reported by Diesel's own derives.
pub(crate) fn column_name(attributes: &[Attribute]) -> Option<Ident> {
    let value = value_of("column_name", attributes)?;
    match syn::parse2::<LitStr>(value.clone()) {
        Ok(text) => text.parse().ok(),
        Err(_) => syn::parse2(value).ok(),
    }
}

/// Whether the key is there, with a value or without.
pub(crate) fn has_key(key: &str, attributes: &[Attribute]) -> bool {
    span_of(key, attributes).is_some()
}

/// Where the key is.
pub(crate) fn span_of(key: &str, attributes: &[Attribute]) -> Option<Span> {
    let first = |part: Vec<TokenTree>| part.into_iter().next();
    parts(attributes)
        .filter_map(first)
        .find(|token| is_ident(Some(token), key))
        .map(|token| token.span())
}

/// The tokens after `key =`, up to the next comma at the top level.
fn value_of(key: &str, attributes: &[Attribute]) -> Option<TokenStream> {
    parts(attributes).find_map(|part| {
        let is_assigned = matches!(part.get(1), Some(TokenTree::Punct(p)) if p.as_char() == '=');
        (is_ident(part.first(), key) && is_assigned).then(|| part.into_iter().skip(2).collect())
    })
}

fn is_ident(token: Option<&TokenTree>, name: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident == name)
}

/// The tokens of each key.
fn parts(attributes: &[Attribute]) -> impl Iterator<Item = Vec<TokenTree>> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("diesel"))
        .filter_map(|attribute| attribute.meta.require_list().ok())
        .flat_map(|list| split_at_commas(list.tokens.clone()))
}

fn split_at_commas(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut parts = vec![Vec::new()];
    for token in tokens {
        match (&token, parts.last_mut()) {
            (TokenTree::Punct(punct), _) if punct.as_char() == ',' => parts.push(Vec::new()),
            (_, Some(part)) => part.push(token),
            (_, None) => {}
        }
    }
    parts
}
