//! What generated code names.

pub use diesel;

pub use crate::relation::{CascadeColumn, NotCascaded, Parent, Probe, assert_knows_parent};
pub use crate::table::{
    TableFacts, add_shared_table_to_every_model_of_the_table_but_one as Stated,
};

/// The unit, for a marker that it has a meaning for.
pub const fn unit_of<C>(unit: crate::Unit) -> crate::Unit
where
    C: diesel::Expression<SqlType: crate::EpochType>,
{
    unit
}
