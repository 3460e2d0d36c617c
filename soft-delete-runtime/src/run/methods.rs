//! The methods of operations that take a connection.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment};

use super::record;
use super::traits::{IsOneQuery, LoadTree, RunHold, RunRetention, RunTree};
use crate::engine::EngineType;
use crate::error::Error;
use crate::retention::PurgeExpired;
use crate::sql::{ChangesFor, TreeBackend};
use crate::statement::{MarkStatement, PurgeStatement};
use crate::table::SoftDeleteTable;
use crate::tree::{
    HoldActive, TreeOperation, TreePurge, TreeRestore, TreeReturning, TreeSoftDelete,
};

macro_rules! operation {
    ([$($generics:tt)*] $operation:ty) => {
        impl<$($generics)*> $operation {
            /// Carries it out, in one transaction (a savepoint within the caller's), and returns
            /// how many rows of all tables were changed.
            ///
            /// # Errors
            ///
            /// [`Error`](crate::Error) says what forbids it, or what the database reports. Nothing
            /// is changed then.
            pub fn execute<'conn, C, Kind>(self, conn: &'conn mut C) -> C::Execute<'conn>
            where
                C: RunTree<Self, Kind>,
                Self: 'conn,
            {
                C::execute(self, conn)
            }

            /// Carries it out and returns the rows of each table, the moment and the operation's
            /// id.
            ///
            /// # Errors
            ///
            /// As [`execute`](Self::execute).
            pub fn report<'conn, C, Kind>(self, conn: &'conn mut C) -> C::Report<'conn>
            where
                C: RunTree<Self, Kind>,
                Self: 'conn,
            {
                C::report(self, conn)
            }

            /// The report that [`report`](Self::report) would give now. Nothing is changed: it is
            /// carried out and undone, so it waits for locks as the operation does.
            ///
            /// # Errors
            ///
            /// As [`execute`](Self::execute): what would be refused is refused.
            pub fn preview<'conn, C, Kind>(self, conn: &'conn mut C) -> C::Report<'conn>
            where
                C: RunTree<Self, Kind>,
                Self: 'conn,
            {
                C::preview(self, conn)
            }

            /// The SQL of the operation on an engine, in order, without a connection: for reading,
            /// logging and tests, as [`debug_query`](diesel::debug_query) is for one query.
            ///
            /// It is the SQL for one row in each table, whatever is in the database. More rows take
            /// further statements, one for each 1,000 keys (500 on SQLite; PostgreSQL takes all keys
            /// as one array). It needs the feature of the engine's backend.
            ///
            /// # Errors
            ///
            /// [`Error::Cycle`](crate::Error::Cycle), and a moment or a changeset that the operation
            /// refuses.
            pub fn statements<E>(self) -> Result<Vec<String>, Error>
            where
                E: EngineType<Backend: TreeBackend>,
                Self: TreeOperation<
                        Where: QueryFragment<E::Backend>,
                        Changes: ChangesFor<E::Backend>,
                    >,
            {
                record::of_tree::<E, _>(self)
            }

            /// Gives back an expression of the rows that the target named, as far as they were
            /// changed; never of those below them.
            ///
            /// They are read in the operation's transaction: after the change, or before a removal.
            pub fn returning<E>(self, returning: E) -> TreeReturning<Self, E> {
                TreeReturning { operation: self, returning }
            }

            /// Carries it out and returns the rows that the target named, as far as they were
            /// changed; never those below them.
            ///
            /// The type of the result says the model: `let users: Vec<User> = ..`.
            ///
            /// # Errors
            ///
            /// As [`execute`](Self::execute).
            pub fn get_results<'conn, M, C, Kind>(self, conn: &'conn mut C) -> C::Load<'conn>
            where
                C: LoadTree<Self, M, Kind>,
                Self: 'conn,
                M: 'conn,
            {
                C::get_results(self, conn)
            }

            #[doc(hidden)] // what is written by mistake gets a message of its own
            pub fn load<M>(self, _: &mut impl Sized) -> Vec<M>
            where
                Self: super::traits::LoadsByGetResults,
            {
                Vec::new()
            }

            /// [`get_results`](Self::get_results) of one row.
            ///
            /// The type of the result says the model: `let user: User = .. .get_result(conn)?;`.
            ///
            /// # Errors
            ///
            /// [`NotFound`](diesel::result::Error::NotFound) in an
            /// [`Error::Database`](crate::Error::Database) if no row was changed; otherwise as
            /// [`execute`](Self::execute).
            pub fn get_result<'conn, M, C, Kind>(self, conn: &'conn mut C) -> C::LoadOne<'conn>
            where
                C: LoadTree<Self, M, Kind>,
                Self: 'conn,
                M: 'conn,
            {
                C::get_result(self, conn)
            }
        }

        #[doc(hidden)] // likewise: `debug_query` of a tree
        impl<DB: Backend, $($generics)*> QueryFragment<DB> for $operation
        where
            Self: IsOneQuery,
        {
            fn walk_ast<'b>(&'b self, _: AstPass<'_, 'b, DB>) -> QueryResult<()> {
                Ok(())
            }
        }
    };
}

operation!([T, W, A] TreeSoftDelete<T, W, A>);
operation!([T, W, A] TreeRestore<T, W, A>);
operation!([T, W] TreePurge<T, W>);

impl<O, E> TreeReturning<O, E> {
    /// Carries it out and returns what was asked for, of each row.
    ///
    /// # Errors
    ///
    /// As `execute` of the operation.
    pub fn get_results<'conn, M, C, Kind>(self, conn: &'conn mut C) -> C::Load<'conn>
    where
        C: LoadTree<Self, M, Kind>,
        Self: 'conn,
        M: 'conn,
    {
        C::get_results(self, conn)
    }

    /// [`get_results`](Self::get_results) of one row.
    ///
    /// # Errors
    ///
    /// [`NotFound`](diesel::result::Error::NotFound) in an
    /// [`Error::Database`](crate::Error::Database) if no row was changed; otherwise as `execute` of
    /// the operation.
    pub fn get_result<'conn, M, C, Kind>(self, conn: &'conn mut C) -> C::LoadOne<'conn>
    where
        C: LoadTree<Self, M, Kind>,
        Self: 'conn,
        M: 'conn,
    {
        C::get_result(self, conn)
    }
}

macro_rules! single {
    ([$($generics:tt)*] $operation:ty) => {
        impl<$($generics)*> $operation
        where
            T: diesel::query_source::QuerySource,
        {
            /// Carries it out and returns the number of rows, the moment and the operation's id.
            ///
            /// # Errors
            ///
            /// What the database reports, in an [`Error`](crate::Error).
            pub fn report<'conn, Conn, Kind>(self, conn: &'conn mut Conn) -> Conn::Report<'conn>
            where
                Conn: RunTree<Self, Kind>,
                Self: 'conn,
            {
                Conn::report(self, conn)
            }

            /// The report that [`report`](Self::report) would give now: the rows are counted, and
            /// nothing is changed.
            ///
            /// # Errors
            ///
            /// As [`report`](Self::report).
            pub fn preview<'conn, Conn, Kind>(self, conn: &'conn mut Conn) -> Conn::Report<'conn>
            where
                Conn: RunTree<Self, Kind>,
                Self: 'conn,
            {
                Conn::preview(self, conn)
            }

            #[doc(hidden)] // what is written by mistake gets a message of its own
            pub fn statements<E>(self) -> Result<Vec<String>, Error>
            where
                Self: super::traits::IsSeveralStatements<E>,
            {
                Ok(Vec::new())
            }
        }
    };
}

single!([T, W, A, P, C] MarkStatement<T, W, A, P, C>);
single!([T, W, P] PurgeStatement<T, W, P>);

impl<T, W> HoldActive<T, W> {
    /// Holds the rows, and returns how many there are.
    ///
    /// # Errors
    ///
    /// [`Error::NotActive`](crate::Error::NotActive) if there is none: they are deleted, or not there.
    pub fn execute<'conn, C, Kind>(self, conn: &'conn mut C) -> C::Hold<'conn>
    where
        C: RunHold<Self, Kind>,
        Self: 'conn,
    {
        C::hold(self, conn)
    }
}

impl<T, P, B, F> PurgeExpired<T, P, B, F> {
    /// Runs the batches, and returns the final [`Progress`](crate::Progress).
    ///
    /// # Errors
    ///
    /// Bad input (a negative age, a moment that the marker cannot store, a batch size of 0), an
    /// [`Error::Cycle`](crate::Error::Cycle), what a hook returns, and what the database reports. The
    /// batch that fails is undone; those before it stay done.
    pub fn execute<'conn, C, Kind>(self, conn: &'conn mut C) -> C::Run<'conn>
    where
        C: RunRetention<Self, Kind>,
        Self: 'conn,
    {
        C::execute(self, conn)
    }

    /// The SQL of a batch on an engine, in order, without a connection.
    ///
    /// It is that of a batch of which every row can go. It takes the feature of the engine's
    /// backend.
    ///
    /// # Errors
    ///
    /// Bad input.
    pub fn statements<E>(self) -> Result<Vec<String>, Error>
    where
        E: EngineType<Backend: TreeBackend>,
        T: SoftDeleteTable,
        P: QueryFragment<E::Backend>,
    {
        record::of_retention::<E, T, P, B, F>(self)
    }

    /// The [`Progress`](crate::Progress) that a whole run would end with now; `max_batches` is ignored.
    /// Nothing is changed: the batches are carried out in one transaction, without hooks, and undone, so
    /// it waits for locks as a run does, and holds them until the end.
    ///
    /// # Errors
    ///
    /// Bad input, and what the database reports.
    pub fn preview<'conn, C, Kind>(self, conn: &'conn mut C) -> C::Run<'conn>
    where
        C: RunRetention<Self, Kind>,
        Self: 'conn,
    {
        C::preview(self, conn)
    }
}
