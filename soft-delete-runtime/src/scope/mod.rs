//! Scopes: which rows a query reads.

mod deleted_roots;
mod predicate;
mod source;
pub(crate) mod types;
mod with_deleted;

use diesel::QueryDsl;
use diesel::query_dsl::methods::FilterDsl;

pub use self::deleted_roots::IsDeletedRoot;
pub use self::predicate::{
    DeletedBefore, DeletedSince, HasMarker, IsActive, IsActiveOrAbsent, IsDeleted, is_active,
    is_active_or_absent, is_deleted,
};
use self::source::marker_of;
pub use self::source::{BoundOf, MarkerOf, MomentTable, OneTable};
pub use self::with_deleted::WithDeletedDsl;
use crate::moment::Moment;

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
    fn active(self) -> types::Active<Self>
    where
        Self: OneTable + FilterDsl<IsActive<MarkerOf<Self>>>,
    {
        FilterDsl::filter(self, IsActive(marker_of::<Self>()))
    }

    /// Keeps only the deleted rows: `WHERE ("users"."deleted_at" IS NOT NULL)`.
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
    fn only_deleted(self) -> types::OnlyDeleted<Self>
    where
        Self: OneTable + FilterDsl<IsDeleted<MarkerOf<Self>>>,
    {
        FilterDsl::filter(self, IsDeleted(marker_of::<Self>()))
    }

    /// Keeps the deleted rows that did not go along with a parent: what a trash lists.
    ///
    /// A row is kept if none of its cascade parents has the same stamp: the operation's id where both
    /// tables keep one, otherwise the moment. A restore of the parent compares the same stamps.
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
    ///
    /// // as models
    /// let trash = posts::table.deleted_roots().select(Post::as_select()).load(conn)?;
    /// assert_eq!(trash[0].title, "One");
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "trash")]
    fn deleted_roots(self) -> types::DeletedRoots<Self>
    where
        Self: OneTable + FilterDsl<IsDeletedRoot<<Self as OneTable>::Source>>,
    {
        FilterDsl::filter(self, IsDeletedRoot::new())
    }

    /// All rows, the deleted ones too. It adds no filter; it states that deleted rows are meant.
    ///
    /// Begin a query with it, and do not use it on the right side of a join. Under the feature `check`,
    /// which `soft-delete-check` turns on, it adds a filter that is always true: on the right side of a
    /// join that does not compile, and an `or_filter` right after it selects all rows, where without the
    /// feature it is the only filter. So go on with `filter`; the leak guard reports an `or_filter`.
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
    fn with_deleted(self) -> types::WithDeleted<Self>
    where
        Self: WithDeletedDsl,
    {
        WithDeletedDsl::with_deleted(self)
    }

    /// Keeps the rows deleted before a moment: `WHERE ("users"."deleted_at" < $1)`, for a marker of
    /// type `BigInt` `WHERE (("users"."deleted_at" != 0) AND ("users"."deleted_at" < $1))`.
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
    fn deleted_before(self, moment: impl Into<Moment>) -> types::DeletedBefore<Self>
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
    fn deleted_since(self, moment: impl Into<Moment>) -> types::DeletedSince<Self>
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
