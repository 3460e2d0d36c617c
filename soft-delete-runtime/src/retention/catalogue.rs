//! What the catalogue tells of foreign keys that no relation states.

use std::collections::HashSet;

use super::job::References;
use crate::column::ValueClass;
use crate::connection::Kind;
use crate::engine::Engine;
use crate::error::Error;
use crate::key::Value;
use crate::relation::Node;
use crate::sql::{Body, UndeclaredKey};
use crate::tree::{Run, statement};

/// The columns of the query: what tells the foreign keys apart, the constraint's name, the schema and
/// the table that it is of, its column, and the column that it refers to.
const COLUMNS: usize = 6;

/// That PostgreSQL looks at a constraint `c`: the column is there from version 18 on.
pub(super) const ENFORCED: &str = "COALESCE((to_jsonb(c) ->> 'conenforced')::bool, true)";

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
            let mut last = String::new();
            for row in rows.iter() {
                let mut texts = row.iter().map(Value::as_text);
                let mut text = || texts.next().flatten().unwrap_or_default();
                let (id, constraint, schema, child) = (text(), text(), text(), text());
                let column = (text(), text());
                match keys.last_mut().filter(|_| id == last) {
                    Some(key) => key.columns.push(column),
                    None => keys.push(UndeclaredKey {
                        constraint,
                        table: [schema, child]
                            .into_iter()
                            .filter(|part| !part.is_empty())
                            .collect(),
                        columns: vec![column],
                    }),
                }
                last = id;
            }
            for key in keys.iter_mut().filter(|key| key.constraint.is_empty()) {
                key.constraint = key_text(key);
            }
            keys.retain(|key| !is_stated(node, key));
            references.push(keys);
        }
        Ok(references)
    }
}

/// `table(column, column)`, where the foreign key has no name.
fn key_text(key: &UndeclaredKey) -> String {
    let columns: Vec<_> = key.columns.iter().map(|(column, _)| &column[..]).collect();
    format!("{}({})", key.table.join("."), columns.join(", "))
}

/// Whether a relation states it; the columns of both may be in any order.
fn is_stated(node: &Node, key: &UndeclaredKey) -> bool {
    let columns: HashSet<_> = key.columns.iter().map(|(column, _)| &column[..]).collect();
    node.children().any(|relation| {
        let stated = relation.foreign_key.iter().map(|column| column.name);
        let table = key.table.last().map(String::as_str);
        relation.other().parts().last().map(String::as_str) == table
            && columns == stated.collect::<HashSet<_>>()
    })
}

/// Text as a literal of SQL.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A table in PostgreSQL's catalogue.
pub(super) fn regclass(node: &Node) -> String {
    let parts = node.parts();
    let named = |part: &String| format!("\"{}\"", part.replace('"', "\"\""));
    let name: Vec<_> = parts.iter().map(named).collect();
    format!("to_regclass({})", quoted(&name.join(".")))
}

fn catalogue_query(node: &Node, engine: Engine) -> String {
    let parts = node.parts();
    let table = quoted(parts.last().map_or("", String::as_str));
    let schema = (parts.len() > 1).then(|| quoted(&parts[0]));
    match engine {
        Engine::Sqlite => format!(
            // a key that names no column refers to the primary key
            "SELECT m.name || ' ' || f.id, '', '', m.name, f.\"from\", COALESCE(f.\"to\", \
             (SELECT p.name FROM pragma_table_info(f.\"table\") AS p WHERE p.pk = f.seq + 1)) \
             FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS f \
             WHERE m.type = 'table' AND f.\"table\" = {table} COLLATE NOCASE \
             AND f.on_delete IN ('NO ACTION', 'RESTRICT') ORDER BY m.name, f.id, f.seq"
        ),
        Engine::Postgres => {
            let table = regclass(node);
            format!(
                "SELECT c.oid::text, c.conname::text, n.nspname::text, r.relname::text, a.attname::text, b.attname::text \
                 FROM pg_constraint AS c JOIN pg_class AS r ON r.oid = c.conrelid \
                 JOIN pg_namespace AS n ON n.oid = r.relnamespace \
                 CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY AS k (child, parent, place) \
                 JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.child \
                 JOIN pg_attribute AS b ON b.attrelid = c.confrelid AND b.attnum = k.parent \
                 WHERE c.contype = 'f' AND c.confdeltype IN ('a', 'r') AND c.conparentid = 0 AND {ENFORCED} \
                 AND c.confrelid = {table} ORDER BY c.oid, k.place"
            )
        }
        Engine::Mysql => {
            let schema = schema.unwrap_or_else(|| "DATABASE()".to_owned());
            format!(
                "SELECT CONCAT(k.TABLE_SCHEMA, ' ', k.TABLE_NAME, ' ', k.CONSTRAINT_NAME), \
                 k.CONSTRAINT_NAME, k.TABLE_SCHEMA, k.TABLE_NAME, k.COLUMN_NAME, k.REFERENCED_COLUMN_NAME \
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
