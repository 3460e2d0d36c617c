//! An office whose tables cascade by operation: markers of several types, a composite foreign key
//! that can be NULL.
//!
//! `orgs` takes `members` and `projects` along, `members` the projects that they lead and their
//! `tasks`, `projects` and `sprints` their tasks, `tasks` its parts, `notes` and `labels`, and a label its
//! `marks`. An invoice forbids the deletion of its project. Sprints, labels and invoices keep no id.

use crate::prelude::*;
use chrono::NaiveDateTime;
use soft_delete_runtime::prelude::*;

diesel::table! {
    orgs { id -> Integer, gone -> Bool, deletion_id -> Nullable<Text> }
}
diesel::table! {
    members { id -> Integer, org_id -> Integer, gone -> Bool, deletion_id -> Nullable<Text> }
}
diesel::table! {
    projects (org_id, id) {
        org_id -> Integer,
        id -> Integer,
        lead_id -> Nullable<Integer>,
        deleted_at -> BigInt,
        deletion_id -> Nullable<Text>,
    }
}
diesel::table! {
    tasks {
        id -> Integer,
        org_id -> Integer,
        project_id -> Nullable<Integer>,
        assignee_id -> Nullable<Integer>,
        sprint_id -> Nullable<Integer>,
        parent_id -> Nullable<Integer>,
        deleted_at -> Nullable<Timestamp>,
        deletion_id -> Nullable<Text>,
    }
}
diesel::table! {
    sprints { id -> Integer, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    labels { id -> Integer, task_id -> Integer, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    marks {
        id -> Integer,
        label_id -> Integer,
        deleted_at -> Nullable<Timestamp>,
        deletion_id -> Nullable<Text>,
    }
}
diesel::table! {
    notes { id -> Integer, task_id -> Integer, gone -> Bool, deletion_id -> Nullable<Text> }
}
diesel::table! {
    invoices {
        id -> Integer,
        org_id -> Integer,
        project_id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}

soft_delete_runtime::soft_delete_table! {
    orgs(gone, cascade(members::org_id, projects::org_id), operation = deletion_id)
    members(
        gone,
        cascade(projects::lead_id, tasks::assignee_id),
        parents(org_id),
        operation = deletion_id
    )
    notes(gone, parents(task_id), operation = deletion_id)
    sprints(deleted_at, cascade(tasks::sprint_id))
    labels(deleted_at, cascade(marks::label_id), parents(task_id))
    marks(deleted_at, parents(label_id), operation = deletion_id)
    invoices(deleted_at, parents(project_id))
}

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
#[diesel(primary_key(org_id, id))]
#[soft_delete(
    cascade((tasks::org_id, tasks::project_id)),
    restrict((invoices::org_id, invoices::project_id)),
    operation = deletion_id,
    unit = millis
)]
#[expect(dead_code)]
pub struct Project {
    org_id: i32,
    id: i32,
    lead_id: Option<i32>,
    deleted_at: i64,
    deletion_id: Option<String>,
}

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
#[soft_delete(
    cascade(tasks::parent_id, notes::task_id, labels::task_id),
    operation = deletion_id
)]
#[expect(dead_code)]
pub struct Task {
    id: i32,
    org_id: i32,
    project_id: Option<i32>,
    assignee_id: Option<i32>,
    sprint_id: Option<i32>,
    parent_id: Option<i32>,
    deleted_at: Option<NaiveDateTime>,
    deletion_id: Option<String>,
}
