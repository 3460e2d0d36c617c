//! `table.with_deleted()`: all rows, said on purpose.
//!
//! Under `--features check` the same tests run with the trace that `soft-delete-check` reads.

use crate::prelude::*;
use diesel::dsl::exists;
use soft_delete_runtime::dsl as soft;
use soft_delete_runtime::prelude::*;

use crate::backend::DB;
use crate::guarded::without_triggers;
use crate::schema::*;

#[test]
fn all_rows_are_read_from_a_table_an_alias_and_a_query_on_one() {
    let conn = &mut blog();
    let reader = diesel::alias!(users as reader);
    let ids = |found: QueryResult<Vec<i32>>| found.unwrap();
    let table = users::table.with_deleted();
    assert_eq!(
        ids(table.select(users::id).order(users::id).load(conn)),
        [1, 2, 3]
    );
    let alias = reader.with_deleted().order(reader.field(users::id));
    assert_eq!(
        ids(alias.select(reader.field(users::id)).load(conn)),
        [1, 2, 3]
    );
    let query = users::table.filter(users::id.gt(1)).with_deleted();
    assert_eq!(
        ids(query.select(users::id).order(users::id).load(conn)),
        [2, 3]
    );
    let aliased = reader.filter(reader.field(users::id).gt(1)).with_deleted();
    assert_eq!(aliased.count().get_result(conn), Ok(2_i64));
    let boxed = users::table
        .filter(users::id.gt(1))
        .into_boxed::<DB>()
        .with_deleted();
    assert_eq!(
        ids(boxed.select(users::id).order(users::id).load(conn)),
        [2, 3]
    );
    let boxed = reader.into_boxed::<DB>().with_deleted();
    assert_eq!(boxed.count().get_result(conn), Ok(3_i64));
    let flags = comments::table.with_deleted().count();
    assert_eq!(flags.get_result(conn), Ok(3_i64));
}

#[test]
fn a_query_with_deleted_rows_goes_on_as_any_query() {
    let conn = &mut blog();
    let tess = users::table.with_deleted().find(2).select(users::name);
    assert_eq!(tess.get_result(conn), Ok("Tess".to_string()));
    let titles = users::table
        .with_deleted()
        .inner_join_active(posts::table)
        .filter(users::id.eq(2))
        .select(posts::title)
        .load::<String>(conn);
    assert_eq!(titles.unwrap(), ["Farewell"]);
    let posts_of = posts::table
        .with_deleted()
        .filter(posts::user_id.eq(users::id));
    let with_posts = users::table.with_deleted().filter(exists(posts_of));
    assert_eq!(with_posts.count().get_result(conn), Ok(2_i64));
    let either = users::table
        .with_deleted()
        .filter(users::id.eq(1))
        .or_filter(users::id.eq(2));
    assert_eq!(either.count().get_result(conn), Ok(2_i64));
}

#[test]
fn a_target_with_deleted_rows_is_updated_deleted_and_restored() {
    let conn = &mut blog();
    let tess = || users::table.with_deleted().find(2);
    let renamed = diesel::update(tess()).set(users::name.eq("Theresa"));
    let renamed = without_triggers(conn, |conn| renamed.execute(conn));
    assert_eq!(renamed, Ok(1));
    assert_eq!(soft_delete(tess()).execute(conn), Ok(0));
    assert_eq!(restore(tess()).execute(conn), Ok(1));
    assert_eq!(soft_delete(tess()).execute(conn), Ok(1));
    assert_eq!(purge(tess()).execute(conn), Ok(1));
    let all = diesel::delete(users::table.with_deleted());
    let removed = without_triggers(conn, |conn| all.execute(conn));
    assert_eq!(removed, Ok(2));
}

#[test]
fn the_type_has_a_name() {
    fn everyone() -> soft::WithDeleted<users::table> {
        users::table.with_deleted()
    }
    let conn = &mut blog();
    assert_eq!(everyone().count().get_result(conn), Ok(3_i64));
}

#[cfg(not(backend = "multi"))]
mod text {
    use diesel::debug_query;
    use diesel::query_builder::QueryFragment;

    use super::*;

    fn text(query: &impl QueryFragment<DB>) -> String {
        debug_query::<DB, _>(query).to_string()
    }

    #[cfg(not(feature = "check"))]
    #[test]
    fn the_query_is_as_it_is_without() {
        let reader = diesel::alias!(users as reader);
        assert_eq!(
            text(&users::table.with_deleted()),
            text(&users::table.select(users::all_columns))
        );
        assert_eq!(text(&reader.with_deleted().count()), text(&reader.count()));
        assert_eq!(
            text(&users::table.filter(users::id.eq(1)).with_deleted()),
            text(&users::table.filter(users::id.eq(1)))
        );
        assert_eq!(
            text(&diesel::delete(users::table.with_deleted().find(1))),
            text(&diesel::delete(users::table.find(1)))
        );
    }

    #[cfg(feature = "check")]
    #[test]
    fn the_query_has_a_filter_that_is_always_true_and_names_the_marker() {
        let quoted = |name: &str| match crate::backend::engine() {
            crate::backend::Engine::Postgres => format!("\"{name}\""),
            _ => format!("`{name}`"),
        };
        let trace = |table: &str, marker: &str| {
            format!(
                " WHERE (1=1 OR {}.{} IS NULL)",
                quoted(table),
                quoted(marker)
            )
        };
        let reader = diesel::alias!(users as reader);
        for (query, trace) in [
            (
                text(&users::table.with_deleted()),
                trace("users", "deleted_at"),
            ),
            (text(&User::with_deleted()), trace("users", "deleted_at")),
            (text(&reader.with_deleted()), trace("reader", "deleted_at")),
            (
                text(&comments::table.with_deleted()),
                trace("comments", "deleted"),
            ),
            (
                text(&users::table.into_boxed::<DB>().with_deleted()),
                trace("users", "deleted_at"),
            ),
        ] {
            assert!(query.contains(&trace), "{query}");
        }
    }
}
