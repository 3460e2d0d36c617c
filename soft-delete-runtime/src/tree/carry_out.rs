//! An operation on a tree from its beginning to its end, in one transaction.

use diesel::expression::QueryMetadata;
use diesel::query_builder::QueryFragment;
use diesel::{Expression, QueryResult};

use super::graph::Graph;
use super::report::Report;
use super::run::{Run, statement};
use crate::connection::{Kind, Load, Session};
use crate::engine::Engine;
use crate::error::Error;
use crate::key::{Keys, Rows};
use crate::moment::Moment;
use crate::operation_id::OperationId;
use crate::relation::Node;
use crate::sql::{Body, Changes, ChangesFor, Marks, Select, Selected, Source, State, Statement};

/// An operation as it was ordered.
#[derive(Debug)]
#[doc(hidden)]
pub struct Order<W, A> {
    pub(crate) verb: Verb,
    pub(crate) root: &'static Node,
    pub(crate) target: W,
    pub(crate) changes: A,
    pub(crate) moment: Moment,
}

/// What is done.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Verb {
    SoftDelete,
    Restore { with_ancestors: bool },
    Purge { including_active: bool },
}

/// Whether an operation stays, or is undone.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Outcome {
    Kept,
    Undone,
}

/// Carries an operation out.
pub(crate) async fn report<K, C, W, A>(
    order: Order<W, A>,
    conn: &mut C,
    outcome: Outcome,
) -> Result<Report, Error>
where
    K: Kind<C>,
    W: QueryFragment<K::Backend>,
    A: ChangesFor<K::Backend>,
{
    let verb = order.verb;
    let (mut run, target) = begin::<K, C, _, _>(order, conn).await?;
    let reading = run.target(target, verb).await;
    let result = match reading {
        Ok(rows) => run.perform(verb, rows).await,
        Err(error) => Err(error.into()),
    };
    let result = match outcome {
        Outcome::Kept => run.session.finish(result).await,
        Outcome::Undone => {
            let result = match result {
                Ok(()) => run.check_deferred().await.map_err(Error::from),
                Err(error) => Err(error),
            };
            run.session.undo(result).await
        }
    };
    result.map_err(|error| verb.typed(error))?;
    Ok(run.report.finish(&run.marks))
}

/// Carries an operation out; the rows that the target names are the result.
pub(crate) async fn load<K, C, W, A, E, ST, M>(
    order: Order<W, A>,
    returning: E,
    conn: &mut C,
) -> Result<Vec<M>, Error>
where
    K: Kind<C> + Load<C, ST, M>,
    K::Backend: QueryMetadata<ST>,
    W: QueryFragment<K::Backend>,
    A: ChangesFor<K::Backend>,
    E: Expression<SqlType = ST> + QueryFragment<K::Backend>,
{
    let verb = order.verb;
    let (mut run, target) = begin::<K, C, _, _>(order, conn).await?;
    let reading = run.target(target, verb).await;
    let result = match reading {
        Ok(rows) => run.perform_and_load(verb, rows, returning).await,
        Err(error) => Err(error.into()),
    };
    let result = run.session.finish(result).await;
    result.map_err(|error| verb.typed(error))
}

async fn begin<'c, K, C, W, A>(
    order: Order<W, A>,
    conn: &'c mut C,
) -> Result<(Run<'c, K, C, A>, W), Error>
where
    K: Kind<C>,
    A: ChangesFor<K::Backend>,
{
    let graph = Graph::below(order.root)?;
    refuse_changes_outside::<A>(&graph)?;
    for member in &graph.tables {
        member.node.refuse_moment(order.moment)?;
    }
    let moment = storable(&graph, order.moment);
    let keeps_id = graph
        .tables
        .iter()
        .any(|member| member.node.operation.is_some());
    let operation = match order.verb {
        Verb::SoftDelete => keeps_id.then(OperationId::new),
        Verb::Restore { .. } => None,
        Verb::Purge { including_active } => (keeps_id && including_active).then(OperationId::new),
    };
    let mut session = Session::of(conn).await?;
    session.begin().await?;
    let marks = Marks::new(moment, operation);
    Ok((Run::new(session, graph, marks, order.changes), order.target))
}

/// The moment at the precision that the marker of every table stores.
pub(crate) fn storable(graph: &Graph, moment: Moment) -> Moment {
    graph.tables.iter().fold(moment, |moment, member| {
        let node = member.node;
        moment.cut_to((node.marker.precision)(node.unit))
    })
}

/// A changeset of a table that no row of the operation is in would be lost.
fn refuse_changes_outside<A: Changes>(graph: &Graph) -> Result<(), Error> {
    let mut tables = Vec::new();
    A::tables(&mut tables);
    match tables.iter().find(|table| graph.position(table).is_none()) {
        None => Ok(()),
        Some(table) => Err(Error::Database(diesel::result::Error::QueryBuilderError(
            format!(
                "`with` has changes of `{}`, which is not in the tree of `{}`",
                table.text(),
                graph.root().text()
            )
            .into(),
        ))),
    }
}

impl Verb {
    fn typed(self, error: Error) -> Error {
        match (self, error) {
            (Self::Restore { .. }, Error::Database(error)) => Error::of_restore(error),
            (_, error) => error,
        }
    }

    /// The state of the rows that it takes.
    fn state(self) -> State {
        match self {
            Self::SoftDelete => State::Active,
            Self::Restore { .. }
            | Self::Purge {
                including_active: false,
            } => State::Deleted,
            Self::Purge {
                including_active: true,
            } => State::Any,
        }
    }
}

impl<K, C, A> Run<'_, K, C, A>
where
    K: Kind<C>,
    A: ChangesFor<K::Backend>,
{
    /// Reads the rows that the target names, once.
    async fn target<W>(&mut self, target: W, verb: Verb) -> QueryResult<Rows>
    where
        W: QueryFragment<K::Backend>,
    {
        self.take_write_lock().await?;
        self.read_collations().await?;
        let columns = match verb {
            Verb::Restore { .. } => self.restore_columns(),
            Verb::SoftDelete | Verb::Purge { .. } => Vec::new(),
        };
        let lock = self.session.engine.lock_rows();
        let reading = self.read_target(&target, verb.state(), &columns, lock);
        reading.await
    }

    /// Lets PostgreSQL refuse now what it would refuse at the end of the transaction.
    pub(crate) async fn check_deferred(&mut self) -> QueryResult<()> {
        if self.session.engine == Engine::Postgres {
            let check = Body::Text("SET CONSTRAINTS ALL IMMEDIATE".to_owned());
            let check = statement::<()>(self.session.engine, &self.marks, check);
            self.session.execute(check).await?;
        }
        Ok(())
    }

    async fn perform(&mut self, verb: Verb, rows: Rows) -> Result<(), Error> {
        if rows.is_empty() {
            return Ok(());
        }
        match verb {
            Verb::SoftDelete => self.soft_delete(Keys::of(&rows)).await,
            Verb::Restore { with_ancestors } => self.restore(rows, with_ancestors).await,
            Verb::Purge { including_active } => {
                let tables = self.purge(Keys::of(&rows), including_active).await?;
                self.refuse_kept(&tables).await
            }
        }
    }

    async fn perform_and_load<E, ST, M>(
        &mut self,
        verb: Verb,
        rows: Rows,
        mut returning: E,
    ) -> Result<Vec<M>, Error>
    where
        K: Load<C, ST, M>,
        E: Expression<SqlType = ST> + QueryFragment<K::Backend>,
    {
        let keys = Keys::of(&rows.columns(0..self.graph.root().key.len()));
        let mut loaded = Vec::new();
        let before = matches!(verb, Verb::Purge { .. });
        if before {
            loaded = self.load_rows(&keys, &mut returning).await?;
        }
        self.perform(verb, rows).await?;
        if !before {
            loaded = self.load_rows(&keys, &mut returning).await?;
        }
        Ok(loaded)
    }

    /// Loads rows of the first table. They are locked, so they are as the operation has left them.
    async fn load_rows<E, ST, M>(&mut self, keys: &Keys, returning: &mut E) -> QueryResult<Vec<M>>
    where
        K: Load<C, ST, M>,
        E: Expression<SqlType = ST> + QueryFragment<K::Backend>,
    {
        let root = self.graph.root();
        let engine = self.session.engine;
        let mut loaded = Vec::new();
        for filter in self.graph.tables[0].with_keys(keys, engine, self.session.has_arrays()) {
            let select = Select::new(Source::Table(root)).filter(filter);
            let query = Statement {
                engine,
                body: Body::Select(select.lock(engine.locking_read())),
                marks: &self.marks,
                filter: &(),
                changes: &(),
                result: Selected(&*returning),
            };
            let loading = self.session.load::<_, ST, M>(query);
            loaded.extend(loading.await?);
        }
        Ok(loaded)
    }
}

/// Holds the active rows of a target, and counts them.
pub(crate) async fn hold<K, C, W>(
    root: &'static Node,
    target: W,
    conn: &mut C,
) -> Result<usize, Error>
where
    K: Kind<C>,
    W: QueryFragment<K::Backend>,
{
    let marks = Marks::new(Moment::now(), None);
    let session = Session::of(conn).await?;
    let graph = Graph::of_table(root);
    let mut run = Run::<K, C, ()>::new(session, graph, marks, ());
    run.take_write_lock().await?;
    // what the deletion of a row with children waits for; that of any other is a plain `UPDATE`
    let lock = match root.children().next() {
        Some(_) => run.session.engine.hold_rows(),
        None => run.session.engine.share_rows(),
    };
    let reading = run.read_target(&target, State::Active, &[], lock);
    match reading.await?.len() {
        0 => Err(Error::NotActive { table: root.text() }),
        rows => Ok(rows),
    }
}
