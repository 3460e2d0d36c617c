//! Something to play with: all by the commands themselves.

use std::io::Write;

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use crate::command::Result;
use crate::schema::{teams, users};
use crate::{invitation, owner};

pub(crate) const TEAM: &str = "github:acme:core";

pub(crate) async fn fill(
    conn: &mut AsyncPgConnection,
    out: &mut (impl Write + Send),
) -> Result<()> {
    if users::table.count().get_result::<i64>(conn).await? > 0 {
        return Err("the database has users already: seed takes an empty one".into());
    }
    conn.transaction(async |conn| {
        for login in ["ada", "ben", "cleo"] {
            owner::add_user(conn, out, login).await?;
        }
        diesel::insert_into(teams::table)
            .values(teams::login.eq(TEAM))
            .execute(conn)
            .await?;
        owner::publish(conn, out, "parser", "ada").await?;
        owner::publish(conn, out, "router", "ben").await?;
        invitation::invite(conn, out, "parser", "ben", "ada").await?;
        invitation::accept(conn, out, "parser", "ben").await?;
        invitation::invite(conn, out, "parser", TEAM, "ada").await?;
        invitation::invite(conn, out, "router", "cleo", "ben").await
    })
    .await
}
