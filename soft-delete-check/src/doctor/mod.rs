//! The doctor compares what the facts of soft-delete tables say with the database's catalogue.
//!
//! A library that marks rows relies on much that only the database knows: that a deleted row does
//! not hold its unique key, that foreign keys have an index, that the columns are there. The doctor
//! reads the catalogue of SQLite, PostgreSQL, MySQL or MariaDB and reports what is wrong, why it
//! matters, and the SQL that repairs it on that engine, or the steps where no one statement does.
//! [`Kind`] lists what it finds.
//!
//! Call it in a test, on a database with all migrations run:
//!
//! ```
//! use diesel::prelude::*;
//! use soft_delete_check::doctor;
//! use soft_delete_runtime::prelude::*;
//!
//! diesel::table! {
//!     users { id -> Integer, email -> Text, deleted_at -> Nullable<Timestamp> }
//! }
//! diesel::table! {
//!     posts { id -> Integer, user_id -> Integer, deleted_at -> Nullable<Timestamp> }
//! }
//! soft_delete_table! {
//!     users(deleted_at, cascade(posts::user_id))
//!     posts(deleted_at, parents(user_id))
//! }
//!
//! # fn main() -> QueryResult<()> {
//! # let conn = &mut SqliteConnection::establish(":memory:").unwrap();
//! # diesel::connection::SimpleConnection::batch_execute(conn, "
//! CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL, deleted_at TIMESTAMP);
//! CREATE UNIQUE INDEX users_email ON users (email);
//! CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users, deleted_at TIMESTAMP);
//! # ")?;
//! let findings = doctor((users::table, posts::table)).examine(conn)?;
//! assert!(!findings.is_empty(), "{findings}");
//! assert_eq!(findings.to_string(), r#"2 findings
//!
//! error: unique_holds_deleted(users.users_email)
//!     a deleted row still holds its key: a new row with the same one is refused
//!         CREATE UNIQUE INDEX "users_email_active" ON "users" ("email") WHERE ("deleted_at" IS NULL);
//!         DROP INDEX "users_email";
//!     - between the new key and the drop of the old one, deploy the programs whose upserts name the key: while both exist, an upsert by the new one updates a deleted row through the old one
//!
//! warning: no_fk_index(posts.user_id)
//!     each operation on a row of `users` reads the whole table, and where the engine locks what it reads, locks it
//!         CREATE INDEX "posts_user_id" ON "posts" ("user_id");
//! "#);
//! # Ok(())
//! # }
//! ```
//!
//! An ordinary role is enough. What it may not read is a finding of its own
//! ([`NoRights`](Kind::NoRights)), and what could not be evaluated is another
//! ([`PredicateUnread`](Kind::PredicateUnread)): an empty report never hides
//! something that could not be examined.

#[cfg(feature = "async")]
mod asynchronous;
mod catalogue;
mod check;
mod connection;
mod engine;
mod evaluate;
mod finding;
mod generated_key;
mod names;
mod repair;
mod trigger;

use diesel::QueryResult;
use soft_delete_runtime::__private::Facts;

#[cfg(feature = "async")]
pub use self::asynchronous::Asynchronous;
pub use self::connection::{Blocking, Examine};
pub use self::finding::{Finding, Findings, Kind, Severity};
pub use soft_delete_runtime::__private::Tables;

use self::catalogue::Catalogue;
use self::check::Checks;
use self::connection::Ask;
use self::engine::Database;
use self::evaluate::Evaluated;
use self::trigger::Guards;

/// Begins an examination of these tables: a table, or a tuple of up to 16; nest tuples for more. The
/// tables that their relations lead to are examined too.
///
/// ```
/// # use diesel::prelude::*;
/// # use soft_delete_check::doctor;
/// # diesel::table! { users { id -> Integer, deleted -> Bool } }
/// # soft_delete_runtime::soft_delete_table! { users(deleted) }
/// # fn main() -> QueryResult<()> {
/// # let conn = &mut SqliteConnection::establish(":memory:").unwrap();
/// # diesel::sql_query("CREATE TABLE users (id INTEGER PRIMARY KEY, deleted BOOLEAN NOT NULL)").execute(conn)?;
/// let findings = doctor(users::table).examine(conn)?;
/// assert!(findings.is_empty(), "{findings}");
/// # Ok(())
/// # }
/// ```
pub fn doctor<T: Tables>(_tables: T) -> Doctor {
    let mut facts: Vec<Facts> = Vec::new();
    T::facts(&mut facts);
    Doctor {
        facts,
        allowed: Vec::new(),
        reads_data: false,
        guards: Guards::default(),
    }
}

/// An examination that is being put together; [`doctor`] begins one.
#[derive(Debug, Clone)]
#[must_use = "nothing is examined before `examine(conn)`"]
pub struct Doctor {
    facts: Vec<Facts>,
    allowed: Vec<String>,
    reads_data: bool,
    guards: Guards,
}

impl Doctor {
    /// Leaves out what one knows of: a finding by its [name](Finding::name), `marker_index(users.users_trash)`,
    /// or all of a [kind](Kind::name), `marker_index`.
    ///
    /// A name that matches nothing is a finding itself, so that no exception outlives its reason.
    ///
    /// ```
    /// # use diesel::prelude::*;
    /// # use soft_delete_check::doctor;
    /// # diesel::table! { users { id -> Integer, deleted -> Bool } }
    /// # soft_delete_runtime::soft_delete_table! { users(deleted) }
    /// # fn main() -> QueryResult<()> {
    /// # let conn = &mut SqliteConnection::establish(":memory:").unwrap();
    /// # diesel::connection::SimpleConnection::batch_execute(conn, "
    /// #     CREATE TABLE users (id INTEGER PRIMARY KEY, deleted BOOLEAN NOT NULL);
    /// #     CREATE INDEX users_trash ON users (deleted)")?;
    /// let findings = doctor(users::table)
    ///     .allow("marker_index(users.users_trash)")
    ///     .examine(conn)?;
    /// assert!(findings.is_empty(), "{findings}");
    /// # Ok(())
    /// # }
    /// ```
    pub fn allow(mut self, name: impl Into<String>) -> Self {
        self.allowed.push(name.into());
        self
    }

    /// Looks at the rows too: active rows below deleted ones, stamps that cannot match, markers that say
    /// neither active nor deleted. Each check is a query that counts rows, and reads whole tables.
    ///
    /// ```
    /// # use diesel::prelude::*;
    /// # use soft_delete_check::doctor;
    /// # diesel::table! { users { id -> Integer, deleted -> Bool } }
    /// # soft_delete_runtime::soft_delete_table! { users(deleted) }
    /// # fn main() -> QueryResult<()> {
    /// # let conn = &mut SqliteConnection::establish(":memory:").unwrap();
    /// # diesel::connection::SimpleConnection::batch_execute(conn, "
    /// #     CREATE TABLE users (id INTEGER PRIMARY KEY, deleted BOOLEAN);
    /// #     INSERT INTO users VALUES (1, NULL)")?;
    /// let findings = doctor(users::table).with_data().examine(conn)?;
    /// let names: Vec<_> = findings.iter().map(|finding| finding.name()).collect();
    /// assert_eq!(names, ["marker_nullable(users.deleted)", "marker_unset(users.deleted)"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_data(mut self) -> Self {
        self.reads_data = true;
        self
    }

    /// Asks for a trigger on each table that refuses the hard `DELETE` of an active row. A
    /// [`purge`](soft_delete_runtime::purge()) passes it.
    ///
    /// This trigger and those of the methods below are findings where they are missing or were made from
    /// other facts; [`Findings::trigger_sql`] is the SQL that creates them. They do not see `TRUNCATE`,
    /// `REPLACE` on SQLite (unless `recursive_triggers` is on), and what the foreign keys of MySQL and MariaDB do by
    /// themselves (`ON DELETE CASCADE`), which fires no triggers.
    ///
    /// ```
    /// # use diesel::connection::SimpleConnection;
    /// # use diesel::prelude::*;
    /// # use soft_delete_check::doctor;
    /// # use soft_delete_runtime::prelude::*;
    /// # diesel::table! { users { id -> Integer, deleted -> Bool } }
    /// # soft_delete_table! { users(deleted) }
    /// # fn main() -> QueryResult<()> {
    /// # let conn = &mut SqliteConnection::establish(":memory:").unwrap();
    /// # conn.batch_execute("
    /// #     CREATE TABLE users (id INTEGER PRIMARY KEY, deleted BOOLEAN NOT NULL DEFAULT FALSE);
    /// #     INSERT INTO users (id) VALUES (1)")?;
    /// let guarded = doctor(users::table).refuse_hard_deletes();
    /// for statement in guarded.examine(conn)?.trigger_sql() {
    ///     conn.batch_execute(&statement)?;
    /// }
    /// assert!(guarded.examine(conn)?.is_empty());
    /// assert!(diesel::delete(users::table.find(1)).execute(conn).is_err());
    /// soft_delete(users::table.find(1)).execute(conn)?;
    /// purge(users::table.find(1)).execute(conn)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn refuse_hard_deletes(mut self) -> Self {
        self.guards.hard_deletes = true;
        self
    }

    /// Asks for triggers that refuse an active row, inserted or moved, whose parent is deleted.
    ///
    /// They lock the parent (`FOR SHARE`, for which PostgreSQL wants the right to update it), so a
    /// deletion of it waits. They do not watch restores, which go from the top down.
    ///
    /// ```
    /// # use diesel::prelude::*;
    /// # use soft_delete_check::doctor;
    /// # use soft_delete_runtime::prelude::*;
    /// # diesel::table! { users { id -> Integer, deleted_at -> Nullable<BigInt> } }
    /// # diesel::table! { posts { id -> Integer, user_id -> Integer, title -> Text, deleted_at -> Nullable<BigInt> } }
    /// # soft_delete_table! { users(deleted_at, cascade(posts::user_id)) posts(deleted_at, parents(user_id)) }
    /// # fn main() -> QueryResult<()> {
    /// # let conn = &mut SqliteConnection::establish(":memory:").unwrap();
    /// # diesel::connection::SimpleConnection::batch_execute(conn, "
    /// #     CREATE TABLE users (id INTEGER PRIMARY KEY, deleted_at BIGINT);
    /// #     CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users, title TEXT NOT NULL, deleted_at BIGINT);
    /// #     CREATE INDEX posts_user_id ON posts (user_id)")?;
    /// let findings = doctor(users::table).refuse_children_of_deleted().examine(conn)?;
    /// let names: Vec<_> = findings.iter().map(|finding| finding.name()).collect();
    /// assert_eq!(names, [
    ///     "missing_trigger(posts.soft_delete_insert_posts_user_id)",
    ///     "missing_trigger(posts.soft_delete_update_posts_user_id)",
    /// ]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn refuse_children_of_deleted(mut self) -> Self {
        self.guards.children = true;
        self
    }

    /// Asks for a trigger on each table that refuses changes of a row that is and stays deleted,
    /// but for the marker and the columns of `operation` and `touch`.
    ///
    /// ```
    /// # use diesel::prelude::*;
    /// # use soft_delete_check::doctor;
    /// # use soft_delete_runtime::prelude::*;
    /// # diesel::table! { users { id -> Integer, deleted_at -> Nullable<BigInt> } }
    /// # diesel::table! { posts { id -> Integer, user_id -> Integer, title -> Text, deleted_at -> Nullable<BigInt> } }
    /// # soft_delete_table! { users(deleted_at, cascade(posts::user_id)) posts(deleted_at, parents(user_id)) }
    /// # fn main() -> QueryResult<()> {
    /// # let conn = &mut SqliteConnection::establish(":memory:").unwrap();
    /// # diesel::connection::SimpleConnection::batch_execute(conn, "
    /// #     CREATE TABLE users (id INTEGER PRIMARY KEY, deleted_at BIGINT);
    /// #     CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users, title TEXT NOT NULL, deleted_at BIGINT);
    /// #     CREATE INDEX posts_user_id ON posts (user_id)")?;
    /// let findings = doctor(users::table).freeze_deleted().examine(conn)?;
    /// let names: Vec<_> = findings.iter().map(|finding| finding.name()).collect();
    /// assert_eq!(names, [
    ///     "missing_trigger(users.soft_delete_frozen_users)",
    ///     "missing_trigger(posts.soft_delete_frozen_posts)",
    /// ]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn freeze_deleted(mut self) -> Self {
        self.guards.frozen = true;
        self
    }

    /// Asks for deferred triggers, which only PostgreSQL has: at the commit they refuse each changed row
    /// that is active and whose parent is deleted, whichever statement restored it.
    ///
    /// ```
    /// # use diesel::prelude::*;
    /// # use soft_delete_check::doctor;
    /// # use soft_delete_runtime::prelude::*;
    /// # diesel::table! { users { id -> Integer, deleted_at -> Nullable<BigInt> } }
    /// # diesel::table! { posts { id -> Integer, user_id -> Integer, title -> Text, deleted_at -> Nullable<BigInt> } }
    /// # soft_delete_table! { users(deleted_at, cascade(posts::user_id)) posts(deleted_at, parents(user_id)) }
    /// # fn main() -> QueryResult<()> {
    /// # let conn = &mut SqliteConnection::establish(":memory:").unwrap();
    /// # diesel::connection::SimpleConnection::batch_execute(conn, "
    /// #     CREATE TABLE users (id INTEGER PRIMARY KEY, deleted_at BIGINT);
    /// #     CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users, title TEXT NOT NULL, deleted_at BIGINT);
    /// #     CREATE INDEX posts_user_id ON posts (user_id)")?;
    /// let findings = doctor(users::table).refuse_active_below_deleted_at_commit().examine(conn)?;
    /// let names: Vec<_> = findings.iter().map(|finding| finding.name()).collect();
    /// assert_eq!(names, ["no_such_trigger(posts.user_id)"]); // SQLite has none
    /// # Ok(())
    /// # }
    /// ```
    pub fn refuse_active_below_deleted_at_commit(mut self) -> Self {
        self.guards.at_commit = true;
        self
    }

    /// Compares the facts with the catalogue, and returns the [`Findings`]: on an asynchronous
    /// connection, a future of them. It changes nothing, and reads no rows of the tables unless
    /// [`with_data`](Self::with_data) asks for it.
    ///
    /// # Errors
    ///
    /// Those of the connection. What the database's role may not read is a finding.
    pub fn examine<'conn, C, Kind>(&self, conn: &'conn mut C) -> C::Output<'conn>
    where
        C: Examine<Kind>,
    {
        C::examine(self, conn)
    }
}

/// The examination, the same on every kind of connection.
async fn examine<K: Ask<C>, C>(doctor: Doctor, conn: &mut C) -> QueryResult<Findings> {
    let mut database = Database::<K, C>::new(conn).await?;
    let facts = &doctor.facts;
    let catalogue = Catalogue::read(&mut database, facts).await?;
    let evaluated = Evaluated::new(&mut database, facts, &catalogue).await?;
    let mut checks = Checks::new(database.engine, facts, &catalogue, &evaluated);
    checks.tables();
    checks.unique_keys();
    checks.indexes();
    checks.relations();
    checks.foreign_keys();
    checks.precisions();
    checks.triggers(doctor.guards);
    checks.predicates_are_used(&mut database).await?;
    if doctor.reads_data {
        checks.data(&mut database).await?;
    }
    Ok(Findings::without(checks.findings, &doctor.allowed))
}
