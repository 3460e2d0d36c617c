//! What there is to see. A removed owner is left out by the joins.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use diesel::dsl::count;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use soft_delete_runtime::prelude::*;

use crate::command::{Conn, Result};
use crate::model::{Crate, CrateOwner, OwnerKind};
use crate::owner::Owner;
use crate::schema::{crate_owners, crates, owner_actions, teams, users};

pub(crate) async fn crates(conn: &mut Conn) -> Result<String> {
    // the left join keeps a crate that nobody owns
    let all = crates::table
        .left_join_active(crate_owners::table)
        .group_by(crates::name)
        .order(crates::name)
        .select((crates::name, count(crate_owners::owner_id.nullable())))
        .load::<(String, i64)>(conn)
        .await?;
    let mut out = String::new();
    for (name, owners) in all {
        writeln!(out, "{name:12} owners: {owners}")?;
    }
    Ok(out)
}

pub(crate) async fn crates_of(conn: &mut Conn, owner: &str) -> Result<String> {
    let owner = Owner::find(conn, owner).await?;
    let own = crates::table
        .inner_join_active(crate_owners::table)
        .filter(crate_owners::owner_id.eq(owner.id))
        .filter(crate_owners::owner_kind.eq(owner.kind))
        .order(crates::name)
        .select(Crate::as_select())
        .load(conn)
        .await?;
    let mut out = String::new();
    for Crate { name, .. } in own {
        writeln!(out, "{name}")?;
    }
    Ok(out)
}

pub(crate) async fn owners(conn: &mut Conn, name: &str) -> Result<String> {
    let its = find(conn, name).await?;
    let of_kind = |kind| {
        let of_crate = crate_owners::crate_id.eq(its.id);
        of_crate.and(crate_owners::owner_kind.eq(kind))
    };
    macro_rules! logins {
        ($owners:ident, $kind:expr) => {{
            let active = $owners::table.inner_join_active(crate_owners::table);
            let logins = active.filter(of_kind($kind)).select($owners::login);
            logins.order($owners::login).load::<String>(conn).await?
        }};
    }
    let users = logins!(users, OwnerKind::User);
    let teams = logins!(teams, OwnerKind::Team);
    let mut out = String::new();
    for login in users.iter().chain(&teams) {
        writeln!(out, "{login}")?;
    }
    Ok(out)
}

/// With the removed ones.
pub(crate) async fn all_owners(conn: &mut Conn, name: &str) -> Result<String> {
    let its = find(conn, name).await?;
    let all = crate_owners::table
        .with_deleted()
        .left_join(users::table)
        .left_join(teams::table)
        .filter(crate_owners::crate_id.eq(its.id))
        .order((crate_owners::owner_kind, crate_owners::created_at))
        .select((
            users::login.nullable(),
            teams::login.nullable(),
            CrateOwner::as_select(),
        ))
        .load::<(Option<String>, Option<String>, CrateOwner)>(conn)
        .await?;
    let mut out = String::new();
    for (user, team, owner) in all {
        let login = login(owner.owner_kind, user, team);
        let state = match owner.is_deleted() {
            true => format!("removed {}", owner.updated_at.format("%F %T")),
            false => format!("since {}", owner.created_at.format("%F %T")),
        };
        writeln!(out, "{login:18} {state}")?;
    }
    Ok(out)
}

pub(crate) async fn audit(conn: &mut Conn, name: &str) -> Result<String> {
    let its = find(conn, name).await?;
    let actors = diesel::alias!(users as actors);
    let actions = owner_actions::table
        .inner_join(actors.on(owner_actions::actor_id.eq(actors.field(users::id))))
        .left_join(users::table.on(owner_actions::owner_id.eq(users::id)))
        .left_join(teams::table.on(owner_actions::owner_id.eq(teams::id)))
        .filter(owner_actions::crate_id.eq(its.id))
        .order(owner_actions::id)
        .select((
            owner_actions::created_at,
            actors.field(users::login),
            owner_actions::action,
            owner_actions::owner_kind,
            users::login.nullable(),
            teams::login.nullable(),
        ))
        .load::<Action>(conn)
        .await?;
    let mut out = String::new();
    for (at, actor, action, kind, user, team) in actions {
        write!(out, "{}  {actor} {action}", at.format("%F %T"))?;
        match action.as_str() {
            "invited" | "added" | "removed" => writeln!(out, " {}", login(kind, user, team))?,
            _ => writeln!(out)?,
        }
    }
    Ok(out)
}

type Action = (
    DateTime<Utc>,
    String,
    String,
    OwnerKind,
    Option<String>,
    Option<String>,
);

fn login(kind: OwnerKind, user: Option<String>, team: Option<String>) -> String {
    match kind {
        OwnerKind::User => user,
        OwnerKind::Team => team,
    }
    .unwrap_or_default()
}

async fn find(conn: &mut Conn, name: &str) -> Result<Crate> {
    let found = crates::table.filter(crates::name.eq(name));
    let found = found.select(Crate::as_select()).get_result(conn).await;
    found
        .optional()?
        .ok_or_else(|| format!("there is no crate {name}").into())
}
