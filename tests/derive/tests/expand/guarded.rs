const _: () = {
    type __Marker = posts::deleted_at;
    pub enum __Stated {}
    #[automatically_derived]
    impl ::soft_delete_runtime::__private::TableFacts<
        ::soft_delete_runtime::__private::stated_once_in_the_crate_of_the_schema_by_soft_delete_table_or_a_model_others_need_shared_table,
    > for posts::table {
        type Marker = __Marker;
        type Touch = ();
        type Clear = ();
        type Operation = ();
        type Relations = ::soft_delete_runtime::types::Related<(), ()>;
        type Stated = __Stated;
        const KEY: &'static [::soft_delete_runtime::__private::ValueColumn] = ::soft_delete_runtime::__private::key_columns::<
            <Self as ::soft_delete_runtime::__private::diesel::Table>::PrimaryKey,
            _,
        >();
        const UNIT: ::soft_delete_runtime::Unit = ::soft_delete_runtime::Unit::Seconds;
    }
    #[automatically_derived]
    impl ::soft_delete_runtime::__private::TargetForm<__Stated> for posts::table {
        type Form = ::soft_delete_runtime::__private::Whole;
    }
    const _: () = ::soft_delete_runtime::__private::assert_no_key_is_written::<
        posts::table,
    >(
        "the primary key of `posts` has the marker or a column of `touch`, `clear` or `operation`, which operations write: name another column",
    );
};
#[automatically_derived]
#[allow(clippy::disallowed_methods)]
impl posts::table {
    #[doc(hidden)]
    #[deprecated = "it reaches deleted rows too: write `posts::table.active()`, `.only_deleted()` or `.with_deleted()` first"]
    pub fn filter<P>(
        self,
        __predicate: P,
    ) -> ::soft_delete_runtime::__private::diesel::dsl::Filter<Self, P>
    where
        Self: ::soft_delete_runtime::__private::diesel::query_dsl::methods::FilterDsl<P>,
    {
        ::soft_delete_runtime::__private::diesel::QueryDsl::filter(self, __predicate)
    }
    #[doc(hidden)]
    #[deprecated = "it reaches deleted rows too: write `posts::table.active()`, `.only_deleted()` or `.with_deleted()` first"]
    pub fn find<K>(
        self,
        __id: K,
    ) -> ::soft_delete_runtime::__private::diesel::dsl::Find<Self, K>
    where
        Self: ::soft_delete_runtime::__private::diesel::query_dsl::methods::FindDsl<K>,
    {
        ::soft_delete_runtime::__private::diesel::QueryDsl::find(self, __id)
    }
    #[doc(hidden)]
    #[deprecated = "it reaches deleted rows too: write `posts::table.active()`, `.only_deleted()` or `.with_deleted()` first"]
    pub fn select<S>(
        self,
        __selection: S,
    ) -> ::soft_delete_runtime::__private::diesel::dsl::Select<Self, S>
    where
        S: ::soft_delete_runtime::__private::diesel::Expression,
        Self: ::soft_delete_runtime::__private::diesel::query_dsl::methods::SelectDsl<S>,
    {
        ::soft_delete_runtime::__private::diesel::QueryDsl::select(self, __selection)
    }
    #[doc(hidden)]
    #[deprecated = "it reaches deleted rows too: write `posts::table.active()`, `.only_deleted()` or `.with_deleted()` first"]
    pub fn count(
        self,
    ) -> ::soft_delete_runtime::__private::diesel::dsl::Select<
        Self,
        ::soft_delete_runtime::__private::diesel::dsl::count_star,
    > {
        ::soft_delete_runtime::__private::diesel::QueryDsl::count(self)
    }
    #[doc(hidden)]
    #[deprecated = "it reaches deleted rows too: write `posts::table.active()`, `.only_deleted()` or `.with_deleted()` first"]
    pub fn order<E>(
        self,
        __expr: E,
    ) -> ::soft_delete_runtime::__private::diesel::dsl::Order<Self, E>
    where
        E: ::soft_delete_runtime::__private::diesel::Expression,
        Self: ::soft_delete_runtime::__private::diesel::query_dsl::methods::OrderDsl<E>,
    {
        ::soft_delete_runtime::__private::diesel::QueryDsl::order(self, __expr)
    }
    #[doc(hidden)]
    #[deprecated = "it reaches deleted rows too: write `posts::table.active()`, `.only_deleted()` or `.with_deleted()` first"]
    pub fn order_by<E>(
        self,
        __expr: E,
    ) -> ::soft_delete_runtime::__private::diesel::dsl::OrderBy<Self, E>
    where
        E: ::soft_delete_runtime::__private::diesel::Expression,
        Self: ::soft_delete_runtime::__private::diesel::query_dsl::methods::OrderDsl<E>,
    {
        ::soft_delete_runtime::__private::diesel::QueryDsl::order_by(self, __expr)
    }
    #[doc(hidden)]
    #[deprecated = "it reaches deleted rows too: write `posts::table.active()`, `.only_deleted()` or `.with_deleted()` first"]
    pub fn limit(
        self,
        __limit: ::core::primitive::i64,
    ) -> ::soft_delete_runtime::__private::diesel::dsl::Limit<Self> {
        ::soft_delete_runtime::__private::diesel::QueryDsl::limit(self, __limit)
    }
    #[doc(hidden)]
    #[deprecated = "it reaches deleted rows too: write `posts::table.active()`, `.only_deleted()` or `.with_deleted()` first"]
    pub fn inner_join<R>(
        self,
        __rhs: R,
    ) -> ::soft_delete_runtime::__private::diesel::dsl::InnerJoin<Self, R>
    where
        Self: ::soft_delete_runtime::__private::diesel::query_dsl::JoinWithImplicitOnClause<
            R,
            ::soft_delete_runtime::__private::diesel::internal::table_macro::Inner,
        >,
    {
        ::soft_delete_runtime::__private::diesel::QueryDsl::inner_join(self, __rhs)
    }
    #[doc(hidden)]
    #[deprecated = "it reaches deleted rows too: write `posts::table.active()`, `.only_deleted()` or `.with_deleted()` first"]
    pub fn left_join<R>(
        self,
        __rhs: R,
    ) -> ::soft_delete_runtime::__private::diesel::dsl::LeftJoin<Self, R>
    where
        Self: ::soft_delete_runtime::__private::diesel::query_dsl::JoinWithImplicitOnClause<
            R,
            ::soft_delete_runtime::__private::diesel::internal::table_macro::LeftOuter,
        >,
    {
        ::soft_delete_runtime::__private::diesel::QueryDsl::left_join(self, __rhs)
    }
    #[doc(hidden)]
    #[deprecated = "it reaches deleted rows too: write `posts::table.active()`, `.only_deleted()` or `.with_deleted()` first"]
    pub fn into_boxed<'a, DB>(
        self,
    ) -> ::soft_delete_runtime::__private::diesel::dsl::IntoBoxed<'a, Self, DB>
    where
        DB: ::soft_delete_runtime::__private::diesel::backend::Backend,
        Self: ::soft_delete_runtime::__private::diesel::query_dsl::methods::BoxedDsl<
            'a,
            DB,
        >,
    {
        ::soft_delete_runtime::__private::diesel::QueryDsl::into_boxed(self)
    }
    #[doc(hidden)]
    #[deprecated = "it reaches deleted rows too: write `posts::table.active()`, `.only_deleted()` or `.with_deleted()` first"]
    pub fn for_update(
        self,
    ) -> ::soft_delete_runtime::__private::diesel::dsl::ForUpdate<Self> {
        ::soft_delete_runtime::__private::diesel::QueryDsl::for_update(self)
    }
}
