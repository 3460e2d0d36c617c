//! What the macros make of an item: the expansion as a snapshot, and that there is one, or an error,
//! for anything that a user can write.
//!
//! The macros' own modules are compiled into this test, which calls them as `lib.rs` does.

mod messages;
mod never_panics;
mod snapshots;

#[path = "../../../../soft-delete-derive/src/attr.rs"]
mod attr;
#[path = "../../../../soft-delete-derive/src/check.rs"]
mod check;
#[path = "../../../../soft-delete-derive/src/diesel_attr.rs"]
mod diesel_attr;
#[path = "../../../../soft-delete-derive/src/errors.rs"]
mod errors;
#[path = "../../../../soft-delete-derive/src/expand.rs"]
mod expand;
#[path = "../../../../soft-delete-derive/src/guarded.rs"]
mod guarded;
#[path = "../../../../soft-delete-derive/src/marker_field.rs"]
mod marker_field;
#[path = "../../../../soft-delete-derive/src/model.rs"]
mod model;
#[path = "../../../../soft-delete-derive/src/span.rs"]
mod span;

use proc_macro2::TokenStream;

/// `#[derive(SoftDeletable)]`
fn derive(item: TokenStream) -> syn::Result<TokenStream> {
    let input = syn::parse2(item)?;
    let (model, errors) = check::model(&input);
    Ok(expand::model(model.as_ref(), &errors))
}

/// `soft_delete_table!`
fn tables(input: TokenStream) -> syn::Result<TokenStream> {
    let (facts, errors) = check::tables(syn::parse2(input)?);
    Ok(expand::tables(&facts, &errors))
}
