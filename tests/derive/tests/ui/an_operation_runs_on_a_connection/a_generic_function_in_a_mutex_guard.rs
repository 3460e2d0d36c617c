use diesel::prelude::*;
use soft_delete_runtime::prelude::*;
use soft_delete_runtime::SoftDeletableOn;
use std::sync::MutexGuard;

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

fn delete<M: SoftDeletableOn<C, K>, C, K>(conn: &mut C, key: K) {
    let _ = M::soft_delete_key(key, conn);
}

fn in_a_guard(mut conn: MutexGuard<SqliteConnection>) {
    delete::<User, _, _>(&mut conn, 1);
}

fn main() {}
