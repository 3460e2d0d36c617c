//! An asynchronous connection that is waited for: what the suite does on a blocking connection, it
//! does on this one, by way of diesel-async and of the library's asynchronous operations.

use diesel::connection::Instrumentation;
use diesel::result::Error as DieselError;
use diesel::{ConnectionResult, QueryResult};
use diesel_async::methods::{ExecuteDsl, LoadQuery};
use diesel_async::{AsyncConnection, SimpleAsyncConnection, TransactionManager};
use soft_delete_runtime::{
    Error, Progress, Report,
    types::{LoadTree, RunHold, RunRetention, RunTree},
};
use tokio::runtime::{Builder, Runtime};

#[cfg(backend = "mysql")]
pub type Inner = diesel_async::AsyncMysqlConnection;
#[cfg(backend = "postgres")]
pub type Inner = diesel_async::AsyncPgConnection;
#[cfg(backend = "sqlite")]
pub type Inner =
    diesel_async::sync_connection_wrapper::SyncConnectionWrapper<diesel::SqliteConnection>;

pub struct Conn {
    pub inner: Inner,
    pub runtime: Runtime,
}

type Manager = <Inner as AsyncConnection>::TransactionManager;

impl Conn {
    pub fn establish(url: &str) -> ConnectionResult<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let inner = runtime.block_on(Inner::establish(url))?;
        Ok(Self { inner, runtime })
    }

    pub fn batch_execute(&mut self, sql: &str) -> QueryResult<()> {
        self.runtime.block_on(self.inner.batch_execute(sql))
    }

    pub fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        self.inner.set_instrumentation(instrumentation);
    }

    /// Whatever the action does, it is undone.
    pub fn test_transaction<T, E, F>(&mut self, action: F) -> T
    where
        F: FnOnce(&mut Self) -> Result<T, E>,
        E: std::fmt::Debug,
    {
        let mut result = None;
        let undone = self.transaction(|conn| {
            result = Some(action(conn).unwrap());
            Err::<(), _>(DieselError::RollbackTransaction)
        });
        assert_eq!(undone, Err(DieselError::RollbackTransaction));
        result.unwrap()
    }

    pub fn transaction<T, E, F>(&mut self, action: F) -> Result<T, E>
    where
        F: FnOnce(&mut Self) -> Result<T, E>,
        E: From<DieselError>,
    {
        let begin = Manager::begin_transaction(&mut self.inner);
        self.runtime.block_on(begin)?;
        let result = action(self);
        match &result {
            Ok(_) => {
                let commit = Manager::commit_transaction(&mut self.inner);
                self.runtime.block_on(commit)?;
            }
            Err(_) => {
                let roll_back = Manager::rollback_transaction(&mut self.inner);
                self.runtime.block_on(roll_back)?;
            }
        }
        result
    }
}

/// diesel-async's trait of that name, waited for.
pub trait RunQueryDsl: Sized {
    fn execute<'query>(self, conn: &mut Conn) -> QueryResult<usize>
    where
        Self: ExecuteDsl<Inner> + 'query,
    {
        let changed = diesel_async::RunQueryDsl::execute(self, &mut conn.inner);
        conn.runtime.block_on(changed)
    }

    fn load<'query, U>(self, conn: &mut Conn) -> QueryResult<Vec<U>>
    where
        U: Send,
        Self: LoadQuery<'query, Inner, U> + 'query,
    {
        let rows = diesel_async::RunQueryDsl::load(self, &mut conn.inner);
        conn.runtime.block_on(rows)
    }

    #[cfg(not(backend = "mysql"))]
    fn get_results<'query, U>(self, conn: &mut Conn) -> QueryResult<Vec<U>>
    where
        U: Send,
        Self: LoadQuery<'query, Inner, U> + 'query,
    {
        self.load(conn)
    }

    fn get_result<'query, U>(self, conn: &mut Conn) -> QueryResult<U>
    where
        U: Send + 'query,
        Self: LoadQuery<'query, Inner, U> + 'query,
    {
        let row = diesel_async::RunQueryDsl::get_result(self, &mut conn.inner);
        conn.runtime.block_on(row)
    }
}

impl<T> RunQueryDsl for T {}

/// The kind of this connection.
pub struct Waited<K>(std::marker::PhantomData<K>);

/// A method that waits for the one of the connection within. It takes what outlives `'conn`.
macro_rules! wait_for {
    ($verbs:path, $method:ident -> $outcome:ty, $($lasting:ident),+) => {
        fn $method<'conn>(operation: O, conn: &'conn mut Self) -> $outcome
        where
            $($lasting: 'conn,)+
        {
            let outcome = <Inner as $verbs>::$method(operation, &mut conn.inner);
            conn.runtime.block_on(outcome)
        }
    };
}

impl<O, K> RunTree<O, Waited<K>> for Conn
where
    O: 'static,
    for<'c> Inner: RunTree<
            O,
            K,
            Execute<'c>: Future<Output = Result<usize, Error>>,
            Report<'c>: Future<Output = Result<Report, Error>>,
        >,
{
    type Execute<'conn> = Result<usize, Error>;
    type Report<'conn> = Result<Report, Error>;

    wait_for!(RunTree<O, K>, execute -> Result<usize, Error>, O);
    wait_for!(RunTree<O, K>, report -> Result<Report, Error>, O);
    wait_for!(RunTree<O, K>, preview -> Result<Report, Error>, O);
}

impl<O, M, K> LoadTree<O, M, Waited<K>> for Conn
where
    O: 'static,
    M: 'static,
    for<'c> Inner: LoadTree<
            O,
            M,
            K,
            Load<'c>: Future<Output = Result<Vec<M>, Error>>,
            LoadOne<'c>: Future<Output = Result<M, Error>>,
        >,
{
    type Load<'conn> = Result<Vec<M>, Error>;
    type LoadOne<'conn> = Result<M, Error>;

    wait_for!(LoadTree<O, M, K>, get_results -> Result<Vec<M>, Error>, O, M);
    wait_for!(LoadTree<O, M, K>, get_result -> Result<M, Error>, O, M);
}

impl<O, K> RunHold<O, Waited<K>> for Conn
where
    O: 'static,
    for<'c> Inner: RunHold<O, K, Hold<'c>: Future<Output = Result<usize, Error>>>,
{
    type Hold<'conn> = Result<usize, Error>;

    wait_for!(RunHold<O, K>, hold -> Result<usize, Error>, O);
}

impl<O, K> RunRetention<O, Waited<K>> for Conn
where
    O: 'static,
    for<'c> Inner: RunRetention<O, K, Run<'c>: Future<Output = Result<Progress, Error>>>,
{
    type Run<'conn> = Result<Progress, Error>;

    wait_for!(RunRetention<O, K>, execute -> Result<Progress, Error>, O);
    wait_for!(RunRetention<O, K>, preview -> Result<Progress, Error>, O);
}
