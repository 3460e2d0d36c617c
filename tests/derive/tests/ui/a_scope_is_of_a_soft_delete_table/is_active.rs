use soft_delete_runtime::prelude::*;

diesel::table! {
    posts {
        id -> Integer,
        name -> Text,
    }
}

fn main() {
    let _ = is_active(posts::table);
}
