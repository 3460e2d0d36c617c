//! What generated code names.

pub use diesel;

pub use crate::closed::{TargetForm, Whole};
pub use crate::column::{ValueColumn, key_columns};
pub use crate::contradiction::{
    Differ, Pair, assert_is_marker, assert_not_in_both, assert_not_the_key,
};
#[cfg(feature = "check")]
pub use crate::facts::{ColumnFacts, ColumnType, Facts, Marks, RelationFacts, Tables};
pub use crate::foreign_key::{
    ChildColumn, Messages, NotNamed, Probe,
    a_foreign_key_is_named_once_by_one_parent_in_the_crate_of_both_tables, assert_is_child,
    assert_no_key_is_written,
};
pub use crate::model::{FieldOf, Named, ScopedModel, SharedModel, StatedElsewhere};
pub use crate::related::Parent;
pub use crate::relation::RelationKind;
pub use crate::table::{
    Marker, TableFacts,
    stated_once_in_the_crate_of_the_schema_by_soft_delete_table_or_a_model_others_need_shared_table,
};

use diesel::dsl::Filter;
use diesel::query_dsl::methods::FilterDsl;

use crate::scope::IsActive;

/// [`Active`](crate::dsl::Active), of a table whose marker the derive knows.
///
/// It names the marker, so that what is wrong with the facts is reported at the facts alone.
pub type DefaultScope<T, C> = Filter<T, IsActive<C>>;

/// The query of a model's `HasQuery`.
pub fn default_scope<T, C>() -> DefaultScope<T, C>
where
    T: Default + FilterDsl<IsActive<C>>,
    C: Default,
{
    FilterDsl::filter(T::default(), IsActive(C::default()))
}

/// The unit, for a marker that it has a meaning for.
pub const fn unit_of<C>(unit: crate::Unit) -> crate::Unit
where
    C: diesel::Expression<SqlType: crate::marker::EpochType>,
{
    unit
}

#[cfg(feature = "check")]
pub use crate::watched::{WatchedTable, WatchedTables};
