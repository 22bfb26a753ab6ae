#[track_caller]
fn refresh<T: Row>(cache: T, __arg1: Guard) -> ::outlive::__private::TaskHandle<()> {
    const __EVERY: ::core::time::Duration = ::outlive::__private::Time(PERIOD)
        .__outlive_duration();
    const _: () = ::core::assert!(
        ! ::core::time::Duration::is_zero(& __EVERY),
        "`every` of zero leaves no time between two runs: write `every = \"30s\"`"
    );
    struct __Outlive;
    static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_of(
        &__Outlive,
        &CACHE,
    );
    ::outlive::__private::record! {
        Periodic "refresh", [here()], "CACHE", ::outlive::__private::duration(10u64,
        0u32), ::outlive::__private::duration(1u64, 0u32), Apart, {
        ::outlive::__private::loop_argument(& __Outlive, "_: Guard", __Outlive::__TRAITS,
        0); ::outlive::__private::result(& __Outlive, "Outcome", __Outlive::__TRAITS, 1);
        }
    }
    impl __Outlive {
        ::outlive::__private::traits! {
            __OUTLIVE_BOUND Guard, Outcome
        }
        #[doc(hidden)]
        #[allow(clippy::unused_async)]
        async fn __refresh<T: Row>(cache: T, _: Guard) -> Outcome {
            body
        }
    }
    ::outlive::__private::looping(&__SITE)
        .periodic(
            ::outlive::__private::Rhythm {
                every: __EVERY,
                jitter: ::core::time::Duration::ZERO,
                missed: ::outlive::__private::Missed::Burst,
                immediate: true,
            },
            move || {
                let __copy0 = ::core::clone::Clone::clone(&cache);
                let __copy1 = ::outlive::__private::of_a_run(&__arg1);
                ::core::option::Option::Some(__Outlive::__refresh::<T>(__copy0, __copy1))
            },
            |__out| (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault(),
            |__it| __it.begin(),
        )
}
