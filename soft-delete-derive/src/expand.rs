//! From what is true to code. It states facts; the logic is in the runtime.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Path;
use syn::parse_quote;

use crate::errors::Errors;
use crate::model::{Facts, ForeignKey, Model};

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
        cascade,
        restrict,
        may_cascade,
        operation,
        touch,
        clear,
        unit,
    } = facts;
    let touch = columns(table, touch.iter());
    let clear = columns(table, clear.iter());
    let operation = columns(table, operation.iter());
    let private = quote!(#runtime::__private);
    let unit = match unit {
        // spelled with the marker, whose type has to be one that a unit has a meaning for
        Some(unit) => quote_spanned! {unit.span()=>
            #private::unit_of::<#table::#marker>(#runtime::Unit::#unit)
        },
        None => quote!(#runtime::Unit::Seconds),
    };
    let cascade_types = cascade
        .iter()
        .map(|key| child(&quote!(#runtime::Cascade), key));
    let restrict_types = restrict
        .iter()
        .map(|key| child(&quote!(#runtime::Restrict), key));
    let children = list(cascade_types.chain(restrict_types).collect());
    let parents = list(may_cascade.iter().map(|column| {
        quote!(#private::Parent<#table::#column, { #private::Probe::<#table::#column>::CASCADES }>)
    }).collect());
    let probe = (!may_cascade.is_empty()).then(|| quote!(use #private::NotCascaded as _;));
    let cascades = cascade.iter().map(|key| cascade_column(facts, key));
    quote! {
        #probe
        #[automatically_derived]
        impl #private::TableFacts<#private::Stated> for #table::table {
            type Marker = #table::#marker;
            type Touch = #touch;
            type Clear = #clear;
            type Operation = #operation;
            type Relations = #runtime::Related<#children, #parents>;
            const UNIT: #runtime::Unit = #unit;
        }
        #(#cascades)*
    }
}

/// `Cascade<(posts::user_id,)>`
fn child(kind: &TokenStream, key: &ForeignKey) -> TokenStream {
    let columns = &key.columns;
    quote!(#kind<(#(#columns,)*)>)
}

/// Tells the child's table of the parent.
fn cascade_column(facts: &Facts, key: &ForeignKey) -> TokenStream {
    let Facts { runtime, table, .. } = facts;
    let ForeignKey {
        table: child_table,
        columns,
    } = key;
    let last = columns.last();
    let message = format!(
        "the facts of `{}` have to name the column that `{}` cascades by: give its model the field, or add `parents({})`",
        name_of(Some(child_table)),
        name_of(Some(table)),
        name_of(last),
    );
    quote! {
        #[automatically_derived]
        impl #runtime::__private::CascadeColumn for #last {
            type Parent = #table::table;
            type ForeignKey = (#(#columns,)*);
        }
        const _: () = #runtime::__private::assert_knows_parent::<#child_table::table, #last>(#message);
    }
}

fn name_of(path: Option<&Path>) -> String {
    let last = path.and_then(|path| path.segments.last());
    last.map(|segment| segment.ident.to_string())
        .unwrap_or_default()
}

/// `(a, (b, ()))`
fn list(entries: Vec<TokenStream>) -> TokenStream {
    let entries = entries.into_iter().rev();
    entries.fold(quote!(()), |rest, entry| quote!((#entry, #rest)))
}

/// `()` or `(column, rest)`
fn columns<'a>(table: &Path, names: impl Iterator<Item = &'a syn::Ident>) -> TokenStream {
    list(names.map(|name| quote!(#table::#name)).collect())
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
