//! Backends on which the statements of a tree can be written.

use diesel::QueryResult;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Binary, Text};

use super::marks::{Marks, PushMoment};
use crate::compat::QualifiedName;
use crate::key::TypedValues;
use crate::marker::Epoch;
use crate::relation::Name;

/// A backend on which the statements of a tree can be written: SQLite, PostgreSQL, MySQL, and
/// `#[derive(MultiConnection)]` enums over them.
pub trait TreeBackend: TypedValues {
    #[doc(hidden)]
    #[allow(private_interfaces)]
    fn push_name(name: Name, out: AstPass<'_, '_, Self>) -> QueryResult<()>;
    #[doc(hidden)]
    #[allow(private_interfaces)]
    fn push_mark<'b>(mark: Mark, marks: &'b Marks, out: AstPass<'_, 'b, Self>) -> QueryResult<()>;
}

/// What is bound of [`Marks`].
#[derive(Debug, Clone, Copy)]
pub(crate) enum Mark {
    Moment,
    MomentText,
    Epoch(crate::moment::Unit),
    OperationText,
    OperationBytes,
    OperationInt,
}

impl<DB> TreeBackend for DB
where
    DB: TypedValues,
    Epoch: ToSql<BigInt, DB>,
    i64: ToSql<BigInt, DB>,
    String: ToSql<Text, DB>,
    [u8]: ToSql<Binary, DB>,
    QualifiedName: QueryFragment<DB>,
    Marks: PushMoment<DB>,
{
    #[allow(private_interfaces)]
    fn push_name(name: Name, out: AstPass<'_, '_, DB>) -> QueryResult<()> {
        match name {
            Name::Plain(name) => name.walk_ast(out),
            Name::InSchema(name) => name.walk_ast(out),
        }
    }

    #[allow(private_interfaces)]
    fn push_mark<'b>(
        mark: Mark,
        marks: &'b Marks,
        mut out: AstPass<'_, 'b, DB>,
    ) -> QueryResult<()> {
        if let Mark::Moment = mark {
            return marks.push_moment(out);
        }
        if let Mark::MomentText = mark {
            return out.push_bind_param::<Text, _>(&marks.text);
        }
        if let Mark::Epoch(unit) = mark {
            return out.push_bind_param::<BigInt, _>(marks.epoch(unit));
        }
        let operation = marks
            .operation
            .as_ref()
            .expect("made where a column keeps it");
        match mark {
            Mark::OperationBytes => out.push_bind_param::<Binary, [u8]>(&operation.as_bytes()[..]),
            Mark::OperationInt => out.push_bind_param::<BigInt, _>(operation.as_int()),
            _ => out.push_bind_param::<Text, _>(operation.as_text()),
        }
    }
}
