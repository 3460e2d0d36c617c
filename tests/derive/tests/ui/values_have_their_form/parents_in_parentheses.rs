use soft_delete_runtime::prelude::*;

diesel::table! {
    parts (org_id, id) {
        org_id -> Integer,
        id -> Integer,
        whole_id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}

soft_delete_table! { parts(deleted_at, parents((org_id, whole_id))) }

fn main() {}
