//! Inserts that revive a deleted row, and unique keys that a deleted row does not occupy.

use crate::prelude::*;
use chrono::NaiveDateTime;
use diesel::result::{DatabaseErrorKind, Error};
use soft_delete_runtime::prelude::*;
use soft_delete_runtime::{marked_active, marked_deleted};

use crate::backend::{self, Conn};
use crate::guarded::with_tables;
use crate::schema::day;

diesel::table! {
    accounts {
        id -> Integer,
        email -> Text,
        name -> Text,
        updated_at -> Nullable<Timestamp>,
        deleted_at -> Nullable<Timestamp>,
        deleted_by -> Nullable<Integer>,
    }
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(touch = updated_at, clear(deleted_by))]
struct Account {
    id: i32,
    email: String,
    name: String,
    updated_at: Option<NaiveDateTime>,
    deleted_at: Option<NaiveDateTime>,
    deleted_by: Option<i32>,
}

#[derive(Insertable)]
#[diesel(table_name = accounts)]
struct NewAccount {
    id: i32,
    email: &'static str,
    name: &'static str,
}

fn new(id: i32, email: &'static str) -> NewAccount {
    let name = "New";
    NewAccount { id, email, name }
}

/// 1 is deleted, 2 is active.
fn accounts(unique: &str) -> Conn {
    with_tables(
        accounts::table,
        &format!(
            "CREATE TABLE accounts (
                 id INTEGER PRIMARY KEY, email VARCHAR(100) NOT NULL, name VARCHAR(100) NOT NULL,
                 updated_at MOMENT NULL, deleted_at MOMENT NULL, deleted_by INTEGER);
             {unique};
             INSERT INTO accounts (id, email, name, deleted_at, deleted_by) VALUES
                 (1, 'sean@example.com', 'Sean', '2026-01-05 00:00:00', 7),
                 (2, 'tess@example.com', 'Tess', NULL, NULL);"
        ),
    )
}

const ANY_ROW: &str = "CREATE UNIQUE INDEX unique_email ON accounts (email)";

fn all(conn: &mut Conn) -> Vec<Account> {
    Account::with_deleted()
        .order(accounts::id)
        .load(conn)
        .unwrap()
}

fn revived(before: &Account, name: &str, after: &Account) -> Account {
    assert!(after.updated_at > Some(day(9)));
    Account {
        name: name.into(),
        updated_at: after.updated_at,
        deleted_at: None,
        deleted_by: None,
        ..before.clone()
    }
}

#[test]
fn restoring_a_row_whose_unique_key_is_taken_again_is_refused_and_changes_nothing() {
    let conn = &mut accounts(match backend::engine() {
        backend::Engine::Mysql => {
            "ALTER TABLE accounts ADD active BOOLEAN AS (CASE WHEN deleted_at IS NULL THEN true END);
             CREATE UNIQUE INDEX unique_email ON accounts (email, active)"
        }
        _ => "CREATE UNIQUE INDEX unique_email ON accounts (email) WHERE deleted_at IS NULL",
    });
    // a deleted row leaves its key free
    diesel::insert_into(accounts::table)
        .values(new(3, "sean@example.com"))
        .execute(conn)
        .unwrap();
    let before = all(conn);
    let refused = restore(accounts::table.find(1)).execute(conn);
    assert!(
        matches!(
            refused,
            Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
        ),
        "{refused:?}"
    );
    assert_eq!(all(conn), before);
    soft_delete(accounts::table.find(3)).execute(conn).unwrap();
    assert_eq!(restore(accounts::table.find(1)).execute(conn), Ok(1));
}

#[cfg(any(backend = "sqlite", backend = "postgres"))]
mod on_conflict {
    use super::*;
    use diesel::upsert::excluded;

    #[test]
    fn an_insert_revives_a_deleted_row() {
        let conn = &mut accounts(ANY_ROW);
        let before = all(conn);
        let account: Account = diesel::insert_into(accounts::table)
            .values(new(3, "sean@example.com"))
            .on_conflict(accounts::email)
            .do_update()
            .set((
                accounts::name.eq(excluded(accounts::name)),
                marked_active(accounts::table),
            ))
            .returning(Account::as_returning())
            .get_result(conn)
            .unwrap();
        assert_eq!(account, revived(&before[0], "New", &account));
        assert_eq!(all(conn), [account, before[1].clone()]);
    }

    #[test]
    fn an_upsert_leaves_an_active_row_alone_where_it_is_told_to() {
        use diesel::query_dsl::methods::FilterDsl;

        let conn = &mut accounts(ANY_ROW);
        let before = all(conn);
        let upsert = |email: &'static str, conn: &mut Conn| {
            let query = diesel::insert_into(accounts::table)
                .values(new(3, email))
                .on_conflict(accounts::email)
                .do_update()
                .set((
                    accounts::name.eq(excluded(accounts::name)),
                    marked_active(accounts::table),
                ));
            FilterDsl::filter(query, is_deleted(accounts::table)).execute(conn)
        };
        assert_eq!(upsert("tess@example.com", conn), Ok(0));
        assert_eq!(all(conn), before);
        assert_eq!(upsert("sean@example.com", conn), Ok(1));
        assert_eq!(all(conn)[0].deleted_at, None);
    }

    #[test]
    fn an_upsert_may_mark_as_deleted() {
        let conn = &mut accounts(ANY_ROW);
        let upserted = diesel::insert_into(accounts::table)
            .values(new(3, "tess@example.com"))
            .on_conflict(accounts::email)
            .do_update()
            .set(marked_deleted(accounts::table))
            .execute(conn);
        assert_eq!(upserted, Ok(1));
        let tess = Account::with_deleted().find(2).get_result(conn).unwrap();
        assert!(tess.is_deleted());
        assert_eq!(tess.updated_at, tess.deleted_at);
    }
}

// Diesel has `filter_target` on PostgreSQL
#[cfg(backend = "postgres")]
mod filter_target {
    use super::*;
    use diesel::upsert::{DecoratableTarget, excluded};

    const ACTIVE_ROWS: &str =
        "CREATE UNIQUE INDEX unique_email ON accounts (email) WHERE deleted_at IS NULL";
    const DELETED_ROWS: &str =
        "CREATE UNIQUE INDEX unique_email ON accounts (email) WHERE deleted_at IS NOT NULL";

    #[test]
    fn an_insert_over_a_partial_unique_index_meets_the_active_row_alone() {
        let conn = &mut accounts(ACTIVE_ROWS);
        let upsert = |id: i32, email: &'static str, conn: &mut Conn| {
            diesel::insert_into(accounts::table)
                .values(new(id, email))
                .on_conflict(accounts::email)
                .filter_target(is_active(accounts::table))
                .do_update()
                .set((
                    accounts::name.eq(excluded(accounts::name)),
                    marked_active(accounts::table),
                ))
                .execute(conn)
        };
        let before = all(conn);
        assert_eq!(upsert(3, "sean@example.com", conn), Ok(1));
        assert_eq!(upsert(4, "tess@example.com", conn), Ok(1));
        let after = all(conn);
        assert_eq!(after.len(), 3, "Sean is new, Tess was there");
        assert_eq!(after[0], before[0]);
        assert_eq!(after[1], revived(&before[1], "New", &after[1]));
        assert_eq!((after[2].id, after[2].deleted_at), (3, None));
    }

    #[test]
    fn an_insert_over_the_trash_revives_what_it_meets() {
        let conn = &mut accounts(DELETED_ROWS);
        // the row inserted is deleted itself, so that it meets the index of deleted rows
        let upserted = diesel::insert_into(accounts::table)
            .values((new(3, "sean@example.com"), accounts::deleted_at.eq(day(1))))
            .on_conflict(accounts::email)
            .filter_target(is_deleted(accounts::table))
            .do_update()
            .set(marked_active(accounts::table))
            .execute(conn);
        assert_eq!(upserted, Ok(1));
        let after = all(conn);
        assert_eq!(after.len(), 2);
        assert_eq!(
            (after[0].name.as_str(), after[0].deleted_at),
            ("Sean", None)
        );
    }
}

#[cfg(backend = "mysql")]
mod on_duplicate_key {
    use super::*;

    #[test]
    fn an_insert_revives_a_deleted_row() {
        let conn = &mut accounts(ANY_ROW);
        let before = all(conn);
        // 2: how the server counts a row that was updated
        let upserted = diesel::insert_into(accounts::table)
            .values(new(3, "sean@example.com"))
            .on_conflict(diesel::dsl::DuplicatedKeys)
            .do_update()
            .set((accounts::name.eq("New"), marked_active(accounts::table)))
            .execute(conn);
        assert_eq!(upserted, Ok(2));
        let after = all(conn);
        assert_eq!(
            after,
            [revived(&before[0], "New", &after[0]), before[1].clone()]
        );
    }

    #[test]
    fn an_upsert_may_mark_as_deleted() {
        let conn = &mut accounts(ANY_ROW);
        diesel::insert_into(accounts::table)
            .values(new(3, "tess@example.com"))
            .on_conflict(diesel::dsl::DuplicatedKeys)
            .do_update()
            .set(marked_deleted(accounts::table))
            .execute(conn)
            .unwrap();
        assert!(
            Account::with_deleted()
                .find(2)
                .get_result(conn)
                .unwrap()
                .is_deleted()
        );
    }
}

#[test]
fn an_insert_that_conflicts_is_revived_by_an_update_on_every_backend() {
    let conn = &mut accounts(ANY_ROW);
    let insert = diesel::insert_into(accounts::table)
        .values(new(3, "sean@example.com"))
        .execute(conn);
    assert!(matches!(
        insert,
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
    ));
    let before = all(conn);
    let revive = diesel::update(
        accounts::table
            .filter(accounts::email.eq("sean@example.com"))
            .only_deleted(),
    )
    .set((accounts::name.eq("New"), marked_active(accounts::table)))
    .execute(conn);
    assert_eq!(revive, Ok(1));
    let after = all(conn);
    assert_eq!(after[0], revived(&before[0], "New", &after[0]));
    let gone = diesel::update(accounts::table.active().find(2))
        .set(marked_deleted(accounts::table))
        .execute(conn);
    assert_eq!(gone, Ok(1));
}
