//! Something to play with: all by the commands themselves.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};

use crate::command::{Conn, Result};
use crate::schema::{teams, users};
use crate::{invitation, owner};

pub(crate) const TEAM: &str = "github:acme:core";

pub(crate) async fn fill(conn: &mut Conn) -> Result<String> {
    if users::table.count().get_result::<i64>(conn).await? > 0 {
        return Err("the database has users already: seed takes an empty one".into());
    }
    conn.transaction(async |conn| {
        let mut answers = String::new();
        for login in ["ada", "ben", "cleo"] {
            answers += &owner::add_user(conn, login).await?;
        }
        diesel::insert_into(teams::table)
            .values(teams::login.eq(TEAM))
            .execute(conn)
            .await?;
        answers += &owner::publish(conn, "parser", "ada").await?;
        answers += &owner::publish(conn, "router", "ben").await?;
        answers += &invitation::invite(conn, "parser", "ben", "ada").await?;
        answers += &invitation::accept(conn, "parser", "ben").await?;
        answers += &invitation::invite(conn, "parser", TEAM, "ada").await?;
        answers += &invitation::invite(conn, "router", "cleo", "ben").await?;
        Ok(answers)
    })
    .await
}
