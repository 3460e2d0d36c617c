#![deny(deprecated)]

use soft_delete_runtime::prelude::*;

mod schema {
    diesel::table! {
        posts {
            id -> Integer,
            deleted_at -> Nullable<Timestamp>,
        }
    }
}

soft_delete_table! { schema::posts(deleted_at, guarded) }

fn main() {
    use schema::posts::dsl::*;

    let _ = posts.find(1);
}
