//! The derive macro of `soft-delete-runtime`, which re-exports it; see its documentation.

mod attr;
mod check;
mod diesel_attr;
mod errors;
mod expand;
mod guarded;
mod marker_field;
mod model;
mod span;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

#[doc = include_str!("derive.md")]
#[doc = include_str!("expansion/model.rs")]
#[doc = "```"]
#[proc_macro_derive(SoftDeletable, attributes(soft_delete, diesel))]
pub fn derive_soft_deletable(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let (model, errors) = check::model(&input);
    expand::model(model.as_ref(), &errors).into()
}

#[doc = include_str!("table.md")]
#[doc = include_str!("expansion/table.rs")]
#[doc = "```"]
#[proc_macro]
pub fn soft_delete_table(input: TokenStream) -> TokenStream {
    let tables = parse_macro_input!(input as attr::Tables);
    let (facts, errors) = check::tables(tables);
    expand::tables(&facts, &errors).into()
}
