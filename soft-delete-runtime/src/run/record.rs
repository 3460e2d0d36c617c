//! The statements of an operation, without a connection.

use std::future::{Ready, ready};
use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::expression::expression_types::Untyped;
use diesel::query_builder::{Query, QueryFragment, QueryId};

use super::blocking::poll_ready;
use crate::column::{Recorded, ValueClass};
use crate::connection::Kind;
use crate::engine::{Engine, EngineType};
use crate::error::Error;
use crate::key::{Codec, Rows, Value};
use crate::retention::{self, NoAfter, NoHook, PurgeExpired};
use crate::sql::{ChangesFor, TreeBackend};
use crate::table::SoftDeleteTable;
use crate::tree::{self, Outcome, TreeOperation};

/// The kind of a connection that answers every query with one row, and keeps the SQL.
#[derive(Debug)]
pub(super) enum Recording {}

/// The SQL so far.
#[derive(Debug)]
pub(super) struct Recorder<DB> {
    statements: Vec<String>,
    backend: PhantomData<DB>,
}

impl<DB> Recorder<DB>
where
    DB: TreeBackend + Default,
    DB::QueryBuilder: Default,
{
    fn new() -> Self {
        Self {
            statements: Vec::new(),
            backend: PhantomData,
        }
    }

    fn record<S: QueryFragment<DB>>(&mut self, statement: &S) {
        let sql = diesel::debug_query::<DB, _>(statement).to_string();
        let sql = match sql.rsplit_once(" -- binds: ") {
            Some((sql, _)) => sql.to_owned(),
            None => sql,
        };
        // one that is repeated until it finds no more is one
        if self.statements.last() != Some(&sql) {
            self.statements.push(sql);
        }
    }

    /// A value that stands for any of its class.
    fn value(class: ValueClass, row: u8) -> Value {
        let number = match class {
            ValueClass::Count | ValueClass::Flag(Recorded::No) => 0,
            ValueClass::Flag(Recorded::Yes) => 1,
            ValueClass::Flag(Recorded::Both) => row % 2,
            _ => row,
        };
        match Codec::<DB>::of().engine {
            Some(Engine::Postgres | Engine::Mysql) => Value::Raw(6, [number, 0, 0, 0].into()),
            _ => Value::Int(number.into()),
        }
    }
}

impl<DB> Kind<Recorder<DB>> for Recording
where
    DB: TreeBackend + Default,
    DB::QueryBuilder: Default,
{
    type Backend = DB;
    type Future<'a, R> = Ready<R>;

    fn begin(_: &mut Recorder<DB>) -> Ready<QueryResult<()>> {
        ready(Ok(()))
    }

    fn commit(_: &mut Recorder<DB>) -> Ready<QueryResult<()>> {
        ready(Ok(()))
    }

    fn roll_back(_: &mut Recorder<DB>) -> Ready<QueryResult<()>> {
        ready(Ok(()))
    }

    fn in_transaction(_: &mut Recorder<DB>) -> bool {
        false
    }

    fn execute<'a, S>(conn: &'a mut Recorder<DB>, statement: S) -> Ready<QueryResult<usize>>
    where
        S: QueryFragment<DB> + QueryId + 'a,
    {
        conn.record(&statement);
        ready(Ok(1))
    }

    fn ready<'a, R: Send + 'a>(value: R) -> Ready<R> {
        ready(value)
    }

    #[allow(private_interfaces)]
    fn read<'a, S>(
        conn: &'a mut Recorder<DB>,
        query: S,
        classes: Vec<ValueClass>,
    ) -> Ready<QueryResult<Rows>>
    where
        S: Query<SqlType = Untyped> + QueryFragment<DB> + QueryId + 'a,
    {
        conn.record(&query);
        let mut rows = Rows::new(classes.len());
        let of_both_kinds = classes.contains(&ValueClass::Flag(Recorded::Both));
        let numbers = if of_both_kinds { 2..=3 } else { 1..=1 };
        for number in numbers {
            for class in &classes {
                rows.push(Recorder::<DB>::value(*class, number));
            }
        }
        ready(Ok(rows))
    }
}

/// The SQL of an operation on a tree.
pub(super) fn of_tree<E, O>(operation: O) -> Result<Vec<String>, Error>
where
    E: EngineType<Backend: TreeBackend>,
    O: TreeOperation<Where: QueryFragment<E::Backend>, Changes: ChangesFor<E::Backend>>,
{
    let mut recorder = Recorder::<E::Backend>::new();
    let order = operation.order();
    poll_ready(tree::report::<Recording, _, _, _>(
        order,
        &mut recorder,
        Outcome::Kept,
    ))?;
    Ok(recorder.statements)
}

/// The SQL of a batch of a retention.
pub(super) fn of_retention<E, T, P, B, F>(
    retention: PurgeExpired<T, P, B, F>,
) -> Result<Vec<String>, Error>
where
    E: EngineType<Backend: TreeBackend>,
    T: SoftDeleteTable,
    P: QueryFragment<E::Backend>,
{
    let mut recorder = Recorder::<E::Backend>::new();
    let retention = PurgeExpired {
        table: PhantomData::<T>,
        plan: retention.plan,
        keeping: retention.keeping,
        before: NoHook,
        after: NoAfter,
    };
    poll_ready(retention::purge::<Recording, _, T, _, _, _>(
        retention,
        &mut recorder,
    ))?;
    Ok(recorder.statements)
}
