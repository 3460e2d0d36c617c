//! Random steps on a schema, each compared with what the model says.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::Connection;
use diesel::result::Error::RollbackTransaction;
use proptest::prelude::*;
use soft_delete_runtime::Error;

use crate::backend::Conn;
use crate::guarded::has_triggers;
use crate::model::{Counts, Key, Kind, Model, Refusal, Row, Rows, Stamp};
use crate::world::{Batches, Done, Run, World, with_ids};

/// Numbers stand for tables, rows, columns and moments: they are taken modulo what there is.
#[derive(Debug, Clone)]
pub enum Step {
    Insert {
        table: u8,
        parents: [u8; 4],
        under_deleted: bool,
        held: bool,
    },
    Move {
        table: u8,
        row: u8,
        column: u8,
        parent: u8,
        anywhere: bool,
    },
    Delete {
        table: u8,
        rows: Vec<u8>,
        filter: Option<u8>,
        moment: Option<u8>,
    },
    Restore {
        table: u8,
        rows: Vec<u8>,
        filter: Option<u8>,
        ancestors: bool,
    },
    Purge {
        table: u8,
        rows: Vec<u8>,
        filter: Option<u8>,
        active: bool,
    },
    Expire {
        table: u8,
        cutoff: u8,
        size: u8,
        most: Option<u8>,
    },
}

impl Step {
    /// Whether it puts a row below parents that nobody holds, whatever their state. Triggers refuse that.
    fn is_plain(&self) -> bool {
        match self {
            _ if has_triggers() => false,
            Self::Insert { held, .. } => !held,
            Self::Move { anywhere, .. } => *anywhere,
            _ => false,
        }
    }
}

pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    let rows = || proptest::collection::vec(any::<u8>(), 1..3);
    let insert = |plain: f64| {
        let held = proptest::bool::weighted(1.0 - plain);
        let under_deleted = proptest::bool::weighted(0.1);
        (any::<u8>(), any::<[u8; 4]>(), under_deleted, held).prop_map(
            |(table, parents, under_deleted, held)| Step::Insert {
                table,
                parents,
                under_deleted,
                held,
            },
        )
    };
    let moved =
        (any::<[u8; 4]>(), any::<bool>()).prop_map(|([table, row, column, parent], anywhere)| {
            Step::Move {
                table,
                row,
                column,
                parent,
                anywhere,
            }
        });
    let filter = || proptest::option::weighted(0.3, any::<u8>());
    // often the same: a marker alone does not tell such deletions apart
    let moment = prop_oneof![2 => Just(None), 2 => Just(Some(0)), 1 => any::<u8>().prop_map(Some)];
    let delete =
        (any::<u8>(), rows(), filter(), moment).prop_map(|(table, rows, filter, moment)| {
            Step::Delete {
                table,
                rows,
                filter,
                moment,
            }
        });
    let restore = (
        any::<u8>(),
        rows(),
        filter(),
        proptest::bool::weighted(0.25),
    )
        .prop_map(|(table, rows, filter, ancestors)| Step::Restore {
            table,
            rows,
            filter,
            ancestors,
        });
    let purge = (any::<u8>(), rows(), filter(), proptest::bool::weighted(0.2)).prop_map(
        |(table, rows, filter, active)| Step::Purge {
            table,
            rows,
            filter,
            active,
        },
    );
    let expire = (any::<[u8; 3]>(), proptest::option::of(1..3_u8)).prop_map(
        |([table, cutoff, size], most)| Step::Expire {
            table,
            cutoff,
            size,
            most,
        },
    );
    let change = prop_oneof![
        4 => insert(0.5), 2 => moved, 7 => delete, 7 => restore, 1 => purge, 1 => expire
    ];
    let fill = proptest::collection::vec(insert(0.0), 5..30);
    let changes = proptest::collection::vec(change, 1..20);
    (fill, changes).prop_map(|(mut steps, changes)| {
        steps.extend(changes);
        steps
    })
}

/// Few, so that operations share them; some differ by less than some markers keep.
fn moment(number: u8) -> DateTime<Utc> {
    let day: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
    let within = [0, 1, 999, 1_000, 999_999, 1_000_000];
    day + TimeDelta::days(i64::from(number / 6 % 3))
        + TimeDelta::microseconds(within[usize::from(number % 6)])
}

pub fn run(world: &dyn World, conn: &mut Conn, steps: &[Step]) {
    let model = Model {
        schema: world.schema(),
        rows: Rows::new(),
    };
    let mut walk = Walk {
        world,
        conn,
        model,
        next: 1,
    };
    for step in steps {
        let before = walk.model.misplaced();
        walk.take(step);
        let rows = walk.world.rows(walk.conn);
        assert_eq!(rows, walk.model.rows, "{}: after {step:?}", world.name());
        let roots = walk.world.roots(walk.conn);
        assert_eq!(roots, walk.roots(), "{}: after {step:?}", world.name());
        // no operation leaves an active row below a deleted one that was not there before
        let misplaced = walk.model.misplaced();
        assert!(
            step.is_plain() || misplaced.is_subset(&before),
            "{}: {misplaced:?} after {step:?}",
            world.name()
        );
    }
    walk.restore_all();
}

struct Walk<'a> {
    world: &'a dyn World,
    conn: &'a mut Conn,
    model: Model,
    next: i32,
}

impl Walk<'_> {
    fn table(&self, number: u8) -> usize {
        usize::from(number) % self.model.schema.tables.len()
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Insert {
                table,
                parents,
                under_deleted,
                ..
            } => self.insert(
                self.table(*table),
                parents,
                *under_deleted,
                !step.is_plain(),
            ),
            Step::Move {
                table,
                row,
                column,
                parent,
                ..
            } => self.move_row(self.table(*table), *row, *column, *parent, step.is_plain()),
            Step::Delete {
                table,
                rows,
                filter,
                moment,
            } => self.delete(self.table(*table), rows, *filter, *moment),
            Step::Restore {
                table,
                rows,
                filter,
                ancestors,
            } => self.restore(self.table(*table), rows, *filter, *ancestors),
            Step::Purge {
                table,
                rows,
                filter,
                active,
            } => self.purge(self.table(*table), rows, *filter, *active),
            Step::Expire {
                table,
                cutoff,
                size,
                most,
            } => self.expire(self.table(*table), *cutoff, *size, *most),
        }
    }

    /// The rows of the table that the numbers stand for.
    fn pick(&self, table: usize, numbers: &[u8], deleted: Option<bool>) -> Vec<i32> {
        let keys = self.model.rows.keys().copied();
        let wanted =
            |key: &Key| deleted.is_none_or(|deleted| self.model.is_deleted(*key) == deleted);
        let ids: Vec<i32> = keys
            .filter(|key| key.0 == table && wanted(key))
            .map(|key| key.1)
            .collect();
        let numbers = numbers.iter().filter(|_| !ids.is_empty());
        numbers
            .map(|number| ids[usize::from(*number) % ids.len()])
            .collect()
    }

    /// A target, and the keys of the rows that it names: by key, or by a filter that looks at other
    /// rows.
    fn target(
        &mut self,
        table: usize,
        rows: &[u8],
        form: Option<u8>,
        deleted: Option<bool>,
    ) -> (String, Vec<i32>) {
        let filter = form.and_then(|form| self.world.filter(table, form, rows));
        match filter {
            Some(filter) => {
                let ids = self.world.keys(self.conn, table, &filter);
                (filter, ids)
            }
            None => {
                let ids = self.pick(table, rows, deleted);
                (with_ids(&ids), ids)
            }
        }
    }

    /// Inserts a row below parents that are held active, as the docs say; a deleted one refuses it. Or
    /// below parents in any state, which nobody holds.
    fn insert(&mut self, table: usize, numbers: &[u8; 4], under_deleted: bool, held: bool) {
        let schema = self.model.schema;
        let relations = schema.relations.iter().filter(|r| r.child == table);
        let mut parents = Vec::new();
        for (relation, number) in relations.zip(numbers) {
            if number % 4 == 0 {
                parents.push(None);
                continue;
            }
            let state = (held && !under_deleted).then_some(false);
            let parent = self
                .pick(relation.parent, &[*number], state)
                .first()
                .copied();
            parents.push(parent);
            let Some(parent) = parent.filter(|_| held) else {
                continue;
            };
            let parent = (relation.parent, parent);
            match self.world.hold(self.conn, parent) {
                Ok(held) => assert!(held == 1 && !self.model.is_deleted(parent), "{parent:?}"),
                Err(Error::NotActive { table }) => {
                    assert_eq!(table, schema.tables[parent.0].name);
                    assert!(self.model.is_deleted(parent), "{parent:?}");
                    return;
                }
                Err(error) => panic!("{error}"),
            }
        }
        let key = (table, self.next);
        self.next += 1;
        self.world.insert(self.conn, key, &parents);
        let deleted = None;
        self.model.rows.insert(key, Row { parents, deleted });
    }

    /// Puts an active row under another active parent, which is not below it; or any row under any.
    fn move_row(&mut self, table: usize, row: u8, column: u8, parent: u8, anywhere: bool) {
        let state = (!anywhere).then_some(false);
        let schema = self.model.schema;
        let relations: Vec<_> = schema
            .relations
            .iter()
            .filter(|r| r.child == table)
            .collect();
        let row = self.pick(table, &[row], state).first().copied();
        let (Some(row), false) = (row, relations.is_empty()) else {
            return;
        };
        let column = usize::from(column) % relations.len();
        let relation = relations[column];
        let parent = self.pick(relation.parent, &[parent], state);
        let Some(parent) = parent.first().copied() else {
            return;
        };
        let mut above = Some(parent).filter(|_| relation.parent == table);
        while let Some(id) = above {
            if id == row {
                return;
            }
            above = self.model.rows[&(table, id)].parents[column];
        }
        self.world.move_row(self.conn, (table, row), column, parent);
        let row = self.model.rows.get_mut(&(table, row)).unwrap();
        row.parents[column] = Some(parent);
    }

    fn delete(&mut self, table: usize, rows: &[u8], form: Option<u8>, number: Option<u8>) {
        let (filter, ids) = self.target(table, rows, form, None);
        let targets: Vec<Key> = ids.iter().map(|id| (table, *id)).collect();
        let at = number.map_or_else(Utc::now, moment);
        self.comes_back(table, &ids);
        let preview = self
            .world
            .soft_delete(self.conn, table, &filter, at, Run::Preview);
        let done = self
            .world
            .soft_delete(self.conn, table, &filter, at, Run::Report);
        let report = done.as_ref().ok().and_then(|done| done.report.as_ref());
        let operation = if let Some(report) = report {
            self.id(report)
        } else {
            // a statement on one table does not tell it
            let after = self.world.rows(self.conn);
            let mut changed = targets.iter().filter(|key| !self.model.is_deleted(**key));
            changed.find_map(|key| after.get(key)?.deleted.clone()?.operation)
        };
        let micros = report.map_or(at.timestamp_micros(), |report| {
            report.moment().unix_micros()
        });
        let stamp = Stamp { micros, operation };
        let expected = self.model.soft_delete(&targets, &stamp);
        compare(&preview, &expected, "preview of a deletion");
        compare(&done, &expected, "deletion");
    }

    /// A restore right after a deletion gives the tables as they were.
    fn comes_back(&mut self, table: usize, ids: &[i32]) {
        let mut active = ids.to_vec();
        active.retain(|id| !self.model.is_deleted((table, *id)));
        // a row below a deleted parent stays deleted once it is
        let targets = active.iter().map(|id| (table, *id)).collect();
        let taken = self.model.taken_by_deletion(targets);
        let misplaced = self.model.misplaced();
        if misplaced.iter().any(|(key, _)| taken.contains(key)) {
            return;
        }
        let (world, before, ids) = (self.world, &self.model.rows, with_ids(&active));
        // one that no other deletion has
        let at = moment(0) - TimeDelta::days(1);
        let outcome = self.conn.transaction(|conn| {
            if world
                .soft_delete(conn, table, &ids, at, Run::Report)
                .is_ok()
            {
                world
                    .restore(conn, table, &ids, false, Run::Report)
                    .unwrap();
                assert_eq!(
                    world.rows(conn),
                    *before,
                    "a restore right after the deletion"
                );
            }
            Err::<(), _>(RollbackTransaction)
        });
        assert_eq!(outcome, Err(RollbackTransaction));
    }

    /// The deleted rows of which no cascade parent has the same stamp.
    fn roots(&self) -> BTreeSet<Key> {
        let model = &self.model;
        let is_root = |key: Key, row: &Row| {
            let relations = model.schema.relations.iter().filter(|r| r.child == key.0);
            !relations.zip(&row.parents).any(|(relation, id)| {
                let same = |id: i32| model.same_stamp(key, (relation.parent, id));
                relation.kind == Kind::Cascade && id.is_some_and(same)
            })
        };
        let rows = model.rows.iter();
        rows.filter(|(key, row)| row.deleted.is_some() && is_root(**key, row))
            .map(|(key, _)| *key)
            .collect()
    }

    /// The id as the column of this schema has it: some other row of the operation tells which form.
    fn id(&mut self, report: &soft_delete_runtime::Report) -> Option<String> {
        let id = report.operation()?;
        let forms = [
            id.to_string(),
            id.as_i64().to_string(),
            crate::world::Id::text(id.as_bytes().to_vec()),
        ];
        let rows = self.world.rows(self.conn);
        let mut written = rows
            .values()
            .filter_map(|row| row.deleted.as_ref()?.operation.clone());
        let found = written.find(|id| forms.contains(id));
        Some(found.unwrap_or_else(|| forms[0].clone()))
    }

    fn restore(&mut self, table: usize, rows: &[u8], form: Option<u8>, ancestors: bool) {
        let (filter, ids) = self.target(table, rows, form, Some(true));
        self.restore_rows(table, &filter, &ids, ancestors);
    }

    fn restore_rows(&mut self, table: usize, filter: &str, ids: &[i32], ancestors: bool) {
        let targets: Vec<Key> = ids.iter().map(|id| (table, *id)).collect();
        let preview = self
            .world
            .restore(self.conn, table, filter, ancestors, Run::Preview);
        let done = self
            .world
            .restore(self.conn, table, filter, ancestors, Run::Report);
        let report = done.as_ref().ok().and_then(|done| done.report.as_ref());
        // a row alone has no ancestors
        let ancestors = ancestors && report.is_some();
        let expected = self.model.restore(&targets, ancestors);
        compare(&preview, &expected, "preview of a restore");
        compare(&done, &expected, "restore");
    }

    fn purge(&mut self, table: usize, rows: &[u8], form: Option<u8>, active: bool) {
        let (filter, ids) = self.target(table, rows, form, (!active).then_some(true));
        let targets: Vec<Key> = ids.iter().map(|id| (table, *id)).collect();
        let before = self.world.rows(self.conn);
        let preview = self
            .world
            .purge(self.conn, table, &filter, active, Run::Preview);
        assert_eq!(self.world.rows(self.conn), before);
        let done = self
            .world
            .purge(self.conn, table, &filter, active, Run::Report);
        let is_leaf = done.as_ref().is_ok_and(|done| done.report.is_none());
        let expected = self.model.purge(&targets, active && !is_leaf);
        compare(&preview, &expected, "preview of a purge");
        compare(&done, &expected, "purge");
    }

    fn expire(&mut self, table: usize, cutoff: u8, size: u8, most: Option<u8>) {
        let batches = Batches {
            cutoff: moment(cutoff),
            size: usize::from(size % 4) + 1,
            most: most.map(usize::from),
        };
        let all = Batches {
            most: None,
            ..batches
        };
        let preview = self
            .world
            .purge_expired(self.conn, table, all, Run::Preview);
        let Some(preview) = preview else { return };
        let done = self
            .world
            .purge_expired(self.conn, table, batches, Run::Report);
        let mut copy = Model {
            schema: self.model.schema,
            rows: self.model.rows.clone(),
        };
        let world = self.world;
        let would = expected_of_batches(world, &mut copy, table, all);
        let expected = expected_of_batches(world, &mut self.model, table, batches);
        for (progress, expected) in [(preview, would), (done.unwrap(), expected)] {
            let progress = progress.unwrap();
            let tables = self.model.schema.tables;
            let of = |name| expected.rows.get(name).copied().unwrap_or_default();
            for table in tables {
                assert_eq!(progress.rows_of(table.name), of(table.name), "{expected:?}");
            }
            let figures = (
                progress.looked_at(),
                progress.skipped(),
                progress.is_finished(),
            );
            let of_model = (expected.looked_at, expected.skipped, expected.finished);
            assert_eq!(figures, of_model, "{progress:?}");
        }
    }

    /// When all come back, nothing stays deleted: from the roots on, and where a row below refers to
    /// a deleted row that forbids it, from there up.
    fn restore_all(&mut self) {
        while let Some((key, ancestors)) = self.next_to_restore() {
            let before = self.model.misplaced();
            self.restore_rows(key.0, &with_ids(&[key.1]), &[key.1], ancestors);
            assert!(self.model.misplaced().is_subset(&before), "{key:?}");
        }
        assert_eq!(self.world.rows(self.conn), self.model.rows);
    }

    /// A row that can come back, and whether its ancestors have to come along.
    fn next_to_restore(&self) -> Option<(Key, bool)> {
        let keys = self.model.rows.keys().copied();
        let deleted: Vec<Key> = keys.filter(|key| self.model.is_deleted(*key)).collect();
        let comes_back = |key: &Key, ancestors| {
            let rows = self.model.rows.clone();
            let schema = self.model.schema;
            Model { schema, rows }.restore(&[*key], ancestors).is_ok()
        };
        let alone = deleted.iter().find(|key| comes_back(key, false));
        if let Some(key) = alone {
            return Some((*key, false));
        }
        let above = deleted.iter().find(|key| comes_back(key, true));
        assert_eq!(above.is_none(), deleted.is_empty(), "{deleted:?}");
        above.map(|key| (*key, true))
    }
}

#[derive(Debug, Default)]
struct Expected {
    rows: Counts,
    looked_at: usize,
    skipped: usize,
    finished: bool,
}

/// What batches do: each takes the next expired rows by key, and of those what could be purged alone.
fn expected_of_batches(
    world: &dyn World,
    model: &mut Model,
    table: usize,
    batches: Batches,
) -> Expected {
    let marker = model.schema.tables[table].marker;
    let cutoff = marker.kept(batches.cutoff.timestamp_micros());
    let mut expected = Expected::default();
    let mut last = (0, 0);
    let mut removing = 0;
    while batches.most.is_none_or(|most| removing < most) {
        let has_expired = |row: &Row| row.deleted.as_ref().is_some_and(|at| at.micros < cutoff);
        let rows = model.rows.iter();
        let expired = rows
            .filter(|(key, row)| key.0 == table && world.order(**key) > last && has_expired(row));
        let mut next: Vec<Key> = expired.map(|(key, _)| *key).collect();
        next.sort_by_key(|key| world.order(*key));
        next.truncate(batches.size);
        let can_go = |key: &Key| {
            let mut alone = Model {
                schema: model.schema,
                rows: model.rows.clone(),
            };
            alone.purge(&[*key], false).is_ok()
        };
        let going: Vec<Key> = next.iter().copied().filter(can_go).collect();
        expected.looked_at += next.len();
        expected.skipped += next.len() - going.len();
        let gone = model.purge(&going, false).unwrap();
        removing += usize::from(!gone.is_empty());
        for (name, rows) in gone {
            *expected.rows.entry(name).or_default() += rows;
        }
        if next.len() < batches.size {
            expected.finished = true;
            break;
        }
        last = world.order(*next.last().unwrap());
    }
    expected
}

/// Compares what the operation says with what the model says.
fn compare(done: &Result<Done, Error>, expected: &Result<Counts, Refusal>, what: &str) {
    match (done, expected) {
        (Ok(done), Ok(counts)) => {
            assert_eq!(done.rows, counts.values().sum::<usize>(), "{what}");
            if let Some(tables) = &done.tables {
                assert_eq!(tables, counts, "{what}");
            }
        }
        (Err(Error::Restricted { table, count }), Err(Refusal::Restricted(tables))) => {
            let refused = tables.contains(&(table.as_str(), *count));
            assert!(refused, "{what}: {table} {count} {tables:?}");
        }
        (Err(Error::ParentDeleted { table }), Err(Refusal::ParentDeleted(tables))) => {
            assert!(
                tables.contains(table.as_str()),
                "{what}: {table} {tables:?}"
            );
        }
        (done, expected) => panic!("{what}: {done:?}, expected {expected:?}"),
    }
}
