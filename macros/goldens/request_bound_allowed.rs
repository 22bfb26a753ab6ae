impl Server {
    #[track_caller]
    fn f(self, next: Next, other: Self) -> ::outlive::__private::TaskHandle<Reply> {
        struct __Outlive;
        static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_of(
            &__Outlive,
            &AUDIT,
        );
        ::outlive::__private::record! {
            Task "f", [here()], "AUDIT", ::outlive::__private::duration(5u64, 0u32),
            ::outlive::__private::NO_GRACE, Linked, {}
        }
        trait __StandIn<__R> {
            fn __detached_is_for_inherent_methods_f(
                _: impl ::core::marker::Sized,
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
                "self",
                &[
                    ::outlive::__private::Traits(
                        ::outlive::__private::Ty::<Self>::__OUTLIVE_ALLOWED,
                        ::outlive::__private::Ty::<Self>::__OUTLIVE_AGE,
                        ::outlive::__private::Ty::<Self>::__OUTLIVE_INSTEAD,
                    ),
                ],
                0,
            );
            ::outlive::__private::argument(
                &__Outlive,
                "next: Next",
                &[
                    ::outlive::__private::Traits(
                        ::outlive::__private::Ty::<Next>::__OUTLIVE_ALLOWED,
                        ::outlive::__private::Ty::<Next>::__OUTLIVE_AGE,
                        ::outlive::__private::Ty::<Next>::__OUTLIVE_INSTEAD,
                    ),
                ],
                0,
            );
            ::outlive::__private::argument(
                &__Outlive,
                "other: Self",
                &[
                    ::outlive::__private::Traits(
                        ::outlive::__private::Ty::<Self>::__OUTLIVE_ALLOWED,
                        ::outlive::__private::Ty::<Self>::__OUTLIVE_AGE,
                        ::outlive::__private::Ty::<Self>::__OUTLIVE_INSTEAD,
                    ),
                ],
                0,
            );
        };
        ::outlive::__private::call(&__SITE)
            .lives("self", (&&::outlive::__private::Life(&self)).__outlive_remaining())
            .lives("next", (&&::outlive::__private::Life(&next)).__outlive_remaining())
            .lives("other", (&&::outlive::__private::Life(&other)).__outlive_remaining())
            .spawn(
                Self::__detached_is_for_inherent_methods_f(self, next, other),
                || |__out: &Reply| {
                    (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault()
                },
            )
    }
    #[doc(hidden)]
    #[allow(clippy::unused_async, clippy::unused_self)]
    async fn __detached_is_for_inherent_methods_f(
        self,
        next: Next,
        other: Self,
    ) -> Reply {
        x
    }
}
