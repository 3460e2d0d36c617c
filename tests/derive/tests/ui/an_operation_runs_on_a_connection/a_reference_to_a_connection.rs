use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    folders {
        id -> Integer,
        parent_id -> Nullable<Integer>,
        deleted_at -> Nullable<Timestamp>,
    }
}

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(cascade(folders::parent_id), parents(parent_id))]
struct Folder {
    id: i32,
}

fn gone(mut conn: &mut SqliteConnection) {
    let _ = soft_delete(folders::table.find(1)).execute(&mut conn);
}

fn main() {}
