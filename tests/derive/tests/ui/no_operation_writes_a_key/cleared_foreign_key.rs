use soft_delete_runtime::prelude::*;

diesel::table! {
    nodes {
        id -> Integer,
        parent_id -> Nullable<Integer>,
        deleted_at -> Nullable<Timestamp>,
    }
}

soft_delete_table! {
    nodes(
        deleted_at,
        cascade(nodes::parent_id),
        parents(parent_id),
        clear(parent_id),
    )
}

fn main() {}
