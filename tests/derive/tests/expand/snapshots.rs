//! The code that the macros make, formatted. The snapshots are in the macros' docs.
//!
//! `UPDATE_EXPECT=1 cargo test -p soft-delete-derive-tests --test expand` writes them again.

use expect_test::{ExpectFile, expect_file};
use proc_macro2::TokenStream;
use quote::quote;

fn formatted(code: syn::Result<TokenStream>) -> String {
    let file = syn::parse2(code.expect("an item")).expect("code");
    prettyplease::unparse(&file)
}

fn check(code: syn::Result<TokenStream>, expected: &ExpectFile) {
    expected.assert_eq(&formatted(code));
}

fn plain() -> syn::Result<TokenStream> {
    crate::derive(quote! {
        struct User {
            id: i32,
            name: String,
            deleted_at: Option<chrono::NaiveDateTime>,
        }
    })
}

#[test]
fn a_plain_model_expands_to_what_the_docs_show() {
    check(
        plain(),
        &expect_file!["../../../../soft-delete-derive/src/expansion/model.rs"],
    );
}

#[test]
fn a_plain_model_expands_to_code_that_one_can_read() {
    let lines = formatted(plain()).lines().count();
    assert!(lines <= 72, "{lines} lines");
}

#[test]
fn a_model_with_all_keys() {
    check(
        crate::derive(quote! {
            #[diesel(check_for_backend(diesel::sqlite::Sqlite), table_name = crate::schema::posts)]
            #[soft_delete(column = removed, touch = updated, unit = millis)]
            #[soft_delete(clear(removed_by, reason), crate = ::trash)]
            struct Post<'a, T: Clone = String>
            where
                T: 'a,
            {
                id: i32,
                #[diesel(column_name = removed)]
                gone: i64,
                by: &'a T,
            }
        }),
        &expect_file!["all_keys.rs"],
    );
}

#[test]
fn a_second_model_of_a_table() {
    check(
        crate::derive(quote! {
            #[diesel(table_name = users)]
            #[soft_delete(shared_table)]
            struct UserName {
                name: String,
            }
        }),
        &expect_file!["shared_table.rs"],
    );
}

#[test]
fn a_model_with_a_query_of_its_own() {
    check(
        crate::derive(quote! {
            #[soft_delete(no_default_scope)]
            struct User(#[diesel(column_name = deleted_at)] Option<NaiveDateTime>);
        }),
        &expect_file!["no_default_scope.rs"],
    );
}

#[test]
fn a_table_without_a_model_expands_to_what_the_docs_show() {
    check(
        crate::tables(quote!(posts(deleted_at, touch = updated_at))),
        &expect_file!["../../../../soft-delete-derive/src/expansion/table.rs"],
    );
}

#[test]
fn a_guarded_table() {
    check(
        crate::tables(quote!(posts(deleted_at, guarded))),
        &expect_file!["guarded.rs"],
    );
}

#[test]
fn a_mistake_keeps_the_code_beside_its_error() {
    check(
        crate::derive(quote! {
            #[soft_delete(colunm = deleted_at)]
            struct User {
                id: i32,
            }
        }),
        &expect_file!["mistake.rs"],
    );
}
