use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    users {
        id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    posts {
        id -> Integer,
        user_id -> Integer,
    }
}

diesel::joinable!(posts -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(users, posts);

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
struct User {
    id: i32,
}

fn main() {
    let _ = soft_delete(users::table.find(1)).with(posts::user_id.eq(1));
}
