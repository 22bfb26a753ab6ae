#[track_caller]
fn tick() -> ::outlive::__private::TaskHandle<()> {
    struct __Outlive;
    static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_of(
        &__Outlive,
        &AUDIT,
    );
    ::outlive::__private::record! {
        Task "tick", [here()], "AUDIT", ::outlive::__private::duration(5u64, 0u32),
        ::outlive::__private::NO_GRACE, Linked, { __Outlive::tick; }
    }
    impl __Outlive {
        #[doc(hidden)]
        #[allow(clippy::unused_async)]
        async fn tick() {
            work().await
        }
    }
    ::outlive::__private::call(&__SITE)
        .spawn(
            __Outlive::tick(),
            |__out| (&&&&&&&&&&::outlive::__private::Probe(__out)).__outlive_fault(),
        )
}
