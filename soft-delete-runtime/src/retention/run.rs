//! The batches of a retention, one after the other.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use diesel::expression::expression_types::Untyped;
use diesel::query_builder::QueryFragment;

use super::after::{CallAfter, NoAfter};
use super::builder::PurgeExpired;
use super::failure::{Failure, Step};
use super::hook::{CallHook, NoHook, Rows as HookRows};
use super::job::{BatchOutcome, Job, refused};
use super::progress::Progress;
use crate::column::Recorded;
use crate::connection::{Kind, Session};
use crate::engine::Engine;
use crate::error::Error;
use crate::key::{Keys, Rows, Value};
use crate::sql::{Body, Expr, Limit, Returns, Select, Source, State, Statement};
use crate::tree::ReadColumn;

/// Removes what has expired.
pub(crate) async fn purge<K, C, T, P, B, F>(
    retention: PurgeExpired<T, P, B, F>,
    conn: &mut C,
) -> Result<Progress, Error>
where
    K: Kind<C>,
    P: QueryFragment<K::Backend>,
    B: CallHook<K, C, T>,
    F: CallAfter<B::Value>,
{
    let PurgeExpired {
        plan,
        keeping,
        mut before,
        mut after,
        ..
    } = retention;
    let session = Session::of(conn).await?;
    let mut job = Job::<K, C, P>::new(session, plan, keeping)?;
    job.purge::<T, _, _>(&mut before, &mut after).await
}

/// What [`purge`] would do: it is carried out in one transaction, and undone.
pub(crate) async fn preview<K, C, T, P, B, F>(
    retention: PurgeExpired<T, P, B, F>,
    conn: &mut C,
) -> Result<Progress, Error>
where
    K: Kind<C>,
    P: QueryFragment<K::Backend>,
{
    let PurgeExpired {
        mut plan, keeping, ..
    } = retention;
    plan.max_batches = None;
    plan.with_total = true;
    let session = Session::of(conn).await?;
    let mut job = Job::<K, C, P>::new(session, plan, keeping)?;
    // what a commit would refuse is refused at once, if nothing but the preview is in the transaction
    let is_postgres = job.run.session.engine == Engine::Postgres;
    job.immediate = is_postgres && !job.run.session.in_transaction();
    job.run.session.begin().await?;
    let result = job.purge::<T, _, _>(&mut NoHook, &mut NoAfter).await;
    job.run.session.undo(result).await
}

impl<'c, K, C, P> Job<'c, K, C, P>
where
    K: Kind<C>,
    P: QueryFragment<K::Backend>,
{
    async fn purge<T, B, F>(&mut self, before: &mut B, after: &mut F) -> Result<Progress, Error>
    where
        B: CallHook<K, C, T>,
        F: CallAfter<B::Value>,
    {
        if self.run.session.in_transaction() {
            self.run.take_write_lock().await?;
        }
        self.run.read_collations().await?;
        self.find_deferred_keys().await?;
        let tables = self.run.graph.tables.iter();
        let mut progress = Progress::new(tables.map(|member| member.node.text()).collect());
        if self.plan.with_total {
            progress.total = Some(self.count_expired().await?);
        }
        let mut removing = 0;
        while !progress.finished && self.plan.max_batches.is_none_or(|most| removing < most) {
            let Some(batch) = self.next_batch::<T, B>(before).await? else {
                progress.finished = true;
                break;
            };
            if batch.counts.iter().any(|rows| *rows > 0) {
                removing += 1;
            }
            progress.add(&batch);
            if let Some(value) = batch.value {
                after.call(&progress, value);
            }
        }
        Ok(progress)
    }

    /// Removes what can go of the next batch.
    pub(super) async fn batch<T, B>(
        &mut self,
        before: &mut B,
    ) -> Result<Option<BatchOutcome<B::Value>>, Failure>
    where
        B: CallHook<K, C, T>,
    {
        self.run.reset();
        self.run.take_write_lock().await?;
        let lock = self.run.session.engine.lock_free_rows();
        let mut keys = Vec::new();
        let rows = self.select_batch::<T, B>(lock, &mut keys).await?;
        let key = self.plan.root.key.len();
        self.read = rows.len();
        self.last = rows.iter().last().map(|row| row[..key].to_vec());
        if rows.is_empty() {
            return Ok(None);
        }
        if rows.iter().any(|row| row[..key].contains(&Value::Null)) {
            let why = "a row has NULL in its primary key, by which it cannot be removed";
            return Err(refused(self.plan.root, why).into());
        }
        let kept = |row: &[Value]| self.plan.keeps && row[key].is_true();
        let mut going = rows.filter(|row| !kept(row)).columns(0..key);
        let locked = self.locked_elsewhere(Keys::of(&going)).await?;
        let all = going.len();
        going = going.filter(|row| !locked.contains(row));
        // left for a later run, and neither looked at nor skipped
        let looked_at = rows.len() - (all - going.len());
        let mut referenced = HashMap::new();
        let keeps_below = self.plan.keeps && self.run.graph.tables[0].self_ref.is_some();
        if (self.looks_ahead || keeps_below) && !going.is_empty() {
            let blocked: HashSet<Vec<Value>>;
            let look = self.blocked(&going).await;
            (blocked, referenced) = look.map_err(|error| Failure::of(Step::Look, error))?;
            going = going.filter(|row| !blocked.contains(row));
        }
        let mut batch = BatchOutcome {
            looked_at,
            skipped: looked_at - going.len(),
            counts: vec![0; self.run.graph.tables.len()],
            referenced: referenced.into_iter().collect(),
            is_last: rows.len() < self.size,
            value: B::without_rows(),
        };
        if !going.is_empty() {
            if keys.len() > going.len() {
                let goes: HashSet<&[Value]> = going.iter().collect();
                let mut rows = rows.iter();
                keys.retain(|_| rows.next().is_some_and(|row| goes.contains(&row[..key])));
            }
            let values = Arc::new(Keys::of(&going));
            let rows = HookRows {
                keys: Arc::clone(&values),
                engine: self.run.session.engine,
            };
            let calling = before.call(self.run.session.conn(), rows, keys);
            batch.value = Some(calling.await?);
            let values = Arc::try_unwrap(values).unwrap_or_else(|_| Keys::of(&going));
            if self.immediate {
                self.run.check_deferred().await?;
            }
            batch.counts = self.remove(values).await?;
        }
        Ok(Some(batch))
    }

    /// Reads the keys of the next expired rows, and whether each is kept.
    pub(super) async fn select_batch<T, B>(
        &mut self,
        lock: &'static str,
        keys: &mut Vec<B::Key>,
    ) -> Result<Rows, Error>
    where
        B: CallHook<K, C, T>,
    {
        let root = self.plan.root;
        let source = Source::Table(root);
        let mut select = Select::new(source).values(root.key);
        let mut classes: Vec<_> = root.key.iter().map(|column| (column.class)()).collect();
        if self.plan.keeps {
            let kept = ReadColumn::flag(Expr::Keeping, Recorded::No);
            select = select.column(kept.expr);
            classes.push(kept.class);
        }
        if let Some(after) = &self.after {
            select = select.filter(Expr::After(source, root.key, after));
        }
        let mut select = select
            .in_state(State::Deleted)
            .filter(Expr::Expired(source))
            .lock(lock);
        let key = root.key.iter();
        select.order = key
            .map(|column| Expr::Column(source, column.name))
            .collect();
        select.limit = Some(Limit(self.size));
        let query = Statement {
            engine: self.run.session.engine,
            body: Body::Select(select),
            marks: &self.run.marks,
            filter: &self.keeping,
            changes: &(),
            result: Returns::<Untyped>::new(),
        };
        let reading = B::read_batch(self.run.session.conn(), query, classes, keys);
        Ok(reading.await?)
    }

    async fn count_expired(&mut self) -> Result<usize, Error> {
        let source = Source::Table(self.plan.root);
        let select = Select::new(source)
            .in_state(State::Deleted)
            .filter(Expr::Expired(source));
        let lock = match self.run.session.in_transaction() {
            true => self.run.session.engine.locking_read(),
            false => "", // rows that are locked elsewhere are passed over too
        };
        let count = self.run.count_locked(select, lock).await?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }
}

impl Progress {
    fn add<V>(&mut self, batch: &BatchOutcome<V>) {
        self.batches += 1;
        self.looked_at += batch.looked_at;
        self.skipped += batch.skipped;
        for (sum, rows) in self.tables.iter_mut().zip(&batch.counts) {
            sum.1 += rows;
        }
        for (constraint, rows) in &batch.referenced {
            match self
                .referenced
                .iter_mut()
                .find(|(known, _)| known == constraint)
            {
                Some((_, sum)) => *sum += rows,
                None => self.referenced.push((constraint.clone(), *rows)),
            }
        }
        self.finished = batch.is_last;
    }
}
