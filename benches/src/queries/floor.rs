//! The least that the queries cost: statements prepared once, without Diesel.

use chrono::Utc;

use super::schema::{Account, Note};
use super::{Query, Run};

/// Their SQL, with SQLite's placeholders.
fn sql(query: Query) -> &'static str {
    match query {
        Query::Find => {
            "SELECT id, group_id, name, deleted_at FROM accounts WHERE deleted_at IS NULL AND id = ?1"
        }
        Query::List => {
            "SELECT id, group_id, name, deleted_at FROM accounts
             WHERE deleted_at IS NULL AND group_id = ?1"
        }
        Query::Joined => {
            "SELECT a.id, a.group_id, a.name, a.deleted_at, n.id, n.account_id, n.body
             FROM accounts a INNER JOIN notes n ON n.account_id = a.id AND n.deleted_at IS NULL
             WHERE a.deleted_at IS NULL AND a.group_id = ?1"
        }
        Query::SoftDelete => {
            "UPDATE accounts SET deleted_at = ?2 WHERE id = ?1 AND deleted_at IS NULL"
        }
        Query::Restore => {
            "UPDATE accounts SET deleted_at = NULL WHERE id = ?1 AND deleted_at IS NOT NULL"
        }
        Query::Purge => "DELETE FROM accounts WHERE id = ?1 AND deleted_at IS NOT NULL",
    }
}

macro_rules! account {
    ($row:ident) => {
        Account {
            id: $row.get(0)?,
            group_id: $row.get(1)?,
            name: $row.get(2)?,
            deleted_at: $row.get(3)?,
        }
    };
}

macro_rules! note {
    ($row:ident) => {
        Note {
            id: $row.get(4)?,
            account_id: $row.get(5)?,
            body: $row.get(6)?,
        }
    };
}

/// The queries on a connection of rusqlite.
pub fn on_sqlite(conn: &rusqlite::Connection) -> rusqlite::Result<impl Run + '_> {
    let mut statements = Vec::new();
    for query in Query::ALL {
        statements.push(conn.prepare(sql(query))?);
    }
    Ok(move |query, number| {
        let statement = &mut statements[query as usize];
        match query {
            Query::Find => statement
                .query_row([number], |row| Ok(account!(row)))
                .map(|row| std::hint::black_box([row]).len()),
            Query::List => statement
                .query_map([number], |row| Ok(account!(row)))
                .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                .map(|rows| std::hint::black_box(rows).len()),
            Query::Joined => statement
                .query_map([number], |row| Ok((account!(row), note!(row))))
                .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                .map(|rows| std::hint::black_box(rows).len()),
            Query::SoftDelete => statement.execute((number, Utc::now().naive_utc())),
            Query::Restore | Query::Purge => statement.execute([number]),
        }
        .unwrap_or_else(|error| panic!("{query:?}: {error}"))
    })
}

/// The queries on a connection of rust-postgres.
#[cfg(feature = "postgres")]
pub fn on_postgres(client: &mut postgres::Client) -> Result<impl Run, postgres::Error> {
    let mut statements = Vec::new();
    for query in Query::ALL {
        statements.push(client.prepare(&sql(query).replace('?', "$"))?);
    }
    let account = |row: &postgres::Row| Account {
        id: row.get(0),
        group_id: row.get(1),
        name: row.get(2),
        deleted_at: row.get(3),
    };
    let note = |row: &postgres::Row| Note {
        id: row.get(4),
        account_id: row.get(5),
        body: row.get(6),
    };
    let changed = |rows| usize::try_from(rows).unwrap_or_default();
    Ok(move |query, number: i32| {
        let statement = &statements[query as usize];
        match query {
            Query::Find => client
                .query_one(statement, &[&number])
                .map(|row| std::hint::black_box([account(&row)]).len()),
            Query::List => client.query(statement, &[&number]).map(|rows| {
                let rows: Vec<_> = rows.iter().map(account).collect();
                std::hint::black_box(rows).len()
            }),
            Query::Joined => client.query(statement, &[&number]).map(|rows| {
                let rows: Vec<_> = rows.iter().map(|row| (account(row), note(row))).collect();
                std::hint::black_box(rows).len()
            }),
            Query::SoftDelete => {
                let now = Utc::now().naive_utc();
                client.execute(statement, &[&number, &now]).map(changed)
            }
            Query::Restore | Query::Purge => client.execute(statement, &[&number]).map(changed),
        }
        .unwrap_or_else(|error| panic!("{query:?}: {error}"))
    })
}
