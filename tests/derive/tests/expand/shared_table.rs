const _: () = {
    #[automatically_derived]
    impl ::soft_delete_runtime::__private::SharedModel<users::table> for UserName {}
    #[automatically_derived]
    impl ::soft_delete_runtime::SoftDeletable for UserName {
        type Table = users::table;
    }
    #[automatically_derived]
    impl ::soft_delete_runtime::__private::FieldOf<users::name> for UserName {
        type Field = String;
        fn field(&self) -> &Self::Field {
            &self.name
        }
    }
    impl<
        __DB: ::soft_delete_runtime::__private::diesel::backend::Backend,
    > ::soft_delete_runtime::__private::ScopedModel<__DB> for UserName {}
    #[automatically_derived]
    impl<
        __DB: ::soft_delete_runtime::__private::diesel::backend::Backend,
    > ::soft_delete_runtime::__private::diesel::HasQuery<__DB> for UserName {
        type BaseQuery = ::soft_delete_runtime::__private::DefaultScope<
            users::table,
            ::soft_delete_runtime::__private::Marker<users::table>,
        >;
        fn base_query() -> Self::BaseQuery {
            ::soft_delete_runtime::__private::default_scope::<
                users::table,
                ::soft_delete_runtime::__private::Marker<users::table>,
            >()
        }
    }
};
