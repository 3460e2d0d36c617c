use soft_delete_runtime::prelude::*;

diesel::table! {
    posts {
        id -> Integer,
        name -> Text,
    }
}

fn main() {
    let post = diesel::alias!(posts as post);
    let _ = post.active();
}
