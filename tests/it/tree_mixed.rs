//! Rule 8 where some tables of a tree have a column for the operation's id and others do not, and the
//! markers are of several types: nothing is lost by it, and an id that a row has is believed.
//!
//! `halls` and `owners` take `desks` along, desks their `drawers` and `seats`. Owners and desks keep no
//! id, seats keep it as bytes. `houses` and `guests` take `rooms` along, rooms their `lamps`. Houses and
//! guests keep no id, lamps no moment.

use crate::prelude::*;
use soft_delete_runtime::prelude::*;

use crate::backend::{self, Conn, Engine, engine, execute_batch};
use crate::guarded::guard;
use crate::schema::day;

tables_by_id! {
    halls { deleted_at -> Nullable<Timestamp>, deletion_id -> Nullable<Text> }
    owners { deleted_at -> Nullable<Timestamp> }
    desks {
        hall_id -> Nullable<Integer>, owner_id -> Nullable<Integer>,
        deleted_at -> Nullable<Timestamp>
    }
    drawers { desk_id -> Integer, deleted_at -> Nullable<Timestamp>, deletion_id -> Nullable<Text> }
    seats { desk_id -> Integer, deleted_at -> Nullable<Timestamp>, deletion_id -> Nullable<Binary> }
    houses { deleted_at -> Nullable<Timestamp> }
    guests { deleted_at -> Nullable<Timestamp> }
    rooms {
        house_id -> Nullable<Integer>, guest_id -> Nullable<Integer>,
        within_id -> Nullable<Integer>, deleted_at -> Nullable<Timestamp>,
        deletion_id -> Nullable<Text>
    }
    lamps { room_id -> Integer, gone -> Bool, deletion_id -> Nullable<Text> }
    archives { deleted_at -> BigInt, deletion_id -> Nullable<Text> }
    racks { deleted_at -> Nullable<Timestamp>, deletion_id -> Nullable<Text> }
    folders {
        archive_id -> Nullable<Integer>, rack_id -> Nullable<Integer>,
        deleted_at -> Nullable<Timestamp>, deletion_id -> Nullable<Text>
    }
    sheets { folder_id -> Integer, deleted_at -> Nullable<Timestamp> }
}
soft_delete_runtime::soft_delete_table! {
    halls(deleted_at, cascade(desks::hall_id), operation = deletion_id)
    owners(deleted_at, cascade(desks::owner_id))
    desks(deleted_at, cascade(drawers::desk_id, seats::desk_id), parents(hall_id, owner_id))
    drawers(deleted_at, parents(desk_id), operation = deletion_id)
    seats(deleted_at, parents(desk_id), operation = deletion_id)
    houses(deleted_at, cascade(rooms::house_id))
    guests(deleted_at, cascade(rooms::guest_id))
    rooms(
        deleted_at,
        cascade(rooms::within_id, lamps::room_id),
        parents(house_id, guest_id, within_id),
        operation = deletion_id
    )
    lamps(gone, parents(room_id), operation = deletion_id)
    archives(deleted_at, cascade(folders::archive_id), operation = deletion_id)
    racks(deleted_at, cascade(folders::rack_id), operation = deletion_id)
    folders(
        deleted_at,
        cascade(sheets::folder_id),
        parents(archive_id, rack_id),
        operation = deletion_id
    )
    sheets(deleted_at, parents(folder_id))
}

fn tables() -> Conn {
    let mut conn = backend::connection();
    let bytes = match engine() {
        Engine::Postgres => "BYTEA",
        Engine::Sqlite | Engine::Mysql => "VARBINARY(16)",
    };
    let (at, id) = ("deleted_at MOMENT NULL", "deletion_id VARCHAR(36) NULL");
    execute_batch(
        &mut conn,
        &format!(
            "CREATE TABLE halls (id INTEGER PRIMARY KEY, {at}, {id});
             CREATE TABLE owners (id INTEGER PRIMARY KEY, {at});
             CREATE TABLE desks (id INTEGER PRIMARY KEY, hall_id INTEGER, owner_id INTEGER, {at});
             CREATE TABLE drawers (id INTEGER PRIMARY KEY, desk_id INTEGER NOT NULL, {at}, {id});
             CREATE TABLE seats (
                 id INTEGER PRIMARY KEY, desk_id INTEGER NOT NULL, {at}, deletion_id {bytes} NULL);
             CREATE TABLE houses (id INTEGER PRIMARY KEY, {at});
             CREATE TABLE guests (id INTEGER PRIMARY KEY, {at});
             CREATE TABLE rooms (
                 id INTEGER PRIMARY KEY, house_id INTEGER, guest_id INTEGER, within_id INTEGER,
                 {at}, {id});
             CREATE TABLE lamps (
                 id INTEGER PRIMARY KEY, room_id INTEGER NOT NULL,
                 gone BOOLEAN NOT NULL DEFAULT false, {id});
             CREATE TABLE archives (
                 id INTEGER PRIMARY KEY, deleted_at BIGINT NOT NULL DEFAULT 0, {id});
             CREATE TABLE racks (id INTEGER PRIMARY KEY, {at}, {id});
             CREATE TABLE folders (
                 id INTEGER PRIMARY KEY, archive_id INTEGER, rack_id INTEGER, {at}, {id});
             CREATE TABLE sheets (id INTEGER PRIMARY KEY, folder_id INTEGER NOT NULL, {at});
             INSERT INTO halls (id) VALUES (1), (2);
             INSERT INTO owners (id) VALUES (1);
             INSERT INTO desks (id, hall_id) VALUES (1, 1), (2, 2);
             INSERT INTO drawers (id, desk_id) VALUES (1, 1), (2, 1), (3, 2);
             INSERT INTO seats (id, desk_id) VALUES (1, 1), (2, 2);
             INSERT INTO houses (id) VALUES (1);
             INSERT INTO guests (id) VALUES (1);
             INSERT INTO rooms (id, house_id, guest_id, within_id) VALUES
                 (1, 1, 1, NULL), (2, 1, NULL, 1), (3, 1, NULL, NULL);
             INSERT INTO lamps (id, room_id) VALUES (1, 1), (2, 2), (3, 3);
             INSERT INTO archives (id) VALUES (1);
             INSERT INTO racks (id) VALUES (1);
             INSERT INTO folders (id, archive_id, rack_id) VALUES (1, 1, 1), (2, 1, NULL);
             INSERT INTO sheets (id, folder_id) VALUES (1, 1), (2, 2)"
        ),
    );
    guard(
        &mut conn,
        (
            halls::table,
            owners::table,
            desks::table,
            drawers::table,
            seats::table,
        ),
    );
    guard(
        &mut conn,
        (houses::table, guests::table, rooms::table, lamps::table),
    );
    guard(
        &mut conn,
        (archives::table, racks::table, folders::table, sheets::table),
    );
    conn
}

const NONE: [i32; 0] = [];

#[test]
fn a_row_below_one_without_an_id_that_was_deleted_before_at_the_same_moment_stays_deleted() {
    let conn = &mut tables();
    let drawer = soft_delete(drawers::table.find(1)).at(day(1));
    drawer.execute(conn).unwrap();
    let hall = soft_delete(halls::table.find(1)).at(day(1));
    assert_eq!(hall.execute(conn), Ok(4)); // with its desk, drawer 2 and seat 1
    assert_eq!(restore(halls::table.find(1)).execute(conn), Ok(4));
    assert_eq!(ids!(conn, drawers.only_deleted()), [1]);
}

#[test]
fn it_stays_deleted_where_rows_of_several_deletions_come_back_at_once() {
    let conn = &mut tables();
    let drawer = soft_delete(drawers::table.find(1)).at(day(1));
    drawer.execute(conn).unwrap();
    for id in [1, 2] {
        let hall = soft_delete(halls::table.find(id)).at(day(1));
        hall.execute(conn).unwrap();
    }
    assert_eq!(restore(halls::table).execute(conn), Ok(8));
    assert_eq!(ids!(conn, drawers.only_deleted()), [1]);
}

#[test]
fn the_moment_tells_where_the_target_keeps_no_id() {
    let conn = &mut tables();
    let drawer = soft_delete(drawers::table.find(1)).at(day(1));
    drawer.execute(conn).unwrap();
    let desk = soft_delete(desks::table.find(1)).at(day(2));
    assert_eq!(desk.execute(conn), Ok(3));
    assert_eq!(restore(desks::table.find(1)).execute(conn), Ok(3));
    assert_eq!(ids!(conn, drawers.only_deleted()), [1]);
    let desk = soft_delete(desks::table.find(1)).at(day(1));
    assert_eq!(desk.execute(conn), Ok(3));
    // of one moment, so they cannot be told apart
    assert_eq!(restore(desks::table.find(1)).execute(conn), Ok(4));
}

#[test]
fn ids_in_columns_of_two_types_are_not_compared() {
    let conn = &mut tables();
    assert_eq!(soft_delete(halls::table).at(day(1)).execute(conn), Ok(9));
    assert_eq!(restore(halls::table).execute(conn), Ok(9));
    assert_eq!(ids!(conn, seats.only_deleted()), NONE);
}

#[test]
fn what_another_parent_without_an_id_needs_comes_back_whole_with_it() {
    let conn = &mut tables();
    let owned = diesel::update(desks::table.with_deleted().find(1)).set(desks::owner_id.eq(1));
    owned.execute(conn).unwrap();
    soft_delete(halls::table).at(day(1)).execute(conn).unwrap();
    let owner = soft_delete(owners::table.find(1)).at(day(2));
    assert_eq!(owner.execute(conn), Ok(1));
    assert_eq!(restore(halls::table).execute(conn), Ok(5));
    assert_eq!(ids!(conn, drawers.only_deleted()), [1, 2]);
    assert_eq!(restore(owners::table).execute(conn), Ok(5));
    assert_eq!(ids!(conn, seats.only_deleted()), NONE);
}

#[test]
fn rows_without_a_moment_come_back_below_a_target_without_an_id() {
    let conn = &mut tables();
    assert_eq!(soft_delete(houses::table).at(day(1)).execute(conn), Ok(7));
    assert_eq!(restore(houses::table).execute(conn), Ok(7));
    assert_eq!(ids!(conn, lamps.only_deleted()), NONE);
}

#[test]
fn rows_of_two_ids_below_one_of_the_same_moment_each_take_their_own_along() {
    let conn = &mut tables();
    soft_delete(lamps::table.find(2)).execute(conn).unwrap();
    let room = soft_delete(rooms::table.find(3)).at(day(1));
    assert_eq!(room.execute(conn), Ok(2));
    let house = soft_delete(houses::table).at(day(1));
    assert_eq!(house.execute(conn), Ok(4));
    // room 3 has the moment of the house
    assert_eq!(restore(houses::table).execute(conn), Ok(6));
    assert_eq!(ids!(conn, lamps.only_deleted()), [2]);
}

#[test]
fn rows_without_a_moment_come_back_with_one_that_waits_for_a_parent_without_an_id() {
    let conn = &mut tables();
    assert_eq!(soft_delete(houses::table).at(day(1)).execute(conn), Ok(7));
    assert_eq!(soft_delete(guests::table).at(day(2)).execute(conn), Ok(1));
    // rooms 1 and 2, which is within, wait for the guest
    assert_eq!(restore(houses::table).execute(conn), Ok(3));
    assert_eq!(ids!(conn, lamps.only_deleted()), [1, 2]);
    assert_eq!(restore(guests::table).execute(conn), Ok(5));
    assert_eq!(ids!(conn, rooms.only_deleted()), NONE);
    assert_eq!(ids!(conn, lamps.only_deleted()), NONE);
}

#[test]
fn rows_that_keep_moments_of_their_own_all_take_theirs_along() {
    let conn = &mut tables();
    assert_eq!(soft_delete(racks::table).at(day(1)).execute(conn), Ok(3));
    assert_eq!(soft_delete(archives::table).at(day(2)).execute(conn), Ok(3));
    // folder 1 takes the id of the archive, whose moment its column cannot keep
    assert_eq!(restore(racks::table).execute(conn), Ok(1));
    assert_eq!(restore(archives::table).execute(conn), Ok(5));
    assert_eq!(ids!(conn, sheets.only_deleted()), NONE);
}
