use soft_delete_runtime::prelude::*;
use soft_delete_two_crates_schema::tags;

soft_delete_table! { tags(deleted_at) }

fn main() {}
