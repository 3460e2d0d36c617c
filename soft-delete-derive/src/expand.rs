//! Generates code from the model. It states facts; the logic is in the runtime.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, Path, parse_quote};

use crate::errors::{self, Errors};
use crate::guarded;
use crate::marker_field::marker_field;
use crate::model::{Facts, ForeignKey, Model, name_of, text_of};
use crate::span::{at, mixed};

/// The code of a model, and its errors.
///
/// It is generated even with errors, so that code which uses the model adds none.
pub(crate) fn model(model: Option<&Model<'_>>, errors: &Errors) -> TokenStream {
    let errors = errors.to_compile_error();
    let Some(model) = model else { return errors };
    let facts = model.facts.as_ref().map(table_facts);
    let shared_model = model.shared.map(|span| shared_model(model, span));
    let soft_deletable = soft_deletable(model);
    let marker_field = marker_field(model);
    let has_query = has_query(model);
    let guarded = model.facts.as_ref().and_then(guarded::methods);
    quote! {
        #errors
        const _: () = {
            #facts
            #shared_model
            #soft_deletable
            #marker_field
            #has_query
        };
        #guarded
    }
}

/// The code of tables, and their errors.
pub(crate) fn tables(facts: &[Facts], errors: &Errors) -> TokenStream {
    let errors = errors.to_compile_error();
    let guarded = facts.iter().filter_map(guarded::methods);
    let facts = facts.iter().map(table_facts);
    quote! {
        #errors
        #(const _: () = { #facts };)*
        #(#guarded)*
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
        guarded: _,
    } = facts;
    let touch = columns(table, touch.iter());
    let clear = columns(table, clear.iter());
    let operation = columns(table, operation.iter());
    let private = quote!(#runtime::__private);
    // the compiler prints this name where two models state the facts, or where the table is another crate's
    let once = quote!(#private::stated_once_in_the_crate_of_the_schema_by_soft_delete_table_or_a_model_others_need_shared_table);
    // an alias, so that the compiler points at the column alone when its type is wrong
    let alias = Ident::new("__Marker", mixed(marker.span()));
    let unit = match unit {
        // with the marker, for its type has to be one that has a unit
        Some(unit) => quote_spanned! {mixed(unit.span())=>
            #private::unit_of::<Self::Marker>(#runtime::Unit::#unit)
        },
        None => quote!(#runtime::Unit::Seconds),
    };
    let cascade_types = cascade
        .iter()
        .map(|key| child(&quote!(#runtime::types::Cascade), key));
    let restrict_types = restrict
        .iter()
        .map(|key| child(&quote!(#runtime::types::Restrict), key));
    let probe = (!may_cascade.is_empty()).then(|| quote!(use #private::NotNamed as _;));
    let children = list(cascade_types.chain(restrict_types).collect());
    let parents = list(may_cascade.iter().map(|column| {
        quote!(#private::Parent<#table::#column, { #private::Probe::<#table::#column>::NAMED }>)
    }).collect());
    // the compiler points at the whole of it when a key is wrong
    let span = match (&cascade[..], &restrict[..]) {
        ([key], []) | ([], [key]) => span_of(key),
        _ => Span::call_site(),
    };
    let related = at(span, quote!(#runtime::types::Related));
    let relations = quote_spanned!(span=> #related<#children, #parents>);
    let cascades = cascade
        .iter()
        .map(|key| child_column(facts, key, "Cascade"));
    // a key of both is told once
    let in_cascade = |key: &ForeignKey| {
        cascade
            .iter()
            .any(|other| text_of(&other.columns) == text_of(&key.columns))
    };
    let restricts = restrict
        .iter()
        .filter(|key| !in_cascade(key))
        .map(|key| child_column(facts, key, "Restrict"));
    let in_both = restrict.iter().flat_map(|restricted| {
        cascade
            .iter()
            .map(|key| keys_differ(runtime, key, restricted))
    });
    let message = errors::key_is_written(&name_of(Some(table)));
    let key_check = quote_spanned! {mixed(table.span())=>
        const _: () = #private::assert_no_key_is_written::<#table::table>(#message);
    };
    quote! {
        #probe
        type #alias = #table::#marker;
        pub enum __Stated {}

        #[automatically_derived]
        impl #private::TableFacts<#once> for #table::table {
            type Marker = #alias;
            type Touch = #touch;
            type Clear = #clear;
            type Operation = #operation;
            type Relations = #relations;
            type Stated = __Stated;
            const KEY: &'static [#private::ValueColumn] =
                #private::key_columns::<<Self as #private::diesel::Table>::PrimaryKey, _>();
            const UNIT: #runtime::Unit = #unit;
        }

        #[automatically_derived]
        impl #private::TargetForm<__Stated> for #table::table {
            type Form = #private::Whole;
        }
        #key_check
        #(#cascades)*
        #(#restricts)*
        #(#in_both)*
    }
}

/// Where the compiler points at what is wrong with a foreign key.
fn span_of(key: &ForeignKey) -> Span {
    mixed(
        key.columns
            .first()
            .map_or_else(Span::call_site, Spanned::span),
    )
}

/// `Cascade<(posts::user_id,)>`
fn child(kind: &TokenStream, key: &ForeignKey) -> TokenStream {
    let columns = &key.columns;
    quote!(#kind<(#(#columns,)*)>)
}

/// States the parent at the child's column.
fn child_column(facts: &Facts, key: &ForeignKey, kind: &str) -> TokenStream {
    let Facts { runtime, table, .. } = facts;
    let ForeignKey {
        table: child_table,
        columns,
    } = key;
    let last = columns.last();
    let (parent, child) = (name_of(Some(table)), name_of(Some(child_table)));
    let message = errors::unknown_parent(&child, &parent, &name_of(last));
    let text = text_of(columns);
    let own_parent = errors::own_parent(&text, &parent);
    let written = errors::foreign_key_is_written(&text);
    let span = span_of(key);
    let private = at(span, quote!(#runtime::__private));
    // the compiler prints this name where two lists name the key, or where the child is another crate's
    let once =
        quote!(#private::a_foreign_key_is_named_once_by_one_parent_in_the_crate_of_both_tables);
    let once = at(span, once);
    let units = errors::units_differ(&parent, &child);
    let literals = errors::no_literals(&parent, &child);
    let kind = Ident::new(kind, Span::call_site());
    quote_spanned! {span=>
        #[automatically_derived]
        impl #private::ChildColumn<#once> for #last {
            type Parent = #table::table;
            type ForeignKey = (#(#columns,)*);
            const KIND: #runtime::__private::RelationKind = #runtime::__private::RelationKind::#kind;
        }
        const _: () = #private::assert_is_child::<#child_table::table, #last>(#private::Messages {
            written: #written,
            unknown: #message,
            units: #units,
            literals: #literals,
        });
        const _: () = {
            use #private::Differ as _;
            #private::assert_not_the_key(
                #private::Pair::<(#(#columns),*), <#table::table as #private::diesel::Table>::PrimaryKey>::SAME,
                #own_parent,
            )
        };
    }
}

/// Refuses a foreign key that is in both `cascade` and `restrict`.
fn keys_differ(runtime: &Path, cascaded: &ForeignKey, restricted: &ForeignKey) -> TokenStream {
    let (cascaded, columns) = (&cascaded.columns, &restricted.columns);
    let message = errors::in_both(&text_of(&restricted.columns));
    let span = span_of(restricted);
    let private = at(span, quote!(#runtime::__private));
    quote_spanned! {span=>
        const _: () = {
            use #private::Differ as _;
            #private::assert_not_in_both(
                #private::Pair::<(#(#cascaded,)*), (#(#columns,)*)>::SAME,
                #message,
            )
        };
    }
}

/// `(a, (b, ()))`
fn list(entries: Vec<TokenStream>) -> TokenStream {
    let entries = entries.into_iter().rev();
    entries.fold(quote!(()), |rest, entry| quote!((#entry, #rest)))
}

/// `()` or `(column, rest)`
fn columns<'a>(
    table: &Path,
    names: impl DoubleEndedIterator<Item = &'a Ident> + ExactSizeIterator,
) -> TokenStream {
    let one = names.len() == 1;
    names.rev().fold(quote!(()), |rest, name| {
        // the compiler points at the outer parentheses when the type of any column is wrong
        let span = if one {
            mixed(name.span())
        } else {
            Span::call_site()
        };
        quote_spanned!(span=> (#table::#name, #rest))
    })
}

/// Before what needs the facts, so that where there are none its message is printed first.
fn shared_model(model: &Model<'_>, span: Span) -> TokenStream {
    let Model {
        runtime,
        ident,
        table,
        ..
    } = model;
    let (impl_generics, ty_generics, where_clause) = model.generics.split_for_impl();
    let span = mixed(span);
    let private = at(span, quote!(#runtime::__private));
    let shared = quote_spanned!(span=> #private::SharedModel<#table::table>);
    quote! {
        #[automatically_derived]
        impl #impl_generics #shared for #ident #ty_generics #where_clause {}
    }
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
    // The marker by its name where it is known. When two models state the facts of the table, that is
    // then the only error.
    let marker = match &model.facts {
        Some(facts) => {
            let marker = Ident::new("__Marker", mixed(facts.marker.span()));
            quote!(#marker)
        }
        None => quote!(#runtime::__private::Marker<#table::table>),
    };
    // at one span, so that a model that is not `Selectable` gets fewer errors
    let mut ident = Ident::clone(ident);
    ident.set_span(Span::call_site());
    Some(quote! {
        // first, so that its message is printed before that of the other impl
        impl #impl_generics #runtime::__private::ScopedModel<__DB> for #ident #ty_generics #where_clause {}

        #[automatically_derived]
        impl #impl_generics #diesel::HasQuery<__DB> for #ident #ty_generics #where_clause {
            type BaseQuery = #runtime::__private::DefaultScope<#table::table, #marker>;

            fn base_query() -> Self::BaseQuery {
                #runtime::__private::default_scope::<#table::table, #marker>()
            }
        }
    })
}
