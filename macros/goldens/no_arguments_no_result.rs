#[allow(clippy::must_use_candidate)]
#[track_caller]
fn tick() -> ::outlive::__private::TaskHandle<()> {
    struct __Outlive;
    impl ::outlive::__private::Site for __Outlive {
        const SPEC: ::outlive::__private::Spec = ::outlive::__private::Spec {
            name: "tick",
            file: ::core::file!(),
            line: ::core::line!(),
            tracker: "AUDIT",
            timeout: ::outlive::__private::duration(5u64, 0u32),
            grace: ::outlive::__private::NO_GRACE,
            span: ::outlive::__private::SpanKind::Linked,
        };
    }
    static __SITE: ::outlive::__private::TaskSite = ::outlive::__private::site_of(
        <__Outlive as ::outlive::__private::Site>::SPEC,
        &AUDIT,
    );
    #[::outlive::__private::linkme::distributed_slice(::outlive::__private::SITES)]
    #[linkme(crate = ::outlive::__private::linkme)]
    static __ENTRY: &'static ::outlive::__private::TaskSite = &__SITE;
    impl __Outlive {
        #[doc(hidden)]
        #[allow(dead_code, clippy::unused_async)]
        async fn tick() {
            work().await
        }
    }
    ::outlive::__private::call(&__SITE)
        .spawn(
            __Outlive::tick(),
            |__out| {
                #[allow(unused_imports)]
                use ::outlive::__private::{
                    ViaAny as _, ViaDebug as _, ViaDisplay as _, ViaResult as _,
                };
                (&&&&::outlive::__private::Probe(__out)).__outlive_fault()
            },
        )
}
