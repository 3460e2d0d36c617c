//! The operations: free functions that take what [`diesel::update`] takes.

use crate::moment::Moment;
use crate::statement::{MarkActive, MarkDeleted, mark_active, mark_deleted};
use crate::table::SoftDeleteTable;
use crate::target::{BuildDelete, BuildRestore, NamesRows, Target};
use crate::tree;

/// Marks the active rows of a target as deleted, now.
///
/// ```sql
/// UPDATE "users" SET "deleted_at" = $1 WHERE ("users"."id" = $2) AND ("users"."deleted_at" IS NULL)
/// ```
///
/// Rows that are deleted already keep their moment and are not counted. It takes what
/// [`diesel::update`] takes, and what it returns runs as a [`diesel::update`] does: `.execute(conn)`
/// gives the number of rows, `.returning(..)` and `.get_result(conn)` the rows. On a table with
/// `cascade` it takes the descendants along; an active child that `restrict` names refuses it with
/// [`Restricted`](crate::Error::Restricted): see [trees](crate::guide::trees).
///
/// ```
/// # include!("doctest_setup.rs");
/// use soft_delete_runtime::soft_delete;
///
/// # fn main() -> QueryResult<()> {
/// # let conn = &mut connection();
/// assert_eq!(soft_delete(users::table.with_deleted().find(1)).execute(conn), Ok(1));
/// assert_eq!(soft_delete(users::table.with_deleted().find(1)).execute(conn), Ok(0)); // it is deleted already
///
/// let post = Post::query().find(1).get_result(conn)?;
/// let gone = soft_delete(&post).returning(posts::title).get_result::<String>(conn)?;
/// assert_eq!(gone, "Hello");
/// # Ok(())
/// # }
/// ```
#[doc(alias = "archive")]
#[doc(alias = "trash")]
#[doc(alias = "paranoid")]
pub fn soft_delete<S: Target>(target: S) -> SoftDelete<S> {
    S::Down::soft_delete(target)
}

/// Marks the deleted rows of a target as active.
///
/// ```sql
/// UPDATE "users" SET "deleted_at" = $1 WHERE ("users"."id" = $2) AND ("users"."deleted_at" IS NOT NULL)
/// ```
///
/// Rows that are not deleted are left as they are and are not counted.
/// Columns named by `clear` become NULL, those named by `touch` the moment of the restore.
///
/// If a unique key has been taken again, the database refuses the restore
/// ([`UniqueViolation`](diesel::result::DatabaseErrorKind::UniqueViolation)) and nothing changes.
/// In a [tree](crate::guide::trees#what-a-restore-brings-back) it brings back what the same operation
/// took. There a taken key is a [`RestoreConflict`](crate::Error::RestoreConflict), and a row below a
/// deleted parent is refused with [`ParentDeleted`](crate::Error::ParentDeleted).
///
/// ```
/// # include!("doctest_setup.rs");
/// use soft_delete_runtime::restore;
///
/// # fn main() -> QueryResult<()> {
/// # let conn = &mut connection();
/// assert_eq!(restore(users::table.with_deleted().filter(users::name.eq("Tess"))).execute(conn), Ok(1));
/// assert_eq!(users::table.active().count().get_result(conn), Ok(2));
/// # Ok(())
/// # }
/// ```
#[doc(alias = "undelete")]
#[doc(alias = "undo")]
#[doc(alias = "recover")]
pub fn restore<S: Target>(target: S) -> Restore<S> {
    S::Up::restore(target)
}

/// Removes the deleted rows of a target for good.
///
/// ```sql
/// DELETE FROM "users" WHERE ("users"."id" = $1) AND ("users"."deleted_at" IS NOT NULL)
/// ```
///
/// Active rows stay, whatever the target says; `.including_active()` removes them too. In a
/// [tree](crate::guide::trees#purge) it removes what is below the rows too, children first. There an
/// active row below them, or any row that refers to one of them by a `restrict`, refuses it with
/// [`Restricted`](crate::Error::Restricted).
///
/// ```
/// # include!("doctest_setup.rs");
/// use soft_delete_runtime::purge;
///
/// # fn main() -> QueryResult<()> {
/// # let conn = &mut connection();
/// # diesel::delete(posts::table).execute(conn)?;
/// assert_eq!(purge(users::table).execute(conn), Ok(1)); // Tess, who is deleted
/// assert_eq!(users::table.with_deleted().count().get_result(conn), Ok(1));
/// # Ok(())
/// # }
/// ```
#[doc(alias = "hard delete")]
#[doc(alias = "force delete")]
pub fn purge<S: Target>(target: S) -> Purge<S> {
    S::Down::purge(target)
}

/// Locks the active rows of a target until the transaction ends, so that no [`soft_delete`] marks
/// them meanwhile, and returns how many there are.
///
/// It is for what you insert below them. A soft delete reads the children while it has the parents
/// locked. A child that is inserted after that, by a transaction that has seen the parent active,
/// would stay active below a deleted parent. So hold the parent in the transaction of the insert;
/// outside of a transaction it holds nothing:
///
/// ```sql
/// SELECT "users"."id" FROM "users"
///   WHERE ("users"."id" = $1) AND ("users"."deleted_at" IS NULL) FOR KEY SHARE
/// ```
///
/// On PostgreSQL it is `FOR KEY SHARE` for a table that names others in `cascade` or `restrict`, whose
/// soft delete takes `FOR UPDATE`, and `FOR SHARE` for any other. MySQL and MariaDB have
/// `LOCK IN SHARE MODE`; on SQLite it takes the lock for writing. `FOR KEY SHARE` lets a plain
/// `UPDATE` pass: it does not stop a statement of your own that sets the marker.
///
/// # Errors
///
/// [`NotActive`](crate::Error::NotActive) if no row is active.
///
/// ```
/// # include!("doctest_setup.rs");
/// use soft_delete_runtime::{Error, hold_active};
///
/// # fn main() -> Result<(), Error> {
/// # let conn = &mut connection();
/// let write = |user: i32, title: &str, conn: &mut SqliteConnection| {
///     conn.transaction(|conn| {
///         hold_active(users::table.with_deleted().find(user)).execute(conn)?;
///         diesel::insert_into(posts::table)
///             .values((posts::user_id.eq(user), posts::title.eq(title)))
///             .execute(conn)?;
///         Ok::<_, Error>(())
///     })
/// };
/// write(1, "More", conn)?;
/// let tess_is_deleted = write(2, "More", conn);
/// assert!(matches!(tess_is_deleted, Err(Error::NotActive { table }) if table == "users"));
/// # Ok(())
/// # }
/// ```
pub fn hold_active<S: Target>(target: S) -> HoldActive<S> {
    tree::HoldActive::new(target)
}

/// The assignments of a [`soft_delete`] alone, for a statement of your own.
///
/// ```
/// # include!("doctest_setup.rs");
/// use soft_delete_runtime::marked_deleted;
///
/// # fn main() -> QueryResult<()> {
/// # let conn = &mut connection();
/// // UPDATE "users" SET "name" = ?, "deleted_at" = ? WHERE (("users"."deleted_at" IS NULL) AND ("users"."id" = ?))
/// diesel::update(users::table.active().find(1))
///     .set((users::name.eq("(gone)"), marked_deleted(users::table)))
///     .execute(conn)?;
/// assert_eq!(users::table.active().count().get_result(conn), Ok(0));
/// # Ok(())
/// # }
/// ```
pub fn marked_deleted<T: SoftDeleteTable>(_: T) -> MarkDeleted<T> {
    mark_deleted::<T>(Moment::now(), &mut None)
}

/// The assignments of a [`restore`] alone: for a statement of your own, and for an upsert that
/// revives a deleted row.
///
/// ```
/// # include!("doctest_setup.rs");
/// use diesel::upsert::excluded;
/// use soft_delete_runtime::marked_active;
///
/// # fn main() -> QueryResult<()> {
/// # let conn = &mut connection();
/// // INSERT .. ON CONFLICT ("id") DO UPDATE SET "name" = excluded."name", "deleted_at" = ?
/// diesel::insert_into(users::table)
///     .values((users::id.eq(2), users::name.eq("Tessa")))
///     .on_conflict(users::id)
///     .do_update()
///     .set((users::name.eq(excluded(users::name)), marked_active(users::table)))
///     .execute(conn)?;
/// assert_eq!(users::table.active().count().get_result(conn), Ok(2));
/// # Ok(())
/// # }
/// ```
pub fn marked_active<T: SoftDeleteTable>(_: T) -> MarkActive<T> {
    mark_active::<T>(Moment::now())
}

type Down<S> = <S as NamesRows>::Down;
type Up<S> = <S as NamesRows>::Up;

/// The return type of [`soft_delete(target)`](crate::soft_delete).
pub type SoftDelete<S> = <Down<S> as BuildDelete<S>>::SoftDelete;
/// The return type of [`restore(target)`](crate::restore).
pub type Restore<S> = <Up<S> as BuildRestore<S>>::Restore;
/// The return type of [`purge(target)`](crate::purge).
pub type Purge<S> = <Down<S> as BuildDelete<S>>::Purge;

/// The return type of `operation.with(changes)`, of an operation that [`soft_delete`](crate::soft_delete())
/// or [`restore`](crate::restore()) returns.
pub type With<O, C> = <O as crate::statement::WithChanges<C>>::Output;

/// The return type of [`hold_active(target)`](crate::hold_active()).
pub type HoldActive<S> =
    tree::HoldActive<<S as NamesRows>::Of, <S as crate::closed::ClosedTarget>::Where>;
