//! A user is asked before they own something; a team is added at once.

use std::fmt::Write;

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};

use crate::command::{Conn, Result};
use crate::model::OwnerKind;
use crate::owner::{self, Owner, lock, lock_own, note, user};
use crate::schema::crate_owner_invitations as invitations;
use crate::schema::{crates, users};

pub(crate) async fn invite(conn: &mut Conn, name: &str, whom: &str, actor: &str) -> Result<String> {
    let actor = user(conn, actor).await?;
    let owner = Owner::find(conn, whom).await?;
    let done = conn
        .transaction(async |conn| {
            let its = lock_own(conn, name, &actor).await?;
            if owner::owns(conn, &its, owner).await? {
                return Err(format!("{whom} owns {name} already").into());
            }
            if owner.kind == OwnerKind::Team {
                owner::add(conn, &its, owner).await?;
                note(conn, &its, owner, &actor, "added").await?;
                return Ok("owns");
            }
            let invited = diesel::insert_into(invitations::table)
                .values((
                    invitations::crate_id.eq(its.id),
                    invitations::invited_user_id.eq(owner.id),
                    invitations::invited_by_user_id.eq(actor.id),
                ))
                .on_conflict_do_nothing()
                .execute(conn)
                .await?;
            if invited == 0 {
                return Err(format!("{whom} has been invited already").into());
            }
            note(conn, &its, owner, &actor, "invited").await?;
            Result::Ok("is invited to own")
        })
        .await?;
    Ok(format!("{whom} {done} {name}\n"))
}

pub(crate) async fn list(conn: &mut Conn, actor: &str) -> Result<String> {
    let actor = user(conn, actor).await?;
    let waiting = invitations::table
        .inner_join(crates::table)
        .inner_join(users::table)
        .filter(invitations::invited_user_id.eq(actor.id))
        .order(crates::name)
        .select((crates::name, users::login))
        .load::<(String, String)>(conn)
        .await?;
    let mut out = String::new();
    for (name, by) in waiting {
        writeln!(out, "{name:12} by {by}")?;
    }
    Ok(out)
}

pub(crate) async fn accept(conn: &mut Conn, name: &str, actor: &str) -> Result<String> {
    let actor = user(conn, actor).await?;
    let row = conn
        .transaction(async |conn| {
            let its = lock(conn, name).await?;
            answered(conn, its.id, actor.id).await?;
            let row = owner::add(conn, &its, actor.as_owner()).await?;
            note(conn, &its, actor.as_owner(), &actor, "accepted").await?;
            Result::Ok(row)
        })
        .await?;
    // a new row has one moment in both columns
    let again = if row.created_at != row.updated_at {
        format!(" again, at first since {}", row.created_at.format("%F %T"))
    } else {
        String::new()
    };
    Ok(format!("{} owns {name}{again}\n", actor.login))
}

pub(crate) async fn decline(conn: &mut Conn, name: &str, actor: &str) -> Result<String> {
    let actor = user(conn, actor).await?;
    conn.transaction(async |conn| {
        let its = lock(conn, name).await?;
        answered(conn, its.id, actor.id).await?;
        note(conn, &its, actor.as_owner(), &actor, "declined").await?;
        Result::Ok(())
    })
    .await?;
    Ok(format!("{} does not want to own {name}\n", actor.login))
}

/// An invitation is answered once: then it goes.
async fn answered(conn: &mut Conn, its: i32, user: i32) -> Result<()> {
    let invitation = diesel::delete(invitations::table.find((its, user)));
    match invitation.execute(conn).await? {
        0 => Err("there is no such invitation".into()),
        _ => Ok(()),
    }
}
