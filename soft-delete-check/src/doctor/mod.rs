//! The doctor compares what the facts of soft-delete tables say with the database's catalogue.

#[cfg(feature = "async")]
mod asynchronous;
mod catalogue;
mod check;
mod connection;
mod engine;
mod evaluate;
mod finding;
mod repair;
mod trigger;

use diesel::QueryResult;
use soft_delete_runtime::__private::Facts;

#[cfg(feature = "async")]
pub use self::asynchronous::Asynchronous;
pub use self::connection::{Blocking, Examine, TextBackend, TextRow};
pub use self::engine::Engine;
pub use self::finding::{Finding, Findings, Kind, Severity};
pub use soft_delete_runtime::__private::Tables;

use self::catalogue::Catalogue;
use self::check::Checks;
use self::connection::Ask;
use self::engine::Database;
use self::evaluate::Evaluated;
use self::trigger::Guards;

/// Looks at the database's side of these tables: a table, or a tuple of tables (and of tuples).
///
/// The tables that their relations lead to are looked at too.
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
    pub fn allow(mut self, name: impl Into<String>) -> Self {
        self.allowed.push(name.into());
        self
    }

    /// Looks at the rows too: active rows below deleted ones, stamps that cannot match, markers that
    /// are neither. Each is a query that counts, and reads the tables.
    pub fn with_data(mut self) -> Self {
        self.reads_data = true;
        self
    }

    /// Asks for a trigger on each table that refuses the hard `DELETE` of an active row. A
    /// [`purge`](soft_delete_runtime::purge()) passes it.
    ///
    /// It and the ones below are findings where they are missing, or were made from other facts;
    /// [`Findings::trigger_sql`] creates them. What they do not see: `TRUNCATE`, `REPLACE` on SQLite
    /// (unless `recursive_triggers` is on), and what the foreign keys of MySQL and MariaDB do by
    /// themselves (`ON DELETE CASCADE`), which fires no triggers.
    pub fn refuse_hard_deletes(mut self) -> Self {
        self.guards.hard_deletes = true;
        self
    }

    /// Asks for triggers that refuse an active row, inserted or moved, whose parent is deleted.
    ///
    /// They lock the parent (`FOR SHARE`, for which PostgreSQL wants the right to update it), so a
    /// deletion of it waits. They do not watch restores, which go from the top down.
    pub fn refuse_children_of_deleted(mut self) -> Self {
        self.guards.children = true;
        self
    }

    /// Asks for a trigger on each table that refuses changes of a row that is and stays deleted,
    /// but for the marker and the columns of `operation` and `touch`.
    pub fn freeze_deleted(mut self) -> Self {
        self.guards.frozen = true;
        self
    }

    /// Asks for deferred triggers, which PostgreSQL has: at the commit they refuse each changed row
    /// that is active and whose parent is deleted, restored by whatever.
    pub fn refuse_active_below_deleted_at_commit(mut self) -> Self {
        self.guards.at_commit = true;
        self
    }

    /// Compares the facts with the catalogue. It changes nothing, and reads no rows of the tables
    /// unless [`with_data`](Self::with_data) asks for it.
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
