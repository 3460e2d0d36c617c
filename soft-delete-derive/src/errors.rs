//! Every message of the macros, and the collection of a run's errors.

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
    "`SoftDeletable` is derived on a struct: derive it on the model of a table";

pub(crate) const EMPTY_LIST: &str = "the list is empty: name a column or remove the key";

pub(crate) const SHARED_TABLE_ALONE: &str =
    "the facts of a `shared_table` are stated elsewhere: remove this key, or `shared_table`";

pub(crate) const GUARDED_ELSEWHERE: &str = "`guarded` belongs to the facts of the table, which a `shared_table` model does not state: remove it here, and add it to `soft_delete_table!` or to the model that states them";

pub(crate) const BASE_QUERY: &str = "`base_query` is for Diesel's `HasQuery`, which `SoftDeletable` implements: remove it, or add `#[soft_delete(no_default_scope)]` and begin it with `dsl::active(..)`";

pub(crate) const RELATIVE_CRATE: &str = "`crate` takes an absolute path: write `crate = ::soft_delete_runtime` or `crate = crate::reexport`";

pub(crate) const COLUMN_ALONE: &str =
    "the child's column is named with its table: write `posts::user_id`";

/// What the compiler says of a constant of ours that does not hold.
pub(crate) fn not_the_marker(column: &str, table: &str) -> String {
    format!(
        "`column = {column}`, but the facts of `{table}`, which are stated elsewhere, say another marker: remove `column`, which a `shared_table` does not need"
    )
}

/// The same.
pub(crate) fn in_both(key: &str) -> String {
    format!(
        "the foreign key `{key}` is in `cascade` and in `restrict`: its rows go along, or they forbid the deletion, so remove one"
    )
}

/// The same.
pub(crate) fn unknown_parent(child: &str, parent: &str, column: &str) -> String {
    format!(
        "`cascade` or `restrict` of `{parent}` names `{child}::{column}`, which the facts of `{child}` have to name too: give its model the field `{column}`, or add `parents({column})`"
    )
}

pub(crate) fn unknown_key(key: &impl std::fmt::Display, valid: &[&str]) -> String {
    let valid: Vec<_> = valid.iter().map(|key| format!("`{key}`")).collect();
    format!(
        "unknown key `{key}` in `soft_delete`: use one of {}",
        valid.join(", ")
    )
}

pub(crate) fn duplicate_key(key: &impl std::fmt::Display) -> String {
    format!("`{key}` stands twice in `soft_delete`: remove one")
}

pub(crate) fn wrong_form(form: &str) -> String {
    format!("wrong form: write `{form}`")
}

pub(crate) fn unknown_unit(unit: &impl std::fmt::Display) -> String {
    format!("unknown unit `{unit}`: use one of `seconds`, `millis`, `micros`, `nanos`")
}

pub(crate) fn column_twice(column: &impl std::fmt::Display) -> String {
    format!(
        "the column `{column}` is named twice: an operation writes each column once, remove one"
    )
}

/// What the compiler prints of a method of a `guarded` table.
pub(crate) fn guarded(table: &impl std::fmt::Display) -> String {
    format!(
        "it reaches deleted rows too: write `{table}::table.active()`, `.only_deleted()` or `.with_deleted()` first"
    )
}
