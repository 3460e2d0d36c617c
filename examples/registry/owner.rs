//! Owners: found, added, removed. What is changed is noted in the same transaction.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::{AsyncConnection, RunQueryDsl};
use soft_delete_runtime::prelude::*;

use crate::command::{Conn, Result};
use crate::model::{Crate, CrateOwner, OwnerKind, User};
use crate::schema::{crate_owners, crates, owner_actions, teams, users};

/// A user or a team, by the two columns that say so.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owner {
    pub(crate) id: i32,
    pub(crate) kind: OwnerKind,
}

impl Owner {
    pub(crate) async fn find(conn: &mut Conn, name: &str) -> Result<Self> {
        if !name.contains(':') {
            return Ok(user(conn, name).await?.as_owner());
        }
        let team = teams::table.filter(teams::login.eq(name));
        let id = team.select(teams::id).get_result(conn).await.optional()?;
        let id = id.ok_or_else(|| format!("there is no team {name}"))?;
        Ok(Self {
            id,
            kind: OwnerKind::Team,
        })
    }
}

impl User {
    pub(crate) fn as_owner(&self) -> Owner {
        Owner {
            id: self.id,
            kind: OwnerKind::User,
        }
    }
}

pub(crate) async fn user(conn: &mut Conn, login: &str) -> Result<User> {
    let user = users::table.filter(users::login.eq(login));
    let user = user.select(User::as_select()).get_result(conn).await;
    user.optional()?
        .ok_or_else(|| format!("there is no user {login}").into())
}

/// The crate, locked: its owners change one after the other.
pub(crate) async fn lock(conn: &mut Conn, name: &str) -> Result<Crate> {
    let found = crates::table.filter(crates::name.eq(name)).for_update();
    let found = found.select(Crate::as_select()).get_result(conn).await;
    found
        .optional()?
        .ok_or_else(|| format!("there is no crate {name}").into())
}

/// The crate, locked, if the user owns it.
pub(crate) async fn lock_own(conn: &mut Conn, name: &str, actor: &User) -> Result<Crate> {
    let own = lock(conn, name).await?;
    if !owns(conn, &own, actor.as_owner()).await? {
        return Err(format!("{} does not own {name}", actor.login).into());
    }
    Ok(own)
}

pub(crate) async fn owns(conn: &mut Conn, its: &Crate, owner: Owner) -> QueryResult<bool> {
    let row = crate_owners::table
        .active()
        .find((its.id, owner.id, owner.kind));
    diesel::select(exists(row)).get_result(conn).await
}

/// Makes it an owner: a new row, or a removed one that is revived. `created_at` tells which.
pub(crate) async fn add(conn: &mut Conn, to: &Crate, owner: Owner) -> QueryResult<CrateOwner> {
    diesel::insert_into(crate_owners::table)
        .values((
            crate_owners::crate_id.eq(to.id),
            crate_owners::owner_id.eq(owner.id),
            crate_owners::owner_kind.eq(owner.kind),
        ))
        .on_conflict(crate_owners::table.primary_key())
        .do_update()
        .set(marked_active(crate_owners::table))
        .returning(CrateOwner::as_returning())
        .get_result(conn)
        .await
}

pub(crate) async fn remove(conn: &mut Conn, name: &str, whom: &str, actor: &str) -> Result<String> {
    let actor = user(conn, actor).await?;
    let owner = Owner::find(conn, whom).await?;
    conn.transaction(async |conn| {
        let its = lock_own(conn, name, &actor).await?;
        let removed = CrateOwner::soft_delete_by_id((its.id, owner.id, owner.kind))
            .execute(conn)
            .await?;
        if removed == 0 {
            return Err(format!("{whom} does not own {name}").into());
        }
        let users = crate_owners::table
            .active()
            .filter(crate_owners::crate_id.eq(its.id))
            .filter(crate_owners::owner_kind.eq(OwnerKind::User));
        if users.count().get_result::<i64>(conn).await? == 0 {
            return Err(format!("{whom} is the last user who owns {name}").into());
        }
        note(conn, &its, owner, &actor, "removed").await?;
        Result::Ok(())
    })
    .await?;
    Ok(format!("{whom} owns {name} no more\n"))
}

pub(crate) async fn publish(conn: &mut Conn, name: &str, actor: &str) -> Result<String> {
    let actor = user(conn, actor).await?;
    conn.transaction(async |conn| {
        let new = diesel::insert_into(crates::table)
            .values(crates::name.eq(name))
            .returning(Crate::as_returning())
            .get_result(conn)
            .await?;
        add(conn, &new, actor.as_owner()).await?;
        note(conn, &new, actor.as_owner(), &actor, "published").await
    })
    .await
    .map_err(|error| taken(error, "crate"))?;
    Ok(format!("{} owns {name}\n", actor.login))
}

pub(crate) async fn add_user(conn: &mut Conn, login: &str) -> Result<String> {
    if login.contains(':') {
        return Err("only the names of teams have colons".into());
    }
    diesel::insert_into(users::table)
        .values(users::login.eq(login))
        .execute(conn)
        .await
        .map_err(|error| taken(error, "user"))?;
    Ok(format!("added {login}\n"))
}

fn taken(error: DieselError, what: &str) -> Box<dyn std::error::Error + Send + Sync> {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
            format!("there is already a {what} of that name").into()
        }
        error => error.into(),
    }
}

/// Adds to the audit.
pub(crate) async fn note(
    conn: &mut Conn,
    about: &Crate,
    owner: Owner,
    actor: &User,
    action: &str,
) -> QueryResult<()> {
    diesel::insert_into(owner_actions::table)
        .values((
            owner_actions::crate_id.eq(about.id),
            owner_actions::owner_id.eq(owner.id),
            owner_actions::owner_kind.eq(owner.kind),
            owner_actions::actor_id.eq(actor.id),
            owner_actions::action.eq(action),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
