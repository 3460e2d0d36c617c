use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    posts {
        id -> Integer,
        name -> Text,
    }
}

#[derive(Queryable, Selectable, Identifiable)]
struct Post {
    id: i32,
}

fn gone(post: &Post) {
    let _ = soft_delete(post);
}

fn main() {}
