#[track_caller]
fn session(app: App, handle: Handle) -> ::outlive::__private::TaskHandle<Outcome> {
    struct __Outlive;
    static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site(
        &__Outlive,
    );
    ::outlive::__private::record! {
        Worker "session", [here()], "app.tasks", ::outlive::__private::NO_TIMEOUT,
        ::outlive::__private::NO_GRACE, Apart, { ::outlive::__private::loop_argument(&
        __Outlive, "app: App", __Outlive::__TRAITS, 0);
        ::outlive::__private::loop_argument(& __Outlive, "handle: Handle",
        __Outlive::__TRAITS, 1); ::outlive::__private::result(& __Outlive, "Outcome",
        __Outlive::__TRAITS, 2); __Outlive::session; } fn covered < __T :
        ::outlive::__private::Track + ? ::core::marker::Sized > () { const {
        ::outlive::__private::prove(& < __Outlive as ::outlive::__private::Site > ::SPEC,
        __T::BUDGET) } }
    }
    impl __Outlive {
        ::outlive::__private::traits! {
            __OUTLIVE_BOUND App, Handle, Outcome
        }
        #[doc(hidden)]
        #[allow(clippy::unused_async)]
        async fn session(app: App, handle: Handle) -> Outcome {
            body
        }
    }
    ::outlive::__private::looping_in(&__SITE, __Outlive, &(app.tasks))
        .on(&(handle))
        .restarted(
            ::outlive::__private::duration(1u64, 0u32),
            ::outlive::__private::duration(60u64, 0u32),
            move || {
                let __copy0 = ::outlive::__private::of_a_run(&app);
                let __copy1 = ::outlive::__private::of_a_run(&handle);
                ::core::option::Option::Some(__Outlive::session(__copy0, __copy1))
            },
            |__out| (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault(),
        )
}
