//! Rules 7 to 11 and rule 8 above all: random sequences of inserts, deletions, restores and purges
//! at any level leave the database as the model of `tree_model` says.
//!
//! `PROPTEST_CASES` says how many sequences there are.

use crate::prelude::*;
use chrono::NaiveDateTime;
use proptest::prelude::*;
use soft_delete_runtime::prelude::*;
use soft_delete_runtime::{Error, Report};

use crate::backend::{self, Conn, Engine, execute_batch};
use crate::guarded::has_triggers;
use crate::schema::day;
use crate::tree_model::{
    Counts, Key, Kind, Marker, Model, Refusal, Relation, Row, Rows, Schema, Stamp, Table,
};

/// A schema that the random steps run on.
trait World {
    const SCHEMA: &'static Schema;
    const CREATE_TABLES: fn(&mut Conn);

    fn insert(conn: &mut Conn, key: Key, parents: &[Option<i32>]);
    fn rows(conn: &mut Conn) -> Rows;
    /// Those of all tables that `deleted_roots` finds.
    fn roots(conn: &mut Conn) -> std::collections::BTreeSet<Key>;
    fn soft_delete(
        conn: &mut Conn,
        table: usize,
        ids: &[i32],
        at: Option<NaiveDateTime>,
    ) -> Result<Done, Error>;
    fn restore(
        conn: &mut Conn,
        table: usize,
        ids: &[i32],
        ancestors: bool,
        preview: bool,
    ) -> Result<Done, Error>;
    fn purge(
        conn: &mut Conn,
        table: usize,
        ids: &[i32],
        including_active: bool,
    ) -> Result<Done, Error>;
    fn preview(
        conn: &mut Conn,
        table: usize,
        ids: &[i32],
        purge: Option<bool>,
    ) -> Result<Done, Error>;
}

/// What an operation says that it did. On a table without relations it says less.
#[derive(Debug, Clone)]
struct Done {
    rows: usize,
    tables: Option<Counts>,
    stamp: Option<Stamp>,
}

impl From<Report> for Done {
    fn from(report: Report) -> Self {
        let mut tables = Counts::new();
        for (table, rows) in report.tables().filter(|(_, rows)| *rows > 0) {
            *tables.entry(leaked(table)).or_default() += rows;
        }
        Self {
            rows: report.rows(),
            tables: Some(tables),
            stamp: Some(Stamp {
                micros: report.moment().unix_micros(),
                operation: report.operation().map(ToString::to_string),
            }),
        }
    }
}

/// The few names of tables that there are.
fn leaked(name: &str) -> &'static str {
    let names = forum::Forum::SCHEMA
        .tables
        .iter()
        .chain(office::Office::SCHEMA.tables);
    names
        .map(|table| table.name)
        .find(|known| *known == name)
        .unwrap()
}

fn leaf(result: QueryResult<usize>) -> Result<Done, Error> {
    Ok(Done {
        rows: result?,
        tables: None,
        stamp: None,
    })
}

const fn table(name: &'static str, marker: Marker) -> Table {
    Table {
        name,
        marker,
        operation: false,
    }
}

const fn with_id(name: &'static str, marker: Marker) -> Table {
    Table {
        operation: true,
        ..table(name, marker)
    }
}

const fn cascade(parent: usize, child: usize) -> Relation {
    Relation {
        child,
        parent,
        kind: Kind::Cascade,
        nullable: false,
    }
}

const fn nullable(parent: usize, child: usize) -> Relation {
    Relation {
        nullable: true,
        ..cascade(parent, child)
    }
}

const fn restrict(parent: usize, child: usize) -> Relation {
    Relation {
        kind: Kind::Restrict,
        ..cascade(parent, child)
    }
}

/// A stamp as a table keeps it.
trait Stamped {
    fn stamp(self) -> Option<Stamp>;
}

impl Stamped for (Option<NaiveDateTime>,) {
    fn stamp(self) -> Option<Stamp> {
        (self.0, None).stamp()
    }
}

impl Stamped for (Option<NaiveDateTime>, Option<String>) {
    fn stamp(self) -> Option<Stamp> {
        self.0.map(|at| Stamp {
            micros: at.and_utc().timestamp_micros(),
            operation: self.1,
        })
    }
}

impl Stamped for (bool, Option<String>) {
    fn stamp(self) -> Option<Stamp> {
        self.0.then_some(Stamp {
            micros: 0,
            operation: self.1,
        })
    }
}

impl Stamped for (i64, Option<String>) {
    fn stamp(self) -> Option<Stamp> {
        (self.0 != 0).then_some(Stamp {
            micros: self.0 * 1_000,
            operation: self.1,
        })
    }
}

/// Reads tables by their numbers.
macro_rules! load {
    ($conn:ident: $($number:literal => $table:ident [$($stamp:ident)+] $id:ident $($parent:ident)*;)+) => {{
        let mut rows = Rows::new();
        $({
            let loaded: Vec<(i32, load!(@ $($stamp)+), $(load!(@ $parent $number),)*)> = $table::table
                .with_deleted()
                .select(($table::$id, ($($table::$stamp,)+), $($table::$parent.nullable(),)*))
                .load($conn)
                .unwrap();
            for (id, stamp, $($parent,)*) in loaded {
                let row = Row { parents: vec![$($parent),*], deleted: stamp.stamp() };
                rows.insert(($number, id), row);
            }
        })+
        rows
    }};
    (@ deleted_at) => { (Option<NaiveDateTime>,) };
    (@ deleted_at deletion_id) => { (Option<NaiveDateTime>, Option<String>) };
    (@ gone deletion_id) => { (bool, Option<String>) };
    (@ $parent:ident $number:literal) => { Option<i32> };
}

/// Inserts a row.
macro_rules! insert {
    ($conn:ident, $table:ident, $($column:ident = $value:expr),+) => {
        diesel::insert_into($table::table)
            .values(($($table::$column.eq($value),)+))
            .execute($conn)
    };
}

/// The operations, by the number of the table, whose deletions are those of a tree or of a leaf.
macro_rules! operations {
    ($($number:literal => $table:ident $id:ident $down:ident;)+) => {
        fn roots(conn: &mut Conn) -> std::collections::BTreeSet<Key> {
            let mut roots = std::collections::BTreeSet::new();
            $(
                let ids: Vec<i32> = $table::table.deleted_roots().select($table::$id).load(conn).unwrap();
                roots.extend(ids.into_iter().map(|id| ($number, id)));
            )+
            roots
        }

        fn soft_delete(conn: &mut Conn, table: usize, ids: &[i32], at: Option<NaiveDateTime>) -> Result<Done, Error> {
            match table {
                $($number => operations!($down soft_delete($table $id ids), conn, at),)+
                _ => unreachable!(),
            }
        }

        fn restore(
            conn: &mut Conn,
            table: usize,
            ids: &[i32],
            ancestors: bool,
            preview: bool,
        ) -> Result<Done, Error> {
            match table {
                $($number => operations!(restore($table $id ids), conn, ancestors, preview),)+
                _ => unreachable!(),
            }
        }

        fn purge(conn: &mut Conn, table: usize, ids: &[i32], including_active: bool) -> Result<Done, Error> {
            match table {
                $($number => operations!($down purge($table $id ids), conn, including_active),)+
                _ => unreachable!(),
            }
        }

        fn preview(conn: &mut Conn, table: usize, ids: &[i32], purged: Option<bool>) -> Result<Done, Error> {
            match table {
                $($number => operations!($down preview($table $id ids), conn, purged),)+
                _ => unreachable!(),
            }
        }
    };
    (@ $table:ident $id:ident $ids:ident) => {
        $table::table.filter($table::$id.eq_any($ids.to_vec()))
    };
    (tree soft_delete($($target:tt)+), $conn:expr, $at:expr) => {{
        let deletion = soft_delete(operations!(@ $($target)+));
        match $at {
            Some(at) => deletion.at(at).report($conn).map(Done::from),
            None => deletion.report($conn).map(Done::from),
        }
    }};
    (leaf soft_delete($($target:tt)+), $conn:expr, $at:expr) => {{
        let deletion = soft_delete(operations!(@ $($target)+));
        match $at {
            Some(at) => leaf(deletion.at(at).execute($conn)),
            None => leaf(deletion.execute($conn)),
        }
    }};
    (restore($($target:tt)+), $conn:expr, $ancestors:expr, $preview:expr) => {{
        let mut restore = restore(operations!(@ $($target)+));
        if $ancestors {
            restore = restore.with_ancestors();
        }
        let report = if $preview { restore.preview($conn) } else { restore.report($conn) };
        report.map(Done::from)
    }};
    (tree purge($($target:tt)+), $conn:expr, $including_active:expr) => {{
        let mut purge = purge(operations!(@ $($target)+));
        if $including_active {
            purge = purge.including_active();
        }
        purge.report($conn).map(Done::from)
    }};
    (leaf purge($($target:tt)+), $conn:expr, $including_active:expr) => {{
        let purge = purge(operations!(@ $($target)+));
        if $including_active {
            purge.including_active().report($conn).map(Done::from)
        } else {
            leaf(purge.execute($conn))
        }
    }};
    (tree preview($($target:tt)+), $conn:expr, $purged:expr) => {{
        let target = operations!(@ $($target)+);
        match $purged {
            None => soft_delete(target).preview($conn).map(Done::from),
            Some(false) => purge(target).preview($conn).map(Done::from),
            Some(true) => purge(target).including_active().preview($conn).map(Done::from),
        }
    }};
    (leaf preview($($target:tt)+), $conn:expr, $purged:expr) => {{
        let target = operations!(@ $($target)+);
        let count = match $purged {
            None => target.active().count().get_result::<i64>($conn),
            Some(false) => target.only_deleted().count().get_result::<i64>($conn),
            Some(true) => target.with_deleted().count().get_result::<i64>($conn),
        };
        leaf(count.map(|n| usize::try_from(n).unwrap()))
    }};
}

mod forum {
    use super::*;
    use crate::tree_forum::*;

    pub(super) struct Forum;

    impl World for Forum {
        const SCHEMA: &'static Schema = &Schema {
            tables: &[
                table("users", Marker::Micros),
                table("posts", Marker::Micros),
                table("comments", Marker::Micros),
                table("attachments", Marker::Micros),
                table("post_tags", Marker::Micros),
                table("pins", Marker::Micros),
                table("orders", Marker::Micros),
            ],
            relations: &[
                cascade(0, 1),
                cascade(1, 2),
                nullable(0, 2),
                nullable(2, 2),
                cascade(2, 3),
                cascade(1, 4),
                restrict(1, 5),
                cascade(0, 5),
                restrict(0, 6),
            ],
        };

        const CREATE_TABLES: fn(&mut Conn) = create_tables;

        fn insert(conn: &mut Conn, (table, id): Key, parents: &[Option<i32>]) {
            let parent = |number: usize| parents[number].unwrap_or_default();
            let result = match table {
                0 => insert!(conn, users, id = id, name = "somebody"),
                1 => insert!(
                    conn,
                    posts,
                    id = id,
                    user_id = parent(0),
                    title = "something"
                ),
                2 => {
                    insert!(
                        conn,
                        comments,
                        id = id,
                        post_id = parent(0),
                        author_id = parents[1],
                        parent_id = parents[2]
                    )
                }
                3 => insert!(conn, attachments, id = id, comment_id = parent(0)),
                4 => insert!(conn, post_tags, tag = id, post_id = parent(0)),
                5 => insert!(
                    conn,
                    pins,
                    id = id,
                    post_id = parent(0),
                    user_id = parent(1)
                ),
                _ => insert!(conn, orders, id = id, user_id = parent(0)),
            };
            assert_eq!(result, Ok(1));
        }

        fn rows(conn: &mut Conn) -> Rows {
            load! { conn:
                0 => users [deleted_at] id;
                1 => posts [deleted_at] id user_id;
                2 => comments [deleted_at] id post_id author_id parent_id;
                3 => attachments [deleted_at] id comment_id;
                4 => post_tags [deleted_at] tag post_id;
                5 => pins [deleted_at] id post_id user_id;
                6 => orders [deleted_at] id user_id;
            }
        }

        operations! {
            0 => users id tree;
            1 => posts id tree;
            2 => comments id tree;
            3 => attachments id leaf;
            4 => post_tags tag leaf;
            5 => pins id leaf;
            6 => orders id leaf;
        }
    }
}

mod office {
    use super::*;
    use crate::tree_office::*;

    pub(super) struct Office;

    impl World for Office {
        const SCHEMA: &'static Schema = &Schema {
            tables: &[
                with_id("orgs", Marker::Nothing),
                with_id("members", Marker::Nothing),
                with_id("projects", Marker::Millis),
                table("sprints", Marker::Micros),
                with_id("tasks", Marker::Micros),
                with_id("notes", Marker::Nothing),
                table("labels", Marker::Micros),
                with_id("marks", Marker::Micros),
                table("invoices", Marker::Micros),
            ],
            relations: &[
                cascade(0, 1),
                cascade(0, 2),
                nullable(1, 2),
                nullable(2, 4),
                nullable(1, 4),
                nullable(3, 4),
                nullable(4, 4),
                cascade(4, 5),
                cascade(4, 6),
                cascade(6, 7),
                restrict(2, 8),
            ],
        };

        const CREATE_TABLES: fn(&mut Conn) = create_tables;

        fn insert(conn: &mut Conn, (table, id): Key, parents: &[Option<i32>]) {
            let parent = |number: usize| parents[number].unwrap_or_default();
            let project = match table {
                4 | 8 => parents[0],
                _ => None,
            };
            let org = project.map_or(0, |project| {
                let of_project = projects::table
                    .with_deleted()
                    .filter(projects::id.eq(project));
                of_project
                    .select(projects::org_id)
                    .get_result(conn)
                    .unwrap()
            });
            let result = match table {
                0 => insert!(conn, orgs, id = id),
                1 => insert!(conn, members, id = id, org_id = parent(0)),
                2 => insert!(
                    conn,
                    projects,
                    id = id,
                    org_id = parent(0),
                    lead_id = parents[1]
                ),
                3 => insert!(conn, sprints, id = id),
                4 => {
                    insert!(
                        conn,
                        tasks,
                        id = id,
                        org_id = org,
                        project_id = project,
                        assignee_id = parents[1],
                        sprint_id = parents[2],
                        parent_id = parents[3]
                    )
                }
                5 => insert!(conn, notes, id = id, task_id = parent(0)),
                6 => insert!(conn, labels, id = id, task_id = parent(0)),
                7 => insert!(conn, marks, id = id, label_id = parent(0)),
                _ => insert!(
                    conn,
                    invoices,
                    id = id,
                    org_id = org,
                    project_id = parent(0)
                ),
            };
            assert_eq!(result, Ok(1));
        }

        fn rows(conn: &mut Conn) -> Rows {
            let mut rows = load! { conn:
                0 => orgs [gone deletion_id] id;
                1 => members [gone deletion_id] id org_id;
                3 => sprints [deleted_at] id;
                4 => tasks [deleted_at deletion_id] id project_id assignee_id sprint_id parent_id;
                5 => notes [gone deletion_id] id task_id;
                6 => labels [deleted_at] id task_id;
                7 => marks [deleted_at deletion_id] id label_id;
                8 => invoices [deleted_at] id project_id;
            };
            type Loaded = (i32, (i64, Option<String>), i32, Option<i32>);
            let loaded: Vec<Loaded> = projects::table
                .with_deleted()
                .select((
                    projects::id,
                    (projects::deleted_at, projects::deletion_id),
                    projects::org_id,
                    projects::lead_id,
                ))
                .load(conn)
                .unwrap();
            for (id, stamp, org, lead) in loaded {
                let parents = vec![Some(org), lead];
                let deleted = stamp.stamp();
                rows.insert((2, id), Row { parents, deleted });
            }
            rows
        }

        operations! {
            0 => orgs id tree;
            1 => members id tree;
            2 => projects id tree;
            3 => sprints id tree;
            4 => tasks id tree;
            5 => notes id leaf;
            6 => labels id tree;
            7 => marks id leaf;
            8 => invoices id leaf;
        }
    }
}

#[derive(Debug, Clone)]
enum Step {
    Insert {
        table: usize,
        parents: [u8; 4],
        held: bool,
    },
    Delete {
        table: usize,
        rows: Vec<u8>,
        moment: Option<u8>,
    },
    Restore {
        table: usize,
        rows: Vec<u8>,
        ancestors: bool,
    },
    Purge {
        table: usize,
        rows: Vec<u8>,
        including_active: bool,
    },
}

fn steps(tables: usize) -> impl Strategy<Value = Vec<Step>> {
    let rows = || proptest::collection::vec(any::<u8>(), 1..3);
    // more rows in the middle of the tree
    let table = move || (0..tables, 0..tables).prop_map(move |(a, b)| (a + b) / 2);
    let insert = move |plain: f64| {
        let held = proptest::bool::weighted(1.0 - plain);
        (table(), any::<[u8; 4]>(), held).prop_map(|(table, parents, held)| Step::Insert {
            table,
            parents,
            held,
        })
    };
    let delete =
        (0..tables, rows(), proptest::option::of(1..3_u8)).prop_map(|(table, rows, moment)| {
            Step::Delete {
                table,
                rows,
                moment,
            }
        });
    let restore =
        (0..tables, rows(), proptest::bool::weighted(0.25)).prop_map(|(table, rows, ancestors)| {
            Step::Restore {
                table,
                rows,
                ancestors,
            }
        });
    let purge = (0..tables, rows(), proptest::bool::weighted(0.2)).prop_map(
        |(table, rows, including_active)| Step::Purge {
            table,
            rows,
            including_active,
        },
    );
    let change = prop_oneof![3 => insert(0.3), 6 => delete, 7 => restore, 1 => purge];
    let fill = proptest::collection::vec(insert(0.0), 10..40);
    let changes = proptest::collection::vec(change, 1..25);
    (fill, changes).prop_map(|(mut steps, changes)| {
        steps.extend(changes);
        steps
    })
}

/// The rows of the table that the numbers stand for.
fn pick(model: &Model, table: usize, numbers: &[u8], deleted: Option<bool>) -> Vec<i32> {
    let keys = model.rows.keys().copied();
    let wanted = |key: &Key| deleted.is_none_or(|deleted| model.is_deleted(*key) == deleted);
    let keys: Vec<i32> = keys
        .filter(|key| key.0 == table && wanted(key))
        .map(|key| key.1)
        .collect();
    if keys.is_empty() {
        return Vec::new();
    }
    numbers
        .iter()
        .map(|number| keys[usize::from(*number) % keys.len()])
        .collect()
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
            assert!(
                tables.contains(&(table.as_str(), *count)),
                "{what}: {table} {count} {tables:?}"
            );
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

fn run<W: World>(conn: &mut Conn, steps: &[Step]) {
    let mut model = Model {
        schema: W::SCHEMA,
        rows: Rows::new(),
    };
    let mut next = 1;
    for step in steps {
        let before = model.misplaced();
        match step {
            Step::Insert {
                table,
                parents,
                held,
            } => {
                // triggers refuse an active row below a deleted one
                let held = *held || has_triggers();
                let relations = W::SCHEMA.relations.iter().filter(|r| r.child == *table);
                let parents: Option<Vec<Option<i32>>> = relations
                    .zip(parents)
                    .map(|(relation, number)| {
                        if relation.nullable && number % 3 == 0 {
                            return Some(None);
                        }
                        let state = held.then_some(false);
                        let parent = pick(&model, relation.parent, &[*number], state);
                        match parent.first() {
                            None if !relation.nullable => None,
                            parent => Some(parent.copied()),
                        }
                    })
                    .collect();
                let Some(parents) = parents else { continue };
                W::insert(conn, (*table, next), &parents);
                model.rows.insert(
                    (*table, next),
                    Row {
                        parents,
                        deleted: None,
                    },
                );
                next += 1;
            }
            Step::Delete {
                table,
                rows,
                moment,
            } => {
                let ids = pick(&model, *table, rows, None);
                let targets: Vec<Key> = ids.iter().map(|id| (*table, *id)).collect();
                comes_back::<W>(conn, &model, *table, &ids);
                let preview = W::preview(conn, *table, &ids, None);
                let done =
                    W::soft_delete(conn, *table, &ids, moment.map(|number| day(number.into())));
                let after = W::rows(conn);
                let stamp = match &done {
                    Ok(Done {
                        stamp: Some(stamp), ..
                    }) => Some(stamp.clone()),
                    // a statement on one table says nothing of its stamp
                    _ => targets
                        .iter()
                        .filter(|key| !model.is_deleted(**key))
                        .find_map(|key| after.get(key)?.deleted.clone()),
                };
                let stamp = stamp.unwrap_or(Stamp {
                    micros: 0,
                    operation: None,
                });
                let expected = model.soft_delete(&targets, &stamp);
                compare(&preview, &expected, "preview of a deletion");
                compare(&done, &expected, "deletion");
            }
            Step::Restore {
                table,
                rows,
                ancestors,
            } => {
                let ids = pick(&model, *table, rows, Some(true));
                let targets: Vec<Key> = ids.iter().map(|id| (*table, *id)).collect();
                let leaf = *table == W::SCHEMA.tables.len() - 1;
                let ancestors = *ancestors && !leaf;
                let preview = W::restore(conn, *table, &ids, ancestors, true);
                let done = W::restore(conn, *table, &ids, ancestors, false);
                let expected = model.restore(&targets, ancestors);
                compare(&preview, &expected, "preview of a restore");
                compare(&done, &expected, "restore");
            }
            Step::Purge {
                table,
                rows,
                including_active,
            } => {
                let ids = pick(&model, *table, rows, (!including_active).then_some(true));
                let targets: Vec<Key> = ids.iter().map(|id| (*table, *id)).collect();
                let preview = W::preview(conn, *table, &ids, Some(*including_active));
                let done = W::purge(conn, *table, &ids, *including_active);
                let expected = model.purge(&targets, *including_active);
                compare(&preview, &expected, "preview of a purge");
                compare(&done, &expected, "purge");
            }
        }
        assert_eq!(W::rows(conn), model.rows, "after {step:?}");
        assert_eq!(W::roots(conn), roots(&model), "after {step:?}");
        // no operation leaves an active row below a deleted one that was not there before
        let plain = matches!(step, Step::Insert { held: false, .. });
        assert!(
            plain || model.misplaced().is_subset(&before),
            "after {step:?}"
        );
    }
}

/// The deleted rows of which no cascade parent has the same stamp.
fn roots(model: &Model) -> std::collections::BTreeSet<Key> {
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

/// A restore right after a deletion gives the tables as they were.
fn comes_back<W: World>(conn: &mut Conn, model: &Model, table: usize, ids: &[i32]) {
    let active: Vec<i32> = ids
        .iter()
        .copied()
        .filter(|id| !model.is_deleted((table, *id)))
        .collect();
    // a row below a deleted parent stays deleted once it is
    let misplaced = model.misplaced();
    let targets = active.iter().map(|id| (table, *id)).collect();
    let taken = model.taken_by_deletion(targets);
    if misplaced.iter().any(|(key, _)| taken.contains(key)) {
        return;
    }
    let outcome = conn.transaction(|conn| {
        if W::soft_delete(conn, table, ids, None).is_ok() {
            W::restore(conn, table, &active, false, false).unwrap();
            assert_eq!(
                W::rows(conn),
                model.rows,
                "a restore right after the deletion"
            );
        }
        Err::<(), _>(diesel::result::Error::RollbackTransaction)
    });
    assert_eq!(outcome, Err(diesel::result::Error::RollbackTransaction));
}

fn random<W: World>() {
    let config = ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 2_000,
        // PROPTEST_CASES goes before it
        cases: std::env::var("PROPTEST_CASES").map_or(64, |cases| cases.parse().unwrap()),
        ..ProptestConfig::default()
    };
    let mut conn = backend::connection();
    W::CREATE_TABLES(&mut conn);
    let conn = std::cell::RefCell::new(conn);
    proptest!(config, |(steps in steps(W::SCHEMA.tables.len()))| {
        let conn = &mut *conn.borrow_mut();
        clean::<W>(conn);
        run::<W>(conn, &steps);
    });
}

/// Empties the tables, whatever refers to what. Rows are marked first: a trigger may refuse the
/// `DELETE` of an active one.
fn clean<W: World>(conn: &mut Conn) {
    let tables = W::SCHEMA.tables.iter().rev();
    let delete = |table: &Table| {
        let name = table.name;
        let marked = match table.marker {
            Marker::Nothing => "gone = TRUE",
            Marker::Millis | Marker::Seconds => "deleted_at = 1",
            Marker::Micros => "deleted_at = '2026-01-01 00:00:00'",
        };
        format!("UPDATE {name} SET {marked}; DELETE FROM {name};")
    };
    let deletes: String = match backend::engine() {
        Engine::Postgres => {
            let tables: Vec<_> = tables.map(|table| table.name).collect();
            format!("TRUNCATE {}", tables.join(", "))
        }
        Engine::Sqlite => tables.map(delete).collect(),
        Engine::Mysql => {
            let deletes: String = tables.map(delete).collect();
            format!("SET foreign_key_checks = 0; {deletes} SET foreign_key_checks = 1")
        }
    };
    execute_batch(conn, &deletes);
}

#[test]
fn random_steps_on_a_tree_by_moment_follow_the_rules() {
    random::<forum::Forum>();
}

#[test]
fn random_steps_on_a_tree_by_operation_follow_the_rules() {
    random::<office::Office>();
}
