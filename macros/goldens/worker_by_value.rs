impl Server {
    #[allow(clippy::must_use_candidate)]
    #[track_caller]
    pub fn run(self) -> ::outlive::__private::TaskHandle<u32> {
        struct __Outlive;
        impl ::outlive::__private::Site for __Outlive {
            const SPEC: ::outlive::__private::Spec = ::outlive::__private::Spec {
                name: "run",
                file: ::core::file!(),
                line: ::core::line!(),
                tracker: "self.tasks",
                timeout: ::outlive::__private::NO_TIMEOUT,
                grace: ::outlive::__private::duration(2u64, 0u32),
                span: ::outlive::__private::SpanKind::Linked,
            };
            fn covered<__T: ::outlive::__private::Track + ?::core::marker::Sized>() {
                const {
                    ::outlive::__private::prove(
                        &<__Outlive as ::outlive::__private::Site>::SPEC,
                        __T::BUDGET,
                    )
                }
            }
        }
        static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site(
            <__Outlive as ::outlive::__private::Site>::SPEC,
        );
        #[::outlive::__private::linkme::distributed_slice(::outlive::__private::SITES)]
        #[linkme(crate = ::outlive::__private::linkme)]
        static __ENTRY: &'static ::outlive::__private::TaskSite = &__SITE;
        trait __StandIn<__R> {
            fn __worker_is_for_inherent_methods_run(
                _: impl ::core::marker::Sized,
            ) -> ::core::future::Pending<__R> {
                ::core::future::pending()
            }
        }
        impl<__S: ?::core::marker::Sized, __R> __StandIn<__R> for __S {}
        const {
            #[allow(unused_imports)]
            use ::outlive::__private::{Ageless as _, Unbound as _};
            ::outlive::__private::loop_argument::<
                __Outlive,
            >(
                "self",
                ::outlive::__private::Traits(
                    ::outlive::__private::Ty::<Self>::__OUTLIVE_BOUND,
                    ::outlive::__private::Ty::<Self>::__OUTLIVE_AGE,
                ),
            );
        };
        ::outlive::__private::looping_in(&__SITE, __Outlive, &(self.tasks))
            .worker(
                Self::__worker_is_for_inherent_methods_run(self),
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
    #[allow(clippy::unused_async, clippy::unused_self)]
    async fn __worker_is_for_inherent_methods_run(mut self) -> u32 {
        body
    }
}
