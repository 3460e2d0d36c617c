//! Operations on a table with relations: the rows, and what goes along with them.

mod ancestors;
mod dialect;
mod expired;
mod graph;
mod plan;
mod postgres;
mod restore;
mod sql;
mod step;

use std::marker::PhantomData;

use diesel::query_builder::{IntoUpdateTarget, UpdateTarget};

pub(crate) use self::dialect::Dialect;
use self::expired::Blocked;
pub(crate) use self::expired::expired;
use self::graph::Graph;
use self::plan::{Plan, State, delete_from, delete_from_joined, update_deleted};
use self::restore::Restore;
pub(crate) use self::sql::{Binds, Keys, Sql};
pub use self::sql::{Count, CountByTable, TreeBackend, TreeStatement};
pub use self::step::Report;
pub(crate) use self::step::{Meaning, Preview, Step, Steps};
use crate::error::Error;
use crate::moment::Moment;
use crate::operation_id::OperationId;
use crate::relation::Node;
use crate::table::SoftDeleteTable;

/// An operation on a tree, which a runner carries out: its steps, and what they are about.
pub trait TreeOperation {
    /// The target's `WHERE`.
    type Where;
    /// A changeset.
    type Changes;
    /// The table.
    type Table;

    /// What is done; `returning` if the step on the target has to be able to return its rows.
    #[doc(hidden)]
    #[allow(private_interfaces)]
    fn steps(&self, dialect: Dialect, returning: bool) -> Result<Steps, Error>;
    #[doc(hidden)]
    #[allow(private_interfaces)]
    fn preview(&self, dialect: Dialect) -> Result<Preview, Error>;
    /// Whether it removes rows that refer to each other, in an order that MySQL minds.
    #[doc(hidden)]
    fn minds_order(&self) -> bool {
        false
    }
    #[doc(hidden)]
    fn parts(&self) -> (&Self::Where, &Self::Changes);
    #[doc(hidden)]
    #[allow(private_interfaces)]
    fn error(error: diesel::result::Error) -> Error {
        error.into()
    }
}

/// The soft delete of rows and of what goes along with them: what
/// [`soft_delete`](crate::soft_delete) returns for a table with `cascade` or `restrict`.
#[derive(Debug, Clone)]
#[must_use = "nothing happens before `execute`, `report` or `preview` is called"]
pub struct TreeSoftDelete<T, W, A = ()> {
    table: PhantomData<T>,
    where_clause: W,
    changes: A,
    moment: Moment,
    operation: OperationId,
}

/// The restore of rows and of what went along with them: what [`restore`](crate::restore) returns
/// for a table with `cascade`, or that another table cascades to.
#[derive(Debug, Clone)]
#[must_use = "nothing happens before `execute`, `report` or `preview` is called"]
pub struct TreeRestore<T, W> {
    table: PhantomData<T>,
    where_clause: W,
    moment: Moment,
    operation: OperationId,
    with_ancestors: bool,
}

/// The removal of deleted rows and of what is below them: what [`purge`](crate::purge) returns for
/// a table with `cascade` or `restrict`.
#[derive(Debug, Clone)]
#[must_use = "nothing happens before `execute`, `report` or `preview` is called"]
pub struct TreePurge<T, W> {
    table: PhantomData<T>,
    where_clause: W,
    including_active: bool,
    moment: Moment,
    operation: OperationId,
}

/// The active rows of a target, held until the transaction ends: what
/// [`hold_active`](crate::hold_active) returns.
#[derive(Debug, Clone)]
#[must_use = "nothing happens before `execute` is called"]
pub struct HoldActive<T, W> {
    table: PhantomData<T>,
    where_clause: W,
}

impl<T, W> HoldActive<T, W> {
    pub(crate) fn new<S>(target: S) -> Self
    where
        S: IntoUpdateTarget<Table = T, WhereClause = W>,
    {
        Self {
            table: PhantomData,
            where_clause: where_clause(target),
        }
    }
}

impl<T: SoftDeleteTable, W> TreeOperation for HoldActive<T, W> {
    type Where = W;
    type Changes = ();
    type Table = T;

    #[allow(private_interfaces)]
    fn steps(&self, dialect: Dialect, _: bool) -> Result<Steps, Error> {
        let node = Node::of::<T>();
        let rows = dialect.lock_head()(&node)
            .target()
            .predicate(&node, node.marker.active);
        let name = node.table.text();
        let mut steps = Vec::new();
        if dialect.has_one_writer() {
            steps.push(plan::take_write_lock(&node));
        }
        steps.push(Step {
            meaning: Meaning::Held(name.clone()),
            ..dialect.locked(rows, dialect.hold())
        });
        Ok(Steps {
            tables: vec![name],
            steps,
            binds: Binds::new(Moment::now(), OperationId::new()),
        })
    }

    #[allow(private_interfaces)]
    fn preview(&self, dialect: Dialect) -> Result<Preview, Error> {
        Ok(Preview::Counted(self.steps(dialect, false)?))
    }

    fn parts(&self) -> (&W, &()) {
        (&self.where_clause, &())
    }
}

fn where_clause<S: IntoUpdateTarget>(target: S) -> S::WhereClause {
    let UpdateTarget { where_clause, .. } = target.into_update_target();
    where_clause
}

impl<T, W, A> TreeSoftDelete<T, W, A> {
    pub(crate) fn new<S>(target: S, moment: Moment, changes: A) -> Self
    where
        S: IntoUpdateTarget<Table = T, WhereClause = W>,
    {
        Self {
            table: PhantomData,
            where_clause: where_clause(target),
            changes,
            moment,
            operation: OperationId::new(),
        }
    }
}

impl<T, W> TreeRestore<T, W> {
    pub(crate) fn new<S>(target: S, moment: Moment) -> Self
    where
        S: IntoUpdateTarget<Table = T, WhereClause = W>,
    {
        Self {
            table: PhantomData,
            where_clause: where_clause(target),
            moment,
            operation: OperationId::new(),
            with_ancestors: false,
        }
    }

    /// Restores the deleted parents of the rows too, and theirs, instead of refusing with
    /// [`ParentDeleted`](Error::ParentDeleted).
    ///
    /// Of an ancestor it is the row alone: what else went along with it stays deleted.
    pub fn with_ancestors(mut self) -> Self {
        self.with_ancestors = true;
        self
    }
}

impl<T, W> TreePurge<T, W> {
    pub(crate) fn new<S>(target: S) -> Self
    where
        S: IntoUpdateTarget<Table = T, WhereClause = W>,
    {
        Self {
            table: PhantomData,
            where_clause: where_clause(target),
            including_active: false,
            moment: Moment::now(),
            operation: OperationId::new(),
        }
    }

    /// Removes active rows too: those of the target, and those below them.
    ///
    /// Rows of tables named by `restrict` still refuse it.
    pub fn including_active(mut self) -> Self {
        self.including_active = true;
        self
    }

    fn state(&self) -> State {
        if self.including_active {
            State::Any
        } else {
            State::Deleted
        }
    }
}

/// One statement for each way that leads to a table below the first, children before parents.
fn leaves_first(plan: &Plan<'_>, head: impl Fn(&Node) -> Sql) -> Vec<Step> {
    let tables = (1..plan.graph.tables.len()).rev();
    tables
        .flat_map(|table| {
            let ways = plan.for_each_way(table, &head);
            ways.into_iter().map(move |sql| Step {
                sql,
                meaning: Meaning::Changed(table),
            })
        })
        .collect()
}

fn steps_of(graph: &Graph, steps: Vec<Step>, moment: Moment, operation: &OperationId) -> Steps {
    let tables = graph.tables.iter();
    Steps {
        tables: tables.map(|member| member.node.table.text()).collect(),
        steps,
        binds: Binds::new(moment, operation.clone()),
    }
}

impl Steps {
    /// Lets what forbids an operation see the last committed rows.
    fn latest(mut self, dialect: Dialect) -> Self {
        let latest = dialect.latest();
        for step in &mut self.steps {
            let forbids = matches!(
                step.meaning,
                Meaning::Restricted(_) | Meaning::ParentDeleted(_)
            );
            if forbids && !latest.is_empty() {
                step.sql = std::mem::take(&mut step.sql).sql(latest);
            }
        }
        self
    }
}

impl<T: SoftDeleteTable, W, A> TreeOperation for TreeSoftDelete<T, W, A> {
    type Where = W;
    type Changes = A;
    type Table = T;

    #[allow(private_interfaces)]
    fn steps(&self, dialect: Dialect, returning: bool) -> Result<Steps, Error> {
        let graph = Graph::below(Node::of::<T>())?;
        let plan = Plan {
            graph: &graph,
            state: State::Active,
        };
        let root = &graph.root().node;
        let mut steps = plan.begin(dialect, |head| plan.of_target(head(root)));
        steps.extend(plan.locks(dialect));
        steps.extend(plan.restrictions(State::Active));
        if dialect == Dialect::Postgres && !returning {
            steps.push(postgres::soft_delete(&plan));
        } else {
            steps.extend(leaves_first(&plan, update_deleted));
            steps.extend(plan.below_target(update_deleted(root)).map(|sql| Step {
                sql,
                meaning: Meaning::Changed(0),
            }));
            steps.push(Step {
                sql: plan.of_target(update_deleted(root).changes()),
                meaning: Meaning::ChangedTarget,
            });
        }
        let moment = plan.storable(self.moment);
        Ok(steps_of(&graph, steps, moment, &self.operation).latest(dialect))
    }

    #[allow(private_interfaces)]
    fn preview(&self, _: Dialect) -> Result<Preview, Error> {
        let graph = Graph::below(Node::of::<T>())?;
        let plan = Plan {
            graph: &graph,
            state: State::Active,
        };
        let mut steps = plan.restrictions(State::Active);
        steps.extend(plan.counts());
        let moment = plan.storable(self.moment);
        let steps = steps_of(&graph, steps, moment, &self.operation);
        Ok(Preview::Counted(steps))
    }

    fn parts(&self) -> (&W, &A) {
        (&self.where_clause, &self.changes)
    }
}

impl<T: SoftDeleteTable, W> TreeOperation for TreeRestore<T, W> {
    type Where = W;
    type Changes = ();
    type Table = T;

    #[allow(private_interfaces)]
    fn steps(&self, dialect: Dialect, _: bool) -> Result<Steps, Error> {
        let root = Node::of::<T>();
        let graph = Graph::below(root.clone())?;
        let restore = Restore::new(&graph);
        let plan = Plan {
            graph: &graph,
            state: State::Deleted,
        };
        let mut all = steps_of(
            &graph,
            Vec::new(),
            plan.storable(self.moment),
            &self.operation,
        );
        all.steps
            .extend(plan.begin(dialect, |head| plan.of_target(head(&root))));
        let mut own_ancestors = None;
        if self.with_ancestors {
            let target = plan.of_target(Sql::new());
            let ancestors = ancestors::steps(&root, target, &mut all.tables, dialect);
            all.steps.extend(ancestors.above);
            own_ancestors = ancestors.own;
        } else if !dialect.has_one_writer() {
            all.steps.extend(hold_parents(&plan, &root, dialect));
        }
        if !dialect.has_one_writer() {
            all.steps.extend(restore.holds(dialect));
        }
        all.steps.extend(restore.steps(own_ancestors));
        Ok(all.latest(dialect))
    }

    #[allow(private_interfaces)]
    fn preview(&self, dialect: Dialect) -> Result<Preview, Error> {
        Ok(Preview::Undone(self.steps(dialect, false)?))
    }

    fn parts(&self) -> (&W, &()) {
        (&self.where_clause, &())
    }

    fn error(error: diesel::result::Error) -> Error {
        Error::of_restore(error)
    }
}

/// A parent cannot be deleted between the look at it and the restore.
fn hold_parents(plan: &Plan<'_>, root: &Node, dialect: Dialect) -> Vec<Step> {
    let mut steps = Vec::new();
    for relation in root.other_parents() {
        let parent = (relation.other)();
        let target = Sql::new()
            .sql("SELECT ")
            .columns(root, &relation.foreign_key)
            .sql(" FROM ")
            .table(root);
        steps.push(dialect.held(&parent, relation, plan.of_target(target)));
    }
    steps
}

impl<T: SoftDeleteTable, W> TreeOperation for TreePurge<T, W> {
    type Where = W;
    type Changes = ();
    type Table = T;

    #[allow(private_interfaces)]
    fn steps(&self, dialect: Dialect, _: bool) -> Result<Steps, Error> {
        let graph = Graph::below(Node::of::<T>())?;
        let plan = Plan {
            graph: &graph,
            state: self.state(),
        };
        let target = |head| Sql::join(plan.for_each_way(0, &head), "");
        let mut steps = plan.begin(dialect, target);
        steps.extend(plan.locks(dialect));
        steps.extend(self.refusals(&plan));
        steps.extend(deletions(&plan, dialect));
        let moment = plan.storable(self.moment);
        Ok(steps_of(&graph, steps, moment, &self.operation).latest(dialect))
    }

    #[allow(private_interfaces)]
    fn preview(&self, _: Dialect) -> Result<Preview, Error> {
        let graph = Graph::below(Node::of::<T>())?;
        let plan = Plan {
            graph: &graph,
            state: self.state(),
        };
        let mut steps = self.refusals(&plan);
        steps.extend(plan.counts());
        let steps = steps_of(&graph, steps, self.moment, &self.operation);
        Ok(Preview::Counted(steps))
    }

    fn minds_order(&self) -> bool {
        Graph::below(Node::of::<T>()).is_ok_and(|graph| graph.refers_to_itself())
    }

    fn parts(&self) -> (&W, &()) {
        (&self.where_clause, &())
    }
}

/// The rows go, children before parents.
fn deletions(plan: &Plan<'_>, dialect: Dialect) -> Vec<Step> {
    let mut steps = Vec::new();
    for table in (0..plan.graph.tables.len()).rev() {
        let order = match dialect {
            Dialect::Mysql => plan.deepest_first(table),
            _ => None,
        };
        let joined = table > 0 && order.is_none();
        let head = if joined {
            delete_from_joined
        } else {
            delete_from
        };
        for mut sql in plan.for_each_way(table, &head) {
            if let Some(order) = &order {
                sql = sql.append(order.clone());
            }
            steps.push(Step {
                sql,
                meaning: match table {
                    0 => Meaning::ChangedTarget,
                    table => Meaning::Changed(table),
                },
            });
        }
    }
    steps
}

/// The statements of a retention on the rows below a table.
pub(crate) struct Batches {
    graph: Graph,
}

impl Batches {
    pub(crate) fn of(root: Node) -> Result<Self, Error> {
        Ok(Self {
            graph: Graph::below(root)?,
        })
    }

    pub(crate) fn root(&self) -> &Node {
        &self.graph.root().node
    }

    pub(crate) fn tables(&self) -> Vec<String> {
        let tables = self.graph.tables.iter();
        tables.map(|member| member.node.table.text()).collect()
    }

    fn plan(&self) -> Plan<'_> {
        Plan {
            graph: &self.graph,
            state: State::Deleted,
        }
    }

    /// Queries for the keys of rows of the target that cannot go; `None` for a single table.
    pub(crate) fn blocked(&self, keeping: bool) -> Option<Vec<Sql>> {
        Blocked::new(&self.graph).map(|blocked| blocked.queries(keeping))
    }

    /// Queries for the keys of rows of the target that cannot go now: another transaction has a
    /// row below them.
    pub(crate) fn held(&self, dialect: Dialect) -> Vec<Sql> {
        match Blocked::new(&self.graph) {
            Some(blocked) if dialect.locks_rows() => blocked.held(),
            _ => Vec::new(),
        }
    }

    /// The removal of the target's rows and of what is below them.
    pub(crate) fn removal(&self, dialect: Dialect) -> Vec<Step> {
        let plan = self.plan();
        let mut steps = match dialect.locks_rows() {
            true => plan.locks(dialect),
            false => Vec::new(),
        };
        steps.extend(deletions(&plan, dialect));
        steps
    }

    /// What a batch begins with where its rows are not locked one by one.
    pub(crate) fn begin(&self, dialect: Dialect) -> Option<Step> {
        let lock = || plan::take_write_lock(self.root());
        (!dialect.locks_rows()).then(lock)
    }

    /// Whether rows go that refer to each other, in an order that MySQL minds.
    pub(crate) fn mind_order(&self) -> bool {
        self.graph.refers_to_itself()
    }

    /// Whether two rows of the first table can have the same row below them.
    pub(crate) fn overlap(&self) -> bool {
        let mut members = self.graph.tables.iter();
        members.any(|member| member.own.is_some() || member.edges.len() > 1)
    }

    /// How many rows the target has.
    pub(crate) fn count_target(&self) -> Sql {
        let count = Sql::new().sql("SELECT COUNT(*) FROM ").table(self.root());
        self.plan().of_target(count)
    }

    /// How many rows of each table that would remove.
    pub(crate) fn counts(&self) -> Vec<Step> {
        self.plan().counts()
    }
}

impl<T, W> TreePurge<T, W> {
    fn refusals(&self, plan: &Plan<'_>) -> Vec<Step> {
        let mut steps = plan.restrictions(State::Any);
        if !self.including_active {
            steps.extend(plan.active_below());
        }
        steps
    }
}
