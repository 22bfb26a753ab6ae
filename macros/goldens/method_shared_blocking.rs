impl Server {
    #[track_caller]
    fn writeAll(self: &Arc<Self>, db: Db) -> ::outlive::__private::TaskHandle<u32> {
        struct __Outlive;
        static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_of(
            &__Outlive,
            &AUDIT,
        );
        ::outlive::__private::record! {
            Task "writeAll", [here()], "AUDIT", ::outlive::__private::duration(5u64,
            0u32), ::outlive::__private::NO_GRACE, Linked, {}
        }
        trait __StandIn<__R> {
            fn __detached_is_for_inherent_methods_writeAll(
                _: impl ::core::marker::Sized,
                _: impl ::core::marker::Sized,
            ) -> __R {
                ::core::unreachable!()
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
            .spawn_blocking(
                {
                    let __this = ::core::clone::Clone::clone(self);
                    move || Self::__detached_is_for_inherent_methods_writeAll(
                        &__this,
                        db,
                    )
                },
                |__out: &u32| {
                    (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault()
                },
                |__it| __it.hand_over(),
            )
    }
    #[doc(hidden)]
    #[allow(
        clippy::needless_pass_by_value,
        clippy::missing_const_for_fn,
        clippy::unused_self
    )]
    fn __detached_is_for_inherent_methods_writeAll(self: &Arc<Self>, db: Db) -> u32 {
        body
    }
}
