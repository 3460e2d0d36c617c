//! Foreign keys that are looked at no sooner than at the end of a transaction.

use diesel::query_builder::QueryFragment;

use super::catalogue::{ENFORCED, quoted, regclass};
use super::job::Job;
use crate::column::ValueClass;
use crate::connection::{Kind, single_count};
use crate::engine::Engine;
use crate::error::Error;
use crate::relation::Node;
use crate::sql::Body;
use crate::tree::statement;

impl<K, C, P> Job<'_, K, C, P>
where
    K: Kind<C>,
    P: QueryFragment<K::Backend>,
{
    /// Where a batch ends without a commit, in a transaction of the caller's and in a preview, a deferred
    /// foreign key refuses nothing: what it refers to is looked for before.
    pub(super) async fn find_deferred_keys(&mut self) -> Result<(), Error> {
        if !self.run.session.in_transaction() || self.immediate {
            return Ok(());
        }
        let tables = self.run.graph.tables.iter().map(|member| member.node);
        let query = match self.run.session.engine {
            Engine::Sqlite => of_sqlite(tables),
            Engine::Postgres => of_postgres(tables),
            Engine::Mysql => return Ok(()), // it has none
        };
        let query = statement(self.run.session.engine, &self.run.marks, Body::Text(query));
        let counting = self.run.session.read(query, vec![ValueClass::Count]);
        if single_count(&counting.await?)? > 0 {
            self.references = Some(self.run.references().await?);
            self.looks_ahead = true;
            self.has_deferred = true;
        }
        Ok(())
    }
}

fn of_sqlite<'n>(tables: impl Iterator<Item = &'n Node>) -> String {
    let names = tables.filter_map(|node| node.parts().last().map(|name| quoted(name)));
    let names: Vec<_> = names.collect();
    format!(
        "SELECT COUNT(*) FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS f \
         WHERE m.type = 'table' AND f.\"table\" COLLATE NOCASE IN ({}) AND f.on_delete = 'NO ACTION' \
         AND (m.sql LIKE '%DEFERRED%' OR (SELECT defer_foreign_keys FROM pragma_defer_foreign_keys)) \
         AND (SELECT foreign_keys FROM pragma_foreign_keys)",
        names.join(", ")
    )
}

fn of_postgres<'n>(tables: impl Iterator<Item = &'n Node>) -> String {
    let tables: Vec<_> = tables.map(regclass).collect();
    format!(
        "SELECT COUNT(*) FROM pg_constraint AS c WHERE contype = 'f' AND condeferrable \
         AND confdeltype = 'a' AND {ENFORCED} AND confrelid IN ({})",
        tables.join(", ")
    )
}
