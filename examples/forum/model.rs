//! The models: what belongs to a row goes with it, and comes back with it.
//!
//! `removed` is a moderator's: an ordinary column, which a delete and a restore leave as it is.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use soft_delete_runtime::prelude::*;

use crate::schema::{comments, communities, posts};

#[derive(Queryable, Selectable, Identifiable, SoftDeletable, Serialize)]
#[diesel(table_name = communities)]
#[soft_delete(cascade(posts::community_id), operation = deletion_id, guarded)]
pub(crate) struct Community {
    pub(crate) id: i32,
    pub(crate) name: String,
    #[serde(skip)]
    pub(crate) deleted_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable, Identifiable, Associations, SoftDeletable, Serialize)]
#[diesel(belongs_to(Community))]
#[soft_delete(cascade(comments::post_id), operation = deletion_id, guarded)]
pub(crate) struct Post {
    pub(crate) id: i32,
    pub(crate) community_id: i32,
    pub(crate) author: String,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) removed: bool,
    #[serde(skip)]
    pub(crate) deleted_at: Option<DateTime<Utc>>,
}

// A reply belongs to its post and to the comment that it replies to: it is back when both are.
#[derive(Queryable, Selectable, Identifiable, Associations, SoftDeletable, Serialize)]
#[diesel(belongs_to(Post))]
#[soft_delete(cascade(comments::parent_id), operation = deletion_id, guarded)]
pub(crate) struct Comment {
    pub(crate) id: i32,
    pub(crate) post_id: i32,
    pub(crate) parent_id: Option<i32>,
    pub(crate) author: String,
    pub(crate) body: String,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) removed: bool,
    #[serde(skip)]
    pub(crate) deleted_at: Option<DateTime<Utc>>,
}

#[derive(Insertable, Deserialize)]
#[diesel(table_name = communities)]
pub(crate) struct NewCommunity {
    pub(crate) name: String,
}

#[derive(Insertable, Deserialize)]
#[diesel(table_name = posts)]
pub(crate) struct NewPost {
    pub(crate) author: String,
    pub(crate) title: String,
    pub(crate) body: String,
}

#[derive(Insertable, Deserialize)]
#[diesel(table_name = comments)]
pub(crate) struct NewComment {
    pub(crate) parent_id: Option<i32>,
    pub(crate) author: String,
    pub(crate) body: String,
}

const HIDDEN: &str = "(removed by a moderator)";

impl Post {
    /// What anybody may read.
    pub(crate) fn shown(mut self) -> Self {
        if self.removed {
            self.body = HIDDEN.into();
        }
        self
    }
}

impl Comment {
    /// What anybody may read.
    pub(crate) fn shown(mut self) -> Self {
        if self.removed {
            self.body = HIDDEN.into();
        }
        self
    }
}
