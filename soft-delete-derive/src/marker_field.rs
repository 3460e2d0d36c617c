//! The field of a model that tells whether a row is deleted.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Ident, Path};

use crate::errors;
use crate::model::{MarkerField, Model, name_of};
use crate::span::{at, mixed};

pub(crate) fn marker_field(model: &Model<'_>) -> TokenStream {
    let Model {
        runtime,
        ident,
        table,
        ..
    } = model;
    let (impl_generics, ty_generics, where_clause) = model.generics.split_for_impl();
    match &model.field {
        MarkerField::Of {
            column,
            stated_elsewhere,
            field,
        } => {
            let check = stated_elsewhere.then(|| is_marker(runtime, table, column));
            let field = field.as_ref().map(|(member, ty)| {
                quote! {
                    #[automatically_derived]
                    impl #impl_generics #runtime::types::MarkerField for #ident #ty_generics #where_clause {
                        type Field = #ty;

                        fn marker_field(&self) -> &Self::Field {
                            &self.#member
                        }
                    }
                }
            });
            quote!(#check #field)
        }
        MarkerField::AnyOf {
            fields,
            are_columns,
        } => fields
            .iter()
            .enumerate()
            .map(|(number, (column, (member, ty)))| {
                let (named, column) = if *are_columns {
                    (None, quote!(#table::#column))
                } else {
                    let (named, column) = column_if_any(model, number, column);
                    (Some(named), column)
                };
                quote! {
                    #named
                    #[automatically_derived]
                    impl #impl_generics #runtime::__private::FieldOf<#column>
                        for #ident #ty_generics #where_clause
                    {
                        type Field = #ty;

                        fn field(&self) -> &Self::Field {
                            &self.#member
                        }
                    }
                }
            })
            .collect(),
    }
}

/// The column of that name, or a type of its own where the table has none: the import, which is
/// nearer, goes before the type. Nothing else is looked up there.
fn column_if_any(model: &Model<'_>, number: usize, column: &Ident) -> (TokenStream, TokenStream) {
    let Model { runtime, table, .. } = model;
    let name = Ident::new(&format!("__Column{number}"), Span::mixed_site());
    let private = quote!(#runtime::__private);
    let named = quote! {
        enum #name {}
        const _: () = {
            #[allow(dead_code, non_camel_case_types)]
            enum #column {}
            const _: () = {
                #[allow(unused_imports)]
                use #table::columns::*;
                #[automatically_derived]
                impl #private::Named for #name {
                    type Column = #column;
                }
            };
        };
    };
    (named, quote!(<#name as #private::Named>::Column))
}

/// Refuses a column that is not the marker of the facts.
fn is_marker(runtime: &Path, table: &Path, column: &Ident) -> TokenStream {
    let message = errors::not_the_marker(&column.to_string(), &name_of(Some(table)));
    let span = mixed(column.span());
    let private = at(span, quote!(#runtime::__private));
    quote_spanned! {span=>
        const _: () = {
            use #private::Differ as _;
            #private::assert_is_marker(
                #private::Pair::<#private::Marker<#table::table>, #table::#column>::SAME,
                #message,
            )
        };
    }
}
