use diesel::connection::LoadConnection;
use diesel::mysql::Mysql;
use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
struct User {
    id: i32,
}

fn gone<C: LoadConnection<Backend = Mysql>>(conn: &mut C) {
    let _: QueryResult<i32> = soft_delete(users::table.find(1)).returning(users::id).get_result(conn);
}

fn main() {}
