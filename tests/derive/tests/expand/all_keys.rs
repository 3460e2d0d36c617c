const _: () = {
    use ::trash::__private::NotNamed as _;
    type __Marker = crate::schema::posts::removed;
    pub enum __Stated {}
    #[automatically_derived]
    impl ::trash::__private::TableFacts<
        ::trash::__private::stated_once_in_the_crate_of_the_schema_by_soft_delete_table_or_a_model_others_need_shared_table,
    > for crate::schema::posts::table {
        type Marker = __Marker;
        type Touch = (crate::schema::posts::updated, ());
        type Clear = (
            crate::schema::posts::removed_by,
            (crate::schema::posts::reason, ()),
        );
        type Operation = ();
        type Relations = ::trash::types::Related<
            (),
            (
                ::trash::__private::Parent<
                    crate::schema::posts::id,
                    { ::trash::__private::Probe::<crate::schema::posts::id>::NAMED },
                >,
                (
                    ::trash::__private::Parent<
                        crate::schema::posts::by,
                        { ::trash::__private::Probe::<crate::schema::posts::by>::NAMED },
                    >,
                    (),
                ),
            ),
        >;
        type Stated = __Stated;
        const KEY: &'static [::trash::__private::ValueColumn] = ::trash::__private::key_columns::<
            <Self as ::trash::__private::diesel::Table>::PrimaryKey,
            _,
        >();
        const UNIT: ::trash::Unit = ::trash::__private::unit_of::<
            Self::Marker,
        >(::trash::Unit::Millis);
    }
    #[automatically_derived]
    impl ::trash::__private::TargetForm<__Stated> for crate::schema::posts::table {
        type Form = ::trash::__private::Whole;
    }
    const _: () = ::trash::__private::assert_no_key_is_written::<
        crate::schema::posts::table,
    >(
        "the primary key of `posts` has the marker or a column of `touch`, `clear` or `operation`, which operations write: name another column",
    );
    #[automatically_derived]
    impl<'a, T: Clone> ::trash::SoftDeletable for Post<'a, T>
    where
        T: 'a,
    {
        type Table = crate::schema::posts::table;
    }
    #[automatically_derived]
    impl<'a, T: Clone> ::trash::types::MarkerField for Post<'a, T>
    where
        T: 'a,
    {
        type Field = i64;
        fn marker_field(&self) -> &Self::Field {
            &self.gone
        }
    }
    impl<
        'a,
        T: Clone,
        __DB: ::trash::__private::diesel::backend::Backend,
    > ::trash::__private::ScopedModel<__DB> for Post<'a, T>
    where
        T: 'a,
    {}
    #[automatically_derived]
    impl<
        'a,
        T: Clone,
        __DB: ::trash::__private::diesel::backend::Backend,
    > ::trash::__private::diesel::HasQuery<__DB> for Post<'a, T>
    where
        T: 'a,
    {
        type BaseQuery = ::trash::__private::DefaultScope<
            crate::schema::posts::table,
            __Marker,
        >;
        fn base_query() -> Self::BaseQuery {
            ::trash::__private::default_scope::<crate::schema::posts::table, __Marker>()
        }
    }
};
