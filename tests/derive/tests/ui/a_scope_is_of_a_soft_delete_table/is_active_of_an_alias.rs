use soft_delete_runtime::prelude::*;

diesel::table! {
    posts {
        id -> Integer,
        name -> Text,
    }
}

fn main() {
    let others = diesel::alias!(posts as others);
    let _ = is_active(others);
}
