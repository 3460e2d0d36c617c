//! The removal of a batch's rows, and what it leaves of them.

use std::collections::HashSet;
use std::fmt::Display;

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
        let tables = removal.map_err(|error| Failure::of(Step::Removal, error))?;
        if let Some((table, rows)) = self.run.kept(&tables).await? {
            return Err(match table {
                0 => self.left().await?,
                _ => {
                    let table = self.run.graph.tables[table].node.text();
                    self.kept(rows, &table)
                }
            });
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

    fn kept(&self, rows: impl Display, table: &str) -> Failure {
        let why = format!("a trigger or a policy has kept {rows} row(s) of `{table}`");
        Failure::of(Step::Kept, refused(self.plan.root, &why))
    }

    /// Why rows of the first table are still there.
    async fn left(&mut self) -> Result<Failure, Failure> {
        let node = self.plan.root;
        let key = node.key.len();
        let keys = std::mem::take(&mut self.run.keys[0]);
        let extra = [ReadColumn::is_active(node, Recorded::No)];
        let lock = self.run.session.engine.locking_read();
        let left = self.run.read_by_keys(0, &keys, &extra, lock).await?;
        let active = left.iter().filter(|row| row[key].is_true()).count();
        if active == 0 {
            return Ok(self.kept(left.len(), &node.text()));
        }
        let why = format!(
            "the hook of `before_batch`, or a trigger, has restored {active} rows of the batch: a \
             hook must not change the rows of its batch"
        );
        Ok(refused(node, &why).into())
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
