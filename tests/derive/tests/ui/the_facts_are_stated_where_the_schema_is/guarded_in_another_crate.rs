use diesel::prelude::*;
use soft_delete_runtime::prelude::*;
use soft_delete_two_crates_schema::tags;

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(guarded)]
struct Tag {
    id: i32,
}

fn main() {}
