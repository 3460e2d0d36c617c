//! What both kinds of connections do, written once.

/// Implements the traits of `run` for a kind of connection `C`: with the bounds of `C`, those of
/// what is carried out, the type of what comes back, and what makes it of a future.
macro_rules! run_on {
    ($kind:ident, C: [$($conn:tt)*], O: [$($send:tt)*], $output:ident, $wrap:expr) => {
        use diesel::deserialize::FromSqlRow;
        use diesel::expression::QueryMetadata;
        use diesel::query_builder::{QueryFragment, QueryId};
        use diesel::query_source::QuerySource;
        use diesel::{Expression, Selectable};

        use super::single;
        use super::traits::{LoadTree, RunHold, RunRetention, RunTree, first};
        use crate::error::Error;
        use crate::relation::Node;
        use crate::retention::{self, CallAfter, Progress, PurgeExpired};
        use crate::sql::{ChangesFor, TreeBackend};
        use crate::statement::{CountRows, MarkStatement, PurgeStatement};
        use crate::table::SoftDeleteTable;
        use crate::tree::{
            self, HoldActive, Outcome, Report, TreeOperation, TreeReturning,
        };

        impl<O, C> RunTree<O, $kind> for C
        where
            C: $($conn)*,
            O: TreeOperation<
                Where: QueryFragment<C::Backend> $($send)*,
                Changes: ChangesFor<C::Backend> $($send)*,
            > $($send)*,
        {
            run_on!(outputs: O, $output);

            fn execute<'conn>(operation: O, conn: &'conn mut C) -> Self::Execute<'conn>
            where
                O: 'conn,
            {
                let report = tree::report::<$kind, C, _, _>(operation.order(), conn, Outcome::Kept);
                $wrap(async move { Ok(report.await?.rows()) })
            }

            fn report<'conn>(operation: O, conn: &'conn mut C) -> Self::Report<'conn>
            where
                O: 'conn,
            {
                $wrap(tree::report::<$kind, C, _, _>(operation.order(), conn, Outcome::Kept))
            }

            fn preview<'conn>(operation: O, conn: &'conn mut C) -> Self::Report<'conn>
            where
                O: 'conn,
            {
                $wrap(tree::report::<$kind, C, _, _>(operation.order(), conn, Outcome::Undone))
            }
        }

        impl<T, W, C> RunHold<HoldActive<T, W>, $kind> for C
        where
            C: $($conn)*,
            T: SoftDeleteTable,
            W: QueryFragment<C::Backend> $($send)*,
        {
            type Hold<'conn> = $output<'conn, Result<usize, Error>>
            where
                C: 'conn,
                HoldActive<T, W>: 'conn;

            fn hold<'conn>(hold: HoldActive<T, W>, conn: &'conn mut C) -> Self::Hold<'conn>
            where
                HoldActive<T, W>: 'conn,
            {
                $wrap(tree::hold::<$kind, C, _>(Node::of::<T>(), hold.target, conn))
            }
        }

        impl<O, M, C, E, ST> LoadTree<O, M, $kind> for C
        where
            C: $($conn)*,
            C::Backend: QueryMetadata<ST>,
            O: TreeOperation<
                Where: QueryFragment<C::Backend> $($send)*,
                Changes: ChangesFor<C::Backend> $($send)*,
            > $($send)*,
            M: Selectable<C::Backend, SelectExpression = E> + FromSqlRow<ST, C::Backend> $($send)*,
            E: Expression<SqlType = ST> + QueryFragment<C::Backend> + 'static $($send)*,
            ST: 'static,
        {
            run_on!(loads: O, M, $output);

            fn get_results<'conn>(operation: O, conn: &'conn mut C) -> Self::Load<'conn>
            where
                O: 'conn,
                M: 'conn,
            {
                let returning = M::construct_selection();
                $wrap(tree::load::<$kind, C, _, _, _, ST, M>(operation.order(), returning, conn))
            }

            fn get_result<'conn>(operation: O, conn: &'conn mut C) -> Self::LoadOne<'conn>
            where
                O: 'conn,
                M: 'conn,
            {
                let returning = M::construct_selection();
                let loading =
                    tree::load::<$kind, C, _, _, _, ST, M>(operation.order(), returning, conn);
                $wrap(async move { first(loading.await?) })
            }
        }

        impl<O, M, C, E, ST> LoadTree<TreeReturning<O, E>, M, $kind> for C
        where
            C: $($conn)*,
            C::Backend: QueryMetadata<ST>,
            O: TreeOperation<
                Where: QueryFragment<C::Backend> $($send)*,
                Changes: ChangesFor<C::Backend> $($send)*,
            > $($send)*,
            M: FromSqlRow<ST, C::Backend> $($send)*,
            E: Expression<SqlType = ST> + QueryFragment<C::Backend> $($send)*,
            ST: 'static,
        {
            run_on!(loads: TreeReturning<O, E>, M, $output);

            fn get_results<'conn>(
                operation: TreeReturning<O, E>,
                conn: &'conn mut C,
            ) -> Self::Load<'conn>
            where
                TreeReturning<O, E>: 'conn,
                M: 'conn,
            {
                let TreeReturning { operation, returning } = operation;
                $wrap(tree::load::<$kind, C, _, _, _, ST, M>(operation.order(), returning, conn))
            }

            fn get_result<'conn>(
                operation: TreeReturning<O, E>,
                conn: &'conn mut C,
            ) -> Self::LoadOne<'conn>
            where
                TreeReturning<O, E>: 'conn,
                M: 'conn,
            {
                let TreeReturning { operation, returning } = operation;
                let loading =
                    tree::load::<$kind, C, _, _, _, ST, M>(operation.order(), returning, conn);
                $wrap(async move { first(loading.await?) })
            }
        }

        impl<T, P, B, F, C> RunRetention<PurgeExpired<T, P, B, F>, $kind> for C
        where
            C: $($conn)*,
            T: SoftDeleteTable,
            P: QueryFragment<C::Backend> $($send)*,
            B: CallHook<$kind, C, T> $($send)*,
            B::Value: Sized $($send)*,
            F: CallAfter<B::Value> $($send)*,
        {
            type Run<'conn> = $output<'conn, Result<Progress, Error>>
            where
                C: 'conn,
                PurgeExpired<T, P, B, F>: 'conn;

            fn execute<'conn>(
                retention: PurgeExpired<T, P, B, F>,
                conn: &'conn mut C,
            ) -> Self::Run<'conn>
            where
                PurgeExpired<T, P, B, F>: 'conn,
            {
                $wrap(retention::purge::<$kind, C, T, P, B, F>(retention, conn))
            }

            fn preview<'conn>(
                retention: PurgeExpired<T, P, B, F>,
                conn: &'conn mut C,
            ) -> Self::Run<'conn>
            where
                PurgeExpired<T, P, B, F>: 'conn,
            {
                $wrap(retention::preview::<$kind, C, T, P, B, F>(retention, conn))
            }
        }

        run_on!(single: [T, W, A, P, Ch] MarkStatement<T, W, A, P, Ch>,
            $kind, C: [$($conn)*], O: [$($send)*], $output, $wrap);
        run_on!(single: [T, W, P] PurgeStatement<T, W, P>,
            $kind, C: [$($conn)*], O: [$($send)*], $output, $wrap);
    };

    (outputs: $operation:ty, $output:ident) => {
        type Execute<'conn> = $output<'conn, Result<usize, Error>>
        where
            C: 'conn,
            $operation: 'conn;
        type Report<'conn> = $output<'conn, Result<Report, Error>>
        where
            C: 'conn,
            $operation: 'conn;
    };

    (loads: $operation:ty, $model:ty, $output:ident) => {
        type Load<'conn> = $output<'conn, Result<Vec<$model>, Error>>
        where
            C: 'conn,
            $operation: 'conn,
            $model: 'conn;
        type LoadOne<'conn> = $output<'conn, Result<$model, Error>>
        where
            C: 'conn,
            $operation: 'conn,
            $model: 'conn;
    };

    (single: [$($generics:ident),*] $statement:ty,
        $kind:ident, C: [$($conn:tt)*], O: [$($send:tt)*], $output:ident, $wrap:expr) => {
        impl<$($generics,)* C> RunTree<$statement, $kind> for C
        where
            C: $($conn)*,
            T: SoftDeleteTable + QuerySource,
            $statement: QueryFragment<C::Backend> + QueryId $($send)*,
            CountRows<T, W, P>: QueryFragment<C::Backend> + QueryId $($send)*,
        {
            run_on!(outputs: $statement, $output);

            fn execute<'conn>(operation: $statement, conn: &'conn mut C) -> Self::Execute<'conn>
            where
                $statement: 'conn,
            {
                $wrap(single::execute::<$kind, C, _>(operation, conn))
            }

            fn report<'conn>(operation: $statement, conn: &'conn mut C) -> Self::Report<'conn>
            where
                $statement: 'conn,
            {
                $wrap(single::report::<$kind, C, _>(operation, conn))
            }

            fn preview<'conn>(operation: $statement, conn: &'conn mut C) -> Self::Report<'conn>
            where
                $statement: 'conn,
            {
                $wrap(single::preview::<$kind, C, _>(operation, conn))
            }
        }
    };
}

pub(super) use run_on;
