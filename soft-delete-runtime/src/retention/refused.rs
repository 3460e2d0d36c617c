//! A batch that the database refuses, and what is tried next.

use diesel::query_builder::QueryFragment;
use diesel::result::{DatabaseErrorKind, Error as DieselError};

use super::failure::{Failure, Step};
use super::hook::CallHook;
use super::job::{BatchOutcome, Job, References};
use crate::connection::Kind;
use crate::error::Error;
use crate::sql::{Body, Delete, Expr, Select, Source, State};
use crate::tree::statement;

/// How often a batch that meets another transaction's is tried again.
const RETRIES: usize = 5;

impl<K, C, P> Job<'_, K, C, P>
where
    K: Kind<C>,
    P: QueryFragment<K::Backend>,
{
    /// The next batch that goes through, or `None` if there is nothing left to look at.
    ///
    /// A row that cannot go fails its batch, which is undone and tried again: with a look at what
    /// forbids it, then with the foreign keys that the catalogue tells, then in halves.
    pub(super) async fn next_batch<T, B>(
        &mut self,
        before: &mut B,
    ) -> Result<Option<BatchOutcome<B::Value>>, Error>
    where
        B: CallHook<K, C, T>,
    {
        let mut retries = 0;
        loop {
            let failure = match self.try_batch::<T, B>(before).await {
                Ok(batch) => {
                    self.size = self.plan.batch_size.min(self.size.saturating_mul(2));
                    return Ok(batch);
                }
                Err(failure) => failure,
            };
            let may_retry = retries < RETRIES && !self.run.session.in_transaction();
            if may_retry && is_conflict(&failure.error) {
                retries += 1;
            } else if let Some(name) = self.try_less(failure).await? {
                return Ok(Some(self.pass_over(name)));
            }
        }
    }

    async fn try_batch<T, B>(
        &mut self,
        before: &mut B,
    ) -> Result<Option<BatchOutcome<B::Value>>, Failure>
    where
        B: CallHook<K, C, T>,
    {
        self.run.session.begin().await?;
        let done = match self.batch::<T, B>(before).await {
            Ok(done) => self.run.session.finish(Ok::<_, Error>(done)).await,
            Err(failure) => return self.run.session.finish(Err(failure)).await,
        };
        let done = done.map_err(|error| Failure::of(Step::Commit, error))?;
        if done.is_some() {
            self.after = self.last.take();
        }
        Ok(done)
    }

    /// Prepares the next try after a failure that rows which cannot go are the cause of; or returns
    /// the name of what forbids it, where the batch had one row.
    async fn try_less(&mut self, failure: Failure) -> Result<Option<String>, Error> {
        let Failure { from, error } = failure;
        let name = match from {
            Step::Look if self.has_references() && !self.has_deferred && is_unnamed(&error) => {
                // it may take rights that the removal does not
                self.references = Some(References::new());
                return Ok(None);
            }
            Step::Look | Step::Other => None,
            Step::Kept => Some("a trigger or a policy".to_owned()),
            // the end of a savepoint looks at no row
            Step::Commit if self.run.session.in_transaction() => None,
            Step::Removal | Step::Commit => self.refused_by(&error).await?,
        };
        let Some(name) = name else {
            return Err(error);
        };
        self.immediate |= from == Step::Commit;
        if is_violation(&error) && self.references.is_none() {
            self.references = Some(self.run.references().await?);
            self.looks_ahead = true;
        } else if matches!(error, Error::Restricted { .. }) && !self.looks_ahead {
            self.looks_ahead = true;
        } else if self.read > 1 {
            // few sizes, each of which is a prepared statement
            self.size = (self.read / 2).next_power_of_two();
        } else {
            return Ok(Some(name));
        }
        Ok(None)
    }

    fn has_references(&self) -> bool {
        let references = self.references.iter().flatten();
        references.flatten().next().is_some()
    }

    /// The name of what refuses a removal, if it does so because of its rows.
    async fn refused_by(&mut self, error: &Error) -> Result<Option<String>, Error> {
        use DatabaseErrorKind as Kind;
        let (kind, info) = match error {
            Error::Restricted { table, .. } => return Ok(Some(table.clone())),
            Error::Database(DieselError::DatabaseError(kind, info)) => (kind, info),
            _ => return Ok(None),
        };
        let named = info.constraint_name();
        let about_rows = match kind {
            Kind::ForeignKeyViolation | Kind::RestrictViolation => {
                return Ok(Some(named.unwrap_or("a foreign key").to_owned()));
            }
            Kind::NotNullViolation
            | Kind::CheckViolation
            | Kind::UniqueViolation
            | Kind::ExclusionViolation => true,
            // a trigger's own error, or a missing right, a syntax error
            Kind::Unknown => is_unnamed(error) && self.runs_without_rows().await?,
            _ => false,
        };
        let name = || named.unwrap_or(info.message()).to_owned();
        Ok(about_rows.then(name))
    }

    /// Whether the statements of a removal run where they are about no row.
    async fn runs_without_rows(&mut self) -> Result<bool, Error> {
        self.run.session.begin().await?;
        let result = self.remove_nothing().await;
        Ok(self.run.session.undo(result).await.is_ok())
    }

    async fn remove_nothing(&mut self) -> Result<(), Error> {
        let none = || Expr::Sql("1 = 0");
        let engine = self.run.session.engine;
        for table in 0..self.run.graph.tables.len() {
            let member = &self.run.graph.tables[table];
            let node = member.node;
            let source = Source::Table(node);
            if member.is_inner() {
                let mut select = Select::new(source).filter(none()).lock(engine.lock_rows());
                select.columns.push(Expr::Sql("1"));
                let query = statement(engine, &self.run.marks, Body::Select(select));
                let classes = vec![crate::column::ValueClass::Count];
                self.run.session.read(query, classes).await?;
            }
            let restricts = node.restricts().map(|relation| relation.other());
            for counted in restricts.chain([node]) {
                let select = Select::new(Source::Table(counted)).filter(none());
                self.run.count(select).await?;
            }
            let filter = vec![Expr::Is(source, State::Deleted), none()];
            let delete = Delete {
                table: node,
                filter,
                order: None,
            };
            self.run.execute(Body::Delete(delete)).await?;
        }
        Ok(())
    }

    /// Leaves out the one row that the batch had.
    fn pass_over<V>(&mut self, name: String) -> BatchOutcome<V> {
        self.after = self.last.take();
        self.size = self.plan.batch_size.min(2);
        BatchOutcome {
            looked_at: 1,
            skipped: 1,
            counts: vec![0; self.run.graph.tables.len()],
            referenced: vec![(name, 1)],
            is_last: false,
            value: None,
        }
    }
}

fn is_violation(error: &Error) -> bool {
    use DatabaseErrorKind::{ForeignKeyViolation, RestrictViolation};
    matches!(
        error,
        Error::Database(DieselError::DatabaseError(
            ForeignKeyViolation | RestrictViolation,
            _
        ))
    )
}

/// Whether it may be a missing right or a trigger's own error, for which Diesel has no kind.
fn is_unnamed(error: &Error) -> bool {
    match error {
        Error::Database(DieselError::DatabaseError(DatabaseErrorKind::Unknown, info)) => {
            !is_conflict(error) && !is_of_server(info.message())
        }
        _ => false,
    }
}

/// Whether another transaction was there at the same time, and the batch may go through after it.
fn is_conflict(error: &Error) -> bool {
    const MESSAGES: [&str; 3] = [
        "deadlock detected",
        "Deadlock found",
        "Record has changed since last read",
    ];
    match error {
        Error::Database(DieselError::DatabaseError(kind, info)) => {
            matches!(kind, DatabaseErrorKind::SerializationFailure)
                || MESSAGES.iter().any(|text| info.message().contains(text))
        }
        _ => false,
    }
}

/// Whether the message is about the server or a wait, and not about rows: Diesel has no kind for it.
fn is_of_server(message: &str) -> bool {
    const BEGINNINGS: [&str; 8] = [
        "Lock wait timeout exceeded",
        "Query execution was interrupted",
        "The table '",
        "canceling statement due to",
        "could not extend file",
        "could not obtain lock",
        "database is locked",
        "database or disk is full",
    ];
    // SQLite's whole message; a trigger may say the word too
    message == "interrupted" || BEGINNINGS.iter().any(|text| message.starts_with(text))
}
