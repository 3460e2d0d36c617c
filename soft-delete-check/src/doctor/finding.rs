//! What an examination finds.

use std::fmt;

/// How much a [`Finding`] matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Something is slower or larger than it has to be.
    Note,
    /// Something may fail, or was not looked at.
    Warning,
    /// Rows are lost, wrong, or in the way.
    Error,
}

macro_rules! kinds {
    ($($(#[$doc:meta])+ $kind:ident = $name:literal, $severity:ident;)+) => {
        /// What kind of fault a [`Finding`] is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Kind {
            $($(#[$doc])+ $kind,)+
        }

        impl Kind {
            /// Its name, as reports print it and [`Doctor::allow`](super::Doctor::allow) takes it.
            pub fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)+ }
            }

            /// How much it matters.
            pub fn severity(self) -> Severity {
                match self { $(Self::$kind => Severity::$severity,)+ }
            }
        }
    };
}

kinds! {
    /// `missing_table`: the catalogue has no such table, or the role may not see it.
    MissingTable = "missing_table", Error;
    /// `missing_column`: the facts name a column that the table does not have.
    MissingColumn = "missing_column", Error;
    /// `other_type`: a column has another type than `table!` says.
    OtherType = "other_type", Error;
    /// `marker_nullable`: the marker may be NULL, which its type says is neither active nor deleted.
    MarkerNullable = "marker_nullable", Error;
    /// `not_null`: a column has to take a NULL and cannot.
    NotNull = "not_null", Error;
    /// `view`: the name is a view, of which only the columns are compared.
    View = "view", Note;
    /// `unique_holds_deleted`: a deleted row still holds its key.
    UniqueHoldsDeleted = "unique_holds_deleted", Error;
    /// `unique_with_marker`: the marker is a column of a unique key.
    UniqueWithMarker = "unique_with_marker", Error;
    /// `predicate_unused`: an index leaves the deleted rows out, but the scopes' predicate does not
    /// let the engine use it.
    PredicateUnused = "predicate_unused", Warning;
    /// `predicate_unread`: a predicate or generated column could not be evaluated.
    PredicateUnread = "predicate_unread", Warning;
    /// `marker_index`: an index on the marker alone.
    MarkerIndex = "marker_index", Note;
    /// `invalid_index`: an index that the engine does not use.
    InvalidIndex = "invalid_index", Error;
    /// `no_fk_index`: the foreign key of a relation has no index.
    NoForeignKeyIndex = "no_fk_index", Warning;
    /// `partial_fk_index`: the index of a relation's foreign key leaves rows out.
    PartialForeignKeyIndex = "partial_fk_index", Warning;
    /// `no_constraint`: no foreign-key constraint is behind a relation.
    NoConstraint = "no_constraint", Warning;
    /// `fk_not_pk`: the constraint behind a relation refers to something else than the primary key.
    ForeignKeyNotPrimaryKey = "fk_not_pk", Error;
    /// `on_delete`: a constraint removes or changes rows of a soft-delete table by itself.
    OnDelete = "on_delete", Error;
    /// `undeclared_fk`: a foreign key refers to a soft-delete table, and no relation says so.
    UndeclaredForeignKey = "undeclared_fk", Warning;
    /// `precision`: the markers of a tree keep moments at different precisions.
    Precision = "precision", Error;
    /// `no_rights`: the role has no right to read something.
    NoRights = "no_rights", Warning;
    /// `missing_trigger`: a trigger that was asked for is not there.
    MissingTrigger = "missing_trigger", Warning;
    /// `stale_trigger`: a trigger is there, made from other facts.
    StaleTrigger = "stale_trigger", Error;
    /// `no_such_trigger`: the engine has no trigger of the kind that was asked for.
    NoSuchTrigger = "no_such_trigger", Warning;
    /// `active_below_deleted`: active rows whose parent is deleted.
    ActiveBelowDeleted = "active_below_deleted", Error;
    /// `stamps_differ`: deleted rows that a restore of their parent does not bring back, though
    /// they seem to have gone with it.
    StampsDiffer = "stamps_differ", Error;
    /// `marker_unset`: rows that are neither active nor deleted.
    MarkerUnset = "marker_unset", Error;
    /// `unused_allow`: what was allowed was not found.
    UnusedAllow = "unused_allow", Warning;
}

/// How to repair a fault.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Repair {
    pub(super) sql: Vec<String>,
    /// How many of the statements, from the first on, only add something.
    pub(super) adding: usize,
    pub(super) steps: Vec<String>,
}

impl Repair {
    pub(super) fn sql(statements: impl IntoIterator<Item = String>) -> Self {
        Self {
            sql: statements.into_iter().collect(),
            ..Self::default()
        }
    }

    pub(super) fn adding(statements: impl IntoIterator<Item = String>) -> Self {
        let repair = Self::sql(statements);
        Self {
            adding: repair.sql.len(),
            ..repair
        }
    }

    pub(super) fn then(mut self, statement: String) -> Self {
        self.sql.push(statement);
        self
    }

    pub(super) fn steps<S: Into<String>>(steps: impl IntoIterator<Item = S>) -> Self {
        Self::default().and_steps(steps)
    }

    pub(super) fn and_steps<S: Into<String>>(mut self, steps: impl IntoIterator<Item = S>) -> Self {
        self.steps.extend(steps.into_iter().map(Into::into));
        self
    }
}

/// A fault: where it is, why it matters, and how to repair it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub(super) kind: Kind,
    pub(super) table: String,
    pub(super) subject: String,
    pub(super) why: String,
    pub(super) repair: Repair,
}

impl Finding {
    /// What kind of fault it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// How much it matters.
    pub fn severity(&self) -> Severity {
        self.kind.severity()
    }

    /// The table, as `table!` names it.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// The column, index or constraint; empty for the table itself.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Why it matters, in a sentence.
    pub fn why(&self) -> &str {
        &self.why
    }

    /// Its name, `marker_index(users.users_trash)`: what [`Doctor::allow`](super::Doctor::allow)
    /// takes.
    pub fn name(&self) -> String {
        let kind = self.kind.name();
        match (self.table.as_str(), self.subject.as_str()) {
            (table, "") => format!("{kind}({table})"),
            ("", subject) => format!("{kind}({subject})"),
            (table, subject) => format!("{kind}({table}.{subject})"),
        }
    }

    /// The statements that repair it, in order; none where no one statement does.
    pub fn sql(&self) -> &[String] {
        &self.repair.sql
    }

    /// What to do beside [`sql`](Self::sql), or instead of it.
    pub fn steps(&self) -> &[String] {
        &self.repair.steps
    }
}

impl fmt::Display for Finding {
    /// A few lines, the SQL among them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity() {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        writeln!(f, "{severity}: {}", self.name())?;
        writeln!(f, "    {}", self.why)?;
        for statement in self.sql() {
            for line in statement.lines() {
                writeln!(f, "        {line}")?;
            }
        }
        if self.sql().is_empty() {
            writeln!(f, "    No single statement repairs it.")?;
        }
        for step in self.steps() {
            writeln!(f, "    - {step}")?;
        }
        Ok(())
    }
}

/// What an examination has found, the gravest first.
///
/// `Display` is a report to read; [`iter`](Self::iter) is the same as data.
///
/// ```
/// # use diesel::prelude::*;
/// use soft_delete_check::doctor::{Kind, doctor};
/// # diesel::table! { users { id -> Integer, deleted -> Bool } }
/// # soft_delete_runtime::soft_delete_table! { users(deleted) }
///
/// # fn main() -> QueryResult<()> {
/// # let conn = &mut SqliteConnection::establish(":memory:").unwrap();
/// # diesel::sql_query("CREATE TABLE users (id INTEGER PRIMARY KEY)").execute(conn)?;
/// let findings = doctor(users::table).examine(conn)?;
/// let missing = findings.iter().find(|finding| finding.kind() == Kind::MissingColumn);
/// assert_eq!(missing.map(|finding| finding.subject()), Some("deleted"));
/// assert_eq!(
///     findings.create_sql(),
///     [r#"ALTER TABLE "users" ADD COLUMN "deleted" BOOLEAN NOT NULL DEFAULT FALSE;"#]
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings(pub(super) Vec<Finding>);

impl Findings {
    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many were found.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The findings.
    pub fn iter(&self) -> std::slice::Iter<'_, Finding> {
        self.0.iter()
    }

    /// The statements that repair what statements can repair, each once, in the order to run them.
    ///
    /// Read them first: the [steps](Finding::steps) say what else to mind. Each is to be run by
    /// itself. On PostgreSQL `CREATE INDEX CONCURRENTLY` and `DROP INDEX CONCURRENTLY` refuse to run
    /// in a transaction: a migration for them holds that one statement, with
    /// `run_in_transaction = false` in its `metadata.toml`.
    pub fn repair_sql(&self) -> Vec<String> {
        unique(self.iter().flat_map(Finding::sql))
    }

    /// The statements of [`repair_sql`](Self::repair_sql) that only add what the facts call for and
    /// the catalogue lacks: columns, indexes of foreign keys, unique keys that leave deleted rows
    /// out. What a migration begins with.
    pub fn create_sql(&self) -> Vec<String> {
        unique(
            self.iter()
                .flat_map(|finding| &finding.sql()[..finding.repair.adding]),
        )
    }

    /// The statements of [`repair_sql`](Self::repair_sql) that create the triggers that were asked
    /// for.
    pub fn trigger_sql(&self) -> Vec<String> {
        let is_of_trigger =
            |finding: &&Finding| matches!(finding.kind, Kind::MissingTrigger | Kind::StaleTrigger);
        unique(self.iter().filter(is_of_trigger).flat_map(Finding::sql))
    }

    /// Without what is allowed by name or by kind, the gravest first; what was allowed in vain is
    /// one more finding.
    pub(super) fn without(mut found: Vec<Finding>, allowed: &[String]) -> Self {
        for name in allowed {
            let number = found.len();
            found.retain(|finding| finding.name() != *name && finding.kind.name() != name);
            if found.len() == number {
                found.push(Finding {
                    kind: Kind::UnusedAllow,
                    table: String::new(),
                    subject: name.clone(),
                    why: "it is allowed, and was not found".to_owned(),
                    repair: Repair::steps(["remove it from what is allowed, or correct its name"]),
                });
            }
        }
        found.sort_by_key(|finding| std::cmp::Reverse(finding.severity()));
        Self(found)
    }
}

/// Each statement once, where it stands first.
fn unique<'a>(statements: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut unique: Vec<String> = Vec::new();
    for statement in statements {
        if !unique.contains(statement) {
            unique.push(statement.clone());
        }
    }
    unique
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.len() {
            0 => writeln!(f, "nothing found"),
            1 => writeln!(f, "1 finding"),
            number => writeln!(f, "{number} findings"),
        }?;
        for finding in self {
            write!(f, "\n{finding}")?;
        }
        Ok(())
    }
}

impl<'a> IntoIterator for &'a Findings {
    type Item = &'a Finding;
    type IntoIter = std::slice::Iter<'a, Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Findings {
    type Item = Finding;
    type IntoIter = std::vec::IntoIter<Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
