#[track_caller]
fn consume(queue: Queue) -> ::outlive::__private::TaskHandle<()> {
    struct __Outlive;
    static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_of(
        &__Outlive,
        &SESSIONS,
    );
    ::outlive::__private::record! {
        Worker "consume", [here()], "SESSIONS", ::outlive::__private::NO_TIMEOUT,
        ::outlive::__private::NO_GRACE, Apart, { ::outlive::__private::loop_argument(&
        __Outlive, "queue: Queue", __Outlive::__TRAITS, 0); __Outlive::consume; }
    }
    impl __Outlive {
        ::outlive::__private::traits! {
            __OUTLIVE_BOUND Queue
        }
        #[doc(hidden)]
        #[allow(clippy::unused_async)]
        async fn consume(queue: Queue) {}
    }
    ::outlive::__private::looping(&__SITE)
        .essential()
        .worker(
            __Outlive::consume(queue),
            || |__out| (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault(),
        )
}
