impl Server {
    #[track_caller]
    fn write<const N: usize>(
        self: &Arc<Self>,
        db: Db,
    ) -> ::outlive::__private::TaskHandle<()> {
        struct __Outlive;
        static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_of(
            &__Outlive,
            &AUDIT,
        );
        ::outlive::__private::record! {
            Task "write", [here()], "AUDIT", ::outlive::__private::duration(5u64, 0u32),
            ::outlive::__private::NO_GRACE, Linked, {}
        }
        trait __StandIn<__R> {
            fn __detached_is_for_inherent_methods_write<const N: usize>(
                _: impl ::core::marker::Sized,
                _: impl ::core::marker::Sized,
            ) -> ::core::future::Pending<__R> {
                ::core::future::pending()
            }
        }
        impl<__S: ?::core::marker::Sized, __R> __StandIn<__R> for __S {}
        const {
            ::outlive::__private::argument(
                &__Outlive,
                "db: Db",
                &[
                    ::outlive::__private::Traits(
                        ::outlive::__private::Ty::<Db>::__OUTLIVE_BOUND,
                        ::outlive::__private::Ty::<Db>::__OUTLIVE_AGE,
                        ::outlive::__private::Ty::<Db>::__OUTLIVE_INSTEAD,
                    ),
                ],
                0,
            );
        };
        ::outlive::__private::call(&__SITE)
            .lives("db", (&&::outlive::__private::Life(&db)).__outlive_remaining())
            .spawn(
                {
                    let __this = ::core::clone::Clone::clone(self);
                    async move {
                        Self::__detached_is_for_inherent_methods_write::<N>(&__this, db)
                            .await
                    }
                },
                || |__out: &()| {
                    (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault()
                },
            )
    }
    #[doc(hidden)]
    #[allow(clippy::unused_async, clippy::unused_self)]
    async fn __detached_is_for_inherent_methods_write<const N: usize>(
        self: &Arc<Self>,
        db: Db,
    ) {
        body
    }
}
