//! SQL as syntax: the statements of an operation, made of clauses and expressions.
//!
//! They are plain data ([`syntax`]); `walk` and `expr` make text of them.

mod backend;
mod changes;
mod expr;
mod marks;
mod returns;
mod set;
mod syntax;
mod walk;
mod write;

pub use self::backend::TreeBackend;
pub use self::changes::{Changes, ChangesFor, ChangesOf};
pub(crate) use self::expr::CHILD;
pub(crate) use self::marks::Marks;
pub(crate) use self::returns::{Returns, Selected};
pub(crate) use self::set::{set_active, set_deleted, set_stamp};
pub(crate) use self::syntax::{
    Body, Delete, Expr, Hold, Limit, Recursive, Select, Source, State, Statement, UndeclaredKey,
    Update,
};
pub(crate) use self::write::walk_in;
