//! The family of schemas: each shape that relations can have, each marker that can cascade.

use crate::world::World;

pub static WORLDS: &[&dyn World] = &[
    &chain::It,
    &tree::It,
    &diamond::It,
    &folders::It,
    &threads::It,
    &flags::It,
    &twice::It,
    &loops::It,
    &bytes::It,
    &roots::It,
    &restricted::It,
    &native::It,
    &id_above::It,
    &id_between::It,
    &id_below::It,
    &id_in_folders::It,
    &id_of_one_root::It,
    &id_every_other::It,
    &forum::It,
    &office::It,
];

// a restricted end of a long chain
world! {
    chain (id) by Text as String, "VARCHAR(36)";
    0 chain_a: moment () [cascade(chain_b::a_id)] tree tree;
    1 chain_b: moment (a_id -> 0 Cascade) [cascade(chain_c::b_id), parents(a_id)] tree tree;
    2 chain_c: moment (b_id -> 1 Cascade) [cascade(chain_d::c_id), restrict(chain_e::c_id), parents(b_id)] tree tree;
    3 chain_d: moment (c_id -> 2 Cascade) [parents(c_id)] leaf tree;
    4 chain_e: moment (c_id -> 2 Restrict) [parents(c_id)] leaf tree;
}

// one branch forbids the other
world! {
    tree (id) by Text as String, "VARCHAR(36)";
    0 tree_a: millis () [cascade(tree_b::a_id, tree_c::a_id), unit = millis] tree tree;
    1 tree_b: millis (a_id -> 0 Cascade) [cascade(tree_d::b_id), parents(a_id), unit = millis] tree tree;
    2 tree_c: millis (a_id -> 0 Cascade) [restrict(tree_d::c_id), parents(a_id), unit = millis] tree tree;
    3 tree_d: millis (b_id -> 1 Cascade, c_id -> 2 Restrict) [parents(b_id, c_id), unit = millis] leaf tree;
}

world! {
    diamond (id) by Text as String, "VARCHAR(36)";
    0 diamond_a: moment () [cascade(diamond_b::a_id, diamond_c::a_id)] tree tree;
    1 diamond_b: moment (a_id -> 0 Cascade) [cascade(diamond_d::b_id), parents(a_id)] tree tree;
    2 diamond_c: moment (a_id -> 0 Cascade) [cascade(diamond_d::c_id), parents(a_id)] tree tree;
    3 diamond_d: moment (b_id -> 1 Cascade, c_id -> 2 Cascade) [cascade(diamond_e::d_id), parents(b_id, c_id)] tree tree;
    4 diamond_e: moment (d_id -> 3 Cascade) [parents(d_id)] leaf tree;
}

// a table within itself, above another within itself
world! {
    folders (id) by Text as String, "VARCHAR(36)";
    0 folders_a: seconds (above_id -> 0 Cascade) [cascade(folders_a::above_id, folders_b::a_id), parents(above_id)] tree tree;
    1 folders_b: seconds (a_id -> 0 Cascade, above_id -> 1 Cascade)
        [cascade(folders_b::above_id, folders_c::b_id), parents(a_id, above_id)] tree tree;
    2 folders_c: seconds (b_id -> 1 Cascade) [parents(b_id)] leaf tree;
}

// a table that restricts itself, below one that cascades to itself
world! {
    threads (id) by Text as String, "VARCHAR(36)";
    0 threads_a: flag (above_id -> 0 Cascade) [cascade(threads_a::above_id, threads_b::a_id), parents(above_id), operation = deletion_id] tree tree;
    1 threads_b: flag (a_id -> 0 Cascade, before_id -> 1 Restrict)
        [restrict(threads_b::before_id), parents(a_id, before_id), operation = deletion_id] tree tree;
}

// a diamond of which one side restricts
world! {
    flags (id) by BigInt as i64, "BIGINT";
    0 flags_a: flag () [cascade(flags_b::a_id, flags_c::a_id), operation = deletion_id] tree tree;
    1 flags_b: flag (a_id -> 0 Cascade) [cascade(flags_d::b_id), restrict(flags_c::b_id), parents(a_id), operation = deletion_id] tree tree;
    2 flags_c: flag (a_id -> 0 Cascade, b_id -> 1 Restrict) [cascade(flags_d::c_id), parents(a_id, b_id), operation = deletion_id] tree tree;
    3 flags_d: flag (b_id -> 1 Cascade, c_id -> 2 Cascade) [parents(b_id, c_id), operation = deletion_id] leaf tree;
}

// two ways from one table to another
world! {
    twice (id) by Text as String, "VARCHAR(36)";
    0 twice_a: micros () [cascade(twice_b::from_id, twice_b::to_id), unit = micros] tree tree;
    1 twice_b: micros (from_id -> 0 Cascade, to_id -> 0 Cascade) [cascade(twice_c::b_id), parents(from_id, to_id), unit = micros] tree tree;
    2 twice_c: micros (b_id -> 1 Cascade) [parents(b_id), unit = micros] leaf tree;
}

// a diamond that ends in a table within itself
world! {
    loops (id) by Text as String, "VARCHAR(36)";
    0 loops_a: nanos () [cascade(loops_b::a_id, loops_c::a_id), unit = nanos] tree tree;
    1 loops_b: nanos (a_id -> 0 Cascade) [cascade(loops_d::b_id), parents(a_id), unit = nanos] tree tree;
    2 loops_c: nanos (a_id -> 0 Cascade) [cascade(loops_d::c_id), parents(a_id), unit = nanos] tree tree;
    3 loops_d: nanos (b_id -> 1 Cascade, c_id -> 2 Cascade, above_id -> 3 Cascade)
        [cascade(loops_d::above_id, loops_e::d_id), parents(b_id, c_id, above_id), unit = nanos] tree tree;
    4 loops_e: nanos (d_id -> 3 Cascade) [parents(d_id), unit = nanos] leaf tree;
}

world! {
    bytes (id) by Binary as Vec<u8>,
        if engine() == Engine::Postgres { "BYTEA" } else { "VARBINARY(16)" };
    0 bytes_a: moment () [cascade(bytes_b::a_id, bytes_c::a_id), operation = deletion_id] tree tree;
    1 bytes_b: moment (a_id -> 0 Cascade) [cascade(bytes_c::b_id), parents(a_id), operation = deletion_id] tree tree;
    2 bytes_c: moment (a_id -> 0 Cascade, b_id -> 1 Cascade) [parents(a_id, b_id), operation = deletion_id] leaf tree;
}

// two roots above one table within itself
world! {
    roots (id) by Text as String, "VARCHAR(36)";
    0 roots_a: moment () [cascade(roots_c::a_id), operation = deletion_id] tree tree;
    1 roots_b: moment () [cascade(roots_c::b_id), operation = deletion_id] tree tree;
    2 roots_c: moment (a_id -> 0 Cascade, b_id -> 1 Cascade, above_id -> 2 Cascade)
        [cascade(roots_c::above_id), parents(a_id, b_id, above_id), operation = deletion_id] tree tree;
}

// restrictions at each level; one relation of each kind to the same table
world! {
    restricted (id) by Text as String, "VARCHAR(36)";
    0 restricted_a: seconds () [cascade(restricted_b::a_id), restrict(restricted_b::payer_id, restricted_d::a_id), unit = seconds] tree tree;
    1 restricted_b: seconds (a_id -> 0 Cascade, payer_id -> 0 Restrict) [cascade(restricted_c::b_id), parents(a_id, payer_id), unit = seconds] tree tree;
    2 restricted_c: seconds (b_id -> 1 Cascade) [restrict(restricted_d::c_id), parents(b_id), unit = seconds] tree tree;
    3 restricted_d: seconds (a_id -> 0 Restrict, c_id -> 2 Restrict) [parents(a_id, c_id), unit = seconds] leaf tree;
}

// a diamond of which the rows at the top keep the id
world! {
    id_above (id) by Text as String, "VARCHAR(36)";
    0 id_above_a: moment () [cascade(id_above_b::a_id, id_above_c::a_id), operation = deletion_id] tree tree;
    1 id_above_b: moment (a_id -> 0 Cascade) [cascade(id_above_d::b_id), parents(a_id), operation = deletion_id] tree tree;
    2 id_above_c: moment (a_id -> 0 Cascade) [cascade(id_above_d::c_id), parents(a_id)] tree tree;
    3 id_above_d: moment (b_id -> 1 Cascade, c_id -> 2 Cascade) [cascade(id_above_e::d_id), parents(b_id, c_id)] tree tree;
    4 id_above_e: moment (d_id -> 3 Cascade) [parents(d_id)] leaf tree;
}

// a diamond of which one side keeps none, in whole seconds
world! {
    id_between (id) by Text as String, "VARCHAR(36)";
    0 id_between_a: seconds () [cascade(id_between_b::a_id, id_between_c::a_id), operation = deletion_id] tree tree;
    1 id_between_b: seconds (a_id -> 0 Cascade) [cascade(id_between_d::b_id), parents(a_id)] tree tree;
    2 id_between_c: seconds (a_id -> 0 Cascade) [cascade(id_between_d::c_id), parents(a_id), operation = deletion_id] tree tree;
    3 id_between_d: seconds (b_id -> 1 Cascade, c_id -> 2 Cascade)
        [cascade(id_between_e::d_id), parents(b_id, c_id), operation = deletion_id] tree tree;
    4 id_between_e: seconds (d_id -> 3 Cascade) [parents(d_id), operation = deletion_id] leaf tree;
}

// a diamond of which only the rows at the bottom keep it
world! {
    id_below (id) by BigInt as i64, "BIGINT";
    0 id_below_a: moment () [cascade(id_below_b::a_id, id_below_c::a_id)] tree tree;
    1 id_below_b: moment (a_id -> 0 Cascade) [cascade(id_below_d::b_id), restrict(id_below_f::b_id), parents(a_id)] tree tree;
    2 id_below_c: moment (a_id -> 0 Cascade) [cascade(id_below_d::c_id), parents(a_id)] tree tree;
    3 id_below_d: moment (b_id -> 1 Cascade, c_id -> 2 Cascade)
        [cascade(id_below_e::d_id), parents(b_id, c_id), operation = deletion_id] tree tree;
    4 id_below_e: moment (d_id -> 3 Cascade) [parents(d_id), operation = deletion_id] leaf tree;
    5 id_below_f: moment (b_id -> 1 Restrict) [parents(b_id), operation = deletion_id] leaf tree;
}

// tables within themselves, of which the one in the middle keeps none
world! {
    id_in_folders (id) by Text as String, "VARCHAR(36)";
    0 id_in_folders_a: micros (above_id -> 0 Cascade)
        [cascade(id_in_folders_a::above_id, id_in_folders_b::a_id), parents(above_id), operation = deletion_id, unit = micros] tree tree;
    1 id_in_folders_b: micros (a_id -> 0 Cascade, above_id -> 1 Cascade)
        [cascade(id_in_folders_b::above_id, id_in_folders_c::b_id), parents(a_id, above_id), unit = micros] tree tree;
    2 id_in_folders_c: micros (b_id -> 1 Cascade, above_id -> 2 Cascade)
        [cascade(id_in_folders_c::above_id), parents(b_id, above_id), operation = deletion_id, unit = micros] tree tree;
}

// two roots, of which one keeps it
world! {
    id_of_one_root (id) by Binary as Vec<u8>,
        if engine() == Engine::Postgres { "BYTEA" } else { "VARBINARY(16)" };
    0 id_of_one_root_a: moment () [cascade(id_of_one_root_c::a_id), operation = deletion_id] tree tree;
    1 id_of_one_root_b: moment () [cascade(id_of_one_root_c::b_id, id_of_one_root_d::b_id)] tree tree;
    2 id_of_one_root_c: moment (a_id -> 0 Cascade, b_id -> 1 Cascade, above_id -> 2 Cascade)
        [cascade(id_of_one_root_c::above_id, id_of_one_root_d::c_id), parents(a_id, b_id, above_id), operation = deletion_id] tree tree;
    3 id_of_one_root_d: moment (c_id -> 2 Cascade, b_id -> 1 Cascade)
        [cascade(id_of_one_root_e::d_id), parents(c_id, b_id)] tree tree;
    4 id_of_one_root_e: moment (d_id -> 3 Cascade) [parents(d_id), operation = deletion_id] leaf tree;
}

// two ways from one table to another, and on by every other table
world! {
    id_every_other (id) by Text as String, "VARCHAR(36)";
    0 id_every_other_a: seconds () [cascade(id_every_other_b::from_id, id_every_other_b::to_id)] tree tree;
    1 id_every_other_b: seconds (from_id -> 0 Cascade, to_id -> 0 Cascade)
        [cascade(id_every_other_c::b_id), restrict(id_every_other_d::b_id), parents(from_id, to_id), operation = deletion_id] tree tree;
    2 id_every_other_c: seconds (b_id -> 1 Cascade) [cascade(id_every_other_d::c_id), parents(b_id)] tree tree;
    3 id_every_other_d: seconds (c_id -> 2 Cascade, b_id -> 1 Restrict)
        [cascade(id_every_other_e::d_id), parents(c_id, b_id), operation = deletion_id] tree tree;
    4 id_every_other_e: seconds (d_id -> 3 Cascade) [parents(d_id)] leaf tree;
}

// the type of date and time that only this backend has
world! {
    native (id) by Text as String, "VARCHAR(36)";
    0 native_a: native (above_id -> 0 Cascade) [cascade(native_a::above_id, native_b::a_id, native_c::a_id), parents(above_id)] tree tree;
    1 native_b: native (a_id -> 0 Cascade) [cascade(native_c::b_id), parents(a_id)] tree tree;
    2 native_c: native (a_id -> 0 Cascade, b_id -> 1 Cascade) [parents(a_id, b_id)] leaf tree;
}

// a forum: three parents of one row, of which one in its own table, and restrictions beside cascades
world! {
    forum (id) by Text as String, "VARCHAR(36)";
    0 forum_users: moment ()
        [cascade(forum_posts::user_id, forum_comments::author_id, forum_pins::user_id), restrict(forum_orders::user_id)] tree tree;
    1 forum_posts: moment (user_id -> 0 Cascade)
        [cascade(forum_comments::post_id, forum_tags::post_id), restrict(forum_pins::post_id), parents(user_id)] tree tree;
    2 forum_comments: moment (post_id -> 1 Cascade, author_id -> 0 Cascade, above_id -> 2 Cascade)
        [cascade(forum_comments::above_id, forum_attachments::comment_id), parents(post_id, author_id, above_id)] tree tree;
    3 forum_attachments: moment (comment_id -> 2 Cascade) [parents(comment_id)] leaf tree;
    4 forum_tags: moment (post_id -> 1 Cascade) [parents(post_id)] leaf tree;
    5 forum_pins: moment (post_id -> 1 Restrict, user_id -> 0 Cascade) [parents(post_id, user_id)] leaf tree;
    6 forum_orders: moment (user_id -> 0 Restrict) [parents(user_id)] leaf tree;
}

// an office: composite keys, four kinds of marker in one tree, and ids only in some tables
world! {
    office (part, id) by Text as String, "VARCHAR(36)";
    0 office_orgs: flag ()
        [cascade((office_members::org_part, office_members::org_id), (office_projects::org_part, office_projects::org_id)),
         operation = deletion_id] tree tree;
    1 office_members: flag (org_part org_id -> 0 Cascade)
        [cascade((office_projects::lead_part, office_projects::lead_id), (office_tasks::member_part, office_tasks::member_id)),
         parents(org_part, org_id), operation = deletion_id] tree tree;
    2 office_projects: millis (org_part org_id -> 0 Cascade, lead_part lead_id -> 1 Cascade)
        [cascade((office_tasks::project_part, office_tasks::project_id)),
         restrict((office_invoices::project_part, office_invoices::project_id)),
         parents(org_part, org_id, lead_part, lead_id), operation = deletion_id, unit = millis] tree tree;
    3 office_sprints: moment () [cascade((office_tasks::sprint_part, office_tasks::sprint_id))] tree tree;
    4 office_tasks: moment
        (project_part project_id -> 2 Cascade, member_part member_id -> 1 Cascade,
         sprint_part sprint_id -> 3 Cascade, above_part above_id -> 4 Cascade)
        [cascade(
            (office_tasks::above_part, office_tasks::above_id),
            (office_notes::task_part, office_notes::task_id),
            (office_labels::task_part, office_labels::task_id)
         ),
         parents(project_part, project_id, member_part, member_id, sprint_part, sprint_id, above_part, above_id),
         operation = deletion_id] tree tree;
    5 office_notes: flag (task_part task_id -> 4 Cascade)
        [parents(task_part, task_id), operation = deletion_id] leaf tree;
    6 office_labels: moment (task_part task_id -> 4 Cascade)
        [cascade((office_marks::label_part, office_marks::label_id)), parents(task_part, task_id)] tree tree;
    7 office_marks: moment (label_part label_id -> 6 Cascade)
        [parents(label_part, label_id), operation = deletion_id] leaf tree;
    8 office_invoices: moment (project_part project_id -> 2 Restrict) [parents(project_part, project_id)] leaf tree;
}
