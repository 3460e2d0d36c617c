//! The public models of this package's library.

use diesel::prelude::*;
use soft_delete_derive_tests::{Account, accounts, sessions};

#[test]
fn public_models_are_loaded_in_another_crate() {
    let conn = &mut crate::database(
        "CREATE TABLE accounts (id INTEGER PRIMARY KEY, deleted_at TIMESTAMP, updated_at TIMESTAMP, deleted_by INTEGER);
         INSERT INTO accounts VALUES (1, NULL, NULL, NULL)",
    );
    let account = Account::query().get_result(conn).expect("an account");
    assert_eq!(
        account,
        Account {
            id: 1,
            deleted_at: None
        }
    );
    assert_eq!(accounts().count().get_result(conn), Ok(1_i64));
}

#[test]
fn guarded_tables_speak_in_another_crate() {
    let conn = &mut crate::database(
        "CREATE TABLE accounts (id INTEGER PRIMARY KEY, deleted_at TIMESTAMP, updated_at TIMESTAMP, deleted_by INTEGER);
         CREATE TABLE sessions (id INTEGER PRIMARY KEY, deleted BOOL NOT NULL, updated_at TIMESTAMP)",
    );
    #[expect(deprecated)]
    let all = accounts::table.count();
    assert_eq!(all.get_result(conn), Ok(0_i64));
    #[expect(deprecated)]
    let found = sessions::table.find(1).select(sessions::id);
    assert_eq!(found.load::<i32>(conn), Ok(Vec::new()));
}
