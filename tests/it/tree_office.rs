//! An office whose tables cascade by operation: markers of several types, a composite foreign key
//! that can be NULL.
//!
//! `orgs` takes `members` and `projects` along, `members` the projects that they lead and their
//! `tasks`, `projects` and `sprints` their tasks, `tasks` its parts, `notes` and `labels`, and a label its
//! `marks`. An invoice forbids the deletion of its project. Sprints, labels and invoices keep no id.

use crate::prelude::*;
use chrono::NaiveDateTime;
use soft_delete_runtime::prelude::*;

use crate::backend::{Conn, execute_batch};
use crate::guarded::guard;

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

pub fn create_tables(conn: &mut Conn) {
    execute_batch(
        conn,
        "CREATE TABLE orgs (
             id INTEGER PRIMARY KEY, gone BOOLEAN NOT NULL DEFAULT false, deletion_id VARCHAR(36));
         CREATE TABLE members (
             id INTEGER PRIMARY KEY, org_id INTEGER NOT NULL,
             gone BOOLEAN NOT NULL DEFAULT false, deletion_id VARCHAR(36),
             FOREIGN KEY (org_id) REFERENCES orgs (id));
         CREATE TABLE projects (
             org_id INTEGER NOT NULL, id INTEGER NOT NULL, lead_id INTEGER,
             deleted_at BIGINT NOT NULL DEFAULT 0, deletion_id VARCHAR(36),
             PRIMARY KEY (org_id, id),
             FOREIGN KEY (org_id) REFERENCES orgs (id),
             FOREIGN KEY (lead_id) REFERENCES members (id));
         CREATE TABLE sprints (id INTEGER PRIMARY KEY, deleted_at MOMENT NULL);
         CREATE TABLE tasks (
             id INTEGER PRIMARY KEY, org_id INTEGER NOT NULL, project_id INTEGER,
             assignee_id INTEGER, sprint_id INTEGER, parent_id INTEGER,
             deleted_at MOMENT NULL, deletion_id VARCHAR(36),
             FOREIGN KEY (org_id, project_id) REFERENCES projects (org_id, id),
             FOREIGN KEY (assignee_id) REFERENCES members (id),
             FOREIGN KEY (sprint_id) REFERENCES sprints (id),
             CONSTRAINT parent FOREIGN KEY (parent_id) REFERENCES tasks (id));
         CREATE TABLE labels (
             id INTEGER PRIMARY KEY, task_id INTEGER NOT NULL, deleted_at MOMENT NULL,
             FOREIGN KEY (task_id) REFERENCES tasks (id));
         CREATE TABLE marks (
             id INTEGER PRIMARY KEY, label_id INTEGER NOT NULL,
             deleted_at MOMENT NULL, deletion_id VARCHAR(36),
             FOREIGN KEY (label_id) REFERENCES labels (id));
         CREATE TABLE notes (
             id INTEGER PRIMARY KEY, task_id INTEGER NOT NULL,
             gone BOOLEAN NOT NULL DEFAULT false, deletion_id VARCHAR(36),
             FOREIGN KEY (task_id) REFERENCES tasks (id));
         CREATE TABLE invoices (
             id INTEGER PRIMARY KEY, org_id INTEGER NOT NULL, project_id INTEGER NOT NULL,
             deleted_at MOMENT NULL,
             FOREIGN KEY (org_id, project_id) REFERENCES projects (org_id, id));",
    );
    let office = (
        orgs::table,
        members::table,
        projects::table,
        tasks::table,
        notes::table,
        invoices::table,
    );
    guard(conn, office);
}
