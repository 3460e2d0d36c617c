//! Predicates: whether a row is deleted.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_source::{Alias, AliasSource, AliasedField};
use diesel::sql_types::Bool;

use crate::column::SqlTypeOf;
use crate::marker::{MarkerType, MomentMarker, Predicate};
use crate::table::{Marker, SoftDeleteTable};

macro_rules! predicate {
    ($(#[$doc:meta])* $name:ident, $walk:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, QueryId, ValidGrouping)]
        pub struct $name<C>(pub(crate) C);

        // That the column can mark is asked of the table and of the SQL, not here: a table with a
        // column that cannot is one error, and not a second one in each query.
        impl<C: Expression> Expression for $name<C> {
            type SqlType = Bool;
        }

        impl<C, QS: ?Sized> AppearsOnTable<QS> for $name<C> where C: AppearsOnTable<QS> {}

        impl<C, QS: ?Sized> SelectableExpression<QS> for $name<C> where C: SelectableExpression<QS> {}

        impl<C, DB> QueryFragment<DB> for $name<C>
        where
            DB: Backend,
            C: Expression<SqlType: MarkerType> + QueryFragment<DB>,
        {
            fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
                $walk(&self.0, out)
            }
        }
    };
}

predicate!(
    /// `("users"."deleted_at" IS NULL)`: what [`is_active`](crate::is_active) returns.
    IsActive,
    walk_active
);
predicate!(
    /// `("users"."deleted_at" IS NOT NULL)`: what [`is_deleted`](crate::is_deleted) returns.
    IsDeleted,
    walk_deleted
);
predicate!(
    /// `((NOT "comments"."deleted") OR "comments"."deleted" IS NULL)`: what
    /// [`is_active_or_absent`](crate::is_active_or_absent) returns.
    IsActiveOrAbsent,
    walk_active_or_absent
);

fn walk_active<'b, C, DB>(marker: &'b C, out: AstPass<'_, 'b, DB>) -> QueryResult<()>
where
    DB: Backend,
    C: Expression<SqlType: MarkerType> + QueryFragment<DB>,
{
    walk(SqlTypeOf::<C>::ACTIVE, marker, out)
}

fn walk_deleted<'b, C, DB>(marker: &'b C, out: AstPass<'_, 'b, DB>) -> QueryResult<()>
where
    DB: Backend,
    C: Expression<SqlType: MarkerType> + QueryFragment<DB>,
{
    walk(SqlTypeOf::<C>::DELETED, marker, out)
}

fn walk_active_or_absent<'b, C, DB>(marker: &'b C, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()>
where
    DB: Backend,
    C: Expression<SqlType: MarkerType> + QueryFragment<DB>,
{
    if SqlTypeOf::<C>::NULL_IS_ACTIVE {
        return walk_active(marker, out);
    }
    out.push_sql("(");
    walk_active(marker, out.reborrow())?;
    out.push_sql(" OR ");
    marker.walk_ast(out.reborrow())?;
    out.push_sql(" IS NULL)");
    Ok(())
}

fn walk<'b, C, DB>(
    Predicate { before, after }: Predicate,
    marker: &'b C,
    mut out: AstPass<'_, 'b, DB>,
) -> QueryResult<()>
where
    DB: Backend,
    C: QueryFragment<DB>,
{
    out.push_sql(before);
    marker.walk_ast(out.reborrow())?;
    out.push_sql(after);
    Ok(())
}

macro_rules! comparison {
    ($(#[$doc:meta])* $name:ident, $operator:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, QueryId, ValidGrouping)]
        pub struct $name<C, M> {
            pub(super) marker: C,
            pub(super) moment: M,
        }

        impl<C, M> Expression for $name<C, M>
        where
            C: Expression,
            M: Expression,
        {
            type SqlType = diesel::sql_types::Nullable<Bool>;
        }

        impl<C, M, QS: ?Sized> AppearsOnTable<QS> for $name<C, M>
        where
            C: AppearsOnTable<QS>,
            M: AppearsOnTable<QS>,
        {
        }

        impl<C, M, QS: ?Sized> SelectableExpression<QS> for $name<C, M>
        where
            C: SelectableExpression<QS>,
            M: SelectableExpression<QS>,
        {
        }

        impl<C, M, DB> QueryFragment<DB> for $name<C, M>
        where
            DB: Backend,
            C: Expression<SqlType: MomentMarker> + QueryFragment<DB>,
            M: QueryFragment<DB>,
        {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
                let sentinel = SqlTypeOf::<C>::SENTINEL;
                if sentinel {
                    out.push_sql("(");
                    walk_deleted(&self.marker, out.reborrow())?;
                    out.push_sql(" AND ");
                }
                out.push_sql("(");
                self.marker.walk_ast(out.reborrow())?;
                out.push_sql($operator);
                self.moment.walk_ast(out.reborrow())?;
                out.push_sql(")");
                if sentinel {
                    out.push_sql(")");
                }
                Ok(())
            }
        }
    };
}

comparison!(
    /// `("users"."deleted_at" < $1)`: the predicate of [`deleted_before`](crate::ScopeDsl::deleted_before).
    DeletedBefore,
    " < "
);
comparison!(
    /// `("users"."deleted_at" >= $1)`: the predicate of [`deleted_since`](crate::ScopeDsl::deleted_since).
    DeletedSince,
    " >= "
);

/// Something that has a marker: a soft-delete table, or an [`alias!`](diesel::alias) of one.
#[diagnostic::on_unimplemented(
    message = "the predicate takes a soft-delete table, or an alias of one",
    label = "not a soft-delete table",
    note = "if it is a table or an alias, add `#[derive(SoftDeletable)]` to a model of the table, or `soft_delete_table! {{ posts(deleted_at) }}` where it has none",
    note = "if it is a query, pass only its table: `query.filter(is_active(posts::table))`"
)]
pub trait HasMarker {
    /// The marker, qualified by the table or the alias.
    type Marker: Expression<SqlType: MarkerType>;

    /// The marker.
    fn marker(&self) -> Self::Marker;
}

#[diagnostic::do_not_recommend]
impl<T: SoftDeleteTable> HasMarker for T {
    type Marker = Marker<T>;

    fn marker(&self) -> Self::Marker {
        Self::Marker::default()
    }
}

impl<S> HasMarker for Alias<S>
where
    S: AliasSource<Target: SoftDeleteTable>,
{
    type Marker = AliasedField<S, Marker<S::Target>>;

    fn marker(&self) -> Self::Marker {
        self.field(Marker::<S::Target>::default())
    }
}

/// The predicate "is not deleted" on a table or an alias: `("users"."deleted_at" IS NULL)`.
///
/// It is the predicate that [`active`](crate::ScopeDsl::active) filters by, for joins, `ON`, `EXISTS`,
/// boxed queries and aliases. The marker is always qualified, there is no bind parameter, and parentheses
/// keep it right inside of any expression: `(NOT "comments"."deleted")` for a flag.
///
/// ```
/// # include!("../doctest_setup.rs");
/// use soft_delete_runtime::is_active;
///
/// # fn main() -> QueryResult<()> {
/// # let conn = &mut connection();
/// // active users, once for each active post
/// let written = users::table
///     .active()
///     .inner_join(posts::table)
///     .filter(is_active(posts::table))
///     .select(users::name)
///     .load::<String>(conn)?;
/// # assert_eq!(written, ["Sean"]);
/// # Ok(())
/// # }
/// ```
#[allow(clippy::needless_pass_by_value)] // a table is passed by value everywhere in Diesel
pub fn is_active<S: HasMarker>(source: S) -> IsActive<S::Marker> {
    IsActive(source.marker())
}

/// The predicate "is deleted" on a table or an alias: `("users"."deleted_at" IS NOT NULL)`.
///
/// The opposite of [`is_active`].
///
/// ```
/// # include!("../doctest_setup.rs");
/// use soft_delete_runtime::is_deleted;
///
/// # fn main() -> QueryResult<()> {
/// # let conn = &mut connection();
/// let orphans = posts::table
///     .active()
///     .inner_join(users::table)
///     .filter(is_deleted(users::table))
///     .select(posts::title)
///     .load::<String>(conn)?;
/// # assert_eq!(orphans, ["Farewell"]);
/// # Ok(())
/// # }
/// ```
#[allow(clippy::needless_pass_by_value)] // a table is passed by value everywhere in Diesel
pub fn is_deleted<S: HasMarker>(source: S) -> IsDeleted<S::Marker> {
    IsDeleted(source.marker())
}

/// The predicate "is not deleted, or is not there" on the table of a left join:
/// `((NOT "comments"."deleted") OR "comments"."deleted" IS NULL)`.
///
/// For a filter after the join. A left join gives NULL where there is no row, so with a flag or an
/// epoch [`is_active`] is not true there and would make it an inner join. With a nullable marker it is
/// `("posts"."deleted_at" IS NULL)`, which is true of both.
///
/// A post whose comments are all deleted is left out by it; with
/// [`left_join_active`](crate::JoinActiveDsl::left_join_active) it stays, without them.
///
/// ```
/// # include!("../doctest_setup.rs");
/// use soft_delete_runtime::is_active_or_absent;
///
/// # fn main() -> QueryResult<()> {
/// # let conn = &mut connection();
/// let titles = users::table
///     .active()
///     .left_join(posts::table)
///     .filter(is_active_or_absent(posts::table))
///     .order(posts::id)
///     .select((users::name, posts::title.nullable()))
///     .load::<(String, Option<String>)>(conn)?;
/// # assert_eq!(titles.len(), 1);
/// # Ok(())
/// # }
/// ```
#[allow(clippy::needless_pass_by_value)] // a table is passed by value everywhere in Diesel
pub fn is_active_or_absent<S: HasMarker>(source: S) -> IsActiveOrAbsent<S::Marker> {
    IsActiveOrAbsent(source.marker())
}
