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
];

// a restricted end of a long chain
world! {
    chain: Nullable<Timestamp> as Option<chrono::NaiveDateTime>, "MOMENT NULL",
        Micros by |at| at.map(|at| at.and_utc().timestamp_micros()), moments;
    [] Text as String, "VARCHAR(36)";
    0 chain_a() [, cascade(chain_b::a_id)] tree tree;
    1 chain_b(a_id -> 0 Cascade) [, cascade(chain_c::b_id), parents(a_id)] tree tree;
    2 chain_c(b_id -> 1 Cascade) [, cascade(chain_d::c_id), restrict(chain_e::c_id), parents(b_id)] tree tree;
    3 chain_d(c_id -> 2 Cascade) [, parents(c_id)] leaf tree;
    4 chain_e(c_id -> 2 Restrict) [, parents(c_id)] leaf tree;
}

// one branch forbids the other
world! {
    tree: BigInt as i64, "BIGINT NOT NULL DEFAULT 0",
        Millis by |at| (at != 0).then_some(at * 1_000), moments;
    [, unit = millis] Text as String, "VARCHAR(36)";
    0 tree_a() [, cascade(tree_b::a_id, tree_c::a_id)] tree tree;
    1 tree_b(a_id -> 0 Cascade) [, cascade(tree_d::b_id), parents(a_id)] tree tree;
    2 tree_c(a_id -> 0 Cascade) [, restrict(tree_d::c_id), parents(a_id)] tree tree;
    3 tree_d(b_id -> 1 Cascade, c_id -> 2 Restrict) [, parents(b_id, c_id)] leaf tree;
}

world! {
    diamond: Nullable<Timestamp> as Option<chrono::NaiveDateTime>, "MOMENT NULL",
        Micros by |at| at.map(|at| at.and_utc().timestamp_micros()), moments;
    [] Text as String, "VARCHAR(36)";
    0 diamond_a() [, cascade(diamond_b::a_id, diamond_c::a_id)] tree tree;
    1 diamond_b(a_id -> 0 Cascade) [, cascade(diamond_d::b_id), parents(a_id)] tree tree;
    2 diamond_c(a_id -> 0 Cascade) [, cascade(diamond_d::c_id), parents(a_id)] tree tree;
    3 diamond_d(b_id -> 1 Cascade, c_id -> 2 Cascade) [, cascade(diamond_e::d_id), parents(b_id, c_id)] tree tree;
    4 diamond_e(d_id -> 3 Cascade) [, parents(d_id)] leaf tree;
}

// a table within itself, above another within itself
world! {
    folders: BigInt as i64, "BIGINT NOT NULL DEFAULT 0",
        Seconds by |at| (at != 0).then_some(at * 1_000_000), moments;
    [] Text as String, "VARCHAR(36)";
    0 folders_a(above_id -> 0 Cascade) [, cascade(folders_a::above_id, folders_b::a_id), parents(above_id)] tree tree;
    1 folders_b(a_id -> 0 Cascade, above_id -> 1 Cascade)
        [, cascade(folders_b::above_id, folders_c::b_id), parents(a_id, above_id)] tree tree;
    2 folders_c(b_id -> 1 Cascade) [, parents(b_id)] leaf tree;
}

// a table that restricts itself, below one that cascades to itself
world! {
    threads: Bool as bool, "BOOLEAN NOT NULL DEFAULT false",
        Nothing by |gone| gone.then_some(0), no_moments;
    [, operation = deletion_id] Text as String, "VARCHAR(36)";
    0 threads_a(above_id -> 0 Cascade) [, cascade(threads_a::above_id, threads_b::a_id), parents(above_id)] tree tree;
    1 threads_b(a_id -> 0 Cascade, before_id -> 1 Restrict)
        [, restrict(threads_b::before_id), parents(a_id, before_id)] tree tree;
}

// a diamond of which one side restricts
world! {
    flags: Bool as bool, "BOOLEAN NOT NULL DEFAULT false",
        Nothing by |gone| gone.then_some(0), no_moments;
    [, operation = deletion_id] BigInt as i64, "BIGINT";
    0 flags_a() [, cascade(flags_b::a_id, flags_c::a_id)] tree tree;
    1 flags_b(a_id -> 0 Cascade) [, cascade(flags_d::b_id), restrict(flags_c::b_id), parents(a_id)] tree tree;
    2 flags_c(a_id -> 0 Cascade, b_id -> 1 Restrict) [, cascade(flags_d::c_id), parents(a_id, b_id)] tree tree;
    3 flags_d(b_id -> 1 Cascade, c_id -> 2 Cascade) [, parents(b_id, c_id)] leaf tree;
}

// two ways from one table to another
world! {
    twice: Nullable<BigInt> as Option<i64>, "BIGINT",
        Micros by |at| at, moments;
    [, unit = micros] Text as String, "VARCHAR(36)";
    0 twice_a() [, cascade(twice_b::from_id, twice_b::to_id)] tree tree;
    1 twice_b(from_id -> 0 Cascade, to_id -> 0 Cascade) [, cascade(twice_c::b_id), parents(from_id, to_id)] tree tree;
    2 twice_c(b_id -> 1 Cascade) [, parents(b_id)] leaf tree;
}

// a diamond that ends in a table within itself
world! {
    loops: BigInt as i64, "BIGINT NOT NULL DEFAULT 0",
        Micros by |at| (at != 0).then_some(at / 1_000), moments;
    [, unit = nanos] Text as String, "VARCHAR(36)";
    0 loops_a() [, cascade(loops_b::a_id, loops_c::a_id)] tree tree;
    1 loops_b(a_id -> 0 Cascade) [, cascade(loops_d::b_id), parents(a_id)] tree tree;
    2 loops_c(a_id -> 0 Cascade) [, cascade(loops_d::c_id), parents(a_id)] tree tree;
    3 loops_d(b_id -> 1 Cascade, c_id -> 2 Cascade, above_id -> 3 Cascade)
        [, cascade(loops_d::above_id, loops_e::d_id), parents(b_id, c_id, above_id)] tree tree;
    4 loops_e(d_id -> 3 Cascade) [, parents(d_id)] leaf tree;
}

world! {
    bytes: Nullable<Timestamp> as Option<chrono::NaiveDateTime>, "MOMENT NULL",
        Micros by |at| at.map(|at| at.and_utc().timestamp_micros()), moments;
    [, operation = deletion_id] Binary as Vec<u8>,
        if engine() == Engine::Postgres { "BYTEA" } else { "VARBINARY(16)" };
    0 bytes_a() [, cascade(bytes_b::a_id, bytes_c::a_id)] tree tree;
    1 bytes_b(a_id -> 0 Cascade) [, cascade(bytes_c::b_id), parents(a_id)] tree tree;
    2 bytes_c(a_id -> 0 Cascade, b_id -> 1 Cascade) [, parents(a_id, b_id)] leaf tree;
}

// two roots above one table within itself
world! {
    roots: Nullable<Timestamp> as Option<chrono::NaiveDateTime>, "MOMENT NULL",
        Micros by |at| at.map(|at| at.and_utc().timestamp_micros()), moments;
    [, operation = deletion_id] Text as String, "VARCHAR(36)";
    0 roots_a() [, cascade(roots_c::a_id)] tree tree;
    1 roots_b() [, cascade(roots_c::b_id)] tree tree;
    2 roots_c(a_id -> 0 Cascade, b_id -> 1 Cascade, above_id -> 2 Cascade)
        [, cascade(roots_c::above_id), parents(a_id, b_id, above_id)] tree tree;
}

// restrictions at each level; one relation of each kind to the same table
world! {
    restricted: BigInt as i64, "BIGINT NOT NULL DEFAULT 0",
        Seconds by |at| (at != 0).then_some(at * 1_000_000), moments;
    [, unit = seconds] Text as String, "VARCHAR(36)";
    0 restricted_a() [, cascade(restricted_b::a_id), restrict(restricted_b::payer_id, restricted_d::a_id)] tree tree;
    1 restricted_b(a_id -> 0 Cascade, payer_id -> 0 Restrict) [, cascade(restricted_c::b_id), parents(a_id, payer_id)] tree tree;
    2 restricted_c(b_id -> 1 Cascade) [, restrict(restricted_d::c_id), parents(b_id)] tree tree;
    3 restricted_d(a_id -> 0 Restrict, c_id -> 2 Restrict) [, parents(a_id, c_id)] leaf tree;
}

// a diamond of which the rows at the top keep the id
world! {
    id_above: Nullable<Timestamp> as Option<chrono::NaiveDateTime>, "MOMENT NULL",
        Micros by |at| at.map(|at| at.and_utc().timestamp_micros()), moments;
    [] Text as String, "VARCHAR(36)";
    0 id_above_a() [, cascade(id_above_b::a_id, id_above_c::a_id), operation = deletion_id] tree tree;
    1 id_above_b(a_id -> 0 Cascade) [, cascade(id_above_d::b_id), parents(a_id), operation = deletion_id] tree tree;
    2 id_above_c(a_id -> 0 Cascade) [, cascade(id_above_d::c_id), parents(a_id)] tree tree;
    3 id_above_d(b_id -> 1 Cascade, c_id -> 2 Cascade) [, cascade(id_above_e::d_id), parents(b_id, c_id)] tree tree;
    4 id_above_e(d_id -> 3 Cascade) [, parents(d_id)] leaf tree;
}

// a diamond of which one side keeps none, in whole seconds
world! {
    id_between: BigInt as i64, "BIGINT NOT NULL DEFAULT 0",
        Seconds by |at| (at != 0).then_some(at * 1_000_000), moments;
    [] Text as String, "VARCHAR(36)";
    0 id_between_a() [, cascade(id_between_b::a_id, id_between_c::a_id), operation = deletion_id] tree tree;
    1 id_between_b(a_id -> 0 Cascade) [, cascade(id_between_d::b_id), parents(a_id)] tree tree;
    2 id_between_c(a_id -> 0 Cascade) [, cascade(id_between_d::c_id), parents(a_id), operation = deletion_id] tree tree;
    3 id_between_d(b_id -> 1 Cascade, c_id -> 2 Cascade)
        [, cascade(id_between_e::d_id), parents(b_id, c_id), operation = deletion_id] tree tree;
    4 id_between_e(d_id -> 3 Cascade) [, parents(d_id), operation = deletion_id] leaf tree;
}

// a diamond of which only the rows at the bottom keep it
world! {
    id_below: Nullable<Timestamp> as Option<chrono::NaiveDateTime>, "MOMENT NULL",
        Micros by |at| at.map(|at| at.and_utc().timestamp_micros()), moments;
    [] BigInt as i64, "BIGINT";
    0 id_below_a() [, cascade(id_below_b::a_id, id_below_c::a_id)] tree tree;
    1 id_below_b(a_id -> 0 Cascade) [, cascade(id_below_d::b_id), restrict(id_below_f::b_id), parents(a_id)] tree tree;
    2 id_below_c(a_id -> 0 Cascade) [, cascade(id_below_d::c_id), parents(a_id)] tree tree;
    3 id_below_d(b_id -> 1 Cascade, c_id -> 2 Cascade)
        [, cascade(id_below_e::d_id), parents(b_id, c_id), operation = deletion_id] tree tree;
    4 id_below_e(d_id -> 3 Cascade) [, parents(d_id), operation = deletion_id] leaf tree;
    5 id_below_f(b_id -> 1 Restrict) [, parents(b_id), operation = deletion_id] leaf tree;
}

// tables within themselves, of which the one in the middle keeps none
world! {
    id_in_folders: Nullable<BigInt> as Option<i64>, "BIGINT",
        Micros by |at| at, moments;
    [, unit = micros] Text as String, "VARCHAR(36)";
    0 id_in_folders_a(above_id -> 0 Cascade)
        [, cascade(id_in_folders_a::above_id, id_in_folders_b::a_id), parents(above_id), operation = deletion_id] tree tree;
    1 id_in_folders_b(a_id -> 0 Cascade, above_id -> 1 Cascade)
        [, cascade(id_in_folders_b::above_id, id_in_folders_c::b_id), parents(a_id, above_id)] tree tree;
    2 id_in_folders_c(b_id -> 1 Cascade, above_id -> 2 Cascade)
        [, cascade(id_in_folders_c::above_id), parents(b_id, above_id), operation = deletion_id] tree tree;
}

// two roots, of which one keeps it
world! {
    id_of_one_root: Nullable<Timestamp> as Option<chrono::NaiveDateTime>, "MOMENT NULL",
        Micros by |at| at.map(|at| at.and_utc().timestamp_micros()), moments;
    [] Binary as Vec<u8>,
        if engine() == Engine::Postgres { "BYTEA" } else { "VARBINARY(16)" };
    0 id_of_one_root_a() [, cascade(id_of_one_root_c::a_id), operation = deletion_id] tree tree;
    1 id_of_one_root_b() [, cascade(id_of_one_root_c::b_id, id_of_one_root_d::b_id)] tree tree;
    2 id_of_one_root_c(a_id -> 0 Cascade, b_id -> 1 Cascade, above_id -> 2 Cascade)
        [, cascade(id_of_one_root_c::above_id, id_of_one_root_d::c_id), parents(a_id, b_id, above_id), operation = deletion_id] tree tree;
    3 id_of_one_root_d(c_id -> 2 Cascade, b_id -> 1 Cascade)
        [, cascade(id_of_one_root_e::d_id), parents(c_id, b_id)] tree tree;
    4 id_of_one_root_e(d_id -> 3 Cascade) [, parents(d_id), operation = deletion_id] leaf tree;
}

// two ways from one table to another, and on by every other table
world! {
    id_every_other: BigInt as i64, "BIGINT NOT NULL DEFAULT 0",
        Seconds by |at| (at != 0).then_some(at * 1_000_000), moments;
    [] Text as String, "VARCHAR(36)";
    0 id_every_other_a() [, cascade(id_every_other_b::from_id, id_every_other_b::to_id)] tree tree;
    1 id_every_other_b(from_id -> 0 Cascade, to_id -> 0 Cascade)
        [, cascade(id_every_other_c::b_id), restrict(id_every_other_d::b_id), parents(from_id, to_id), operation = deletion_id] tree tree;
    2 id_every_other_c(b_id -> 1 Cascade) [, cascade(id_every_other_d::c_id), parents(b_id)] tree tree;
    3 id_every_other_d(c_id -> 2 Cascade, b_id -> 1 Restrict)
        [, cascade(id_every_other_e::d_id), parents(c_id, b_id), operation = deletion_id] tree tree;
    4 id_every_other_e(d_id -> 3 Cascade) [, parents(d_id)] leaf tree;
}

// the type of date and time that only this backend has
macro_rules! native {
    ($marker:ty, $rust:ty, $column:expr, $read:expr) => {
        world! {
            native: $marker as $rust, $column, Micros by $read, moments;
            [] Text as String, "VARCHAR(36)";
            0 native_a(above_id -> 0 Cascade) [, cascade(native_a::above_id, native_b::a_id, native_c::a_id), parents(above_id)] tree tree;
            1 native_b(a_id -> 0 Cascade) [, cascade(native_c::b_id), parents(a_id)] tree tree;
            2 native_c(a_id -> 0 Cascade, b_id -> 1 Cascade) [, parents(a_id, b_id)] leaf tree;
        }
    };
}
#[cfg(backend = "postgres")]
native!(
    Nullable<Timestamptz>,
    Option<chrono::DateTime<chrono::Utc>>,
    "TIMESTAMPTZ",
    |at| at.map(|at| at.timestamp_micros())
);
#[cfg(backend = "mysql")]
native!(
    Nullable<Datetime>,
    Option<chrono::NaiveDateTime>,
    "DATETIME(6) NULL",
    |at| at.map(|at| at.and_utc().timestamp_micros())
);
#[cfg(backend = "sqlite")]
native!(
    Nullable<TimestamptzSqlite>,
    Option<chrono::DateTime<chrono::Utc>>,
    "TEXT",
    |at| at.map(|at| at.timestamp_micros())
);
