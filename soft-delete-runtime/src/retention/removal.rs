//! The removal of a batch's rows, and what it leaves of them.

use std::collections::HashSet;

use diesel::query_builder::QueryFragment;

use super::failure::{Failure, Step};
use super::hook::NoHook;
use super::job::{Job, refused};
use crate::connection::Kind;
use crate::key::{Keys, Value};
use crate::sql::State;

impl<K, C, P> Job<'_, K, C, P>
where
    K: Kind<C>,
    P: QueryFragment<K::Backend>,
{
    /// Removes the rows with these keys and what is below them; how many of each table.
    pub(super) async fn remove(&mut self, keys: Keys) -> Result<Vec<usize>, Failure> {
        let removal = self.run.purge(keys, false).await;
        let tables = removal.map_err(|error| Failure::of(Step::Removal, error))?;
        if let Some((table, why)) = self.run.kept(&tables).await? {
            if table == 0 {
                self.refuse_restored().await?;
            }
            let error = refused(self.plan.root, &why);
            return Err(Failure::of(Step::Kept, error));
        }
        let mut counts: Vec<usize> = self.run.report.counts().collect();
        let expected = self.run.keys[0].len();
        if counts[0] != expected {
            self.refuse_keys_that_differ().await?;
            // the database's own cascade has removed the others
            counts[0] = expected;
        }
        Ok(counts)
    }

    /// Refuses a batch whose rows have been restored meanwhile.
    async fn refuse_restored(&mut self) -> Result<(), Failure> {
        let active = self.run.count_left(0, State::Active).await?;
        if active == 0 {
            return Ok(());
        }
        let why = format!(
            "the hook of `before_batch`, or a trigger, has restored {active} rows of the batch: a \
             hook must not change the rows of its batch"
        );
        Err(refused(self.plan.root, &why).into())
    }

    /// Refuses keys by which no row was found, because they do not read back equal.
    async fn refuse_keys_that_differ(&mut self) -> Result<(), Failure> {
        let node = self.plan.root;
        let key = node.key.len();
        let keys = std::mem::take(&mut self.run.keys[0]);
        let removed: HashSet<Vec<Value>> = keys.iter().collect();
        let again = self.select_batch::<(), NoHook>("", &mut Vec::new()).await?;
        if again.iter().any(|row| removed.contains(&row[..key])) {
            let why = "a key does not read back equal, so its row cannot be removed";
            return Err(refused(node, why).into());
        }
        Ok(())
    }
}
