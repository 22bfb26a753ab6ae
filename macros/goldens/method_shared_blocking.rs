impl Server {
    #[allow(clippy::must_use_candidate)]
    #[track_caller]
    fn writeAll(self: &Arc<Self>, db: Db) -> ::outlive::__private::TaskHandle<u32> {
        struct __Outlive;
        impl ::outlive::__private::Site for __Outlive {
            const SPEC: ::outlive::__private::Spec = ::outlive::__private::Spec {
                name: "writeAll",
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
            fn __detached_is_for_inherent_methods_writeAll(
                _: impl ::core::marker::Sized,
                _: impl ::core::marker::Sized,
            ) -> __R {
                ::core::unreachable!()
            }
        }
        impl<__S: ?::core::marker::Sized, __R> __StandIn<__R> for __S {}
        const {
            #[allow(unused_imports)]
            use ::outlive::__private::{Ageless as _, Unbound as _};
            ::outlive::__private::argument::<
                __Outlive,
            >(
                "db: Db",
                ::outlive::__private::Traits(
                    ::outlive::__private::Ty::<Db>::__OUTLIVE_BOUND,
                    ::outlive::__private::Ty::<Db>::__OUTLIVE_AGE,
                ),
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
                    #[allow(unused_imports)]
                    use ::outlive::__private::{
                        ViaAny as _, ViaDebug as _, ViaDisplay as _, ViaResult as _,
                    };
                    (&&&&::outlive::__private::Probe(__out)).__outlive_fault()
                },
            )
    }
    #[doc(hidden)]
    #[allow(
        non_snake_case,
        clippy::needless_pass_by_value,
        clippy::missing_const_for_fn,
        clippy::unused_self
    )]
    fn __detached_is_for_inherent_methods_writeAll(self: &Arc<Self>, db: Db) -> u32 {
        body
    }
}
