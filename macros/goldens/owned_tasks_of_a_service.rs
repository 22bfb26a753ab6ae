::outlive::__private::attributes! {}
impl Server {
    const LIMIT: u8 = 5;
    #[allow(clippy::must_use_candidate)]
    #[track_caller]
    /// Writes.
    ///
    ///Detached: at most 5s, tracked by `Server`; its handle gives `Result<Outcome, TaskError>`.
    pub fn write(&self, event: Event) -> ::outlive::__private::TaskHandle<Outcome> {
        struct __Outlive;
        static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_within(
            &__Outlive,
            <Server>::__OWNER_OF_write.budget(),
        );
        ::outlive::__private::record! {
            Task "write", [here()], "Server", ::outlive::__private::duration(5u64, 0u32),
            ::outlive::__private::NO_GRACE, Linked, { ::outlive::__private::argument(&
            __Outlive, "event: Event", __Outlive::__TRAITS, 0);
            ::outlive::__private::result(& __Outlive, "Outcome", __Outlive::__TRAITS, 1);
            }
        }
        impl __Outlive {
            ::outlive::__private::traits! {
                __OUTLIVE_BOUND Event, Outcome
            }
        }
        Self::__OWNER_OF_write
            .tracker(self)
            .call(&__SITE, __Outlive)
            .lives("event", (&&::outlive::__private::Life(&event)).__outlive_remaining())
            .spawn_method(
                __Outlive,
                {
                    let __this = Self::__OWNER_OF_write.lend(self);
                    async move {
                        Self::__detached_is_for_inherent_methods_write(&__this, event)
                            .await
                    }
                },
                || |__out: &Outcome| {
                    (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault()
                },
            )
    }
    #[doc(hidden)]
    #[allow(clippy::unused_async, clippy::unused_self)]
    #[instrument(name = "write")]
    async fn __detached_is_for_inherent_methods_write(
        &self,
        mut event: Event,
    ) -> Outcome {
        body
    }
    #[track_caller]
    fn refresh(&self) -> ::outlive::__private::TaskHandle<()> {
        struct __Outlive;
        static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_within(
            &__Outlive,
            <Server>::__OWNER_OF_write.budget(),
        );
        ::outlive::__private::record! {
            Periodic "refresh", [here()], "Server", ::outlive::__private::duration(10u64,
            0u32), ::outlive::__private::NO_GRACE, Apart, {}
        }
        Self::__OWNER_OF_write
            .tracker(self)
            .looping(&__SITE, __Outlive)
            .once()
            .periodic(
                ::outlive::__private::Rhythm {
                    every: ::outlive::__private::duration(30u64, 0u32),
                    jitter: ::core::time::Duration::ZERO,
                    missed: ::outlive::__private::Missed::Skip,
                    immediate: false,
                },
                {
                    let __this = Self::__OWNER_OF_write.lend(self);
                    move || {
                        let __this = Self::__OWNER_OF_write.lend(&__this);
                        ::core::option::Option::Some(async move {
                            Self::__periodic_is_for_inherent_methods_refresh(&__this)
                                .await
                        })
                    }
                },
                |__out: &()| {
                    (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault()
                },
                |__it| __it.begin(),
            )
    }
    #[doc(hidden)]
    #[allow(clippy::unused_async, clippy::unused_self)]
    async fn __periodic_is_for_inherent_methods_refresh(&self) {
        body
    }
    #[track_caller]
    fn consume(&self) -> ::outlive::__private::TaskHandle<()> {
        struct __Outlive;
        static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_within(
            &__Outlive,
            <Server>::__OWNER_OF_write.budget(),
        );
        ::outlive::__private::record! {
            Worker "consume", [here()], "Server", ::outlive::__private::NO_TIMEOUT,
            ::outlive::__private::NO_GRACE, Apart, {}
        }
        Self::__OWNER_OF_write
            .tracker(self)
            .looping(&__SITE, __Outlive)
            .once()
            .worker(
                {
                    let __this = Self::__OWNER_OF_write.lend(self);
                    async move {
                        Self::__worker_is_for_inherent_methods_consume(&__this).await
                    }
                },
                || |__out: &()| {
                    (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault()
                },
            )
    }
    #[doc(hidden)]
    #[allow(clippy::unused_async, clippy::unused_self)]
    async fn __worker_is_for_inherent_methods_consume(&self) {
        body
    }
    fn other(&self) -> u8 {
        Self::LIMIT
    }
    #[doc(hidden)]
    const __OWNER_OF_write: ::outlive::__private::Ownership<Self> = ::outlive::__private::lending::<
        Self,
    >();
}
