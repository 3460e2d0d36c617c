//! The tables of a magazine, and what soft deletes know of them. Models are in the program.

// `table!` makes public items
#![allow(missing_docs)]

use soft_delete_runtime::prelude::*;

diesel::table! {
    people { id -> Integer, name -> Text, deleted_at -> Nullable<Timestamp> }
}
diesel::table! {
    articles {
        id -> Integer,
        author_id -> Integer,
        editor_id -> Nullable<Integer>,
        title -> Text,
        deleted_at -> Nullable<Timestamp>,
    }
}
diesel::table! {
    topics { id -> Integer, name -> Text }
}
diesel::table! {
    article_topics (article_id, topic_id) {
        article_id -> Integer,
        topic_id -> Integer,
        deleted_at -> Nullable<Timestamp>,
    }
}
diesel::joinable!(article_topics -> articles (article_id));
diesel::joinable!(article_topics -> topics (topic_id));
diesel::allow_tables_to_appear_in_same_query!(people, articles, topics, article_topics);

// an author takes articles along, an editor does not
soft_delete_table! {
    people(deleted_at, cascade(articles::author_id), guarded)
    articles(deleted_at, cascade(article_topics::article_id), parents(author_id), guarded)
    article_topics(deleted_at, parents(article_id), guarded)
}

/// The same as the migrations of a program would make.
pub const CREATE_TABLES: &str = "
    CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, deleted_at TIMESTAMP);
    CREATE TABLE articles (
        id INTEGER PRIMARY KEY, author_id INTEGER NOT NULL REFERENCES people (id),
        editor_id INTEGER REFERENCES people (id), title TEXT NOT NULL, deleted_at TIMESTAMP);
    CREATE INDEX articles_author ON articles (author_id) WHERE deleted_at IS NULL;
    CREATE TABLE topics (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE article_topics (
        article_id INTEGER NOT NULL REFERENCES articles (id),
        topic_id INTEGER NOT NULL REFERENCES topics (id),
        deleted_at TIMESTAMP, PRIMARY KEY (article_id, topic_id));
";
