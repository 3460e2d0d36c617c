//! The methods of a `guarded` table.
//!
//! An inherent method takes precedence over one of a trait, so `users::table.filter(..)` calls the one
//! that is generated here: it does the same as Diesel's, and is deprecated. Code that is generic over
//! the table calls the trait's.

use proc_macro2::TokenStream;
use quote::quote;

use crate::errors;
use crate::model::{Facts, name_of};

/// One for each method of Diesel's that commonly starts a query.
///
/// They are outside of the `const` of the facts, because the compiler prints the path of a method.
/// Their parameters have names that no column has: where the columns are in scope, a parameter with
/// the name of one would be a pattern.
pub(crate) fn methods(facts: &Facts) -> Option<TokenStream> {
    let Facts { runtime, table, .. } = facts;
    if !facts.guarded {
        return None;
    }
    let note = errors::guarded(&name_of(Some(table)));
    let deprecated = quote!(#[doc(hidden)] #[deprecated = #note]);
    let diesel = quote!(#runtime::__private::diesel);
    let dsl = quote!(#diesel::dsl);
    let methods = quote!(#diesel::query_dsl::methods);
    let join = quote!(#diesel::query_dsl::JoinWithImplicitOnClause);
    let kind = quote!(#diesel::internal::table_macro);
    Some(quote! {
        #[automatically_derived]
        #[allow(clippy::disallowed_methods)] // the user's `clippy.toml` is about the user's code
        impl #table::table {
            #deprecated
            pub fn filter<P>(self, __predicate: P) -> #dsl::Filter<Self, P>
            where
                Self: #methods::FilterDsl<P>,
            {
                #diesel::QueryDsl::filter(self, __predicate)
            }
            #deprecated
            pub fn find<K>(self, __id: K) -> #dsl::Find<Self, K>
            where
                Self: #methods::FindDsl<K>,
            {
                #diesel::QueryDsl::find(self, __id)
            }
            #deprecated
            pub fn select<S>(self, __selection: S) -> #dsl::Select<Self, S>
            where
                S: #diesel::Expression,
                Self: #methods::SelectDsl<S>,
            {
                #diesel::QueryDsl::select(self, __selection)
            }
            #deprecated
            pub fn count(self) -> #dsl::Select<Self, #dsl::count_star> {
                #diesel::QueryDsl::count(self)
            }
            #deprecated
            pub fn order<E>(self, __expr: E) -> #dsl::Order<Self, E>
            where
                E: #diesel::Expression,
                Self: #methods::OrderDsl<E>,
            {
                #diesel::QueryDsl::order(self, __expr)
            }
            #deprecated
            pub fn order_by<E>(self, __expr: E) -> #dsl::OrderBy<Self, E>
            where
                E: #diesel::Expression,
                Self: #methods::OrderDsl<E>,
            {
                #diesel::QueryDsl::order_by(self, __expr)
            }
            #deprecated
            pub fn limit(self, __limit: ::core::primitive::i64) -> #dsl::Limit<Self> {
                #diesel::QueryDsl::limit(self, __limit)
            }
            #deprecated
            pub fn inner_join<R>(self, __rhs: R) -> #dsl::InnerJoin<Self, R>
            where
                Self: #join<R, #kind::Inner>,
            {
                #diesel::QueryDsl::inner_join(self, __rhs)
            }
            #deprecated
            pub fn left_join<R>(self, __rhs: R) -> #dsl::LeftJoin<Self, R>
            where
                Self: #join<R, #kind::LeftOuter>,
            {
                #diesel::QueryDsl::left_join(self, __rhs)
            }
            #deprecated
            pub fn into_boxed<'a, DB>(self) -> #dsl::IntoBoxed<'a, Self, DB>
            where
                DB: #diesel::backend::Backend,
                Self: #methods::BoxedDsl<'a, DB>,
            {
                #diesel::QueryDsl::into_boxed(self)
            }
            #deprecated
            pub fn for_update(self) -> #dsl::ForUpdate<Self> {
                #diesel::QueryDsl::for_update(self)
            }
        }
    })
}
