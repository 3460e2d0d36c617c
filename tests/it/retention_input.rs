//! What a retention meets in tables that others have made: names, keys and markers of every kind,
//! and rows that somebody else is about to restore.

use crate::prelude::*;
use soft_delete_runtime::Error;
use soft_delete_runtime::prelude::*;
use soft_delete_runtime::purge_expired;

use crate::backend::{self, Conn, Engine, engine, execute_batch, insert_rows};
use crate::guarded::{guard, with_tables};
use crate::schema::day;

diesel::table! {
    batch { id -> Integer, k0 -> Integer, deleted_at -> Nullable<Timestamp> }
}
soft_delete_runtime::soft_delete_table! {
    batch(deleted_at)
}

#[test]
fn tables_and_columns_may_be_called_as_the_parts_of_a_statement_are() {
    let conn = &mut with_tables(
        batch::table,
        "CREATE TABLE batch (id INTEGER PRIMARY KEY, k0 INTEGER NOT NULL, deleted_at MOMENT NULL);
         INSERT INTO batch VALUES (1, 7, '2026-01-01 00:00:00'), (2, 7, NULL)",
    );
    let done = purge_expired(batch::table)
        .deleted_before(day(2))
        .execute(conn);
    assert_eq!(done.unwrap().rows(), 1);
    assert_eq!(
        batch::table.with_deleted().select(batch::id).load(conn),
        Ok(vec![2])
    );
}

mod own_names {
    diesel::table! {
        t (k0) { k0 -> Integer, k1 -> Nullable<Integer>, deleted_at -> Nullable<Timestamp> }
    }
    diesel::table! {
        held (k1) { k1 -> Integer, k0 -> Integer, deleted_at -> Nullable<Timestamp> }
    }
    soft_delete_runtime::soft_delete_table! {
        t(
            deleted_at,
            cascade(t::k1, held::k0),
            parents(k1)
        )
        held(deleted_at, parents(k0))
    }
}

#[test]
fn a_tree_may_be_called_as_the_parts_of_a_statement_are() {
    use own_names::{held, t};
    let conn = &mut with_tables(
        (t::table, held::table),
        "CREATE TABLE t (k0 INTEGER PRIMARY KEY, k1 INTEGER NULL, deleted_at MOMENT NULL);
         CREATE TABLE held (k1 INTEGER PRIMARY KEY, k0 INTEGER NOT NULL, deleted_at MOMENT NULL);
         INSERT INTO t (k0, k1) VALUES (1, NULL), (2, 1), (3, 2), (4, NULL);
         INSERT INTO held (k1, k0) VALUES (1, 3), (2, 4)",
    );
    let first = || t::table.filter(t::k0.eq(1));
    assert_eq!(soft_delete(first()).execute(conn), Ok(4));
    assert_eq!(restore(first()).execute(conn), Ok(4));
    assert_eq!(soft_delete(first()).execute(conn), Ok(4));
    assert_eq!(purge(first()).execute(conn), Ok(4));
    let left: i64 = held::table.with_deleted().count().get_result(conn).unwrap();
    assert_eq!(left, 1);
}

mod texts {
    diesel::table! {
        stock (code) { code -> Text, kept -> Bool, deleted_at -> Nullable<Timestamp> }
    }
    soft_delete_runtime::soft_delete_table! { stock(deleted_at) }
}

#[test]
fn keys_of_a_fixed_length_are_removed_and_counted() {
    use texts::stock;
    for size in [1, 2, 1_000] {
        let conn = &mut with_tables(stock::table, "CREATE TABLE stock (code CHAR(8) PRIMARY KEY, kept BOOLEAN NOT NULL, deleted_at MOMENT NULL);
             INSERT INTO stock VALUES ('A1', FALSE, '2026-01-01 00:00:00'),
                 ('B2', FALSE, '2026-01-01 00:00:00'), ('C3', TRUE, '2026-01-01 00:00:00')");
        let done = purge_expired(stock::table)
            .deleted_before(day(2))
            .keeping(stock::kept)
            .batch_size(size)
            .execute(conn)
            .unwrap();
        assert_eq!((done.rows(), done.skipped(), done.looked_at()), (2, 1, 3));
    }
}

mod quads {
    diesel::table! {
        quads (a, b, c, d) {
            a -> Integer,
            b -> Integer,
            c -> Integer,
            d -> Integer,
            kept -> Bool,
            deleted_at -> Nullable<Timestamp>,
        }
    }
    soft_delete_runtime::soft_delete_table! { quads(deleted_at) }
}

#[test]
fn a_batch_may_have_any_size_whatever_its_keys() {
    use quads::quads;
    let conn = &mut with_tables(
        quads::table,
        "CREATE TABLE quads (
             a INTEGER NOT NULL, b INTEGER NOT NULL, c INTEGER NOT NULL, d INTEGER NOT NULL,
             kept BOOLEAN NOT NULL, deleted_at MOMENT NULL, PRIMARY KEY (a, b, c, d))",
    );
    insert_rows(conn, "quads", 0..9_000, |n| {
        let kept = n % 9 == 0;
        format!("({n}, {n}, {n}, {n}, {kept}, '2026-01-01 00:00:00')")
    });
    let done = purge_expired(quads::table)
        .deleted_before(day(2))
        .keeping(quads::kept)
        .batch_size(10_000)
        .execute(conn)
        .unwrap();
    assert_eq!(
        (done.rows(), done.skipped(), done.batches()),
        (8_000, 1_000, 1)
    );
}

#[test]
fn sqlite_compares_moments_as_diesel_reads_them() {
    if engine() != Engine::Sqlite {
        return; // the others store a moment in one form
    }
    let conn = &mut with_tables(batch::table, "CREATE TABLE batch (id INTEGER PRIMARY KEY, k0 INTEGER NOT NULL DEFAULT 0, deleted_at TIMESTAMP);
         INSERT INTO batch (id, deleted_at) VALUES
             (1, '2026-01-01 12:00:00'), (2, '2026-01-01T12:00:00.5'), (3, julianday('2026-01-01 12:00:00')),
             (4, '2026-01-01 12:00:00Z'), (5, '2026-01-02 01:00:00+02:00'),
             (11, '2026-01-03 12:00:00'), (12, '2026-01-03T12:00:00'), (13, julianday('2026-01-03 12:00:00')),
             (14, '2026-01-03 12:00:00Z'), (15, '2026-01-01 23:00:00-02:00')");
    let done = purge_expired(batch::table)
        .deleted_before(day(2))
        .execute(conn)
        .unwrap();
    let left = ids!(conn, batch.with_deleted());
    assert_eq!(left, [11, 12, 13, 14, 15], "{done:?}");
}

#[test]
fn sqlite_takes_a_moment_with_fewer_digits_for_the_same_and_no_unreadable_one() {
    if engine() != Engine::Sqlite {
        return;
    }
    let conn = &mut with_tables(
        batch::table,
        "CREATE TABLE batch (
             id INTEGER PRIMARY KEY, k0 INTEGER NOT NULL DEFAULT 0, deleted_at TIMESTAMP);
         INSERT INTO batch (id, deleted_at) VALUES
             (1, '2026-01-02 00:00:10.4'), (2, '2026-01-02 00:00:10.49999'),
             (3, '2026-01-02 00:00:10'), (4, '2026-01-02 00:00:09.999999'),
             (11, '2026-01-02 00:00:10.5'), (12, '2026-01-02 00:00:10.500000'),
             (13, '2026-01-02 00:00:10.50001'), (14, '2025-13-01 00:00:00')",
    );
    let cutoff = day(2) + chrono::TimeDelta::milliseconds(10_500);
    let done = purge_expired(batch::table).deleted_before(cutoff);
    let done = done.execute(conn).unwrap();
    let left = ids!(conn, batch.with_deleted());
    assert_eq!(left, [11, 12, 13, 14], "{done:?}");
    let cutoff = day(2) + chrono::TimeDelta::seconds(10);
    execute_batch(
        conn,
        "INSERT INTO batch (id, deleted_at) VALUES
             (1, '2026-01-02 00:00:10'), (2, '2026-01-02 00:00:10.0'),
             (3, '2026-01-02 00:00:10.000000'), (4, '2026-01-02 00:00:09.999')",
    );
    let done = purge_expired(batch::table).deleted_before(cutoff);
    assert_eq!(done.execute(conn).unwrap().rows(), 1);
}

mod owned {
    diesel::table! {
        owners { id -> Integer, deleted_at -> Nullable<Timestamp> }
    }
    diesel::table! {
        things { id -> Integer, owner_id -> Integer, deleted_at -> Nullable<Timestamp> }
    }
    soft_delete_runtime::soft_delete_table! {
        owners(deleted_at, cascade(things::owner_id))
        things(deleted_at, parents(owner_id))
    }
}

#[test]
fn a_tree_that_is_being_restored_stays() {
    use owned::{owners, things};
    if engine() == Engine::Sqlite {
        return; // it has one writer
    }
    let (mut first, mut second) = backend::two();
    execute_batch(
        &mut first,
        "CREATE TABLE owners (id INTEGER PRIMARY KEY, deleted_at MOMENT NULL);
         CREATE TABLE things (
             id INTEGER PRIMARY KEY, owner_id INTEGER NOT NULL, deleted_at MOMENT NULL,
             FOREIGN KEY (owner_id) REFERENCES owners (id));
         CREATE INDEX things_owner ON things (owner_id);
         INSERT INTO owners VALUES (1, '2026-01-01 00:00:00'), (2, '2026-01-01 00:00:00');
         INSERT INTO things VALUES (5, 1, '2026-01-01 00:00:00'), (6, 1, '2026-01-01 00:00:00'),
             (7, 2, '2026-01-01 00:00:00')",
    );
    guard(&mut first, (owners::table, things::table));
    let expired = |conn: &mut Conn| {
        purge_expired(owners::table)
            .deleted_before(day(2))
            .execute(conn)
    };
    first
        .transaction(|first| {
            assert_eq!(
                restore(things::table.find(5))
                    .with_ancestors()
                    .execute(first)?,
                2
            );
            assert_eq!(expired(&mut second)?.rows(), 2);
            Ok::<_, Error>(())
        })
        .unwrap();
    assert_eq!(ids!(&mut second, things.with_deleted()), [5, 6]);
    // thing 6 is below an active owner now
    assert_eq!(expired(&mut second).unwrap().rows(), 0);
    assert_eq!(ids!(&mut second, owners.with_deleted()), [1]);
}
