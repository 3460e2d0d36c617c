use clap::CommandFactory;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use serde_json::{Value, json};
use soft_delete_examples::create_schema;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::{Cli, MIGRATIONS, Result, open, schema, seed, server};

/// A forum with what `seed` puts into it, in a schema of its own, on a port of its own.
struct Forum {
    runtime: Runtime,
    conn: AsyncPgConnection,
    schema: String,
    address: String,
    client: ureq::Agent,
}

impl Forum {
    fn new() -> Self {
        Self::build().unwrap_or_else(|error| panic!("{error}"))
    }

    fn build() -> Result<Self> {
        let runtime = Runtime::new()?; // with threads: handlers go from one to another
        let (schema, database) = runtime.block_on(create_schema("forum"))?;
        let (conn, listener, pool) = runtime.block_on(async {
            let mut conn = open(&database, MIGRATIONS).await?;
            seed::fill(&mut conn).await?;
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            Result::Ok((conn, listener, server::pool(&database).await?))
        })?;
        let address = format!("http://{}", listener.local_addr()?);
        runtime.spawn(axum::serve(listener, server::router(pool)).into_future());
        let statuses = ureq::Agent::config_builder().http_status_as_error(false);
        Ok(Self {
            runtime,
            conn,
            schema,
            address,
            client: statuses.build().into(),
        })
    }

    fn get(&self, path: &str) -> (u16, Value) {
        answer(self.client.get(self.at(path)).call())
    }

    fn delete(&self, path: &str) -> (u16, Value) {
        answer(self.client.delete(self.at(path)).call())
    }

    fn post(&self, path: &str) -> (u16, Value) {
        answer(self.client.post(self.at(path)).send_empty())
    }

    fn post_json(&self, path: &str, body: &Value) -> (u16, Value) {
        answer(self.client.post(self.at(path)).send_json(body))
    }

    fn put(&self, path: &str, body: &Value) -> (u16, Value) {
        answer(self.client.put(self.at(path)).send_json(body))
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    fn sql(&mut self, statement: &str) {
        let done = self.runtime.block_on(self.conn.batch_execute(statement));
        done.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }

    /// The comments that a reader of the post sees, and how far each is indented.
    fn thread(&self, post: i32) -> Vec<(i64, i64)> {
        let (status, body) = self.get(&format!("/posts/{post}"));
        assert_eq!(status, 200, "{body}");
        list(&body["comments"])
            .map(|comment| (int(&comment["id"]), int(&comment["depth"])))
            .collect()
    }
}

impl Drop for Forum {
    fn drop(&mut self) {
        let drop = format!("DROP SCHEMA {} CASCADE", self.schema);
        let _ = self.runtime.block_on(self.conn.batch_execute(&drop));
    }
}

fn answer(got: std::result::Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> (u16, Value) {
    let mut response = got.unwrap_or_else(|error| panic!("{error}"));
    let body = response.body_mut().read_to_string();
    let body = body.unwrap_or_else(|error| panic!("{error}"));
    let body = serde_json::from_str(&body).unwrap_or(Value::String(body));
    (response.status().as_u16(), body)
}

fn int(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("{value}"))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    let list = value.as_array().unwrap_or_else(|| panic!("{value}"));
    list.iter()
}

fn rows(communities: i32, posts: i32, comments: i32) -> Value {
    json!({ "communities": communities, "posts": posts, "comments": comments })
}

#[test]
fn active_is_200_deleted_is_410_and_missing_is_404() {
    let forum = Forum::new();
    for path in ["/communities/1", "/posts/1", "/comments/2"] {
        assert_eq!(forum.get(path).0, 200, "{path}");
    }
    assert_eq!(forum.delete("/communities/1").0, 200);
    for path in ["/communities/1", "/posts/1", "/comments/2"] {
        let (status, body) = forum.get(path);
        assert_eq!(status, 410, "{path}");
        assert!(body["deleted_at"].is_string(), "{body}");
        assert_eq!(forum.delete(path).0, 410, "{path}");
    }
    for path in ["/communities/99", "/posts/99", "/comments/99"] {
        assert_eq!(forum.get(path).0, 404, "{path}");
        assert_eq!(forum.delete(path).0, 404, "{path}");
        assert_eq!(forum.post(&format!("{path}/restore")).0, 404, "{path}");
    }
}

#[test]
fn a_comment_takes_the_replies_to_it_along() {
    let forum = Forum::new();
    assert_eq!(forum.thread(1), [(1, 0), (2, 1), (3, 2), (4, 0)]);
    let (status, body) = forum.delete("/comments/2");
    assert_eq!((status, &body["rows"]), (200, &json!({ "comments": 2 })));
    assert_eq!(forum.thread(1), [(1, 0), (4, 0)]);
    assert_eq!(forum.post("/comments/2/restore").0, 200);
    assert_eq!(forum.thread(1), [(1, 0), (2, 1), (3, 2), (4, 0)]);
}

#[test]
fn a_restored_post_has_the_comments_that_went_with_it_and_no_others() {
    let forum = Forum::new();
    forum.delete("/comments/2");
    let (_, body) = forum.delete("/posts/1");
    assert_eq!(body["rows"], json!({ "posts": 1, "comments": 2 }));
    let (_, body) = forum.post("/posts/1/restore");
    assert_eq!(body["rows"], json!({ "posts": 1, "comments": 2 }));
    assert_eq!(forum.thread(1), [(1, 0), (4, 0)]);
    assert_eq!(forum.get("/comments/3").0, 410);
}

#[test]
fn operations_of_one_moment_are_told_apart_by_their_ids() {
    let mut forum = Forum::new();
    forum.delete("/comments/1");
    forum.delete("/posts/1");
    forum.sql("UPDATE posts SET deleted_at = now(); UPDATE comments SET deleted_at = now()");
    forum.post("/posts/1/restore");
    assert_eq!(forum.thread(1), [(4, 0)]);
}

#[test]
fn a_preview_tells_what_would_go_and_leaves_it() {
    let forum = Forum::new();
    let (status, preview) = forum.delete("/communities/1?preview=true");
    assert_eq!((status, &preview["rows"]), (200, &rows(1, 2, 5)));
    assert_eq!(forum.get("/communities/1").0, 200);
    assert_eq!(forum.delete("/communities/1"), (200, preview));
    let (_, back) = forum.post("/communities/1/restore");
    assert_eq!(back["rows"], rows(1, 2, 5));
}

#[test]
fn a_reply_does_not_come_back_under_what_is_deleted_unless_that_comes_too() {
    let forum = Forum::new();
    forum.delete("/posts/1");
    let (status, body) = forum.post("/comments/2/restore");
    assert_eq!(status, 409, "{body}");
    assert_eq!(body["table"], "posts");
    assert_eq!(forum.get("/comments/2").0, 410);

    let (status, body) = forum.post("/comments/2/restore?with_ancestors=true");
    assert_eq!(status, 200, "{body}");
    assert_eq!(forum.thread(1), [(1, 0), (2, 1), (3, 2)]);
    assert_eq!(forum.get("/comments/4").0, 410);

    forum.delete("/comments/1");
    let (status, body) = forum.post("/comments/2/restore");
    assert_eq!((status, &body["table"]), (409, &json!("comments")));
    forum.delete("/communities/1");
    let (status, body) = forum.post("/posts/2/restore");
    assert_eq!((status, &body["table"]), (409, &json!("communities")));
}

#[test]
fn what_a_moderator_removed_is_hidden_and_neither_deleted_nor_restored() {
    let forum = Forum::new();
    let (status, post) = forum.put("/posts/1/removed", &json!(true));
    assert_eq!((status, &post["removed"]), (200, &json!(true)));
    let (status, post) = forum.get("/posts/1");
    assert_eq!((status, &post["id"]), (200, &json!(1)));
    assert_eq!(post["body"], "(removed by a moderator)");
    let (_, community) = forum.get("/communities/1");
    assert_eq!(community["posts"][0]["id"], 2);
    assert_eq!(community["posts"][1], Value::Null);

    assert_eq!(forum.put("/comments/1/removed", &json!(true)).0, 200);
    forum.delete("/posts/1");
    assert_eq!(forum.put("/posts/1/removed", &json!(false)).0, 410);
    forum.post("/posts/1/restore");
    assert_eq!(forum.get("/posts/1").1["removed"], true);
    assert_eq!(forum.get("/comments/1").1["removed"], true);
    assert_eq!(forum.get("/comments/2").1["removed"], false);
    let (_, post) = forum.put("/posts/1/removed", &json!(false));
    assert_eq!(post["body"], "I would like to know what you think.");
}

#[test]
fn a_list_counts_active_comments_and_keeps_posts_without_any() {
    let forum = Forum::new();
    let counts = |forum: &Forum| {
        let (_, community) = forum.get("/communities/1");
        let counts =
            list(&community["posts"]).map(|post| (int(&post["id"]), int(&post["comments"])));
        counts.collect::<Vec<_>>()
    };
    assert_eq!(counts(&forum), [(2, 1), (1, 4)]);
    forum.delete("/comments/2");
    forum.delete("/comments/5");
    assert_eq!(counts(&forum), [(2, 0), (1, 2)]);
    forum.delete("/posts/1");
    assert_eq!(counts(&forum), [(2, 0)]);
}

#[test]
fn nothing_is_written_below_what_is_deleted() {
    let forum = Forum::new();
    let comment =
        |parent: Option<i32>| json!({ "author": "eve", "body": "!", "parent_id": parent });
    let (status, made) = forum.post_json("/posts/1/comments", &comment(Some(3)));
    assert_eq!((status, &made["parent_id"]), (201, &json!(3)));
    assert_eq!(forum.post_json("/posts/1/comments", &comment(None)).0, 201);
    // comment 5 is there, and below another post
    for parent in [5, 99] {
        let (status, body) = forum.post_json("/posts/1/comments", &comment(Some(parent)));
        assert_eq!((status, &body["table"]), (409, &json!("comments")));
    }
    forum.delete("/comments/1");
    let (status, body) = forum.post_json("/posts/1/comments", &comment(Some(2)));
    assert_eq!((status, &body["table"]), (409, &json!("comments")));
    forum.delete("/posts/1");
    assert_eq!(forum.post_json("/posts/1/comments", &comment(None)).0, 410);
    assert_eq!(forum.post_json("/posts/99/comments", &comment(None)).0, 404);
    let post = json!({ "author": "eve", "title": "?", "body": "!" });
    assert_eq!(forum.post_json("/communities/1/posts", &post).0, 201);
    forum.delete("/communities/1");
    assert_eq!(forum.post_json("/communities/1/posts", &post).0, 410);
}

#[test]
fn no_comment_is_left_under_a_post_that_is_deleted_at_the_same_time() {
    let mut forum = Forum::new();
    for post in [1, 2] {
        std::thread::scope(|threads| {
            for _ in 0..4 {
                threads.spawn(|| {
                    let path = format!("/posts/{post}/comments");
                    let new = json!({ "author": "eve", "body": "!" });
                    let mut written = (0..200).map(|_| forum.post_json(&path, &new).0);
                    let refused = written.find(|status| *status != 201);
                    assert!(matches!(refused, None | Some(409 | 410)), "{refused:?}");
                });
            }
            threads.spawn(|| assert_eq!(forum.delete(&format!("/posts/{post}")).0, 200));
        });
    }
    forum.sql(
        "DO $$ BEGIN ASSERT NOT EXISTS (
            SELECT FROM comments JOIN posts ON posts.id = post_id
            WHERE comments.deleted_at IS NULL AND posts.deleted_at IS NOT NULL
        ); END $$",
    );
}

#[test]
fn the_name_of_a_deleted_community_is_free_and_then_it_cannot_come_back() {
    let forum = Forum::new();
    let cooking = json!({ "name": "cooking" });
    assert_eq!(forum.post_json("/communities", &cooking).0, 409);
    forum.delete("/communities/1");
    let (status, made) = forum.post_json("/communities", &cooking);
    assert_eq!((status, &made["name"]), (201, &json!("cooking")));
    assert_eq!(forum.post("/communities/1/restore").0, 409);
    assert_eq!(list(&forum.get("/communities").1).count(), 2);
    assert_eq!(forum.get("/posts/1").0, 410);
}

#[test]
fn the_trash_is_emptied_of_what_is_old_some_batches_at_a_time() {
    let forum = Forum::new();
    assert_eq!(forum.get("/posts/3").0, 410); // for 40 days
    forum.delete("/comments/4");
    assert_eq!(forum.post("/trash/empty?days=41").1["rows"], rows(0, 0, 0));
    let (status, body) = forum.post("/trash/empty");
    assert_eq!((status, &body["rows"]), (200, &rows(0, 1, 1)));
    assert_eq!(body["finished"], true);
    assert_eq!(forum.get("/posts/3").0, 404);
    assert_eq!(forum.get("/comments/4").0, 410);

    forum.delete("/posts/1");
    forum.delete("/posts/2");
    let some = "/trash/empty?days=0&batch_size=1&max_batches=1";
    let (_, body) = forum.post(some);
    assert_eq!(body["finished"], false);
    assert_eq!(int(&body["rows"]["posts"]), 1);
    while forum.post(some).1["finished"] == false {}
    assert_eq!(forum.get("/posts/2").0, 404);
    assert_eq!(forum.get("/comments/5").0, 404);
}

#[cfg(feature = "doctor")]
#[test]
fn the_database_is_what_the_facts_say() {
    let mut forum = Forum::new();
    let doctor = soft_delete_check::doctor(schema::communities::table).with_data();
    let findings = forum.runtime.block_on(doctor.examine(&mut forum.conn));
    let findings = findings.unwrap_or_else(|error| panic!("{error}"));
    assert!(findings.is_empty(), "{findings}");
}

#[test]
fn the_command_line_is_well_formed() {
    Cli::command().debug_assert();
    let help = Cli::command().render_long_help().to_string();
    assert!(help.contains("curl -X DELETE $A/comments/1  "), "{help}");
}
