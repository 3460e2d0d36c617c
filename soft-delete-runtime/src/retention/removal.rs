//! The removal of a batch's rows, and what it leaves of them.

use std::collections::HashSet;

use diesel::query_builder::QueryFragment;

use super::failure::{Failure, Step};
use super::hook::NoHook;
use super::job::{Job, refused};
use crate::column::Recorded;
use crate::connection::Kind;
use crate::key::{Keys, Value};
use crate::tree::ReadColumn;

impl<K, C, P> Job<'_, K, C, P>
where
    K: Kind<C>,
    P: QueryFragment<K::Backend>,
{
    /// Removes the rows with these keys and what is below them; how many of each table.
    pub(super) async fn remove(&mut self, keys: Keys) -> Result<Vec<usize>, Failure> {
        let removal = self.run.purge(keys, false).await;
        removal.map_err(|error| Failure::of(Step::Removal, error))?;
        let mut counts: Vec<usize> = self.run.report.counts().collect();
        let expected = self.run.keys[0].len();
        if counts[0] != expected {
            self.refuse_left().await?;
            // the database's own cascade has removed the others
            counts[0] = expected;
        }
        Ok(counts)
    }

    /// Refuses a removal that has left rows where they are.
    async fn refuse_left(&mut self) -> Result<(), Failure> {
        let node = self.plan.root;
        let key = node.key.len();
        let table = node.text();
        let refuse = |why: String| refused(node, &why);
        let keys = std::mem::take(&mut self.run.keys[0]);
        let extra = [ReadColumn::is_active(node, Recorded::No)];
        let lock = self.run.session.engine.locking_read();
        let left = self.run.read_by_keys(0, &keys, &extra, lock).await?;
        let active = left.iter().filter(|row| row[key].is_true()).count();
        if active > 0 {
            return Err(refuse(format!(
                "the hook of `before_batch`, or a trigger, has restored {active} rows of the \
                 batch: a hook must not change the rows of its batch"
            ))
            .into());
        }
        if !left.is_empty() {
            let error = refuse(format!(
                "a trigger has kept {} rows of `{table}`",
                left.len()
            ));
            return Err(Failure::of(Step::Kept, error));
        }
        let removed: HashSet<Vec<Value>> = keys.iter().collect();
        let again = self.select_batch::<(), NoHook>("", &mut Vec::new()).await?;
        if again.iter().any(|row| removed.contains(&row[..key])) {
            let why = "a key does not read back equal, so its row cannot be removed".to_owned();
            return Err(refuse(why).into());
        }
        Ok(())
    }
}
