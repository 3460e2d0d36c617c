//! What is wrong with the rows: looked at on request alone.

use diesel::QueryResult;
use soft_delete_runtime::__private::ColumnType;

use super::{Checks, Ends, Known, active, deleted, quoted, shown};
use crate::doctor::catalogue::TableKind;
use crate::doctor::connection::Ask;
use crate::doctor::engine::{Database, Engine};
use crate::doctor::finding::{Kind, Repair};

impl Checks<'_> {
    pub(in crate::doctor) async fn data<K: Ask<C>, C>(
        &mut self,
        database: &mut Database<'_, K, C>,
    ) -> QueryResult<()> {
        for known in self.known().collect::<Vec<_>>() {
            self.markers_are_set(database, known).await?;
        }
        for ends in self.relations_known() {
            if ends.has_columns() {
                self.active_below_deleted(database, ends).await?;
                self.stamps_match(database, ends).await?;
            }
        }
        Ok(())
    }

    async fn markers_are_set<K: Ask<C>, C>(
        &mut self,
        database: &mut Database<'_, K, C>,
        known: Known<'_>,
    ) -> QueryResult<()> {
        let marker = &known.facts.marker;
        let may_be_null = known
            .column(&marker.name)
            .is_some_and(|column| !column.not_null);
        if marker.nullable != Some(false) || !may_be_null {
            return Ok(());
        }
        let table = quoted(self.engine, known.facts);
        let name = self.engine.quote(&marker.name);
        let rows = format!("{table} WHERE {name} IS NULL");
        if let Some(number) = self.count(database, known, &rows).await? {
            let why =
                format!("{number} row(s) are neither active nor deleted: their marker is NULL");
            let steps = [format!("decide for each what it is: SELECT * FROM {rows};")];
            self.add(
                Kind::MarkerUnset,
                known.facts,
                &marker.name,
                why,
                Repair::steps(steps),
            );
        }
        Ok(())
    }

    async fn active_below_deleted<K: Ask<C>, C>(
        &mut self,
        database: &mut Database<'_, K, C>,
        ends: Ends<'_>,
    ) -> QueryResult<()> {
        let engine = self.engine;
        let rows = format!(
            "{} WHERE {} AND {}",
            ends.joined(engine),
            active(ends.child.facts, &of(engine, "c", ends.child)),
            deleted(ends.parent.facts, &of(engine, "p", ends.parent))
        );
        if let Some(number) = self.count(database, ends.child, &rows).await? {
            let why = format!(
                "{number} active row(s) refer to a deleted row of `{}`: no operation of the library leaves them so",
                shown(ends.parent.facts)
            );
            let steps = [
                format!("look at them: SELECT c.* FROM {rows};"),
                "restore their parents, or soft-delete them".to_owned(),
            ];
            let columns = ends.relation.foreign_key.join(", ");
            let repair = Repair::steps(steps);
            self.add(
                Kind::ActiveBelowDeleted,
                ends.child.facts,
                columns,
                why,
                repair,
            );
        }
        Ok(())
    }

    async fn stamps_match<K: Ask<C>, C>(
        &mut self,
        database: &mut Database<'_, K, C>,
        ends: Ends<'_>,
    ) -> QueryResult<()> {
        let engine = self.engine;
        let Some(differ) = differ(engine, ends).filter(|_| ends.relation.cascade) else {
            return Ok(());
        };
        let rows = format!(
            "{} WHERE {} AND {} AND {differ}",
            ends.joined(engine),
            deleted(ends.child.facts, &of(engine, "c", ends.child)),
            deleted(ends.parent.facts, &of(engine, "p", ends.parent))
        );
        if let Some(number) = self.count(database, ends.child, &rows).await? {
            let why = format!(
                "{number} deleted row(s) seem to have gone with their row of `{}`, but their stamps differ: a restore of it leaves them deleted",
                shown(ends.parent.facts)
            );
            let steps = [
                format!("look at them: SELECT c.*, p.* FROM {rows};"),
                "set the stamp of those that belong together to that of the parent".to_owned(),
            ];
            let columns = ends.relation.foreign_key.join(", ");
            let repair = Repair::steps(steps);
            self.add(Kind::StampsDiffer, ends.child.facts, columns, why, repair);
        }
        Ok(())
    }

    /// How many rows there are, if any.
    async fn count<K: Ask<C>, C>(
        &mut self,
        database: &mut Database<'_, K, C>,
        known: Known<'_>,
        rows: &str,
    ) -> QueryResult<Option<String>> {
        let query = format!("SELECT COUNT(*) FROM {rows}");
        let Some(counted) = database.try_rows::<1>(&query, "1").await? else {
            let why = "its rows could not be read";
            let steps = ["examine with a role that may read the table and those that it refers to"];
            self.add(Kind::NoRights, known.facts, "", why, Repair::steps(steps));
            return Ok(None);
        };
        let number = counted.into_iter().next().and_then(|[number]| number);
        Ok(number.filter(|number| number != "0"))
    }
}

impl Ends<'_> {
    /// Whether both tables have the columns that the relation and their markers are made of.
    pub(in crate::doctor) fn has_columns(self) -> bool {
        let has = |known: Known<'_>, columns: &[String]| {
            known.column(&known.facts.marker.name).is_some()
                && columns.iter().all(|column| known.column(column).is_some())
        };
        self.child.table.kind != TableKind::View
            && has(self.child, &self.relation.foreign_key)
            && has(self.parent, &self.relation.primary_key)
    }

    /// The rows of the child as `c`, each with its parent as `p`.
    fn joined(self, engine: Engine) -> String {
        let pairs = std::iter::zip(&self.relation.primary_key, &self.relation.foreign_key);
        let is_parent: Vec<_> = pairs
            .map(|(key, column)| format!("p.{} = c.{}", engine.quote(key), engine.quote(column)))
            .collect();
        format!(
            "{} AS c JOIN {} AS p ON {}",
            quoted(engine, self.child.facts),
            quoted(engine, self.parent.facts),
            is_parent.join(" AND ")
        )
    }
}

/// The marker of `c` or `p`.
fn of(engine: Engine, alias: &str, known: Known<'_>) -> String {
    format!("{alias}.{}", engine.quote(&known.facts.marker.name))
}

/// That two deleted rows went together and do not say so: within a second of each other with
/// unequal moments, or at one moment without the id of the operation.
fn differ(engine: Engine, ends: Ends<'_>) -> Option<String> {
    let (child, parent) = (of(engine, "c", ends.child), of(engine, "p", ends.parent));
    let (child_facts, parent_facts) = (ends.child.facts, ends.parent.facts);
    let is_moment = |column| {
        matches!(
            column,
            ColumnType::Timestamp | ColumnType::Datetime | ColumnType::Timestamptz
        )
    };
    let of_one_type = child_facts.marker.sql_type == parent_facts.marker.sql_type;
    if let (Some(of_child), Some(of_parent)) = (&child_facts.operation, &parent_facts.operation) {
        let unset = format!(
            "(c.{} IS NULL OR p.{} IS NULL)",
            engine.quote(&of_child.name),
            engine.quote(&of_parent.name)
        );
        let keeps_moment = is_moment(child_facts.marker.sql_type)
            || child_facts.marker.sql_type == ColumnType::BigInt;
        return Some(match of_one_type && keeps_moment {
            true => format!("{child} = {parent} AND {unset}"),
            false => unset,
        });
    }
    if !of_one_type {
        return None;
    }
    let is_near = match (engine, child_facts.marker.sql_type) {
        (_, ColumnType::BigInt) => format!("ABS({child} - {parent}) < {}", child_facts.per_second),
        (_, sql_type) if !is_moment(sql_type) => return None,
        (Engine::Postgres, _) => {
            format!("{child} - {parent} BETWEEN INTERVAL '-1 second' AND INTERVAL '1 second'")
        }
        (Engine::Sqlite, _) => {
            format!("ABS(julianday({child}) - julianday({parent})) * 86400 < 1")
        }
        (Engine::Mysql | Engine::MariaDb, _) => {
            format!("ABS(TIMESTAMPDIFF(MICROSECOND, {child}, {parent})) < 1000000")
        }
    };
    Some(format!("{child} <> {parent} AND {is_near}"))
}
