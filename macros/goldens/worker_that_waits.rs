async fn session(stream: Stream) -> ::outlive::__private::TaskHandle<()> {
    struct __Outlive;
    static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_of(
        &__Outlive,
        &SESSIONS,
    );
    ::outlive::__private::record! {
        Worker "session", [here()], "SESSIONS", ::outlive::__private::NO_TIMEOUT,
        ::outlive::__private::NO_GRACE, Apart, { ::outlive::__private::loop_argument(&
        __Outlive, "stream: Stream", __Outlive::__TRAITS, 0); __Outlive::session; }
    }
    impl __Outlive {
        ::outlive::__private::traits! {
            __OUTLIVE_BOUND Stream
        }
        #[doc(hidden)]
        #[allow(clippy::unused_async)]
        async fn session(stream: Stream) {
            body
        }
    }
    ::outlive::__private::looping(&__SITE)
        .wait()
        .await
        .worker(
            __Outlive::session(stream),
            || |__out| (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault(),
        )
}
