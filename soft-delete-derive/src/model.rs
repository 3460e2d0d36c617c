//! The checked input, from which the code is generated.

use proc_macro2::Span;
use quote::quote;
use syn::{Generics, Ident, Member, Path, Type};

/// A model.
pub(crate) struct Model<'a> {
    pub(crate) runtime: Path,
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) table: Path,
    /// Where it says that the facts are stated elsewhere.
    pub(crate) shared: Option<Span>,
    /// `None` where they are stated elsewhere.
    pub(crate) facts: Option<Facts>,
    pub(crate) default_scope: bool,
    /// The field of the marker, if the model has it, or the fields that may be it.
    pub(crate) field: MarkerField<'a>,
}

/// The field of a model that tells whether a row is deleted.
pub(crate) enum MarkerField<'a> {
    /// The field of this column, if the model has it. A column that is named beside facts that are
    /// stated elsewhere has to be the marker there.
    Of {
        column: Ident,
        stated_elsewhere: bool,
        field: Option<Field<'a>>,
    },
    /// One of these: the facts, which are stated elsewhere, tell which. Without a default scope the
    /// fields need not be columns.
    AnyOf {
        fields: Vec<(Ident, Field<'a>)>,
        are_columns: bool,
    },
}

/// A field of the model.
pub(crate) type Field<'a> = (Member, &'a Type);

/// The facts of a table.
pub(crate) struct Facts {
    pub(crate) runtime: Path,
    pub(crate) table: Path,
    pub(crate) marker: Ident,
    pub(crate) cascade: Vec<ForeignKey>,
    pub(crate) restrict: Vec<ForeignKey>,
    /// The columns that another table may cascade by.
    pub(crate) may_cascade: Vec<Ident>,
    pub(crate) operation: Option<Ident>,
    pub(crate) touch: Option<Ident>,
    pub(crate) clear: Vec<Ident>,
    pub(crate) unit: Option<Ident>,
    pub(crate) guarded: bool,
}

/// A foreign key of another table.
pub(crate) struct ForeignKey {
    /// The table of the columns.
    pub(crate) table: Path,
    pub(crate) columns: Vec<Path>,
}

/// The columns of a foreign key as they are written.
pub(crate) fn text_of(columns: &[Path]) -> String {
    let columns = columns.iter();
    let columns = columns.map(|path| quote!(#path).to_string().replace(' ', ""));
    columns.collect::<Vec<_>>().join(", ")
}

/// The last part of a path, as a message names it.
pub(crate) fn name_of(path: Option<&Path>) -> String {
    let last = path.and_then(|path| path.segments.last());
    last.map(|segment| segment.ident.to_string())
        .unwrap_or_default()
}
