use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
    }
}

fn main() {
    let _ = users::table.deleted_roots().count();
}
