//! Foreign keys that are looked at no sooner than at the end of a transaction.

use diesel::query_builder::QueryFragment;

use super::job::{Immediate, Job};
use crate::column::ValueClass;
use crate::connection::Kind;
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
    /// Asks for them where a batch ends without a commit: in a transaction of the caller's, and in a
    /// preview.
    pub(super) async fn find_deferred_keys(&mut self) -> Result<(), Error> {
        if !self.run.session.in_transaction() {
            return Ok(());
        }
        let engine = self.run.session.engine;
        let nodes: Vec<_> = self
            .run
            .graph
            .tables
            .iter()
            .map(|member| member.node)
            .collect();
        let query = match engine {
            Engine::Sqlite => of_sqlite(&nodes),
            Engine::Postgres => of_postgres(&nodes),
            Engine::Mysql => return Ok(()), // it has none
        };
        let query = statement(engine, &self.run.marks, Body::Text(query));
        let reading = self.run.session.read(query, vec![ValueClass::Text; 2]);
        let keys = reading.await?;
        if keys.is_empty() {
            return Ok(());
        }
        if engine == Engine::Sqlite {
            self.references = Some(self.run.references().await?);
            self.looks_ahead = true;
            return Ok(());
        }
        let names = |deferred: bool| {
            let keys = keys
                .iter()
                .filter(move |key| !deferred || key[1].as_text().is_some());
            let names: Vec<_> = keys.filter_map(|key| key[0].as_text()).collect();
            names.join(", ")
        };
        let set = |names: String, mode: &str| match names.is_empty() {
            true => None,
            false => Some(format!("SET CONSTRAINTS {names} {mode}")),
        };
        self.immediate = Immediate {
            before: set(names(false), "IMMEDIATE"),
            after: set(names(true), "DEFERRED"),
        };
        Ok(())
    }

    /// Has deferred foreign keys looked at before the commit from now on, where the hook's own can be
    /// told from those of the removal.
    pub(super) fn look_at_deferred_keys(&mut self) {
        if self.run.session.engine == Engine::Postgres {
            let all = "SET CONSTRAINTS ALL IMMEDIATE".to_owned();
            self.immediate.before.get_or_insert(all);
        }
    }

    /// Before the removal, and after it.
    pub(super) async fn set_constraints(&mut self, before: bool) -> Result<(), Error> {
        let immediate = &self.immediate;
        let sql = if before {
            &immediate.before
        } else {
            &immediate.after
        };
        if let Some(sql) = sql.clone() {
            let engine = self.run.session.engine;
            let setting = statement::<()>(engine, &self.run.marks, Body::Text(sql));
            self.run.session.execute(setting).await?;
        }
        Ok(())
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn of_sqlite(nodes: &[&Node]) -> String {
    let tables = nodes
        .iter()
        .filter_map(|node| node.parts().last().map(|name| quoted(name)));
    let tables: Vec<_> = tables.collect();
    format!(
        "SELECT m.name, NULL FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS f \
         WHERE m.type = 'table' AND f.\"table\" COLLATE NOCASE IN ({}) AND f.on_delete = 'NO ACTION' \
         AND (m.sql LIKE '%DEFERRED%' OR (SELECT defer_foreign_keys FROM pragma_defer_foreign_keys))",
        tables.join(", ")
    )
}

/// The names, and whether each is deferred unless it is told otherwise.
fn of_postgres(nodes: &[&Node]) -> String {
    let tables = nodes.iter().map(|node| {
        let parts = node.parts();
        let parts = parts
            .iter()
            .map(|part| format!("\"{}\"", part.replace('"', "\"\"")));
        let name: Vec<_> = parts.collect();
        format!("to_regclass({})", quoted(&name.join(".")))
    });
    let tables: Vec<_> = tables.collect();
    format!(
        "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.conname), \
         CASE WHEN c.condeferred THEN 'deferred' END \
         FROM pg_constraint AS c JOIN pg_namespace AS n ON n.oid = c.connamespace \
         WHERE c.contype = 'f' AND c.condeferrable AND c.confdeltype = 'a' \
         AND c.confrelid IN ({})",
        tables.join(", ")
    )
}
