//! The schemas that the files are about.

use soft_delete_runtime::soft_delete_table;

/// Users have posts, posts have comments; an order forbids the deletion of its user.
pub mod chain {
    use super::*;

    diesel::table! { users { id -> Integer, name -> Text, deleted_at -> Nullable<Timestamp> } }
    diesel::table! { posts { id -> Integer, user_id -> Integer, deleted_at -> Nullable<Timestamp> } }
    diesel::table! { comments { id -> Integer, post_id -> Integer, deleted_at -> Nullable<Timestamp> } }
    diesel::table! { orders { id -> Integer, user_id -> Integer, deleted_at -> Nullable<Timestamp> } }
    soft_delete_table! {
        users(deleted_at, cascade(posts::user_id), restrict(orders::user_id))
        posts(deleted_at, cascade(comments::post_id), parents(user_id))
        comments(deleted_at, parents(post_id))
        orders(deleted_at, parents(user_id))
    }
}

/// A comment is below its post and below its author.
pub mod diamond {
    use super::*;

    diesel::table! { users { id -> Integer, deleted_at -> Nullable<Timestamp> } }
    diesel::table! { posts { id -> Integer, user_id -> Integer, deleted_at -> Nullable<Timestamp> } }
    diesel::table! {
        comments { id -> Integer, post_id -> Integer, author_id -> Integer, deleted_at -> Nullable<Timestamp> }
    }
    soft_delete_table! {
        users(deleted_at, cascade(posts::user_id, comments::author_id))
        posts(deleted_at, cascade(comments::post_id), parents(user_id))
        comments(deleted_at, parents(post_id, author_id))
    }
}

/// Folders within folders.
pub mod folders {
    use super::*;

    diesel::table! { folders { id -> Integer, parent_id -> Nullable<Integer>, deleted_at -> Nullable<Timestamp> } }
    diesel::table! { files { id -> Integer, folder_id -> Integer, deleted_at -> Nullable<Timestamp> } }
    soft_delete_table! {
        folders(deleted_at, cascade(folders::parent_id, files::folder_id), parents(parent_id))
        files(deleted_at, parents(folder_id))
    }
}

/// Comments that reply to comments, of a post.
pub mod replies {
    use super::*;

    diesel::table! { posts { id -> Integer, deleted_at -> Nullable<Timestamp> } }
    diesel::table! {
        comments {
            id -> Integer,
            post_id -> Integer,
            parent_id -> Nullable<Integer>,
            deleted_at -> Nullable<Timestamp>,
        }
    }
    soft_delete_table! {
        posts(deleted_at, cascade(comments::post_id))
        comments(deleted_at, cascade(comments::parent_id), parents(post_id, parent_id))
    }
}

/// Keys of two columns.
pub mod composite {
    use super::*;

    diesel::table! { projects (org_id, id) { org_id -> Integer, id -> Integer, deleted_at -> Nullable<Timestamp> } }
    diesel::table! {
        tasks (org_id, id) { org_id -> Integer, id -> Integer, project_id -> Integer, deleted_at -> Nullable<Timestamp> }
    }
    diesel::table! {
        notes { id -> Integer, org_id -> Integer, task_id -> Integer, deleted_at -> Nullable<Timestamp> }
    }
    soft_delete_table! {
        projects(deleted_at, cascade((tasks::org_id, tasks::project_id)))
        tasks(deleted_at, cascade((notes::org_id, notes::task_id)), parents(org_id, project_id))
        notes(deleted_at, parents(org_id, task_id))
    }
}

/// Seven levels, each with the ids of all above it.
pub mod ladder {
    use super::*;

    diesel::table! { l0 { id -> Integer, deleted_at -> Nullable<Timestamp> } }
    diesel::table! { l1 { id -> Integer, l0_id -> Integer, deleted_at -> Nullable<Timestamp> } }
    diesel::table! { l2 { id -> Integer, l0_id -> Integer, l1_id -> Integer, deleted_at -> Nullable<Timestamp> } }
    diesel::table! { l3 { id -> Integer, l0_id -> Integer, l1_id -> Integer, l2_id -> Integer, deleted_at -> Nullable<Timestamp> } }
    diesel::table! { l4 { id -> Integer, l0_id -> Integer, l1_id -> Integer, l2_id -> Integer, l3_id -> Integer, deleted_at -> Nullable<Timestamp> } }
    diesel::table! { l5 { id -> Integer, l0_id -> Integer, l1_id -> Integer, l2_id -> Integer, l3_id -> Integer, l4_id -> Integer, deleted_at -> Nullable<Timestamp> } }
    diesel::table! { l6 { id -> Integer, l0_id -> Integer, l1_id -> Integer, l2_id -> Integer, l3_id -> Integer, l4_id -> Integer, l5_id -> Integer, deleted_at -> Nullable<Timestamp> } }
    soft_delete_table! {
        l0(deleted_at, cascade(l1::l0_id, l2::l0_id, l3::l0_id, l4::l0_id, l5::l0_id, l6::l0_id))
        l1(deleted_at, cascade(l2::l1_id, l3::l1_id, l4::l1_id, l5::l1_id, l6::l1_id), parents(l0_id))
        l2(deleted_at, cascade(l3::l2_id, l4::l2_id, l5::l2_id, l6::l2_id), parents(l0_id, l1_id))
        l3(deleted_at, cascade(l4::l3_id, l5::l3_id, l6::l3_id), parents(l0_id, l1_id, l2_id))
        l4(deleted_at, cascade(l5::l4_id, l6::l4_id), parents(l0_id, l1_id, l2_id, l3_id))
        l5(deleted_at, cascade(l6::l5_id), parents(l0_id, l1_id, l2_id, l3_id, l4_id))
        l6(deleted_at, parents(l0_id, l1_id, l2_id, l3_id, l4_id, l5_id))
    }
}
