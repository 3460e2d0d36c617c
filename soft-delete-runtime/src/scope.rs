//! Scopes: which rows a query reads.

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, AsExpression, Expression, SelectableExpression, ValidGrouping,
};
use diesel::internal::table_macro::{BoxedSelectStatement, FromClause, SelectStatement};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_dsl::methods::FilterDsl;
use diesel::query_source::{Alias, AliasSource, AliasedField};
use diesel::sql_types::Bool;
use diesel::{QueryDsl, QueryResult};

use crate::column::SqlTypeOf;
use crate::marker::{MarkerType, MomentMarker, MomentType, Predicate};
use crate::moment::Moment;
use crate::table::{Marker, SoftDeleteTable};

macro_rules! predicate {
    ($(#[$doc:meta])* $name:ident, $predicate:ident) => {
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
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
                let Predicate { before, after } = SqlTypeOf::<C>::$predicate;
                out.push_sql(before);
                self.0.walk_ast(out.reborrow())?;
                out.push_sql(after);
                Ok(())
            }
        }
    };
}

predicate!(
    /// `"users"."deleted_at" IS NULL`: what [`is_active`](crate::is_active) returns.
    IsActive,
    ACTIVE
);
predicate!(
    /// `"users"."deleted_at" IS NOT NULL`: what [`is_deleted`](crate::is_deleted) returns.
    IsDeleted,
    DELETED
);

macro_rules! comparison {
    ($(#[$doc:meta])* $name:ident, $operator:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, QueryId, ValidGrouping)]
        pub struct $name<C, M> {
            marker: C,
            moment: M,
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
                    let Predicate { before, after } = SqlTypeOf::<C>::DELETED;
                    out.push_sql(before);
                    self.marker.walk_ast(out.reborrow())?;
                    out.push_sql(after);
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
    /// `"users"."deleted_at" < $1`: the predicate of [`deleted_before`](ScopeDsl::deleted_before).
    DeletedBefore,
    " < "
);
comparison!(
    /// `"users"."deleted_at" >= $1`: the predicate of [`deleted_since`](ScopeDsl::deleted_since).
    DeletedSince,
    " >= "
);

/// The moment as it is compared with a marker.
type MomentOf<C> = <<SqlTypeOf<C> as MomentType>::Moment as AsExpression<SqlTypeOf<C>>>::Expression;
/// [`DeletedBefore`] on the marker of a table.
pub type TableDeletedBefore<T> = DeletedBefore<Marker<T>, <T as MomentTable>::Bound>;
/// [`DeletedSince`] on the marker of a table.
pub type TableDeletedSince<T> = DeletedSince<Marker<T>, <T as MomentTable>::Bound>;

/// A table whose marker keeps the moment of the deletion.
#[diagnostic::on_unimplemented(
    message = "the marker of `{Self}` does not keep the moment of the deletion",
    label = "no moment to compare with",
    note = "a date and time marker or an epoch in a `BigInt` does"
)]
pub trait MomentTable: SoftDeleteTable {
    /// The moment as it is bound.
    type Bound;

    /// Binds it.
    fn bound(moment: Moment) -> Self::Bound;
}

#[diagnostic::do_not_recommend]
impl<T> MomentTable for T
where
    T: SoftDeleteTable<Marker: Expression<SqlType: MomentMarker>>,
{
    type Bound = MomentOf<Marker<T>>;

    fn bound(moment: Moment) -> Self::Bound {
        SqlTypeOf::<Marker<T>>::moment(moment, T::UNIT).as_expression()
    }
}

/// Something that has a marker: a soft-delete table, or an [`alias!`](diesel::alias) of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no marker: it is not a soft-delete table",
    label = "not a soft-delete table, nor an alias of one",
    note = "add `#[derive(SoftDeletable)]` to a model of the table, or `soft_delete_table! {{ posts(deleted_at) }}` where it has none"
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

/// The predicate "is not deleted" on a table or an alias: `"users"."deleted_at" IS NULL`.
///
/// It is what [`active`](ScopeDsl::active) filters by, alone: for joins, `ON`, `EXISTS`, boxed
/// queries and aliases. The marker is always qualified, and there is no bind parameter.
///
/// ```
/// # include!("doctest_setup.rs");
/// use soft_delete_runtime::is_active;
///
/// # fn main() -> QueryResult<()> {
/// # let conn = &mut connection();
/// // users with an active post
/// let written = users::table
///     .active()
///     .filter(diesel::dsl::exists(
///         posts::table
///             .filter(posts::user_id.eq(users::id))
///             .filter(is_active(posts::table)),
///     ))
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

/// The predicate "is deleted" on a table or an alias: `"users"."deleted_at" IS NOT NULL`.
///
/// The opposite of [`is_active`].
///
/// ```
/// # include!("doctest_setup.rs");
/// use soft_delete_runtime::is_deleted;
///
/// # fn main() -> QueryResult<()> {
/// # let conn = &mut connection();
/// let orphans = posts::table
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

/// A table, or a query on one table: what a scope can be called on.
#[diagnostic::on_unimplemented(
    message = "a scope is called on one soft-delete table, and `{Self}` is not a query of one",
    label = "not a soft-delete table, nor a query on one",
    note = "if it is a table, add `#[derive(SoftDeletable)]` to a model of it, or `soft_delete_table! {{ posts(deleted_at) }}` where it has none",
    note = "if it is a join, say for each table what is meant: `.filter(is_active(posts::table))`, `.inner_join_active(posts::table)`"
)]
pub trait OneTable {
    /// The table.
    type Table: SoftDeleteTable;
}

#[diagnostic::do_not_recommend]
impl<T: SoftDeleteTable> OneTable for T {
    type Table = T;
}

#[diagnostic::do_not_recommend]
impl<T, S, D, W, O, LOf, G, H, LC> OneTable
    for SelectStatement<FromClause<T>, S, D, W, O, LOf, G, H, LC>
where
    T: SoftDeleteTable,
{
    type Table = T;
}

#[diagnostic::do_not_recommend]
impl<T, ST, DB, GB> OneTable for BoxedSelectStatement<'_, ST, FromClause<T>, DB, GB>
where
    T: SoftDeleteTable,
{
    type Table = T;
}

/// The scopes of tables and of queries on one table.
///
/// A scope is a filter. As with any filter, an `or_filter` after it re-opens it:
///
/// ```
/// # include!("doctest_setup.rs");
/// # fn main() {
/// # let conn = &mut connection();
/// // WRONG: WHERE (("users"."deleted_at" IS NULL) OR ("users"."name" = ?))
/// let leaks = users::table.active().or_filter(users::name.eq("Tess"));
/// // right, scope last: WHERE ((("users"."id" = ?) OR ("users"."name" = ?)) AND ("users"."deleted_at" IS NULL))
/// let scoped = users::table.filter(users::id.eq(1)).or_filter(users::name.eq("Tess")).active();
/// # assert_eq!(leaks.count().get_result(conn), Ok(2));
/// # assert_eq!(scoped.count().get_result(conn), Ok(1));
/// # }
/// ```
pub trait ScopeDsl: QueryDsl + Sized {
    /// Leaves the deleted rows out: `WHERE "users"."deleted_at" IS NULL`.
    ///
    /// ```
    /// # include!("doctest_setup.rs");
    /// # fn main() -> QueryResult<()> {
    /// # let conn = &mut connection();
    /// let names = users::table.active().select(users::name).load::<String>(conn)?;
    /// assert_eq!(names, ["Sean"]);
    ///
    /// // a query on one table, and what Diesel's associations make
    /// let sean = User::query().find(1).get_result(conn)?;
    /// let posts: i64 = Post::belonging_to(&sean).active().count().get_result(conn)?;
    /// assert_eq!(posts, 1);
    /// # Ok(())
    /// # }
    /// ```
    fn active(self) -> crate::dsl::Active<Self>
    where
        Self: OneTable + FilterDsl<IsActive<Marker<<Self as OneTable>::Table>>>,
    {
        FilterDsl::filter(self, IsActive(Marker::<Self::Table>::default()))
    }

    /// Keeps the deleted rows alone: `WHERE "users"."deleted_at" IS NOT NULL`.
    ///
    /// ```
    /// # include!("doctest_setup.rs");
    /// # fn main() -> QueryResult<()> {
    /// # let conn = &mut connection();
    /// let trash = users::table.only_deleted().select(users::name).load::<String>(conn)?;
    /// assert_eq!(trash, ["Tess"]);
    /// # Ok(())
    /// # }
    /// ```
    fn only_deleted(self) -> crate::dsl::OnlyDeleted<Self>
    where
        Self: OneTable + FilterDsl<IsDeleted<Marker<<Self as OneTable>::Table>>>,
    {
        FilterDsl::filter(self, IsDeleted(Marker::<Self::Table>::default()))
    }

    /// Keeps the rows deleted before a moment: `WHERE "users"."deleted_at" < $1`.
    ///
    /// ```
    /// # include!("doctest_setup.rs");
    /// # fn main() -> QueryResult<()> {
    /// # let conn = &mut connection();
    /// use chrono::{TimeDelta, Utc};
    /// let month_ago = Utc::now() - TimeDelta::days(30);
    /// let expired = users::table.deleted_before(month_ago).count().get_result(conn);
    /// assert_eq!(expired, Ok(0_i64));
    /// # Ok(())
    /// # }
    /// ```
    fn deleted_before(self, moment: impl Into<Moment>) -> crate::dsl::DeletedBefore<Self>
    where
        Self:
            OneTable<Table: MomentTable> + FilterDsl<TableDeletedBefore<<Self as OneTable>::Table>>,
    {
        let predicate = DeletedBefore {
            marker: Marker::<Self::Table>::default(),
            moment: Self::Table::bound(moment.into()),
        };
        FilterDsl::filter(self, predicate)
    }

    /// Keeps the rows deleted at a moment or after it: `WHERE "users"."deleted_at" >= $1`.
    fn deleted_since(self, moment: impl Into<Moment>) -> crate::dsl::DeletedSince<Self>
    where
        Self:
            OneTable<Table: MomentTable> + FilterDsl<TableDeletedSince<<Self as OneTable>::Table>>,
    {
        let predicate = DeletedSince {
            marker: Marker::<Self::Table>::default(),
            moment: Self::Table::bound(moment.into()),
        };
        FilterDsl::filter(self, predicate)
    }
}

impl<Q: QueryDsl> ScopeDsl for Q {}
