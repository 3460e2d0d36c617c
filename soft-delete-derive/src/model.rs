//! What is true: the checked input, from which the code is written.

use syn::{Generics, Ident, Member, Path, Type};

/// A model.
pub(crate) struct Model<'a> {
    pub(crate) runtime: Path,
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) table: Path,
    /// `None` where they are stated elsewhere.
    pub(crate) facts: Option<Facts>,
    pub(crate) default_scope: bool,
    /// The field of the marker, if the model has it.
    pub(crate) field: Option<(Member, &'a Type)>,
}

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
