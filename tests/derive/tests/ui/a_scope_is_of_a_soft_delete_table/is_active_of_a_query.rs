use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    posts {
        id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}
soft_delete_table! { posts(deleted_at) }

fn main() {
    let _ = is_active(posts::table.filter(posts::id.eq(1)));
}
