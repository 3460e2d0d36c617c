//! The messages of the macros, and the errors of one input.

use proc_macro2::{Span, TokenStream};

/// All mistakes of one input, reported together.
#[derive(Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            none => *none = Some(error),
        }
    }

    pub(crate) fn at(&mut self, span: Span, message: impl std::fmt::Display) {
        self.push(syn::Error::new(span, message));
    }

    pub(crate) fn append(&mut self, other: Errors) {
        if let Some(error) = other.0 {
            self.push(error);
        }
    }

    pub(crate) fn to_compile_error(&self) -> TokenStream {
        self.0
            .as_ref()
            .map(syn::Error::to_compile_error)
            .unwrap_or_default()
    }
}

pub(crate) const NOT_A_STRUCT: &str =
    "`SoftDeletable` can only be derived on a struct: derive it on the model of a table";

pub(crate) const EMPTY_LIST: &str = "the list is empty: name a column or remove the key";

pub(crate) const SHARED_TABLE_ALONE: &str =
    "the facts of a `shared_table` are stated elsewhere: remove this key, or `shared_table`";

pub(crate) const GUARDED_ELSEWHERE: &str = "`guarded` belongs to the facts of the table, which a `shared_table` model does not state: remove it here, and add it to `soft_delete_table!` or to the model that states them";

pub(crate) const BASE_QUERY: &str = "`base_query` is for Diesel's `HasQuery`, which `SoftDeletable` implements: remove it, or add `#[soft_delete(no_default_scope)]` and begin it with `dsl::active(..)`";

pub(crate) const RELATIVE_CRATE: &str = "`crate` takes an absolute path: write `crate = ::soft_delete_runtime` or `crate = crate::reexport`";

pub(crate) const COLUMN_ALONE: &str = "expected a column with its table: write `posts::user_id`";

/// Printed by the compiler where a constant that the macro writes fails to evaluate.
pub(crate) fn not_the_marker(column: &str, table: &str) -> String {
    format!(
        "`{column}` is not the marker of `{table}`, whose facts are stated elsewhere: remove `column`, which a `shared_table` does not need"
    )
}

/// Likewise.
pub(crate) fn in_both(key: &str) -> String {
    format!(
        "the foreign key `{key}` is in both `cascade` and `restrict`: remove it from one of them"
    )
}

/// Likewise.
pub(crate) fn key_is_written(table: &str) -> String {
    format!(
        "the primary key of `{table}` has the marker or a column of `touch`, `clear` or `operation`, which operations write: name another column"
    )
}

/// Likewise.
pub(crate) fn foreign_key_is_written(key: &str) -> String {
    format!(
        "the foreign key `{key}` has the marker or a column of `touch`, `clear` or `operation`, which operations write: name another column"
    )
}

/// Likewise.
pub(crate) fn own_parent(key: &str, table: &str) -> String {
    format!(
        "`{key}` is the primary key of `{table}`, so each row would be its own parent: name the column that refers to the parent"
    )
}

/// Likewise.
pub(crate) fn units_differ(parent: &str, child: &str) -> String {
    format!(
        "cannot cascade from `{parent}` to `{child}`: their markers have different units: write the same `unit` for both tables"
    )
}

/// Likewise.
pub(crate) fn no_literals(parent: &str, child: &str) -> String {
    format!(
        "cannot cascade from `{parent}` to `{child}`: the statements of a tree need the SQL of a marker type of your own: add `MarkerType::SQL_LITERALS` to it"
    )
}

/// Likewise.
pub(crate) fn unknown_parent(child: &str, parent: &str, column: &str) -> String {
    format!(
        "`cascade` or `restrict` of `{parent}` names `{child}::{column}`, which the facts of `{child}` have to name too, in this crate: give its model the field `{column}`, or add `parents({column})`"
    )
}

pub(crate) fn foreign_key_twice(key: &str) -> String {
    format!("the foreign key `{key}` is named twice: remove one")
}

pub(crate) fn marker_first(table: &str, column: &impl std::fmt::Display) -> String {
    format!("the marker column comes first, without a key: write `{table}({column})`")
}

pub(crate) const PARENTS_IN_PARENTHESES: &str = "`parents` is one flat list, in which the columns of a composite foreign key follow each other: write `parents(org_id, user_id)`";

pub(crate) fn unknown_key(key: &impl std::fmt::Display, valid: &[&str]) -> String {
    let valid: Vec<_> = valid.iter().map(|key| format!("`{key}`")).collect();
    format!(
        "unknown key `{key}` in `soft_delete`: use one of {}",
        valid.join(", ")
    )
}

pub(crate) fn duplicate_key(key: &impl std::fmt::Display) -> String {
    format!("duplicate key `{key}` in `soft_delete`: remove one")
}

pub(crate) fn expected(form: &str) -> String {
    format!("expected `{form}`")
}

pub(crate) fn unknown_unit(unit: &impl std::fmt::Display) -> String {
    format!("unknown unit `{unit}`: use one of `seconds`, `millis`, `micros`, `nanos`")
}

pub(crate) fn column_twice(column: &impl std::fmt::Display) -> String {
    format!(
        "the column `{column}` is named twice, and an operation writes each column once: remove one"
    )
}

/// The note of the deprecated methods of a `guarded` table.
pub(crate) fn guarded(table: &impl std::fmt::Display) -> String {
    format!(
        "it reaches deleted rows too: write `{table}::table.active()`, `.only_deleted()` or `.with_deleted()` first"
    )
}
