//! Random items and attributes: each gives code or an error, and never a panic.
//!
//! `PROPTEST_CASES=100000` tries more of them.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use quote::quote;

const WORDS: &[&str] = &[
    "column",
    "touch",
    "clear",
    "unit",
    "shared_table",
    "no_default_scope",
    "cascade",
    "restrict",
    "operation",
    "table_name",
    "column_name",
    "base_query",
    "primary_key",
    "embed",
    "users",
    "deleted_at",
    "millis",
    "minutes",
    "crate",
    "self",
    "super",
    "Self",
    "struct",
    "enum",
    "type",
    "where",
    "fn",
    "for",
    "pub",
    "_",
    "été",
];

fn word() -> impl Strategy<Value = TokenTree> {
    prop_oneof![
        8 => select(WORDS).prop_map(|word| Ident::new(word, Span::call_site()).into()),
        1 => Just(Ident::new_raw("type", Span::call_site()).into()),
    ]
}

fn leaf() -> impl Strategy<Value = TokenTree> {
    prop_oneof![
        8 => word(),
        6 => (select(&['=', ',', ':', '.', '<', '>', '&', '#', '!', '-'][..]), any::<bool>()).prop_map(
            |(sign, joint)| {
                let spacing = if joint { Spacing::Joint } else { Spacing::Alone };
                Punct::new(sign, spacing).into()
            },
        ),
        1 => Just(Literal::i64_unsuffixed(7).into()),
        1 => "[ a-z:\"]{0,6}".prop_map(|text| Literal::string(&text).into()),
    ]
}

fn tokens(depth: u32) -> impl Strategy<Value = TokenStream> {
    let tree = leaf().prop_recursive(depth, 24, 6, |inner| {
        let delimiters = [
            Delimiter::Parenthesis,
            Delimiter::Parenthesis,
            Delimiter::Brace,
            Delimiter::Bracket,
            Delimiter::None,
        ];
        (select(delimiters.to_vec()), vec(inner, 0..6)).prop_map(|(delimiter, inner)| {
            Group::new(delimiter, inner.into_iter().collect()).into()
        })
    });
    vec(tree, 0..10).prop_map(|trees| trees.into_iter().collect())
}

/// Attributes that are nearly right: keys and values that belong together, or do not.
fn keys() -> impl Strategy<Value = TokenStream> {
    let key = (word(), 0..4_usize, tokens(1)).prop_map(|(key, form, value)| match form {
        0 => quote!(#key),
        1 => quote!(#key = #value),
        2 => quote!(#key(#value)),
        _ => quote!(#key #value),
    });
    vec(key, 0..5).prop_map(|keys| quote!(#(#keys),*))
}

fn any_tokens() -> impl Strategy<Value = TokenStream> {
    prop_oneof![tokens(3), keys()]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_attributes_of_a_struct(
        ours in vec(any_tokens(), 0..3),
        diesels in vec(any_tokens(), 0..3),
        of_the_field in any_tokens(),
        tuple in any::<bool>(),
    ) {
        let body = if tuple {
            quote!((i32, #[diesel(#of_the_field)] Option<i64>);)
        } else {
            quote!({ id: i32, #[diesel(#of_the_field)] deleted_at: Option<i64> })
        };
        let item = quote! {
            #(#[diesel(#diesels)])*
            #(#[soft_delete(#ours)])*
            struct User #body
        };
        if let Ok(code) = crate::derive(item) {
            prop_assert!(syn::parse2::<syn::File>(code.clone()).is_ok(), "not code: {code}");
        }
    }

    #[test]
    fn any_item(item in tokens(4), kind in select(&["struct", "enum", "union", "type"][..]), name in word()) {
        let kind = Ident::new(kind, Span::call_site());
        let _ = crate::derive(item.clone());
        let _ = crate::derive(quote!(#kind #name #item));
        let _ = crate::derive(quote!(#kind #name { #item }));
        let _ = crate::derive(quote!(#[soft_delete #item] #kind #name { id: i32 }));
    }

    #[test]
    fn any_tables(input in any_tokens(), inner in any_tokens()) {
        let _ = crate::tables(input);
        if let Ok(code) = crate::tables(quote!(users(deleted_at, #inner))) {
            prop_assert!(syn::parse2::<syn::File>(code.clone()).is_ok(), "not code: {code}");
        }
    }
}

#[test]
fn a_keyword_for_a_column_is_left_to_diesel() {
    for name in [quote!(struct), quote!("type"), quote!(_)] {
        let code = crate::derive(quote! {
            struct User {
                #[diesel(column_name = #name)]
                id: i32,
                deleted_at: Option<i64>,
            }
        });
        let code = code.unwrap_or_else(|error| error.to_compile_error());
        assert!(
            syn::parse2::<syn::File>(code.clone()).is_ok(),
            "not code: {code}"
        );
    }
}
