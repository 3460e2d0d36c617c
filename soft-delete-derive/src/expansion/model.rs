const _: () = {
    use ::soft_delete_runtime::__private::NotNamed as _;
    type __Marker = users::deleted_at;
    pub enum __Stated {}
    #[automatically_derived]
    impl ::soft_delete_runtime::__private::TableFacts<
        ::soft_delete_runtime::__private::stated_once_in_the_crate_of_the_schema_by_soft_delete_table_or_a_model_others_need_shared_table,
    > for users::table {
        type Marker = __Marker;
        type Touch = ();
        type Clear = ();
        type Operation = ();
        type Relations = ::soft_delete_runtime::types::Related<
            (),
            (
                ::soft_delete_runtime::__private::Parent<
                    users::id,
                    { ::soft_delete_runtime::__private::Probe::<users::id>::NAMED },
                >,
                (
                    ::soft_delete_runtime::__private::Parent<
                        users::name,
                        { ::soft_delete_runtime::__private::Probe::<users::name>::NAMED },
                    >,
                    (),
                ),
            ),
        >;
        type Stated = __Stated;
        const KEY: &'static [::soft_delete_runtime::__private::ValueColumn] = ::soft_delete_runtime::__private::key_columns::<
            <Self as ::soft_delete_runtime::__private::diesel::Table>::PrimaryKey,
            _,
        >();
        const UNIT: ::soft_delete_runtime::Unit = ::soft_delete_runtime::Unit::Seconds;
    }
    #[automatically_derived]
    impl ::soft_delete_runtime::__private::TargetForm<__Stated> for users::table {
        type Form = ::soft_delete_runtime::__private::Whole;
    }
    const _: () = ::soft_delete_runtime::__private::assert_no_key_is_written::<
        users::table,
    >(
        "the primary key of `users` has the marker or a column of `touch`, `clear` or `operation`, which operations write: name another column",
    );
    #[automatically_derived]
    impl ::soft_delete_runtime::SoftDeletable for User {
        type Table = users::table;
    }
    #[automatically_derived]
    impl ::soft_delete_runtime::types::MarkerField for User {
        type Field = Option<chrono::NaiveDateTime>;
        fn marker_field(&self) -> &Self::Field {
            &self.deleted_at
        }
    }
    impl<
        __DB: ::soft_delete_runtime::__private::diesel::backend::Backend,
    > ::soft_delete_runtime::__private::ScopedModel<__DB> for User {}
    #[automatically_derived]
    impl<
        __DB: ::soft_delete_runtime::__private::diesel::backend::Backend,
    > ::soft_delete_runtime::__private::diesel::HasQuery<__DB> for User {
        type BaseQuery = ::soft_delete_runtime::__private::DefaultScope<
            users::table,
            __Marker,
        >;
        fn base_query() -> Self::BaseQuery {
            ::soft_delete_runtime::__private::default_scope::<users::table, __Marker>()
        }
    }
};
