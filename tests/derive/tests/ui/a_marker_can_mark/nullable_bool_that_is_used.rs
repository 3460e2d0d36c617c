use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        deleted -> Nullable<Bool>,
    }
}

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(column = deleted)]
struct User {
    id: i32,
}

fn main() {
    let conn = &mut SqliteConnection::establish(":memory:").unwrap();
    let _ = users::table.active().count().get_result::<i64>(conn);
    let _ = soft_delete(users::table.find(1)).execute(conn);
    let _ = User::query().load(conn);
    let _ = User::only_deleted().load(conn);
}
