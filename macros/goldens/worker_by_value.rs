impl Server {
    #[allow(clippy::must_use_candidate)]
    #[track_caller]
    pub fn run(self) -> ::outlive::__private::TaskHandle<u32> {
        struct __Outlive;
        static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site(
            &__Outlive,
        );
        ::outlive::__private::record! {
            Worker "run", [here()], "self.tasks", ::outlive::__private::NO_TIMEOUT,
            ::outlive::__private::duration(2u64, 0u32), Apart, {} fn covered < __T :
            ::outlive::__private::Track + ? ::core::marker::Sized > () { const {
            ::outlive::__private::prove(& < __Outlive as ::outlive::__private::Site >
            ::SPEC, __T::BUDGET) } }
        }
        trait __StandIn<__R> {
            fn __worker_is_for_inherent_methods_run(
                _: impl ::core::marker::Sized,
            ) -> ::core::future::Pending<__R> {
                ::core::future::pending()
            }
        }
        impl<__S: ?::core::marker::Sized, __R> __StandIn<__R> for __S {}
        const {
            ::outlive::__private::loop_argument(
                &__Outlive,
                "self",
                &[
                    ::outlive::__private::Traits(
                        ::outlive::__private::Ty::<Self>::__OUTLIVE_BOUND,
                        ::outlive::__private::Ty::<Self>::__OUTLIVE_AGE,
                        ::outlive::__private::Ty::<Self>::__OUTLIVE_INSTEAD,
                    ),
                ],
                0,
            );
        };
        ::outlive::__private::looping_in(&__SITE, __Outlive, &(self.tasks))
            .worker(
                Self::__worker_is_for_inherent_methods_run(self),
                || |__out: &u32| {
                    (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault()
                },
            )
    }
    #[doc(hidden)]
    #[allow(clippy::unused_async, clippy::unused_self)]
    async fn __worker_is_for_inherent_methods_run(mut self) -> u32 {
        body
    }
}
