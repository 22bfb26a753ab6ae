#[track_caller]
fn refresh(config: Config) -> ::outlive::__private::TaskHandle<()> {
    const __JITTER: ::core::time::Duration = ::outlive::__private::Time(SPREAD)
        .__outlive_duration();
    const _: () = ::core::assert!(
        ! ::core::time::Duration::is_zero(& __JITTER),
        "a jitter of zero is no jitter: leave `jitter` out"
    );
    struct __Outlive;
    static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_of(
        &__Outlive,
        &CACHE,
    );
    ::outlive::__private::record! {
        Periodic "refresh", [here()], "CACHE", ::outlive::__private::duration(10u64,
        0u32), ::outlive::__private::NO_GRACE, Apart, {
        ::outlive::__private::loop_argument(& __Outlive, "config: Config",
        __Outlive::__TRAITS, 0); __Outlive::refresh; }
    }
    impl __Outlive {
        ::outlive::__private::traits! {
            __OUTLIVE_BOUND Config
        }
        #[doc(hidden)]
        #[allow(clippy::unused_async)]
        async fn refresh(config: Config) {
            body
        }
    }
    ::outlive::__private::looping(&__SITE)
        .periodic(
            ::outlive::__private::Rhythm {
                every: ::outlive::__private::Time(config.period).__outlive_duration(),
                jitter: __JITTER,
                missed: ::outlive::__private::Missed::Skip,
                immediate: false,
            },
            move || {
                let __copy0 = ::outlive::__private::of_a_run(&config);
                ::core::option::Option::Some(__Outlive::refresh(__copy0))
            },
            |__out| (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault(),
            |__it| __it.begin(),
        )
}
