//! Rule 8 where a restore meets more than one deletion: rows deleted one by one, tables with and
//! without a column for the operation's id, rows that another parent still needs.
//!
//! `makers` and `sellers` take `goods` along, and goods their `parts`. Goods and parts keep the id
//! of the operation, makers and sellers do not.

use crate::prelude::*;
use chrono::NaiveDateTime;
use soft_delete_runtime::Error;
use soft_delete_runtime::prelude::*;

use crate::backend::{self, Conn, Engine, engine, execute_batch, insert_rows};
use crate::guarded::{guard, with_tables, without_triggers};
use crate::recording::record;
use crate::schema::day;

tables_by_id! {
    makers { deleted_at -> Nullable<Timestamp> }
    sellers { deleted_at -> Nullable<Timestamp> }
    goods {
        maker_id -> Nullable<Integer>, seller_id -> Nullable<Integer>, name -> Nullable<Text>,
        note -> Nullable<Text>, deleted_at -> Nullable<Timestamp>, deletion_id -> Nullable<Text>
    }
    parts { good_id -> Integer, deleted_at -> Nullable<Timestamp>, deletion_id -> Nullable<Text> }
    nodes { parent_id -> Nullable<Integer>, deleted_at -> Nullable<Timestamp> }
}
diesel::allow_tables_to_appear_in_same_query!(makers, sellers, goods, parts);
soft_delete_runtime::soft_delete_table! {
    makers(deleted_at, cascade(goods::maker_id))
    sellers(deleted_at, cascade(goods::seller_id))
    goods(
        deleted_at,
        cascade(parts::good_id),
        parents(maker_id, seller_id),
        operation = deletion_id,
        clear(note)
    )
    parts(deleted_at, parents(good_id), operation = deletion_id)
    nodes(deleted_at, cascade(nodes::parent_id), parents(parent_id))
}

fn shop() -> Conn {
    let mut conn = backend::connection();
    execute_batch(
        &mut conn,
        "CREATE TABLE makers (id INTEGER PRIMARY KEY, deleted_at MOMENT NULL);
         CREATE TABLE sellers (id INTEGER PRIMARY KEY, deleted_at MOMENT NULL);
         CREATE TABLE goods (
             id INTEGER PRIMARY KEY, maker_id INTEGER NULL, seller_id INTEGER NULL,
             name VARCHAR(20) NULL, note VARCHAR(20) NULL, deleted_at MOMENT NULL,
             deletion_id VARCHAR(36) NULL);
         CREATE INDEX goods_maker ON goods (maker_id);
         CREATE INDEX goods_seller ON goods (seller_id);
         CREATE TABLE parts (
             id INTEGER PRIMARY KEY, good_id INTEGER NOT NULL, deleted_at MOMENT NULL,
             deletion_id VARCHAR(36) NULL);
         CREATE INDEX parts_good ON parts (good_id);
         INSERT INTO makers (id) VALUES (1), (2);
         INSERT INTO sellers (id) VALUES (1), (2);
         INSERT INTO goods (id, maker_id, seller_id, name) VALUES (1, 1, 1, 'vase');
         INSERT INTO parts (id, good_id) VALUES (1, 1)",
    );
    let shop = (makers::table, sellers::table, goods::table, parts::table);
    guard(&mut conn, shop);
    conn
}

/// The ids of the goods and the parts that are active.
fn active(conn: &mut Conn) -> [Vec<i32>; 2] {
    [ids!(conn, goods.active()), ids!(conn, parts.active())]
}

#[test]
fn what_waits_for_a_parent_without_an_operation_comes_back_whole_with_it() {
    let conn = &mut shop();
    delete_each!(conn, makers 1 on day(1), sellers 1 on day(2));
    assert_eq!(restore(makers::table.find(1)).execute(conn), Ok(1));
    assert_eq!(active(conn), [Vec::<i32>::new(), Vec::new()]);
    assert_eq!(restore(sellers::table.find(1)).execute(conn), Ok(3));
    assert_eq!(active(conn), [vec![1], vec![1]]);
}

#[test]
fn a_row_that_stays_deleted_needs_no_unique_key() {
    let conn = &mut shop();
    let unique = match engine() {
        Engine::Mysql => {
            "ALTER TABLE goods ADD active_name VARCHAR(20)
                 AS (CASE WHEN deleted_at IS NULL THEN name END) UNIQUE"
        }
        _ => "CREATE UNIQUE INDEX active_name ON goods (name) WHERE deleted_at IS NULL",
    };
    execute_batch(conn, unique);
    delete_each!(conn, makers 1 on day(1), sellers 1 on day(2));
    execute_batch(conn, "INSERT INTO goods (id, name) VALUES (2, 'vase')");
    assert_eq!(restore(makers::table.find(1)).execute(conn), Ok(1));
    let conflict = restore(sellers::table.find(1)).execute(conn);
    assert!(
        matches!(conflict, Err(Error::RestoreConflict { .. })),
        "{conflict:?}"
    );
    assert_eq!(active(conn), [vec![2], vec![]]);
}

#[test]
fn an_active_row_below_deleted_ones_is_left_as_it_is() {
    let conn = &mut shop();
    soft_delete(makers::table).at(day(1)).execute(conn).unwrap();
    soft_delete(sellers::table)
        .at(day(2))
        .execute(conn)
        .unwrap();
    // by somebody who does not hold the parents
    let insert = "INSERT INTO goods (id, maker_id, seller_id, note) VALUES (2, 1, 1, 'mine')";
    without_triggers(conn, |conn| execute_batch(conn, insert));
    let note = |conn: &mut Conn| -> (Option<NaiveDateTime>, Option<String>) {
        let row = goods::table
            .with_deleted()
            .find(2)
            .select((goods::deleted_at, goods::note));
        row.get_result(conn).unwrap()
    };
    assert_eq!(restore(makers::table.find(1)).execute(conn), Ok(1));
    assert_eq!(note(conn), (None, Some("mine".into())));
    assert_eq!(restore(sellers::table).execute(conn), Ok(4));
    assert_eq!(note(conn), (None, Some("mine".into())));
}

/// A thousand goods, each with a part, deleted one by one at moments of their own.
#[test]
fn rows_deleted_one_by_one_come_back_with_few_statements() {
    let conn = &mut shop();
    insert_rows(conn, "goods (id, maker_id)", 2..1_002, |id| {
        format!("({id}, 2)")
    });
    insert_rows(conn, "parts (id, good_id)", 2..1_002, |id| {
        format!("({id}, {id})")
    });
    // part 2 was deleted alone, before
    delete_each!(conn, parts 2 on day(1));
    conn.transaction(|conn| {
        for id in 2..=1_001 {
            let of = if id == 2 { 1 } else { 2 };
            assert_eq!(soft_delete(goods::table.find(id)).execute(conn)?, of);
        }
        Ok::<_, Error>(())
    })
    .unwrap();
    assert_eq!(active(conn), [vec![1], vec![1]]);
    let deleted = || goods::table.filter(goods::id.gt(1));
    let (rows, recording) = record(conn, |conn| restore(deleted()).execute(conn));
    assert_eq!(rows, Ok(1_999));
    assert!(
        recording.statements.len() <= 30,
        "{}",
        recording.statements.len()
    );
    assert_eq!(ids!(conn, parts.only_deleted()), [2]);
}

#[test]
fn each_row_of_a_restore_brings_back_what_went_with_itself() {
    let conn = &mut shop();
    execute_batch(
        conn,
        "INSERT INTO goods (id, maker_id, seller_id) VALUES (2, 2, NULL), (3, 2, 2), (4, 1, 2);
         INSERT INTO parts (id, good_id) VALUES (2, 2), (3, 3), (4, 3), (5, 4)",
    );
    delete_each!(
        conn,
        parts 4 on day(1),
        goods 4 on day(2),
        sellers 2 on day(3), // good 3, part 3
        makers 1 on day(4), // good 1, part 1
        makers 2 on day(5) // good 2, part 2
    );
    // good 3 waits for its seller
    assert_eq!(restore(makers::table).execute(conn), Ok(6));
    assert_eq!(active(conn), [vec![1, 2], vec![1, 2]]);
    assert_eq!(restore(sellers::table).execute(conn), Ok(3));
    assert_eq!(active(conn), [vec![1, 2, 3], vec![1, 2, 3]]);
}

#[test]
fn a_tree_deleted_from_the_bottom_comes_back_by_what_its_rows_went_with() {
    let conn = &mut with_tables(nodes::table, "CREATE TABLE nodes (id INTEGER PRIMARY KEY, parent_id INTEGER NULL, deleted_at MOMENT NULL);
         INSERT INTO nodes (id, parent_id) VALUES
             (1, NULL), (2, 1), (3, 2), (4, 3), (5, 4), (6, 5), (7, 1), (8, 7)");
    for (number, id) in [(1, 5), (2, 3), (3, 7), (4, 1)] {
        delete_each!(conn, nodes id on day(number));
    }
    let left = |conn: &mut Conn| ids!(conn, nodes.only_deleted());
    // 1 with 2; 7 with 8; not 3 with 4, nor 5 with 6
    let target = nodes::table.filter(nodes::id.eq_any([1, 7]));
    assert_eq!(restore(target).execute(conn), Ok(4));
    assert_eq!(left(conn), [3, 4, 5, 6]);
    assert_eq!(
        restore(nodes::table.filter(nodes::id.eq_any([3, 5]))).execute(conn),
        Ok(4)
    );
    assert_eq!(left(conn), [0; 0]);
}
