//! Operations on a table with relations: the rows, and what goes along with them.

mod ancestors;
mod carry_out;
mod delete;
mod graph;
mod levels;
mod many_stamps;
mod operation;
mod outcome;
mod parents;
mod purge;
mod reached;
mod read;
mod reassign;
mod report;
mod restore;
mod run;
mod stamp;

pub(crate) use self::carry_out::{Outcome, hold, load, report};
pub(crate) use self::graph::{Graph, Member};
pub use self::operation::{
    HoldActive, TreeOperation, TreePurge, TreeRestore, TreeReturning, TreeSoftDelete,
};
pub(crate) use self::read::{ReadColumn, RowFilter};
pub use self::report::Report;
pub(crate) use self::run::{Run, statement};
