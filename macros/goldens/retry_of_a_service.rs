::outlive::__private::attributes! {}
impl Server {
    #[track_caller]
    fn write(&self, event: Event) -> ::outlive::__private::TaskHandle<Outcome> {
        const __RETRY: ::outlive::__private::Retry = ::outlive::__private::Retry::new(
            3u32,
            ::outlive::__private::duration(0u64, 100000000u32),
            ::outlive::__private::duration(2u64, 0u32),
        );
        const _: () = ::outlive::__private::pauses_fit(
            &<__Outlive as ::outlive::__private::Site>::SPEC,
            &__RETRY,
        );
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
                ::outlive::__private::attempts(
                    __RETRY,
                    {
                        let __this = Self::__OWNER_OF_write.lend(self);
                        let mut __copy0_kept = ::core::option::Option::Some(event);
                        move |__is_last| {
                            let __this = Self::__OWNER_OF_write.lend(&__this);
                            let __copy0 = ::outlive::__private::argument_of(
                                &mut __copy0_kept,
                                __is_last,
                            )?;
                            ::core::option::Option::Some(async move {
                                Self::__detached_is_for_inherent_methods_write(
                                        &__this,
                                        __copy0,
                                    )
                                    .await
                            })
                        }
                    },
                    ::outlive::__private::any_error,
                ),
                || |__out: &Outcome| {
                    (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault()
                },
            )
    }
    #[doc(hidden)]
    #[allow(clippy::unused_async, clippy::unused_self)]
    async fn __detached_is_for_inherent_methods_write(&self, event: Event) -> Outcome {
        body
    }
    #[doc(hidden)]
    const __OWNER_OF_write: ::outlive::__private::Ownership<Self> = ::outlive::__private::lending::<
        Self,
    >();
}
