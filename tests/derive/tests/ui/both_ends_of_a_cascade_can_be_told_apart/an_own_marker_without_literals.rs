use diesel::sql_types::SqlType;
use soft_delete_runtime::prelude::*;
use soft_delete_runtime::types::Predicate;
use soft_delete_runtime::{MarkerType, Moment, Unit};

#[derive(SqlType, diesel::query_builder::QueryId)]
#[diesel(sqlite_type(name = "Text"))]
pub struct StatusType;

#[derive(Debug, Clone, Copy, diesel::expression::AsExpression)]
#[diesel(sql_type = StatusType)]
pub struct Status;

impl MarkerType for StatusType {
    const ACTIVE: Predicate = Predicate::new("(", " <> 'deleted')");
    const DELETED: Predicate = Predicate::new("(", " = 'deleted')");
    type Value = Status;

    fn value(_: Option<Moment>, _: Unit) -> Status {
        Status
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::StatusType;
    users {
        id -> Integer,
        status -> StatusType,
        deletion_id -> Nullable<Text>,
    }
}
diesel::table! {
    posts {
        id -> Integer,
        user_id -> Integer,
        deleted_at -> Nullable<Timestamp>,
        deletion_id -> Nullable<Text>,
    }
}

soft_delete_table! {
    users(status, cascade(posts::user_id), operation = deletion_id)
    posts(deleted_at, parents(user_id), operation = deletion_id)
}

fn main() {}
