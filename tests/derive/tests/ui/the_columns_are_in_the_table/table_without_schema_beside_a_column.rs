use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(column = removed_at)]
struct User {
    id: i32,
}

fn main() {}
