//! `use soft_delete_runtime::prelude::*;` beside `use diesel::prelude::*;`
//!
//! # A column with the name of a function
//!
//! A column called `is_deleted` or `is_active` is ambiguous (`E0659`) in a module that imports both
//! `users::dsl::*` and the prelude. Import the columns inside the function, as Diesel's guides do:
//! there they take precedence. Or import the column by its name in the module:
//! `use self::users::dsl::is_deleted;`. The predicate is then called by its path,
//! `soft_delete_runtime::dsl::is_deleted`.
//!
//! ```
//! use diesel::prelude::*;
//! use soft_delete_runtime::prelude::*;
//!
//! diesel::table! {
//!     users { id -> Integer, is_deleted -> Bool }
//! }
//! soft_delete_table! { users(is_deleted) }
//!
//! fn trash(conn: &mut SqliteConnection) -> QueryResult<Vec<i32>> {
//!     use self::users::dsl::*;
//!     use soft_delete_runtime::dsl as soft;
//!
//!     let by_column = users.with_deleted().filter(is_deleted).count().get_result::<i64>(conn)?;
//!     let by_predicate = users.with_deleted().filter(soft::is_deleted(users)).select(id).load(conn)?;
//!     # assert_eq!(by_column as usize, by_predicate.len());
//!     Ok(by_predicate)
//! }
//! # fn main() -> QueryResult<()> {
//! # let conn = &mut SqliteConnection::establish(":memory:").unwrap();
//! # diesel::sql_query("CREATE TABLE users (id INTEGER PRIMARY KEY, is_deleted BOOLEAN NOT NULL)").execute(conn)?;
//! # diesel::sql_query("INSERT INTO users VALUES (1, true), (2, false)").execute(conn)?;
//! # assert_eq!(trash(conn)?, [1]);
//! # Ok(())
//! # }
//! ```

#[cfg(feature = "derive")]
pub use crate::soft_delete_table;
// from `dsl`, where the types of these names are too: `#[auto_type]` looks for them
#[doc(no_inline)]
pub use crate::dsl::{
    hold_active, is_active, is_active_or_absent, is_deleted, marked_active, marked_deleted, purge,
    restore, soft_delete,
};
#[doc(no_inline)]
pub use crate::{JoinActiveDsl, RowState, ScopeDsl, SoftDeletable, purge_expired};
