impl Server {
    #[track_caller]
    fn write<T: Job>(
        self: Arc<Self>,
        __arg0: (A, B),
        _kept: T,
    ) -> ::outlive::__private::TaskHandle<Outcome> {
        const __FIRST: ::core::time::Duration = ::outlive::__private::Time(FIRST)
            .__outlive_duration();
        const _: () = ::core::assert!(
            ! ::core::time::Duration::is_zero(& __FIRST),
            "a pause of zero would try again at once, when little has changed: write `retry = \"3, 100ms..2s\"`"
        );
        const _: () = ::core::assert!(
            ::core::time::Duration::as_nanos(& __FIRST) <=
            ::core::time::Duration::as_nanos(& ::outlive::__private::duration(2u64,
            0u32)), "`retry` goes from the first pause to the longest: swap the two",
        );
        const __ATTEMPT: ::core::time::Duration = ::outlive::__private::Time(ATTEMPT)
            .__outlive_duration();
        const _: () = ::core::assert!(
            ! ::core::time::Duration::is_zero(& __ATTEMPT),
            "an attempt of zero would end before it begins: write `attempt = \"1s\"`"
        );
        const __RETRY: ::outlive::__private::Retry = ::outlive::__private::Retry::new(
                ATTEMPTS,
                __FIRST,
                ::outlive::__private::duration(2u64, 0u32),
            )
            .attempt(__ATTEMPT);
        const _: () = ::outlive::__private::pauses_fit(
            &<__Outlive as ::outlive::__private::Site>::SPEC,
            &__RETRY,
        );
        const _: () = ::outlive::__private::attempt_fits(
            &<__Outlive as ::outlive::__private::Site>::SPEC,
            &__RETRY,
        );
        struct __Outlive;
        static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site(
            &__Outlive,
        );
        ::outlive::__private::record! {
            Task "write", [here()], "self.tasks", ::outlive::__private::Time(LIMIT)
            .__outlive_duration(), ::outlive::__private::NO_GRACE, Linked, {} fn covered
            < __T : ::outlive::__private::Track + ? ::core::marker::Sized > () { const {
            ::outlive::__private::prove(& < __Outlive as ::outlive::__private::Site >
            ::SPEC, __T::BUDGET) } }
        }
        trait __StandIn<__R> {
            fn __detached_is_for_inherent_methods_write<T: ?::core::marker::Sized>(
                _: impl ::core::marker::Sized,
                _: impl ::core::marker::Sized,
                _: impl ::core::marker::Sized,
            ) -> ::core::future::Pending<__R> {
                ::core::future::pending()
            }
        }
        impl<__S: ?::core::marker::Sized, __R> __StandIn<__R> for __S {}
        #[allow(clippy::used_underscore_binding)]
        let __own1 = _kept;
        const {
            ::outlive::__private::argument(
                &__Outlive,
                "(a, b): (A, B)",
                &[
                    ::outlive::__private::Traits(
                        ::outlive::__private::Ty::<A>::__OUTLIVE_BOUND,
                        ::outlive::__private::Ty::<A>::__OUTLIVE_AGE,
                        ::outlive::__private::Ty::<A>::__OUTLIVE_INSTEAD,
                    ),
                ],
                0,
            );
            ::outlive::__private::argument(
                &__Outlive,
                "(a, b): (A, B)",
                &[
                    ::outlive::__private::Traits(
                        ::outlive::__private::Ty::<B>::__OUTLIVE_BOUND,
                        ::outlive::__private::Ty::<B>::__OUTLIVE_AGE,
                        ::outlive::__private::Ty::<B>::__OUTLIVE_INSTEAD,
                    ),
                ],
                0,
            );
            ::outlive::__private::result(
                &__Outlive,
                "Outcome",
                &[
                    ::outlive::__private::Traits(
                        ::outlive::__private::Ty::<Outcome>::__OUTLIVE_BOUND,
                        ::outlive::__private::Ty::<Outcome>::__OUTLIVE_AGE,
                        ::outlive::__private::Ty::<Outcome>::__OUTLIVE_INSTEAD,
                    ),
                ],
                0,
            );
        };
        let __copies = (
            ::core::clone::Clone::clone(&__arg0),
            ::core::clone::Clone::clone(&__own1),
        );
        ::outlive::__private::call_in(&__SITE, __Outlive, &(self.tasks))
            .unfinished(
                __copies,
                |__call| ::outlive::__private::Hooked(__call, spill).__outlive_hooked(),
            )
            .lives(
                "(a, b)",
                (&&::outlive::__private::Life(&__arg0.0)).__outlive_remaining(),
            )
            .lives(
                "(a, b)",
                (&&::outlive::__private::Life(&__arg0.1)).__outlive_remaining(),
            )
            .spawn(
                ::outlive::__private::carry(
                    &REQUEST_ID,
                    ::outlive::__private::attempts(
                        __RETRY,
                        {
                            let mut __this_kept = ::core::option::Option::Some(self);
                            let mut __copy0_kept = ::core::option::Option::Some(__arg0);
                            let mut __copy1_kept = ::core::option::Option::Some(__own1);
                            move |__is_last| {
                                let __this = ::outlive::__private::argument_of(
                                    &mut __this_kept,
                                    __is_last,
                                )?;
                                let __copy0 = ::outlive::__private::argument_of(
                                    &mut __copy0_kept,
                                    __is_last,
                                )?;
                                let __copy1 = ::outlive::__private::generic_argument_of(
                                    &mut __copy1_kept,
                                    __is_last,
                                )?;
                                ::core::option::Option::Some(
                                    Self::__detached_is_for_inherent_methods_write::<
                                        T,
                                    >(__this, __copy0, __copy1),
                                )
                            }
                        },
                        |__error| {
                            ::outlive::__private::Chosen(__error, Error::is_transient)
                                .__outlive_chosen()
                        },
                    ),
                ),
                || |__out: &Outcome| {
                    (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault()
                },
            )
    }
    #[doc(hidden)]
    #[allow(clippy::unused_async, clippy::unused_self)]
    async fn __detached_is_for_inherent_methods_write<T: Job>(
        self: Arc<Self>,
        (a, b): (A, B),
        _kept: T,
    ) -> Outcome {
        body
    }
}
