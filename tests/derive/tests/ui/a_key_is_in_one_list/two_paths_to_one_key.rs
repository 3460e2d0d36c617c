use soft_delete_runtime::prelude::*;

mod schema {
    diesel::table! {
        parts (org_id, id) {
            org_id -> Integer,
            id -> Integer,
            whole_id -> Integer,
            deleted_at -> Nullable<Timestamp>,
        }
    }
}
use schema::parts;

soft_delete_table! {
    parts(
        deleted_at,
        cascade((parts::org_id, parts::whole_id)),
        restrict((schema::parts::org_id, schema::parts::whole_id)),
        parents(whole_id),
    )
}

fn main() {}
