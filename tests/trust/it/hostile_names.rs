//! Tables and columns whose names are words of SQL, hold quotes, spaces and letters of any script,
//! or are those that the library gives to its own parts of a statement.

use chrono::{TimeDelta, Utc};
use diesel::prelude::*;
use soft_delete_runtime::Error;
use soft_delete_runtime::prelude::*;

use crate::backend::{self, Conn, Engine, engine, execute_batch};

/// The name, quoted as the engine does.
fn quoted(name: &str) -> String {
    match engine() {
        Engine::Mysql => format!("`{}`", name.replace('`', "``")),
        _ => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

/// Three tables of these names: the first cascades to itself and to the second, which restricts the
/// third.
macro_rules! named {
    ($module:ident, $first:tt $second:tt $third:tt, $id:tt $above:tt $parent:tt $gone:tt $mark:tt) => {
        mod $module {
            use super::*;

            diesel::table! {
                #[sql_name = $first]
                first (id) {
                    #[sql_name = $id]
                    id -> Integer,
                    #[sql_name = $above]
                    above -> Nullable<Integer>,
                    #[sql_name = $gone]
                    gone -> Nullable<Timestamp>,
                    #[sql_name = $mark]
                    mark -> Nullable<Text>,
                }
            }
            diesel::table! {
                #[sql_name = $second]
                second (id) {
                    #[sql_name = $id]
                    id -> Integer,
                    #[sql_name = $parent]
                    parent -> Nullable<Integer>,
                    #[sql_name = $above]
                    above -> Nullable<Integer>,
                    #[sql_name = $gone]
                    gone -> Nullable<Timestamp>,
                    #[sql_name = $mark]
                    mark -> Nullable<Text>,
                }
            }
            diesel::table! {
                #[sql_name = $third]
                third (id) {
                    #[sql_name = $id]
                    id -> Integer,
                    #[sql_name = $parent]
                    parent -> Nullable<Integer>,
                    #[sql_name = $gone]
                    gone -> Nullable<Timestamp>,
                }
            }
            soft_delete_runtime::soft_delete_table! {
                first(gone, cascade(first::above, second::parent), parents(above), operation = mark)
                second(gone, cascade(second::above), restrict(third::parent), parents(parent, above), operation = mark)
                third(gone, parents(parent))
            }

            fn create(conn: &mut Conn) {
                let [first, second, third] = [$first, $second, $third].map(quoted);
                let [id, above, parent, gone, mark] =
                    [$id, $above, $parent, $gone, $mark].map(quoted);
                execute_batch(
                    conn,
                    &format!(
                        "CREATE TABLE {first} ({id} INTEGER PRIMARY KEY, {above} INTEGER,
                             {gone} MOMENT NULL, {mark} VARCHAR(36),
                             FOREIGN KEY ({above}) REFERENCES {first} ({id}));
                         CREATE TABLE {second} ({id} INTEGER PRIMARY KEY, {parent} INTEGER,
                             {above} INTEGER, {gone} MOMENT NULL, {mark} VARCHAR(36),
                             FOREIGN KEY ({parent}) REFERENCES {first} ({id}),
                             FOREIGN KEY ({above}) REFERENCES {second} ({id}));
                         CREATE TABLE {third} ({id} INTEGER PRIMARY KEY, {parent} INTEGER,
                             {gone} MOMENT NULL,
                             FOREIGN KEY ({parent}) REFERENCES {second} ({id}));
                         INSERT INTO {first} ({id}, {above}) VALUES (1, NULL), (2, 1), (3, 2), (4, NULL);
                         INSERT INTO {second} ({id}, {parent}, {above}) VALUES (1, 1, NULL), (2, 3, 1), (3, NULL, 2), (4, 4, NULL);
                         INSERT INTO {third} ({id}, {parent}) VALUES (1, 4);"
                    ),
                );
            }

            #[test]
            fn are_as_good_as_any() {
                let conn = &mut backend::connection();
                create(conn);
                let row = |id: i32| first::table.find(id);
                let preview = soft_delete(row(1)).preview(conn).unwrap();
                assert_eq!(preview.rows_of($second), 3);
                assert_eq!(soft_delete(row(1)).execute(conn).unwrap(), 6);
                let refused = soft_delete(row(4)).execute(conn);
                assert!(
                    matches!(&refused, Err(Error::Restricted { table, count: 1 }) if table == $third),
                    "{refused:?}"
                );
                let refused = restore(second::table.find(2)).execute(conn);
                assert!(matches!(&refused, Err(Error::ParentDeleted { .. })), "{refused:?}");
                let back = restore(second::table.find(2)).with_ancestors().execute(conn);
                assert_eq!(back.unwrap(), 6);
                assert_eq!(soft_delete(row(2)).execute(conn).unwrap(), 4);
                assert_eq!(restore(row(2)).preview(conn).unwrap().rows(), 4);
                assert_eq!(restore(row(2)).execute(conn).unwrap(), 4);
                hold_active(row(2)).execute(conn).unwrap();

                let old = Utc::now() - TimeDelta::days(2);
                assert_eq!(soft_delete(row(2)).at(old).execute(conn).unwrap(), 4);
                let expired = || purge_expired(first::table).older_than(TimeDelta::days(1));
                assert_eq!(expired().preview(conn).unwrap().rows(), 4);
                let done = expired().keeping(first::id.eq(3)).execute(conn).unwrap();
                assert_eq!((done.rows(), done.skipped()), (0, 2));
                assert_eq!(expired().execute(conn).unwrap().rows(), 4);
                assert_eq!(soft_delete(row(1)).execute(conn).unwrap(), 2);
                assert_eq!(purge(row(1)).execute(conn).unwrap(), 2);
                assert_eq!(second::table.active().count().get_result(conn), Ok(1_i64));
            }
        }
    };
}

named!(words_of_sql, "select" "from" "order", "key" "where" "group" "table" "index");
named!(quotes, "it's \"so\"" "a`b" "c\"\"d", "i`d" "a\"b" "p'q" "g;--" "m\\n");
named!(spaces, "first table" " second" "third ?", "the id" "a b" "$1" "gone at" "by ?");
named!(other_scripts, "été" "таблица" "表々", "ключ" "上" "élève" "削除" "şu");
named!(capitals, "First" "SECOND" "tHird", "ID" "Above" "pArent" "Gone" "MARK");
// what the library calls its own parts
named!(own_rows, "rows_0" "rows_1" "above", "k0" "depth" "r0" "moment" "operation");
named!(own_changes, "changed_0_0" "changed_1_0" "counted", "one" "k1" "k0" "moment" "operation");
named!(own_takings, "taken_0" "taken_1" "handed", "moment" "k0" "operation" "depth" "r0");
named!(own_depths, "depths" "below_1" "with", "r0" "one" "depth" "operation" "moment");
