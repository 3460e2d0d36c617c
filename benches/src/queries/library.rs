//! Through the library.

use std::cell::RefCell;

use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

use super::schema::{Account, Note, accounts, notes};
use super::{Query, Run};

macro_rules! on {
    ($name:ident, $Conn:ty) => {
        /// The queries on a connection.
        pub fn $name(conn: &RefCell<$Conn>) -> impl Run {
            |query, number| {
                let conn = &mut *conn.borrow_mut();
                match query {
                    Query::Find => Account::query()
                        .find(number)
                        .get_result(conn)
                        .map(|row| std::hint::black_box([row]).len()),
                    Query::List => Account::query()
                        .filter(accounts::group_id.eq(number))
                        .load(conn)
                        .map(|rows| std::hint::black_box(rows).len()),
                    Query::Joined => accounts::table
                        .inner_join_active(notes::table)
                        .filter(is_active(accounts::table))
                        .filter(accounts::group_id.eq(number))
                        .select((Account::as_select(), Note::as_select()))
                        .load::<(Account, Note)>(conn)
                        .map(|rows| std::hint::black_box(rows).len()),
                    Query::SoftDelete => Account::soft_delete_by_id(number).execute(conn),
                    Query::Restore => Account::restore_by_id(number).execute(conn),
                    Query::Purge => Account::purge_by_id(number).execute(conn),
                }
                .unwrap_or_else(|error| panic!("{query:?}: {error}"))
            }
        }
    };
}

on!(on_sqlite, SqliteConnection);
#[cfg(feature = "postgres")]
on!(on_postgres, PgConnection);
