//! What the catalogue tells of foreign keys that no relation states.

use super::job::References;
use crate::column::ValueClass;
use crate::connection::Kind;
use crate::engine::Engine;
use crate::error::Error;
use crate::key::Value;
use crate::relation::Node;
use crate::sql::{Body, UndeclaredKey};
use crate::tree::{Run, statement};

/// The columns of the query: the constraint, the schema and the table that it is of, its column,
/// and the column that it refers to.
const COLUMNS: usize = 5;

impl<K: Kind<C>, C> Run<'_, K, C, ()> {
    /// Asks which foreign keys refer to the tables of the tree that no relation states, as far as
    /// they forbid a removal.
    pub(super) async fn references(&mut self) -> Result<References, Error> {
        let mut references = Vec::new();
        for table in 0..self.graph.tables.len() {
            let node = self.graph.tables[table].node;
            let query = catalogue_query(node, self.session.engine);
            let body = Body::Text(query);
            let query = statement(self.session.engine, &self.marks, body);
            let reading = self.session.read(query, vec![ValueClass::Text; COLUMNS]);
            let rows = reading.await?;
            let mut keys: Vec<UndeclaredKey> = Vec::new();
            for row in rows.iter() {
                let mut texts = row.iter().map(Value::as_text);
                let mut text = || texts.next().flatten().unwrap_or_default();
                let (constraint, schema, child) = (text(), text(), text());
                let (column, parent) = (text(), text());
                // a key that names no column refers to the primary key
                let parent = match parent.is_empty() {
                    true => node
                        .key
                        .first()
                        .map_or(String::new(), |key| key.name.to_owned()),
                    false => parent,
                };
                let schema = Some(schema).filter(|schema| !schema.is_empty());
                let table: Vec<_> = schema.into_iter().chain([child]).collect();
                match keys.last_mut() {
                    Some(key) if key.constraint == constraint && key.table == table => {
                        let place = key.columns.len();
                        let parent = match node.key.get(place) {
                            Some(next) if parent == node.key[0].name => next.name.to_owned(),
                            _ => parent,
                        };
                        key.columns.push((column, parent));
                    }
                    _ => keys.push(UndeclaredKey {
                        constraint,
                        table,
                        columns: vec![(column, parent)],
                    }),
                }
            }
            keys.retain(|key| !is_stated(node, key));
            references.push(keys);
        }
        Ok(references)
    }
}

fn is_stated(node: &Node, key: &UndeclaredKey) -> bool {
    node.children().any(|relation| {
        let columns = key.columns.iter().map(|(column, _)| column.as_str());
        let stated = relation.foreign_key.iter().map(|column| column.name);
        let table = key.table.last().map(String::as_str);
        relation.other().parts().last().map(String::as_str) == table && columns.eq(stated)
    })
}

fn catalogue_query(node: &Node, engine: Engine) -> String {
    let parts = node.parts();
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let table = quoted(parts.last().map_or("", String::as_str));
    let schema = (parts.len() > 1).then(|| quoted(&parts[0]));
    match engine {
        Engine::Sqlite => format!(
            "SELECT m.name || '(' || f.\"from\" || ')', '', m.name, f.\"from\", COALESCE(f.\"to\", '') \
             FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS f \
             WHERE m.type = 'table' AND f.\"table\" = {table} COLLATE NOCASE \
             AND f.on_delete IN ('NO ACTION', 'RESTRICT') ORDER BY m.name, f.id, f.seq"
        ),
        Engine::Postgres => {
            let named = |part: &String| format!("\"{}\"", part.replace('"', "\"\""));
            let name: Vec<_> = parts.iter().map(named).collect();
            let name = quoted(&name.join("."));
            format!(
                "SELECT c.conname::text, n.nspname::text, r.relname::text, a.attname::text, b.attname::text \
                 FROM pg_constraint AS c JOIN pg_class AS r ON r.oid = c.conrelid \
                 JOIN pg_namespace AS n ON n.oid = r.relnamespace \
                 CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY AS k (child, parent, place) \
                 JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.child \
                 JOIN pg_attribute AS b ON b.attrelid = c.confrelid AND b.attnum = k.parent \
                 WHERE c.contype = 'f' AND c.confdeltype IN ('a', 'r') AND c.conparentid = 0 \
                 AND c.confrelid = to_regclass({name}) ORDER BY c.oid, k.place"
            )
        }
        Engine::Mysql => {
            let schema = schema.unwrap_or_else(|| "DATABASE()".to_owned());
            format!(
                "SELECT k.CONSTRAINT_NAME, k.TABLE_SCHEMA, k.TABLE_NAME, k.COLUMN_NAME, k.REFERENCED_COLUMN_NAME \
                 FROM information_schema.KEY_COLUMN_USAGE AS k \
                 JOIN information_schema.REFERENTIAL_CONSTRAINTS AS r \
                 ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME \
                 AND r.TABLE_NAME = k.TABLE_NAME \
                 WHERE k.REFERENCED_TABLE_SCHEMA = {schema} AND k.REFERENCED_TABLE_NAME = {table} \
                 AND r.DELETE_RULE IN ('NO ACTION', 'RESTRICT') \
                 ORDER BY k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION"
            )
        }
    }
}
