use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
struct User {
    id: i32,
}

fn main() {}
