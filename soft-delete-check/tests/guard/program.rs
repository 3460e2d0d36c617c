//! Functions as a program has them.

use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

use crate::schema::*;

pub fn count_all(conn: &mut SqliteConnection) -> QueryResult<i64> {
    users::table.count().get_result(conn)
}

pub mod registry {
    use super::*;

    pub mod list {
        use super::*;

        pub fn all_owners(conn: &mut SqliteConnection) -> QueryResult<Vec<i32>> {
            let rows = owners::table
                .inner_join(users::table)
                .filter(is_active(users::table));
            rows.select(owners::owner_id).load(conn)
        }
    }

    pub fn add_again(conn: &mut SqliteConnection, owner: i32) -> QueryResult<usize> {
        diesel::insert_into(owners::table)
            .values((owners::crate_id.eq(1), owners::owner_id.eq(owner)))
            .on_conflict(owners::table.primary_key())
            .do_update()
            .set(marked_active(owners::table))
            .execute(conn)
    }
}
