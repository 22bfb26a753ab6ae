my::outlive::__private::attributes! {}
impl<T: Store> Server<T>
where
    T: Job,
{
    #[track_caller]
    fn write(
        self: &Arc<Self>,
        event: Event,
    ) -> my::outlive::__private::TaskHandle<Outcome> {
        struct __Outlive;
        static __SITE: my::outlive::__private::TaskSite = my::outlive::__private::site(
            &__Outlive,
        );
        my::outlive::__private::record! {
            Task "write", [here()], "Server<T>", my::outlive::__private::duration(5u64,
            0u32), my::outlive::__private::NO_GRACE, Linked, {} fn covered < __T :
            my::outlive::__private::Track + ? ::core::marker::Sized > () { const {
            my::outlive::__private::prove(& < __Outlive as my::outlive::__private::Site >
            ::SPEC, __T::BUDGET) } }
        }
        const {
            my::outlive::__private::argument(
                &__Outlive,
                "event: Event",
                &[
                    my::outlive::__private::Traits(
                        my::outlive::__private::Ty::<Event>::__OUTLIVE_BOUND,
                        my::outlive::__private::Ty::<Event>::__OUTLIVE_AGE,
                        my::outlive::__private::Ty::<Event>::__OUTLIVE_INSTEAD,
                    ),
                ],
                0,
            );
            my::outlive::__private::result(
                &__Outlive,
                "Outcome",
                &[
                    my::outlive::__private::Traits(
                        my::outlive::__private::Ty::<Outcome>::__OUTLIVE_BOUND,
                        my::outlive::__private::Ty::<Outcome>::__OUTLIVE_AGE,
                        my::outlive::__private::Ty::<Outcome>::__OUTLIVE_INSTEAD,
                    ),
                ],
                0,
            );
        };
        const {
            my::outlive::__private::within(
                &<__Outlive as my::outlive::__private::Site>::SPEC,
                Self::__OWNER_OF_write.budget(),
            )
        };
        Self::__OWNER_OF_write
            .tracker(self)
            .call(&__SITE, __Outlive)
            .lives(
                "event",
                (&&my::outlive::__private::Life(&event)).__outlive_remaining(),
            )
            .spawn_blocking(
                {
                    let __this = ::core::clone::Clone::clone(self);
                    move || Self::__detached_is_for_inherent_methods_write(
                        &__this,
                        event,
                    )
                },
                |__out: &Outcome| {
                    (&&&&&&&&&&my::outlive::__private::Probe(__out)).__outlive_fault()
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
    fn __detached_is_for_inherent_methods_write(
        self: &Arc<Self>,
        event: Event,
    ) -> Outcome {
        body
    }
    #[track_caller]
    fn refresh(self: Arc<Self>, key: Key) -> my::outlive::__private::TaskHandle<()> {
        struct __Outlive;
        static __SITE: my::outlive::__private::TaskSite = my::outlive::__private::site(
            &__Outlive,
        );
        my::outlive::__private::record! {
            Periodic "refresh", [here()], "Server<T>",
            my::outlive::__private::duration(10u64, 0u32),
            my::outlive::__private::NO_GRACE, Apart, {} fn covered < __T :
            my::outlive::__private::Track + ? ::core::marker::Sized > () { const {
            my::outlive::__private::prove(& < __Outlive as my::outlive::__private::Site >
            ::SPEC, __T::BUDGET) } }
        }
        const {
            my::outlive::__private::loop_argument(
                &__Outlive,
                "key: Key",
                &[
                    my::outlive::__private::Traits(
                        my::outlive::__private::Ty::<Key>::__OUTLIVE_BOUND,
                        my::outlive::__private::Ty::<Key>::__OUTLIVE_AGE,
                        my::outlive::__private::Ty::<Key>::__OUTLIVE_INSTEAD,
                    ),
                ],
                0,
            );
        };
        const {
            my::outlive::__private::within(
                &<__Outlive as my::outlive::__private::Site>::SPEC,
                Self::__OWNER_OF_write.budget(),
            )
        };
        Self::__OWNER_OF_write
            .tracker(&self)
            .looping(&__SITE, __Outlive)
            .periodic(
                my::outlive::__private::Rhythm {
                    every: my::outlive::__private::duration(30u64, 0u32),
                    jitter: ::core::time::Duration::ZERO,
                    missed: my::outlive::__private::Missed::Skip,
                    immediate: false,
                },
                {
                    let __this = my::outlive::__private::downgrade(&self);
                    move || {
                        let __this = my::outlive::__private::upgrade(&__this)?;
                        let __copy0 = my::outlive::__private::of_a_run(&key);
                        ::core::option::Option::Some(
                            Self::__periodic_is_for_inherent_methods_refresh(
                                __this,
                                __copy0,
                            ),
                        )
                    }
                },
                |__out: &()| {
                    (&&&&&&&&&&my::outlive::__private::Probe(__out)).__outlive_fault()
                },
                |__it| __it.begin(),
            )
    }
    #[doc(hidden)]
    #[allow(clippy::unused_async, clippy::unused_self)]
    async fn __periodic_is_for_inherent_methods_refresh(self: Arc<Self>, key: Key) {
        body
    }
    #[track_caller]
    fn renew(self: &Arc<Self>) -> my::outlive::__private::TaskHandle<()> {
        struct __Outlive;
        static __SITE: my::outlive::__private::TaskSite = my::outlive::__private::site(
            &__Outlive,
        );
        my::outlive::__private::record! {
            Periodic "renew", [here()], "Server<T>",
            my::outlive::__private::duration(10u64, 0u32),
            my::outlive::__private::NO_GRACE, Apart, {} fn covered < __T :
            my::outlive::__private::Track + ? ::core::marker::Sized > () { const {
            my::outlive::__private::prove(& < __Outlive as my::outlive::__private::Site >
            ::SPEC, __T::BUDGET) } }
        }
        const {
            my::outlive::__private::within(
                &<__Outlive as my::outlive::__private::Site>::SPEC,
                Self::__OWNER_OF_write.budget(),
            )
        };
        Self::__OWNER_OF_write
            .tracker(self)
            .looping(&__SITE, __Outlive)
            .once()
            .periodic(
                my::outlive::__private::Rhythm {
                    every: my::outlive::__private::duration(30u64, 0u32),
                    jitter: ::core::time::Duration::ZERO,
                    missed: my::outlive::__private::Missed::Skip,
                    immediate: false,
                },
                {
                    let __this = my::outlive::__private::downgrade(self);
                    move || {
                        let __this = my::outlive::__private::upgrade(&__this)?;
                        ::core::option::Option::Some(async move {
                            Self::__periodic_is_for_inherent_methods_renew(&__this).await
                        })
                    }
                },
                |__out: &()| {
                    (&&&&&&&&&&my::outlive::__private::Probe(__out)).__outlive_fault()
                },
                |__it| __it.begin(),
            )
    }
    #[doc(hidden)]
    #[allow(clippy::unused_async, clippy::unused_self)]
    async fn __periodic_is_for_inherent_methods_renew(self: &Arc<Self>) {
        body
    }
    #[doc(hidden)]
    const __OWNER_OF_write: my::outlive::__private::Ownership<Self> = my::outlive::__private::sharing::<
        Self,
    >();
}
