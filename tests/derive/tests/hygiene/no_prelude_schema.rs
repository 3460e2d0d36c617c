//! The tables of `no_prelude`.

diesel::table! {
    users {
        id -> Integer,
        deleted_at -> Nullable<Timestamp>,
        updated_at -> Timestamp,
        deleted_by -> Nullable<Integer>,
    }
}

diesel::table! {
    posts {
        id -> Integer,
        deleted -> BigInt,
    }
}
