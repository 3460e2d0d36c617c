use diesel::prelude::*;
use soft_delete_runtime::prelude::*;

diesel::table! {
    orgs (tenant_id, id) {
        tenant_id -> Text,
        id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    users {
        id -> Integer,
        tenant_id -> Nullable<Text>,
        org_id -> Nullable<Integer>,
        deleted_at -> Nullable<Timestamp>,
    }
}

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
#[diesel(primary_key(tenant_id, id))]
#[soft_delete(cascade((users::tenant_id, users::org_id)))]
struct Org {
    tenant_id: String,
    id: i32,
}

#[derive(Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(operation = tenant_id)]
struct User {
    id: i32,
    tenant_id: Option<String>,
    org_id: Option<i32>,
}

fn main() {}
