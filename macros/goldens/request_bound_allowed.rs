impl Server {
    #[allow(clippy::must_use_candidate)]
    #[track_caller]
    fn f(self, next: Next, other: Self) -> ::outlive::__private::TaskHandle<Reply> {
        struct __Outlive;
        impl ::outlive::__private::Site for __Outlive {
            const SPEC: ::outlive::__private::Spec = ::outlive::__private::Spec {
                name: "f",
                file: ::core::file!(),
                line: ::core::line!(),
                tracker: "AUDIT",
                timeout: ::outlive::__private::duration(5u64, 0u32),
                grace: ::outlive::__private::NO_GRACE,
                span: ::outlive::__private::SpanKind::Linked,
            };
        }
        static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_of(
            <__Outlive as ::outlive::__private::Site>::SPEC,
            &AUDIT,
        );
        #[::outlive::__private::linkme::distributed_slice(::outlive::__private::SITES)]
        #[linkme(crate = ::outlive::__private::linkme)]
        static __ENTRY: &'static ::outlive::__private::TaskSite = &__SITE;
        #[allow(unused_imports)]
        use ::outlive::__private::{ViaAge as _, ViaAgeless as _};
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
            #[allow(unused_imports)]
            use ::outlive::__private::{Ageless as _, Unbound as _};
            ::outlive::__private::argument::<
                __Outlive,
            >(
                "self",
                ::outlive::__private::Traits(
                    false,
                    ::outlive::__private::Ty::<Self>::__OUTLIVE_AGE,
                ),
            );
            ::outlive::__private::argument::<
                __Outlive,
            >(
                "next: Next",
                ::outlive::__private::Traits(
                    false,
                    ::outlive::__private::Ty::<Next>::__OUTLIVE_AGE,
                ),
            );
            ::outlive::__private::argument::<
                __Outlive,
            >(
                "other: Self",
                ::outlive::__private::Traits(
                    false,
                    ::outlive::__private::Ty::<Self>::__OUTLIVE_AGE,
                ),
            );
        };
        ::outlive::__private::call(&__SITE)
            .lives("self", (&&::outlive::__private::Life(&self)).__outlive_remaining())
            .lives("next", (&&::outlive::__private::Life(&next)).__outlive_remaining())
            .lives("other", (&&::outlive::__private::Life(&other)).__outlive_remaining())
            .spawn(
                Self::__detached_is_for_inherent_methods_f(self, next, other),
                |__out: &Reply| {
                    #[allow(unused_imports)]
                    use ::outlive::__private::{
                        ViaAny as _, ViaDebug as _, ViaDisplay as _, ViaResult as _,
                    };
                    (&&&&::outlive::__private::Probe(__out)).__outlive_fault()
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
