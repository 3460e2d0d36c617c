//! Checks what the user wrote, and builds the model from it.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Ident, Path, parse_quote_spanned};

use crate::attr::{self, Keys, Table, Tables};
use crate::diesel_attr;
use crate::errors::{self, Errors};
use crate::model::{Facts, Field, ForeignKey, MarkerField, Model, text_of};

/// The model, if its table is known, and everything that is wrong with it.
pub(crate) fn model(input: &DeriveInput) -> (Option<Model<'_>>, Errors) {
    let mut errors = Errors::default();
    let keys = Keys::from_attributes(&input.attrs, &mut errors);
    let Data::Struct(data) = &input.data else {
        let mut errors = Errors::default();
        errors.at(input.ident.span(), errors::NOT_A_STRUCT);
        return (None, errors);
    };

    let table =
        diesel_attr::table_name(&input.attrs).unwrap_or_else(|| default_table(&input.ident));
    let runtime = check_runtime(&keys, &mut errors);
    let marker = keys
        .column
        .clone()
        .unwrap_or_else(|| Ident::new("deleted_at", input.ident.span()));
    let model = Model {
        ident: &input.ident,
        generics: &input.generics,
        default_scope: check_base_query(&input.attrs, &keys, &mut errors),
        field: marker_field(data, &keys, &marker),
        shared: keys
            .seen
            .iter()
            .find(|key| *key == "shared_table")
            .map(Ident::span),
        facts: if keys.shared_table {
            check_shared(&keys, &mut errors);
            None
        } else {
            let columns = if keys.no_default_scope {
                Vec::new() // the fields need not be columns then
            } else {
                fields(data).into_iter().map(|(column, _)| column).collect()
            };
            Some(facts(&runtime, &table, marker, keys, columns, &mut errors))
        },
        runtime,
        table,
    };
    (Some(model), errors)
}

pub(crate) fn tables(tables: Tables) -> (Vec<Facts>, Errors) {
    let mut all = Errors::default();
    let facts = tables.0.into_iter().filter_map(|table| {
        let Table {
            path,
            mut keys,
            mut errors,
        } = table;
        let runtime = check_runtime(&keys, &mut errors);
        let facts = keys
            .column
            .take()
            .map(|marker| facts(&runtime, &path, marker, keys, Vec::new(), &mut errors));
        all.append(errors);
        facts
    });
    (facts.collect(), all)
}

fn facts(
    runtime: &Path,
    table: &Path,
    marker: Ident,
    keys: Keys,
    columns: Vec<Ident>,
    errors: &mut Errors,
) -> Facts {
    check_columns_once(&marker, &keys, errors);
    Facts {
        runtime: runtime.clone(),
        table: table.clone(),
        unit: check_unit(keys.unit.clone(), errors),
        cascade: check_foreign_keys(&keys.cascade, errors),
        restrict: check_foreign_keys(&keys.restrict, errors),
        may_cascade: may_cascade(&marker, &keys, columns),
        marker,
        operation: keys.operation,
        touch: keys.touch,
        clear: keys.clear,
        guarded: keys.guarded,
    }
}

/// The columns that another table may cascade by: those without a role of their own, and those that `parents` names.
fn may_cascade(marker: &Ident, keys: &Keys, columns: Vec<Ident>) -> Vec<Ident> {
    let facts = keys.touch.iter().chain(&keys.clear).chain(&keys.operation);
    let is_fact = |column: &Ident| column == marker || facts.clone().any(|fact| fact == column);
    let mut candidates: Vec<Ident> = columns.into_iter().filter(|c| !is_fact(c)).collect();
    for column in &keys.parents {
        if !candidates.iter().any(|c| c.unraw() == column.unraw()) {
            candidates.push(column.clone());
        }
    }
    candidates
}

/// The column of a foreign key is written with its table, and a key is named once.
fn check_foreign_keys(keys: &[attr::ForeignKey], errors: &mut Errors) -> Vec<ForeignKey> {
    let mut seen = Vec::new();
    let keys = keys.iter().filter_map(|key| {
        let mut table = key.0[0].clone();
        if key.0.iter().any(|column| column.segments.len() < 2) {
            errors.push(syn::Error::new_spanned(&key.0[0], errors::COLUMN_ALONE));
            return None;
        }
        let text = text_of(&key.0);
        if seen.contains(&text) {
            errors.push(syn::Error::new_spanned(
                &key.0[0],
                errors::foreign_key_twice(&text),
            ));
            return None;
        }
        seen.push(text);
        table.segments.pop();
        table.segments.pop_punct();
        Some(ForeignKey {
            table,
            columns: key.0.clone(),
        })
    });
    keys.collect()
}

/// The model's own fields, by column.
fn fields(data: &syn::DataStruct) -> Vec<(Ident, Field<'_>)> {
    let elsewhere = ["embed", "select_expression", "skip_selection"];
    let fields = data.fields.iter().zip(data.fields.members());
    let fields = fields.filter(|(field, _)| {
        !elsewhere
            .iter()
            .any(|key| diesel_attr::has_key(key, &field.attrs))
    });
    fields
        .filter_map(|(field, member)| Some((column_of(field)?, (member, &field.ty))))
        .collect()
}

fn column_of(field: &syn::Field) -> Option<Ident> {
    diesel_attr::column_name(&field.attrs).or_else(|| field.ident.clone())
}

/// The path has to resolve from wherever the generated code is placed.
fn check_runtime(keys: &Keys, errors: &mut Errors) -> Path {
    match &keys.runtime {
        Some(path) if path.leading_colon.is_some() || path.segments[0].ident == "crate" => {
            path.clone()
        }
        Some(path) => {
            errors.push(syn::Error::new_spanned(path, errors::RELATIVE_CRATE));
            default_runtime()
        }
        None => default_runtime(),
    }
}

/// A model has one base query: that of Diesel's `HasQuery` derive, or that of this one.
fn check_base_query(attributes: &[Attribute], keys: &Keys, errors: &mut Errors) -> bool {
    if keys.no_default_scope {
        return false;
    }
    let base_query = diesel_attr::span_of("base_query", attributes);
    if let Some(span) = base_query {
        errors.at(span, errors::BASE_QUERY);
    }
    base_query.is_none()
}

/// A `shared_table` model states no facts, so keys that do are refused.
fn check_shared(keys: &Keys, errors: &mut Errors) {
    for key in &keys.seen {
        let facts = [
            "cascade",
            "restrict",
            "parents",
            "touch",
            "clear",
            "operation",
            "unit",
        ];
        if facts.iter().any(|fact| key == fact) {
            errors.at(key.span(), errors::SHARED_TABLE_ALONE);
        }
        if key == "guarded" {
            errors.at(key.span(), errors::GUARDED_ELSEWHERE);
        }
    }
}

/// SQL refuses two assignments of one column.
fn check_columns_once(marker: &Ident, keys: &Keys, errors: &mut Errors) {
    let mut seen = vec![marker.unraw()];
    for column in keys.touch.iter().chain(&keys.clear).chain(&keys.operation) {
        let column = column.unraw();
        if seen.contains(&column) {
            errors.at(column.span(), errors::column_twice(&column));
        }
        seen.push(column);
    }
}

fn check_unit(unit: Option<Ident>, errors: &mut Errors) -> Option<Ident> {
    let unit = unit?;
    let variant = match unit.to_string().as_str() {
        "seconds" => "Seconds",
        "millis" => "Millis",
        "micros" => "Micros",
        "nanos" => "Nanos",
        _ => {
            errors.at(unit.span(), errors::unknown_unit(&unit));
            return None;
        }
    };
    Some(Ident::new(variant, unit.span()))
}

/// The field whose column is the marker.
fn marker_field<'a>(data: &'a syn::DataStruct, keys: &Keys, marker: &Ident) -> MarkerField<'a> {
    let is_marker = |column: &Ident| column.unraw() == marker.unraw();
    if keys.shared_table && keys.column.is_none() {
        let mut candidates: Vec<(Ident, Field<'a>)> = Vec::new();
        for (column, field) in fields(data) {
            let twice = candidates.iter().any(|(c, _)| c.unraw() == column.unraw());
            if !twice {
                candidates.push((column, field));
            }
        }
        return MarkerField::AnyOf {
            fields: candidates,
            are_columns: !keys.no_default_scope,
        };
    }
    let members = data.fields.members();
    MarkerField::Of {
        column: marker.clone(),
        stated_elsewhere: keys.shared_table,
        field: data.fields.iter().zip(members).find_map(|(field, member)| {
            is_marker(&column_of(field)?).then_some((member, &field.ty))
        }),
    }
}

/// As Diesel infers it: `snake_case` and an `s`.
fn default_table(model: &Ident) -> Path {
    let mut table = String::new();
    for (index, character) in model.unraw().to_string().chars().enumerate() {
        if character.is_uppercase() && index > 0 {
            table.push('_');
        }
        table.extend(character.to_lowercase());
    }
    table.push('s');
    Ident::new(&table, model.span()).into()
}

fn default_runtime() -> Path {
    let span = Span::call_site();
    parse_quote_spanned!(span=> ::soft_delete_runtime)
}
