diesel::table! {
    posts {
        id -> Integer,
        name -> Text,
    }
}

fn main() {
    let _ = soft_delete_runtime::marked_deleted(posts::table);
}
