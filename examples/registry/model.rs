//! The models. An owner that is removed stays in the table, for it may be added again.

use chrono::{DateTime, Utc};
use diesel::deserialize::{FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::prelude::*;
use diesel::serialize::{Output, ToSql};
use diesel::sql_types::SmallInt;
use diesel::{deserialize, serialize};
use soft_delete_runtime::prelude::*;

use crate::schema::{crate_owners, crates, users};

#[derive(Debug, Queryable, Selectable, Identifiable)]
pub(crate) struct User {
    pub(crate) id: i32,
    pub(crate) login: String,
}

#[derive(Debug, Queryable, Selectable, Identifiable)]
pub(crate) struct Crate {
    pub(crate) id: i32,
    pub(crate) name: String,
}

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
#[diesel(primary_key(crate_id, owner_id, owner_kind))]
#[soft_delete(column = deleted, touch = updated_at, guarded)]
pub(crate) struct CrateOwner {
    pub(crate) crate_id: i32,
    pub(crate) owner_id: i32,
    pub(crate) owner_kind: OwnerKind,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    pub(crate) deleted: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = SmallInt)]
pub(crate) enum OwnerKind {
    User = 0,
    Team = 1,
}

impl ToSql<SmallInt, Pg> for OwnerKind {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<SmallInt, Pg>::to_sql(&(*self as i16), &mut out.reborrow())
    }
}

impl FromSql<SmallInt, Pg> for OwnerKind {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match <i16 as FromSql<SmallInt, Pg>>::from_sql(value)? {
            0 => Ok(Self::User),
            1 => Ok(Self::Team),
            kind => Err(format!("no kind of owner is {kind}").into()),
        }
    }
}
