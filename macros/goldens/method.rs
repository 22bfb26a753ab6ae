impl Server {
    #[allow(clippy::must_use_candidate)]
    #[track_caller]
    /// Writes.
    #[cfg(feature = "x")]
    #[expect(dead_code, reason = "r")]
    #[deny(unused)]
    #[cfg_attr(test, doc = "t")]
    ///
    ///Detached: at most 5s, tracked by `self.tasks`; its handle gives `Result<u32, TaskError>`.
    pub fn write<T: Row>(
        self: Arc<Self>,
        db: T,
    ) -> ::outlive::__private::TaskHandle<u32> {
        struct __Outlive;
        static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site(
            &__Outlive,
        );
        ::outlive::__private::record! {
            Task "write", [here()], "self.tasks", ::outlive::__private::duration(5u64,
            0u32), ::outlive::__private::NO_GRACE, Linked, {} fn covered < __T :
            ::outlive::__private::Track + ? ::core::marker::Sized > () { const {
            ::outlive::__private::prove(& < __Outlive as ::outlive::__private::Site >
            ::SPEC, __T::BUDGET) } }
        }
        trait __StandIn<__R> {
            fn __detached_is_for_inherent_methods_write<T: ?::core::marker::Sized>(
                _: impl ::core::marker::Sized,
                _: impl ::core::marker::Sized,
            ) -> ::core::future::Pending<__R> {
                ::core::future::pending()
            }
        }
        impl<__S: ?::core::marker::Sized, __R> __StandIn<__R> for __S {}
        let __copies = (::core::clone::Clone::clone(&db),);
        ::outlive::__private::call_in(&__SITE, __Outlive, &(self.tasks))
            .unfinished(
                __copies,
                |__call| ::outlive::__private::Hooked(__call, spill).__outlive_hooked(),
            )
            .spawn(
                Self::__detached_is_for_inherent_methods_write::<T>(self, db),
                || |__out: &u32| {
                    (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault()
                },
            )
    }
    #[doc(hidden)]
    #[allow(clippy::unused_async, clippy::unused_self)]
    #[cfg(feature = "x")]
    #[expect(unused_variables, reason = "r")]
    #[deny(unused)]
    #[instrument(name = "write", skip(db))]
    #[cfg_attr(test, instrument(name = "write"))]
    async fn __detached_is_for_inherent_methods_write<T: Row>(
        mut self: Arc<Self>,
        db: T,
    ) -> u32 {
        body
    }
}
