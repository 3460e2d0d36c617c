//! What tests use beside [`soft-delete-runtime`](https://docs.rs/soft-delete-runtime): it is a
//! dev-dependency.
//!
//! ```toml
//! [dev-dependencies]
//! soft-delete-check = "0.1"
//! ```
//!
//! # The leak guard
//!
//! A [`LeakGuard`] reads the SQL that the tests of a program execute, raw SQL among it, and reports
//! each statement that forgets that rows may be deleted:
//!
//! ```
//! # include!("doctest_setup.rs");
//! use soft_delete_check::{LeakGuard, LeakKind};
//!
//! # fn main() -> QueryResult<()> {
//! # let conn = &mut connection();
//! let guard = LeakGuard::watching((users::table, posts::table)).collects();
//! conn.set_instrumentation(guard.clone());
//!
//! users::table
//!     .inner_join(posts::table)                          // forgets `.inner_join_active(..)`
//!     .filter(is_active(users::table))
//!     .select(posts::title)
//!     .load::<String>(conn)?;
//!
//! let leaks = guard.leaks();
//! assert_eq!((leaks[0].kind, leaks[0].table.as_str()), (LeakKind::Read, "posts"));
//! println!("{}", leaks[0]);
//! # Ok(())
//! # }
//! ```
//!
//! ```text
//! reads deleted rows of `posts`
//!   statement  SELECT `posts`.`title` FROM (`users` INNER JOIN `posts` ON (`posts`.`user_id` = `users`.`id`)) WHERE (`users`.`deleted_at` IS NULL)
//!   called by  app::list::titles (src/list.rs:12)
//!   in thread  tests::lists_titles
//!   instead    say which rows are meant: `.inner_join_active(posts::table)`, `.left_join_active(posts::table)` or `.filter(is_active(posts::table))`; in SQL `posts.deleted_at IS NULL` in `ON` or `WHERE`
//! ```
//!
//! ## What is a leak
//!
//! Each `SELECT` of a statement is judged by itself, and in it each table: sub-selects, sides of
//! joins, the parts of `WITH` and `UNION`. Would its `WHERE`, and each `ON` that can leave its rows
//! out, let an active row pass and a deleted one too? Then it is a leak, unless what it compares the
//! marker with is a value: `deleted_at > $1` was written by somebody who thought of deleted rows.
//! So a condition counts wherever SQL lets it count, and `.or_filter(..)`, which opens a scope again,
//! is seen. [`LeakKind`] has what is reported beside reads: updates and upserts that reach deleted
//! rows, hard deletes, queries that never find anything, and what could not be parsed.
//!
//! ## What says that it is meant
//!
//! - `users::table.with_deleted()`, and `User::with_deleted()`. This crate turns on the feature
//!   `check` of `soft-delete-runtime`, under which they write a filter that is always true,
//!   `(1=1 OR "users"."deleted_at" IS NULL)`. Raw SQL can say the same.
//! - The operations of the library. Those on trees and the retention begin their statements with
//!   the comment `/* soft-delete */` under that feature, but for the one that reads the target: a leak
//!   in its filter is yours.
//! - An [`Allow`] entry, for the rest: a join that has deleted rows too, SQL that is not yours.
//!
//! A program that is built without this crate has neither the filter nor the comment: `cargo build`
//! does not turn on what dev-dependencies ask for.
//!
//! ## What it cannot see
//!
//! - **What no test executes.** `guarded` (in `soft-delete-runtime`) sees a part of that.
//! - **Views, functions and triggers**: what they read is not in the statement. A `CREATE VIEW` that
//!   leaks is reported where it is executed itself, in a migration for instance.
//! - **`ON DUPLICATE KEY UPDATE`**: which unique key it meets is not in the statement, so it counts
//!   as right.
//! - **That a filter by key has active rows alone**: `id IN (SELECT id FROM users WHERE deleted_at IS
//!   NULL)` is a leak of the outer table. Give it the scope too, it costs nothing.
//! - **Connections without instrumentation**: of other libraries, or whose default was set after they
//!   were established.
//!
//! The SQL of SQLite, PostgreSQL, MySQL and MariaDB is parsed, executable comments (`/*! .. */`)
//! among it. What cannot be parsed is reported if it names a watched table, otherwise counted
//! ([`LeakGuard::not_parsed`]). Each text is parsed once; one that has no leak costs a look into a map
//! from then on.

mod leak;

pub use self::leak::{Allow, And, CallSite, Leak, LeakGuard, LeakKind, Watching};
