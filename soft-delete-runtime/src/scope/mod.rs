//! Scopes: which rows a query reads.

mod deleted_roots;
mod predicate;
mod with_deleted;

use diesel::QueryDsl;
use diesel::expression::{AsExpression, Expression};
use diesel::internal::table_macro::{BoxedSelectStatement, FromClause, SelectStatement};
use diesel::query_dsl::methods::FilterDsl;
use diesel::query_source::{Alias, AliasSource, QuerySource};

pub use self::deleted_roots::IsDeletedRoot;
pub use self::predicate::{
    DeletedBefore, DeletedSince, HasMarker, IsActive, IsActiveOrAbsent, IsDeleted, is_active,
    is_active_or_absent, is_deleted,
};
pub use self::with_deleted::WithDeletedDsl;
use crate::column::SqlTypeOf;
use crate::marker::{MomentMarker, MomentType};
use crate::moment::Moment;
use crate::table::{Marker, SoftDeleteTable};

/// The moment as it is compared with a marker.
type MomentOf<C> = <<SqlTypeOf<C> as MomentType>::Moment as AsExpression<SqlTypeOf<C>>>::Expression;
/// The moment as it is compared with the marker of what a query is on.
pub type BoundOf<Q> = <<Q as OneTable>::Table as MomentTable>::Bound;

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

/// A table, an alias, or a query on one of them: what a scope can be called on.
#[diagnostic::on_unimplemented(
    message = "a scope is called on a soft-delete table, an alias of one, or a query on one",
    label = "not a soft-delete table",
    note = "if it is a table or an alias, add `#[derive(SoftDeletable)]` to a model of the table, or `soft_delete_table! {{ posts(deleted_at) }}` where it has none",
    note = "if it is a join, state the predicate of each table: `.filter(is_active(posts::table))`, `.inner_join_active(posts::table)`"
)]
pub trait OneTable {
    /// The table.
    type Table: SoftDeleteTable;

    /// The table, or the alias of it that the query is on.
    type Source: HasMarker + Default;
}

/// The marker of what a query is on, qualified by the table or the alias.
pub type MarkerOf<Q> = <<Q as OneTable>::Source as HasMarker>::Marker;

fn marker_of<Q: OneTable>() -> MarkerOf<Q> {
    Q::Source::default().marker()
}

#[diagnostic::do_not_recommend]
impl<T: SoftDeleteTable> OneTable for T {
    type Table = T;
    type Source = T;
}

#[diagnostic::do_not_recommend]
impl<A> OneTable for Alias<A>
where
    A: AliasSource<Target: SoftDeleteTable> + Default,
{
    type Table = A::Target;
    type Source = Self;
}

#[diagnostic::do_not_recommend]
impl<T, S, D, W, O, LOf, G, H, LC> OneTable
    for SelectStatement<FromClause<T>, S, D, W, O, LOf, G, H, LC>
where
    T: SoftDeleteTable,
{
    type Table = T;
    type Source = T;
}

#[diagnostic::do_not_recommend]
impl<T, ST, DB, GB> OneTable for BoxedSelectStatement<'_, ST, FromClause<T>, DB, GB>
where
    T: SoftDeleteTable,
{
    type Table = T;
    type Source = T;
}

#[diagnostic::do_not_recommend]
impl<A, S, D, W, O, LOf, G, H, LC> OneTable
    for SelectStatement<FromClause<Alias<A>>, S, D, W, O, LOf, G, H, LC>
where
    A: AliasSource<Target: SoftDeleteTable> + Default,
    Alias<A>: QuerySource,
{
    type Table = A::Target;
    type Source = Alias<A>;
}

#[diagnostic::do_not_recommend]
impl<A, ST, DB, GB> OneTable for BoxedSelectStatement<'_, ST, FromClause<Alias<A>>, DB, GB>
where
    A: AliasSource<Target: SoftDeleteTable> + Default,
    Alias<A>: QuerySource,
{
    type Table = A::Target;
    type Source = Alias<A>;
}

/// The scopes of tables and of queries on one table.
///
/// A scope is a filter. As with any filter, an `or_filter` after it re-opens it:
///
/// ```
/// # include!("../doctest_setup.rs");
/// # fn main() {
/// # let conn = &mut connection();
/// // WRONG: WHERE (("users"."deleted_at" IS NULL) OR ("users"."name" = ?))
/// let leaks = users::table.active().or_filter(users::name.eq("Tess"));
/// // right, inside of a filter: WHERE (("users"."deleted_at" IS NULL) AND (("users"."id" = ?) OR ("users"."name" = ?)))
/// let scoped = users::table.active().filter(users::id.eq(1).or(users::name.eq("Tess")));
/// # assert_eq!(leaks.count().get_result(conn), Ok(2));
/// # assert_eq!(scoped.count().get_result(conn), Ok(1));
/// # }
/// ```
///
/// Two scopes are both in force: `User::query().only_deleted()` is always empty.
pub trait ScopeDsl: QueryDsl + Sized {
    /// Leaves the deleted rows out: `WHERE ("users"."deleted_at" IS NULL)`.
    ///
    /// ```
    /// # include!("../doctest_setup.rs");
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
        Self: OneTable + FilterDsl<IsActive<MarkerOf<Self>>>,
    {
        FilterDsl::filter(self, IsActive(marker_of::<Self>()))
    }

    /// Keeps the deleted rows alone: `WHERE ("users"."deleted_at" IS NOT NULL)`.
    ///
    /// ```
    /// # include!("../doctest_setup.rs");
    /// # fn main() -> QueryResult<()> {
    /// # let conn = &mut connection();
    /// let trash = users::table.only_deleted().select(users::name).load::<String>(conn)?;
    /// assert_eq!(trash, ["Tess"]);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "trash")]
    fn only_deleted(self) -> crate::dsl::OnlyDeleted<Self>
    where
        Self: OneTable + FilterDsl<IsDeleted<MarkerOf<Self>>>,
    {
        FilterDsl::filter(self, IsDeleted(marker_of::<Self>()))
    }

    /// Keeps the deleted rows that did not go along with a parent: what a trash lists.
    ///
    /// They are those of which no cascade parent has the same stamp, which is what a restore of that
    /// parent would go by: the operation's id where both tables keep one, otherwise the moment.
    ///
    /// ```sql
    /// WHERE (("posts"."deleted_at" IS NOT NULL) AND NOT EXISTS (
    ///   SELECT 1 FROM "users" AS "soft_delete_parent_0"
    ///   WHERE "soft_delete_parent_0"."id" = "posts"."user_id"
    ///     AND "soft_delete_parent_0"."deleted_at" = "posts"."deleted_at"))
    /// ```
    ///
    /// There is one `NOT EXISTS` for each relation that cascades to the table; on a table without
    /// any it is [`only_deleted`](Self::only_deleted).
    ///
    /// ```
    /// # include!("../guide/doctest_tree.rs");
    /// # fn main() -> Result<(), soft_delete_runtime::Error> {
    /// # let conn = &mut connection();
    /// Post::soft_delete_by_id(1).execute(conn)?;
    /// User::soft_delete_by_id(1).execute(conn)?; // and its other posts
    ///
    /// let trash = posts::table.deleted_roots().select(posts::id).load::<i32>(conn)?;
    /// assert_eq!(trash, [1]);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "trash")]
    fn deleted_roots(self) -> crate::dsl::DeletedRoots<Self>
    where
        Self: OneTable + FilterDsl<IsDeletedRoot<<Self as OneTable>::Source>>,
    {
        FilterDsl::filter(self, IsDeletedRoot::new())
    }

    /// All rows, the deleted ones too: no filter. It says that they are meant.
    ///
    /// Begin a query with it; it does not go on the right side of a join. Under the feature `check` it
    /// is a filter that is always true, and does not compile there.
    ///
    /// ```
    /// # include!("../doctest_setup.rs");
    /// # fn main() -> QueryResult<()> {
    /// # let conn = &mut connection();
    /// // SELECT .. FROM "users"
    /// let names = users::table.with_deleted().select(users::name).load::<String>(conn)?;
    /// assert_eq!(names, ["Sean", "Tess"]);
    ///
    /// // UPDATE "users" SET "name" = ? WHERE "users"."id" = ?
    /// diesel::update(users::table.with_deleted().find(2))
    ///     .set(users::name.eq("Theresa"))
    ///     .execute(conn)?;
    /// # Ok(())
    /// # }
    /// ```
    fn with_deleted(self) -> crate::dsl::WithDeleted<Self>
    where
        Self: WithDeletedDsl,
    {
        WithDeletedDsl::with_deleted(self)
    }

    /// Keeps the rows deleted before a moment: `WHERE ("users"."deleted_at" < $1)`.
    ///
    /// ```
    /// # include!("../doctest_setup.rs");
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
            OneTable<Table: MomentTable> + FilterDsl<DeletedBefore<MarkerOf<Self>, BoundOf<Self>>>,
    {
        let predicate = DeletedBefore {
            marker: marker_of::<Self>(),
            moment: Self::Table::bound(moment.into()),
        };
        FilterDsl::filter(self, predicate)
    }

    /// Keeps the rows deleted at a moment or after it: `WHERE ("users"."deleted_at" >= $1)`.
    fn deleted_since(self, moment: impl Into<Moment>) -> crate::dsl::DeletedSince<Self>
    where
        Self: OneTable<Table: MomentTable> + FilterDsl<DeletedSince<MarkerOf<Self>, BoundOf<Self>>>,
    {
        let predicate = DeletedSince {
            marker: marker_of::<Self>(),
            moment: Self::Table::bound(moment.into()),
        };
        FilterDsl::filter(self, predicate)
    }
}

impl<Q: QueryDsl> ScopeDsl for Q {}
