use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    posts {
        id -> Integer,
        name -> Text,
    }
}

fn main() {
    let _ = posts::table.filter(posts::id.eq(1)).active();
}
