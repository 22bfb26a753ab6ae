#[track_caller]
fn session(app: App) -> ::outlive::__private::TaskHandle<()> {
    struct __Outlive;
    static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site(
        &__Outlive,
    );
    static __CALLERS: ::outlive::__private::Callers = ::outlive::__private::Callers::new();
    ::outlive::__private::record! {
        Worker "session", [here()], "app.tasks", ::outlive::__private::NO_TIMEOUT,
        ::outlive::__private::NO_GRACE, Apart, { ::outlive::__private::loop_argument(&
        __Outlive, "app: App", __Outlive::__TRAITS, 0); __Outlive::session; } fn covered
        < __T : ::outlive::__private::Track + ? ::core::marker::Sized > () { const {
        ::outlive::__private::prove(& < __Outlive as ::outlive::__private::Site > ::SPEC,
        __T::BUDGET) } }
    }
    impl __Outlive {
        ::outlive::__private::traits! {
            __OUTLIVE_BOUND App
        }
        #[doc(hidden)]
        #[allow(clippy::unused_async)]
        async fn session(app: App) {}
    }
    ::outlive::__private::looping_in(
            ::outlive::__private::called_from(&__SITE, &__CALLERS),
            __Outlive,
            &(app.tasks),
        )
        .worker(
            __Outlive::session(app),
            || |__out| (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault(),
        )
}
