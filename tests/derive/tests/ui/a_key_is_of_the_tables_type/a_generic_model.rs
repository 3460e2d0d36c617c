use soft_delete_runtime::prelude::*;

fn delete<M: SoftDeletable>(key: i32) {
    let _ = M::soft_delete_by_id(key);
}

fn main() {}
