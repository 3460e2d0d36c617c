const _: () = {
    type __Marker = posts::deleted_at;
    #[automatically_derived]
    impl ::soft_delete_runtime::__private::TableFacts<
        ::soft_delete_runtime::__private::stated_by_one_model_others_need_shared_table,
    > for posts::table {
        type Marker = __Marker;
        type Touch = (posts::updated_at, ());
        type Clear = ();
        type Operation = ();
        type Relations = ::soft_delete_runtime::Related<(), ()>;
        const UNIT: ::soft_delete_runtime::Unit = ::soft_delete_runtime::Unit::Seconds;
    }
};
