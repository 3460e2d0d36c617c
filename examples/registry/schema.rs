//! The tables that the migrations make.

diesel::table! {
    users (id) {
        id -> Integer,
        login -> Text,
    }
}

diesel::table! {
    teams (id) {
        id -> Integer,
        login -> Text,
    }
}

diesel::table! {
    crates (id) {
        id -> Integer,
        name -> Text,
    }
}

diesel::table! {
    crate_owners (crate_id, owner_id, owner_kind) {
        crate_id -> Integer,
        owner_id -> Integer,
        owner_kind -> SmallInt,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted -> Bool,
    }
}

diesel::table! {
    crate_owner_invitations (crate_id, invited_user_id) {
        crate_id -> Integer,
        invited_user_id -> Integer,
        invited_by_user_id -> Integer,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    owner_actions (id) {
        id -> BigInt,
        crate_id -> Integer,
        owner_id -> Integer,
        owner_kind -> SmallInt,
        actor_id -> Integer,
        action -> Text,
        created_at -> Timestamptz,
    }
}

diesel::joinable!(crate_owners -> crates (crate_id));
// by the id alone: what joins them says which kind is meant
diesel::joinable!(crate_owners -> teams (owner_id));
diesel::joinable!(crate_owners -> users (owner_id));
diesel::joinable!(crate_owner_invitations -> crates (crate_id));
diesel::joinable!(crate_owner_invitations -> users (invited_by_user_id));
diesel::joinable!(owner_actions -> users (actor_id));
diesel::allow_tables_to_appear_in_same_query!(
    crate_owner_invitations,
    crate_owners,
    crates,
    owner_actions,
    teams,
    users,
);
