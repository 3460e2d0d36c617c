//! A magazine whose schema is in a crate of its own: `cargo run -p soft-delete-magazine`.
//!
//! Articles have an author and an editor, so a list joins the people twice; they have topics through a
//! table of many-to-many; and the program keeps its connection in a type of its own.

#![deny(deprecated)]

use std::sync::{Mutex, PoisonError};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use soft_delete_magazine_schema::{CREATE_TABLES, article_topics, articles, people, topics};
use soft_delete_runtime::Error;
use soft_delete_runtime::prelude::*;

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
#[diesel(table_name = people)]
#[soft_delete(shared_table)]
struct Person {
    id: i32,
    name: String,
    deleted_at: Option<chrono::NaiveDateTime>,
}

#[derive(Debug, Queryable, Selectable, Identifiable, SoftDeletable)]
#[diesel(table_name = articles)]
#[soft_delete(shared_table)]
struct Article {
    id: i32,
    title: String,
    deleted_at: Option<chrono::NaiveDateTime>,
}

/// A line of the list: the title, the author, and the editor if there is an active one.
type Line = (String, String, Option<String>);

/// The database, for threads that take turns.
struct Database(Mutex<SqliteConnection>);

impl Database {
    fn open() -> Result<Self, Box<dyn std::error::Error>> {
        let mut conn = SqliteConnection::establish(":memory:")?;
        conn.batch_execute("PRAGMA foreign_keys = ON")?;
        conn.batch_execute(CREATE_TABLES)?;
        Ok(Self(Mutex::new(conn)))
    }

    /// Runs queries, or operations on trees.
    fn run<R>(&self, action: impl FnOnce(&mut SqliteConnection) -> R) -> R {
        let mut conn = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        action(&mut conn)
    }
}

/// The active articles with the people behind them.
fn list(conn: &mut SqliteConnection) -> QueryResult<Vec<Line>> {
    let (author, editor) = diesel::alias!(people as author, people as editor);
    let (author_id, editor_id) = (author.field(people::id), editor.field(people::id));
    articles::table
        .active()
        .inner_join_active(author.on(author_id.eq(articles::author_id)))
        .left_join_active(editor.on(editor_id.nullable().eq(articles::editor_id)))
        .order(articles::id)
        .select((
            articles::title,
            author.field(people::name),
            editor.field(people::name).nullable(),
        ))
        .load(conn)
}

/// The active articles on a topic.
fn on_topic(conn: &mut SqliteConnection, name: &str) -> QueryResult<Vec<Article>> {
    let of_topic = article_topics::table
        .active()
        .inner_join(topics::table)
        .filter(topics::name.eq(name.to_owned()))
        .select(article_topics::article_id);
    Article::query()
        .filter(articles::id.eq_any(of_topic))
        .order(articles::id)
        .load(conn)
}

fn fill(conn: &mut SqliteConnection) -> QueryResult<()> {
    conn.batch_execute(
        "INSERT INTO people (id, name) VALUES (1, 'Ada'), (2, 'Ben'), (3, 'Cleo');
         INSERT INTO articles (id, author_id, editor_id, title) VALUES
             (1, 1, 3, 'Engines'), (2, 2, 3, 'Gardens'), (3, 1, NULL, 'Notes');
         INSERT INTO topics (id, name) VALUES (1, 'craft'), (2, 'nature');
         INSERT INTO article_topics (article_id, topic_id) VALUES (1, 1), (2, 1), (2, 2), (3, 1)",
    )
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let database = Database::open()?;
    database.run(fill)?;
    println!("{:?}", database.run(list)?);

    // Ada leaves, with her articles and their topics
    let ada = database.run(|conn| Person::query().find(1).get_result(conn))?;
    let rows = database.run(|conn| ada.soft_delete().execute(conn))?;
    println!("{} left, {rows} rows with her", ada.name);
    println!("{:?}", database.run(list)?);

    for article in database.run(|conn| on_topic(conn, "craft"))? {
        println!("on craft: {} ({})", article.title, article.is_deleted());
    }

    let rows = database
        .run(|conn| -> Result<usize, Error> { Person::restore_by_id(ada.id).execute(conn) })?;
    println!("{rows} rows came back");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(database: &Database) -> Vec<String> {
        let on_craft = database
            .run(|conn| on_topic(conn, "craft"))
            .unwrap_or_default();
        on_craft.into_iter().map(|article| article.title).collect()
    }

    #[test]
    fn an_author_takes_articles_and_their_topics_along_and_an_editor_does_not()
    -> Result<(), Box<dyn std::error::Error>> {
        let database = Database::open()?;
        database.run(fill)?;
        assert_eq!(titles(&database), ["Engines", "Gardens", "Notes"]);

        let gone = database.run(|conn| Person::soft_delete_by_id(1).execute(conn));
        assert_eq!(gone, Ok(5)); // with two articles and the topic of each
        assert_eq!(titles(&database), ["Gardens"]);
        let gardens = ("Gardens".to_owned(), "Ben".to_owned());
        let line = (
            gardens.0.clone(),
            gardens.1.clone(),
            Some("Cleo".to_owned()),
        );
        assert_eq!(database.run(list), Ok(vec![line]));

        let gone = database.run(|conn| Person::soft_delete_by_id(3).execute(conn));
        assert_eq!(gone, Ok(1));
        assert_eq!(database.run(list), Ok(vec![(gardens.0, gardens.1, None)]));

        let back = database.run(|conn| Person::restore_by_id(1).execute(conn));
        assert_eq!(back, Ok(5));
        assert_eq!(titles(&database), ["Engines", "Gardens", "Notes"]);
        Ok(())
    }
}
