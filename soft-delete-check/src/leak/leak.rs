//! What is reported.
/// What a statement does that it should not, or not without saying so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// r
    Read,
    /// u
    Update,
    /// u
    Upsert,
    /// d
    Delete,
    /// e
    AlwaysEmpty,
    /// n
    NotParsed,
}
