//! The same, as one writes it in Diesel.

use std::cell::RefCell;

use chrono::{NaiveDateTime, Utc};
use diesel::prelude::*;

use super::schema::{Account, Note, accounts, notes};
use super::{Query, Run};

macro_rules! on {
    ($name:ident, $Conn:ty) => {
        /// The queries on a connection.
        pub fn $name(conn: &RefCell<$Conn>) -> impl Run {
            |query, number| {
                let conn = &mut *conn.borrow_mut();
                match query {
                    Query::Find => accounts::table
                        .filter(accounts::deleted_at.is_null())
                        .select(Account::as_select())
                        .find(number)
                        .get_result(conn)
                        .map(|row| std::hint::black_box([row]).len()),
                    Query::List => accounts::table
                        .filter(accounts::deleted_at.is_null())
                        .select(Account::as_select())
                        .filter(accounts::group_id.eq(number))
                        .load(conn)
                        .map(|rows| std::hint::black_box(rows).len()),
                    Query::Joined => accounts::table
                        .inner_join(
                            notes::table.on(notes::account_id
                                .eq(accounts::id)
                                .and(notes::deleted_at.is_null())),
                        )
                        .filter(accounts::deleted_at.is_null())
                        .filter(accounts::group_id.eq(number))
                        .select((Account::as_select(), Note::as_select()))
                        .load::<(Account, Note)>(conn)
                        .map(|rows| std::hint::black_box(rows).len()),
                    Query::SoftDelete => diesel::update(
                        accounts::table
                            .find(number)
                            .filter(accounts::deleted_at.is_null()),
                    )
                    .set(accounts::deleted_at.eq(Utc::now().naive_utc()))
                    .execute(conn),
                    Query::Restore => diesel::update(
                        accounts::table
                            .find(number)
                            .filter(accounts::deleted_at.is_not_null()),
                    )
                    .set(accounts::deleted_at.eq(None::<NaiveDateTime>))
                    .execute(conn),
                    Query::Purge => diesel::delete(
                        accounts::table
                            .find(number)
                            .filter(accounts::deleted_at.is_not_null()),
                    )
                    .execute(conn),
                }
                .unwrap_or_else(|error| panic!("{query:?}: {error}"))
            }
        }
    };
}

on!(on_sqlite, SqliteConnection);
#[cfg(feature = "postgres")]
on!(on_postgres, PgConnection);
