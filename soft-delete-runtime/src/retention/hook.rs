//! Hooks: what is called before a batch is removed.

use std::marker::PhantomData;
use std::sync::Arc;

use diesel::QueryResult;
use diesel::expression::expression_types::Untyped;
use diesel::query_builder::{Query, QueryFragment, QueryId};

use crate::column::ValueClass;
use crate::connection::Kind;
use crate::engine::Engine;
use crate::error::Error;
use crate::key::{self, Codec, Keys, Round, TypedValues};
use crate::relation::Node;
use crate::sql::{Body, Expr, Marks, Select, Selected, Source, Statement};
use crate::table::SoftDeleteTable;

/// What a hook takes and gives, which is not in it.
type Types<C, V, E> = PhantomData<fn() -> (C, V, E)>;

/// No hook.
#[derive(Debug, Clone, Copy)]
pub struct NoHook;

/// The hook of [`before_batch`](super::PurgeExpired::before_batch).
#[derive(Debug, Clone)]
pub struct Hooks<H, C, V, E> {
    pub(crate) hook: H,
    types: Types<C, V, E>,
}

/// The hook of [`before_batch_async`](super::PurgeExpired::before_batch_async).
#[cfg(feature = "async")]
#[derive(Debug, Clone)]
pub struct AsyncHooks<H, C, V, E> {
    pub(crate) hook: H,
    types: Types<C, V, E>,
}

impl<H, C, V, E> Hooks<H, C, V, E> {
    pub(super) fn new(hook: H) -> Self {
        let types = PhantomData;
        Self { hook, types }
    }
}

#[cfg(feature = "async")]
impl<H, C, V, E> AsyncHooks<H, C, V, E> {
    pub(super) fn new(hook: H) -> Self {
        let types = PhantomData;
        Self { hook, types }
    }
}

/// What a hook returns.
pub trait Returns<V> {}

impl Returns<()> for NoHook {}
impl<H, C, V, E> Returns<V> for Hooks<H, C, V, E> {}
#[cfg(feature = "async")]
impl<H, C, V, E> Returns<V> for AsyncHooks<H, C, V, E> {}

/// An `AsyncFnMut` whose future can be named, so that a bound can ask it to be `Send`.
#[cfg(feature = "async")]
pub trait AsyncHook<A, B, R>: FnMut(A, B) -> <Self as AsyncHook<A, B, R>>::Future {
    /// The future.
    type Future: Future<Output = R>;
}

#[cfg(feature = "async")]
impl<F, A, B, Fut, R> AsyncHook<A, B, R> for F
where
    F: FnMut(A, B) -> Fut,
    Fut: Future<Output = R>,
{
    type Future = Fut;
}

/// The rows of a batch, for the hook.
#[derive(Debug)]
#[doc(hidden)]
pub struct Rows {
    pub(super) keys: Arc<Keys>,
    pub(super) engine: Engine,
}

impl Rows {
    pub(crate) fn engine(&self) -> Engine {
        self.engine
    }

    /// The rounds by which the keys are read, unless the batch was read with them.
    pub(crate) fn missing<DB: TypedValues, U>(&self, keys: &[U]) -> Vec<Round<'_>> {
        if !keys.is_empty() {
            return Vec::new();
        }
        let arrays = Codec::<DB>::of().engine == Some(Engine::Postgres);
        self.keys.rounds(self.engine, arrays)
    }
}

/// A hook as it is called on a connection `C` of a kind.
pub trait CallHook<K: Kind<C>, C, T> {
    /// What it returns.
    type Value;

    /// What it is handed of a row.
    type Key: Send;

    /// Reads rows that begin with the columns of a key: their values, and the keys as the hook is
    /// handed them. These are left out on a backend that reads columns as text.
    #[doc(hidden)]
    #[allow(private_interfaces)]
    fn read_batch<'a, S>(
        conn: &'a mut C,
        query: S,
        classes: Vec<ValueClass>,
        keys: &'a mut Vec<Self::Key>,
    ) -> K::Future<'a, QueryResult<key::Rows>>
    where
        S: Query<SqlType = Untyped> + QueryFragment<K::Backend> + QueryId + 'a;

    /// Calls it with the rows and their keys, which it reads if there are none.
    #[doc(hidden)]
    fn call<'a>(
        &'a mut self,
        conn: &'a mut C,
        rows: Rows,
        keys: Vec<Self::Key>,
    ) -> K::Future<'a, Result<Self::Value, Error>>;

    /// Its value after a batch of which no row can go.
    #[doc(hidden)]
    fn without_rows() -> Option<Self::Value> {
        None
    }
}

impl<K: Kind<C>, C, T> CallHook<K, C, T> for NoHook {
    type Value = ();
    type Key = ();

    #[allow(private_interfaces)]
    fn read_batch<'a, S>(
        conn: &'a mut C,
        query: S,
        classes: Vec<ValueClass>,
        _: &'a mut Vec<()>,
    ) -> K::Future<'a, QueryResult<key::Rows>>
    where
        S: Query<SqlType = Untyped> + QueryFragment<K::Backend> + QueryId + 'a,
    {
        K::read(conn, query, classes)
    }

    fn call<'a>(
        &'a mut self,
        _: &'a mut C,
        _: Rows,
        _: Vec<()>,
    ) -> K::Future<'a, Result<(), Error>> {
        K::ready(Ok(()))
    }

    fn without_rows() -> Option<()> {
        Some(())
    }
}

/// The query for the keys of a round.
pub(crate) fn keys_of_round<'a, T: SoftDeleteTable>(
    round: Round<'a>,
    engine: Engine,
    marks: &'a Marks,
) -> Statement<'a, (), (), Selected<T::PrimaryKey>> {
    let node = Node::of::<T>();
    let source = Source::Table(node);
    let select = Select::new(source).filter(Expr::In(source, node.key, round));
    Statement {
        engine,
        body: Body::Select(select.lock(engine.locking_read())),
        marks,
        filter: &(),
        changes: &(),
        result: Selected(T::default().primary_key()),
    }
}
