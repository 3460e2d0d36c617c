//! The comments of a post in the order in which they are read: each before its replies.

use std::collections::HashMap;

use serde::Serialize;

use crate::model::Comment;

/// A comment and how far to indent it. They are not nested, for nobody limits how deep replies go.
#[derive(Serialize)]
pub(crate) struct Entry {
    depth: usize,
    #[serde(flatten)]
    comment: Comment,
}

pub(crate) fn thread(all: Vec<Comment>) -> Vec<Entry> {
    let mut replies: HashMap<Option<i32>, Vec<Comment>> = HashMap::new();
    for comment in all {
        replies.entry(comment.parent_id).or_default().push(comment);
    }
    let mut read = Vec::new();
    let mut next = Vec::new();
    let mut ahead = |parent, depth, next: &mut Vec<Entry>| {
        let found = replies.remove(&parent).unwrap_or_default();
        next.extend(found.into_iter().rev().map(|comment| Entry {
            depth,
            comment: comment.shown(),
        }));
    };
    ahead(None, 0, &mut next);
    while let Some(entry) = next.pop() {
        ahead(Some(entry.comment.id), entry.depth + 1, &mut next);
        read.push(entry);
    }
    read
}
