const _: () = {
    type __Marker = posts::deleted_at;
    pub enum __Stated {}
    #[automatically_derived]
    impl ::soft_delete_runtime::__private::TableFacts<
        ::soft_delete_runtime::__private::stated_once_in_the_crate_of_the_schema_by_soft_delete_table_or_a_model_others_need_shared_table,
    > for posts::table {
        type Marker = __Marker;
        type Touch = (posts::updated_at, ());
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
