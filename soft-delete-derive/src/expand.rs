//! From what is true to code. It states facts; the logic is in the runtime.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Path;
use syn::parse_quote;

use crate::errors::Errors;
use crate::model::{Facts, Model};

/// The code of a model, and its errors.
///
/// The code is there even with errors, so that what uses the model adds none of its own.
pub(crate) fn model(model: Option<&Model<'_>>, errors: &Errors) -> TokenStream {
    let errors = errors.to_compile_error();
    let Some(model) = model else { return errors };
    let facts = model.facts.as_ref().map(table_facts);
    let soft_deletable = soft_deletable(model);
    let marker_field = marker_field(model);
    let has_query = has_query(model);
    quote! {
        #errors
        const _: () = {
            #facts
            #soft_deletable
            #marker_field
            #has_query
        };
    }
}

/// The code of tables, and their errors.
pub(crate) fn tables(facts: &[Facts], errors: &Errors) -> TokenStream {
    let errors = errors.to_compile_error();
    let facts = facts.iter().map(table_facts);
    quote! {
        #errors
        const _: () = {
            #(#facts)*
        };
    }
}

fn table_facts(facts: &Facts) -> TokenStream {
    let Facts {
        runtime,
        table,
        marker,
        touch,
        clear,
        unit,
    } = facts;
    let touch = columns(table, touch.iter());
    let clear = columns(table, clear.iter());
    let unit = match unit {
        // spelled with the marker, whose type has to be one that a unit has a meaning for
        Some(unit) => quote_spanned! {unit.span()=>
            #runtime::__private::unit_of::<#table::#marker>(#runtime::Unit::#unit)
        },
        None => quote!(#runtime::Unit::Seconds),
    };
    quote! {
        #[automatically_derived]
        impl #runtime::__private::TableFacts<#runtime::__private::Stated> for #table::table {
            type Marker = #table::#marker;
            type Touch = #touch;
            type Clear = #clear;
            type Relations = #runtime::Leaf;
            const UNIT: #runtime::Unit = #unit;
        }
    }
}

/// `()` or `(column, rest)`
fn columns<'a>(
    table: &Path,
    names: impl DoubleEndedIterator<Item = &'a syn::Ident>,
) -> TokenStream {
    names
        .rev()
        .fold(quote!(()), |rest, name| quote!((#table::#name, #rest)))
}

fn soft_deletable(model: &Model<'_>) -> TokenStream {
    let Model {
        runtime,
        ident,
        table,
        ..
    } = model;
    let (impl_generics, ty_generics, where_clause) = model.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics #runtime::SoftDeletable for #ident #ty_generics #where_clause {
            type Table = #table::table;
        }
    }
}

fn marker_field(model: &Model<'_>) -> Option<TokenStream> {
    let Model { runtime, ident, .. } = model;
    let (member, ty) = model.field.as_ref()?;
    let (impl_generics, ty_generics, where_clause) = model.generics.split_for_impl();
    Some(quote! {
        #[automatically_derived]
        impl #impl_generics #runtime::MarkerField for #ident #ty_generics #where_clause {
            type Field = #ty;

            fn marker_field(&self) -> &Self::Field {
                &self.#member
            }
        }
    })
}

fn has_query(model: &Model<'_>) -> Option<TokenStream> {
    let Model {
        runtime,
        ident,
        table,
        ..
    } = model;
    if !model.default_scope {
        return None;
    }
    let diesel = quote!(#runtime::__private::diesel);
    let (_, ty_generics, where_clause) = model.generics.split_for_impl();
    let mut generics = model.generics.clone();
    generics
        .params
        .push(parse_quote!(__DB: #diesel::backend::Backend));
    let (impl_generics, ..) = generics.split_for_impl();
    Some(quote! {
        #[automatically_derived]
        impl #impl_generics #diesel::HasQuery<__DB> for #ident #ty_generics #where_clause {
            type BaseQuery = #runtime::dsl::Active<#table::table>;

            fn base_query() -> Self::BaseQuery {
                #runtime::ScopeDsl::active(#table::table)
            }
        }
    })
}
