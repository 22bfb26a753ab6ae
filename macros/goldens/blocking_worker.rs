#[track_caller]
fn read(port: Port) -> ::outlive::__private::TaskHandle<Stats> {
    struct __Outlive;
    static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_of(
        &__Outlive,
        &SESSIONS,
    );
    ::outlive::__private::record! {
        Worker "read", [here()], "SESSIONS", ::outlive::__private::NO_TIMEOUT,
        ::outlive::__private::NO_GRACE, Apart, { ::outlive::__private::loop_argument(&
        __Outlive, "port: Port", __Outlive::__TRAITS, 0); ::outlive::__private::result(&
        __Outlive, "Stats", __Outlive::__TRAITS, 1); __Outlive::read; }
    }
    impl __Outlive {
        ::outlive::__private::traits! {
            __OUTLIVE_BOUND Port, Stats
        }
        #[doc(hidden)]
        #[allow(clippy::needless_pass_by_value, clippy::missing_const_for_fn)]
        fn read(port: Port) -> Stats {
            port.read()
        }
    }
    ::outlive::__private::looping(&__SITE)
        .worker_blocking(
            move || __Outlive::read(port),
            |__out| (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault(),
            |__it| __it.hand_over(),
        )
}
