use diesel::prelude::*;

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

fn main() {
    let _ = Post::with_deleted();
}
