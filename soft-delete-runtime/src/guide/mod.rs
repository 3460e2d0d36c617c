//! Chapters on what needs more than a page of reference, by what you want to do.
//!
//! | you want to | chapter |
//! | --- | --- |
//! | choose features and connections: blocking, asynchronous, several databases | [running] |
//! | write the migration: the column, unique keys, indexes | [migrations], [indexes] |
//! | adopt a table that was deleted by hand before | [migrations](migrations#adopting-a-table-that-was-deleted-by-hand) |
//! | have children go along with a row, and come back with it | [trees], their [statements] |
//! | show a trash, undo an operation, restore under a new name, join many to many, archive, erase | [recipes] |
//! | empty the trash | [retention] |
//! | join tables, keep the schema in a crate of its own, add a second flag | [schemas] |
//! | test what you wrote | [testing] |
//! | find queries that forget deleted rows | [leaks], [guarded] |
//! | understand a message of the compiler, the library or the database | [errors] |
//! | know what is locked and what to try again, on each engine | [engines] |

#[doc = include_str!("migrations.md")]
pub mod migrations {}

#[doc = include_str!("testing.md")]
pub mod testing {}

#[doc = include_str!("recipes.md")]
pub mod recipes {}

#[doc = include_str!("errors.md")]
pub mod errors {}

#[doc = include_str!("guarded.md")]
pub mod guarded {}

#[doc = include_str!("trees.md")]
pub mod trees {}

/// Statements: what operations on trees execute, from the first to the last.
///
/// The files are made, and compared at each test, from what
/// [`statements`](crate::types::TreeSoftDelete::statements) prints. A list of keys is shown as one placeholder.
/// `BEGIN` and `COMMIT` are left out.
///
/// # Three tables below each other
///
/// `users` have `posts`, and these have `comments`, with `cascade`; `orders` of a user `restrict`.
///
/// On SQLite:
///
/// ```sql
#[doc = include_str!("sql/chain.sqlite.sql")]
/// ```
///
/// On PostgreSQL:
///
/// ```sql
#[doc = include_str!("sql/chain.postgres.sql")]
/// ```
///
/// On MySQL and MariaDB:
///
/// ```sql
#[doc = include_str!("sql/chain.mysql.sql")]
/// ```
///
/// # A table with two parents
///
/// On PostgreSQL:
///
/// ```sql
#[doc = include_str!("sql/diamond.postgres.sql")]
/// ```
///
/// # A table that refers to itself
///
/// On PostgreSQL:
///
/// ```sql
#[doc = include_str!("sql/folders.postgres.sql")]
/// ```
pub mod statements {}

#[doc = include_str!("retention.md")]
pub mod retention {}

#[doc = include_str!("indexes.md")]
pub mod indexes {}

#[doc = include_str!("schemas.md")]
pub mod schemas {}

#[doc = include_str!("running.md")]
/// # Blocking
///
/// ```toml
/// soft-delete-runtime = { version = "0.1", features = ["sqlite"] }
/// diesel = { version = "2.3", features = ["sqlite", "r2d2", "chrono"] }
/// chrono = "0.4"
/// ```
///
/// ```
#[doc = include_str!("running/blocking.rs")]
/// ```
///
/// # Asynchronous
///
/// ```toml
/// soft-delete-runtime = { version = "0.1", features = ["postgres", "async"] }
/// diesel = { version = "2.3", features = ["chrono"] }
/// diesel-async = { version = "0.9", features = ["postgres", "bb8"] }
/// tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
/// chrono = "0.4"
/// ```
///
/// ```ignore
#[doc = include_str!("running/asynchronous.rs")]
/// ```
///
/// # Several databases
///
/// ```toml
/// soft-delete-runtime = { version = "0.1", features = ["sqlite", "postgres", "mysql"] }
/// diesel = { version = "2.3", features = ["sqlite", "postgres", "mysql", "chrono"] }
/// chrono = "0.4"
/// ```
///
/// ```ignore
#[doc = include_str!("running/multi.rs")]
/// ```
pub mod running {}

#[doc = include_str!("engines.md")]
pub mod engines {}

#[doc = include_str!("leaks.md")]
pub mod leaks {}
