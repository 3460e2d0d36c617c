//! The SQL is what a Diesel user writes by hand: byte for byte for what reads, up to parentheses for
//! what writes.

use crate::prelude::*;
use chrono::NaiveDateTime;
use diesel::debug_query;
use diesel::dsl::{exists, not, sql};
use diesel::query_builder::QueryFragment;
use diesel::sql_types::BigInt;
use soft_delete_runtime::prelude::*;
use soft_delete_runtime::{marked_active, marked_deleted};

use crate::backend::DB;
use crate::schema::*;

/// The SQL, and the binds.
fn text(query: &impl QueryFragment<DB>) -> String {
    debug_query::<DB, _>(query).to_string()
}

/// The SQL without its parentheses; the binds are compared by what the statements write.
fn words(query: &impl QueryFragment<DB>) -> String {
    let text = text(query);
    let (sql, _) = text.split_once(" -- binds: ").unwrap();
    sql.replace(['(', ')'], "")
}

fn number_of_binds(query: &impl QueryFragment<DB>) -> usize {
    let text = text(query);
    let (sql, _) = text.split_once(" -- binds: ").unwrap();
    sql.matches(['?', '$']).count()
}

macro_rules! same_text {
    ($($ours:expr => $by_hand:expr;)*) => {
        $( assert_eq!(text(&$ours), text(&$by_hand), stringify!($ours)); )*
    };
}

macro_rules! same_words {
    ($($ours:expr => $by_hand:expr;)*) => {
        $(
            assert_eq!(words(&$ours), words(&$by_hand), stringify!($ours));
            assert_eq!(number_of_binds(&$ours), number_of_binds(&$by_hand), stringify!($ours));
        )*
    };
}

fn zero() -> diesel::expression::SqlLiteral<BigInt> {
    sql("0")
}

#[test]
fn scopes_of_tables_are_filters_by_hand() {
    same_text! {
        users::table.active() => users::table.filter(users::deleted_at.is_null());
        users::table.only_deleted() => users::table.filter(users::deleted_at.is_not_null());
        comments::table.active() => comments::table.filter(not(comments::deleted));
        comments::table.only_deleted() => comments::table.filter(comments::deleted);
        memberships::table.active() => memberships::table.filter(memberships::deleted_at.eq(zero()));
        memberships::table.only_deleted() => memberships::table.filter(memberships::deleted_at.ne(zero()));
        users::table.filter(users::id.eq(1)).active() =>
            users::table.filter(users::id.eq(1)).filter(users::deleted_at.is_null());
        users::table.active().filter(users::id.eq(1)) =>
            users::table.filter(users::deleted_at.is_null()).filter(users::id.eq(1));
        users::table.filter(users::id.eq(1)).or_filter(users::id.eq(2)).active() =>
            users::table.filter(users::id.eq(1)).or_filter(users::id.eq(2)).filter(users::deleted_at.is_null());
        users::table.active().count() => users::table.filter(users::deleted_at.is_null()).count();
        users::table.active().select(users::name).order(users::id).limit(3) =>
            users::table.filter(users::deleted_at.is_null()).select(users::name).order(users::id).limit(3);
        users::table.into_boxed().active() => users::table.into_boxed().filter(users::deleted_at.is_null());
    }
}

#[test]
fn scopes_of_models_are_filters_by_hand() {
    same_text! {
        User::query() => users::table.filter(users::deleted_at.is_null()).select(User::as_select());
        User::with_deleted() => users::table.select(User::as_select());
        User::only_deleted() => users::table.filter(users::deleted_at.is_not_null()).select(User::as_select());
        Comment::query().find(1) =>
            comments::table.filter(not(comments::deleted)).select(Comment::as_select()).find(1);
    }
    let sean = User {
        id: 1,
        name: "Sean".into(),
        deleted_at: None,
    };
    let two = [sean.clone(), sean.clone()];
    same_text! {
        Post::belonging_to(&sean).active() => Post::belonging_to(&sean).filter(posts::deleted_at.is_null());
        Post::belonging_to(&two[..]).only_deleted() =>
            Post::belonging_to(&two[..]).filter(posts::deleted_at.is_not_null());
    }
}

#[test]
fn moment_scopes_are_comparisons_by_hand() {
    same_text! {
        posts::table.deleted_before(day(3)) => posts::table.filter(posts::deleted_at.lt(Some(day(3))));
        posts::table.deleted_since(day(3)) => posts::table.filter(posts::deleted_at.ge(Some(day(3))));
    }
    same_words! {
        memberships::table.deleted_before(day(3)) =>
            memberships::table.filter(memberships::deleted_at.ne(zero()).and(memberships::deleted_at.lt(1)));
        memberships::table.deleted_since(day(3)) =>
            memberships::table.filter(memberships::deleted_at.ne(zero()).and(memberships::deleted_at.ge(1)));
    }
}

#[test]
fn bare_predicates_are_predicates_by_hand() {
    same_text! {
        users::table.filter(not(is_active(users::table))) =>
            users::table.filter(not(users::deleted_at.is_null()));
        users::table.filter(is_deleted(users::table).or(users::id.eq(1))) =>
            users::table.filter(users::deleted_at.is_not_null().or(users::id.eq(1)));
        comments::table.filter(is_active(comments::table).or(comments::id.eq(1))) =>
            comments::table.filter(not(comments::deleted).or(comments::id.eq(1)));
        users::table.filter(exists(posts::table.filter(posts::user_id.eq(users::id)).filter(is_active(posts::table)))) =>
            users::table.filter(exists(posts::table.filter(posts::user_id.eq(users::id)).filter(posts::deleted_at.is_null())));
        users::table.select(is_active(users::table)) => users::table.select(users::deleted_at.is_null());
        diesel::update(users::table.active()).set(users::name.eq("x")) =>
            diesel::update(users::table.filter(users::deleted_at.is_null())).set(users::name.eq("x"));
        diesel::delete(users::table.only_deleted()) =>
            diesel::delete(users::table.filter(users::deleted_at.is_not_null()));
    }
    let author = diesel::alias!(users as author);
    same_text! {
        author.filter(is_active(author)).select(author.field(users::id)) =>
            author.filter(author.field(users::deleted_at).is_null()).select(author.field(users::id));
    }
}

#[test]
fn scoped_joins_are_joins_by_hand() {
    let on_post = || posts::user_id.eq(users::id);
    let on_comment = || comments::post_id.eq(posts::id);
    same_text! {
        users::table.left_join_active(posts::table).select(users::id) =>
            users::table.left_join(posts::table.on(on_post().and(posts::deleted_at.is_null()))).select(users::id);
        users::table.inner_join_active(posts::table).select(users::id) =>
            users::table.inner_join(posts::table.on(on_post().and(posts::deleted_at.is_null()))).select(users::id);
        posts::table.left_join_active(comments::table).select(posts::id) =>
            posts::table.left_join(comments::table.on(on_comment().and(not(comments::deleted)))).select(posts::id);
        users::table.left_join_active(posts::table.inner_join_active(comments::table)).select(users::id) =>
            users::table
                .left_join(
                    posts::table
                        .inner_join(comments::table.on(on_comment().and(not(comments::deleted))))
                        .on(on_post().and(posts::deleted_at.is_null())),
                )
                .select(users::id);
    }
}

#[test]
fn operations_are_updates_and_deletes_by_hand() {
    let now = || day(1);
    let no_moment = None::<NaiveDateTime>;
    let sean = User {
        id: 1,
        name: "Sean".into(),
        deleted_at: None,
    };
    macro_rules! by_hand {
        ($target:expr, $predicate:expr, $set:expr) => {
            diesel::update($target).filter($predicate).set($set)
        };
    }
    same_words! {
        soft_delete(users::table) =>
            by_hand!(users::table, users::deleted_at.is_null(), users::deleted_at.eq(now()));
        soft_delete(users::table.find(1)) =>
            by_hand!(users::table.find(1), users::deleted_at.is_null(), users::deleted_at.eq(now()));
        soft_delete(&sean) =>
            by_hand!(&sean, users::deleted_at.is_null(), users::deleted_at.eq(now()));
        sean.soft_delete() =>
            by_hand!(&sean, users::deleted_at.is_null(), users::deleted_at.eq(now()));
        User::soft_delete_by_id(1) =>
            by_hand!(users::table.find(1), users::deleted_at.is_null(), users::deleted_at.eq(now()));
        soft_delete(users::table.filter(users::id.eq(1)).or_filter(users::id.eq(2))) =>
            by_hand!(
                users::table.filter(users::id.eq(1)).or_filter(users::id.eq(2)),
                users::deleted_at.is_null(),
                users::deleted_at.eq(now())
            );
        soft_delete(Post::belonging_to(&sean)) =>
            by_hand!(
                Post::belonging_to(&sean),
                posts::deleted_at.is_null(),
                (posts::deleted_at.eq(now()), posts::updated_at.eq(now()))
            );
        soft_delete(comments::table.find(1)) =>
            by_hand!(comments::table.find(1), not(comments::deleted), comments::deleted.eq(true));
        soft_delete(memberships::table.find((1, 2))) =>
            by_hand!(
                memberships::table.find((1, 2)),
                memberships::deleted_at.eq(zero()),
                memberships::deleted_at.eq(1)
            );
        soft_delete(users::table.find(1)).with(users::name.eq("x")) =>
            by_hand!(
                users::table.find(1),
                users::deleted_at.is_null(),
                (users::name.eq("x"), users::deleted_at.eq(now()))
            );
        restore(users::table.find(1)) =>
            by_hand!(users::table.find(1), users::deleted_at.is_not_null(), users::deleted_at.eq(no_moment));
        restore(&sean) =>
            by_hand!(&sean, users::deleted_at.is_not_null(), users::deleted_at.eq(no_moment));
        restore(comments::table) =>
            by_hand!(comments::table, comments::deleted, comments::deleted.eq(false));
        restore(memberships::table) =>
            by_hand!(memberships::table, memberships::deleted_at.ne(zero()), memberships::deleted_at.eq(0));
        restore(posts::table.find(1)) =>
            by_hand!(
                posts::table.find(1),
                posts::deleted_at.is_not_null(),
                (
                    posts::deleted_at.eq(no_moment),
                    posts::updated_at.eq(now()),
                    posts::deleted_by.eq(None::<i32>),
                    posts::delete_reason.eq(None::<String>),
                )
            );
        purge(users::table) => diesel::delete(users::table.filter(users::deleted_at.is_not_null()));
        purge(users::table.find(1)) =>
            diesel::delete(users::table.find(1)).filter(users::deleted_at.is_not_null());
        purge(&sean) => diesel::delete(&sean).filter(users::deleted_at.is_not_null());
        User::purge_by_id(1) =>
            diesel::delete(users::table.find(1)).filter(users::deleted_at.is_not_null());
        purge(memberships::table.find((1, 2))) =>
            diesel::delete(memberships::table.find((1, 2))).filter(memberships::deleted_at.ne(zero()));
    }
}

#[test]
fn assignments_are_assignments_by_hand() {
    same_words! {
        diesel::update(users::table.find(1)).set(marked_deleted(users::table)) =>
            diesel::update(users::table.find(1)).set(users::deleted_at.eq(day(1)));
        diesel::update(posts::table.find(1)).set((posts::title.eq("x"), marked_deleted(posts::table))) =>
            diesel::update(posts::table.find(1))
                .set((posts::title.eq("x"), posts::deleted_at.eq(day(1)), posts::updated_at.eq(day(1))));
        diesel::update(posts::table.find(1)).set((marked_active(posts::table), posts::title.eq("x"))) =>
            diesel::update(posts::table.find(1)).set((
                posts::deleted_at.eq(None::<NaiveDateTime>),
                posts::updated_at.eq(day(1)),
                posts::deleted_by.eq(None::<i32>),
                posts::delete_reason.eq(None::<String>),
                posts::title.eq("x"),
            ));
    }
}

#[cfg(any(backend = "sqlite", backend = "postgres"))]
#[test]
fn operations_that_return_rows_are_those_by_hand() {
    // on SQLite, Diesel writes the columns in `RETURNING` without their table; ours have it
    let words = |query: &dyn Fn() -> String| {
        let words = query();
        let (statement, returning) = words.split_once(" RETURNING ").unwrap();
        if cfg!(backend = "sqlite") {
            format!(
                "{statement} RETURNING {}",
                returning.replace("`users`.", "")
            )
        } else {
            words
        }
    };
    macro_rules! same_words {
        ($($ours:expr => $by_hand:expr;)*) => {
            $(
                let ours = words(&|| self::words(&$ours));
                let by_hand = words(&|| self::words(&$by_hand));
                assert_eq!(ours, by_hand, stringify!($ours));
            )*
        };
    }
    same_words! {
        soft_delete(users::table.find(1)).returning(users::name) =>
            diesel::update(users::table.find(1))
                .filter(users::deleted_at.is_null())
                .set(users::deleted_at.eq(day(1)))
                .returning(users::name);
        restore(users::table.find(1)).returning(User::as_returning()) =>
            diesel::update(users::table.find(1))
                .filter(users::deleted_at.is_not_null())
                .set(users::deleted_at.eq(None::<NaiveDateTime>))
                .returning(User::as_returning());
        purge(users::table.find(1)).returning((users::id, users::name)) =>
            diesel::delete(users::table.find(1))
                .filter(users::deleted_at.is_not_null())
                .returning((users::id, users::name));
    }
}

#[cfg(backend = "postgres")]
#[test]
fn upserts_are_those_by_hand() {
    use diesel::upsert::DecoratableTarget;

    same_words! {
        diesel::insert_into(users::table)
            .values((users::id.eq(1), users::name.eq("x")))
            .on_conflict(users::name)
            .filter_target(is_active(users::table))
            .do_update()
            .set(marked_active(users::table)) =>
        diesel::insert_into(users::table)
            .values((users::id.eq(1), users::name.eq("x")))
            .on_conflict(users::name)
            .filter_target(users::deleted_at.is_null())
            .do_update()
            .set(users::deleted_at.eq(None::<NaiveDateTime>));
    }
}

#[test]
fn no_scope_binds_a_parameter() {
    macro_rules! binds_nothing {
        ($($table:ident)*) => {
            $(
                assert_eq!(number_of_binds(&$table::table.active()), 0);
                assert_eq!(number_of_binds(&$table::table.only_deleted()), 0);
            )*
        };
    }
    binds_nothing!(users posts comments memberships);
}

#[test]
fn the_marker_is_qualified_by_its_table() {
    let quote = if cfg!(backend = "postgres") { '"' } else { '`' };
    let column =
        |table: &str, column: &str| format!("{quote}{table}{quote}.{quote}{column}{quote}");
    let is_null = format!("({} IS NULL)", column("users", "deleted_at"));
    assert!(text(&users::table.active()).contains(&is_null));
    assert!(text(&soft_delete(users::table)).contains(&is_null));
    assert!(
        text(&comments::table.active())
            .contains(&format!(" NOT ({})", column("comments", "deleted")))
    );
    assert!(
        text(&memberships::table.active())
            .contains(&format!("({} = 0)", column("memberships", "deleted_at")))
    );
    let author = diesel::alias!(users as author);
    let query = author
        .filter(is_active(author))
        .select(author.field(users::id));
    assert!(text(&query).contains(&format!("({} IS NULL)", column("author", "deleted_at"))));
}
