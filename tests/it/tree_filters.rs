//! Rule 13: a target is read once. Its filter may look at the very rows that the operation changes.
//!
//! A band takes its songs along; a song also has a producer, which is a band.

use crate::prelude::*;
use diesel::dsl::{exists, not};
use soft_delete_runtime::prelude::*;

use crate::backend::Conn;
use crate::guarded::with_tables;

diesel::table! {
    bands { id -> Integer, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    songs {
        id -> Integer,
        band_id -> Integer,
        producer_id -> Integer,
        title -> Text,
        deleted_at -> Nullable<Timestamp>,
    }
}
diesel::allow_tables_to_appear_in_same_query!(bands, songs);
soft_delete_runtime::soft_delete_table! {
    bands(deleted_at, cascade(songs::band_id))
    songs(deleted_at, parents(band_id))
}

fn bands_and_songs() -> Conn {
    with_tables(
        (bands::table, songs::table),
        "CREATE TABLE bands (id INTEGER PRIMARY KEY, deleted_at MOMENT NULL);
         CREATE TABLE songs (
             id INTEGER PRIMARY KEY, band_id INTEGER NOT NULL, producer_id INTEGER NOT NULL,
             title VARCHAR(20) NOT NULL, deleted_at MOMENT NULL,
             FOREIGN KEY (band_id) REFERENCES bands (id));
         INSERT INTO bands (id) VALUES (1), (2), (3), (4);
         INSERT INTO songs (id, band_id, producer_id, title) VALUES
             (10, 1, 1, 'Zoom'), (11, 1, 2, 'Air'), (12, 3, 2, 'Bread')",
    )
}

/// The bands and songs that are deleted, and those that are there at all.
fn state(conn: &mut Conn) -> ([Vec<i32>; 2], [Vec<i32>; 2]) {
    let deleted = [
        ids!(conn, bands.only_deleted()),
        ids!(conn, songs.only_deleted()),
    ];
    let all = [
        ids!(conn, bands.with_deleted()),
        ids!(conn, songs.with_deleted()),
    ];
    (deleted, all)
}

/// The bands that have produced exactly one song of those: band 1, until its songs have changed,
/// and then band 2.
macro_rules! producer_of_one {
    ($state:ident) => {
        bands::table.filter(
            songs::table
                .filter(songs::producer_id.eq(bands::id))
                .filter($state(songs::table))
                .count()
                .single_value()
                .eq(1_i64),
        )
    };
}

#[test]
fn a_deletion_is_about_the_rows_that_its_filter_named_first() {
    let conn = &mut bands_and_songs();
    let deleted = soft_delete(producer_of_one!(is_active)).execute(conn);
    assert_eq!(deleted, Ok(3));
    assert_eq!(state(conn).0, [vec![1], vec![10, 11]]);
    restore(bands::table.find(1)).execute(conn).unwrap();
    let named: Vec<i32> = soft_delete(producer_of_one!(is_active))
        .returning(bands::id)
        .get_results(conn)
        .unwrap();
    assert_eq!(named, [1]);
    assert_eq!(state(conn).0, [vec![1], vec![10, 11]]);
}

#[test]
fn a_restore_is_about_the_rows_that_its_filter_named_first() {
    let conn = &mut bands_and_songs();
    soft_delete(bands::table).execute(conn).unwrap();
    let before = state(conn);
    assert_eq!(restore(producer_of_one!(is_deleted)).execute(conn), Ok(3));
    assert_eq!(state(conn).0, [vec![2, 3, 4], vec![12]]);
    restore(bands::table).execute(conn).unwrap();
    soft_delete(bands::table).execute(conn).unwrap();
    assert_eq!(state(conn), before);
    let named: Vec<i32> = restore(producer_of_one!(is_deleted))
        .returning(bands::id)
        .get_results(conn)
        .unwrap();
    assert_eq!(named, [1]);
    assert_eq!(state(conn).0, [vec![2, 3, 4], vec![12]]);
}

#[test]
fn a_purge_is_about_the_rows_that_its_filter_named_first() {
    for returning in [false, true] {
        let conn = &mut bands_and_songs();
        soft_delete(bands::table).execute(conn).unwrap();
        let target = purge(producer_of_one!(is_deleted));
        if returning {
            let named: Vec<i32> = target.returning(bands::id).get_results(conn).unwrap();
            assert_eq!(named, [1]);
        } else {
            assert_eq!(target.execute(conn), Ok(3));
        }
        assert_eq!(state(conn).1, [vec![2, 3, 4], vec![12]]);
    }
}

#[test]
fn a_filter_with_an_order_and_a_limit_names_a_row_once() {
    // the band of the last title: 1, then 3, then none
    let target = || {
        let last = songs::table
            .filter(is_active(songs::table))
            .order(songs::title.desc())
            .select(songs::band_id)
            .limit(1);
        bands::table.filter(bands::id.nullable().eq(last.single_value()))
    };
    let conn = &mut bands_and_songs();
    assert_eq!(soft_delete(target()).execute(conn), Ok(3));
    assert_eq!(state(conn).0, [vec![1], vec![10, 11]]);
    assert_eq!(soft_delete(target()).execute(conn), Ok(2));
    assert_eq!(state(conn).0, [vec![1, 3], vec![10, 11, 12]]);
    assert_eq!(soft_delete(target()).execute(conn), Ok(0));
}

#[test]
fn rows_are_named_by_what_is_below_them() {
    let conn = &mut bands_and_songs();
    let below = || {
        songs::table
            .with_deleted()
            .filter(songs::band_id.eq(bands::id))
    };
    let with_air = || bands::table.filter(exists(below().filter(songs::title.eq("Air"))));
    let empty = || bands::table.filter(not(exists(below())));
    let idle = || bands::table.filter(not(exists(below().filter(is_active(songs::table)))));
    assert_eq!(soft_delete(with_air()).execute(conn), Ok(3));
    assert_eq!(restore(with_air()).execute(conn), Ok(3));
    soft_delete(songs::table.find(12)).execute(conn).unwrap();
    assert_eq!(soft_delete(idle()).execute(conn), Ok(3));
    assert_eq!(state(conn).0, [vec![2, 3, 4], vec![12]]);
    assert_eq!(purge(empty()).execute(conn), Ok(2));
    soft_delete(bands::table).execute(conn).unwrap();
    assert_eq!(purge(with_air()).execute(conn), Ok(3));
    assert_eq!(state(conn).1, [vec![3], vec![12]]);
}
