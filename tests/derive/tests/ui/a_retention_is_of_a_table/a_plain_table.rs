use soft_delete_runtime::prelude::*;

diesel::table! {
    posts {
        id -> Integer,
        name -> Text,
    }
}

fn main() {
    let _ = purge_expired(posts::table);
}
